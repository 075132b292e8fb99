/* normalize: BertNormalizer of the tokenizers package. */
#include "tokenizer/normalize.h"

#include <stdlib.h>

#include "tokenizer/unicode.h"
#include "text/utf8.h"

void symbols_decode(struct str text, uint32_t first, struct symbols *out)
{
    out->n = 0;
    GROW(out->data, out->room, text.size);
    for (size_t i = 0; i < text.size; first++) {
        uint32_t code;
        i += utf8_decode(text.data + i, &code);
        out->data[out->n++] = (struct symbol){code, first, first + 1};
    }
}

static void push(struct symbols *out, uint32_t code, const struct symbol *from)
{
    GROW(out->data, out->room, out->n + 1);
    out->data[out->n++] = (struct symbol){code, from->start, from->end};
}

/* Marks by their class, stable; a text can be nothing but marks, so long runs are counted, not inserted. */
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
static void reorder(struct symbols *s)
{
    size_t from = 0;
    for (size_t i = 0; i <= s->n; i++) {
        if (i < s->n && unicode_combining_class(s->data[i].code))
            continue;
        if (i > from + 1)
            sort_marks(s->data + from, i - from);
        from = i + 1;
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
        size_t n = unicode_decompose(s->data[i].code, code);
        for (size_t k = 0; k < n; k++)
            push(&out, code[k], &(struct symbol){.start = k == 0 ? FIRST : ADDED});
    }
    reorder(&out);
    for (size_t i = 0, place = 0; i < out.n; i++) {
        place += out.data[i].start == FIRST;
        const struct symbol *from = &s->data[place ? place - 1 : 0];
        out.data[i] = (struct symbol){out.data[i].code, from->start, from->end};
    }
    s->n = 0;
    for (size_t i = 0; i < out.n; i++)
        if (!(unicode_class(out.data[i].code) & CODE_MARK))
            push(s, out.data[i].code, &out.data[i]);
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
    for (size_t to = s->n; before-- > 0; ) {    /* U+0130: i and a dot above, from the back */
        struct symbol from = s->data[before];
        uint32_t code[2] = {from.code};
        for (size_t n = from.code == 0x130 ? unicode_lower(from.code, code) : 1; n-- > 0; )
            s->data[--to] = (struct symbol){code[n], from.start, from.end};
    }
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
    lower(out);
}
