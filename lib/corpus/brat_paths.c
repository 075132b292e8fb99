/* brat_paths: folders, .ann and .txt files. */
#include "corpus/brat_paths.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "text/intern.h"

enum { ENDING = 4 };

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    return size > ENDING && strcmp(name + size - ENDING, ending) == 0;
}

char *brat_paths_other(const char *path, const char *ending)
{
    return xasprintf("%.*s%s", (int)(strlen(path) - ENDING), path, ending);
}

struct list {
    char **path;
    size_t n, room;
};

static void add(struct list *list, char *path)
{
    GROW(list->path, list->room, list->n + 2);
    list->path[list->n++] = path;
    list->path[list->n] = NULL;
}

/* Both files must be there: one alone is a mistake, or a document that is lost. */
static void add_document(struct list *list, const char *path, bool in_folder)
{
    bool is_text = ends_with(path, ".txt");
    char *ann = is_text ? brat_paths_other(path, ".ann") : xstrdup(path), *text = brat_paths_other(path, ".txt");
    if (!file_exists(ann))
        die("%s has no %s beside it; brat writes an empty one where there is no annotation", text, file_name(ann));
    if (!file_exists(text))
        die("%s has no %s beside it", ann, file_name(text));
    free(text);
    if (is_text && in_folder) /* its .ann comes as well */
        free(ann);
    else
        add(list, ann);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_folder(struct list *list, const char *path)
{
    DIR *folder = opendir(path);
    size_t first = list->n;
    if (!folder)
        die("cannot open %s:", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!ends_with(entry->d_name, ".ann") && !ends_with(entry->d_name, ".txt"))
            continue;
        char *file = file_path(path, entry->d_name);
        add_document(list, file, true);
        free(file);
    }
    closedir(folder);
    if (list->n == first)
        die("%s has no .ann file", path);
    qsort(list->path + first, list->n - first, sizeof *list->path, by_name);
}

char **brat_paths(const char *const *paths, size_t *n)
{
    struct list list = {0};
    struct stat about;
    if (!*paths)
        die_usage("which documents? .ann files, .txt files or folders");
    for (; *paths; paths++) {
        if (stat(*paths, &about) != 0)
            die("cannot open %s:", *paths);
        if (S_ISDIR(about.st_mode))
            add_folder(&list, *paths);
        else if (ends_with(*paths, ".ann") || ends_with(*paths, ".txt"))
            add_document(&list, *paths, false);
        else
            die("%s is neither a .ann nor a .txt file, nor a folder of these", *paths);
    }
    struct intern known = {0}; /* a.ann and a.txt are one document */
    size_t kept = 0;
    for (size_t i = 0; i < list.n; i++)
        if (intern_add(&known, str_of(list.path[i])) == kept)
            list.path[kept++] = list.path[i];
        else
            free(list.path[i]);
    intern_free(&known);
    list.path[kept] = NULL;
    *n = kept;
    return list.path;
}
