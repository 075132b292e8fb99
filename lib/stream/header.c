/* header: what the first map of a stream says about the records after it. */
#include "stream/header.h"

#include <stdlib.h>
#include <string.h>

#include "stream/pack.h"
#include "text/printable.h"
#include "text/utf8.h"

struct header *header_new(const char *kind)
{
    struct header *h = xcalloc(1, sizeof *h);
    h->kind = xstrdup(kind);
    return h;
}

static void label_set_free(struct label_set *labels)
{
    for (size_t i = 0; i < labels->n; i++)
        free(labels->name[i]);
    free(labels->name);
    free(labels->field);
}

void header_free(struct header *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n_fields; i++)
        free(h->field[i]);
    for (size_t i = 0; i < h->n_label_sets; i++)
        label_set_free(&h->label_set[i]);
    for (size_t i = 0; i < h->n_extras; i++) {
        free(h->extra[i].key);
        free(h->extra[i].data);
    }
    free(h->field);
    free(h->label_set);
    free(h->extra);
    free(h->vocab_hash);
    free(h->spelling);
    free(h->unk);
    free(h->history);
    free(h->kind);
    free(h);
}

void header_become(struct header *h, const char *kind)
{
    free(h->kind);
    h->kind = xstrdup(kind);
    for (size_t i = 0; i < h->n_fields; i++)
        free(h->field[i]);
    h->n_fields = 0;
    h->any_fields = false;
}

bool header_has_field(const struct header *h, const char *field)
{
    for (size_t i = 0; i < h->n_fields; i++)
        if (strcmp(h->field[i], field) == 0)
            return true;
    return false;
}

/* Names that come from elsewhere than a stream: from options, from files of a model. */
static void check_name(const char *name, const char *what)
{
    if (utf8_is_valid(name, strlen(name)))
        return;
    struct buffer shown = {0};
    printable_add(&shown, str_of(name));
    die("the name of a %s is not UTF-8: %.*s", what, (int)shown.n, shown.data);
}

void header_add_field(struct header *h, const char *field)
{
    check_name(field, "field");
    if (h->any_fields || header_has_field(h, field))
        return;
    h->field = xrealloc(h->field, h->n_fields + 1, sizeof *h->field);
    h->field[h->n_fields++] = xstrdup(field);
}

const struct label_set *header_labels(const struct header *h, const char *field)
{
    for (size_t i = 0; i < h->n_label_sets; i++)
        if (strcmp(h->label_set[i].field, field) == 0)
            return &h->label_set[i];
    return NULL;
}

void header_set_labels(struct header *h, const char *field, size_t n, const char *const *name)
{
    struct label_set labels = {xstrdup(field), n, xmalloc(n, sizeof *labels.name)};
    for (size_t i = 0; i < n; i++) {
        check_name(name[i], "label");
        labels.name[i] = xstrdup(name[i]);
    }
    for (size_t i = 0; i < h->n_label_sets; i++)
        if (strcmp(h->label_set[i].field, field) == 0) {
            label_set_free(&h->label_set[i]);
            h->label_set[i] = labels;
            return;
        }
    h->label_set = xrealloc(h->label_set, h->n_label_sets + 1, sizeof *h->label_set);
    h->label_set[h->n_label_sets++] = labels;
}

void header_set_vocab(struct header *h, int64_t size, const char *hash)
{
    free(h->vocab_hash);
    h->vocab_hash = xstrdup(hash);
    h->vocab_size = size;
}

/* By enum header_spelling. */
static const char *const spellings[] = {"wordpiece",     "byte-level",       "metaspace", "metaspace-bare",
                                        "wordpiece-raw", "wordpiece-spaced", "spaced"};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };
static const char unk_of_bert[] = "[UNK]";

void header_set_spelling(struct header *h, enum header_spelling spelling, struct str unk)
{
    free(h->spelling);
    free(h->unk);
    h->spelling = spelling == HEADER_SPELLING_WORDPIECE ? NULL : xstrdup(spellings[spelling]);
    h->unk = str_is(unk, unk_of_bert) ? NULL : xstrndup(unk.data, unk.size);
}

void header_set_pad(struct header *h, int32_t pad)
{
    h->pad = pad > 0 ? pad : 0;
}

const char *header_spelling_name(const struct header *h)
{
    return h->spelling ? h->spelling : spellings[HEADER_SPELLING_WORDPIECE];
}

enum header_spelling header_spelling(const struct header *h)
{
    const char *name = header_spelling_name(h);
    size_t i = 0;
    while (i < SPELLINGS && strcmp(spellings[i], name) != 0)
        i++;
    if (i < SPELLINGS)
        return (enum header_spelling)i;
    struct buffer shown = {0};
    printable_add(&shown, str_of(name));
    die("the stream's pieces are of a kind that is not known here: '%.*s'; known are %s, %s, %s, %s, %s, %s and %s", (int)shown.n,
        shown.data, spellings[0], spellings[1], spellings[2], spellings[3], spellings[4], spellings[5], spellings[6]);
}

const char *header_unk(const struct header *h)
{
    return h->unk ? h->unk : unk_of_bert;
}

void header_set_raw(struct header *h, struct str key, struct msg value)
{
    size_t i = 0;
    while (i < h->n_extras && !str_is(key, h->extra[i].key))
        i++;
    if (i == h->n_extras) {
        h->extra = xrealloc(h->extra, ++h->n_extras, sizeof *h->extra);
        h->extra[i] = (struct header_extra){.key = xstrndup(key.data, key.size)};
    }
    free(h->extra[i].data);
    h->extra[i].size = (size_t)(value.end - value.data);
    h->extra[i].data = xmalloc(h->extra[i].size, 1);
    memcpy(h->extra[i].data, value.data, h->extra[i].size);
}

