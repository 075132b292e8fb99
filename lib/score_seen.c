/* score_seen: entities of the training data, and others. */
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "intern.h"
#include "view.h"

enum { SEEN, OTHER_TYPE, NEW_WORDS, N_CLASSES };
struct count { size_t gold, pred, correct; };

struct seen {
    const char *gold_field; bool tags; double zero_division;
    struct intern words, entities;          /* of the training data; of an entity the type, a NUL, its words */
    struct count count[N_CLASSES];
    struct scored_words scored; struct text key;
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
    free(s->key.at);
    free(s);
}

/* Type, NUL, words with a blank between; *words is the part that is words. */
static struct str key_of(struct seen *s, const struct mention *m, struct str *words)
{
    struct text *key = &s->key;
    const size_t *word = s->scored.word.at;
    key->n = 0;
    text_add(key, m->type.at, m->type.size);
    text_add(key, "", 1);
    for (size_t i = m->start; i < m->end; i++)
        if (i == m->start || word[i] != word[i - 1]) {
            struct str w = s->scored.sentence.words.at[word[i]];
            text_add(key, " ", i > m->start);
            text_add(key, w.at, w.size);
        }
    *words = (struct str){key->at + m->type.size + 1, key->n - m->type.size - 1};
    return (struct str){key->at, key->n};
}

void seen_learn(void *seen, const struct scored *scored)
{
    struct seen *s = seen;
    struct str words;
    if (scored->gold.n == 0)
        return;
    scored_words_read(&s->scored, scored->record, s->gold_field);
    for (size_t i = 0; i < scored->gold.n; i++) {
        intern_add(&s->entities, key_of(s, &scored->gold.at[i], &words));
        intern_add(&s->words, words);
    }
}

static struct count *class_of(struct seen *s, const struct mention *m)
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
        struct count *c = class_of(s, &scored->gold.at[i]);
        c->gold++;
        c->correct += scored->gold.at[i].error == MENTION_RIGHT;
    }
    for (size_t i = 0; i < scored->pred.n; i++)
        class_of(s, &scored->pred.at[i])->pred++;
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

void seen_text(const struct seen *s, struct text *to, int digits)
{
    struct row row[4];
    make_rows(s, row);
    text_format(to, s->tags ? "Words, by whether the training stream has them with their tag (%zu different ones)\n\n"
                            : "Entities, by whether the training stream has them (%zu different ones)\n\n", s->entities.n);
    text_format(to, "%-23s %9s %9s %9s %9s %9s\n", "", "precision", "recall", "f1-score", "gold", "predicted");
    for (size_t i = 0; i < 4; i++) {
        const struct count *c = &row[i].count;
        struct prf f = score_figures(c->correct, c->pred, c->gold, s->zero_division);
        text_format(to, "%-23s %9.*f %9.*f %9.*f %9zu %9zu\n", row[i].name, digits, f.precision, digits, f.recall, digits, f.f1, c->gold,
                    c->pred);
    }
}

void seen_json(const struct seen *s, struct text *to)
{
    struct row row[4];
    make_rows(s, row);
    text_format(to, "{\"training\": %zu", s->entities.n);
    for (size_t i = 0; i < 4; i++) {
        const struct count *c = &row[i].count;
        struct prf f = score_figures(c->correct, c->pred, c->gold, s->zero_division);
        text_format(to, ", \"%s\": {\"precision\": ", row[i].key);
        json_number(to, f.precision);
        text_add_string(to, ", \"recall\": ");
        json_number(to, f.recall);
        text_add_string(to, ", \"f1\": ");
        json_number(to, f.f1);
        text_format(to, ", \"number\": %zu, \"predicted\": %zu, \"correct\": %zu}", c->gold, c->pred, c->correct);
    }
    text_add_string(to, "}");
}
