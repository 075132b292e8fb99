/* html_score: counts and scores of all sentences, whether they are on the page or not. */
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "view/html_private.h"

void html_score_add(struct html *h, const struct record *record, const char *gold, const char *pred)
{
    struct sentence *s = &h->sentence;
    h->gold_field = gold;
    const struct entities *side[] = {&s->gold, &s->pred};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < side[k]->n; i++) {
            size_t number = html_type(h, side[k]->data[i].type);
            struct html_type *type = &h->type[number];
            h->entities[k][side[k]->data[i].error]++;
            type->gold += k == 0;
            type->pred += k == 1;
            type->right += k == 1 && side[k]->data[i].error == ENTITY_RIGHT;
        }
    if (!gold || !pred) {
        h->mixed |= h->scorer != NULL;
        return;
    }
    const struct label_set *labels[] = {header_labels(h->header, gold), header_labels(h->header, pred)};
    if (!h->scorer && h->read == 1) {
        struct score_options options = {.tags = h->by_tag};
        h->scorer = scorer_new(&options, labels[0], labels[1]);
        memcpy(h->scored, labels, sizeof labels);
    }
    h->mixed |= labels[0] != h->scored[0] || labels[1] != h->scored[1];
    if (!h->mixed)
        scorer_add(h->scorer, record, s->words.n, s->ints.data, s->other.data);
}

static void add_row(struct html *h, struct buffer *to, struct str name, size_t gold, size_t pred, size_t right,
                    struct score_prf prf)
{
    buffer_add_string(to, "<tr><th scope=\"row\">");
    html_text(h, to, name);
    buffer_format(to, "</th><td>%zu</td><td>%zu</td><td>%zu</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>\n", gold, pred,
                  right, prf.precision, prf.recall, prf.f1);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct score_type *)a)->name, ((const struct score_type *)b)->name);
}

/* As seqeval scores the tags; where entities were predicted, not tags, from their counts, in the same way. The names belong to
 * the palette. */
static struct score_figures *figures_of(struct html *h)
{
    struct score_figures *f = xcalloc(1, sizeof *f);
    size_t gold = 0, pred = 0, right = 0;
    f->type = xcalloc(h->n_types, sizeof *f->type);
    for (size_t k = 0; k < h->n_types; k++) {
        const struct html_type *t = &h->type[k];
        if (t->gold + t->pred > 0)
            f->type[f->n_types++] = (struct score_type){h->palette.types.name[k], t->gold, t->pred, t->right,
                                                        score_prf(t->right, t->pred, t->gold, 0)};
        gold += t->gold;
        pred += t->pred;
        right += t->right;
    }
    qsort(f->type, f->n_types, sizeof *f->type, by_name);
    f->micro = score_prf(right, pred, gold, 0);
    return f;
}

/* The scorer reads tags as the seqeval package does, which knows neither L and U nor M: it may find other entities than are
 * shown. */
static void add_difference(struct html *h, struct buffer *to, size_t gold, size_t pred, size_t right)
{
    uint64_t shown[2] = {0};
    for (int e = 0; e < ENTITY_ERRORS; e++) {
        shown[0] += h->entities[0][e];
        shown[1] += h->entities[1][e];
    }
    if (!h->by_tag && (gold != shown[0] || pred != shown[1] || right != h->entities[1][ENTITY_RIGHT]))
        buffer_format(to,
                      "<p>These scores are of the entities that seqeval reads: <b>%zu</b> gold, <b>%zu</b> predicted, "
                      "<b>%zu</b> right.</p>\n",
                      gold, pred, right);
}

static void add_figures(struct html *h, struct buffer *to, const struct score_figures *f, bool scored)
{
    size_t gold = 0, pred = 0, right = 0;
    for (size_t k = 0; k < f->n_types; k++) {
        gold += f->type[k].gold;
        pred += f->type[k].pred;
        right += f->type[k].correct;
    }
    buffer_add_string(to, "<p class=\"sum\">");
    if (!h->by_tag)
        buffer_format(to, "<span>precision <b>%.4f</b></span> <span>recall <b>%.4f</b></span> <span>F1 <b>%.4f</b></span> ",
                      f->micro.precision, f->micro.recall, f->micro.f1);
    if (scored)
        buffer_format(to, "<span>accuracy <b>%.4f</b></span>", f->accuracy);
    buffer_add_string(to, "</p>\n");
    add_difference(h, to, gold, pred, right);
    buffer_format(to,
                  "<details><summary>Scores by %s</summary>\n<table>\n<tr><th scope=\"col\">%s</th><th scope=\"col\">gold</th>"
                  "<th scope=\"col\">predicted</th><th scope=\"col\">right</th><th scope=\"col\">precision</th>"
                  "<th scope=\"col\">recall</th><th scope=\"col\">F1</th></tr>\n",
                  h->by_tag ? "tag" : "type", h->by_tag ? "tag" : "type");
    for (size_t k = 0; k < f->n_types; k++) {
        const struct score_type *t = &f->type[k];
        add_row(h, to, str_of(t->name), t->gold, t->pred, t->correct, t->prf);
    }
    add_row(h, to, str_of("all"), gold, pred, right, f->micro);
    buffer_add_string(to, "</table></details>\n");
}

/* Where there was a choice, which of several fields is shown as gold. */
static void add_field(struct html *h, struct buffer *to)
{
    size_t n = 0;
    for (size_t i = 0; i < h->header->n_label_sets; i++)
        n += field_is_gold(h->header->label_set[i].field);
    if (n < 2 || !h->gold_field)
        return;
    buffer_add_string(to, " of ");
    html_text(h, to, str_of(h->gold_field));
}

static void add_side(struct html *h, struct buffer *to, int side)
{
    uint64_t n = 0;
    for (int e = 0; e < ENTITY_ERRORS; e++)
        n += h->entities[side][e];
    buffer_format(to, ", <b>%llu</b> %s %s", (unsigned long long)n, side == 0 ? "gold" : "predicted",
                  h->by_tag ? n == 1 ? "tag" : "tags"
                  : n == 1  ? "entity"
                            : "entities");
    if (side == 0)
        add_field(h, to);
    if (!h->compared)
        return;
    buffer_format(to, " (<b>%llu</b> right", (unsigned long long)h->entities[side][ENTITY_RIGHT]);
    for (int e = ENTITY_TYPE; e < ENTITY_ERRORS; e++)
        if (h->entities[side][e] > 0)
            buffer_format(to, ", <b>%llu</b> %s", (unsigned long long)h->entities[side][e], html_error_name(h, e));
    buffer_add_string(to, ")");
}

void html_score(struct html *h, struct buffer *to)
{
    bool any_pred = h->compared || !h->any_gold;
    buffer_format(to, "<p><b>%llu</b> sentence%s", (unsigned long long)h->read, h->read == 1 ? "" : "s");
    if (h->sentences != h->read)
        buffer_format(to, ", of which <b>%llu</b> %s on this page", (unsigned long long)h->sentences,
                      h->sentences == 1 ? "is" : "are");
    if (h->any_gold)
        add_side(h, to, 0);
    if (any_pred && h->n_types > 0)
        add_side(h, to, 1);
    buffer_add_string(to, "</p>\n");
    if (!h->compared)
        return;
    bool scored = h->scorer && !h->mixed;
    struct score_figures *f = scored ? score_figures_new(h->scorer) : figures_of(h);
    add_figures(h, to, f, scored);
    if (scored)
        score_figures_free(f);
    else {
        free(f->type);
        free(f);
    }
}
