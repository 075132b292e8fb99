/* normalize: BertNormalizer of the tokenizers package. */
#include "normalize.h"

#include <stdlib.h>

#include "unicode.h"
#include "utf8.h"

void symbols_decode(struct str text, uint32_t first, struct symbols *out)
{
    out->n = 0;
    GROW(out->at, out->room, text.size);
    for (size_t i = 0; i < text.size; first++) {
        uint32_t code;
        i += utf8_decode(text.at + i, &code);
        out->at[out->n++] = (struct symbol){code, first, first + 1};
    }
}

static void push(struct symbols *out, uint32_t code, const struct symbol *from)
{
    GROW(out->at, out->room, out->n + 1);
    out->at[out->n++] = (struct symbol){code, from->start, from->end};
}

/* Canonical ordering: marks behind a starter are sorted by their class, stable. */
static void reorder(struct symbols *s, size_t from)
{
    for (size_t i = from + 1; i < s->n; i++) {
        struct symbol moved = s->at[i];
        unsigned class = unicode_combining_class(moved.code);
        size_t k = i;
        if (class == 0)
            continue;
        for (; k > from && unicode_combining_class(s->at[k - 1].code) > class; k--)
            s->at[k] = s->at[k - 1];
        s->at[k] = moved;
    }
}

/* NFD without the marks. As in the package, a place goes to the code points in the order in which they stand after the
 * reordering: each one takes the next raw place, but for those that a decomposition added, which share the last one. */
static void decompose(struct symbols *s)
{
    enum { FIRST, ADDED };
    static struct symbols out;
    out.n = 0;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t code[DECOMPOSITION_MAX];
        size_t n = unicode_decompose(s->at[i].code, code);
        for (size_t k = 0; k < n; k++)
            push(&out, code[k], &(struct symbol){.start = k == 0 ? FIRST : ADDED});
    }
    reorder(&out, 0);
    for (size_t i = 0, place = 0; i < out.n; i++) {
        place += out.at[i].start == FIRST;
        const struct symbol *from = &s->at[place ? place - 1 : 0];
        out.at[i] = (struct symbol){out.at[i].code, from->start, from->end};
    }
    s->n = 0;
    for (size_t i = 0; i < out.n; i++)
        if (!(unicode_class(out.at[i].code) & CODE_MARK))
            push(s, out.at[i].code, &out.at[i]);
}

void symbols_normalize(const struct vocab *v, const struct symbol *raw, size_t n, struct symbols *out)
{
    bool changes = false;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned class = unicode_class(raw[i].code);
        if (v->clean_text && (class & CODE_REMOVED))
            continue;
        bool apart = v->chinese && (class & CODE_CHINESE);
        if (apart)
            push(out, ' ', &raw[i]);
        push(out, v->clean_text && (class & CODE_SPACE) ? ' ' : raw[i].code, &raw[i]);
        if (apart)
            push(out, ' ', &raw[i]);
        changes = changes || (class & (CODE_CHANGES | CODE_MARK));
    }
    if (v->strip_accents && changes)
        decompose(out);
    if (!v->lower)
        return;
    for (size_t i = 0; i < out->n; i++) {
        uint32_t code[2];
        if (unicode_lower(out->at[i].code, code) == 1)
            out->at[i].code = code[0];
        else {                              /* U+0130 alone: i and a dot above */
            struct symbol from = out->at[i];
            push(out, 0, &from);
            for (size_t k = out->n - 1; k > i + 1; k--)
                out->at[k] = out->at[k - 1];
            out->at[i].code = code[0];
            out->at[i + 1] = (struct symbol){code[1], from.start, from.end};
            i++;
        }
    }
}
