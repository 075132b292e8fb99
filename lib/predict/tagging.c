/* tagging: from pieces to words, from words to labels. */
#include "predict/tagging.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "tags/labels.h"

/* The logarithm of the smallest float above 0 is -103.3. A mean of probabilities that is 0 in single precision is less. */
#define LOG_OF_ZERO (-104.0)

void tagging_init(struct tagging *t)
{
    const char *misfit = NULL;
    if (t->labels->n == 0)
        die("the stream's header names no label of 'logits'");
    if (t->scheme < 0)
        t->scheme = (int)scheme_guess(t->labels);
    t->outside = label_set_find(t->labels, (struct str){"O", 1});
    t->after = xmalloc(t->labels->n, sizeof *t->after);
    labels_after(t->labels, t->after);
    t->spans = viterbi_init(&t->viterbi, (enum scheme)t->scheme, t->labels, &misfit);
    if (t->constrained && !t->spans)
        die("the label '%s' is not a tag of %s, so --constrain cannot tell which transitions are valid; see --scheme", misfit,
            scheme_name((enum scheme)t->scheme));
    if (t->constrained)
        viterbi_transitions(&t->viterbi);
    if (t->threshold > 0 && t->outside < 0)
        die("--threshold makes unlikely tags O, and there is no label O");
}

void tagging_free(struct tagging *t)
{
    viterbi_free(&t->viterbi);
    free(t->probability.data);
    free(t->weight);
    free(t->has_piece);
    free(t->unknown);
    free(t->after);
    free(t->pred.data);
    free(t->score.data);
    free(t->tag);
    free(t->piece.data);
    free(t->word_ids.data);
    free(t->tokens.data);
    free(t->logits.data);
}

/* Probabilities and weights of one word of n pieces. */
static void weigh(struct tagging *t, size_t word, size_t n, const float *logits)
{
    size_t c = t->labels->n, used = t->rule == DECODE_FIRST ? 1 : n;
    float *p = t->probability.data + word * c;
    double *weight = t->weight + word * c;
    GROW(t->piece.data, t->piece.room, used * c);
    for (size_t k = 0; k < used; k++)
        decode_softmax(c, logits + k * c, t->piece.data + k * c);
    decode_word(t->rule, used, c, t->piece.data, p);
    double max = (double)logits[decode_argmax(c, logits)];
    for (size_t k = 0; k < c; k++)
        if (t->rule == DECODE_FIRST) /* rounded probabilities can tie */
            weight[k] = (double)logits[k] - max;
        else
            weight[k] = p[k] > 0 ? elementary_log((double)p[k]) : LOG_OF_ZERO;
    t->has_piece[word] = true;
}

static void weigh_all(struct tagging *t, size_t n, const int32_t *word_ids, const float *logits)
{
    for (size_t i = 0, end; i < n; i = end) {
        int32_t id = word_ids[i];
        for (end = i + 1; end < n && word_ids[end] == id;)
            end++;
        if (id != MSG_INT_NIL)
            weigh(t, (size_t)id, end - i, logits + i * t->labels->n);
    }
}

/* A word without a piece continues the word before it. The first word, and those that were cut off, can only be O; if there is no
 * O any label, so that some sequence is left. */
static void fill_gaps(struct tagging *t, size_t n_whole)
{
    size_t c = t->labels->n;
    for (size_t i = 0; i < t->n_words; i++) {
        t->unknown[i] = !t->has_piece[i] && i > 0 && i < n_whole;
        for (size_t k = 0; !t->has_piece[i] && k < c; k++)
            t->weight[i * c + k] = t->unknown[i] || t->outside < 0 || k == (size_t)t->outside ? 0 : -INFINITY;
    }
}

static size_t best_of(size_t n, const double *x)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

/* ---- the threshold ---- */

/* The label of a word that is decided alone, or, without a piece, by the word before it. */
static size_t choose(const struct tagging *t, size_t word)
{
    int32_t after = t->unknown[word] ? t->after[t->pred.data[word - 1]] : -1;
    return after >= 0 ? (size_t)after : best_of(t->labels->n, t->weight + word * t->labels->n);
}

