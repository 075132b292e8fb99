/* encode: rows of pieces into the stream. */
#include "tokenizer/encode.h"

#include <stdlib.h>

#include "stream/window_fields.h"

/* A special piece, for "%.*s". */
#define PIECE(which) vocab_piece(e->vocab, (size_t)e->vocab->which)
#define NAME(which) (int)PIECE(which).size, PIECE(which).data

static void check_stride(struct encoder *e)
{
    size_t max = e->max_pieces;
    if (e->overflow != ENCODE_WINDOW) {
        if (e->stride != SIZE_MAX)
            die_usage("--stride goes with --overflow window");
    } else if (max < 3)
        die_usage("--max-length %zu leaves no room for a window between %.*s and %.*s", max, NAME(cls), NAME(sep));
    else if (e->stride == SIZE_MAX)
        e->stride = (max - 2) / 4;
    else if (e->stride > max - 3)
        die_usage("--stride %zu: windows of %zu pieces with %.*s and %.*s can share %zu at most", e->stride, max, NAME(cls),
                  NAME(sep), max - 3);
}

/* Models have more rows than pieces where they are padded; a vocabulary that was cut looks the same. */
static void warn_of_few_pieces(const struct vocab *v)
{
    if (v->n < v->embeddings)
        warn("the vocabulary has %zu pieces, and the model's embeddings have %zu rows: is the file of the vocabulary whole?",
             v->n, v->embeddings);
}

void encode_begin(struct encoder *e, struct filter *f)
{
    static const char *const always[] = {"input_ids", "word_ids", "offsets", "pieces"};
    char hash[17];
    check_stride(e);
    warn_of_few_pieces(e->vocab);
    if (e->overflow == ENCODE_TRUNCATE && e->vocab->truncates_left)
        die("\"truncation_side\" of tokenizer_config.json is left, and only right is known here; see --overflow window");
    if (e->context_pieces) {
        filter_need(f, "doc");
        bool more = e->max_pieces > 0 && e->context_pieces > e->max_pieces;
        e->context = context_new(more ? e->max_pieces : e->context_pieces);
    }
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        filter_adds(f, always[i], NULL);
    if (e->overflow == ENCODE_WINDOW)
        filter_adds(f, "window", NULL);
    if (e->masks) {
        filter_adds(f, "attention_mask", NULL);
        filter_adds(f, "token_type_ids", NULL);
    }
    vocab_hash(e->vocab, hash);
    header_set_vocab(filter_new_header(f), (int64_t)e->vocab->n, hash);
    header_set_spelling(filter_new_header(f), e->vocab->spelling, e->vocab->unk < 0 ? str_of("") : PIECE(unk));
    header_set_pad(filter_new_header(f), e->vocab->pad);
}

/* Keep the first pieces only; count the words of which none is left. */
static void truncate_pieces(struct encoder *e, const struct pieces *all, struct window *w)
{
    size_t end = e->max_pieces - 2;
    int32_t last = end > 0 ? all->word.data[end - 1] : -1;
    for (size_t i = end; i < w->end; i++) {
        e->cut_words += all->word.data[i] != last;
        last = all->word.data[i];
    }
    e->cut_records++;
    w->end = w->last = end;
}

static void put_constant(struct filter *f, const char *field, size_t n, int32_t value)
{
    struct buffer *to = filter_put(f, field);
    pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        pack_int(to, value);
}

/* A longer vocabulary is as good as another until one of its last pieces occurs. */
static void check_embeddings(const struct vocab *v, const struct record *r, const struct array_ints *id)
{
    if (v->embeddings == 0 || v->n <= v->embeddings)
        return;
    for (size_t i = 0; i < id->n; i++)
        if ((size_t)id->data[i] >= v->embeddings) {
            struct str piece = vocab_piece(v, (size_t)id->data[i]);
            record_die(r,
                       "the piece '%.*s' has the id %d, but the model's embeddings have %zu rows: the vocabulary has %zu pieces; "
                       "give the model more rows (resize_token_embeddings of transformers), or take the piece out",
                       (int)piece.size, piece.data, id->data[i], v->embeddings, v->n);
        }
}

