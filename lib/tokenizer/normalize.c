/* normalize: the steps, one after the other; what they are called in tokenizer.json. */
#include "tokenizer/normalize.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/normalize_text.h"

static void read_sequence(struct normalizer *to, json_t *json, const char *path);

static const struct {
    const char *name;
    void (*read)(struct normalizer *to, json_t *json, const char *path);
} kinds[] = {
    {"BertNormalizer", normalize_bert_read},
    {"Precompiled", normalize_text_read_charsmap},
    {"Replace", normalize_text_read_replace},
    {"Strip", normalize_text_read_strip},
    {"Sequence", read_sequence},
};

void normalize_add(struct normalizer *to, struct normalize_step step)
{
    to->step = xrealloc(to->step, to->n + 1, sizeof *to->step);
    to->step[to->n++] = step;
}

/* It may be in another one; jansson limits how deep. */
static void read_sequence(struct normalizer *to, json_t *json, const char *path)
{
    json_t *list = json_object_get(json, "normalizers"), *item;
    size_t i;
    if (!json_is_array(list))
        jsonfile_die(path, "normalizers", list, "a list");
    json_array_foreach(list, i, item) normalize_read(to, item, path);
}

void normalize_read(struct normalizer *to, json_t *json, const char *path)
{
    if (!json || json_is_null(json))
        return;
    const char *type = jsonfile_text(json, path, "type");
    if (!type)
        die("%s: \"normalizer\" has no \"type\"", path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, type) == 0) {
            kinds[i].read(to, json, path);
            return;
        }
    die("%s: the normalizer %s is not known here", path, type);
}

void normalize_free(struct normalizer *z)
{
    for (size_t i = 0; i < z->n; i++)
        if (z->step[i].free)
            z->step[i].free(z->step[i].options);
    free(z->step);
}

void normalize_run(const struct normalizer *z, const struct symbol *raw, size_t n, struct symbols *out, struct symbols *spare)
{
    out->n = 0;
    if (z->n == 0) {
        symbols_append(out, raw, n);
        return;
    }
    z->step[0].run(z->step[0].options, raw, n, out);
    for (size_t i = 1; i < z->n; i++) {
        struct symbols from = *out;
        *out = *spare;
        *spare = from;
        z->step[i].run(z->step[i].options, from.data, from.n, out);
    }
}
