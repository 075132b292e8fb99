/* span_find: shapes of records. */
#include "corpus/span_find.h"

static bool has(const struct record *r, const char *field, enum msg_type type)
{
    struct msg value = record_find(r, field);
    return value.data && msg_type(value) == type;
}

bool span_is_task(const struct record *r)
{
    return has(r, "data", MSG_MAP)
           && (has(r, "annotations", MSG_ARRAY) || has(r, "completions", MSG_ARRAY) || has(r, "predictions", MSG_ARRAY));
}

/* The type of the elements of `tokens`; MSG_END: there are none. */
static enum msg_type token_type(const struct record *r)
{
    struct msg tokens = record_find(r, "tokens");
    size_t n = 0;
    return tokens.data && msg_array(&tokens, &n) && n > 0 ? msg_type(tokens) : MSG_END;
}

/* Fields that may hold what looks like spans, and never are the spans of the text. */
static bool is_other(struct str name)
{
    static const char *const other[] = {"tokens", "sents", "relations", "offsets", "token_offsets"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (str_is(name, other[i]))
            return true;
    return false;
}

/* A field that is called like one for spans. */
static bool is_named(struct str name)
{
    static const char *const usual[] = {"spans", "ents", "entities", "label", "labels"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_is(name, usual[i]))
            return true;
    return false;
}

/* A record with words: spans without tags are worth a word. */
static struct span_place find_unread(const struct record *r)
{
    struct span_place place = {SPAN_FOUND_NONE, SIZE_MAX, SIZE_MAX};
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct record_field *f = &r->field[i];
        if (str_ends(f->name, "_tags") || str_is(f->name, "pred"))
            return (struct span_place){SPAN_FOUND_NONE, SIZE_MAX, SIZE_MAX};
        if (is_named(f->name) && span_shape(f->value) == SPAN_LIST && has(r, "text", MSG_STR))
            place = (struct span_place){SPAN_FOUND_UNREAD, i, SIZE_MAX};
    }
    return place;
}

struct span_place span_find(const struct record *r)
{
    struct span_place place = {SPAN_FOUND_NONE, SIZE_MAX, SIZE_MAX};
    if (span_is_task(r)) {
        place.found = SPAN_FOUND_TASK;
        return place;
    }
    enum msg_type tokens = token_type(r);
    bool is_empty = false;
    if (record_find(r, "input_ids").data || record_find(r, "word_ids").data)
        return place;
    if (tokens == MSG_STR)
        return find_unread(r);
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct record_field *f = &r->field[i];
        enum span_shape shape = is_other(f->name) ? SPAN_NO_LIST : span_shape(f->value);
        if (shape == SPAN_OURS)
            return (struct span_place){SPAN_FOUND_NONE, SIZE_MAX, SIZE_MAX};
        is_empty |= shape == SPAN_EMPTY && is_named(f->name);
        if (shape != SPAN_LIST && !(shape == SPAN_BROKEN && is_named(f->name)))
            continue;
        place.found = place.number == SIZE_MAX ? SPAN_FOUND_FIELD : SPAN_FOUND_SEVERAL;
        if (place.number == SIZE_MAX)
            place.number = i;
        else
            place.other = i;
    }
    if (place.found == SPAN_FOUND_NONE && has(r, "text", MSG_STR)) {
        if (tokens == MSG_MAP)
            place.found = SPAN_FOUND_FIELD;
        else if (is_empty)
            place.found = SPAN_FOUND_UNKNOWN;
    }
    return place;
}

/* ---- a file that is one object ---- */

/* Whether a map looks like a record: it has words, or a text with spans. */
static bool has_words(struct msg map)
{
    struct msg tokens = span_key(map, "tokens"), text = span_key(map, "text");
    return (tokens.data && msg_type(tokens) == MSG_ARRAY)
           || (text.data && msg_type(text) == MSG_STR
               && (span_shape(span_key(map, "entities")) == SPAN_LIST || span_shape(span_key(map, "label")) == SPAN_LIST
                   || span_shape(span_key(map, "spans")) == SPAN_LIST));
}

static bool has_null(struct msg list)
{
    size_t n = 0;
    bool found = false;
    for (msg_array(&list, &n); n > 0 && !found; n--) {
        found = msg_type(list) == MSG_NIL;
        msg_value(&list);
    }
    return found;
}

const char *span_find_nested(const struct record *r, struct str *field)
{
    for (size_t i = 0; i < r->n_fields; i++) {
        struct msg list = r->field[i].value;
        struct str text;
        size_t n;
        if (!msg_array(&list, &n) || n == 0)
            continue;
        struct msg row = span_key(list, "row"), first = row.data ? row : list, pair = first;
        bool is_pair = msg_array(&pair, &n) && n == 2 && msg_str(&pair, &text) && msg_type(pair) == MSG_MAP;
        bool is_row = row.data && msg_type(row) == MSG_MAP;
        *field = r->field[i].name;
        if (is_pair || is_row || has_words(first))
            return is_row ? ".row" : has_null(r->field[i].value) ? " | values" : "";
    }
    return NULL;
}
