/* score: counting entities. A sentence costs a few table look-ups a word: every tag was taken apart beforehand. */
#include "score/score.h"

#include <stdlib.h>
#include <string.h>

#include "text/intern.h"
#include "score/score_private.h"
#include "text/utf8.h"

/* ---- tags taken apart ---- */

static struct str without(struct str s, size_t front, size_t back)
{
    return (struct str){s.data + front, s.size - front - back};
}

/* The first or last character of a tag, as a letter of a scheme; 0 for any other. Its size in bytes in *size. */
static char prefix_of(struct str tag, bool suffix, size_t *size)
{
    size_t at = 0;
    uint32_t code;
    if (suffix)
        for (at = tag.size - 1; at > 0 && (tag.data[at] & 0xc0) == 0x80; at--)
            ;
    *size = utf8_decode(tag.data + at, &code);
    return code < 0x80 ? (char)code : 0;
}

/* What follows the prefix, from behind its first hyphen if it has one. */
static struct str lenient_type(struct str tag, bool suffix, size_t prefix)
{
    struct str rest = suffix ? without(tag, 0, prefix) : without(tag, prefix, 0);
    for (size_t i = 0; i < rest.size; i++) {
        size_t at = suffix ? rest.size - 1 - i : i;
        if (rest.data[at] == '-')
            return suffix ? without(rest, 0, rest.size - at) : without(rest, at + 1, 0);
    }
    return rest;
}

/* What follows the prefix, without hyphens at both ends. */
static struct str strict_type(struct str tag, bool suffix, size_t prefix)
{
    struct str rest = suffix ? without(tag, 0, prefix) : without(tag, prefix, 0);
    while (rest.size > 0 && rest.data[0] == '-')
        rest = without(rest, 1, 0);
    while (rest.size > 0 && rest.data[rest.size - 1] == '-')
        rest = without(rest, 0, 1);
    return rest;
}

static struct score_tag *take_apart(struct scorer *s, const struct label_set *labels)
{
    struct score_tag *tag = xcalloc(labels->n, sizeof *tag);
    for (size_t i = 0; i < labels->n; i++) {
        struct str name = {labels->name[i], strlen(labels->name[i])};
        size_t size;
        tag[i].prefix = prefix_of(name, s->options.suffix, &size);
        const char *letter = tag[i].prefix ? strchr(SCORE_LETTERS, tag[i].prefix) : NULL;
        tag[i].letter = letter ? (uint8_t)(letter - SCORE_LETTERS) : SCORE_NO_LETTER;
        struct str type = s->options.strict ? strict_type(name, s->options.suffix, size)
                                            : lenient_type(name, s->options.suffix, size);
        tag[i].type = (uint32_t)intern_add(&s->types, type.size ? type : (struct str){"_", 1});
        tag[i].name = (uint32_t)intern_add(&s->names, name);
    }
    return tag;
}

struct scorer *scorer_new(const struct score_options *options, const struct label_set *gold, const struct label_set *pred)
{
    struct scorer *s = xcalloc(1, sizeof *s);
    s->options = *options;
    s->gold = take_apart(s, gold);
    s->pred = take_apart(s, pred);
    s->gold_labels = gold;
    s->pred_labels = pred;
    s->count = xcalloc(s->types.n, sizeof *s->count);
    s->tag_count = xcalloc(s->names.n, sizeof *s->tag_count);
    struct chunk outside = {.prefix = 'O', .type = (uint32_t)intern_add(&s->types, (struct str){"_", 1})};
    s->count = xrealloc(s->count, s->types.n, sizeof *s->count);
    memset(s->count, 0, s->types.n * sizeof *s->count);
    s->outside = outside;
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
    free(s->kept_gold.data);
    free(s->kept_pred.data);
    free(s->kept_size.data);
    free(s->sentence);
    free(s->span);
    for (size_t i = 0; s->gold_first && i < s->gold_labels->n; i++)
        free(s->gold_first[i].record);
    for (size_t i = 0; s->pred_first && i < s->pred_labels->n; i++)
        free(s->pred_first[i].record);
    watch_free(s->watch);
    free(s->gold_first);
    free(s->pred_first);
    free(s);
}

/* ---- lenient: conlleval's reading ---- */

bool chunk_ends(const struct chunk *last, char prefix, uint32_t type)
{
    char p = last->prefix;
    if (p == 'E' || p == 'S')
        return true;
    if ((p == 'B' || p == 'I') && (prefix == 'B' || prefix == 'S' || prefix == 'O'))
        return true;
    return p != 'O' && p != '.' && last->type != type;
}

bool chunk_starts(const struct chunk *last, char prefix, uint32_t type)
{
    char p = last->prefix;
    if (prefix == 'B' || prefix == 'S')
        return true;
    if ((p == 'E' || p == 'S' || p == 'O') && (prefix == 'E' || prefix == 'I'))
        return true;
    return prefix != 'O' && prefix != '.' && last->type != type;
}

/* Where gold and predicted chunks end at the same place they may be the same one. A chunk's first place is the last start,
 * however long ago: hostile sequences end chunks that never started, and the package counts those. */
static void lenient_step(struct scorer *s, char gold_prefix, uint32_t gold_type, char pred_prefix, uint32_t pred_type)
{
    struct chunk *g = &s->gold_state, *p = &s->pred_state;
    bool gold_ends = chunk_ends(g, gold_prefix, gold_type), pred_ends = chunk_ends(p, pred_prefix, pred_type);
    if (gold_ends)
        s->count[g->type].gold++;
    if (pred_ends)
        s->count[p->type].pred++;
    if (gold_ends && pred_ends && g->type == p->type && g->start == p->start)
        s->count[g->type].correct++;
    if (chunk_starts(g, gold_prefix, gold_type))
        g->start = s->place;
    if (chunk_starts(p, pred_prefix, pred_type))
        p->start = s->place;
    g->prefix = gold_prefix;
    g->type = gold_type;
    p->prefix = pred_prefix;
    p->type = pred_type;
    s->place++;
}

static void lenient_add(struct scorer *s, size_t n, const int32_t *gold, const int32_t *pred)
{
    for (size_t i = 0; i < n; i++)
        lenient_step(s, s->gold[gold[i]].prefix, s->gold[gold[i]].type, s->pred[pred[i]].prefix, s->pred[pred[i]].type);
    lenient_step(s, 'O', s->outside.type, 'O', s->outside.type);     /* sentences are parted by an O */
}

/* ---- both ---- */

/* Says whether all are right. */
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
    s->equal += equal;
    s->n_tags += n;
    return equal == n;
}

void scorer_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
{
    bool all_right = count_tags(s, n, gold, pred);
    if (s->options.strict && !s->options.tags && s->options.scheme == SCHEME_AUTO) {
        strict_keep(s, record, n, gold, pred);
        if (s->watch)
            watch_keep(s->watch, record);
        return;
    }
    if (!s->options.tags && s->options.strict)
        strict_add(s, record, n, gold, pred, all_right);
    else if (!s->options.tags)
        lenient_add(s, n, gold, pred);
    if (s->watch)
        watch_add(s, record, n, gold, pred);
}
