/* steps: one row of a table for each kind. */
#include "tokenizer/steps.h"

#include <string.h>

#include "base/jsonfile.h"

/* A "Sequence" may be in another one; jansson limits how deep. */
static void read_sequence(const struct steps *s, void *to, json_t *json, const char *path)
{
    json_t *list = json_object_get(json, s->list), *item;
    size_t i;
    if (!json_is_array(list))
        jsonfile_die(path, s->list, list, "a list");
    json_array_foreach(list, i, item) steps_read(s, to, item, path);
}

void steps_read(const struct steps *s, void *to, json_t *json, const char *path)
{
    if (!json || json_is_null(json))
        return;
    const char *type = jsonfile_text(json, path, "type");
    if (!type)
        die("%s: \"%s\" has no \"type\"", path, s->part);
    if (strcmp(type, "Sequence") == 0) {
        read_sequence(s, to, json, path);
        return;
    }
    const struct steps_kind *kind = s->kind;
    while (kind->name && strcmp(kind->name, type) != 0)
        kind++;
    if (!kind->name)
        die("%s: the %s %s is not known here", path, s->part, type);
    kind->read(to, json, path);
}
