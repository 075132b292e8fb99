/* score_lenient: conlleval's reading of tags, without a scheme. */
#include "score/score_private.h"

bool score_lenient_ends(const struct score_chunk *last, char prefix, uint32_t type)
{
    char p = last->prefix;
    if (p == 'E' || p == 'S')
        return true;
    if ((p == 'B' || p == 'I') && (prefix == 'B' || prefix == 'S' || prefix == 'O'))
        return true;
    return p != 'O' && p != '.' && last->type != type;
}

bool score_lenient_starts(const struct score_chunk *last, char prefix, uint32_t type)
{
    char p = last->prefix;
    if (prefix == 'B' || prefix == 'S')
        return true;
    if ((p == 'E' || p == 'S' || p == 'O') && (prefix == 'E' || prefix == 'I'))
        return true;
    return prefix != 'O' && prefix != '.' && last->type != type;
}

/* Whether it matters that the package does not read M as I. */
static bool is_odd(struct score_chunk last, char prefix, uint32_t type)
{
    struct score_chunk inside = last;
    inside.prefix = last.prefix == 'M' ? 'I' : last.prefix;
    char as = prefix == 'M' ? 'I' : prefix;
    return score_lenient_ends(&last, prefix, type) != score_lenient_ends(&inside, as, type)
           || score_lenient_starts(&last, prefix, type) != score_lenient_starts(&inside, as, type);
}

/* Where a gold and a predicted chunk end together they may be the same one. A chunk begins at the last start, however long ago:
 * hostile sequences end chunks that never started, and the package counts those. */
static void step(struct scorer *s, char gold_prefix, uint32_t gold_type, char pred_prefix, uint32_t pred_type)
{
    struct score_chunk *g = &s->gold_state, *p = &s->pred_state;
    if (s->has_middle)
        s->n_odd += (size_t)is_odd(*g, gold_prefix, gold_type) + (size_t)is_odd(*p, pred_prefix, pred_type);
    bool gold_ends = score_lenient_ends(g, gold_prefix, gold_type), pred_ends = score_lenient_ends(p, pred_prefix, pred_type);
    if (gold_ends)
        s->count[g->type].gold++;
    if (pred_ends)
        s->count[p->type].pred++;
    if (gold_ends && pred_ends && g->type == p->type && g->start == p->start)
        s->count[g->type].correct++;
    if (score_lenient_starts(g, gold_prefix, gold_type))
        g->start = s->position;
    if (score_lenient_starts(p, pred_prefix, pred_type))
        p->start = s->position;
    g->prefix = gold_prefix;
    g->type = gold_type;
    p->prefix = pred_prefix;
    p->type = pred_type;
    s->position++;
}

void score_lenient_add(struct scorer *s, size_t n, const int32_t *gold, const int32_t *pred)
{
    for (size_t i = 0; i < n; i++)
        step(s, s->gold[gold[i]].prefix, s->gold[gold[i]].type, s->pred[pred[i]].prefix, s->pred[pred[i]].type);
    step(s, 'O', s->outside.type, 'O', s->outside.type); /* the package puts an O between sentences */
}
