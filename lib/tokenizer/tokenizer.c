/* tokenizer: texts are cut into chunks at, or in front of, blanks, and each chunk is looked up, or tokenized and kept. 64 chunks
 * at a time: chunk_cache_expect fetches for all of them. */
#include "tokenizer/tokenizer.h"

#include <stdlib.h>

#include "stream/record.h"
#include "stream/window_order.h"
#include "text/utf8.h"
#include "tokenizer/chunk_cache.h"
#include "tokenizer/pipeline.h"

enum { CHUNKS = 64 };

struct tokenizer {
    struct pipeline *pipeline;
    enum pipeline_cuts cuts;
    bool needs_place; /* see keeps */
    struct chunk_cache *cache;
    struct chunk_pieces pieces; /* of one chunk */
    struct array_strs words;    /* of one record */
};

struct tokenizer *tokenizer_new(const struct vocab *vocab)
{
    struct tokenizer *t = xcalloc(1, sizeof *t);
    t->pipeline = pipeline_new(vocab);
    t->cuts = pipeline_cuts(t->pipeline);
    t->needs_place = pipeline_needs_place(t->pipeline);
    t->cache = chunk_cache_new();
    return t;
}

void tokenizer_free(struct tokenizer *t)
{
    if (!t)
        return;
    pipeline_free(t->pipeline);
    chunk_cache_free(t->cache);
    free(t->pieces.data);
    free(t->words.data);
    free(t);
}

/* Whether the place of a chunk can be seen in it, so that its pieces are good for each chunk of this text: later chunks begin
 * with a blank, the first one does not. */
static bool is_plain(const struct chunk *chunk, struct pipeline_place place)
{
    bool blank = chunk->text.size > 0 && chunk_is_blank(chunk->text.data[0]);
    return place.at_start ? !blank : blank && !place.is_first;
}

/* NULL if the chunk is not valid UTF-8. What was kept is valid. */
static const struct chunk_entry *look_up(struct tokenizer *t, const struct chunk *chunk, struct pipeline_place place)
{
    bool keep = !t->needs_place || is_plain(chunk, place);
    const struct chunk_entry *known = keep ? chunk_cache_find(t->cache, chunk) : NULL;
    if (known)
        return known;
    if (utf8_invalid_at(chunk->text.data, chunk->text.size) < chunk->text.size)
        return NULL;
    pipeline_chunk(t->pipeline, chunk->text, place, &t->pieces);
    if (t->needs_place && t->pieces.n > 0 && place.at_start && t->pieces.data[0].start > 0)
        keep = false; /* it is another place if there are pieces before it */
    return chunk_cache_add(t->cache, chunk, &t->pieces, keep);
}

static inline void set(struct pieces *out, size_t i, const struct chunk_piece *p, int32_t word, uint32_t offset)
{
    out->id.data[i] = p->id;
    out->word.data[i] = word;
    out->start.data[i] = (int32_t)(offset + p->start);
    out->end.data[i] = (int32_t)(offset + p->end);
}

/* `one_word`: all pieces are of `word`; else those of the first pre-token are. */
static void append(struct pieces *out, const struct chunk_entry *e, int32_t word, bool one_word, uint32_t offset)
{
    size_t n = out->id.n;
    pieces_reserve(out, n + e->n);
    if (e->n == 1) /* most are; a loop prepares for many */
        set(out, n, e->piece, one_word ? word : word + (int32_t)e->piece->word, offset);
    else
        for (uint32_t i = 0; i < e->n; i++)
            set(out, n + i, &e->piece[i], one_word ? word : word + (int32_t)e->piece[i].word, offset);
    out->id.n = out->word.n = out->start.n = out->end.n = n + e->n;
}

size_t tokenizer_words(struct tokenizer *t, const struct str *word, size_t n, struct pieces *out)
{
    struct chunk chunk[CHUNKS];
    for (size_t first = 0; first < n; first += CHUNKS) {
        size_t some = n - first < CHUNKS ? n - first : CHUNKS;
        for (size_t i = 0; i < some; i++)
            chunk[i].text = word[first + i];
        chunk_cache_expect(t->cache, chunk, some);
        for (size_t i = 0; i < some; i++) {
            const struct chunk_entry *e = look_up(t, &chunk[i], (struct pipeline_place){true, out->id.n == 0});
            if (!e)
                return first + i;
            append(out, e, (int32_t)(first + i), true, 0);
        }
    }
    return n;
}

