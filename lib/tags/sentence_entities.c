/* sentence_entities: the entities of a record, from its tags or from its field `entities`. */
#include "stream/record.h"
#include "tags/labels.h"
#include "tags/scheme.h"
#include "tags/sentence.h"
#include "text/utf8.h"

static size_t word_start(const struct sentence *s, size_t word)
{
    return (size_t)(s->words.data[word].data - s->text.data);
}

static size_t word_end(const struct sentence *s, size_t word)
{
    return word_start(s, word) + s->words.data[word].size;
}

/* ---- from tags ---- */

/* Of the words that have a score; -1 if there is none. */
static double mean(const struct array_floats *score, size_t from, size_t to)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = from; i < to && to <= score->n; i++)
        if (score->data[i] >= 0) {
            sum += score->data[i];
            n++;
        }
    return n > 0 ? sum / (double)n : -1;
}

/* The scores of the words; -1 for a word without one (nil: the model has not seen it). */
static void read_scores(struct sentence *s, const struct record *record)
{
    struct msg list = record_find(record, "score");
    size_t n;
    s->scores.n = 0;
    if (!list.data || !msg_array(&list, &n) || n != s->words.n)
        return;
    GROW(s->scores.data, s->scores.room, n);
    for (; s->scores.n < n; s->scores.n++) {
        struct msg score = msg_value(&list);
        bool none = msg_type(score) == MSG_NIL;
        s->scores.data[s->scores.n] = none ? -1 : (float)record_number(record, "score", s->scores.n, score);
    }
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
    bool has_scheme = labels_have_scheme(labels);
    struct tag last = TAG_OUTSIDE;
    to->known = true;
    for (size_t i = 0, first = 0; i < tags->n; i++) {
        struct tag tag = labels_tag(labels->name[tags->data[i]], has_scheme);
        if (tag.prefix != 'O') {
            if (!scheme_goes_on(last, tag)) {
                first = i;
                entities_add(to, word_start(s, i), 0, tag.type, 0);
            }
            struct entity *entity = &to->data[to->n - 1];
            entity->end = word_end(s, i);
            entity->score = mean(&s->scores, first, i + 1);
        }
        last = tag;
    }
}

/* ---- from the field `entities` ---- */

/* A label of a single piece ("entity": "B-PER") has its prefix still. A type may begin as a label of other schemes than IOB does
 * (E-MAIL): these are labels where all labels of the model are tags. */
static struct str without_prefix(const struct header *h, struct str label, bool is_piece)
{
    struct tag tag;
    const struct label_set *labels = header_labels(h, "logits");
    if (!tag_parse(label, &tag) || tag.rest.size < 2)
        return label;
    bool is_iob = tag.prefix == 'B' || tag.prefix == 'I';
    return is_iob || (is_piece && labels && labels_have_scheme(labels)) ? tag.type : label;
}

static int64_t number_of(struct msg value)
{
    int64_t number;
    return value.data && msg_int(&value, &number) ? number : -1;
}

/* Whether bytes of the text lie in the words that they should lie in: the words' delimiter is the blank that s->text has. */
static bool fits(const struct sentence *s, int64_t first, int64_t past, int64_t start, int64_t end)
{
    return start >= (int64_t)word_start(s, (size_t)first) && start < (int64_t)word_end(s, (size_t)first)
           && end > (int64_t)word_start(s, (size_t)past - 1) && end <= (int64_t)word_end(s, (size_t)past - 1);
}

/* Pieces without "##" may have the blank before them, and two pieces may be parts of one character. */
static struct str without_blanks(struct str text)
{
    while (text.size > 0 && text.data[0] == ' ')
        text = (struct str){text.data + 1, text.size - 1};
    while (text.size > 0 && text.data[text.size - 1] == ' ')
        text.size--;
    return text;
}

/* Of two entities that overlap the longer one stays, or the one with the higher score, or the first (pipeline's
 * aggregate_overlapping_entities). Returns whether it is the new one, which is to be added; the last one is then gone. */
static bool settle(struct entities *e, size_t size, double score)
{
    const struct entity *last = &e->data[e->n - 1];
    size_t last_size = last->end - last->start;
    bool better = size > last_size || (size == last_size && score > last->score);
    e->n -= better;
    return better;
}

