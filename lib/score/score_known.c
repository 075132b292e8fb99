/* score_known: gold types that the labels of the predictions do not have. */
#include "score/score_known.h"

#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"
#include "text/printable.h"

struct unknown {
    const char *name;
    size_t gold;
};

static int by_number(const void *a, const void *b)
{
    const struct unknown *x = a, *y = b;
    return x->gold != y->gold ? (x->gold < y->gold) - (x->gold > y->gold) : strcmp(x->name, y->name);
}

/* The types, or tags, that the predictions' labels have; free it. Returns how many labels have one. */
static size_t note_known(const struct scorer *s, size_t n_types, bool **known)
{
    size_t n = 0;
    *known = xcalloc(n_types, sizeof **known);
    for (size_t i = 0; i < s->pred_labels->n; i++) {
        const struct score_tag *tag = &s->pred[i];
        bool has_type = s->options.tags || tag->prefix != 'O';
        if (has_type)
            (*known)[s->options.tags ? tag->name : tag->type] = true;
        n += has_type && strcmp(s->pred_labels->name[i], "O") != 0;
    }
    return n;
}

/* "MISC (702), EVENT (3) and 4 more" */
static void add_list(struct buffer *to, struct unknown *u, size_t n)
{
    enum { SHOWN = 10 };
    qsort(u, n, sizeof *u, by_number);
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        buffer_add_string(to, i ? ", " : "");
        printable_add(to, str_of(u[i].name));
        buffer_format(to, " (%zu)", u[i].gold);
    }
    if (n > SHOWN)
        buffer_format(to, " and %zu more", n - SHOWN);
    buffer_add(to, "", 1);
}

void score_known_check(const struct scorer *s, const char *where, bool must)
{
    size_t n_types, n = 0;
    bool *known;
    if (s->options.tags && !must) /* a tagger may well have seen fewer parts of speech */
        return;
    char *const *name = scorer_types(s, &n_types);
    const struct score_count *count = s->options.tags ? s->tag_count : s->count;
    size_t n_known = note_known(s, n_types, &known);
    struct unknown *u = xmalloc(n_types, sizeof *u);
    for (size_t i = 0; i < n_types && n_known > 0; i++)
        if (!known[i] && count[i].gold > 0)
            u[n++] = (struct unknown){name[i], count[i].gold};
    struct buffer text = {0};
    if (n > 0) {
        add_list(&text, u, n);
        const char *what = s->options.tags ? "tag" : "type", *end = n > 1 ? "s" : "";
        const char *gold = s->gold_labels->field, *pred = s->pred_labels->field;
        if (must)
            die("%s%zu %s%s of %s that the labels of %s do not have: %s; "
                "maplbl --map gives types other names (evaluate.sh: --map, or --any-types)",
                where, n, what, end, gold, pred, text.data);
        warn("%s%zu %s%s of %s that the labels of %s do not have, and that count as missed: %s", where, n, what, end, gold, pred,
             text.data);
    }
    free(text.data);
    free(known);
    free(u);
}
