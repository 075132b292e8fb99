/* wptok: words or raw text into WordPieces, as BERT's tokenizer cuts them. */
#include "model/config.h"
#include "stream/filter.h"
#include "tokenizer/encode.h"
#include "tokenizer/tokenizer.h"

static const char *model;
static size_t max_length, stride = SIZE_MAX, n_context;
static int overflow = ENCODE_ERROR;
static bool masks;

static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory with the tokenizer's files", CLI_PATH, &model, 0},
    {'l', "max-length", "N", "pieces of a sentence at most, [CLS] and [SEP] included (what the model takes)", CLI_COUNT,
     &max_length, 2},
    {0, "overflow", ENCODE_OVERFLOWS, "what to do with a longer sentence (error)", CLI_CHOICE, &overflow, 0},
    {0, "stride", "N", "pieces that a window shares with the next one (a quarter)", CLI_COUNT, &stride, 0},
    {'c', "context", "N", "add up to N pieces of the document on both sides of a sentence (0)", CLI_COUNT, &n_context, 0},
    {0, "masks", NULL, "also write attention_mask and token_type_ids", CLI_FLAG, &masks, 0},
    {0},
};

static void check(void)
{
    if (!model)
        die_usage("which model? -m DIR");
}

static const struct cli cli = {"wptok", "words or raw text into WordPieces", "[FILE...]", options, check};

/* What the model has no positions for it cannot take, whatever its tokenizer's files say. A limit must be known for windows. */
static size_t max_pieces(const struct vocab *vocab)
{
    size_t max = max_length ? max_length : vocab->model_max_length, positions = vocab->max_positions;
    if (max == 0 && positions == 0 && overflow == ENCODE_WINDOW) {
        struct config *config = config_read(model);
        positions = config->max_position_embeddings;
        config_free(config);
    }
    if (positions == 0 || (max > 0 && max <= positions))
        return max;
    if (max_length)
        warn("--max-length %zu: the model takes %zu pieces (max_position_embeddings), and that is the limit now", max, positions);
    return positions;
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct vocab *vocab = vocab_read(model);
    vocab_warn_case(vocab, model);
    struct tokenizer *tokenizer = tokenizer_new(vocab);
    struct encoder encoder = {.vocab = vocab,
                              .max_pieces = max_pieces(vocab),
                              .overflow = (enum encode_overflow)overflow,
                              .stride = stride,
                              .context_pieces = n_context,
                              .masks = masks};
    struct pieces pieces = {0};
    encode_begin(&encoder, f);
    for (struct record *r; (r = filter_next(f));) {
        tokenizer_record(tokenizer, r, &pieces);
        encode_record(&encoder, f, r, &pieces);
    }
    encode_end(&encoder, f);
    if (encoder.cut_records)
        warn("%zu records cut to %zu pieces: %zu words without a piece", encoder.cut_records, encoder.max_pieces,
             encoder.cut_words);
    pieces_free(&pieces);
    tokenizer_free(tokenizer);
    vocab_free(vocab);
    return filter_close(f);
}
