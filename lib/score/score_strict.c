/* score_strict: entities by the patterns of a scheme. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"

/* A pattern is the letters of two neighbours ('*': any) and how their types compare: '=' equal, '!' different, '?' any. */
struct patterns { const char *name, *letters, *start, *inside, *end; };
static const struct patterns schemes[] = {
    [IOB1] = {"IOB1", "IOB", "OI? II! BI? IB= BB=", "BI= II=", "II! IO? IB? BO? BI! BB="},
    [IOB2] = {"IOB2", "IOB", "*B?", "BI= II=", "II! IO? IB? BO? BI! BB?"},
    [IOE1] = {"IOE1", "IOE", "OI? II! EI? EE=", "II= IE=", "II! IO? IE! EI= EE="},
    [IOE2] = {"IOE2", "IOE", "OI? OE? EI? EE? II! IE!", "II= IE=", "E*?"},
    [IOBES] = {"IOBES", "IOBES", "*B? *S?", "BI= BE= II= IE=", "S*? E*?"},
    [BILOU] = {"BILOU", "BILOU", "*B? *U?", "BI= BL= II= IL=", "U*? L*?"},
};

enum { START = 1, INSIDE = 2, END = 4 };

static void add_rules(struct scorer *s, const char *pattern, uint8_t what)
{
    for (; *pattern; pattern += pattern[3] ? 4 : 3)
        for (size_t a = 0; SCORE_LETTERS[a]; a++)
            for (size_t b = 0; SCORE_LETTERS[b]; b++)
                for (int same = 0; same < 2; same++)
                    if ((pattern[0] == '*' || pattern[0] == SCORE_LETTERS[a]) &&
                        (pattern[1] == '*' || pattern[1] == SCORE_LETTERS[b]) &&
                        (pattern[2] == '?' || (pattern[2] == '=') == same))
                        s->rule[a][b][same] |= what;
}

static void make_rules(struct scorer *s)
{
    const struct patterns *scheme = &schemes[s->options.scheme];
    add_rules(s, scheme->start, START);
    add_rules(s, scheme->inside, INSIDE);
    add_rules(s, scheme->end, END);
    for (size_t i = 0; SCORE_LETTERS[i]; i++)
        s->allowed |= (uint8_t)((strchr(scheme->letters, SCORE_LETTERS[i]) != NULL) << i);
    s->has_rules = true;
}

static uint8_t rule(const struct scorer *s, const struct score_tag *last, const struct score_tag *tag)
{
    return s->rule[last->letter][tag->letter][last->type == tag->type];
}

/* The entities of the sentence of n tags, with one O before and one behind them. Returns their number. */
static size_t find_spans(const struct scorer *s, size_t n, struct span *span)
{
    const struct score_tag *tag = s->sentence + 1;
    size_t found = 0;
    for (size_t i = 0; i < n; ) {
        size_t end = i + 1;
        if (tag[i].letter == SCORE_OUTSIDE || !(rule(s, &tag[i] - 1, &tag[i]) & START)) {     /* most are outside */
            i = end;
            continue;
        }
        while (rule(s, &tag[end] - 1, &tag[end]) & INSIDE)
            end++;
        if (rule(s, &tag[end] - 1, &tag[end]) & END)
            span[found++] = (struct span){i, end, tag[i].type};
        i = end;
    }
    return found;
}

static bool is_allowed(const struct scorer *s, const struct score_tag *tag)
{
    return s->allowed >> tag->letter & 1;
}

static void look_up(struct scorer *s, const struct record *record, const struct label_set *labels,
                    const struct score_tag *table, size_t n, const int32_t *id)
{
    struct score_tag *sentence = s->sentence;
    sentence[0] = sentence[n + 1] = (struct score_tag){.prefix = 'O', .type = s->outside.type};
    for (size_t i = 0; i < n; i++) {
        sentence[i + 1] = table[id[i]];
        if (record && !is_allowed(s, &table[id[i]]))
            record_die(record, "word %zu: the tag '%s' is not %s", i + 1, labels->name[id[i]],
                       schemes[s->options.scheme].name);
    }
}

void strict_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred, bool all_right)
{
    if (!s->has_rules)
        make_rules(s);
    GROW(s->sentence, s->sentence_room, n + 2);
    GROW(s->span, s->span_room, 2 * n + 2);
    struct span *g = s->span, *p = g + n;
    look_up(s, record, s->gold_labels, s->gold, n, gold);
    size_t n_gold = s->n_gold = find_spans(s, n, g);
    size_t n_pred = n_gold;
    if (all_right)                          /* most sentences of a good model */
        memcpy(p, g, n_gold * sizeof *g);
    else {
        look_up(s, record, s->pred_labels, s->pred, n, pred);
        n_pred = find_spans(s, n, p);
    }
    s->n_pred = n_pred;
    for (size_t i = 0; i < n_gold; i++)
        s->count[g[i].type].gold++;
    for (size_t i = 0; i < n_pred; i++)
        s->count[p[i].type].pred++;
    for (size_t i = 0, k = 0; i < n_gold && k < n_pred; ) {
        if (g[i].start == p[k].start && g[i].end == p[k].end && g[i].type == p[k].type)
            s->count[g[i].type].correct++;
        if (g[i].start <= p[k].start)
            i++;
        else
            k++;
    }
}

