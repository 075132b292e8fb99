/* conll_import: sentences of files as records of a stream. */
#include "corpus/conll_import.h"

#include <stdlib.h>

#include "tags/labels.h"

struct conll_import conll_import_new(struct conll *conll, struct given_labels *given)
{
    conll->key_is_optional = given->sets || given->any.n > 0;
    return (struct conll_import){.conll = conll, .given = given};
}

/* ---- the header ---- */

static const char *field_name(const struct conll *c, size_t field)
{
    return c->columns.column[field].field;
}

/* CoNLL-U's XPOS becomes a field where it holds something, or where the stream that gives the labels has it. */
static void decide_xpos(struct conll *c, const struct given_labels *given)
{
    const struct intern *xpos = &c->tags[c->columns.n - 1];
    bool is_empty = xpos->n == 1 && strcmp(xpos->name[0], "_") == 0;
    if (c->guesses_xpos && (given->stream ? !given_labels_of(given, "xpos_tags") : is_empty))
        conll_drop_xpos(c);
}

/* A label set may have many names: label_set_find would look through all of them for each. */
static void index_labels(struct conll_import *im, size_t field, const struct label_set *labels)
{
    bool is_new = im->names[field].n == 0;
    for (size_t i = 0; is_new && i < labels->n; i++)
        intern_add(&im->names[field], str_of(labels->name[i]));
}

/* The first sentence has shown what the columns are. */
static void begin(struct conll_import *im)
{
    struct conll *c = im->conll;
    const char *field[CONLL_FIELDS_MAX];
    im->begun = true;
    if (im->given->stream)
        decide_xpos(c, im->given);
    for (size_t i = 1; i < c->columns.n; i++)
        field[i - 1] = field_name(c, i);
    given_labels_settle(im->given, c->columns.n - 1, field);
    im->known = im->given->sets;
    for (size_t i = 1; i < c->columns.n; i++) {
        bool has_labels = given_labels_of(im->given, field_name(c, i));
        if (im->given->stream && !has_labels)
            die("%s has no labels of '%s'", im->given->stream, field_name(c, i));
        im->known = im->known && has_labels;
        if (has_labels)
            index_labels(im, i, given_labels_of(im->given, field_name(c, i)));
    }
    for (size_t i = 0; im->given->sets && !im->given->stream && i < im->given->sets->n_label_sets; i++) {
        size_t k = 1;
        while (k < c->columns.n && strcmp(field_name(c, k), im->given->sets->label_set[i].field) != 0)
            k++;
        if (k >= c->columns.n)
            die("no column '%s', of which %s gives the names", im->given->sets->label_set[i].field, im->given->source);
    }
}

static void set_labels(const struct conll_import *im, struct header *h, size_t field)
{
    const struct conll *c = im->conll;
    const char *name = field_name(c, field);
    const struct label_set *given = given_labels_of(im->given, name);
    if (given) {
        header_set_labels(h, name, given->n, (const char *const *)given->name);
        return;
    }
    size_t n;
    const char **ordered = labels_in_order(name, &c->tags[field], c->is_conll2003, &n);
    header_set_labels(h, name, n, ordered);
    label_counts_warn(&im->counts[field], header_labels(h, name), "-c says which columns to read");
    labels_warn_of_suffix(header_labels(h, name));
    free(ordered);
}

static void make_header(struct conll_import *im, struct filter *f)
{
    struct conll *c = im->conll;
    struct header *h = header_new("sentence");
    decide_xpos(c, im->given);
    header_add_field(h, "id");
    header_add_field(h, "doc");
    header_add_field(h, "tokens");
    for (size_t i = 1; i < c->columns.n; i++) {
        header_add_field(h, field_name(c, i));
        set_labels(im, h, i);
        index_labels(im, i, header_labels(h, field_name(c, i)));
    }
    for (size_t i = 0; i < c->columns.n_comments; i++)
        header_add_field(h, c->columns.comment[i].field);
    im->header = h;
    filter_set_header(f, h);
}

/* ---- one sentence ---- */

/* Tags that were not seen before are among the labels given. The sentence at hand is the first that has them. */
static void check_tags(struct conll_import *im, size_t field)
{
    const struct conll *c = im->conll;
    const struct label_set *labels = given_labels_of(im->given, field_name(c, field));
    size_t *n = &im->n_checked[field];
    for (; labels && *n < c->tags[field].n; ++*n) {
        struct str name = {c->tags[field].name[*n], c->tags[field].size[*n]};
        size_t i = 0;
        if (intern_find(&im->names[field], name) != SIZE_MAX)
            continue;
        while (c->tag[field].data[i] != (int32_t)*n)
            i++;
        die("%s:%zu: the label '%s' of %s is not among the %zu that %s gives", c->sentence_file, c->line_number.data[i],
            name.data, field_name(c, field), labels->n, im->given->source);
    }
}

static void map_tags(struct conll_import *im, size_t field)
{
    const struct conll *c = im->conll;
    struct array_ints *map = &im->id_of[field];
    GROW(map->data, map->room, c->tags[field].n);
    for (; map->n < c->tags[field].n; map->n++)
        map->data[map->n] =
            (int32_t)intern_find(&im->names[field], (struct str){c->tags[field].name[map->n], c->tags[field].size[map->n]});
}

