/* wptok: words or raw text into WordPieces, as BERT's tokenizer cuts them. */
#include <stdlib.h>

#include "cli.h"
#include "context.h"
#include "merge.h"
#include "model.h"
#include "stream.h"
#include "utf8.h"
#include "window.h"

enum overflow { OVERFLOW_ERROR, OVERFLOW_TRUNCATE, OVERFLOW_WINDOW };

static const char *model;
static size_t max_length, stride = SIZE_MAX, n_context;
static int overflow = OVERFLOW_ERROR;
static bool masks;

static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory with the tokenizer's files", CLI_PATH, &model, 0},
    {'l', "max-length", "N", "pieces of a sentence at most, [CLS] and [SEP] included (the model's)", CLI_COUNT, &max_length, 2},
    {0, "overflow", "error|truncate|window", "what to do with a longer sentence (error)", CLI_CHOICE, &overflow, 0},
    {0, "stride", "N", "pieces that a window shares with the next one (a quarter)", CLI_COUNT, &stride, 0},
    {'c', "context", "N", "add up to N pieces of the document on both sides of a sentence (0)", CLI_COUNT, &n_context, 0},
    {0, "masks", NULL, "also write attention_mask and token_type_ids", CLI_FLAG, &masks, 0},
    {0},
};
static const struct cli cli = {"wptok", "words or raw text into WordPieces", "[FILE...]", options};

static struct vocab *vocab;
static size_t most;                     /* pieces of a row; 0: any number */
static struct pieces pieces, row;       /* of a sentence, and with what stands around them */
static struct windows windows;
static struct strs names;               /* the pieces as text */
static size_t cut_records, cut_words;   /* what --overflow truncate took away */
static const char *fields[8] = {"input_ids", "word_ids", "offsets", "pieces"};

_Noreturn static void refuse(const struct record *r, struct str text, const char *what, size_t number)
{
    record_die(r, "%s %zu: invalid UTF-8 at byte %zu", what, number + 1, utf8_invalid_at(text.at, text.size));
}

