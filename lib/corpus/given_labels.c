/* given_labels: the label sets that a user gives. */
#include "corpus/given_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "model/config.h"
#include "stream/reader.h"
#include "tags/labels.h"
#include "text/intern.h"
#include "text/list.h"
#include "text/utf8.h"

static void set_any(struct given_labels *g, size_t n, const char *const *name)
{
    if (g->any.n > 0)
        die_usage("two label sets without a field");
    g->any.n = n;
    g->any.name = xcalloc(n, sizeof *g->any.name);
    for (size_t i = 0; i < n; i++)
        g->any.name[i] = xstrdup(name[i]);
}

/* `line`: of a file; 0: there is none. */
static void add_name(struct intern *names, struct str name, const char *given, size_t line)
{
    char place[32] = "";
    if (line > 0)
        snprintf(place, sizeof place, " line %zu:", line);
    if (name.size == 0)
        die_usage("--labels %s:%s a name is empty", given, place);
    if (intern_find(names, name) != SIZE_MAX)
        die_usage("--labels %s:%s a name comes twice: %.*s", given, place, (int)name.size, name.data);
    intern_add(names, name);
}

static struct intern read_file(const char *path, const char *given)
{
    enum { FILE_SIZE_MAX = 64 << 20 };
    size_t size, line = 0, empty = 0;
    char *text = file_read(path, FILE_SIZE_MAX, &size);
    struct intern names = {0};
    struct str name;
    if (!utf8_is_valid(text, size) || memchr(text, 0, size))
        die("%s is not text in UTF-8; --labels-from reads a stream or a model directory", path);
    for (const char *rest = text; list_next(&rest, '\n', &name);) {
        line++;
        name = labels_trim(name);
        if (name.size == 0) { /* at the end only */
            empty = empty ? empty : line;
            continue;
        }
        if (empty)
            add_name(&names, (struct str){"", 0}, given, empty);
        add_name(&names, name, given, line);
    }
    free(text);
    return names;
}

/* "A,B,..." or "@FILE" */
static struct intern read_names(const char *list, const char *given)
{
    struct intern names = {0};
    struct str name;
    if (*list == '@')
        names = read_file(list + 1, given);
    else
        for (const char *rest = list; list_next(&rest, ',', &name);)
            add_name(&names, labels_trim(name), given, 0);
    if (names.n == 0)
        die_usage("--labels %s has no names", given);
    return names;
}

/* One name alone may be a set; but a field, or a file, is none. */
static bool is_no_name(const char *given)
{
    size_t size = strlen(given);
    return size == 0 || (size > 5 && strcmp(given + size - 5, "_tags") == 0) || file_exists(given);
}

static void add(struct given_labels *g, const char *given)
{
    size_t size = strcspn(given, "=,@");
    char *field = given[size] == '=' && size > 0 ? xstrndup(given, size) : NULL;
    if (!field && (given[size] == '=' || (given[size] == 0 && is_no_name(given))))
        die_usage(
            "labels are given as O,B-PER,I-PER or @FILE, or of one field as ner_tags=O,B-PER,I-PER or ner_tags=@FILE, not '%s'",
            given);
    struct intern names = read_names(field ? given + size + 1 : given, given);
    const char *const *name = (const char *const *)names.name;
    if (field)
        header_set_labels(g->sets, field, names.n, name);
    else
        set_any(g, names.n, name);
    intern_free(&names);
    free(field);
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

struct given_labels given_labels_new(const struct cli_list *labels, const char *from)
{
    struct given_labels g = {.source = labels->n > 0 ? "--labels" : "--labels-from"};
    if (labels->n > 0 && from)
        die_usage("--labels or --labels-from, not both");
    if (labels->n > 0)
        g.sets = header_new("sentence");
    for (size_t i = 0; i < labels->n; i++)
        add(&g, labels->data[i]);
    if (from && is_folder(from)) {
        struct config *config = config_read(from);
        g.sets = header_new("sentence");
        set_any(&g, config->num_labels, (const char *const *)config->label);
        config_free(config);
    } else if (from) {
        g.sets = reader_header_of(from);
        g.stream = from;
    }
    return g;
}

void given_labels_settle(struct given_labels *g, size_t n, const char *const *field)
{
    const char *found = NULL;
    if (g->any.n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        if (n == 1 || strcmp(field[i], "ner_tags") == 0)
            found = field[i];
    if (!found)
        die("%s: of which field are these labels? %s", g->source,
            n > 0 ? "say it with --labels FIELD=..." : "there is no field of tags");
    header_set_labels(g->sets, found, g->any.n, (const char *const *)g->any.name);
}

const struct label_set *given_labels_of(const struct given_labels *g, const char *field)
{
    return g->sets ? header_labels(g->sets, field) : NULL;
}

void given_labels_free(struct given_labels *g)
{
    header_free(g->sets);
    for (size_t i = 0; i < g->any.n; i++)
        free(g->any.name[i]);
    free(g->any.name);
    *g = (struct given_labels){0};
}
