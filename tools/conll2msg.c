/* conll2msg: sentences out of files with a token a line. */
#include <stdlib.h>
#include <string.h>

#include "stream/compat.h"
#include "corpus/conll_read.h"
#include "tags/labels.h"

static const char *columns_text, *labels_from;
static int format, from = -1, scheme = -1;
static bool repair;

static const struct cli_option options[] = {
    {'c', "columns", "N=FIELD,...", "which columns to read (by their number: see conll2msg(1))", CLI_TEXT, &columns_text, 0},
    {0, "format", "auto|columns|conllu", "how the files are laid out (auto)", CLI_CHOICE, &format, 0},
    {0, "labels-from", "FILE", "take the label names and their ids from this stream", CLI_PATH, &labels_from, 0},
    {0, "from", SCHEME_NAMES, "scheme of the chunk and entity tags that are read", CLI_CHOICE, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (iob2, if --from is given)", CLI_CHOICE, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    {0},
};
static const struct cli cli = {"conll2msg", "sentences out of files with a token a line", "[FILE...]", options, NULL};

/* Sentences that wait until all labels are known. */
struct store { size_t n, room; struct { size_t doc, n_tokens; } *sentence; char *text; size_t text_size, text_room;
               struct array_sizes token; struct array_ints tag[CONLL_FIELDS_MAX]; };

static void keep(struct store *s, const struct conll *c)
{
    GROW(s->sentence, s->room, s->n + 1);
    s->sentence[s->n].doc = c->doc;
    s->sentence[s->n++].n_tokens = c->n_tokens;
    GROW(s->text, s->text_room, s->text_size + c->text_size);
    memcpy(s->text + s->text_size, c->text, c->text_size);
    s->text_size += c->text_size;
    GROW(s->token.data, s->token.room, s->token.n + c->n_tokens);
    for (size_t i = 0; i < c->n_tokens; i++)
        s->token.data[s->token.n++] = c->tokens.data[i].size;
    for (size_t f = 1; f < c->columns.n; f++) {
        struct array_ints *to_field = &s->tag[f];
        GROW(to_field->data, to_field->room, to_field->n + c->n_tokens);
        memcpy(to_field->data + to_field->n, c->tag[f].data, c->n_tokens * sizeof *to_field->data);
        to_field->n += c->n_tokens;
    }
}

/* [field][number in conll->tags] -> id in the inventory; grows as tags are first seen. */
static struct array_ints id_of[CONLL_FIELDS_MAX];

static void map_tags(const struct conll *c, const struct header *h, size_t field)
{
    const struct label_set *labels = header_labels(h, c->columns.field[field]);
    struct array_ints *map = &id_of[field];
    GROW(map->data, map->room, c->tags[field].n);
    for (; map->n < c->tags[field].n; map->n++) {
        struct str name = {c->tags[field].name[map->n], c->tags[field].size[map->n]};
        int id = label_set_find(labels, name);
        if (id < 0) {
            size_t i = 0;           /* the sentence at hand is the first that has this tag */
            while (c->tag[field].data[i] != (int32_t)map->n)
                i++;
            die("%s:%zu: the label '%s' of %s is not among the %zu that --labels-from gives", c->file, c->line.data[i], name.data,
                c->columns.field[field], labels->n);
        }
        map->data[map->n] = id;
    }
}

static void write_sentence(struct writer *w, const struct conll *c, const struct header *h, size_t doc, size_t n,
                           const struct str *token, int32_t *const *tag)
{
    static int64_t id;
    static struct array_ints mapped;
    const char *added[CONLL_FIELDS_MAX + 3] = {"id", "doc", "tokens"};
    for (size_t f = 1; f < c->columns.n; f++)
        added[2 + f] = c->columns.field[f];
    writer_begin(w, NULL, added);
    put_key(w, "id");
    put_int(w, id++);
    put_key(w, "doc");
    put_int(w, (int64_t)doc);
    put_key(w, "tokens");
    put_strs(w, token, n);
    for (size_t f = 1; f < c->columns.n; f++) {
        map_tags(c, h, f);
        GROW(mapped.data, mapped.room, n);
        for (size_t i = 0; i < n; i++)
            mapped.data[i] = id_of[f].data[tag[f][i]];
        put_key(w, c->columns.field[f]);
        put_ints(w, mapped.data, n);
    }
    writer_end(w);
}

/* CoNLL-U's XPOS is a field where it holds something, and the stream of --labels-from has it. */
static void settle_xpos(struct conll *c, const struct header *given)
{
    const struct intern *xpos = &c->tags[c->columns.n - 1];
    if (c->guesses_xpos && (given ? !header_labels(given, "xpos_tags") : xpos->n == 1 && strcmp(xpos->name[0], "_") == 0))
        conll_drop_xpos(c);
}

static struct header *make_header(struct conll *c, const struct header *given)
{
    settle_xpos(c, given);
    struct header *h = header_new("sentence");
    header_add_field(h, "id");
    header_add_field(h, "doc");
    header_add_field(h, "tokens");
    for (size_t f = 1; f < c->columns.n; f++) {
        const char *field = c->columns.field[f];
        const struct label_set *labels = given ? header_labels(given, field) : NULL;
        if (given && !labels)
            die("%s has no labels of '%s'", labels_from, field);
        header_add_field(h, field);
        if (labels)
            header_set_labels(h, field, labels->n, (const char *const *)labels->name);
        else {
            size_t n;
            const char **name = labels_in_order(field, &c->tags[f], c->is_conll2003, &n);
            header_set_labels(h, field, n, name);
            free(name);
        }
    }
    return h;
}

static void write_stored(struct writer *w, const struct conll *c, const struct header *h, const struct store *s)
{
    struct array_strs tokens = {0};
    const char *text = s->text;
    size_t first = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t n = s->sentence[i].n_tokens;
        int32_t *tag[CONLL_FIELDS_MAX];
        GROW(tokens.data, tokens.room, n);
        for (size_t k = 0; k < n; k++) {
            tokens.data[k] = (struct str){text, s->token.data[first + k]};
            text += tokens.data[k].size;
        }
        for (size_t f = 1; f < c->columns.n; f++)
            tag[f] = s->tag[f].data + first;
        write_sentence(w, c, h, s->sentence[i].doc, n, tokens.data, tag);
        first += n;
    }
    free(tokens.data);
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct columns columns = {0};
    struct reader *given = NULL;
    if (columns_text)
        columns = columns_parse(columns_text);
    if (from < 0 && (scheme >= 0 || repair))
        die_usage("--%s needs --from, the scheme of the files: their letters do not tell iob1 from iob2",
                  repair ? "repair" : "scheme");
    if (labels_from)
        given = reader_open((const char *const[]){labels_from, NULL}, NULL);

    struct conll *c = conll_open(paths, (enum conll_format)format, &columns);
    if (from >= 0)
        conll_convert(c, (enum scheme)from, scheme >= 0 ? (enum scheme)scheme : IOB2);
    struct writer *w = NULL;
    struct header *h = NULL;
    struct store store = {0};
    while (conll_next(c)) {
        if (!given) {
            keep(&store, c);
            continue;
        }
        if (!w) {
            h = make_header(c, reader_header(given));
            w = writer_open(h);
            input_tie(&c->lines->in, w);
        }
        int32_t *tag[CONLL_FIELDS_MAX];
        for (size_t f = 1; f < c->columns.n; f++)
            tag[f] = c->tag[f].data;
        write_sentence(w, c, h, c->doc, c->n_tokens, c->tokens.data, tag);
    }
    if (c->broken && !repair)
        die("%zu invalid transition%s; --repair repairs them as conlleval reads them", c->broken, c->broken > 1 ? "s" : "");
    if (!given) {
        h = make_header(c, NULL);
        w = writer_open(h);
        write_stored(w, c, h, &store);
    }
    if (c->broken)
        warn("%zu invalid transition%s repaired", c->broken, c->broken > 1 ? "s" : "");
    writer_close(w);
    conll_close(c);
    return 0;
}
