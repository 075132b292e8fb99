/* score_input: gold and predicted tags, checked. */
#include "score/score_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "stream/fields.h"

static const struct label_set *labels_of(const struct score_input *in, const char *field)
{
    const struct header *h = reader_header(in->reader);
    if (in->name && !h->any_fields && !header_has_field(h, field))
        die("%s: the stream has no field '%s'%s", in->name, field, reader_advice(in->reader, field));
    if (in->name && !header_labels(h, field))
        die("%s: the stream's header has no labels of '%s'", in->name, field);
    reader_need(in->reader, field);
    return reader_labels(in->reader, field);
}

static void find_labels(struct score_input *in, const char *gold, const char *pred)
{
    in->gold_labels = labels_of(in, gold);
    in->pred_labels = labels_of(in, pred);
}

struct score_input score_input_new(struct reader *reader, const char *gold, const char *pred)
{
    struct score_input in = {.reader = reader};
    find_labels(&in, gold, pred);
    return in;
}

struct score_input score_input_open(const char *path, const char *gold, const char *pred)
{
    struct score_input in = {.name = path, .paths = xcalloc(2, sizeof *in.paths)};
    in.paths[0] = path;
    in.reader = reader_open(in.paths, "sentence");
    find_labels(&in, gold, pred);
    return in;
}

/* Returns whether some words have no label. */
static bool read_gold(const struct record *r, const struct label_set *labels, struct array_ints *gold)
{
    record_ints(r, labels->field, gold);
    bool outside = false, unlabelled = false;
    for (size_t i = 0; i < gold->n; i++) {
        outside |= (uint32_t)gold->data[i] >= labels->n;
        unlabelled |= gold->data[i] == LABEL_NONE;
    }
    for (size_t i = 0; outside && i < gold->n; i++)
        if (gold->data[i] != LABEL_NONE && (gold->data[i] < 0 || (size_t)gold->data[i] >= labels->n))
            record_die(r, "%s[%zu] is %d; the header names %zu labels", labels->field, i, gold->data[i], labels->n);
    return unlabelled;
}

static size_t drop_unlabelled(size_t n, int32_t *gold, int32_t *pred)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (gold[i] != LABEL_NONE) {
            gold[kept] = gold[i];
            pred[kept++] = pred[i];
        }
    return kept;
}

bool score_input_next(struct score_input *in)
{
    const struct record *r = in->record = reader_next(in->reader);
    if (!r)
        return false;
    bool unlabelled = read_gold(r, in->gold_labels, &in->gold);
    if (in->gold_labels == in->pred_labels)
        read_gold(r, in->pred_labels, &in->pred);
    else
        record_tags(r, in->pred_labels, &in->pred);
    if (in->gold.n != in->pred.n)
        record_die(r, "%zu tags in %s, but %zu in %s", in->gold.n, in->gold_labels->field, in->pred.n, in->pred_labels->field);
    in->n = unlabelled ? drop_unlabelled(in->gold.n, in->gold.data, in->pred.data) : in->gold.n;
    return true;
}

/* Whether two ids are the same: in msgpack a number has several forms. */
static bool same_id(struct msg a, struct msg b)
{
    int64_t x, y;
    struct str s, t;
    if (msg_int(&a, &x))
        return msg_int(&b, &y) && x == y;
    return !msg_str(&a, &s) || (msg_str(&b, &t) && s.size == t.size && memcmp(s.data, t.data, s.size) == 0);
}

static bool same_words(struct msg a, struct msg b)
{
    struct array_strs x = {0}, y = {0};
    size_t size = (size_t)(a.end - a.data);
    if (size == (size_t)(b.end - b.data) && memcmp(a.data, b.data, size) == 0)
        return true;
    bool same = msg_strs(a, &x) && msg_strs(b, &y) && x.n == y.n;
    for (size_t i = 0; same && i < x.n; i++)
        same = x.data[i].size == y.data[i].size && memcmp(x.data[i].data, y.data[i].data, x.data[i].size) == 0;
    free(x.data);
    free(y.data);
    return same;
}

static bool same_gold(const struct score_input *a, const struct score_input *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->gold_labels->name[a->gold.data[i]], b->gold_labels->name[b->gold.data[i]]) == 0;
    return same;
}

/* Die unless the last records of both are the same sentence. */
static void check_same(const struct score_input *in, const struct score_input *other)
{
    const struct record *a = in->record, *b = other->record;
    const char *name = file_name(other->name);
    if (!a && !b)
        return;
    if (!b)
        die("%s has no counterpart: %s ends before it", record_name(a), name);
    if (!a)
        die("%s of %s has no counterpart here", record_name(b), name);
    const char *differs = NULL;
    struct msg id[2] = {record_find(a, "id"), record_find(b, "id")};
    struct msg words[2] = {record_find(a, "tokens"), record_find(b, "tokens")};
    if (id[0].data && id[1].data && !same_id(id[0], id[1]))
        differs = "other ids";
    else if (words[0].data && words[1].data && !same_words(words[0], words[1]))
        differs = "other words";
    else if (!same_gold(in, other))
        differs = "other gold tags";
    if (!differs)
        return;
    char mine[160];
    snprintf(mine, sizeof mine, "%s", record_name(a));
    die("%s here and %s in %s have %s: two streams are compared sentence by sentence", mine, record_name(b), name, differs);
}

bool score_input_next_of_both(struct score_input *in, struct score_input *other)
{
    bool more = score_input_next(in);
    if (other) {
        score_input_next(other);
        check_same(in, other);
    }
    return more;
}

void score_input_close(struct score_input *in)
{
    if (in->paths)
        reader_close(in->reader);
    free(in->paths);
    free(in->gold.data);
    free(in->pred.data);
}
