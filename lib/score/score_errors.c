/* score_errors: errors by kind, with a sample of each. */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "json/json_print.h"
#include "json/json_write.h"
#include "score/analysis.h"
#include "text/intern.h"
#include "text/printable.h"

enum { CONTEXT = 5, TAG_EXAMPLES = 3 };     /* words to both sides; examples of a pair of tags */

struct example { uint64_t order; char *text; };
struct kind { uint64_t gold, pred; struct example *example; size_t n, room; };

struct errors {
    char *const *name;                      /* the scorer's types */
    const char *gold_field; bool tags, json;
    size_t n, n_examples; uint64_t seed;
    struct intern pairs;                    /* with tags: gold and predicted number, the name of a kind */
    struct kind *kind; size_t n_kinds, room;
    struct scored_words words; bool has_words;
    struct buffer text;
};

static const enum entity_error order[] = {ENTITY_BOUNDARY, ENTITY_TYPE, ENTITY_MISSED, ENTITY_SPURIOUS};
static const char *const kind_name[ENTITY_ERRORS] = {"right", "type", "boundary", "missed", "invented"};

struct errors *errors_new(const struct scorer *scorer, const char *gold_field, bool tags, size_t n, uint64_t seed, bool json)
{
    struct errors *e = xcalloc(1, sizeof *e);
    size_t n_types;
    e->name = scorer_types(scorer, &n_types);
    e->gold_field = gold_field;
    e->tags = tags;
    e->json = json;
    e->n = n;
    e->n_examples = tags && n > TAG_EXAMPLES ? TAG_EXAMPLES : n;
    e->seed = seed;
    if (!tags) {
        e->kind = xcalloc(ENTITY_ERRORS, sizeof *e->kind);
        e->n_kinds = e->room = ENTITY_ERRORS;
    }
    return e;
}

void errors_free(struct errors *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->n_kinds; i++) {
        for (size_t k = 0; k < e->kind[i].n; k++)
            free(e->kind[i].example[k].text);
        free(e->kind[i].example);
    }
    free(e->kind);
    intern_free(&e->pairs);
    scored_words_free(&e->words);
    free(e->text.data);
    free(e);
}

/* ---- one example ---- */

struct range { size_t start, end; };        /* words */

static struct range words_of(const struct errors *e, const struct entity *m)
{
    return (struct range){e->words.word.data[m->start], e->words.word.data[m->end - 1] + 1};
}

static void add_words(const struct errors *e, struct buffer *to, size_t from, size_t end, bool clean)
{
    for (size_t i = from; i < end; i++) {
        struct str w = e->words.sentence.words.data[i];
        buffer_add(to, " ", i > from);
        if (clean)
            printable_add(to, w);
        else
            buffer_add(to, w.data, w.size);
    }
}

/* The words around `focus`, the entities in it between brackets. */
static void add_marked(const struct errors *e, struct buffer *to, const struct entities *entities, struct range focus)
{
    size_t n = e->words.sentence.words.n, from = focus.start > CONTEXT ? focus.start - CONTEXT : 0, k = 0;
    size_t end = focus.end + CONTEXT < n ? focus.end + CONTEXT : n;
    buffer_add_string(to, from > 0 ? "... " : "");
    for (size_t i = from; i < end; i++) {
        buffer_add(to, " ", i > from);
        for (; k < entities->n && words_of(e, &entities->data[k]).start <= i; k++) {
            struct range r = words_of(e, &entities->data[k]);
            if (r.start != i || r.end <= focus.start || r.start >= focus.end)
                continue;
            buffer_add_string(to, "[");
            if (!e->tags) {
                printable_add(to, entities->data[k].type);
                buffer_add_string(to, " ");
            }
        }
        add_words(e, to, i, i + 1, true);
        for (size_t b = k; b-- > 0 && words_of(e, &entities->data[b]).end > i; ) {
            struct range r = words_of(e, &entities->data[b]);
            if (r.end == i + 1 && r.start >= from && r.end > focus.start && r.start < focus.end)
                buffer_add_string(to, "]");
        }
    }
    buffer_add_string(to, end < n ? " ...\n" : "\n");
}

static void add_example(struct errors *e, const struct scored *s, struct range focus)
{
    struct buffer *to = &e->text;
    const char *name = record_name(s->record);
    buffer_add_string(to, "  ");
    printable_add(to, (struct str){name, strlen(name)});
    buffer_add_string(to, e->tags ? ": " : "\n    gold  ");
    add_marked(e, to, &s->gold, focus);
    if (e->tags)
        return;
    buffer_add_string(to, "    pred  ");
    add_marked(e, to, &s->pred, focus);
}