static void write_row(struct encoder *e, struct filter *f, const struct record *r, size_t number, size_t count)
{
    const struct pieces *row = &e->row;
    size_t n = row->id.n;
    e->counts.pieces += n;
    check_embeddings(e->vocab, r, &row->id);
    filter_begin(f, r);
    filter_put_ints(f, "input_ids", row->id.data, n);
    filter_put_ints(f, "word_ids", row->word.data, n);
    pack_pairs(filter_put(f, "offsets"), row->start.data, row->end.data, n);
    pack_names(filter_put(f, "pieces"), e->vocab->piece, row->id.data, n);
    if (e->overflow == ENCODE_WINDOW)
        filter_put_ints(f, "window", (const int32_t[]){(int32_t)number, (int32_t)count}, 2);
    if (e->masks) {
        put_constant(f, "attention_mask", n, 1);
        put_constant(f, "token_type_ids", n, 0);
    }
    filter_end(f);
}

const char *encode_limit(const struct encoder *e)
{
    return e->max_is_given ? "the limit (--max-length) is" : "the model takes";
}

_Noreturn static void die_of_length(const struct encoder *e, const struct record *r, size_t n)
{
    enum { MANY_WORDS = 500 }; /* no sentence of a language */
    struct msg tokens = record_find(r, "tokens");
    size_t words = 0;
    char *question = tokens.data && msg_array(&tokens, &words) && words >= MANY_WORDS
                         ? xasprintf("; one sentence of %zu words: are the empty lines between the sentences missing?", words)
                         : xstrdup("");
    record_die(r, "%zu pieces, %s %zu; see " ENCODE_WAYS "%s", n, encode_limit(e), e->max_pieces, question);
}

/* A text has as many words as its pieces say, given words are counted themselves: some have no piece. */
static void count(struct encoder *e, const struct record *r, const struct pieces *all, bool too_long)
{
    struct encode_counts *c = &e->counts;
    struct msg tokens = record_find(r, "tokens");
    size_t n = all->id.n, words = n > 0 ? (size_t)all->word.data[n - 1] + 1 : 0;
    int32_t last = -1;
    if (tokens.data)
        msg_array(&tokens, &words);
    for (size_t i = 0; i < n; i++)
        if (all->id.data[i] == e->vocab->unk && all->word.data[i] != last) {
            c->unknown++;
            last = all->word.data[i];
        }
    c->sentences++;
    c->words += words;
    c->longer += too_long;
    if (n + 2 > c->longest)
        c->longest = n + 2;
}

static void write_sentence(struct encoder *e, struct filter *f, const struct context_sentence *s)
{
    const struct pieces *all = s->pieces;
    size_t n = all->id.n, max = e->max_pieces;
    bool too_long = max > 0 && n + 2 > max;
    if (too_long && e->overflow == ENCODE_ERROR)
        die_of_length(e, s->record, n + 2);
    count(e, s->record, all, too_long);
    bool several = too_long && e->overflow == ENCODE_WINDOW;
    window_cut(n, all->word.data, several ? max - 2 : n + 1, several ? e->stride : 0, &e->windows);
    if (too_long && !several)
        truncate_pieces(e, all, &e->windows.data[0]);
    struct record least;
    size_t size = (size_t)(s->record->bytes.end - s->record->bytes.data);
    bool repeats = e->windows.n < 2 || size <= WINDOW_COPIES_MAX / (e->windows.n - 1);
    if (!repeats)
        least = window_fields_least(s->record, &e->least);
    for (size_t k = 0; k < e->windows.n; k++) {
        const struct window *w = &e->windows.data[k];
        size_t n_left = k == 0 ? s->left.n : 0, n_right = k + 1 == e->windows.n ? s->right.n : 0;
        window_room(max, w->end - w->start, &n_left, &n_right);
        struct array_ints left = {.data = n_left ? s->left.data + (s->left.n - n_left) : NULL, .n = n_left};
        struct array_ints right = {.data = s->right.data, .n = n_right};
        window_row(all, w, left, right, e->vocab->cls, e->vocab->sep, &e->row);
        write_row(e, f, k == 0 || repeats ? s->record : &least, k, e->windows.n);
    }
}

static void write_complete(struct encoder *e, struct filter *f)
{
    for (struct context_sentence s; context_next(e->context, &s);)
        write_sentence(e, f, &s);
}

void encode_record(struct encoder *e, struct filter *f, const struct record *record, const struct pieces *pieces)
{
    if (e->context) {
        context_add(e->context, record, pieces);
        write_complete(e, f);
    } else
        write_sentence(e, f, &(struct context_sentence){.record = record, .pieces = pieces});
}

void encode_end(struct encoder *e, struct filter *f)
{
    if (e->context) {
        context_end(e->context);
        write_complete(e, f);
    }
    if (e->cut_records)
        warn("%zu records cut to %zu pieces: %zu words without a piece", e->cut_records, e->max_pieces, e->cut_words);
    context_free(e->context);
    free(e->windows.data);
    free(e->least.data);
    pieces_free(&e->row);
}
