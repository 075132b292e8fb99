/* encode: rows of pieces into the stream. */
#include "tokenizer/encode.h"

#include <stdlib.h>

void encode_adds(const struct encoder *e, struct filter *f)
{
    static const char *const always[] = {"input_ids", "word_ids", "offsets", "pieces"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        filter_adds(f, always[i], NULL);
    if (e->overflow == OVERFLOW_WINDOW)
        filter_adds(f, "window", NULL);
    if (e->masks) {
        filter_adds(f, "attention_mask", NULL);
        filter_adds(f, "token_type_ids", NULL);
    }
}

void encode_free(struct encoder *e)
{
    free(e->windows.data);
    free(e->row.id.data);
    free(e->row.word.data);
    free(e->row.start.data);
    free(e->row.end.data);
}

/* The first pieces only; words of which none is left are counted. */
static void cut(struct encoder *e, const struct pieces *all, struct window *w)
{
    size_t end = e->most - 2;
    int32_t last = end > 0 ? all->word.data[end - 1] : -1;
    for (size_t i = end; i < w->end; i++) {
        e->cut_words += all->word.data[i] != last;
        last = all->word.data[i];
    }
    e->cut_records++;
    w->end = w->last = end;
}

static void put_constant(struct filter *f, const char *field, size_t n, int32_t value)
{
    struct buffer *to = filter_put(f, field);
    pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        pack_int(to, value);
}

static void write_row(struct encoder *e, struct filter *f, const struct record *r, size_t number, size_t count)
{
    const struct pieces *row = &e->row;
    size_t n = row->id.n;
    filter_begin(f, r);
    filter_put_ints(f, "input_ids", row->id.data, n);
    filter_put_ints(f, "word_ids", row->word.data, n);
    pack_pairs(filter_put(f, "offsets"), row->start.data, row->end.data, n);
    pack_names(filter_put(f, "pieces"), e->vocab->short_piece, e->vocab->piece, row->id.data, n);
    if (e->overflow == OVERFLOW_WINDOW)
        filter_put_ints(f, "window", (const int32_t[]){(int32_t)number, (int32_t)count}, 2);
    if (e->masks) {
        put_constant(f, "attention_mask", n, 1);
        put_constant(f, "token_type_ids", n, 0);
    }
    filter_end(f);
}

void encode_write(struct encoder *e, struct filter *f, const struct in_context *s)
{
    const struct pieces *all = s->pieces;
    size_t n = all->id.n, most = e->most;
    bool too_long = most > 0 && n + 2 > most;
    if (too_long && e->overflow == OVERFLOW_ERROR)
        record_die(s->record, "%zu pieces, the model takes %zu; see --overflow", n + 2, most);
    bool several = too_long && e->overflow == OVERFLOW_WINDOW;
    window_cut(n, all->word.data, several ? most - 2 : n + 1, several ? e->stride : 0, &e->windows);
    if (too_long && !several)
        cut(e, all, &e->windows.data[0]);
    for (size_t k = 0; k < e->windows.n; k++) {
        const struct window *w = &e->windows.data[k];
        size_t n_left = k == 0 ? s->left.n : 0, n_right = k + 1 == e->windows.n ? s->right.n : 0;
        window_room(most, w->end - w->start, &n_left, &n_right);
        struct array_ints left = {.data = n_left ? s->left.data + (s->left.n - n_left) : NULL, .n = n_left};
        struct array_ints right = {.data = s->right.data, .n = n_right};
        window_row(all, w, left, right, e->vocab->cls, e->vocab->sep, &e->row);
        write_row(e, f, s->record, k, e->windows.n);
    }
}
