/* seen: entities of the training stream, and others. */
#include "score/seen.h"

#include <stdlib.h>

#include "json/json_print.h"
#include "score/score_words.h"
#include "text/intern.h"

enum { SEEN, OTHER_TYPE, NEW_WORDS, N_CLASSES };
struct seen_count {
    size_t gold, pred, correct;
};

struct seen {
    const char *gold_field;
    bool tags;
    double zero_division;
    struct intern words, entities; /* of the training data; of an entity the type, a NUL, its words */
    struct seen_count count[N_CLASSES];
    struct score_words words_of;
    struct buffer key;
};

struct seen *seen_new(const char *gold_field, bool tags, double zero_division)
{
    struct seen *s = xcalloc(1, sizeof *s);
    s->gold_field = gold_field;
    s->tags = tags;
    s->zero_division = zero_division;
    return s;
}

void seen_free(struct seen *s)
{
    if (!s)
        return;
    intern_free(&s->words);
    intern_free(&s->entities);
    score_words_free(&s->words_of);
    free(s->key.data);
    free(s);
}

/* Type, NUL, words with a blank between; *words is the part that is words. */
static struct str key_of(struct seen *s, const struct entity *e, struct str *words)
{
    struct buffer *key = &s->key;
    const size_t *word = s->words_of.word.data;
    key->n = 0;
    buffer_add(key, e->type.data, e->type.size);
    buffer_add(key, "", 1);
    for (size_t i = e->start; i < e->end; i++)
        if (i == e->start || word[i] != word[i - 1]) {
            struct str w = s->words_of.sentence.words.data[word[i]];
            buffer_add(key, " ", i > e->start);
            buffer_add(key, w.data, w.size);
        }
    *words = (struct str){key->data + e->type.size + 1, key->n - e->type.size - 1};
    return (struct str){key->data, key->n};
}

void seen_learn(void *seen, const struct score_sentence *sentence)
{
    struct seen *s = seen;
    struct str words;
    if (sentence->gold.n == 0)
        return;
    score_words_read(&s->words_of, sentence->record, s->gold_field);
    for (size_t i = 0; i < sentence->gold.n; i++) {
        intern_add(&s->entities, key_of(s, &sentence->gold.data[i], &words));
        intern_add(&s->words, words);
    }
}

static struct seen_count *class_of(struct seen *s, const struct entity *e)
{
    struct str words, entity = key_of(s, e, &words);
    if (intern_find(&s->entities, entity) != SIZE_MAX)
        return &s->count[SEEN];
    return &s->count[intern_find(&s->words, words) != SIZE_MAX ? OTHER_TYPE : NEW_WORDS];
}

void seen_add(void *seen, const struct score_sentence *sentence)
{
    struct seen *s = seen;
    if (sentence->gold.n + sentence->pred.n == 0)
        return;
    score_words_read(&s->words_of, sentence->record, s->gold_field);
    for (size_t i = 0; i < sentence->gold.n; i++) {
        struct seen_count *c = class_of(s, &sentence->gold.data[i]);
        c->gold++;
        c->correct += sentence->gold.data[i].error == ENTITY_RIGHT;
    }
    for (size_t i = 0; i < sentence->pred.n; i++)
        class_of(s, &sentence->pred.data[i])->pred++;
}

/* ---- printing ---- */

struct row {
    const char *name, *key;
    struct seen_count count;
};

static void make_rows(const struct seen *s, struct row row[4])
{
    const struct seen_count *c = s->count;
    struct seen_count unseen = {c[OTHER_TYPE].gold + c[NEW_WORDS].gold, c[OTHER_TYPE].pred + c[NEW_WORDS].pred,
                                c[OTHER_TYPE].correct + c[NEW_WORDS].correct};
    row[0] = (struct row){"seen", "seen", c[SEEN]};
    row[1] = (struct row){"unseen", "unseen", unseen};
    row[2] = (struct row){s->tags ? "  with other tags only" : "  with other types only", "other_types", c[OTHER_TYPE]};
    row[3] = (struct row){"  new words", "new", c[NEW_WORDS]};
}

void seen_text(const struct seen *s, struct buffer *to, int digits)
{
    struct row row[4];
    make_rows(s, row);
    buffer_format(to,
                  s->tags ? "Words, by whether the training stream has them with their tag (%zu different ones)\n\n"
                          : "Entities, by whether the training stream has them (%zu different ones)\n\n",
                  s->entities.n);
    buffer_format(to, "%-23s %9s %9s %9s %9s %9s\n", "", "precision", "recall", "f1-score", "gold", "predicted");
    for (size_t i = 0; i < 4; i++) {
        const struct seen_count *c = &row[i].count;
        struct score_prf f = score_prf(c->correct, c->pred, c->gold, s->zero_division);
        buffer_format(to, "%-23s %9.*f %9.*f %9.*f %9zu %9zu\n", row[i].name, digits, f.precision, digits, f.recall, digits, f.f1,
                      c->gold, c->pred);
    }
}

void seen_json(const struct seen *s, struct buffer *to)
{
    struct row row[4];
    make_rows(s, row);
    buffer_format(to, "{\"training\": %zu", s->entities.n);
    for (size_t i = 0; i < 4; i++) {
        const struct seen_count *c = &row[i].count;
        struct score_prf f = score_prf(c->correct, c->pred, c->gold, s->zero_division);
        buffer_format(to, ", \"%s\": {", row[i].key);
        json_print_number(to, "\"precision\": ", f.precision);
        json_print_number(to, ", \"recall\": ", f.recall);
        json_print_number(to, ", \"f1\": ", f.f1);
        buffer_format(to, ", \"number\": %zu, \"predicted\": %zu, \"correct\": %zu}", c->gold, c->pred, c->correct);
    }
    buffer_add_string(to, "}");
}
