/* conll_import: sentences of files as records of a stream. */
#include "corpus/conll_import.h"

#include <stdlib.h>

#include "tags/labels.h"

struct conll_import conll_import_new(struct conll *conll, const struct header *given, const char *given_name)
{
    return (struct conll_import){.conll = conll, .given = given, .given_name = given_name};
}

/* CoNLL-U's XPOS becomes a field where it holds something, or where the stream that gives the labels has it. */
static void decide_xpos(struct conll *c, const struct header *given)
{
    const struct intern *xpos = &c->tags[c->columns.n - 1];
    if (c->guesses_xpos && (given ? !header_labels(given, "xpos_tags") : xpos->n == 1 && strcmp(xpos->name[0], "_") == 0))
        conll_drop_xpos(c);
}

static void set_labels(const struct conll_import *im, struct header *h, size_t field)
{
    const struct conll *c = im->conll;
    const char *name = c->columns.field[field];
    if (im->given) {
        const struct label_set *labels = header_labels(im->given, name);
        if (!labels)
            die("%s has no labels of '%s'", im->given_name, name);
        header_set_labels(h, name, labels->n, (const char *const *)labels->name);
        return;
    }
    size_t n;
    const char **ordered = labels_in_order(name, &c->tags[field], c->is_conll2003, &n);
    header_set_labels(h, name, n, ordered);
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
        header_add_field(h, c->columns.field[i]);
        set_labels(im, h, i);
    }
    im->header = h;
    filter_set_header(f, h);
}

/* ---- one sentence ---- */

/* Tags that were not seen before get their label ids. The sentence at hand is the first that has them. */
static void map_tags(struct conll_import *im, size_t field)
{
    const struct conll *c = im->conll;
    const struct label_set *labels = header_labels(im->header, c->columns.field[field]);
    struct array_ints *map = &im->id_of[field];
    GROW(map->data, map->room, c->tags[field].n);
    for (; map->n < c->tags[field].n; map->n++) {
        struct str name = {c->tags[field].name[map->n], c->tags[field].size[map->n]};
        int id = label_set_find(labels, name);
        if (id < 0) {
            size_t i = 0;
            while (c->tag[field].data[i] != (int32_t)map->n)
                i++;
            die("%s:%zu: the label '%s' of %s is not among the %zu that --labels-from gives", c->file, c->line.data[i], name.data,
                c->columns.field[field], labels->n);
        }
        map->data[map->n] = id;
    }
}

/* tag [field]: n numbers of conll->tags */
static void write_sentence(struct conll_import *im, struct filter *f, size_t doc, size_t n, const struct str *token,
                           int32_t *const *tag)
{
    const struct conll *c = im->conll;
    filter_begin_new(f, 2 + c->columns.n);
    filter_put_int(f, "id", im->id++);
    filter_put_int(f, "doc", (int64_t)doc);
    filter_put_strs(f, "tokens", token, n);
    for (size_t i = 1; i < c->columns.n; i++) {
        map_tags(im, i);
        GROW(im->ids.data, im->ids.room, n);
        for (size_t k = 0; k < n; k++)
            im->ids.data[k] = im->id_of[i].data[tag[i][k]];
        filter_put_ints(f, c->columns.field[i], im->ids.data, n);
    }
    filter_end(f);
}

static void keep(struct conll_store *s, const struct conll *c)
{
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
    }
}

void conll_import_sentence(struct conll_import *im, struct filter *f)
{
    struct conll *c = im->conll;
    if (!im->given) {
        keep(&im->store, c);
        return;
    }
    if (!im->header)
        make_header(im, f);
    int32_t *tag[CONLL_FIELDS_MAX];
    for (size_t i = 1; i < c->columns.n; i++)
        tag[i] = c->tag[i].data;
    write_sentence(im, f, c->doc, c->n_tokens, c->tokens.data, tag);
}

void conll_import_finish(struct conll_import *im, struct filter *f)
{
    const struct conll_store *s = &im->store;
    struct array_strs tokens = {0};
    const char *text = s->text.data;
    size_t first = 0;
    if (!im->header)
        make_header(im, f);
    for (size_t i = 0; i < s->n; i++) {
        size_t n = s->sentence[i].n_tokens;
        int32_t *tag[CONLL_FIELDS_MAX];
        GROW(tokens.data, tokens.room, n);
        for (size_t k = 0; k < n; k++) {
            tokens.data[k] = (struct str){text, s->token.data[first + k]};
            text += tokens.data[k].size;
        }
        for (size_t k = 1; k < im->conll->columns.n; k++)
            tag[k] = s->tag[k].data + first;
        write_sentence(im, f, s->sentence[i].doc, n, tokens.data, tag);
        first += n;
    }
    free(tokens.data);
}

void conll_import_free(struct conll_import *im)
{
    for (size_t i = 0; i < CONLL_FIELDS_MAX; i++) {
        free(im->id_of[i].data);
        free(im->store.tag[i].data);
    }
    free(im->ids.data);
    free(im->store.sentence);
    free(im->store.text.data);
    free(im->store.token.data);
}