static void tokenize(struct wordpiece *w, const struct record *r)
{
    static struct strs words;
    struct msg tokens = record_find(r, "tokens");
    if (tokens.at) {
        record_strs(r, "tokens", &words);
        for (size_t i = 0; i < words.n; i++)
            if (!wordpiece_word(w, words.at[i], (int32_t)i, &pieces))
                refuse(r, words.at[i], "word", i);
    } else if (record_find(r, "text").at) {
        struct str text = record_str(r, "text");
        if (!wordpiece_text(w, text, &pieces))
            refuse(r, text, "text", 0);
    } else
        record_die(r, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
}

/* The first pieces only; words of which none is left are counted. */
static void cut(const struct pieces *all, struct window *w)
{
    size_t end = most - 2;
    int32_t last = end > 0 ? all->word.at[end - 1] : -1;
    for (size_t i = end; i < w->end; i++) {
        cut_words += all->word.at[i] != last;
        last = all->word.at[i];
    }
    cut_records++;
    w->end = w->last = end;
}

static void put_constant(struct writer *out, const char *key, int32_t value)
{
    put_key(out, key);
    put_array(out, row.id.n);
    for (size_t i = 0; i < row.id.n; i++)
        put_int(out, value);
}

static void write_row(struct writer *out, const struct record *r, size_t number, size_t count)
{
    GROW(names.at, names.room, row.id.n);
    for (size_t i = 0; i < row.id.n; i++)
        names.at[i] = vocab->piece[row.id.at[i]];
    writer_begin(out, r, fields);
    put_key(out, "input_ids");
    put_ints(out, row.id.at, row.id.n);
    put_key(out, "word_ids");
    put_ints(out, row.word.at, row.word.n);
    put_key(out, "offsets");
    put_pairs(out, row.start.at, row.end.at, row.id.n);
    put_key(out, "pieces");
    put_strs(out, names.at, row.id.n);
    if (overflow == OVERFLOW_WINDOW) {
        put_key(out, "window");
        put_array(out, 2);
        put_int(out, (int64_t)number);
        put_int(out, (int64_t)count);
    }
    if (masks) {
        put_constant(out, "attention_mask", 1);
        put_constant(out, "token_type_ids", 0);
    }
    writer_end(out);
}

/* A sentence of any length, with the pieces beside it in its document as far as there is room for them. */
static void write_sentence(struct writer *out, const struct in_context *s)
{
    const struct pieces *all = s->pieces;
    size_t n = all->id.n;
    bool too_long = most > 0 && n + 2 > most;
    if (too_long && overflow == OVERFLOW_ERROR)
        record_die(s->record, "%zu pieces, the model takes %zu; see --overflow", n + 2, most);
    bool several = too_long && overflow == OVERFLOW_WINDOW;
    window_cut(n, all->word.at, several ? most - 2 : n + 1, several ? stride : 0, &windows);
    if (too_long && !several)
        cut(all, &windows.at[0]);
    for (size_t k = 0; k < windows.n; k++) {
        const struct window *w = &windows.at[k];
        size_t n_left = k == 0 ? s->left.n : 0, n_right = k + 1 == windows.n ? s->right.n : 0;
        window_room(most, w->end - w->start, &n_left, &n_right);
        struct ints left = {.at = n_left ? s->left.at + (s->left.n - n_left) : NULL, .n = n_left};
        struct ints right = {.at = s->right.at, .n = n_right};
        window_row(all, w, left, right, vocab->cls, vocab->sep, &row);
        write_row(out, s->record, k, windows.n);
    }
}

/* A window of a sentence has all of its words: cut again it would be the sentence once more. */
static void refuse_window(const struct record *r)
{
    size_t count;
    window_number(r, &count);
    if (count > 1)
        record_die(r, "is a window already; wptok takes whole sentences");
}

static void settle_sizes(void)
{
    most = max_length ? max_length : vocab->model_max_length;
    if (most == 0 && overflow == OVERFLOW_WINDOW) {         /* a window is as long as something says */
        struct bert_config *config = config_read(model);
        most = config->max_position_embeddings;
        config_free(config);
    }
    if (overflow != OVERFLOW_WINDOW) {
        if (stride != SIZE_MAX)
            die_usage("--stride goes with --overflow window");
        stride = 0;
    } else if (most < 3)
        die_usage("--max-length %zu leaves no room for a window between [CLS] and [SEP]", most);
    else if (stride == SIZE_MAX)
        stride = (most - 2) / 4;
    else if (stride > most - 3)
        die_usage("--stride %zu: windows of %zu pieces with [CLS] and [SEP] can share %zu at most", stride, most, most - 3);
    if (most > 0 && n_context > most)
        n_context = most;
}

static struct writer *open_output(struct reader *in)
{
    struct header *h = header_copy(reader_header(in));
    size_t n = 4;
    if (overflow == OVERFLOW_WINDOW)
        fields[n++] = "window";
    if (masks) {
        fields[n++] = "attention_mask";
        fields[n++] = "token_type_ids";
    }
    for (size_t i = 0; i < n; i++)
        header_add_field(h, fields[i]);
    char hash[17];
    vocab_hash(vocab, hash);
    header_set_vocab(h, (int64_t)vocab->n, hash);
    struct writer *out = writer_open(h);
    header_free(h);
    reader_tie(in, out);
    return out;
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (!model)
        die_usage("which model? -m DIR");
    vocab = vocab_read(model);
    settle_sizes();
    struct wordpiece *w = wordpiece_new(vocab);
    struct reader *in = reader_open(paths, "sentence");
    struct context *context = n_context ? context_new(n_context) : NULL;
    if (context)
        reader_need(in, "doc");
    struct writer *out = open_output(in);
    struct in_context s;
    for (struct record *r; (r = reader_next(in)); ) {
        refuse_window(r);
        pieces_clear(&pieces);
        tokenize(w, r);
        if (!context) {
            s = (struct in_context){.record = r, .pieces = &pieces};
            write_sentence(out, &s);
            continue;
        }
        context_add(context, r, &pieces);
        while (context_next(context, &s))
            write_sentence(out, &s);
    }
    if (context)
        for (context_end(context); context_next(context, &s); )
            write_sentence(out, &s);
    if (cut_records)
        warn("%zu records cut to %zu pieces: %zu words without a piece", cut_records, most, cut_words);
    writer_close(out);
    reader_close(in);
    context_free(context);
    wordpiece_free(w);
    vocab_free(vocab);
    return 0;
}