/* The next blank in [c, end), or end. */
static const char *find_blank(const char *c, const char *end)
{
    const uint64_t ones = 0x0101010101010101;
    for (;;) {
        uint64_t x, low = 0; /* the highest bit of each byte that is not above ' '; exact for the first of them */
        for (; end - c >= 8; c += 8) {
            memcpy(&x, c, 8);
            if ((low = (x - ones * (' ' + 1)) & ~x & ones << 7))
                break;
        }
        if (low && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
            c += __builtin_ctzll(low) / 8;
        for (; c < end && (unsigned char)*c > ' '; c++)
            ;
        if (c >= end || chunk_is_blank(*c))
            return c;
        c++;
    }
}

/* Where the chunk ends that begins at `start`: in front of the next blank where that is possible. */
static const char *find_end(const char *start, const char *end, bool ascii)
{
    const char *c = start;
    while ((c = find_blank(c, end)) < end && (*c != ' ' || !chunk_can_end(start, c, ascii)))
        c++;
    return c;
}

static const char *end_of_chunk(const struct tokenizer *t, const char *c, const char *end)
{
    switch (t->cuts) {
    case PIPELINE_AT_BLANKS: return find_blank(c, end);
    case PIPELINE_BEFORE_BLANKS:
    case PIPELINE_AFTER_ASCII: return find_end(c, end, t->cuts == PIPELINE_AFTER_ASCII);
    default: return end;
    }
}

/* The next chunks of [c, end), n of them; returns where the rest begins. */
static const char *cut(const struct tokenizer *t, const char *c, const char *end, struct chunk chunk[CHUNKS], size_t *n)
{
    for (*n = 0; c < end && *n < CHUNKS;) {
        const char *start = c;
        for (; t->cuts == PIPELINE_AT_BLANKS && c < end && chunk_is_blank(*c); c++)
            ;
        struct chunk *next = &chunk[*n];
        *next = (struct chunk){.text.data = c, .blanks = (uint32_t)(c - start)};
        c = end_of_chunk(t, c, end);
        next->text.size = (size_t)(c - next->text.data);
        *n += next->text.size > 0;
    }
    return c;
}

bool tokenizer_text(struct tokenizer *t, struct str text, struct pieces *out)
{
    struct chunk chunk[CHUNKS];
    int32_t word = 0;
    uint32_t offset = 0;
    size_t n;
    for (const char *c = text.data, *end = text.data + text.size; c < end;) {
        c = cut(t, c, end, chunk, &n);
        chunk_cache_expect(t->cache, chunk, n);
        for (size_t i = 0; i < n; i++) {
            const struct chunk_entry *e = look_up(t, &chunk[i], (struct pipeline_place){offset == 0, out->id.n == 0});
            if (!e)
                return false;
            offset += chunk[i].blanks;
            append(out, e, word, false, offset);
            word += (int32_t)e->words;
            offset += e->codes;
        }
    }
    return true;
}

/* ---- records ---- */

void tokenizer_record(struct tokenizer *t, const struct record *record, struct pieces *out)
{
    size_t windows;
    window_order_number(record, &windows);
    if (windows > 1) /* it has all words of its sentence: it would become the whole sentence once more */
        record_die(record, "is a window already; wptok takes whole sentences");
    pieces_clear(out);
    if (record_find(record, "tokens").data) {
        record_strs_unchecked(record, "tokens", &t->words); /* words that are kept have been checked */
        size_t good = tokenizer_words(t, t->words.data, t->words.n, out);
        if (good < t->words.n)
            record_check_text(record, "tokens", good, t->words.data[good]);
    } else if (record_find(record, "text").data) {
        struct str text = record_str_unchecked(record, "text");
        if (!tokenizer_text(t, text, out))
            record_check_text(record, "text", SIZE_MAX, text);
    } else
        record_die(record, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
}