/* A sentence, of the reader or of the store. tag [field]: n numbers of conll->tags */
struct conll_sentence {
    size_t doc, n;
    const struct str *token;
    int32_t *tag[CONLL_FIELDS_MAX];
    struct str comment[CONLL_FIELDS_MAX];
};

static void write_sentence(struct conll_import *im, struct filter *f, const struct conll_sentence *s)
{
    const struct conll *c = im->conll;
    size_t id = 0; /* the comment that gives the id, if one does */
    while (id < c->columns.n_comments && strcmp(c->columns.comment[id].field, "id") != 0)
        id++;
    bool has_id = id < c->columns.n_comments;
    filter_begin_new(f, 2 + c->columns.n + c->columns.n_comments - has_id);
    if (has_id)
        filter_put_str(f, "id", s->comment[id]);
    else
        filter_put_int(f, "id", im->id++);
    filter_put_int(f, "doc", (int64_t)s->doc);
    filter_put_strs(f, "tokens", s->token, s->n);
    for (size_t i = 1; i < c->columns.n; i++) {
        map_tags(im, i);
        GROW(im->ids.data, im->ids.room, s->n);
        for (size_t k = 0; k < s->n; k++)
            im->ids.data[k] = im->id_of[i].data[s->tag[i][k]];
        filter_put_ints(f, field_name(c, i), im->ids.data, s->n);
    }
    for (size_t i = 0; i < c->columns.n_comments; i++)
        if (i != id)
            filter_put_str(f, c->columns.comment[i].field, s->comment[i]);
    filter_end(f);
}

static void keep(struct conll_import *im, const struct conll *c)
{
    struct conll_store *s = &im->store;
    GROW(s->sentence, s->room, s->n + 1);
    s->sentence[s->n].doc = c->doc;
    s->sentence[s->n++].n_tokens = c->n_tokens;
    buffer_add(&s->text, c->text.data, c->text.n);
    GROW(s->token.data, s->token.room, s->token.n + c->n_tokens);
    for (size_t i = 0; i < c->n_tokens; i++)
        s->token.data[s->token.n++] = c->tokens.data[i].size;
    for (size_t i = 1; i < c->columns.n; i++) {
        struct array_ints *to = &s->tag[i];
        GROW(to->data, to->room, to->n + c->n_tokens);
        memcpy(to->data + to->n, c->tag[i].data, c->n_tokens * sizeof *to->data);
        to->n += c->n_tokens;
        for (size_t k = 0; !given_labels_of(im->given, field_name(c, i)) && k < c->n_tokens; k++)
            label_counts_add(&im->counts[i], (size_t)c->tag[i].data[k]);
    }
    GROW(s->comment_size.data, s->comment_size.room, s->comment_size.n + c->columns.n_comments);
    for (size_t i = 0; i < c->columns.n_comments; i++) {
        buffer_add(&s->comment, c->comment[i].text.data, c->comment[i].text.n);
        s->comment_size.data[s->comment_size.n++] = c->comment[i].text.n;
    }
}

void conll_import_sentence(struct conll_import *im, struct filter *f)
{
    struct conll *c = im->conll;
    if (!im->begun)
        begin(im);
    for (size_t i = 1; i < c->columns.n; i++)
        check_tags(im, i);
    if (!im->known) {
        keep(im, c);
        return;
    }
    if (!im->header)
        make_header(im, f);
    struct conll_sentence s = {.doc = c->doc, .n = c->n_tokens, .token = c->tokens.data};
    for (size_t i = 1; i < c->columns.n; i++)
        s.tag[i] = c->tag[i].data;
    for (size_t i = 0; i < c->columns.n_comments; i++)
        s.comment[i] = (struct str){c->comment[i].text.data, c->comment[i].text.n};
    write_sentence(im, f, &s);
}

void conll_import_finish(struct conll_import *im, struct filter *f)
{
    const struct conll_store *s = &im->store;
    const struct conll_columns *columns = &im->conll->columns;
    struct array_strs tokens = {0};
    const char *text = s->text.data, *comment = s->comment.data;
    size_t first = 0;
    if (!im->header)
        make_header(im, f);
    for (size_t i = 0; i < s->n; i++) {
        struct conll_sentence sentence = {.doc = s->sentence[i].doc, .n = s->sentence[i].n_tokens};
        GROW(tokens.data, tokens.room, sentence.n);
        for (size_t k = 0; k < sentence.n; k++) {
            tokens.data[k] = (struct str){text, s->token.data[first + k]};
            text += tokens.data[k].size;
        }
        sentence.token = tokens.data;
        for (size_t k = 1; k < columns->n; k++)
            sentence.tag[k] = s->tag[k].data + first;
        for (size_t k = 0; k < columns->n_comments; k++) {
            sentence.comment[k] = (struct str){comment, s->comment_size.data[i * columns->n_comments + k]};
            comment += sentence.comment[k].size;
        }
        write_sentence(im, f, &sentence);
        first += sentence.n;
    }
    free(tokens.data);
}

void conll_import_free(struct conll_import *im)
{
    for (size_t i = 0; i < CONLL_FIELDS_MAX; i++) {
        free(im->id_of[i].data);
        label_counts_free(&im->counts[i]);
        intern_free(&im->names[i]);
        free(im->store.tag[i].data);
    }
    free(im->ids.data);
    free(im->store.sentence);
    free(im->store.text.data);
    free(im->store.token.data);
    free(im->store.comment.data);
    free(im->store.comment_size.data);
}
