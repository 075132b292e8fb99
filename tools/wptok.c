/* wptok: words or raw text into WordPieces, as BERT's tokenizer cuts them. */
#include <stdlib.h>

#include <tagpipe/cli.h>
#include "tokenizer/encode.h"
#include "stream/window_order.h"
#include "model/config.h"
#include "text/utf8.h"

static const char *model;
static size_t max_length, stride = SIZE_MAX, n_context;
static int overflow = OVERFLOW_ERROR;
static bool masks;

static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory with the tokenizer's files", CLI_PATH, &model, 0},
    {'l', "max-length", "N", "pieces of a sentence at most, [CLS] and [SEP] included (the model's)", CLI_COUNT, &max_length, 2},
    {0, "overflow", OVERFLOW_NAMES, "what to do with a longer sentence (error)", CLI_CHOICE, &overflow, 0},
    {0, "stride", "N", "pieces that a window shares with the next one (a quarter)", CLI_COUNT, &stride, 0},
    {'c', "context", "N", "add up to N pieces of the document on both sides of a sentence (0)", CLI_COUNT, &n_context, 0},
    {0, "masks", NULL, "also write attention_mask and token_type_ids", CLI_FLAG, &masks, 0},
    {0},
};
static struct pieces pieces;            /* of a sentence */

_Noreturn static void refuse(const struct record *r, struct str text, const char *what, size_t number)
{
    record_die(r, "%s %zu: invalid UTF-8 at byte %zu", what, number + 1, utf8_invalid_at(text.data, text.size));
}

static void tokenize(struct wordpiece *w, const struct record *r)
{
    static struct array_strs words;
    struct msg tokens = record_find(r, "tokens");
    if (tokens.data) {
        record_strs(r, "tokens", &words);
        size_t good = wordpiece_words(w, words.data, words.n, &pieces);
        if (good < words.n)
            refuse(r, words.data[good], "word", good);
    } else if (record_find(r, "text").data) {
        struct str text = record_str(r, "text");
        if (!wordpiece_text(w, text, &pieces))
            refuse(r, text, "text", 0);
    } else
        record_die(r, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
}

/* A window of a sentence has all of its words: cut again it would be the sentence once more. */
static void refuse_window(const struct record *r)
{
    size_t count;
    window_order_number(r, &count);
    if (count > 1)
        record_die(r, "is a window already; wptok takes whole sentences");
}

static struct encoder settle(const struct vocab *vocab)
{
    size_t most = max_length ? max_length : vocab->model_max_length;
    if (most == 0 && overflow == OVERFLOW_WINDOW) {         /* a window is as long as something says */
        struct config *config = config_read(model);
        most = config->max_position_embeddings;
        config_free(config);
    }
    if (overflow != OVERFLOW_WINDOW) {
        if (stride != SIZE_MAX)
            die_usage("--stride goes with --overflow window");
    } else if (most < 3)
        die_usage("--max-length %zu leaves no room for a window between [CLS] and [SEP]", most);
    else if (stride == SIZE_MAX)
        stride = (most - 2) / 4;
    else if (stride > most - 3)
        die_usage("--stride %zu: windows of %zu pieces with [CLS] and [SEP] can share %zu at most", stride, most, most - 3);
    if (most > 0 && n_context > most)
        n_context = most;
    struct encoder e = {.vocab = vocab, .most = most, .overflow = (enum overflow)overflow, .stride = stride, .masks = masks};
    return e;
}

static void check(void)
{
    if (!model)
        die_usage("which model? -m DIR");
}

static const struct cli cli = {"wptok", "words or raw text into WordPieces", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct vocab *vocab = vocab_read(model);
    struct encoder encoder = settle(vocab);
    struct wordpiece *w = wordpiece_new(vocab);
    struct context *context = n_context ? context_new(n_context) : NULL;
    if (context)
        filter_need(f, "doc");
    encode_adds(&encoder, f);
    char hash[17];
    vocab_hash(vocab, hash);
    header_set_vocab(filter_new_header(f), (int64_t)vocab->n, hash);
    struct in_context s;
    for (struct record *r; (r = filter_next(f)); ) {
        refuse_window(r);
        pieces_clear(&pieces);
        tokenize(w, r);
        if (!context) {
            s = (struct in_context){.record = r, .pieces = &pieces};
            encode_write(&encoder, f, &s);
            continue;
        }
        context_add(context, r, &pieces);
        while (context_next(context, &s))
            encode_write(&encoder, f, &s);
    }
    if (context)
        for (context_end(context); context_next(context, &s); )
            encode_write(&encoder, f, &s);
    if (encoder.cut_records)
        warn("%zu records cut to %zu pieces: %zu words without a piece", encoder.cut_records, encoder.most, encoder.cut_words);
    context_free(context);
    encode_free(&encoder);
    wordpiece_free(w);
    vocab_free(vocab);
    return filter_close(f);
}
