/* window: where windows begin and end, and what counts in which. */
#include "tokenizer/window.h"

#include <stdlib.h>

#include <tagpipe/stream.h>

#include "base/util.h"

/* Where windows may begin and end: between words, and anywhere in a word that no window holds. cut->data[0] is 0, the last one
 * the sentence's end. */
static void find_cuts(size_t n, const int32_t *word, size_t max, struct array_sizes *cut)
{
    cut->n = 0;
    GROW(cut->data, cut->room, n + 1);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && word[end] == word[i])
            end++;
        cut->data[cut->n++] = i;
        for (size_t k = i + 1; end - i > max && k < end; k++)
            cut->data[cut->n++] = k;
        i = end;
    }
    cut->data[cut->n++] = n;
}

static void push(struct windows *out, size_t start, size_t end)
{
    GROW(out->data, out->room, out->n + 1);
    out->data[out->n++] = (struct window){.start = start, .end = end};
}

/* What lies between two cuts is at most `max` long, so every window ends after the one before it. */
static void place(const struct array_sizes *cut, size_t max, size_t stride, struct windows *out)
{
    const size_t *position = cut->data, n = position[cut->n - 1];
    size_t start = 0, end = 0; /* indices of cuts */
    out->n = 0;
    for (;;) {
        while (end + 1 < cut->n && position[end + 1] - position[start] <= max)
            end++;
        push(out, position[start], position[end]);
        if (position[end] == n)
            return;
        size_t shared = position[end] - (position[end] < stride ? position[end] : stride);
        size_t least = position[end + 1] < max ? 0 : position[end + 1] - max; /* so that the next window reaches farther */
        size_t next = start + 1;
        while (position[next] < least)
            next++;
        while (next < end && position[next + 1] <= shared)
            next++;
        start = next;
    }
}

/* How far [a, b) is from the nearest end at which the window cuts the sentence; negative if it crosses that end. */
static int64_t context_of(const struct windows *w, size_t k, size_t a, size_t b)
{
    int64_t left = k == 0 ? INT64_MAX : (int64_t)a - (int64_t)w->data[k].start;
    int64_t right = k + 1 == w->n ? INT64_MAX : (int64_t)w->data[k].end - (int64_t)b;
    return left < right ? left : right;
}

/* From window to window the context of a word grows, then shrinks. It counts where the context is largest first. */
static void deal(const struct array_sizes *cut, struct windows *w)
{
    size_t k = 0;
    for (size_t i = 0; i + 1 < cut->n; i++) {
        size_t a = cut->data[i], b = cut->data[i + 1];
        while (k + 1 < w->n && context_of(w, k + 1, a, b) > context_of(w, k, a, b)) {
            k++;
            w->data[k].first = a;
        }
        w->data[k].last = b;
    }
}

void window_cut(size_t n, const int32_t *word, size_t max, size_t stride, struct windows *out)
{
    struct array_sizes cut = {0};
    if (n <= max) {
        out->n = 0;
        push(out, 0, n);
        out->data[0].last = n;
        return;
    }
    find_cuts(n, word, max, &cut);
    place(&cut, max, stride, out);
    deal(&cut, out);
    size_t kept = 0;
    for (size_t k = 0; k < out->n; k++)
        if (out->data[k].last > out->data[k].first)
            out->data[kept++] = out->data[k];
    out->n = kept;
    free(cut.data);
}

void window_room(size_t max, size_t own, size_t *left, size_t *right)
{
    if (max == 0)
        return;
    size_t room = max < own + 2 ? 0 : max - own - 2, half = room / 2;
    if (*left > half) {
        size_t rest = room - (*right < room ? *right : room);
        size_t allowed = rest > half ? rest : half;
        *left = *left < allowed ? *left : allowed;
    }
    *right = *right < room - *left ? *right : room - *left;
}

static void append(struct pieces *row, int32_t id, int32_t word, int32_t start, int32_t end)
{
    size_t n = row->id.n++;
    row->id.data[n] = id;
    row->word.data[n] = word;
    row->start.data[n] = start;
    row->end.data[n] = end;
    row->word.n = row->start.n = row->end.n = n + 1;
}

void window_row(const struct pieces *sentence, const struct window *w, struct array_ints left, struct array_ints right,
                int32_t cls, int32_t sep, struct pieces *row)
{
    pieces_clear(row);
    pieces_reserve(row, left.n + (w->end - w->start) + right.n + 2);
    append(row, cls, MSG_INT_NIL, 0, 0);
    for (size_t i = 0; i < left.n; i++)
        append(row, left.data[i], MSG_INT_NIL, 0, 0);
    for (size_t i = w->start; i < w->end; i++) {
        bool counts = i >= w->first && i < w->last;
        append(row, sentence->id.data[i], counts ? sentence->word.data[i] : MSG_INT_NIL, counts ? sentence->start.data[i] : 0,
               counts ? sentence->end.data[i] : 0);
    }
    for (size_t i = 0; i < right.n; i++)
        append(row, right.data[i], MSG_INT_NIL, 0, 0);
    append(row, sep, MSG_INT_NIL, 0, 0);
}
