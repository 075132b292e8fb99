/* score: counting entities. */
#include "score/score.h"

#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"

static bool has_middle(const struct label_set *labels, const struct score_tag *tag)
{
    for (size_t i = 0; i < labels->n; i++)
        if (tag[i].prefix == 'M')
            return true;
    return false;
}

struct scorer *scorer_new(const struct score_options *options, const struct label_set *gold, const struct label_set *pred)
{
    struct scorer *s = xcalloc(1, sizeof *s);
    s->options = *options;
    s->gold = score_tags_new(s, gold);
    s->pred = score_tags_new(s, pred);
    s->gold_labels = gold;
    s->pred_labels = pred;
    s->count = xcalloc(s->types.n, sizeof *s->count);
    s->tag_count = xcalloc(s->names.n, sizeof *s->tag_count);
    struct score_chunk outside = {.prefix = 'O', .type = (uint32_t)intern_add(&s->types, (struct str){"_", 1})};
    s->count = xrealloc(s->count, s->types.n, sizeof *s->count);
    memset(s->count, 0, s->types.n * sizeof *s->count);
    s->outside = outside;
    s->has_middle = has_middle(gold, s->gold) || has_middle(pred, s->pred);
    s->gold_state = s->pred_state = outside;
    return s;
}

void scorer_free(struct scorer *s)
{
    if (!s)
        return;
    intern_free(&s->types);
    intern_free(&s->names);
    free(s->gold);
    free(s->pred);
    free(s->count);
    free(s->tag_count);
    free(s->sentence);
    free(s->span);
    score_scheme_free(s);
    score_watch_free(s->watch);
    free(s);
}

/* Returns whether all are right. */
static bool count_tags(struct scorer *s, size_t n, const int32_t *gold, const int32_t *pred)
{
    size_t equal = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t g = s->gold[gold[i]].name, p = s->pred[pred[i]].name;
        s->tag_count[g].gold++;
        s->tag_count[p].pred++;
        s->tag_count[g].correct += g == p;
        equal += g == p;
    }
    s->n_equal += equal;
    s->n_tags += n;
    return equal == n;
}

void scorer_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
{
    bool all_right = count_tags(s, n, gold, pred);
    if (s->options.strict && !s->options.tags && s->options.scheme == SCORE_SCHEME_AUTO) {
        score_scheme_keep(s, record, n, gold, pred);
        if (s->watch)
            score_watch_keep(s->watch, record);
        return;
    }
    if (!s->options.tags && s->options.strict)
        score_strict_add(s, record, n, gold, pred, all_right);
    else if (!s->options.tags)
        score_lenient_add(s, n, gold, pred);
    if (s->watch)
        score_watch_add(s, record, n, gold, pred);
}

char *const *scorer_types(const struct scorer *s, size_t *n)
{
    const struct intern *names = s->options.tags ? &s->names : &s->types;
    *n = names->n;
    return names->name;
}

void scorer_mode(const struct scorer *s, struct buffer *to)
{
    buffer_add_string(to, s->options.strict ? "strict (" : "lenient (conlleval's reading)");
    if (s->options.strict) {
        buffer_add_string(to, s->options.scheme == SCORE_SCHEME_AUTO ? "no scheme" : score_strict_scheme_name(s->options.scheme));
        buffer_add_string(to, ")");
    }
}
