/* wptok: words or raw text into WordPieces, as BERT's tokenizer cuts them. */
#include <stdlib.h>

#include "cli.h"
#include "stream.h"
#include "utf8.h"
#include "wordpiece.h"

enum overflow { OVERFLOW_ERROR, OVERFLOW_TRUNCATE };

static const char *model;
static size_t max_length;
static int overflow = OVERFLOW_ERROR;
static bool masks;

static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory with the tokenizer's files", CLI_PATH, &model, 0},
    {'l', "max-length", "N", "pieces of a sentence at most, [CLS] and [SEP] included (the model's)", CLI_COUNT, &max_length, 2},
    {0, "overflow", "error|truncate", "what to do with a longer sentence (error)", CLI_CHOICE, &overflow, 0},
    {0, "masks", NULL, "also write attention_mask and token_type_ids", CLI_FLAG, &masks, 0},
    {0},
};
static const struct cli cli = {"wptok", "words or raw text into WordPieces", "[FILE...]", options};

static struct pieces pieces;
static struct strs names;               /* the pieces as text */
static size_t cut_records, cut_words;   /* what --overflow truncate took away */

static void check(const struct record *r, struct str text, const char *what, size_t number)
{
    size_t bad = utf8_invalid_at(text.at, text.size);
    if (bad < text.size)
        record_die(r, "%s %zu: invalid UTF-8 at byte %zu", what, number + 1, bad);
}

static void push(int32_t id, int32_t word, int32_t start, int32_t end)
{
    GROW(pieces.id.at, pieces.id.room, pieces.id.n + 1);
    GROW(pieces.word.at, pieces.word.room, pieces.word.n + 1);
    GROW(pieces.start.at, pieces.start.room, pieces.start.n + 1);
    GROW(pieces.end.at, pieces.end.room, pieces.end.n + 1);
    pieces.id.at[pieces.id.n++] = id;
    pieces.word.at[pieces.word.n++] = word;
    pieces.start.at[pieces.start.n++] = start;
    pieces.end.at[pieces.end.n++] = end;
}

static void tokenize(struct wordpiece *w, const struct record *r)
{
    static struct strs words;
    struct msg tokens = record_find(r, "tokens");
    if (tokens.at) {
        record_strs(r, "tokens", &words);
        for (size_t i = 0; i < words.n; i++) {
            check(r, words.at[i], "word", i);
            wordpiece_word(w, words.at[i], (int32_t)i, &pieces);
        }
    } else if (record_find(r, "text").at) {
        struct str text = record_str(r, "text");
        check(r, text, "text", 0);
        wordpiece_text(w, text, &pieces);
    } else
        record_die(r, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
}

/* Words of which no piece is left. */
static void cut(size_t most)
{
    size_t lost = 0;
    int32_t last = most > 1 ? pieces.word.at[most - 2] : -1;
    for (size_t i = most - 1; i < pieces.id.n; i++) {
        lost += pieces.word.at[i] != last;
        last = pieces.word.at[i];
    }
    cut_words += lost;
    cut_records++;
    pieces.id.n = pieces.word.n = pieces.start.n = pieces.end.n = most - 1;
}

static void put_constant(struct writer *out, const char *key, int32_t value)
{
    put_key(out, key);
    put_array(out, pieces.id.n);
    for (size_t i = 0; i < pieces.id.n; i++)
        put_int(out, value);
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (!model)
        die_usage("which model? -m DIR");
    struct vocab *vocab = vocab_read(model);
    size_t most = max_length ? max_length : vocab->model_max_length;
    struct wordpiece *w = wordpiece_new(vocab);
    struct reader *in = reader_open(paths, "sentence");
    struct header *h = header_copy(reader_header(in));
    static const char *const added[] = {"input_ids", "word_ids", "offsets", "pieces", NULL};
    static const char *const with_masks[] = {"input_ids", "word_ids", "offsets", "pieces", "attention_mask", "token_type_ids",
                                             NULL};
    const char *const *fields = masks ? with_masks : added;
    for (size_t i = 0; fields[i]; i++)
        header_add_field(h, fields[i]);
    char hash[17];
    vocab_hash(vocab, hash);
    header_set_vocab(h, (int64_t)vocab->n, hash);
    struct writer *out = writer_open(h);
    reader_tie(in, out);

    for (struct record *r; (r = reader_next(in)); ) {
        pieces_clear(&pieces);
        push(vocab->cls, INT_NIL, 0, 0);
        tokenize(w, r);
        if (most > 0 && pieces.id.n + 1 > most) {
            if (overflow == OVERFLOW_ERROR)
                record_die(r, "%zu pieces, the model takes %zu; see --overflow", pieces.id.n + 1, most);
            cut(most);
        }
        push(vocab->sep, INT_NIL, 0, 0);
        GROW(names.at, names.room, pieces.id.n);
        for (size_t i = 0; i < pieces.id.n; i++)
            names.at[i] = vocab->piece[pieces.id.at[i]];
        writer_begin(out, r, fields);
        put_key(out, "input_ids");
        put_ints(out, pieces.id.at, pieces.id.n);
        put_key(out, "word_ids");
        put_ints(out, pieces.word.at, pieces.word.n);
        put_key(out, "offsets");
        put_pairs(out, pieces.start.at, pieces.end.at, pieces.id.n);
        put_key(out, "pieces");
        put_strs(out, names.at, pieces.id.n);
        if (masks) {
            put_constant(out, "attention_mask", 1);
            put_constant(out, "token_type_ids", 0);
        }
        writer_end(out);
    }
    if (cut_records)
        warn("%zu records cut to %zu pieces: %zu words without a piece", cut_records, most, cut_words);
    writer_close(out);
    reader_close(in);
    header_free(h);
    wordpiece_free(w);
    vocab_free(vocab);
    return 0;
}