static void set_tag(struct tagging *t, size_t word, size_t label)
{
    t->pred.data[word] = (int32_t)label;
    t->score.data[word] = t->has_piece[word] ? t->probability.data[word * t->labels->n + label] : NAN;
}

static bool is_weak(const struct tagging *t, size_t first, size_t end)
{
    double sum = 0, n = 0;
    for (size_t i = first; i < end; i++)
        if (t->has_piece[i]) {
            sum += (double)t->score.data[i];
            n++;
        }
    return n > 0 && sum / n < t->threshold;
}

/* Where O came between two entities, IOB1 and IOE1 write the one that is left with other prefixes. */
static void rewrite(struct tagging *t, const struct tag *now, struct tag *rewritten)
{
    struct buffer name = {0};
    scheme_convert((enum scheme)t->scheme, (enum scheme)t->scheme, t->n_words, now, rewritten, NULL);
    for (size_t i = 0; i < t->n_words; i++) {
        if (rewritten[i].prefix == now[i].prefix)
            continue;
        name.n = 0;
        tag_add(&name, rewritten[i]);
        int label = label_set_find(t->labels, (struct str){name.data, name.n});
        if (label >= 0)
            set_tag(t, i, (size_t)label);
    }
    free(name.data);
}

static void drop_weak_entities(struct tagging *t)
{
    size_t n = t->n_words;
    GROW(t->tag, t->tag_room, 2 * n);
    struct tag *now = t->tag, *begins = t->tag + n;
    for (size_t i = 0; i < n; i++)
        now[i] = t->viterbi.tag[t->pred.data[i]];
    scheme_convert((enum scheme)t->scheme, IOB2, n, now, begins, NULL);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && begins[i].prefix != 'O' && begins[end].prefix == 'I'; end++)
            ;
        bool weak = begins[i].prefix != 'O' && is_weak(t, i, end);
        for (size_t k = i; weak && k < end; k++)
            now[k] = t->viterbi.tag[t->outside];
    }
    for (size_t i = 0; i < n; i++)
        if (now[i].prefix == 'O')
            set_tag(t, i, (size_t)t->outside);
    if (t->constrained)
        rewrite(t, now, begins);
}

static void drop_weak_tags(struct tagging *t)
{
    for (size_t i = 0; i < t->n_words; i++)
        if (is_weak(t, i, i + 1))
            set_tag(t, i, (size_t)t->outside);
        else if (t->unknown[i])
            set_tag(t, i, choose(t, i));
}

size_t tagging_words(struct tagging *t, size_t n_words, size_t n_whole, size_t n, const int32_t *word_ids, const float *logits)
{
    size_t c = t->labels->n, without = 0;
    t->n_words = n_words;
    GROW(t->probability.data, t->probability.room, n_words * c);
    GROW(t->weight, t->weight_room, n_words * c);
    GROW(t->has_piece, t->has_piece_room, n_words);
    GROW(t->unknown, t->unknown_room, n_words);
    GROW(t->pred.data, t->pred.room, n_words);
    GROW(t->score.data, t->score.room, n_words);
    if (n_words)
        memset(t->has_piece, 0, n_words * sizeof *t->has_piece);
    weigh_all(t, n, word_ids, logits);
    fill_gaps(t, n_whole);
    if (t->constrained && !viterbi_best(&t->viterbi, n_words, t->weight, t->unknown, t->pred.data))
        return SIZE_MAX;
    for (size_t i = 0; i < n_words; i++) {
        set_tag(t, i, t->constrained ? (size_t)t->pred.data[i] : choose(t, i));
        without += !t->has_piece[i];
    }
    if (t->threshold > 0 && t->spans)
        drop_weak_entities(t);
    else if (t->threshold > 0)
        drop_weak_tags(t);
    for (size_t i = 0; i < n_words; i++)
        t->continued += t->unknown[i] && t->pred.data[i] != t->outside;
    return without;
}