/* In the shortest form, as a packer writes it: what went through JSON and back has the same bytes. */
static void set_packed(struct header *h, const char *key, struct buffer *value)
{
    header_set_raw(h, (struct str){key, strlen(key)}, packed_msg(value));
    free(value->data);
}

void header_set_int(struct header *h, const char *key, int64_t value)
{
    struct buffer packed = {0};
    pack_int(&packed, value);
    set_packed(h, key, &packed);
}

void header_set_text(struct header *h, const char *key, const char *value)
{
    struct buffer packed = {0};
    pack_string(&packed, value);
    set_packed(h, key, &packed);
}

bool header_int(const struct header *h, const char *key, int64_t *value)
{
    for (size_t i = 0; i < h->n_extras; i++)
        if (strcmp(h->extra[i].key, key) == 0) {
            struct msg at = {h->extra[i].data, h->extra[i].data + h->extra[i].size};
            return msg_int(&at, value);
        }
    return false;
}

struct header *header_copy(const struct header *in)
{
    struct header *h = header_new(in->kind);
    for (size_t i = 0; i < in->n_fields; i++)
        header_add_field(h, in->field[i]);
    h->any_fields = in->any_fields;
    for (size_t i = 0; i < in->n_label_sets; i++) {
        const struct label_set *labels = &in->label_set[i];
        header_set_labels(h, labels->field, labels->n, (const char *const *)labels->name);
    }
    for (size_t i = 0; i < in->n_extras; i++)
        header_set_raw(h, (struct str){in->extra[i].key, strlen(in->extra[i].key)},
                       (struct msg){in->extra[i].data, in->extra[i].data + in->extra[i].size});
    if (in->vocab_hash)
        header_set_vocab(h, in->vocab_size, in->vocab_hash);
    h->spelling = in->spelling ? xstrdup(in->spelling) : NULL;
    h->unk = in->unk ? xstrdup(in->unk) : NULL;
    h->pad = in->pad;
    h->history = xmalloc(in->history_size, 1);
    if (in->history_size)
        memcpy(h->history, in->history, in->history_size);
    h->history_size = in->history_size;
    h->n_history = in->n_history;
    return h;
}

/* Names of files can be any bytes. */
static void pack_argument(struct buffer *to, const char *argument)
{
    struct buffer shown = {0};
    if (utf8_is_valid(argument, strlen(argument))) {
        pack_string(to, argument);
        return;
    }
    printable_add(&shown, str_of(argument));
    pack_str(to, (struct str){shown.data, shown.n});
    free(shown.data);
}

void header_add_history(struct header *h, const char *tool, const char *version, size_t n, const char *const *argument)
{
    struct buffer entry = {0};
    pack_map(&entry, 3);
    pack_string(&entry, "tool");
    pack_string(&entry, tool);
    pack_string(&entry, "version");
    pack_string(&entry, version);
    pack_string(&entry, "args");
    pack_array(&entry, n);
    for (size_t i = 0; i < n; i++)
        pack_argument(&entry, argument[i]);
    h->history = xrealloc(h->history, h->history_size + entry.n, 1);
    memcpy(h->history + h->history_size, entry.data, entry.n);
    h->history_size += entry.n;
    h->n_history++;
    free(entry.data);
}

/* The label sets of `a` are in `b`, too. */
static void check_labels(const char *streams, const char *name, const struct header *a, const struct header *b)
{
    for (size_t i = 0; i < a->n_label_sets; i++) {
        const struct label_set *x = &a->label_set[i], *y = header_labels(b, x->field);
        if (!y)
            die("%s: only %s has labels of '%s'; two systems are compared by seqeval --compare", streams, name, x->field);
        bool same = x->n == y->n;
        for (size_t k = 0; same && k < x->n; k++)
            same = strcmp(x->name[k], y->name[k]) == 0;
        if (!same)
            die("%s: their labels of '%s' differ; conll2msg --labels-from gives one the labels of the other", streams, x->field);
    }
}

void header_check_same(const struct header *a, const char *a_name, const struct header *b, const char *b_name)
{
    bool is_one_file = strcmp(a_name, b_name) == 0;
    char *streams = is_one_file ? xasprintf("%s: its streams cannot be read as one", a_name)
                                : xasprintf("%s and %s cannot be read as one stream", a_name, b_name);
    if (strcmp(a->kind, b->kind) != 0)
        die("%s: one holds records of kind '%s', the other of kind '%s'", streams, a->kind, b->kind);
    if (a->vocab_hash && b->vocab_hash && strcmp(a->vocab_hash, b->vocab_hash) != 0)
        die("%s: their pieces are of two vocabularies, %s and %s", streams, a->vocab_hash, b->vocab_hash);
    if (a->vocab_hash && b->vocab_hash && strcmp(header_spelling_name(a), header_spelling_name(b)) != 0)
        die("%s: their pieces are spelled in two ways, %s and %s", streams, header_spelling_name(a), header_spelling_name(b));
    if (a->vocab_hash && b->vocab_hash && strcmp(header_unk(a), header_unk(b)) != 0)
        die("%s: an unknown piece is '%s' in one, '%s' in the other", streams, header_unk(a), header_unk(b));
    check_labels(streams, is_one_file ? "the first" : a_name, a, b);
    check_labels(streams, is_one_file ? "the second" : b_name, b, a);
    free(streams);
}
