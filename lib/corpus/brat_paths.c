/* brat_paths: folders, .ann and .txt files. */
#include "corpus/brat_paths.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
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
    struct stat about;
    DIR *folder = opendir(path);
    size_t first = list->n, below = 0;
    if (!folder)
        die("cannot open %s:", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *file = file_path(path, entry->d_name);
        bool is_folder = *entry->d_name != '.' && stat(file, &about) == 0 && S_ISDIR(about.st_mode);
        below += is_folder;
        if (!is_folder && (ends_with(entry->d_name, ".ann") || ends_with(entry->d_name, ".txt")))
            add_document(list, file, true);
        free(file);
    }
    closedir(folder);
    if (list->n == first)
        die("%s has no .ann file%s", path, below > 0 ? "; the folders in it must be given by name" : "");
    if (below > 0)
        warn("%zu folder%s in %s %s not read; give them by name, too", below, below == 1 ? "" : "s", path,
             below == 1 ? "was" : "were");
    qsort(list->path + first, list->n - first, sizeof *list->path, by_name);
}

/* Both files of a document, however their path is written. */
static void add_identity(struct buffer *to, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        die("cannot open %s:", path);
    buffer_format(to, "%llu:%llu ", (unsigned long long)about.st_dev, (unsigned long long)about.st_ino);
}

/* a.ann, ./a.ann and a.txt are one document. Returns how many there are. */
static size_t keep_once(struct list *list)
{
    struct intern known = {0};
    struct buffer identity = {0};
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++) {
        char *text = brat_paths_other(list->path[i], ".txt");
        identity.n = 0;
        add_identity(&identity, list->path[i]);
        add_identity(&identity, text);
        free(text);
        if (intern_add(&known, (struct str){identity.data, identity.n}) == kept)
            list->path[kept++] = list->path[i];
        else
            free(list->path[i]);
    }
    free(identity.data);
    intern_free(&known);
    return kept;
}

/* The name of the file is the id. */
static void say_same_names(const struct list *list, size_t n)
{
    struct intern names = {0};
    size_t same = 0, first = 0, *document = xmalloc(n, sizeof *document);
    for (size_t i = 0; i < n; i++) {
        size_t number = intern_add(&names, str_of(file_name(list->path[i])));
        if (names.n + same > i) /* it is new */
            document[number] = i;
        else if (same++ == 0)
            first = i;
    }
    if (same > 0) {
        size_t other = intern_find(&names, str_of(file_name(list->path[first])));
        warn("%zu document%s the id of another one, the first %s that of %s", same, same == 1 ? " has" : "s have",
             list->path[first], list->path[document[other]]);
    }
    free(document);
    intern_free(&names);
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
    size_t kept = keep_once(&list);
    say_same_names(&list, kept);
    list.path[kept] = NULL;
    *n = kept;
    return list.path;
}
