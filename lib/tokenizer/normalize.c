/* normalize: the steps, one after the other; what they are called in tokenizer.json. */
#include "tokenizer/normalize.h"

#include <stdlib.h>

#include "tokenizer/normalize_bert.h"
#include "tokenizer/normalize_text.h"
#include "tokenizer/normalize_unicode.h"
#include "tokenizer/steps.h"

void normalize_add(struct normalizer *to, struct normalize_step step)
{
    to->step = xrealloc(to->step, to->n + 1, sizeof *to->step);
    to->step[to->n++] = step;
}

static const struct steps_kind kinds[] = {
    {"BertNormalizer", normalize_bert_read},  {"Precompiled", normalize_text_read_charsmap},
    {"Replace", normalize_text_read_replace}, {"Strip", normalize_text_read_strip},
    {"Prepend", normalize_text_read_prepend}, {"Lowercase", normalize_unicode_read},
    {"NFC", normalize_unicode_read},          {"NFD", normalize_unicode_read},
    {"NFKC", normalize_unicode_read},         {"NFKD", normalize_unicode_read},
    {"StripAccents", normalize_unicode_read}, {NULL, NULL},
};

void normalize_read(struct normalizer *to, json_t *json, const char *path)
{
    steps_read(&(struct steps){"normalizer", "normalizers", kinds}, to, json, path);
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
