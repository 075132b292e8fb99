/* errors_example: one error in its sentence, as text and JSON. */
#include "score/errors_example.h"

#include <stdlib.h>

#include "json/json_print.h"
#include "json/json_write.h"
#include "text/printable.h"

enum { CONTEXT = 5 }; /* words before and after the error */

/* words */
struct range {
    size_t start, end;
};

static struct range range_of(const struct score_words *words, const struct entity *entity)
{
    return (struct range){words->word.data[entity->start], words->word.data[entity->end - 1] + 1};
}

/* The words of both sides of an error. */
static struct range focus_of(const struct score_words *words, const struct entity *gold, const struct entity *pred)
{
    struct range a = range_of(words, gold ? gold : pred), b = range_of(words, pred ? pred : gold);
    return (struct range){a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

static struct range with_context(struct range focus, size_t n_words)
{
    return (struct range){focus.start > CONTEXT ? focus.start - CONTEXT : 0,
                          focus.end + CONTEXT < n_words ? focus.end + CONTEXT : n_words};
}

static bool overlap(struct range a, struct range b)
{
    return a.start < b.end && b.start < a.end;
}

/* ---- text ---- */

/* The shown words; entities that overlap the focus stand in brackets. The entities are in the order of their ends. */
static void add_marked(struct buffer *to, const struct score_words *words, bool tags, const struct entities *entities,
                       struct range focus)
{
    size_t n_words = words->sentence.words.n, begun = 0; /* entities[0, begun) start at this word or before */
    struct range shown = with_context(focus, n_words);
    buffer_add_string(to, shown.start > 0 ? "... " : "");
    for (size_t i = shown.start; i < shown.end; i++) {
        buffer_add(to, " ", i > shown.start);
        for (; begun < entities->n && range_of(words, &entities->data[begun]).start <= i; begun++) {
            struct range r = range_of(words, &entities->data[begun]);
            if (r.start != i || !overlap(r, focus))
                continue;
            buffer_add_string(to, "[");
            if (!tags) {
                printable_add(to, entities->data[begun].type);
                buffer_add_string(to, " ");
            }
        }
        printable_add(to, words->sentence.words.data[i]);
        for (size_t k = begun; k-- > 0 && range_of(words, &entities->data[k]).end > i;) {
            struct range r = range_of(words, &entities->data[k]);
            if (r.end == i + 1 && r.start >= shown.start && overlap(r, focus))
                buffer_add_string(to, "]");
        }
    }
    buffer_add_string(to, shown.end < n_words ? " ...\n" : "\n");
}

void errors_example_text(struct buffer *to, const struct score_words *words, bool tags, const struct score_sentence *sentence,
                         const struct entity *gold, const struct entity *pred)
{
    struct range focus = focus_of(words, gold, pred);
    const char *name = record_name(sentence->record);
    buffer_add_string(to, "  ");
    printable_add(to, (struct str){name, strlen(name)});
    buffer_add_string(to, tags ? ": " : "\n    gold  ");
    add_marked(to, words, tags, &sentence->gold, focus);
    if (tags)
        return;
    buffer_add_string(to, "    pred  ");
    add_marked(to, words, tags, &sentence->pred, focus);
}

/* ---- JSON ---- */

static void add_words(struct buffer *to, const struct score_words *words, const char *before, struct range range)
{
    struct buffer joined = {0};
    for (size_t i = range.start; i < range.end; i++) {
        struct str w = words->sentence.words.data[i];
        buffer_add(&joined, " ", i > range.start);
        buffer_add(&joined, w.data, w.size);
    }
    buffer_add_string(to, before);
    json_print_str(to, (struct str){joined.data, joined.n});
    free(joined.data);
}

static void add_entity(struct buffer *to, const struct score_words *words, const char *before, const struct entity *entity)
{
    buffer_add_string(to, before);
    if (!entity) {
        buffer_add_string(to, "null");
        return;
    }
    struct range r = range_of(words, entity);
    buffer_add_string(to, "{\"type\": ");
    json_print_str(to, entity->type);
    json_print_count(to, ", \"start_word\": ", r.start);
    json_print_count(to, ", \"end_word\": ", r.end);
    add_words(to, words, ", \"text\": ", r);
    buffer_add_string(to, "}");
}

void errors_example_json(struct buffer *to, const struct score_words *words, const struct score_sentence *sentence,
                         const struct entity *gold, const struct entity *pred)
{
    struct range focus = focus_of(words, gold, pred), shown = with_context(focus, words->sentence.words.n);
    struct json_writer state = {0};
    struct msg id = record_find(sentence->record, "id");
    json_print_count(to, "{\"record\": ", sentence->record->number);
    buffer_add_string(to, ", \"id\": ");
    if (!id.data || !json_write_value(&state, to, msg_value(&id), NULL))
        buffer_add_string(to, "null");
    add_entity(to, words, ", \"gold\": ", gold);
    add_entity(to, words, ", \"predicted\": ", pred);
    add_words(to, words, ", \"before\": ", (struct range){shown.start, focus.start});
    add_words(to, words, ", \"after\": ", (struct range){focus.end, shown.end});
    buffer_add_string(to, "}");
}
