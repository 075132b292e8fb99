/* score_strict: entities by the patterns of a scheme. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score_private.h"

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

static bool matches(const char *pattern, struct score_tag last, struct score_tag tag)
{
    for (; ; pattern += 4) {
        bool first = pattern[0] == '*' || pattern[0] == last.prefix, second = pattern[1] == '*' || pattern[1] == tag.prefix;
        bool types = pattern[2] == '?' || (pattern[2] == '=') == (last.type == tag.type);
        if (first && second && types)
            return true;
        if (!pattern[3])
            return false;
    }
}

struct span { size_t start, end; uint32_t type; };

/* The entities of one sentence; `sentence` has n tags and one O behind them. Returns their number. */
static size_t find_spans(const struct patterns *scheme, const struct score_tag *sentence, size_t n, struct score_tag outside,
                         struct span *span)
{
    size_t found = 0;
    struct score_tag last = outside;
    for (size_t i = 0; i <= n; ) {
        if (!matches(scheme->start, last, sentence[i])) {
            last = sentence[i++];
            continue;
        }
        size_t end = i + 1;
        while (end <= n && matches(scheme->inside, sentence[end - 1], sentence[end]))
            end++;
        if (matches(scheme->end, sentence[end - 1], sentence[end]))
            span[found++] = (struct span){i, end, sentence[i].type};
        last = sentence[end - 1];
        i = end;
    }
    return found;
}

static void look_up(const struct scorer *s, const char *name, const struct inventory *labels, const struct score_tag *table,
                    size_t n, const int32_t *id, struct score_tag *sentence)
{
    const struct patterns *scheme = &schemes[s->options.scheme];
    for (size_t i = 0; i < n; i++) {
        sentence[i] = table[id[i]];
        if (!sentence[i].prefix || !strchr(scheme->letters, sentence[i].prefix))
            die("%s: word %zu: the tag '%s' is not %s", name, i + 1, labels->name[id[i]], scheme->name);
    }
    sentence[n] = (struct score_tag){.prefix = 'O', .type = s->outside.type};
}

void strict_add(struct scorer *s, const char *name, size_t n, const int32_t *gold, const int32_t *pred)
{
    const struct patterns *scheme = &schemes[s->options.scheme];
    struct score_tag *sentence = xmalloc(n + 1, sizeof *sentence), outside = {.prefix = 'O', .type = s->outside.type};
    struct span *g = xmalloc(n + 1, 2 * sizeof *g), *p = g + n + 1;
    look_up(s, name, s->gold_labels, s->gold, n, gold, sentence);
    size_t n_gold = find_spans(scheme, sentence, n, outside, g);
    look_up(s, name, s->pred_labels, s->pred, n, pred, sentence);
    size_t n_pred = find_spans(scheme, sentence, n, outside, p);
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
    free(sentence);
    free(g);
}

void strict_keep(struct scorer *s, size_t n, const int32_t *gold, const int32_t *pred)
{
    GROW(s->kept_gold.at, s->kept_gold.room, s->kept_gold.n + n);
    GROW(s->kept_pred.at, s->kept_pred.room, s->kept_pred.n + n);
    GROW(s->kept_size.at, s->kept_size.room, s->kept_size.n + 1);
    memcpy(s->kept_gold.at + s->kept_gold.n, gold, n * sizeof *gold);
    memcpy(s->kept_pred.at + s->kept_pred.n, pred, n * sizeof *pred);
    s->kept_gold.n = s->kept_pred.n += n;
    s->kept_size.at[s->kept_size.n++] = n;
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
    bool seen[128] = {false};
    char letters[16] = "";
    size_t n = 0;
    for (size_t i = 0; i < s->kept_gold.n; i++) {
        char prefix = s->gold[s->kept_gold.at[i]].prefix;
        if (!prefix || !strchr("IOBESUL", prefix))
            die("the tag '%s' belongs to no scheme; see --scheme", s->gold_labels->name[s->kept_gold.at[i]]);
        seen[(unsigned char)prefix] = true;
    }
    for (size_t c = 'A'; c <= 'Z'; c++)
        if (seen[c])
            letters[n++] = (char)c;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(letters, known[i].letters) == 0)
            return (int)known[i].scheme;
    die("gold tags with the prefixes %s fit no scheme; see --scheme", letters);
}

void strict_run_kept(struct scorer *s)
{
    s->options.scheme = detect(s);
    size_t first = 0;
    for (size_t i = 0; i < s->kept_size.n; i++) {
        char name[48];
        snprintf(name, sizeof name, "record %zu", i + 1);
        strict_add(s, name, s->kept_size.at[i], s->kept_gold.at + first, s->kept_pred.at + first);
        first += s->kept_size.at[i];
    }
    s->kept_size.n = 0;
}
