/* sentence_mentions: entities from tags and from spans, and gold against predicted. */
#include "tags/sentence.h"

#include <stdlib.h>
#include <string.h>

struct entity *entities_add(struct entities *m, size_t start, size_t end, struct str type, double score)
{
    GROW(m->data, m->room, m->n + 1);
    m->data[m->n] = (struct entity){.start = start, .end = end, .type = type, .score = score};
    return &m->data[m->n++];
}

/* ---- from tags ---- */

bool sentence_has_scheme(const struct label_set *labels)
{
    for (size_t i = 0; i < labels->n; i++) {
        const char *name = labels->name[i];
        if (strcmp(name, "O") != 0 && !(*name && strchr("BIESLU", *name) && name[1] == '-'))
            return false;
    }
    return true;
}

struct part { char prefix; struct str type; };

static struct part take_apart(const char *name, bool scheme)
{
    if (strcmp(name, "O") == 0)
        return (struct part){'O', {"", 0}};
    if (!scheme)
        return (struct part){'S', {name, strlen(name)}};
    char prefix = *name == 'L' ? 'E' : *name == 'U' ? 'S' : *name;
    return (struct part){prefix, {name + 2, strlen(name + 2)}};
}

static bool same(struct str a, struct str b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Whether an entity that `last` was in goes on. */
static bool goes_on(struct part last, struct part now)
{
    return (last.prefix == 'B' || last.prefix == 'I') && (now.prefix == 'I' || now.prefix == 'E') && same(last.type, now.type);
}

static size_t offset(const struct sentence *s, const char *at)
{
    return (size_t)(at - s->text.data);
}

static double mean(const struct array_floats *score, size_t from, size_t to)
{
    double sum = 0;
    if (to > score->n)
        return -1;
    for (size_t i = from; i < to; i++)
        sum += score->data[i];
    return sum / (double)(to - from);
}

/* The scores of words, where they are for all of them. */
static void read_scores(struct sentence *s, const struct record *record)
{
    struct msg list = record_find(record, "score");
    size_t n;
    double value;
    s->scores.n = 0;
    if (!list.data || !msg_array(&list, &n) || n != s->words.n)
        return;
    GROW(s->scores.data, s->scores.room, n);
    while (s->scores.n < n && msg_real(&list, &value))
        s->scores.data[s->scores.n++] = (float)value;
    if (s->scores.n < n)
        s->scores.n = 0;
}

static void from_tags(struct sentence *s, const struct header *h, const char *field, const struct record *record,
                      struct array_ints *tags, bool scored, struct entities *to)
{
    const struct label_set *labels = header_labels(h, field);
    if (!labels)
        die("the header has no label names for '%s'", field);
    record_tags(record, labels, tags);
    if (tags->n != s->words.n)
        record_die(record, "%zu values of %s for %zu words", tags->n, field, s->words.n);
    s->scores.n = 0;
    if (scored)
        read_scores(s, record);
    bool scheme = sentence_has_scheme(labels);
    struct part last = {'O', {"", 0}};
    to->known = true;
    for (size_t i = 0, first = 0; i < tags->n; i++) {
        struct part now = take_apart(labels->name[tags->data[i]], scheme);
        if (now.prefix != 'O') {
            if (!goes_on(last, now)) {
                first = i;
                entities_add(to, offset(s, s->words.data[i].data), 0, now.type, 0);
            }
            struct entity *m = &to->data[to->n - 1];
            m->end = offset(s, s->words.data[i].data + s->words.data[i].size);
            m->score = mean(&s->scores, first, i + 1);
        }
        last = now;
    }
}

/* ---- from spans ---- */

static size_t bytes_of(struct str text, int64_t codes)
{
    size_t at = 0;
    for (; codes > 0 && at < text.size; codes--)
        do
            at++;
        while (at < text.size && (text.data[at] & 0xc0) == 0x80);
    return at;
}

static struct str without_prefix(struct str label)
{
    bool prefix = label.size > 2 && label.data[1] == '-' && strchr("BI", label.data[0]);
    return prefix ? (struct str){label.data + 2, label.size - 2} : label;
}

static void from_span(struct sentence *s, const struct record *record, size_t number, struct msg map, struct entities *to)
{
    static const char *const key[] = {"start", "end", "start_byte", "end_byte", "start_word", "end_word"};
    int64_t place[6] = {-1, -1, -1, -1, -1, -1};
    struct str name, type = {"", 0};
    double score = -1;
    size_t n;
    if (!msg_map(&map, &n))
        record_die(record, "entities[%zu] is no map", number);
    for (; n > 0; n--) {
        if (!msg_str(&map, &name))
            record_die(record, "entities[%zu] has a key that is no string", number);
        struct msg value = msg_value(&map);
        for (size_t k = 0; k < 6; k++)
            if (str_is(name, key[k]))
                msg_int(&value, &place[k]);
        if (str_is(name, "entity_group") || str_is(name, "entity"))
            msg_str(&value, &type);
        if (str_is(name, "score"))
            msg_real(&value, &score);
    }
    size_t start, end;
    if (record_find(record, "tokens").data && place[4] >= 0 && place[4] < place[5] && (size_t)place[5] <= s->words.n) {
        struct str last = s->words.data[place[5] - 1];                /* whatever delimiter the offsets count */
        start = offset(s, s->words.data[place[4]].data);
        end = offset(s, last.data + last.size);
    } else if (place[2] >= 0 && place[2] <= place[3] && (size_t)place[3] <= s->text.size) {
        start = (size_t)place[2];
        end = (size_t)place[3];
    } else if (place[0] >= 0 && place[0] <= place[1]) {
        start = bytes_of(s->text, place[0]);
        end = bytes_of(s->text, place[1]);
    } else
        record_die(record, "entities[%zu] does not lie in the text: no start and end, start_byte and end_byte", number);
    if (to->n > 0 && start < to->data[to->n - 1].end)
        record_die(record, "entities[%zu] begins before the one before it ends", number);
    entities_add(to, start, end, without_prefix(type), score);
}

static void from_spans(struct sentence *s, const struct record *record, struct entities *to)
{
    struct msg list = record_find(record, "entities");
    size_t n;
    if (!msg_array(&list, &n))
        record_die(record, "field 'entities' is no array");
    to->known = true;
    for (size_t i = 0; i < n; i++)
        from_span(s, record, i, msg_value(&list), to);
}

/* ---- gold against predicted ---- */

static bool overlap(const struct entity *a, const struct entity *b)
{
    return (a->start < b->end && b->start < a->end) || a->start == b->start;        /* a word may be empty */
}

static bool same_extent(const struct entity *a, const struct entity *b)
{
    return a->start == b->start && a->end == b->end;
}

/* Both lists are in order: those that end before an entity begins, or ends, can be left behind. */
static void judge(struct entities *of, const struct entities *against, enum entity_error alone)
{
    for (size_t i = 0, k = 0, e = 0; i < of->n; i++) {
        struct entity *m = &of->data[i];
        while (k < against->n && against->data[k].end <= m->start && against->data[k].start < m->start)
            k++;
        while (e < against->n && against->data[e].end < m->end)
            e++;
        size_t exact = e;
        while (exact < against->n && against->data[exact].end == m->end && !same_extent(&against->data[exact], m))
            exact++;
        bool found = exact < against->n && same_extent(&against->data[exact], m);
        m->other = found ? exact : k < against->n && overlap(&against->data[k], m) ? k : SIZE_MAX;
        m->error = m->other == SIZE_MAX ? alone : !found ? ENTITY_BOUNDARY
            : same(against->data[exact].type, m->type) ? ENTITY_RIGHT : ENTITY_TYPE;
    }
}

void entities_compare(struct entities *gold, struct entities *pred)
{
    judge(gold, pred, ENTITY_MISSED);
    judge(pred, gold, ENTITY_SPURIOUS);
}

static bool any_differs(const struct header *h, const char *gold, const char *pred, const struct sentence *s)
{
    const struct label_set *g = header_labels(h, gold), *p = header_labels(h, pred);
    for (size_t i = 0; i < s->words.n; i++)
        if (strcmp(g->name[s->ints.data[i]], p->name[s->other.data[i]]) != 0)
            return true;
    return false;
}

void sentence_entities(struct sentence *s, const struct header *h, const char *gold, const char *pred,
                       const struct record *record)
{
    s->gold.n = s->pred.n = 0;
    s->gold.known = s->pred.known = s->differs = s->tags_differ = false;
    if (gold)
        from_tags(s, h, gold, record, &s->ints, false, &s->gold);
    if (pred)
        from_tags(s, h, pred, record, &s->other, true, &s->pred);
    else if (record_find(record, "entities").data)
        from_spans(s, record, &s->pred);
    if (!s->gold.known || !s->pred.known)
        return;
    entities_compare(&s->gold, &s->pred);
    for (size_t i = 0; i < s->gold.n; i++)
        s->differs |= s->gold.data[i].error != ENTITY_RIGHT;
    for (size_t i = 0; i < s->pred.n; i++)
        s->differs |= s->pred.data[i].error != ENTITY_RIGHT;
    s->tags_differ = pred && any_differs(h, gold, pred, s);
}
