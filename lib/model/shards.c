/* shards: the index of a checkpoint in several files. */
#include "model/shards.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"

enum { INDEX_MAX = 64 << 20 };

static void check_name(const char *path, json_t *value)
{
    const char *name = json_string_value(value);
    if (!name || !*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        jsonfile_die(path, "weight_map", value, "a map to names of files in the same directory");
}

static bool is_open(const struct tensors *all, const char *name)
{
    for (size_t i = 0; i < all->n_files; i++)
        if (strcmp(file_name(all->file[i]->path), name) == 0)
            return true;
    return false;
}

void shards_add(struct tensors *all, const char *dir, const char *index, void (*add)(struct tensors *all, const char *path))
{
    char *path = file_path(dir, index);
    json_t *json = jsonfile_read(path, INDEX_MAX, JSON_REJECT_DUPLICATES), *map = json_object_get(json, "weight_map"), *value;
    const char *key;
    if (!json_is_object(map) || json_object_size(map) == 0)
        die("%s: it has no \"weight_map\" of tensors to files", path);
    json_object_foreach(map, key, value)
    {
        check_name(path, value);
        char *part = file_path(dir, json_string_value(value));
        if (!is_open(all, json_string_value(value))) {
            if (!file_exists(part))
                die("%s: it names %s, which is not there", path, json_string_value(value));
            add(all, part);
        }
        free(part);
    }
    tensors_sort(all);
    json_object_foreach(map, key, value)
    {
        const struct tensor *t = tensors_find(all, key);
        if (!t || strcmp(file_name(t->file->path), json_string_value(value)) != 0)
            die("%s: tensor %s is %s%s, not in %s", path, key, t ? "in " : "in none of the files",
                t ? file_name(t->file->path) : "", json_string_value(value));
    }
    json_decref(json);
    free(path);
}
