/* wptok: words or raw text into the pieces that a model wants. */
#include <stdlib.h>

#include "model/config.h"
#include "model/tensors.h"
#include "stream/filter.h"
#include "tokenizer/encode.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/trained.h"

static const char *model;
static struct trained how = TRAINED_NONE;
static bool masks, as_trained, summary;
static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory with the tokenizer's files", CLI_PATH, &model, 0},
    {'l', "max-length", "N", "pieces of a sentence at most, with the two around it (what the model takes)", CLI_COUNT,
     &how.max_length, 2},
    {0, "overflow", ENCODE_OVERFLOWS, "what to do with a longer sentence (error)", CLI_CHOICE, &how.overflow, 0},
    {0, "stride", "N", "pieces that a window shares with the next one (a quarter)", CLI_COUNT, &how.stride, 0},
    {'c', "context", "N", "add up to N pieces of the document on both sides of a sentence (0)", CLI_COUNT, &how.context, 0},
    {0, "add-prefix-space", NULL, "byte-level BPE: cut words and texts as after a blank", CLI_FLAG, &how.prefix_space, 0},
    {0, "as-trained", NULL, "take the options above that are not given from the training of the model", CLI_FLAG, &as_trained, 0},
    {0, "masks", NULL, "also write attention_mask and token_type_ids", CLI_FLAG, &masks, 0},
    {0, "summary", NULL, "at the end, on standard error: sentences, words, pieces, the longest, unknown", CLI_FLAG, &summary, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (!model)
        die_usage("which model? -m DIR");
}

static const struct cli cli = {"wptok", "words or raw text into the pieces that the model wants", "[FILE...]", options, check};

/* What the model has no positions for it cannot take, whatever its tokenizer's files say. A limit must be known for windows. */
static size_t max_pieces(const struct vocab *vocab)
{
    size_t max = how.max_length ? how.max_length : vocab->model_max_length, positions = vocab->max_positions;
    if (max == 0 && positions == 0 && how.overflow == ENCODE_WINDOW) {
        struct config *config = config_read(model);
        positions = config_max_pieces(config);
        config_free(config);
    }
    if (positions == 0 || (max > 0 && max <= positions))
        return max;
    if (how.max_length)
        warn("--max-length %zu: the model takes %zu pieces (max_position_embeddings), and that is the limit now", max, positions);
    return positions;
}

static void say_summary(const struct encoder *e)
{
    static const char *const what[] = {"", ", cut off", ", in windows"};
    const struct encode_counts *c = &e->counts;
    struct str unk = e->vocab->unk < 0 ? str_of("an unknown piece") : vocab_piece(e->vocab, (size_t)e->vocab->unk);
    char *limit = e->max_pieces ? xasprintf(", %s %zu: %zu are longer%s", encode_limit(e), e->max_pieces, c->longer,
                                            c->longer ? what[e->overflow] : "")
                                : xstrdup("");
    warn("%zu sentences, %zu words, %zu of them with %.*s; %zu pieces, the longest sentence has %zu%s", c->sentences, c->words,
         c->unknown, (int)unk.size, unk.data, c->pieces, c->longest, limit);
    free(limit);
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct vocab *vocab = vocab_read(model);
    vocab_warn_case(vocab, model);
    tensors_warn_foreign(model);
    how.prefix_space = how.prefix_space && vocab_add_prefix_space(vocab);
    struct tokenizer *tokenizer = tokenizer_new(vocab);
    if (as_trained)
        trained_complete(&how, model, filter_has(f, "doc"));
    struct encoder encoder = {.vocab = vocab,
                              .max_pieces = max_pieces(vocab),
                              .overflow = how.overflow < 0 ? ENCODE_ERROR : (enum encode_overflow)how.overflow,
                              .stride = how.stride,
                              .context_pieces = how.context == SIZE_MAX ? 0 : how.context,
                              .masks = masks};
    struct pieces pieces = {0};
    encoder.max_is_given = how.max_length == encoder.max_pieces;
    how.max_length = how.max_length ? encoder.max_pieces : 0;
    encode_begin(&encoder, f);
    trained_put(&how, filter_new_header(f));
    for (struct record *r; (r = filter_next(f));) {
        tokenizer_record(tokenizer, r, &pieces);
        encode_record(&encoder, f, r, &pieces);
    }
    encode_end(&encoder, f);
    if (summary)
        say_summary(&encoder);
    pieces_free(&pieces);
    tokenizer_free(tokenizer);
    vocab_free(vocab);
    return filter_close(f);
}
