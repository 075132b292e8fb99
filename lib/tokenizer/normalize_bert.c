/* normalize_bert: BertNormalizer of the tokenizers package. */
#include "tokenizer/normalize_bert.h"

#include <stdlib.h>

#include "base/jsonfile.h"
#include "tokenizer/unicode.h"

/* Sort marks by their class; the sort is stable. A text may be marks only, so long runs are sorted by counting: linear time. */
static void sort_marks(struct symbol *s, size_t n)
{
    enum { SHORT = 16, CLASSES = 256 };
    if (n <= SHORT) {
        for (size_t i = 1; i < n; i++) {
            struct symbol moved = s[i];
            unsigned class = unicode_combining_class(moved.code);
            size_t k = i;
            for (; k > 0 && unicode_combining_class(s[k - 1].code) > class; k--)
                s[k] = s[k - 1];
            s[k] = moved;
        }
        return;
    }
    size_t place[CLASSES + 1] = {0};
    struct symbol *copy = xmalloc(n, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        place[unicode_combining_class(s[i].code) + 1]++;
    for (size_t c = 0; c < CLASSES; c++)
        place[c + 1] += place[c];
    for (size_t i = 0; i < n; i++)
        copy[place[unicode_combining_class(s[i].code)]++] = s[i];
    for (size_t i = 0; i < n; i++)
        s[i] = copy[i];
    free(copy);
}

/* Canonical ordering: the marks between two starters are sorted. */
static void reorder(struct symbol *s, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && unicode_combining_class(s[i].code))
            continue;
        if (i > from + 1)
            sort_marks(s + from, i - from);
        from = i + 1;
    }
}

/* NFD without the marks. As in the package, the code points get their places in the order in which they stand after the
 * reordering: each one takes the next raw place, but those that a decomposition added share the last one. */
static void decompose(struct symbols *s)
{
    enum { FIRST, ADDED };
    size_t n = s->n, kept = 0;
    for (size_t i = 0; i < n; i++) { /* the decomposition comes after s->data[0, n), and at the end in its place */
        uint32_t code[UNICODE_DECOMPOSITION_MAX];
        size_t n_codes = unicode_decompose(s->data[i].code, code);
        for (size_t k = 0; k < n_codes; k++)
            symbols_push(s, code[k], (struct symbol){.start = k == 0 ? FIRST : ADDED});
    }
    struct symbol *made = s->data + n;
    size_t n_made = s->n - n;
    reorder(made, n_made);
    for (size_t i = 0, place = 0; i < n_made; i++) {
        place += made[i].start == FIRST;
        const struct symbol *from = &s->data[place ? place - 1 : 0];
        made[i] = (struct symbol){made[i].code, from->start, from->end};
    }
    for (size_t i = 0; i < n_made; i++)
        if (!(unicode_class(made[i].code) & UNICODE_MARK))
            s->data[kept++] = made[i];
    s->n = kept;
}

static void lower(struct symbols *s)
{
    size_t doubled = 0, before = s->n;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t code[2];
        doubled += unicode_lower(s->data[i].code, code) == 2;
        s->data[i].code = s->data[i].code == 0x130 ? 0x130 : code[0];
    }
    if (!doubled)
        return;
    s->n += doubled;
    GROW(s->data, s->room, s->n);
    for (size_t to = s->n; before-- > 0;) { /* U+0130 becomes two: i and a dot above; from the back */
        struct symbol from = s->data[before];
        uint32_t code[2] = {from.code};
        for (size_t n = from.code == 0x130 ? unicode_lower(from.code, code) : 1; n-- > 0;)
            s->data[--to] = (struct symbol){code[n], from.start, from.end};
    }
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
        decompose(out);
    if (options->lower)
        lower(out);
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

void normalize_bert_read(struct normalizer *to, json_t *json, const char *path)
{
    normalize_bert_add(to, normalize_bert_options(json, path));
}
