/* view_order: records by their scores. */
#include "view/view_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stream/record.h"
#include "stream/window_fields.h"
#include "tags/entities.h"

void view_order_start(const struct header *header)
{
    if (!header->any_fields && !header_has_field(header, "score") && !header_has_field(header, "entities"))
        die("--sort score: the stream has no scores; run logit2tag or logit2span first");
}

static double lower(const struct record *record, const char *field, size_t number, struct msg value, double least)
{
    if (!value.data || msg_type(value) == MSG_NIL)
        return least;
    double score = record_number(record, field, number, value);
    return score < least ? score : least;
}

static double score_of(const struct record *record)
{
    struct msg scores = record_find(record, "score"), entities = record_find(record, "entities");
    double least = INFINITY;
    size_t n;
    if (scores.data && msg_array(&scores, &n))
        for (size_t i = 0; i < n; i++)
            least = lower(record, "score", i, msg_value(&scores), least);
    else if (entities.data && msg_array(&entities, &n))
        for (size_t i = 0; i < n; i++)
            least = lower(record, "entities", i, entities_map_read(record, i, msg_value(&entities)).score, least);
    return least;
}

static int by_score(const void *a, const void *b)
{
    const struct view_order_item *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

struct view_order_sentence {
    size_t users, size;
    uint8_t bytes[];
};

static void leave(struct view_order_sentence *s)
{
    if (s && --s->users == 0)
        free(s);
}

static struct view_order_sentence *use(struct view_order_sentence *s)
{
    s->users++;
    return s;
}

/* What the windows of a sentence have from the first one is the same for all. */
static struct view_order_sentence *sentence_of(struct view_order *o, const struct record *record)
{
    if (record->n_inherited == 0)
        return NULL;
    struct msg m = window_fields_inherited(record, &o->inherited);
    size_t size = (size_t)(m.end - m.data);
    struct view_order_sentence *s = o->sentence;
    if (s && s->size == size && memcmp(s->bytes, m.data, size) == 0)
        return use(s);
    leave(s);
    o->sentence = s = xmalloc(sizeof *s + size, 1);
    *s = (struct view_order_sentence){.users = 1, .size = size};
    memcpy(s->bytes, m.data, size);
    return use(s);
}

static void forget(struct view_order_item *item)
{
    free(item->bytes);
    leave(item->sentence);
}

/* Forget what is beyond the limit. */
static void sort(struct view_order *o)
{
    if (o->n > 0)
        qsort(o->item, o->n, sizeof *o->item, by_score);
    while (o->n > o->limit)
        forget(&o->item[--o->n]);
}

void view_order_add(struct view_order *o, const struct record *record)
{
    size_t size = (size_t)(record->bytes.end - record->bytes.data);
    if (o->n / 2 >= o->limit)
        sort(o);
    GROW(o->item, o->room, o->n + 1);
    struct view_order_item *item = &o->item[o->n++];
    *item = (struct view_order_item){score_of(record), record->number, xmalloc(size, 1), size, sentence_of(o, record)};
    memcpy(item->bytes, record->bytes.data, size);
    o->any_score |= item->score < INFINITY;
}

const struct record *view_order_next(struct view_order *o)
{
    if (o->next == 0)
        sort(o);
    if (o->next == 0 && o->n > 0 && !o->any_score)
        warn("--sort score: no record has a score");
    if (o->next > 0)
        forget(&o->item[o->next - 1]);
    if (o->next == o->n) {
        free(o->item);
        o->item = NULL;
        leave(o->sentence);
        o->sentence = NULL;
        free(o->inherited.data);
        o->inherited = (struct buffer){0};
        return NULL;
    }
    struct view_order_item *item = &o->item[o->next++];
    record_index(&o->record, item->number, (struct msg){item->bytes, item->bytes + item->size});
    if (item->sentence) {
        struct record first;
        record_index(&first, item->number, (struct msg){item->sentence->bytes, item->sentence->bytes + item->sentence->size});
        window_fields_inherit(&o->record, &first);
    }
    return &o->record;
}
