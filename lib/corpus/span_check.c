/* span_check: trim, sort, compare. */
#include "corpus/span_check.h"

#include <stdlib.h>

#include "tags/labels.h"
#include "tokenizer/unicode.h"

static bool is_at(const struct span_text *t, int64_t i, unsigned class)
{
    return unicode_class(span_text_code(t, (size_t)i)) & class;
}

/* Whether BERT sees nothing of the text between. */
static bool is_blank(const struct span_text *t, int64_t start, int64_t end)
{
    while (start < end && is_at(t, start, UNICODE_SPACE | UNICODE_REMOVED))
        start++;
    return start == end;
}

/* What is wrong with a span by itself; NULL: nothing. */
static const char *fault(const struct span_text *t, const struct span *s)
{
    if (s->label.size == 0)
        return "has an empty label";
    if (memchr(s->label.data, 0, s->label.size))
        return "has a label with a NUL";
    if (s->start == s->end)
        return "is empty";
    if (s->start > s->end)
        return "ends before it starts";
    if (s->start < 0 || (uint64_t)s->end > t->n)
        return "does not lie in the text";
    return is_blank(t, s->start, s->end) ? "is white space alone" : NULL;
}

static bool trim(const struct span_text *t, struct span *s)
{
    struct span before = *s;
    while (is_at(t, s->start, UNICODE_SPACE))
        s->start++;
    while (is_at(t, s->end - 1, UNICODE_SPACE))
        s->end--;
    return s->start != before.start || s->end != before.end;
}

static int by_place(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    size_t size = x->label.size < y->label.size ? x->label.size : y->label.size;
    int c = memcmp(x->label.data, y->label.data, size);
    return c ? c : (x->label.size > y->label.size) - (x->label.size < y->label.size);
}

static int by_length(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    int64_t n = x->end - x->start, m = y->end - y->start;
    return n != m ? (n > m ? -1 : 1) : by_place(a, b);
}

static bool is_same(const struct span *a, const struct span *b)
{
    return a->start == b->start && a->end == b->end && str_equal(a->label, b->label);
}

static bool each_alone(const struct span_rules *rules, const struct span_text *t, struct spans *spans, struct span_counts *counts,
                       struct buffer *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < spans->n; i++) {
        struct span s = spans->data[i];
        s.label = labels_trim(s.label);
        const char *what = fault(t, &s);
        if (what && !rules->drops_bad) {
            buffer_add_string(why, "the span ");
            span_describe(why, t, &s);
            buffer_format(why, " %s (the text has %zu characters); --bad-spans drop leaves such spans out", what, t->n);
            return false;
        }
        counts->bad += what != NULL;
        if (what)
            continue;
        counts->trimmed += trim(t, &s);
        spans->data[kept++] = s;
    }
    spans->n = kept;
    return true;
}

static void once(struct spans *spans, struct span_counts *counts)
{
    size_t kept = 0;
    for (size_t i = 0; i < spans->n; i++)
        if (kept > 0 && is_same(&spans->data[kept - 1], &spans->data[i]))
            counts->twice++;
        else
            spans->data[kept++] = spans->data[i];
    spans->n = kept;
}

static bool first_overlap(const struct spans *spans, size_t *a, size_t *b)
{
    for (size_t i = 1, last = 0; i < spans->n; i++) {
        if (spans->data[i].start < spans->data[last].end) {
            *a = last;
            *b = i;
            return true;
        }
        last = i; /* nothing overlapped so far, so it ends last */
    }
    return false;
}

/* Take the spans in their order, and each that overlaps none of those before. Both its edges are looked at: where longer spans
 * come first, one that overlaps covers an edge; and the same where those that start first do. */
static void choose(const struct span_text *t, struct spans *spans, struct span_counts *counts)
{
    bool *taken = xcalloc(t->n + 1, sizeof *taken);
    size_t kept = 0;
    for (size_t i = 0; i < spans->n; i++) {
        const struct span s = spans->data[i];
        if (taken[s.start] || taken[s.end - 1]) {
            counts->overlapping++;
            continue;
        }
        memset(taken + s.start, 1, (size_t)(s.end - s.start));
        spans->data[kept++] = s;
    }
    spans->n = kept;
    free(taken);
}

static void sort(struct spans *spans, int (*order)(const void *, const void *))
{
    if (spans->n > 1)
        qsort(spans->data, spans->n, sizeof *spans->data, order);
}

bool span_check(const struct span_rules *rules, const struct span_text *t, struct spans *spans, struct span_counts *counts,
                struct buffer *why)
{
    size_t a, b;
    if (!each_alone(rules, t, spans, counts, why))
        return false;
    sort(spans, by_place);
    once(spans, counts);
    if (!first_overlap(spans, &a, &b))
        return true;
    if (rules->overlap == SPAN_OVERLAP_ERROR) {
        buffer_add_string(why, "the spans ");
        span_describe(why, t, &spans->data[a]);
        buffer_add_string(why, " and ");
        span_describe(why, t, &spans->data[b]);
        buffer_add_string(why,
                          " overlap, and a word has one tag; --overlap longest keeps the longer one, --overlap first the first");
        return false;
    }
    if (rules->overlap == SPAN_OVERLAP_LONGEST)
        sort(spans, by_length);
    choose(t, spans, counts);
    sort(spans, by_place);
    return true;
}
