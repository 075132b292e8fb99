/* labels: the label names of a tag field. */
#include "tags/labels.h"

#include <stdlib.h>
#include <string.h>

/* CoNLL-2003's label sets as the Hugging Face data set numbers them. */
static const char *const ner[] = {"O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC", NULL};
static const char *const chunk[] = {
    "O",    "B-ADJP", "I-ADJP", "B-ADVP", "I-ADVP", "B-CONJP", "I-CONJP", "B-INTJ", "I-INTJ", "B-LST", "I-LST", "B-NP",
    "I-NP", "B-PP",   "I-PP",   "B-PRT",  "I-PRT",  "B-SBAR",  "I-SBAR",  "B-UCP",  "I-UCP",  "B-VP",  "I-VP",  NULL,
};
static const char *const pos[] = {
    "\"",  "''",  "#",   "$",  "(",  ")",  ",",   ".",    ":",   "``",     "CC",  "CD",  "DT",  "EX",   "FW",  "IN",
    "JJ",  "JJR", "JJS", "LS", "MD", "NN", "NNP", "NNPS", "NNS", "NN|SYM", "PDT", "POS", "PRP", "PRP$", "RB",  "RBR",
    "RBS", "RP",  "SYM", "TO", "UH", "VB", "VBD", "VBG",  "VBN", "VBP",    "VBZ", "WDT", "WP",  "WP$",  "WRB", NULL,
};
static const struct {
    const char *field;
    const char *const *name;
} canonical[] = {
    {"ner_tags", ner},
    {"chunk_tags", chunk},
    {"pos_tags", pos},
};

static bool is_among(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

/* Whether all four of CoNLL-2003's entity types occur. */
static bool has_four_types(const struct intern *seen)
{
    static const char *const type[] = {"-PER", "-ORG", "-LOC", "-MISC"};
    for (size_t k = 0; k < 4; k++) {
        bool found = false;
        for (size_t i = 0; i < seen->n; i++)
            found = found || (seen->name[i][0] && strcmp(seen->name[i] + 1, type[k]) == 0);
        if (!found)
            return false;
    }
    return true;
}

static const char *const *conll2003_names(const char *field, const struct intern *seen, bool is_conll2003)
{
    for (size_t k = 0; k < sizeof canonical / sizeof *canonical; k++) {
        if (strcmp(field, canonical[k].field) != 0)
            continue;
        if (!is_conll2003 && !(canonical[k].name == ner && has_four_types(seen)))
            return NULL;
        for (size_t i = 0; i < seen->n; i++)
            if (!is_among(seen->name[i], canonical[k].name))
                return NULL;
        return canonical[k].name;
    }
    return NULL;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* O, then type by type, B before I before the others. */
static int by_type(const void *a, const void *b)
{
    static const char order[] = "BIELSU";
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    bool x_out = strcmp(x, "O") == 0, y_out = strcmp(y, "O") == 0;
    if (x_out || y_out)
        return y_out - x_out;
    int c = strcmp(x + 2, y + 2);
    return c ? c : (int)(strchr(order, x[0]) - order) - (int)(strchr(order, y[0]) - order);
}

/* Whether all are tags with a type: then by_type may look at them. */
static bool are_tags(const struct intern *seen)
{
    for (size_t i = 0; i < seen->n; i++) {
        struct tag tag;
        if (!tag_parse(str_of(seen->name[i]), &tag) || (tag.prefix != 'O' && tag.type.size == 0))
            return false;
    }
    return true;
}

const char **labels_in_order(const char *field, const struct intern *seen, bool is_conll2003, size_t *n)
{
    const char *const *known = conll2003_names(field, seen, is_conll2003);
    *n = seen->n;
    if (known)
        for (*n = 0; known[*n]; ++*n)
            ;
    const char **name = xmalloc(*n, sizeof *name);
    for (size_t i = 0; i < *n; i++)
        name[i] = known ? known[i] : seen->name[i];
    if (!known)
        qsort(name, *n, sizeof *name, are_tags(seen) ? by_type : by_bytes);
    return name;
}

bool labels_have_scheme(const struct label_set *labels)
{
    for (size_t i = 0; i < labels->n; i++) {
        struct tag tag;
        if (!tag_parse(str_of(labels->name[i]), &tag))
            return false;
    }
    return true;
}

struct tag labels_tag(const char *label, bool has_scheme)
{
    struct tag tag = {'S', str_of(label)};
    if (has_scheme || str_is(tag.type, "O"))
        tag_parse(tag.type, &tag);
    return tag;
}