/* ---- the scheme from the gold tags ---- */

static void note_first(struct first_use **first, const struct label_set *labels, const struct record *record, size_t n,
                       const int32_t *id)
{
    if (!*first)
        *first = xcalloc(labels->n, sizeof **first);
    for (size_t i = 0; i < n; i++) {
        struct first_use *use = &(*first)[id[i]];
        if (!use->record)
            *use = (struct first_use){xstrdup(record_name(record)), record->number, i + 1};
    }
}

void strict_keep(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
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

/* The sets of letters from which the package tells a scheme. */
static int detect(const struct scorer *s)
{
    static const struct { const char *letters; enum scheme scheme; } known[] = {
        {"BIO", IOB2}, {"BI", IOB2}, {"BO", IOB2}, {"B", IOB2}, {"EIO", IOE2}, {"EI", IOE2}, {"EO", IOE2}, {"E", IOE2},
        {"BEIOS", IOBES}, {"BEIS", IOBES}, {"BEIO", IOBES}, {"BEOS", IOBES}, {"BEI", IOBES}, {"BES", IOBES},
        {"BEO", IOBES}, {"BE", IOBES}, {"S", IOBES}, {"BILOU", BILOU}, {"BILU", BILOU}, {"BILO", BILOU},
        {"BLOU", BILOU}, {"BIL", BILOU}, {"BLU", BILOU}, {"BLO", BILOU}, {"BL", BILOU}, {"U", BILOU},
    };
    static const char order[] = "BEILOSU";      /* as the sets are spelled */
    bool seen[SCORE_NO_LETTER] = {false};
    char letters[sizeof order] = "";
    size_t n = 0;
    for (size_t i = 0; i < s->gold_labels->n; i++) {
        const struct first_use *use = &s->gold_first[i];
        if (!use->record)
            continue;
        if (s->gold[i].letter == SCORE_NO_LETTER)
            die("%s: word %zu: the tag '%s' belongs to no scheme", use->record, use->word, s->gold_labels->name[i]);
        seen[s->gold[i].letter] = true;
    }
    for (size_t i = 0; order[i]; i++)
        if (seen[strchr(SCORE_LETTERS, order[i]) - SCORE_LETTERS])
            letters[n++] = order[i];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(letters, known[i].letters) == 0)
            return (int)known[i].scheme;
    die("gold tags with the prefixes %s fit no scheme; see --scheme", letters);
}

/* The earliest tag that the scheme lacks; NULL if all fit. */
static const struct first_use *find_misfit(const struct scorer *s, const struct label_set *labels,
                                           const struct score_tag *table, const struct first_use *first)
{
    const struct first_use *found = NULL;
    for (size_t i = 0; i < labels->n; i++)
        if (first[i].record && !is_allowed(s, &table[i]) &&
            (!found || first[i].number < found->number || (first[i].number == found->number && first[i].word < found->word)))
            found = &first[i];
    return found;
}

void strict_run_kept(struct scorer *s)
{
    s->options.scheme = detect(s);
    make_rules(s);
    const struct first_use *misfit = find_misfit(s, s->gold_labels, s->gold, s->gold_first);
    const struct label_set *labels = s->gold_labels;
    if (!misfit) {
        misfit = find_misfit(s, s->pred_labels, s->pred, s->pred_first);
        labels = s->pred_labels;
    }
    if (misfit)
        die("%s: word %zu: the tag '%s' is not %s, the scheme of the gold tags", misfit->record, misfit->word,
            labels->name[misfit - (labels == s->gold_labels ? s->gold_first : s->pred_first)], schemes[s->options.scheme].name);
    size_t first = 0;
    for (size_t i = 0; i < s->kept_size.n; i++) {
        const int32_t *gold = s->kept_gold.data + first, *pred = s->kept_pred.data + first;
        strict_add(s, NULL, s->kept_size.data[i], gold, pred, false);
        if (s->watch)
            watch_add(s, watch_kept(s->watch, i), s->kept_size.data[i], gold, pred);
        first += s->kept_size.data[i];
    }
    s->kept_size.n = 0;
}

void scorer_mode(const struct scorer *s, struct buffer *to)
{
    buffer_add_string(to, s->options.strict ? "strict (" : "lenient (conlleval's reading)");
    if (s->options.strict) {
        buffer_add_string(to, s->options.scheme == SCHEME_AUTO ? "no scheme" : schemes[s->options.scheme].name);
        buffer_add_string(to, ")");
    }
}
