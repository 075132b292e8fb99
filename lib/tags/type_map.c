/* type_map: other names for types of entities. */
#include "tags/type_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/names.h"
#include "tags/labels.h"
#include "text/list.h"
#include "text/utf8.h"

/* The last '=' separates: a label may be one, or have one in it. */
static void add(struct type_map *m, struct str pair)
{
    size_t equals = pair.size;
    while (equals > 0 && pair.data[equals - 1] != '=')
        equals--;
    if (equals < 2 || equals == pair.size)
        die_usage("--map is given as OLD=NEW,OLD=NEW,... (=O drops a type) or as @FILE with OLD=NEW a line, not '%.*s'",
                  (int)pair.size, pair.data);
    struct str from = labels_trim((struct str){pair.data, equals - 1});
    struct str to = labels_trim((struct str){pair.data + equals, pair.size - equals});
    if (from.size == 0 || to.size == 0)
        die_usage("--map is given as OLD=NEW,OLD=NEW,... not '%.*s'", (int)pair.size, pair.data);
    if (intern_find(&m->from, from) != SIZE_MAX)
        die_usage("--map: '%.*s' comes twice", (int)from.size, from.data);
    size_t n = intern_add(&m->from, from);
    m->to = xrealloc(m->to, n + 1, sizeof *m->to);
    m->to[n] = xstrndup(to.data, to.size);
}

static void add_file(struct type_map *m, const char *path)
{
    enum { FILE_SIZE_MAX = 64 << 20 };
    size_t size;
    char *text = file_read(path, FILE_SIZE_MAX, &size);
    struct str line;
    if (!utf8_is_valid(text, size) || memchr(text, 0, size))
        die("%s is not text in UTF-8", path);
    for (const char *rest = text; list_next(&rest, '\n', &line);) {
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (line.size > 0)
            add(m, line);
    }
    free(text);
}

struct type_map type_map_new(const struct cli_list *given)
{
    struct type_map m = {.to = NULL};
    struct str pair;
    for (size_t i = 0; i < given->n; i++) {
        if (*given->data[i] == '@')
            add_file(&m, given->data[i] + 1);
        else
            for (const char *rest = given->data[i]; list_next(&rest, ',', &pair);) {
                const char *start = pair.data;
                if (pair.size == 0 && *rest == '=' && list_next(&rest, ',', &pair)) /* ",=PUNCT": the label is a comma */
                    pair = (struct str){start, (size_t)(pair.data + pair.size - start)};
                add(&m, pair);
            }
    }
    if (given->n > 0 && m.from.n == 0)
        die_usage("--map has no names");
    return m;
}

struct str type_map_of(const struct type_map *m, struct str type)
{
    size_t i = m->from.n > 0 ? intern_find(&m->from, type) : SIZE_MAX;
    return i == SIZE_MAX ? type : str_of(m->to[i]);
}

static const char *advice(const char *name, const struct intern *types)
{
    if (strcmp(name, "O") == 0)
        return "; O is no type and keeps its name";
    const char *type = strchr(name, '-');
    return type && intern_find(types, str_of(type + 1)) != SIZE_MAX ? "; the type is named, not the tag" : "";
}

void type_map_check(const struct type_map *m, const char *field, const struct intern *types)
{
    for (size_t i = 0; i < m->from.n; i++)
        if (intern_find(types, (struct str){m->from.name[i], m->from.size[i]}) == SIZE_MAX)
            die("--map: %s has no '%s'; it has %s%s", field, m->from.name[i],
                types->n > 0 ? names_join(types->n, types->name) : "nothing but O", advice(m->from.name[i], types));
}

void type_map_free(struct type_map *m)
{
    for (size_t i = 0; i < m->from.n; i++)
        free(m->to[i]);
    free(m->to);
    intern_free(&m->from);
}
