/* conll_comment: lines that are no rows, and what they say. CoNLL-U has comments; other corpora have lines that look like them
 * beside words that begin with '#'. */
#include <stdlib.h>

#include "corpus/conll_private.h"
#include "tags/tag.h"
#include "text/list.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* "key = value": the bytes before " = ", which is not after a tab; SIZE_MAX: there is none. */
static size_t key_size(struct str s, bool may_be_empty)
{
    if (s.size == 0 || !is_letter(*s.data))
        return SIZE_MAX;
    for (size_t i = 1; i + 2 <= s.size && s.data[i] != '\t'; i++)
        if (s.data[i] == ' ' && s.data[i + 1] == '=' && (i + 2 < s.size ? s.data[i + 2] == ' ' : may_be_empty))
            return i;
    return SIZE_MAX;
}

/* "key=value" alone */
static bool is_pair(struct str s)
{
    size_t equals = s.size;
    for (size_t i = s.size; i-- > 0;) {
        if (conll_is_blank(s.data[i]))
            return false;
        if (s.data[i] == '=')
            equals = i;
    }
    return equals > 0 && equals + 1 < s.size && is_letter(*s.data);
}

/* "sent_id 5" and the like, whatever number of columns that makes. */
static bool says_what_comments_say(struct str s)
{
    static const char *const key[] = {"sent_id", "id", "text"};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (str_begins(s, key[i]) && s.size > strlen(key[i]) && strchr(" =:", s.data[strlen(key[i])]))
            return true;
    return str_begins(s, "newdoc") || str_begins(s, "newpar");
}

/* What is after the '#'. */
static struct str content(struct str line)
{
    return conll_trim((struct str){line.data + 1, line.size - 1});
}

static bool is_2012(struct str line)
{
    return str_begins(line, "#begin document") || str_begins(line, "#end document");
}

/* A row of tabs, with as many columns as the others, and a tag at its end: it is a row, whatever its word says. */
static bool is_sure_row(struct conll *c)
{
    struct tag tag;
    if (c->width < 2 || !c->has_tabs || !c->last_is_tag)
        return false;
    conll_cut(c);
    return c->n_cells == c->width && c->width <= CONLL_CELLS_MAX && tag_parse(conll_trim(c->cell[c->width - 1]), &tag);
}

/* Whether a line "# ..." has another number of columns than the rows. */
static bool differs_from_rows(struct conll *c)
{
    bool has_tab = memchr(c->line.data, '\t', c->line.size) != NULL;
    if (c->width > 0 && has_tab && !c->has_tabs && c->line.data[1] != '\t')
        return true; /* "# id 1<TAB>domain=en" among rows with blanks */
    conll_cut(c);
    if (c->width > 0)
        return c->n_cells != c->width;
    struct tag tag; /* no row in the file but this one, perhaps */
    return c->n_cells < 2 || c->n_cells > CONLL_CELLS_MAX || !tag_parse(c->cell[c->n_cells - 1], &tag);
}

/* "# global.columns = ID FORM ..." of CoNLL-U Plus, before the first row */
static bool names_columns(const struct conll *c)
{
    return c->width == 0 && str_begins(c->line, "# global.columns = ");
}

bool conll_is_comment(struct conll *c)
{
    struct str line = c->line;
    if (line.size == 0 || line.data[0] != '#' || c->comments == CONLL_COMMENTS_NO)
        return false;
    if (c->format == CONLL_U || is_2012(line))
        return true;
    if (names_columns(c))
        return true;
    if (c->width == 0) { /* the rows after it tell more */
        conll_look_ahead(c);
        line = c->line;
        if (c->format == CONLL_U)
            return true;
    }
    bool is_word = line.size > 1 && !conll_is_blank(line.data[1]); /* "#tag O" */
    if (c->comments == CONLL_COMMENTS_YES)
        return !is_word || differs_from_rows(c);
    if (is_word || c->n_tokens > 0)
        return false;
    return !is_sure_row(c) && (conll_comment_says(line) || differs_from_rows(c));
}

bool conll_comment_says(struct str line)
{
    struct str said = content(line);
    return key_size(said, false) != SIZE_MAX || is_pair(said) || says_what_comments_say(said) || is_2012(line);
}

