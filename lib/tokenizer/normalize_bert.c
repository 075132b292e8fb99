/* normalize_bert: BertNormalizer of the tokenizers package. */
#include "tokenizer/normalize_bert.h"

#include <stdlib.h>

#include "base/jsonfile.h"
#include "tokenizer/forms.h"
#include "tokenizer/unicode.h"

/* NFD without the marks. */
static void strip_accents(struct symbols *s)
{
    size_t kept = 0;
    forms_change(s, FORMS_NFD);
    for (size_t i = 0; i < s->n; i++)
        if (!(unicode_class(s->data[i].code) & UNICODE_MARK))
            s->data[kept++] = s->data[i];
    s->n = kept;
}

void normalize_bert(const struct normalize_bert *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    bool changes = false;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned class = unicode_class(raw[i].code);
        if (options->clean_text && (class & UNICODE_REMOVED))
            continue;
        bool apart = options->chinese && (class & UNICODE_CHINESE);
        if (apart)
            symbols_push(out, ' ', raw[i]);
        symbols_push(out, options->clean_text && (class & UNICODE_SPACE) ? ' ' : raw[i].code, raw[i]);
        if (apart)
            symbols_push(out, ' ', raw[i]);
        changes = changes || (class & (UNICODE_CHANGES | UNICODE_MARK));
    }
    if (options->strip_accents && changes)
        strip_accents(out);
    if (options->lower)
        forms_lower(out);
}

/* ---- as a step ---- */

static void run(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    normalize_bert(options, raw, n, out);
}

void normalize_bert_add(struct normalizer *to, struct normalize_bert options)
{
    struct normalize_bert *copy = xmalloc(1, sizeof *copy);
    *copy = options;
    normalize_add(
        to, (struct normalize_step){run, free, copy, .alone = true, .within = true, .removes = true, .lower = options.lower});
}

bool normalize_bert_is_in(const struct normalizer *z)
{
    bool is = false;
    for (size_t i = 0; i < z->n; i++)
        is = is || z->step[i].run == run;
    return is;
}

/* Null is as good as missing: then lower case decides. */
bool normalize_bert_accents(const json_t *json, const char *path, bool lower)
{
    return jsonfile_is_missing(json, "strip_accents") ? lower : jsonfile_bool(json, path, "strip_accents", lower);
}

struct normalize_bert normalize_bert_options(const json_t *json, const char *path)
{
    struct normalize_bert o = {.lower = jsonfile_bool(json, path, "lowercase", true),
                               .chinese = jsonfile_bool(json, path, "handle_chinese_chars", true),
                               .clean_text = jsonfile_bool(json, path, "clean_text", true)};
    o.strip_accents = normalize_bert_accents(json, path, o.lower);
    return o;
}

void normalize_bert_read(void *to, json_t *json, const char *path)
{
    normalize_bert_add(to, normalize_bert_options(json, path));
}