/* Returns false, with nothing added, if it begins before the one before it ends. `whole`: an entity in a part of a word has the
 * whole word. */
static bool add_span(struct sentence *s, const struct header *h, const struct record *record, bool whole, size_t number,
                     struct msg element, struct entities *to)
{
    struct entities_map map = entities_map_read(record, number, element);
    int64_t first = number_of(map.start_word), past = number_of(map.end_word);
    int64_t start_byte = number_of(map.start_byte), end_byte = number_of(map.end_byte);
    int64_t start_code = number_of(map.start), end_code = number_of(map.end);
    struct str type = {"", 0};
    double score = -1;
    size_t start, end;
    bool by_words = record_find(record, "tokens").data && !record_find(record, "token_offsets").data && first >= 0 && first < past
                    && (size_t)past <= s->words.n;
    if (by_words && (whole || !fits(s, first, past, start_byte, end_byte))) {
        start = word_start(s, (size_t)first); /* whatever delimiter the offsets count */
        end = word_end(s, (size_t)past - 1);
    } else if (start_byte >= 0 && start_byte <= end_byte && (size_t)end_byte <= s->text.size) {
        start = (size_t)start_byte;
        end = (size_t)end_byte;
    } else if (start_code >= 0 && start_code <= end_code) {
        start = utf8_offset(s->text.data, s->text.size, (size_t)start_code);
        end = utf8_offset(s->text.data, s->text.size, (size_t)end_code);
    } else
        record_die(record, "entities[%zu] does not lie in the text: no start and end, start_byte and end_byte", number);
    if (map.score.data && msg_type(map.score) != MSG_NIL)
        score = record_number(record, "entities", number, map.score);
    if (h->spelling) {
        struct str text = without_blanks((struct str){s->text.data + start, end - start});
        start = (size_t)(text.data - s->text.data);
        end = start + text.size;
    }
    bool settles = h->spelling && !s->every, overlaps = to->n > 0 && start < to->data[to->n - 1].end;
    if (settles && start == end)
        return true;
    if (overlaps && (whole || !h->spelling))
        return false;
    if (overlaps && settles && !settle(to, end - start, score))
        return true;
    if (map.type.data)
        msg_str(&map.type, &type);
    entities_add(to, start, end, without_prefix(h, type, map.type.data == map.label.data), score);
    return true;
}

/* Returns SIZE_MAX, or the number of the first one that overlaps another. */
static size_t add_spans(struct sentence *s, const struct header *h, const struct record *record, bool whole, struct msg list,
                        struct entities *to)
{
    size_t n = 0;
    msg_array(&list, &n);
    to->n = 0;
    for (size_t i = 0; i < n; i++)
        if (!add_span(s, h, record, whole, i, msg_value(&list), to))
            return i;
    return SIZE_MAX;
}

static void from_spans(struct sentence *s, const struct header *h, const struct record *record, struct entities *to)
{
    struct msg list = record_find(record, "entities");
    if (msg_type(list) != MSG_ARRAY)
        record_die(record, "field 'entities' is not an array");
    to->known = true;
    if (add_spans(s, h, record, true, list, to) == SIZE_MAX)
        return;
    size_t bad = add_spans(s, h, record, false, list, to); /* two may be in one word */
    if (bad != SIZE_MAX)
        record_die(record, "entities[%zu] begins before the one before it ends", bad);
}

/* ---- both sides ---- */

static bool tags_differ(const struct header *h, const char *gold, const char *pred, const struct sentence *s)
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
        from_spans(s, h, record, &s->pred);
    if (!s->gold.known || !s->pred.known)
        return;
    entities_compare(&s->gold, &s->pred);
    for (size_t i = 0; i < s->gold.n; i++)
        s->differs |= s->gold.data[i].error != ENTITY_RIGHT;
    for (size_t i = 0; i < s->pred.n; i++)
        s->differs |= s->pred.data[i].error != ENTITY_RIGHT;
    s->tags_differ = pred && tags_differ(h, gold, pred, s);
}
