/* merge: windows of a sentence to one record again. */
#include "stream/window_merge.h"

#include <stdlib.h>
#include <string.h>

#include "stream/pack.h"

/* ---- their order ---- */

static struct msg id_of(const struct record *record)
{
    return record_find(record, "id");
}

static void remember(struct window_order *o, const struct record *record)
{
    struct msg id = id_of(record);
    o->id_size = id.data ? (size_t)(id.end - id.data) : 0;
    GROW(o->id, o->id_room, o->id_size + 1);
    if (id.data)
        memcpy(o->id, id.data, o->id_size);
}

static bool same_id(const struct window_order *o, const struct record *record)
{
    struct msg id = id_of(record);
    size_t size = id.data ? (size_t)(id.end - id.data) : 0;
    return size == o->id_size && (size == 0 || memcmp(o->id, id.data, size) == 0);
}

size_t window_number(const struct record *record, size_t *count)
{
    struct msg window = record_find(record, "window");
    int64_t k, n;
    size_t size;
    *count = 1;
    if (!window.data)
        return 0;
    if (!msg_array(&window, &size) || size != 2 || !msg_int(&window, &k) || !msg_int(&window, &n) || k < 0 || k >= n)
        record_die(record, "field 'window' is no [number, count] as wptok writes it");
    *count = (size_t)n;
    return (size_t)k;
}

size_t window_follow(struct window_order *o, const struct record *record, size_t *count)
{
    size_t number = window_number(record, count);
    if (number != o->next || (number > 0 && (*count != o->count || !same_id(o, record)))) {
        char *wanted = o->next ? xasprintf("window %zu of %zu of record %llu's sentence", o->next + 1, o->count,
                                           (unsigned long long)o->record) : xstrdup("a first window");
        record_die(record, "window %zu of %zu stands where %s should: windows of a sentence must stay together, in their order",
                   number + 1, *count, wanted);
    }
    if (number == 0) {
        o->record = record->number;
        o->count = *count;
        if (*count > 1)
            remember(o, record);
    }
    o->next = number + 1 == *count ? 0 : number + 1;
    return number;
}

void window_finish(const struct window_order *o)
{
    if (o->next)
        die("record %llu: the stream ends before window %zu of %zu of its sentence", (unsigned long long)o->record, o->next + 1,
            o->count);
}

/* ---- their pieces ---- */

/* Arrays with a value for each piece. */
static const char *const by_piece[] = {"input_ids", "word_ids", "offsets", "pieces", "labels", "logits", "attention_mask",
                                       "token_type_ids"};
enum { N_BY_PIECE = sizeof by_piece / sizeof *by_piece };

struct column { bool present; struct buffer bytes; size_t n; };     /* n elements so far */

struct window_merger {
    struct reader *in;
    struct window_order order;
    struct array_ints word;
    struct buffer first;                        /* the first window */
    struct column column[N_BY_PIECE];
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

static void add_column(struct window_merger *m, const struct record *record, size_t column, size_t k, size_t from, size_t to)
{
    struct column *c = &m->column[column];
    struct msg array = record_find(record, by_piece[column]);
    size_t n;
    if (k == 0)
        *c = (struct column){.bytes = {.data = c->bytes.data, .room = c->bytes.room}, .present = array.data != NULL};
    if (c->present != (array.data != NULL))
        record_die(record, "only some windows of its sentence have the field '%s'", by_piece[column]);
    if (!array.data)
        return;
    if (!msg_array(&array, &n))
        record_die(record, "field '%s' is no array", by_piece[column]);
    if (n != m->word.n)
        record_die(record, "%zu values of %s for %zu pieces", n, by_piece[column], m->word.n);
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
    for (size_t i = 0; i < N_BY_PIECE; i++)
        add_column(m, record, i, k, from, to);
    struct msg loss = record_find(record, "loss");
    double value;
    if (loss.data && msg_real(&loss, &value))
        m->loss += value;
}

static void put_field(struct window_merger *m, const struct record_field *f)
{
    for (size_t i = 0; i < N_BY_PIECE; i++)
        if (str_is(f->name, by_piece[i])) {
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
        pack_raw(&m->out, (struct msg){c.data, f->value.data});           /* its name */
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
    return m;
}

struct record *window_merge_next(struct window_merger *m)
{
    struct record *r;
    while ((r = reader_next(m->in))) {
        size_t count, k = window_follow(&m->order, r, &count);
        if (count == 1)
            return r;
        add_window(m, r, k, count);
        if (k + 1 == count)
            return finish(m, r->number);
    }
    window_finish(&m->order);
    return NULL;
}

void window_merge_close(struct window_merger *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < N_BY_PIECE; i++)
        free(m->column[i].bytes.data);
    free(m->order.id);
    free(m->word.data);
    free(m->first.data);
    free(m->out.data);
    free(m);
}
