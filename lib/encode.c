/* encode: rows of pieces into the stream. */
#include "encode.h"

#include <stdlib.h>

void encode_fields(struct encoder *e)
{
    static const char *const always[] = {"input_ids", "word_ids", "offsets", "pieces"};
    size_t n = 0;
    while (n < 4) {
        e->field[n] = always[n];
        n++;
    }
    if (e->overflow == OVERFLOW_WINDOW)
        e->field[n++] = "window";
    if (e->masks) {
        e->field[n++] = "attention_mask";
        e->field[n++] = "token_type_ids";
    }
    e->field[n] = NULL;
}

void encode_free(struct encoder *e)
{
    free(e->windows.at);
    free(e->row.id.at);
    free(e->row.word.at);
    free(e->row.start.at);
    free(e->row.end.at);
}

/* The first pieces only; words of which none is left are counted. */
static void cut(struct encoder *e, const struct pieces *all, struct window *w)
{
    size_t end = e->most - 2;
    int32_t last = end > 0 ? all->word.at[end - 1] : -1;
    for (size_t i = end; i < w->end; i++) {
        e->cut_words += all->word.at[i] != last;
        last = all->word.at[i];
    }
    e->cut_records++;
    w->end = w->last = end;
}

static void put_constant(struct writer *out, const char *key, size_t n, int32_t value)
{
    put_key(out, key);
    put_array(out, n);
    for (size_t i = 0; i < n; i++)
        put_int(out, value);
}

static void write_row(struct encoder *e, struct writer *out, const struct record *r, size_t number, size_t count)
{
    const struct pieces *row = &e->row;
    size_t n = row->id.n;
    writer_begin(out, r, e->field);
    put_key(out, "input_ids");
    put_ints(out, row->id.at, n);
    put_key(out, "word_ids");
    put_ints(out, row->word.at, n);
    put_key(out, "offsets");
    put_pairs(out, row->start.at, row->end.at, n);
    put_key(out, "pieces");
    put_names(out, e->vocab->short_piece, e->vocab->piece, row->id.at, n);
    if (e->overflow == OVERFLOW_WINDOW) {
        put_key(out, "window");
        put_array(out, 2);
        put_int(out, (int64_t)number);
        put_int(out, (int64_t)count);
    }
    if (e->masks) {
        put_constant(out, "attention_mask", n, 1);
        put_constant(out, "token_type_ids", n, 0);
    }
    writer_end(out);
}

void encode_write(struct encoder *e, struct writer *out, const struct in_context *s)
{
    const struct pieces *all = s->pieces;
    size_t n = all->id.n, most = e->most;
    bool too_long = most > 0 && n + 2 > most;
    if (too_long && e->overflow == OVERFLOW_ERROR)
        record_die(s->record, "%zu pieces, the model takes %zu; see --overflow", n + 2, most);
    bool several = too_long && e->overflow == OVERFLOW_WINDOW;
    window_cut(n, all->word.at, several ? most - 2 : n + 1, several ? e->stride : 0, &e->windows);
    if (too_long && !several)
        cut(e, all, &e->windows.at[0]);
    for (size_t k = 0; k < e->windows.n; k++) {
        const struct window *w = &e->windows.at[k];
        size_t n_left = k == 0 ? s->left.n : 0, n_right = k + 1 == e->windows.n ? s->right.n : 0;
        window_room(most, w->end - w->start, &n_left, &n_right);
        struct ints left = {.at = n_left ? s->left.at + (s->left.n - n_left) : NULL, .n = n_left};
        struct ints right = {.at = s->right.at, .n = n_right};
        window_row(all, w, left, right, e->vocab->cls, e->vocab->sep, &e->row);
        write_row(e, out, s->record, k, e->windows.n);
    }
}
