/* conll_door: files that are not rows of a word and its tags, although they can be cut like such rows; and columns in another
 * order than the one that was supposed. */
#include <stdio.h>
#include <stdlib.h>

#include "corpus/conll_private.h"

/* ---- the first row of a file ---- */

/* A line of JSON, or the first one of a file that is laid out for reading. */
static bool is_json(struct str line)
{
    if (str_is(line, "{") || str_is(line, "["))
        return true;
    bool marks = false;
    if (line.size == 0 || !strchr("{}[],", line.data[line.size - 1]))
        return false;
    for (size_t i = 0; i + 2 < line.size && !marks; i++)
        marks = line.data[i] == '"' && (line.data[i + 1] == ':' || line.data[i + 1] == ',');
    return marks && (str_begins(line, "{") || str_begins(line, "["));
}

/* "T1<TAB>PER 0 4<TAB>Acme" */
static bool is_brat(const struct conll *c)
{
    char mark[24], span[64], type[64]; /* copies, because cells have no NUL after them */
    unsigned number, start, end;
    const struct str *cell = c->cell;
    if (c->n_cells != 3 || !c->has_tabs || cell[0].size >= sizeof mark || cell[1].size >= sizeof span)
        return false;
    snprintf(mark, sizeof mark, "%.*s", (int)cell[0].size, cell[0].data);
    snprintf(span, sizeof span, "%.*s", (int)cell[1].size, cell[1].data);
    return sscanf(mark, "T%u", &number) == 1 && sscanf(span, "%63s %u %u", type, &start, &end) == 3;
}

/* Whether the cells are names of columns, one of them that of the tokens. */
static bool are_names(const struct str *cell, size_t n)
{
    bool has_tokens = false, has_tags = false;
    for (size_t i = 0; i < n && i < CONLL_CELLS_MAX; i++) {
        const char *field = conll_columns_usual(conll_trim(cell[i]));
        has_tokens = has_tokens || (field && strcmp(field, "tokens") == 0);
        has_tags = has_tags || (field && strcmp(field, "tokens") != 0);
    }
    return has_tokens && has_tags;
}

static bool is_csv(struct str line)
{
    struct str cell[CONLL_CELLS_MAX];
    size_t n = 0;
    for (size_t start = 0, i = 0; i <= line.size && n < CONLL_CELLS_MAX; i++)
        if (i == line.size || line.data[i] == ',' || line.data[i] == ';') {
            struct str s = conll_trim((struct str){line.data + start, i - start});
            if (s.size >= 2 && *s.data == '"' && s.data[s.size - 1] == '"')
                s = (struct str){s.data + 1, s.size - 2};
            cell[n++] = s;
            start = i + 1;
        }
    return n > 1 && are_names(cell, n);
}

/* Bytes of a separator at the end of `s`: one that stands between a word and its tag in other layouts. */
static size_t separator_size(struct str s)
{
    static const char *const separator[] = {",", ";", "|", "/", "\xc2\xa0"};
    for (size_t i = 0; i < sizeof separator / sizeof *separator; i++) {
        size_t size = strlen(separator[i]);
        if (s.size > size && memcmp(s.data + s.size - size, separator[i], size) == 0)
            return size;
    }
    return 0;
}

/* The separator in "EU,B-ORG" or "EU/NNP/B-ORG"; size 0: there is none. */
static struct str before_tag(struct str cell)
{
    struct tag tag;
    for (size_t i = cell.size; i-- > 1;) {
        size_t size = separator_size((struct str){cell.data, i});
        if (size > 0)
            return tag_parse((struct str){cell.data + i, cell.size - i}, &tag) ? (struct str){cell.data + i - size, size}
                                                                               : (struct str){"", 0};
    }
    return (struct str){"", 0};
}

/* "EU/B-ORG rejects/O": words with their tags, all on one line. */
static bool is_sentence(const struct conll *c)
{
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++)
        if (before_tag(c->cell[i]).size == 0)
            return false;
    return c->n_cells > 1;
}

static void check_csv(const struct conll *c, struct str line)
{
    if (is_csv(line))
        conll_die(c, "this looks like the header line of a CSV file: --format csv reads it");
    struct str separator = c->n_cells == 1 ? before_tag(line) : (struct str){"", 0};
    if (separator.size == 1 && strchr(",;", *separator.data))
        conll_die(
            c, "this looks like a row of CSV: --format csv -c 1=tokens,2=ner_tags reads it; with --format columns it is a word");
    if (separator.size > 0)
        conll_die(c, "this looks like a word and its tag with '%.*s' between them; a tab or blanks are wanted there",
                  (int)separator.size, separator.data);
}

