/* given_labels: the label sets that a user gives. */
#include "corpus/given_labels.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "model/config.h"
#include "stream/reader.h"
#include "text/intern.h"
#include "text/list.h"

static void set_any(struct given_labels *g, size_t n, const char *const *name)
{
    if (g->any.n > 0)
        die_usage("two label sets without a field");
    g->any.n = n;
    g->any.name = xcalloc(n, sizeof *g->any.name);
    for (size_t i = 0; i < n; i++)
        g->any.name[i] = xstrdup(name[i]);
}

static void add_name(struct intern *names, struct str name, const char *given)
{
    if (name.size == 0 || intern_find(names, name) != SIZE_MAX)
        die_usage("--labels %s: %s", given, name.size ? "a name comes twice" : "a name is empty");
    intern_add(names, name);
}

/* "A,B,..." or "@FILE" */
static struct intern read_names(const char *list, const char *given)
{
    enum { FILE_SIZE_MAX = 64 << 20 };
    size_t size;
    bool in_file = *list == '@';
    char *text = in_file ? file_read(list + 1, FILE_SIZE_MAX, &size) : xstrdup(list);
    struct intern names = {0};
    struct str name;
    for (const char *rest = text; list_next(&rest, in_file ? '\n' : ',', &name);) {
        while (in_file && name.size > 0 && name.data[name.size - 1] == '\r')
            name.size--;
        add_name(&names, name, given);
    }
    if (names.n == 0)
        die_usage("--labels %s has no names", given);
    free(text);
    return names;
}

static void add(struct given_labels *g, const char *given)
{
    size_t size = strcspn(given, "=,@");
    char *field = given[size] == '=' && size > 0 ? xstrndup(given, size) : NULL;
    if (!field && given[size] != ',' && given[size] != '@')
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