void conll_check_hash(const struct conll *c)
{
    struct tag tag;
    if (c->comments != CONLL_COMMENTS_AUTO || c->line.size < 2 || *c->line.data != '#' || !conll_is_blank(c->line.data[1]))
        return;
    if (c->last_is_tag && c->width <= CONLL_CELLS_MAX && !tag_parse(conll_trim_label(c->cell[c->width - 1]), &tag))
        conll_die(c, "is this a comment, or the word '#'? Its last column is not a tag; say --comments yes or --comments no");
}

bool conll_take_names(struct conll *c)
{
    struct str said = content(c->line), name;
    size_t size = strlen("global.columns"), number = 0;
    if (!names_columns(c))
        return false;
    char *names = xstrndup(said.data + size + 3, said.size - size - 3);
    struct buffer columns = {0};
    bool has_ids = false;
    for (const char *rest = names; list_next(&rest, ' ', &name);) {
        number++;
        const char *colon = memchr(name.data, ':', name.size);
        struct str last = colon ? (struct str){colon + 1, name.size - (size_t)(colon + 1 - name.data)} : name;
        const char *field = conll_columns_usual(last);
        has_ids = has_ids || (number == 1 && str_is(name, "ID"));
        if (field)
            buffer_format(&columns, "%s%zu=%s", columns.n ? "," : "", number, field);
    }
    free(names);
    if (c->columns.n == 0 && columns.n > 0)
        conll_columns_choose(&c->columns, columns.data);
    free(columns.data);
    c->format = has_ids ? CONLL_U : CONLL_COLUMNS;
    c->width = number;
    c->width_file = c->file;
    c->width_line = c->number;
    c->has_tabs = true;
    conll_count_from_end(c, number);
    conll_layout_fields(c);
    return true;
}

bool conll_begins_document(const struct conll *c)
{
    return str_begins(c->line, "# newdoc") || str_begins(c->line, "#newdoc") || str_begins(c->line, "#begin document");
}

static void take(struct conll *c, struct str key, struct str value)
{
    for (size_t i = 0; i < c->columns.n_comments; i++) {
        const char *wanted = c->columns.comment[i].name;
        size_t size = strlen(wanted);
        bool is_id = key.size == size + 3 && memcmp(key.data + size, " id", 3) == 0; /* "# newdoc id = ..." */
        if (!str_is(key, wanted) && !(is_id && memcmp(key.data, wanted, size) == 0))
            continue;
        c->comment[i].is_set = true;
        c->comment[i].text.n = 0;
        buffer_add(&c->comment[i].text, value.data, value.size);
    }
}

/* "key = value", "key=value", "key: value" or "key value" */
static void take_part(struct conll *c, struct str part)
{
    size_t size = key_size(part, true), skip = 2;
    if (size == SIZE_MAX)
        for (size = 0, skip = 1; size < part.size && part.data[size] != ' ' && part.data[size] != '=';)
            size++;
    struct str rest = {part.data + size, part.size - size};
    if (rest.size > 0)
        rest = (struct str){rest.data + skip, rest.size - skip};
    if (size > 1 && part.data[size - 1] == ':')
        size--;
    take(c, (struct str){part.data, size}, conll_trim(rest));
}

void conll_take_comment(struct conll *c)
{
    if (c->columns.n_comments == 0)
        return;
    struct str rest = content(c->line);
    if (key_size(rest, true) != SIZE_MAX) { /* a text may have tabs in it */
        take_part(c, rest);
        return;
    }
    while (rest.size > 0) {
        const char *tab = memchr(rest.data, '\t', rest.size);
        size_t size = tab ? (size_t)(tab - rest.data) : rest.size;
        take_part(c, conll_trim((struct str){rest.data, size}));
        rest = (struct str){rest.data + size + (tab != NULL), rest.size - size - (tab != NULL)};
    }
}

void conll_forget_comments(struct conll *c, enum conll_forget what)
{
    for (size_t i = 0; i < c->columns.n_comments; i++)
        if (what == CONLL_FORGET_ALL || strncmp(c->columns.comment[i].name, "new", 3) != 0
            || (what == CONLL_FORGET_DOCUMENT && strcmp(c->columns.comment[i].name, "newpar") == 0))
            c->comment[i].is_set = false;
}
