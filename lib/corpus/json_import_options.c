/* json_import_options: what the user says of fields and labels. */
#include "corpus/json_import_private.h"

#include <stdlib.h>

#include "base/file.h"
#include "text/list.h"

void json_import_rename(struct json_import *im, const char *list)
{
    struct str pair;
    for (const char *rest = list; list_next(&rest, ',', &pair);) {
        const char *equals = memchr(pair.data, '=', pair.size), *end = pair.data + pair.size;
        if (!equals || equals == pair.data || equals + 1 == end)
            die_usage("fields are renamed as words=tokens,tags=ner_tags, not '%s'", list);
        im->rename = xrealloc(im->rename, im->n_renames + 1, sizeof *im->rename);
        im->rename[im->n_renames].from = xstrndup(pair.data, (size_t)(equals - pair.data));
        im->rename[im->n_renames++].to = xstrndup(equals + 1, (size_t)(end - equals - 1));
    }
}

static void set_labels(struct json_import *im, const char *field, const struct intern *names)
{
    if (names->n == 0)
        die_usage("--labels %s has no names", field);
    header_set_labels(im->labels, field, names->n, (const char *const *)names->name);
    im->labels_source = "--labels";
}

static void add_label(struct intern *names, struct str name, const char *given)
{
    if (name.size == 0 || intern_find(names, name) != SIZE_MAX)
        die_usage("--labels %s: %s", given, name.size ? "a name comes twice" : "a name is empty");
    intern_add(names, name);
}

void json_import_labels(struct json_import *im, const char *given)
{
    enum { FILE_SIZE_MAX = 64 << 20 };
    size_t size = strcspn(given, "="), text_size;
    if (size == 0 || !given[size] || !given[size + 1])
        die_usage("labels are given as ner_tags=O,B-PER,I-PER or ner_tags=@FILE, not '%s'", given);
    char *field = xstrndup(given, size);
    bool in_file = given[size + 1] == '@';
    char *text = in_file ? file_read(given + size + 2, FILE_SIZE_MAX, &text_size) : xstrdup(given + size + 1);
    struct intern names = {0};
    struct str name;
    for (const char *rest = text; list_next(&rest, in_file ? '\n' : ',', &name);) {
        while (in_file && name.size > 0 && name.data[name.size - 1] == '\r')
            name.size--;
        add_label(&names, name, given);
    }
    set_labels(im, field, &names);
    intern_free(&names);
    free(text);
    free(field);
}

void json_import_labels_from(struct json_import *im, const struct header *header)
{
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *labels = &header->label_set[i];
        header_set_labels(im->labels, labels->field, labels->n, (const char *const *)labels->name);
    }
    im->labels_source = "--labels-from";
}