static void add_json_words(const struct errors *e, struct buffer *to, const char *key, size_t from, size_t end)
{
    struct buffer words = {0};
    add_words(e, &words, from, end, false);
    buffer_format(to, "\"%s\": ", key);
    json_print_str(to, (struct str){words.data, words.n});
    free(words.data);
}

static void add_json_entity(const struct errors *e, struct buffer *to, const char *key, const struct entity *m)
{
    buffer_format(to, ", \"%s\": ", key);
    if (!m) {
        buffer_add_string(to, "null");
        return;
    }
    struct range r = words_of(e, m);
    buffer_add_string(to, "{\"type\": ");
    json_print_str(to, m->type);
    buffer_format(to, ", \"start_word\": %zu, \"end_word\": %zu, ", r.start, r.end);
    add_json_words(e, to, "text", r.start, r.end);
    buffer_add_string(to, "}");
}

static void add_json_example(struct errors *e, const struct scored *s, const struct entity *gold, const struct entity *pred,
                             struct range focus)
{
    struct buffer *to = &e->text;
    struct json_writer state = {0};
    struct msg id = record_find(s->record, "id");
    size_t n = e->words.sentence.words.n;
    buffer_format(to, "{\"record\": %llu, \"id\": ", (unsigned long long)s->record->number);
    if (!id.data || !json_write_value(&state, to, msg_value(&id), NULL))
        buffer_add_string(to, "null");
    add_json_entity(e, to, "gold", gold);
    add_json_entity(e, to, "predicted", pred);
    buffer_add_string(to, ", ");
    add_json_words(e, to, "before", focus.start > CONTEXT ? focus.start - CONTEXT : 0, focus.start);
    buffer_add_string(to, ", ");
    add_json_words(e, to, "after", focus.end, focus.end + CONTEXT < n ? focus.end + CONTEXT : n);
    buffer_add_string(to, "}");
}

/* ---- sampling ---- */

/* The place of the error of this number in the sample of its kind, or SIZE_MAX. */
static size_t draw(const struct errors *e, uint64_t kind, uint64_t number)
{
    if (number < e->n_examples)
        return (size_t)number;
    double place = rng_uniform(e->seed, kind, number) * (double)(number + 1);
    return place < (double)e->n_examples ? (size_t)place : SIZE_MAX;
}