void conll_check_door(const struct conll *c)
{
    struct str line = conll_trim(c->line);
    if (!c->is_auto)
        return;
    if (is_json(line))
        conll_die(c, "this looks like JSON: json2msg reads it; with --format columns it is a row");
    if (str_begins(line, "<?xml"))
        conll_die(c, "this looks like XML; rows of a token and its tags are wanted");
    if (is_brat(c))
        conll_die(c, "this looks like annotations of brat: brat2msg reads them");
    if (str_begins(line, "c=\"") && line.data[line.size - 1] == '"')
        conll_die(c, "this looks like annotations of i2b2; rows of a token and its tags are wanted");
    check_csv(c, line);
    if (is_sentence(c))
        conll_die(c, "this looks like a sentence in one line; a row is one word with its tags");
    if (c->n_cells > 1 && are_names(c->cell, c->n_cells))
        conll_die(c, "this row looks like names of columns: --format csv reads a file with a header line; with --format columns "
                     "it is a row like others");
}

/* ---- the first sentence ---- */

static bool is_number(struct str s, size_t wanted)
{
    size_t value = 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] < '0' || s.data[i] > '9' || value > 100000)
            return false;
        value = 10 * value + (size_t)(s.data[i] - '0');
    }
    return s.size > 0 && value == wanted;
}

static bool are_numbers(const struct conll *c, size_t from)
{
    for (size_t i = 0; i < c->n_tokens; i++)
        if (!is_number(c->tokens.data[i], from + i))
            return false;
    return true;
}

static bool are_tags(const struct conll *c)
{
    struct tag tag;
    bool is_label = true;
    for (size_t i = 0; i < c->n_tokens; i++) {
        const struct intern *names = &c->tags[1];
        size_t number = (size_t)c->tag[1].data[i];
        if (!tag_parse(c->tokens.data[i], &tag))
            return false;
        is_label = is_label && tag_parse((struct str){names->name[number], names->size[number]}, &tag);
    }
    return !is_label;
}

void conll_check_words(struct conll *c)
{
    if (!c->guesses_columns || c->checked_words || c->n_tokens < 2)
        return;
    c->checked_words = true;
    c->number = c->line_number.data[0];
    c->file = c->sentence_file;
    if (c->width > 1 && (are_numbers(c, 0) || are_numbers(c, 1)))
        conll_die(
            c,
            "the words are the numbers %.*s, %.*s, ...; if this column counts words, name the others: -c 2=tokens,%zu=ner_tags; "
            "else -c 1=tokens,%zu=ner_tags",
            (int)c->tokens.data[0].size, c->tokens.data[0].data, (int)c->tokens.data[1].size, c->tokens.data[1].data, c->width,
            c->width);
    if (c->width == 2 && !c->converts && are_tags(c))
        conll_die(
            c,
            "the words are tags (%.*s, %.*s, ...), and their labels are not; if tags come first, say -c 2=tokens,1=ner_tags; "
            "else -c 1=tokens,2=ner_tags",
            (int)c->tokens.data[0].size, c->tokens.data[0].data, (int)c->tokens.data[1].size, c->tokens.data[1].data);
}

/* ---- labels ---- */

/* "B-ORG O": the tags of several words. */
static bool are_several_tags(struct str label)
{
    struct tag tag;
    bool has_blank = false;
    for (size_t start = 0, i = 0; i <= label.size; i++)
        if (i == label.size || label.data[i] == ' ') {
            if (!tag_parse((struct str){label.data + start, i - start}, &tag))
                return false;
            has_blank = has_blank || i < label.size;
            start = i + 1;
        }
    return has_blank;
}

void conll_check_label(struct conll *c, size_t field, struct str label)
{
    struct conll_places *seen = &c->seen_at[field];
    char last = label.data[label.size - 1];
    if (are_several_tags(label))
        conll_die(c, "the label '%.*s' is several tags: a row is one word with its tags", (int)label.size, label.data);
    if (label.size > 3 && *label.data == '(' && (last == '*' || last == ')'))
        conll_die(c, "the label '%.*s' is written as in CoNLL-2012: see --format conll2012", (int)label.size, label.data);
    GROW(seen->data, seen->room, seen->n + 1);
    seen->data[seen->n++] = (struct conll_place){c->file, c->number};
}

void conll_warn_of_labels(const struct conll *c)
{
    enum { ODD_MAX = 3 };
    for (size_t i = 1; i < c->columns.n; i++) {
        size_t n_tags = 0, n_bare = 0, n_odd = 0, first = 0;
        bool has_outside = false; /* without O single letters can be anything: F and M, S and P */
        for (size_t k = 0; k < c->seen_at[i].n; k++) {
            struct tag tag;
            if (!tag_parse((struct str){c->tags[i].name[k], c->tags[i].size[k]}, &tag))
                first = n_odd++ == 0 ? k : first;
            else {
                has_outside = has_outside || tag.prefix == 'O';
                n_tags += tag.rest.size > 1;
                n_bare += tag.prefix != 'O' && tag.rest.size <= 1;
            }
        }
        if (n_odd > 0 && n_odd <= ODD_MAX && n_tags + (has_outside ? n_bare : 0) > 0)
            warn("%s:%zu: the label '%s' of %s is not a tag as the others are; a header line, or a comment?",
                 c->seen_at[i].data[first].file, c->seen_at[i].data[first].line, c->tags[i].name[first],
                 c->columns.column[i].field);
    }
}
