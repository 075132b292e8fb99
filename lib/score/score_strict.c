/* score_strict: entities by the patterns of a scheme. */
#include <stdlib.h>
#include <string.h>

#include "score/score_prefix.h"
#include "score/score_private.h"

/* A pattern is the letters of two neighbours ('*': any) and how their types compare: '=' equal, '!' different, '?' any. The last
 * row is that of all schemes with four letters, in IOBES's. */
struct patterns {
    const char *start, *inside, *end;
};
static const struct patterns patterns[] = {
    [IOB1] = {"OI? II! BI? IB= BB=", "BI= II=", "II! IO? IB? BO? BI! BB="},
    [IOB2] = {"*B?", "BI= II=", "II! IO? IB? BO? BI! BB?"},
    [IOE1] = {"OI? II! EI? EE=", "II= IE=", "II! IO? IE! EI= EE="},
    [IOE2] = {"OI? OE? EI? EE? II! IE!", "II= IE=", "E*?"},
    [IOBES] = {"*B? *S?", "BI= BE= II= IE=", "S*? E*?"},
};

enum { START = 1, INSIDE = 2, END = 4 };

const char *score_strict_scheme_name(int scheme)
{
    static char text[16]; /* one message at a time */
    const char *name = scheme_name((enum scheme)scheme);
    size_t n = 0;
    for (; name[n]; n++)
        text[n] = name[n] >= 'a' && name[n] <= 'z' ? (char)(name[n] - 'a' + 'A') : name[n];
    text[n] = 0;
    return text;
}

/* The scheme's letter in the place of one of IOBES's. */
static char letter_of(const struct scorer *s, char c)
{
    return c == 'O' || c == '*' ? c : scheme_letter((enum scheme)s->options.scheme, c);
}

static void add_rules(struct scorer *s, const char *pattern, uint8_t what)
{
    for (; *pattern; pattern += pattern[3] ? 4 : 3)
        for (size_t a = 0; SCORE_LETTERS[a]; a++)
            for (size_t b = 0; SCORE_LETTERS[b]; b++)
                for (int same = 0; same < 2; same++)
                    if ((pattern[0] == '*' || letter_of(s, pattern[0]) == SCORE_LETTERS[a])
                        && (pattern[1] == '*' || letter_of(s, pattern[1]) == SCORE_LETTERS[b])
                        && (pattern[2] == '?' || (pattern[2] == '=') == same))
                        s->rule[a][b][same] |= what;
}

void score_strict_make_rules(struct scorer *s)
{
    enum scheme scheme = (enum scheme)s->options.scheme;
    const struct patterns *p = &patterns[scheme < IOBES ? scheme : IOBES];
    add_rules(s, p->start, START);
    add_rules(s, p->inside, INSIDE);
    add_rules(s, p->end, END);
    s->allowed = 1 << SCORE_OUTSIDE;
    for (size_t i = 1; SCORE_LETTERS[i]; i++)
        s->allowed |= (uint8_t)((scheme_letter(scheme, scheme_role(SCORE_LETTERS[i])) == SCORE_LETTERS[i]) << i);
    s->has_rules = true;
}

static uint8_t rule(const struct scorer *s, const struct score_tag *last, const struct score_tag *tag)
{
    return s->rule[last->letter][tag->letter][last->type == tag->type];
}

/* The entities of the sentence of n tags, with one O before and one after them. Returns their number. */
static size_t find_spans(const struct scorer *s, size_t n, struct score_span *span)
{
    const struct score_tag *tag = s->sentence + 1;
    size_t found = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        if (tag[i].letter == SCORE_OUTSIDE || !(rule(s, &tag[i] - 1, &tag[i]) & START)) { /* most are outside */
            i = end;
            continue;
        }
        while (rule(s, &tag[end] - 1, &tag[end]) & INSIDE)
            end++;
        if (rule(s, &tag[end] - 1, &tag[end]) & END)
            span[found++] = (struct score_span){i, end, tag[i].type};
        i = end;
    }
    return found;
}

bool score_strict_allows(const struct scorer *s, const struct score_tag *tag)
{
    return s->allowed >> tag->letter & 1;
}

static void look_up(struct scorer *s, const struct record *record, const struct label_set *labels, const struct score_tag *table,
                    size_t n, const int32_t *id)
{
    struct score_tag *sentence = s->sentence;
    sentence[0] = sentence[n + 1] = (struct score_tag){.prefix = 'O', .type = s->outside.type};
    for (size_t i = 0; i < n; i++) {
        sentence[i + 1] = table[id[i]];
        if (record && !score_strict_allows(s, &table[id[i]]))
            record_die(record, "word %zu: the tag '%s' is not %s%s", i + 1, labels->name[id[i]],
                       score_strict_scheme_name(s->options.scheme), score_prefix_advice(s, str_of(labels->name[id[i]])));
    }
}

void score_strict_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred,
                      bool all_right)
{
    if (!s->has_rules)
        score_strict_make_rules(s);
    GROW(s->sentence, s->sentence_room, n + 2);
    GROW(s->span, s->span_room, 2 * n + 2);
    struct score_span *g = s->span, *p = g + n;
    look_up(s, record, s->gold_labels, s->gold, n, gold);
    size_t n_gold = s->n_gold = find_spans(s, n, g);
    size_t n_pred = n_gold;
    if (all_right) /* most sentences of a good model */
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
    for (size_t i = 0, k = 0; i < n_gold && k < n_pred;) {
        if (g[i].start == p[k].start && g[i].end == p[k].end && g[i].type == p[k].type)
            s->count[g[i].type].correct++;
        if (g[i].start <= p[k].start)
            i++;
        else
            k++;
    }
}
