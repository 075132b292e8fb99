/* errors: counted by kind, with a sample of each. */
#include "score/errors.h"

#include <stdlib.h>

#include "base/rng.h"
#include "score/errors_example.h"
#include "score/errors_private.h"

enum { TAG_SAMPLES = 3 }; /* examples of a pair of tags */

struct errors *errors_new(const struct scorer *scorer, const char *gold_field, bool tags, size_t n, uint64_t seed, bool json)
{
    struct errors *e = xcalloc(1, sizeof *e);
    size_t n_types;
    e->name = scorer_types(scorer, &n_types);
    e->gold_field = gold_field;
    e->tags = tags;
    e->json = json;
    e->max_kinds = n;
    e->max_samples = tags && n > TAG_SAMPLES ? TAG_SAMPLES : n;
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
            free(e->kind[i].sample[k].text);
        free(e->kind[i].sample);
    }
    free(e->kind);
    intern_free(&e->pairs);
    score_words_free(&e->words);
    free(e->text.data);
    free(e);
}

/* Where in the sample of its kind the error of this number goes; SIZE_MAX: nowhere. */
static size_t draw(const struct errors *e, uint64_t kind, uint64_t number)
{
    if (number < e->max_samples)
        return (size_t)number;
    double position = rng_uniform(e->seed, kind, number) * (double)(number + 1);
    return position < (double)e->max_samples ? (size_t)position : SIZE_MAX;
}

static void add_error(struct errors *e, const struct score_sentence *s, size_t kind, uint64_t number, const struct entity *gold,
                      const struct entity *pred)
{
    size_t position = draw(e, kind, number);
    if (position == SIZE_MAX)
        return;
    if (!e->has_words)
        score_words_read(&e->words, s->record, e->gold_field);
    e->has_words = true;
    struct errors_kind *k = &e->kind[kind];
    if (position == k->n) {
        GROW(k->sample, k->room, position + 1);
        k->sample[k->n++].text = NULL;
    }
    e->text.n = 0;
    if (e->json)
        errors_example_json(&e->text, &e->words, s, gold, pred);
    else
        errors_example_text(&e->text, &e->words, e->tags, s, gold, pred);
    free(k->sample[position].text);
    k->sample[position] = (struct errors_sample){number, xstrndup(e->text.data, e->text.n)};
}

static size_t kind_of_pair(struct errors *e, const struct entity *gold, const struct entity *pred)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of tags, each error has both */
    uint32_t pair[2] = {gold->number, pred->number};
    size_t kind = intern_add(&e->pairs, (struct str){(const char *)pair, sizeof pair});
    if (kind == e->n_kinds) {
        GROW(e->kind, e->room, kind + 1);
        e->kind[e->n_kinds++] = (struct errors_kind){0};
    }
    return kind;
}

void errors_add(void *errors, const struct score_sentence *s)
{
    struct errors *e = errors;
    e->has_words = false;
    for (size_t i = 0; i < s->gold.n; i++) {
        const struct entity *gold = &s->gold.data[i], *pred = gold->other == SIZE_MAX ? NULL : &s->pred.data[gold->other];
        if (gold->error == ENTITY_RIGHT)
            continue;
        size_t kind = e->tags ? kind_of_pair(e, gold, pred) : gold->error;
        add_error(e, s, kind, e->kind[kind].gold++, gold, pred);
    }
    for (size_t i = 0; i < s->pred.n && !e->tags; i++) {
        const struct entity *pred = &s->pred.data[i];
        struct errors_kind *k = &e->kind[pred->error];
        if (pred->error == ENTITY_SPURIOUS)
            add_error(e, s, ENTITY_SPURIOUS, k->pred, NULL, pred);
        k->pred += pred->error != ENTITY_RIGHT;
    }
}
