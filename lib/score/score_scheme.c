/* score_scheme: the scheme from the gold tags: sentences are kept until all are there. */
#include <stdlib.h>
#include <string.h>

#include "score/score_prefix.h"
#include "score/score_private.h"

static void note_first(struct score_first_use **first, const struct label_set *labels, const struct record *record, size_t n,
                       const int32_t *id)
{
    if (!*first)
        *first = xcalloc(labels->n, sizeof **first);
    for (size_t i = 0; i < n; i++) {
        struct score_first_use *use = &(*first)[id[i]];
        if (!use->record)
            *use = (struct score_first_use){xstrdup(record_name(record)), record->number, i + 1};
    }
}

void score_scheme_keep(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
{
    note_first(&s->gold_first, s->gold_labels, record, n, gold);
    note_first(&s->pred_first, s->pred_labels, record, n, pred);
    GROW(s->kept_gold.data, s->kept_gold.room, s->kept_gold.n + n);
    GROW(s->kept_pred.data, s->kept_pred.room, s->kept_pred.n + n);
    GROW(s->kept_size.data, s->kept_size.room, s->kept_size.n + 1);
    memcpy(s->kept_gold.data + s->kept_gold.n, gold, n * sizeof *gold);
    memcpy(s->kept_pred.data + s->kept_pred.n, pred, n * sizeof *pred);
    s->kept_gold.n = s->kept_pred.n += n;
    s->kept_size.data[s->kept_size.n++] = n;
}

/* The letters of the tags that came, in this order, in which I and M are neighbours. */
#define ORDER "BEIMLOSU"

static void collect(const struct label_set *labels, const struct score_tag *tag, const struct score_first_use *first,
                    char letters[sizeof ORDER])
{
    size_t n = 0;
    for (const char *c = ORDER; *c; c++)
        for (size_t i = 0; i < labels->n; i++)
            if (first[i].record && tag[i].letter == strchr(SCORE_LETTERS, *c) - SCORE_LETTERS) {
                letters[n++] = *c;
                break;
            }
    letters[n] = 0;
}

/* The sets of letters from which the package tells a scheme. It does not know BMES: where gold tags have an M and no I, the
 * rest is that of IOBES. Those without long entities have neither; then the predicted tags tell. */
static int detect(const struct scorer *s)
{
    static const struct {
        const char *letters;
        enum scheme scheme;
    } known[] = {
        {"BIO", IOB2},  {"BI", IOB2},     {"BO", IOB2},    {"B", IOB2},      {"EIO", IOE2},   {"EI", IOE2},    {"EO", IOE2},
        {"E", IOE2},    {"BEIOS", IOBES}, {"BEIS", IOBES}, {"BEIO", IOBES},  {"BEOS", IOBES}, {"BEI", IOBES},  {"BES", IOBES},
        {"BEO", IOBES}, {"BE", IOBES},    {"S", IOBES},    {"BILOU", BILOU}, {"BILU", BILOU}, {"BILO", BILOU}, {"BLOU", BILOU},
        {"BIL", BILOU}, {"BLU", BILOU},   {"BLO", BILOU},  {"BL", BILOU},    {"U", BILOU},
    };
    for (size_t i = 0; i < s->gold_labels->n; i++)
        if (s->gold_first[i].record && s->gold[i].letter == SCORE_NO_LETTER)
            die("%s: word %zu: the tag '%s' belongs to no scheme%s", s->gold_first[i].record, s->gold_first[i].word,
                s->gold_labels->name[i], score_prefix_advice(s, str_of(s->gold_labels->name[i])));
    char gold[sizeof ORDER], pred[sizeof ORDER], set[sizeof ORDER];
    collect(s->gold_labels, s->gold, s->gold_first, gold);
    collect(s->pred_labels, s->pred, s->pred_first, pred);
    memcpy(set, gold, sizeof set);
    char *middle = strchr(gold, 'I') ? NULL : strchr(set, 'M');
    bool is_bmes = middle || (!strchr(gold, 'I') && !strchr(pred, 'I') && strchr(pred, 'M'));
    if (middle)
        *middle = 'I';
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(set, known[i].letters) == 0 && (!middle || known[i].scheme == IOBES))
            return is_bmes && known[i].scheme == IOBES ? BMES : (int)known[i].scheme;
    die("gold tags with the prefixes %s fit no scheme; see --scheme", gold);
}

/* The earliest tag that the scheme lacks; NULL if all fit. */
static const struct score_first_use *find_misfit(const struct scorer *s, const struct label_set *labels,
                                                 const struct score_tag *table, const struct score_first_use *first)
{
    const struct score_first_use *found = NULL;
    for (size_t i = 0; i < labels->n; i++)
        if (first[i].record && !score_strict_allows(s, &table[i])
            && (!found || first[i].number < found->number || (first[i].number == found->number && first[i].word < found->word)))
            found = &first[i];
    return found;
}

void score_scheme_run_kept(struct scorer *s)
{
    s->options.scheme = detect(s);
    score_strict_make_rules(s);
    const struct score_first_use *misfit = find_misfit(s, s->gold_labels, s->gold, s->gold_first);
    const struct label_set *labels = s->gold_labels;
    if (!misfit) {
        misfit = find_misfit(s, s->pred_labels, s->pred, s->pred_first);
        labels = s->pred_labels;
    }
    if (misfit) {
        const char *name = labels->name[misfit - (labels == s->gold_labels ? s->gold_first : s->pred_first)];
        die("%s: word %zu: the tag '%s' is not %s, the scheme of the gold tags%s", misfit->record, misfit->word, name,
            score_strict_scheme_name(s->options.scheme), score_prefix_advice(s, str_of(name)));
    }
    size_t first = 0;
    for (size_t i = 0; i < s->kept_size.n; i++) {
        const int32_t *gold = s->kept_gold.data + first, *pred = s->kept_pred.data + first;
        score_strict_add(s, NULL, s->kept_size.data[i], gold, pred, false);
        if (s->watch)
            score_watch_add(s, score_watch_kept(s->watch, i), s->kept_size.data[i], gold, pred);
        first += s->kept_size.data[i];
    }
    s->kept_size.n = 0;
}

static void free_first(struct score_first_use *first, const struct label_set *labels)
{
    for (size_t i = 0; first && i < labels->n; i++)
        free(first[i].record);
    free(first);
}

void score_scheme_free(struct scorer *s)
{
    free_first(s->gold_first, s->gold_labels);
    free_first(s->pred_first, s->pred_labels);
    free(s->kept_gold.data);
    free(s->kept_pred.data);
    free(s->kept_size.data);
}
