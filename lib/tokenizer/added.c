/* added: tokens that are matched as a whole in the text. */
#include "tokenizer/added.h"

#include <stdlib.h>

#include "tokenizer/unicode.h"

struct added_pattern {
    struct symbols text;
    const struct added_token *token;
};

/* The tokens that are matched before, or after, normalisation. Longest first: the first that fits is the one. `first` has a bit
 * for each code point (modulo 256) that any token begins with; it shows at once that most of a text has no token. */
struct added_stage {
    size_t n;
    struct added_pattern *pattern;
    uint64_t first[4];
    bool splits_special; /* those are passed over */
};
struct added {
    struct added_stage before, after;
};

static int longest_first(const void *a, const void *b)
{
    size_t x = ((const struct added_pattern *)a)->text.n, y = ((const struct added_pattern *)b)->text.n;
    return (x < y) - (x > y);
}

/* A token that is matched after normalisation is normalised itself. */
static void stage_add(struct added_stage *stage, const struct vocab *v, const struct added_token *token)
{
    struct symbols raw = {0}, normal = {0}, spare = {0};
    symbols_decode(token->text, &raw);
    if (token->normalized) {
        normalize_run(&v->normalizer, raw.data, raw.n, &normal, &spare);
        free(raw.data);
        free(spare.data);
    } else
        normal = raw;
    if (normal.n == 0) {
        free(normal.data);
        return;
    }
    stage->pattern = xrealloc(stage->pattern, stage->n + 1, sizeof *stage->pattern);
    stage->pattern[stage->n++] = (struct added_pattern){normal, token};
    stage->first[normal.data[0].code / 64 % 4] |= UINT64_C(1) << normal.data[0].code % 64;
}

struct added *added_new(const struct vocab *v)
{
    struct added *a = xcalloc(1, sizeof *a);
    a->before.splits_special = a->after.splits_special = v->splits_special;
    for (size_t i = 0; i < v->n_added; i++)
        stage_add(v->added[i].normalized ? &a->after : &a->before, v, &v->added[i]);
    if (a->before.n)
        qsort(a->before.pattern, a->before.n, sizeof *a->before.pattern, longest_first);
    if (a->after.n)
        qsort(a->after.pattern, a->after.n, sizeof *a->after.pattern, longest_first);
    return a;
}

static void stage_free(struct added_stage *stage)
{
    for (size_t i = 0; i < stage->n; i++)
        free(stage->pattern[i].text.data);
    free(stage->pattern);
}

void added_free(struct added *a)
{
    if (!a)
        return;
    stage_free(&a->before);
    stage_free(&a->after);
    free(a);
}

static bool may_begin(const struct added_stage *stage, uint32_t code)
{
    return stage->first[code / 64 % 4] >> code % 64 & 1;
}

bool added_may_begin(const struct added *a, bool normalized, uint32_t code)
{
    return may_begin(normalized ? &a->after : &a->before, code);
}

static const struct added_pattern *find_pattern(const struct added_stage *stage, const struct symbol *s, size_t n)
{
    if (!may_begin(stage, s->code))
        return NULL;
    for (size_t i = 0; i < stage->n; i++) {
        const struct symbols *text = &stage->pattern[i].text;
        size_t k = 0;
        while (k < text->n && k < n && text->data[k].code == s[k].code)
            k++;
        if (k == text->n)
            return &stage->pattern[i];
    }
    return NULL;
}

static bool is_word(uint32_t code)
{
    return unicode_class(code) & UNICODE_WORD;
}

static bool is_space(uint32_t code)
{
    return unicode_class(code) & UNICODE_SPACE;
}

bool added_find(const struct added *a, bool normalized, const struct symbol *s, size_t n, size_t search, size_t done,
                struct added_match *match)
{
    const struct added_stage *stage = normalized ? &a->after : &a->before;
    for (size_t i = search; stage->n && i < n; i++) {
        const struct added_pattern *found = find_pattern(stage, s + i, n - i);
        if (!found)
            continue;
        const struct added_token *token = found->token;
        size_t end = i + found->text.n;
        if (stage->splits_special && token->special) {
            i = end - 1;
            continue;
        }
        if (token->single_word && ((i > 0 && is_word(s[i - 1].code)) || (end < n && is_word(s[end].code)))) {
            i = end - 1;
            continue;
        }
        *match = (struct added_match){token->id, i, end, end};
        while (token->lstrip && match->start > done && is_space(s[match->start - 1].code))
            match->start--;
        while (token->rstrip && match->end < n && is_space(s[match->end].code))
            match->end++;
        return true;
    }
    return false;
}
