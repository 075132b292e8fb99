/* score_seen: entities of the training data, and others. */
#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "score/analysis.h"
#include "text/intern.h"

enum { SEEN, OTHER_TYPE, NEW_WORDS, N_CLASSES };
struct count { size_t gold, pred, correct; };

struct seen {
    const char *gold_field; bool tags; double zero_division;
    struct intern words, entities;          /* of the training data; of an entity the type, a NUL, its words */
    struct count count[N_CLASSES];
    struct scored_words scored; struct buffer key;
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
    scored_words_free(&s->scored);
    free(s->key.data);
    free(s);
}

/* Type, NUL, words with a blank between; *words is the part that is words. */
static struct str key_of(struct seen *s, const struct entity *m, struct str *words)
{
    struct buffer *key = &s->key;
    const size_t *word = s->scored.word.data;
    key->n = 0;
    buffer_add(key, m->type.data, m->type.size);
    buffer_add(key, "", 1);
    for (size_t i = m->start; i < m->end; i++)
        if (i == m->start || word[i] != word[i - 1]) {
            struct str w = s->scored.sentence.words.data[word[i]];
            buffer_add(key, " ", i > m->start);
            buffer_add(key, w.data, w.size);
        }
    *words = (struct str){key->data + m->type.size + 1, key->n - m->type.size - 1};
    return (struct str){key->data, key->n};
}

void seen_learn(void *seen, const struct scored *scored)
{
    struct seen *s = seen;
    struct str words;
    if (scored->gold.n == 0)
        return;
    scored_words_read(&s->scored, scored->record, s->gold_field);
    for (size_t i = 0; i < scored->gold.n; i++) {
        intern_add(&s->entities, key_of(s, &scored->gold.data[i], &words));
        intern_add(&s->words, words);
    }
}

static struct count *class_of(struct seen *s, const struct entity *m)
{
    struct str words, entity = key_of(s, m, &words);
    if (intern_find(&s->entities, entity) != SIZE_MAX)
        return &s->count[SEEN];
    return &s->count[intern_find(&s->words, words) != SIZE_MAX ? OTHER_TYPE : NEW_WORDS];
}

void seen_add(void *seen, const struct scored *scored)
{
    struct seen *s = seen;
    if (scored->gold.n + scored->pred.n == 0)
        return;
    scored_words_read(&s->scored, scored->record, s->gold_field);
    for (size_t i = 0; i < scored->gold.n; i++) {
        struct count *c = class_of(s, &scored->gold.data[i]);
        c->gold++;
        c->correct += scored->gold.data[i].error == ENTITY_RIGHT;
    }
    for (size_t i = 0; i < scored->pred.n; i++)
        class_of(s, &scored->pred.data[i])->pred++;
}

/* ---- printing ---- */

struct row { const char *name, *key; struct count count; };

static void make_rows(const struct seen *s, struct row row[4])
{
    const struct count *c = s->count;
    struct count unseen = {c[OTHER_TYPE].gold + c[NEW_WORDS].gold, c[OTHER_TYPE].pred + c[NEW_WORDS].pred,
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
    buffer_format(to, s->tags ? "Words, by whether the training stream has them with their tag (%zu different ones)\n\n"
                            : "Entities, by whether the training stream has them (%zu different ones)\n\n", s->entities.n);
    buffer_format(to, "%-23s %9s %9s %9s %9s %9s\n", "", "precision", "recall", "f1-score", "gold", "predicted");
    for (size_t i = 0; i < 4; i++) {
        const struct count *c = &row[i].count;
        struct prf f = score_figures(c->correct, c->pred, c->gold, s->zero_division);
        buffer_format(to, "%-23s %9.*f %9.*f %9.*f %9zu %9zu\n", row[i].name, digits, f.precision, digits, f.recall, digits, f.f1, c->gold,
                    c->pred);
    }
}

void seen_json(const struct seen *s, struct buffer *to)
{
    struct row row[4];
    make_rows(s, row);
    buffer_format(to, "{\"training\": %zu", s->entities.n);
    for (size_t i = 0; i < 4; i++) {
        const struct count *c = &row[i].count;
        struct prf f = score_figures(c->correct, c->pred, c->gold, s->zero_division);
        buffer_format(to, ", \"%s\": {", row[i].key);
        json_print_number(to, "\"precision\": ", f.precision);
        json_print_number(to, ", \"recall\": ", f.recall);
        json_print_number(to, ", \"f1\": ", f.f1);
        buffer_format(to, ", \"number\": %zu, \"predicted\": %zu, \"correct\": %zu}", c->gold, c->pred, c->correct);
    }
    buffer_add_string(to, "}");
}
