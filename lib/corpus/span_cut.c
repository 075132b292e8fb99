/* span_cut: words of a text. */
#include "corpus/span_cut.h"

#include <stdlib.h>

#include "tokenizer/unicode.h"

static void push(struct array_ints *to, int64_t value)
{
    GROW(to->data, to->room, to->n + 1);
    to->data[to->n++] = (int32_t)value;
}

/* The class of a code point; the end of the text is white space. Form feeds and other controls are none: BERT removes them. */
static unsigned class_at(const struct span_text *t, size_t i)
{
    unsigned class = i < t->n ? unicode_class(span_text_code(t, i)) : UNICODE_SPACE;
    return class & UNICODE_REMOVED ? UNICODE_REMOVED : class;
}

void span_cut(const struct span_text *t, const struct spans *spans, struct span_words *words)
{
    words->start.n = words->end.n = words->span.n = 0;
    size_t next = 0;      /* the span that is here, or comes next */
    bool is_open = false; /* the last word may go on */
    bool is_seen = false; /* it has a character that BERT keeps */
    for (size_t i = 0; i <= t->n; i++) {
        int64_t place = (int64_t)i;
        if (next < spans->n && spans->data[next].end == place) {
            next++;
            is_open = false;
        }
        bool inside = next < spans->n && spans->data[next].start <= place;
        unsigned class = class_at(t, i);
        bool alone = class & (UNICODE_PUNCTUATION | UNICODE_CHINESE);
        if (!is_open || alone || (class & UNICODE_SPACE) || (inside && spans->data[next].start == place)) {
            bool is_last = words->start.n > 0 && !is_seen && words->span.data[words->start.n - 1] < 0;
            if (is_last) /* nothing that BERT keeps */
                words->start.n--, words->end.n--, words->span.n--;
            is_open = !(class & UNICODE_SPACE);
            is_seen = true;
            if (!is_open)
                continue;
            push(&words->start, place);
            push(&words->end, place);
            push(&words->span, inside ? (int64_t)next : -1);
            is_seen = false;
        }
        words->end.data[words->end.n - 1] = (int32_t)i + 1;
        is_seen |= !(class & UNICODE_REMOVED);
        is_open = !alone;
    }
}

void span_words_free(struct span_words *words)
{
    free(words->start.data);
    free(words->end.data);
    free(words->span.data);
}