static void add_error(struct errors *e, const struct scored *s, size_t kind, uint64_t number, const struct entity *gold,
                      const struct entity *pred)
{
    size_t place = draw(e, kind, number);
    if (place == SIZE_MAX)
        return;
    if (!e->has_words)
        scored_words_read(&e->words, s->record, e->gold_field);
    e->has_words = true;
    struct kind *k = &e->kind[kind];
    if (place == k->n) {
        GROW(k->example, k->room, place + 1);
        k->example[k->n++].text = NULL;
    }
    struct range a = words_of(e, gold ? gold : pred), b = words_of(e, pred ? pred : gold);
    struct range focus = {a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
    e->text.n = 0;
    if (e->json)
        add_json_example(e, s, gold, pred, focus);
    else
        add_example(e, s, focus);
    free(k->example[place].text);
    k->example[place] = (struct example){number, xstrndup(e->text.data, e->text.n)};
}

static size_t pair_of(struct errors *e, const struct entity *gold, const struct entity *pred)
{
    uint32_t pair[2] = {gold->number, pred->number};
    size_t kind = intern_add(&e->pairs, (struct str){(const char *)pair, sizeof pair});
    if (kind == e->n_kinds) {
        GROW(e->kind, e->room, kind + 1);
        e->kind[e->n_kinds++] = (struct kind){0};
    }
    return kind;
}

void errors_add(void *errors, const struct scored *s)
{
    struct errors *e = errors;
    e->has_words = false;
    for (size_t i = 0; i < s->gold.n; i++) {
        const struct entity *gold = &s->gold.data[i], *pred = gold->other == SIZE_MAX ? NULL : &s->pred.data[gold->other];
        if (gold->error == ENTITY_RIGHT)
            continue;
        size_t kind = e->tags ? pair_of(e, gold, pred) : gold->error;
        add_error(e, s, kind, e->kind[kind].gold++, gold, pred);
    }
    for (size_t i = 0; i < s->pred.n && !e->tags; i++) {
        const struct entity *pred = &s->pred.data[i];
        struct kind *k = &e->kind[pred->error];
        if (pred->error == ENTITY_SPURIOUS)
            add_error(e, s, ENTITY_SPURIOUS, k->pred, NULL, pred);
        k->pred += pred->error != ENTITY_RIGHT;
    }
}

/* ---- printing ---- */

static int by_order(const void *a, const void *b)
{
    uint64_t x = ((const struct example *)a)->order, y = ((const struct example *)b)->order;
    return x < y ? -1 : x > y;
}

static void sort_examples(struct kind *k)
{
    if (k->n > 1)
        qsort(k->example, k->n, sizeof *k->example, by_order);
}

struct frequent { uint64_t n; size_t kind; };

static int by_frequency(const void *a, const void *b)
{
    const struct frequent *x = a, *y = b;
    return x->n > y->n ? -1 : x->n < y->n ? 1 : x->kind < y->kind ? -1 : x->kind > y->kind;
}

/* Pairs of tags, the most frequent first; free it. */
static struct frequent *sort_pairs(const struct errors *e)
{
    struct frequent *f = xmalloc(e->n_kinds, sizeof *f);
    for (size_t i = 0; i < e->n_kinds; i++)
        f[i] = (struct frequent){e->kind[i].gold, i};
    if (e->n_kinds > 1)
        qsort(f, e->n_kinds, sizeof *f, by_frequency);
    return f;
}

static struct str pair_name(const struct errors *e, size_t kind, size_t side)
{
    uint32_t pair[2];
    memcpy(pair, e->pairs.name[kind], sizeof pair);
    return (struct str){e->name[pair[side]], strlen(e->name[pair[side]])};
}

static void tags_text(struct errors *e, struct buffer *to)
{
    struct frequent *f = sort_pairs(e);
    buffer_format(to, "Errors: the most frequent of %zu pairs of tags\n", e->n_kinds);
    for (size_t i = 0; i < e->n_kinds && i < e->n; i++) {
        struct kind *k = &e->kind[f[i].kind];
        sort_examples(k);
        buffer_add_string(to, "\n");
        printable_add(to, pair_name(e, f[i].kind, 0));
        buffer_add_string(to, " predicted as ");
        printable_add(to, pair_name(e, f[i].kind, 1));
        buffer_format(to, ": %llu\n", (unsigned long long)k->gold);
        for (size_t x = 0; x < k->n; x++)
            buffer_add_string(to, k->example[x].text);
    }
    free(f);
}

void errors_text(struct errors *e, struct buffer *to)
{
    if (e->tags) {
        tags_text(e, to);
        return;
    }
    buffer_add_string(to, "Errors: entities, and a sample of them\n");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct kind *k = &e->kind[order[i]];
        sort_examples(k);
        buffer_format(to, "\n%s:", kind_name[order[i]]);
        if (order[i] != ENTITY_SPURIOUS)
            buffer_format(to, " %llu gold", (unsigned long long)k->gold);
        if (order[i] != ENTITY_MISSED)
            buffer_format(to, "%s %llu predicted", order[i] == ENTITY_SPURIOUS ? "" : ",", (unsigned long long)k->pred);
        buffer_add_string(to, "\n");
        for (size_t x = 0; x < k->n; x++)
            buffer_add_string(to, k->example[x].text);
    }
}

static void examples_json(struct kind *k, struct buffer *to)
{
    sort_examples(k);
    buffer_add_string(to, "\"examples\": [");
    for (size_t x = 0; x < k->n; x++) {
        buffer_add_string(to, x ? ", " : "");
        buffer_add_string(to, k->example[x].text);
    }
    buffer_add_string(to, "]}");
}

/* {"boundary": {"gold": N, "predicted": N, "examples": [...]}, ...}; with tags [{"gold": "NN", "predicted": "VB", "number": N, ...}] */
void errors_json(struct errors *e, struct buffer *to)
{
    struct frequent *f = e->tags ? sort_pairs(e) : NULL;
    buffer_add_string(to, e->tags ? "[" : "{");
    for (size_t i = 0; e->tags && i < e->n_kinds && i < e->n; i++) {
        buffer_add_string(to, i ? ", {\"gold\": " : "{\"gold\": ");
        json_print_str(to, pair_name(e, f[i].kind, 0));
        buffer_add_string(to, ", \"predicted\": ");
        json_print_str(to, pair_name(e, f[i].kind, 1));
        buffer_format(to, ", \"number\": %llu, ", (unsigned long long)f[i].n);
        examples_json(&e->kind[f[i].kind], to);
    }
    for (size_t i = 0; !e->tags && i < sizeof order / sizeof *order; i++) {
        struct kind *k = &e->kind[order[i]];
        buffer_format(to, "%s\"%s\": {\"gold\": %llu, \"predicted\": %llu, ", i ? ", " : "", kind_name[order[i]],
                    (unsigned long long)k->gold, (unsigned long long)k->pred);
        examples_json(k, to);
    }
    buffer_add_string(to, e->tags ? "]" : "}");
    free(f);
}
