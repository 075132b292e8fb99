/* window_merge: windows of a sentence to one record again. */
#include "stream/window_merge.h"

#include <stdlib.h>

#include "stream/fields.h"
#include "stream/pack.h"
#include "stream/window_order.h"

enum { COLUMNS_MAX = 16 };

/* A field with one value a piece: the n values so far, of all windows. */
struct window_column {
    const char *field;
    bool present;
    struct buffer bytes;
    size_t n;
};

struct window_merger {
    struct reader *in;
    struct window_order order;
    struct array_ints word;
    struct buffer first; /* the first window */
    struct window_column column[COLUMNS_MAX];
    size_t n_columns;
    double loss;
    struct buffer out;
    struct record record;
};

/* The pieces of window k that stay: those that count, and what is at the ends of the sentence. */
static void range(const struct array_ints *word, size_t k, size_t count, size_t *from, size_t *to)
{
    size_t first = 0, last = word->n;
    while (first < word->n && word->data[first] == MSG_INT_NIL)
        first++;
    while (last > first && word->data[last - 1] == MSG_INT_NIL)
        last--;
    *from = k == 0 ? 0 : first;
    *to = k + 1 == count ? word->n : last;
}

static void add_column(struct window_merger *m, struct window_column *c, const struct record *record, size_t k, size_t from,
                       size_t to)
{
    struct msg array = record_find(record, c->field);
    size_t n;
    if (k == 0)
        *c = (struct window_column){
            .field = c->field, .bytes = {.data = c->bytes.data, .room = c->bytes.room}, .present = array.data != NULL};
    if (c->present != (array.data != NULL))
        record_die(record, "only some windows of its sentence have the field '%s'", c->field);
    if (!array.data)
        return;
    if (!msg_array(&array, &n))
        record_die(record, "field '%s' is not an array", c->field);
    if (n != m->word.n)
        record_die(record, "%zu values of %s for %zu pieces", n, c->field, m->word.n);
    for (size_t i = 0; i < from; i++)
        msg_value(&array);
    const uint8_t *start = array.data;
    for (size_t i = from; i < to; i++)
        msg_value(&array);
    pack_raw(&c->bytes, (struct msg){start, array.data});
    c->n += to - from;
}

static void add_window(struct window_merger *m, const struct record *record, size_t k, size_t count)
{
    size_t from, to;
    record_ints(record, "word_ids", &m->word);
    range(&m->word, k, count, &from, &to);
    if (k == 0) {
        m->first.n = 0;
        m->loss = 0;
        pack_raw(&m->first, record->bytes);
    }
    for (size_t i = 0; i < m->n_columns; i++)
        add_column(m, &m->column[i], record, k, from, to);
    struct msg loss = record_find(record, "loss");
    double value;
    if (loss.data && msg_real(&loss, &value))
        m->loss += value;
}

static void put_field(struct window_merger *m, const struct record_field *f)
{
    for (size_t i = 0; i < m->n_columns; i++)
        if (str_is(f->name, m->column[i].field)) {
            pack_array(&m->out, m->column[i].n);
            buffer_add(&m->out, m->column[i].bytes.data, m->column[i].bytes.n);
            return;
        }
    if (str_is(f->name, "window"))
        buffer_add(&m->out, "\x92\x00\x01", 3);
    else if (str_is(f->name, "loss"))
        pack_double(&m->out, m->loss);
    else
        pack_raw(&m->out, f->value);
}

static struct record *finish(struct window_merger *m, uint64_t number)
{
    struct record *r = &m->record;
    struct msg c = packed_msg(&m->first);
    size_t n;
    record_index(r, number, c);
    m->out.n = 0;
    msg_map(&c, &n);
    pack_map(&m->out, n);
    for (size_t i = 0; i < n; i++) {
        const struct record_field *f = &r->field[i];
        pack_raw(&m->out, (struct msg){c.data, f->value.data}); /* its name */
        put_field(m, f);
        c.data = f->value.end;
    }
    if (m->out.n > RECORD_SIZE_MAX)
        record_die(r, "its windows together are larger than %d MiB", RECORD_SIZE_MAX >> 20);
    record_index(r, number, packed_msg(&m->out));
    return r;
}

struct window_merger *window_merge_open(struct reader *in)
{
    struct window_merger *m = xcalloc(1, sizeof *m);
    m->in = in;
    for (const char *field; m->n_columns < COLUMNS_MAX && (field = field_by_piece(m->n_columns)); m->n_columns++)
        m->column[m->n_columns].field = field;
    return m;
}

struct record *window_merge_next(struct window_merger *m)
{
    struct record *r;
    while ((r = reader_next(m->in))) {
        size_t count, k = window_order_next(&m->order, r, &count);
        if (count == 1)
            return r;
        add_window(m, r, k, count);
        if (k + 1 == count)
            return finish(m, r->number);
    }
    window_order_finish(&m->order);
    return NULL;
}

void window_merge_close(struct window_merger *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->n_columns; i++)
        free(m->column[i].bytes.data);
    free(m->order.id);
    free(m->word.data);
    free(m->first.data);
    free(m->out.data);
    free(m);
}
