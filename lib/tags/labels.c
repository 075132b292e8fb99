/* labels: the label names of a tag field. */
#include "tags/labels.h"

#include <stdlib.h>
#include <string.h>

#include "tags/scheme.h"

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

/* O, then type by type, B before I before the others; B before B-, which has the same type. */
static int by_type(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    struct tag s, t;
    tag_parse(str_of(x), &s);
    tag_parse(str_of(y), &t);
    if (s.prefix == 'O' || t.prefix == 'O')
        return (t.prefix == 'O') - (s.prefix == 'O');
    int c = strcmp(s.type.data, t.type.data);
    if (c == 0)
        c = (int)(strchr(SCHEME_ROLES, scheme_role(s.prefix)) - strchr(SCHEME_ROLES, scheme_role(t.prefix)));
    return c ? c : strcmp(x, y);
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
    struct label_set set = {.n = seen->n, .name = seen->name};
    if (!known)
        qsort(name, *n, sizeof *name, labels_have_scheme(&set) ? by_type : by_bytes);
    return name;
}

/* Bytes of the white space that `s` begins with, or ends with. */
static size_t space_size(struct str s, bool at_end)
{
    static const char *const space[] = {" ",  "\t",       "\n",           "\v",           "\f",
                                        "\r", "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\x8b", "\xef\xbb\xbf"};
    char edge = s.size == 0 ? '!' : s.data[at_end ? s.size - 1 : 0];
    if (edge > ' ' && edge <= '~') /* nearly all */
        return 0;
    for (size_t i = 0; i < sizeof space / sizeof *space; i++) {
        size_t n = strlen(space[i]);
        if (n <= s.size && memcmp(at_end ? s.data + s.size - n : s.data, space[i], n) == 0)
            return n;
    }
    return 0;
}

struct str labels_trim(struct str s)
{
    for (size_t n; (n = space_size(s, false)) > 0; s.size -= n)
        s.data += n;
    for (size_t n; (n = space_size(s, true)) > 0;)
        s.size -= n;
    return s;
}

bool labels_have_scheme(const struct label_set *labels)
{
    bool fits = true, bare = false;
    enum scheme scheme = scheme_guess(labels);
    for (size_t i = 0; i < labels->n; i++) {
        struct tag tag;
        if (!tag_parse(str_of(labels->name[i]), &tag))
            return false;
        fits = fits && scheme_parse(scheme, str_of(labels->name[i]), &tag);
        bare = bare || (tag.prefix != 'O' && tag.rest.size == 0);
    }
    return fits || !bare;
}

/* "ORG-B" */
static bool has_suffix(struct str label)
{
    return label.size > 2 && label.data[label.size - 2] == '-' && scheme_role(label.data[label.size - 1]);
}

bool labels_have_suffix(const struct label_set *labels)
{
    size_t n = 0, n_outside = 0;
    for (size_t i = 0; i < labels->n; i++) {
        n += has_suffix(str_of(labels->name[i]));
        n_outside += str_is(str_of(labels->name[i]), "O");
    }
    return n > 0 && n + n_outside == labels->n && !labels_have_scheme(labels);
}

void labels_warn_of_suffix(const struct label_set *labels)
{
    if (labels_have_suffix(labels))
        warn("the labels of %s have their letter at the end (%s), where only seqeval --suffix reads it; maplbl "
             "--suffix puts it in front",
             labels->field, labels->name[str_is(str_of(labels->name[0]), "O")]);
}

struct label_set labels_from_suffix(const struct label_set *labels)
{
    struct label_set turned = {labels->field, labels->n, xcalloc(labels->n, sizeof *turned.name)};
    for (size_t i = 0; i < labels->n; i++) {
        struct str name = str_of(labels->name[i]);
        if (has_suffix(name))
            turned.name[i] = xasprintf("%c-%.*s", name.data[name.size - 1], (int)name.size - 2, name.data);
        else if (str_is(name, "O"))
            turned.name[i] = labels->name[i];
        else
            die("the label '%s' of %s has no letter of a scheme at its end", labels->name[i], labels->field);
    }
    return turned;
}

bool labels_have_types(const struct label_set *labels)
{
    struct tag tag;
    for (size_t i = 0; i < labels->n; i++)
        if (tag_parse(str_of(labels->name[i]), &tag) && tag.rest.size > 0)
            return true;
    return false;
}

struct tag labels_tag(const char *label, bool has_scheme)
{
    struct tag tag = {'S', str_of(label), {"", 0}};
    if (has_scheme || str_is(tag.type, "O"))
        tag_parse(tag.type, &tag);
    return tag;
}

int labels_with(const struct label_index *labels, struct tag tag, char role)
{
    struct buffer name = {0};
    int found = -1;
    for (int scheme = 0; scheme < SCHEMES && found < 0; scheme++) {
        tag.prefix = scheme_letter((enum scheme)scheme, role);
        name.n = 0;
        tag_add(&name, tag);
        found = tag.prefix ? label_index_find(labels, (struct str){name.data, name.n}) : -1;
    }
    free(name.data);
    return found;
}

bool labels_is_tag(const char *label, bool has_scheme, struct tag *tag)
{
    return tag_parse(str_of(label), tag) && (has_scheme || tag->rest.size > 0 || tag->prefix == 'O');
}

void labels_after(const struct label_set *labels, int32_t *after)
{
    bool has_scheme = labels_have_scheme(labels);
    struct label_index index = label_index_of(labels);
    int outside = label_index_find(&index, str_of("O"));
    for (size_t i = 0; i < labels->n; i++) {
        struct tag tag;
        after[i] = (int32_t)i;
        if (!labels_is_tag(labels->name[i], has_scheme, &tag))
            continue;
        char role = scheme_role(tag.prefix);
        int found = role == 'B' || role == 'I' ? labels_with(&index, tag, 'I') : -1;
        after[i] = found >= 0 ? found : outside;
    }
    label_index_free(&index);
}
