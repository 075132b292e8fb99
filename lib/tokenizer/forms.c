/* forms: each code point is decomposed; marks are put in order; a starter takes those marks after it that it has a composite
 * with. The places follow the package: the code points get them in the order in which they stand after all this. Each takes the
 * next raw place, but those that a decomposition added share the last one, and a composite takes as many as went into it: its
 * own is the first of them. Cost: linear; decompositions and composites are those of utf8proc. */
#include "tokenizer/forms.h"

#include <stdlib.h>

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

/* Append the decomposition of text[0, n) to it, as changes. */
static void append_decomposed(struct symbols *text, bool compatible)
{
    for (size_t i = 0, n = text->n; i < n; i++) {
        uint32_t code[UNICODE_DECOMPOSITION_MAX];
        size_t n_codes = unicode_decompose(text->data[i].code, compatible, code);
        for (size_t k = 0; k < n_codes; k++)
            symbols_push_change(text, code[k], k > 0);
    }
}

/* A mark is blocked from its starter by one of the same or a higher class between them. Returns how many are left. */
static size_t compose(struct symbol *s, size_t n)
{
    size_t kept = 0, starter = SIZE_MAX;
    unsigned last = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned class = unicode_combining_class(s[i].code);
        bool reaches = starter != SIZE_MAX && (starter + 1 == kept || last < class);
        uint32_t composite = reaches ? unicode_compose(s[starter].code, s[i].code) : 0;
        if (composite) {
            s[starter] = (struct symbol){composite, s[starter].start + s[i].start - 1, 0};
            continue;
        }
        starter = class == 0 ? kept : starter;
        last = class;
        s[kept++] = s[i];
    }
    return kept;
}

static bool changes(const struct symbols *text, enum forms form)
{
    uint32_t first = form & FORMS_COMPATIBLE ? 0xa0 : form & FORMS_COMPOSED ? 0x300 : 0xc0, any = 0;
    for (size_t i = 0; i < text->n; i++)
        any = text->data[i].code > any ? text->data[i].code : any;
    return any >= first;
}

void forms_change(struct symbols *text, enum forms form)
{
    size_t n = text->n;
    if (!changes(text, form))
        return;
    append_decomposed(text, form & FORMS_COMPATIBLE);
    struct symbols made = {text->data + n, text->n - n, 0};
    reorder(made.data, made.n);
    if (form & FORMS_COMPOSED)
        made.n = compose(made.data, made.n);
    symbols_find_places(text->data, n, &made);
    for (size_t i = 0; i < made.n; i++)
        text->data[i] = made.data[i];
    text->n = made.n;
}

void forms_lower(struct symbols *s)
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
