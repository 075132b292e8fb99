/* tokenizer: texts are cut into chunks at, or in front of, blanks, and each chunk is looked up, or tokenized and kept. 64
 * chunks at a time: chunk_cache_expect fetches for all of them. */
#include "tokenizer/tokenizer.h"

#include <stdlib.h>

#include "stream/record.h"
#include "stream/window_order.h"
#include "text/eight.h"
#include "text/utf8.h"
#include "tokenizer/chunk_cache.h"
#include "tokenizer/pipeline.h"

enum { CHUNKS = 64 };

struct tokenizer {
    struct pipeline *pipeline;
    bool checks;      /* texts are checked to be UTF-8 before they are cut: pipeline_asks */
    bool needs_place; /* see is_plain */
    bool bare_words;  /* to be warned of */
    struct chunk_cache *cache;
    struct chunk_pieces pieces; /* of one chunk */
    struct array_strs words;    /* of one record */
};

struct tokenizer *tokenizer_new(const struct vocab *vocab)
{
    struct tokenizer *t = xcalloc(1, sizeof *t);
    t->pipeline = pipeline_new(vocab);
    t->checks = pipeline_asks(t->pipeline);
    t->needs_place = pipeline_needs_place(t->pipeline);
    t->bare_words = vocab_has_bare_words(vocab);
    t->cache = chunk_cache_new();
    return t;
}

void tokenizer_free(struct tokenizer *t)
{
    if (!t)
        return;
    pipeline_free(t->pipeline);
    chunk_cache_free(t->cache);
    chunk_pieces_free(&t->pieces);
    free(t->words.data);
    free(t);
}

/* Whether the place of a chunk can be seen in it, so that its pieces are good for each chunk of this text: later chunks begin
 * with a blank, the first one does not. */
static bool is_plain(const struct chunk *chunk, struct chunk_place place)
{
    bool blank = chunk->text.size > 0 && chunk_is_blank(chunk->text.data[0]);
    return place.at_start ? !blank : blank && !place.is_first;
}

/* NULL if the chunk is not valid UTF-8. What was kept is valid. */
static const struct chunk_entry *look_up(struct tokenizer *t, const struct chunk *chunk, struct chunk_place place)
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
            const struct chunk_entry *e = look_up(t, &chunk[i], (struct chunk_place){true, out->id.n == 0});
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
    for (;; c++) {
        uint64_t low = 0;
        while (end - c >= 8 && !(low = eight_below(eight_load(c), ' ' + 1)))
            c += 8;
        if (low && EIGHT_IN_ORDER)
            c += eight_before(low);
        while (c < end && (unsigned char)*c > ' ')
            c++;
        if (c >= end || chunk_is_blank(*c))
            return c;
    }
}

static const char *skip_blanks(const char *c, const char *end)
{
    while (c < end && chunk_is_blank(*c))
        c++;
    return c;
}

/* A text that is being cut; the next chunk begins at `at`, or behind blanks there. */
struct tokenizer_cutter {
    struct str text;
    enum pipeline_cuts cuts;
    bool asks; /* pipeline_cuts_at */
    const char *at;
};

static bool can_cut(const struct tokenizer *t, const struct tokenizer_cutter *c, const char *blank, const char *after)
{
    const char *text = c->text.data;
    bool ascii = c->cuts == PIPELINE_AFTER_ASCII;
    return (c->cuts == PIPELINE_AT_BLANKS || (*blank == ' ' && chunk_can_end(text, blank, ascii)))
           && (!c->asks || pipeline_cuts_at(t->pipeline, c->text, (size_t)(blank - text), (size_t)(after - text)));
}

/* Where the chunk ends that begins at `at`. */
static const char *end_of_chunk(const struct tokenizer *t, const struct tokenizer_cutter *c, const char *at)
{
    const char *end = c->text.data + c->text.size;
    if (c->cuts == PIPELINE_WHOLE)
        return end;
    for (at = skip_blanks(at, end);;) {
        const char *blank = find_blank(at, end), *after = skip_blanks(blank, end);
        if (blank == end || can_cut(t, c, blank, after))
            return blank;
        at = after;
    }
}

/* The next chunks; returns how many. */
static size_t cut(const struct tokenizer *t, struct tokenizer_cutter *c, struct chunk chunk[CHUNKS])
{
    size_t n = 0;
    for (const char *end = c->text.data + c->text.size; c->at < end && n < CHUNKS;) {
        const char *start = c->cuts == PIPELINE_AT_BLANKS ? skip_blanks(c->at, end) : c->at;
        if (c->at == c->text.data && start > c->at && !can_cut(t, c, c->at, start))
            start = c->at; /* its first blanks matter */
        chunk[n] = (struct chunk){.text.data = start, .blanks = (uint32_t)(start - c->at)};
        c->at = end_of_chunk(t, c, start);
        chunk[n].text.size = (size_t)(c->at - start);
        n += chunk[n].text.size > 0;
    }
    return n;
}

bool tokenizer_text(struct tokenizer *t, struct str text, struct pieces *out)
{
    struct chunk chunk[CHUNKS];
    int32_t word = 0;
    uint32_t offset = 0;
    if (t->checks && !utf8_is_valid(text.data, text.size))
        return false;
    struct tokenizer_cutter cutter = {.text = text, .at = text.data};
    cutter.cuts = pipeline_cuts(t->pipeline, text, &cutter.asks);
    for (size_t n; (n = cut(t, &cutter, chunk)) > 0;) {
        chunk_cache_expect(t->cache, chunk, n);
        for (size_t i = 0; i < n; i++) {
            offset += chunk[i].blanks;
            const struct chunk_entry *e = look_up(t, &chunk[i], (struct chunk_place){offset == 0, out->id.n == 0});
            if (!e)
                return false;
            append(out, e, word, false, offset);
            word += (int32_t)e->words;
            offset += e->codes;
        }
    }
    return true;
}

/* ---- records ---- */

/* Once. */
static void warn_of_bare_words(struct tokenizer *t)
{
    if (t->bare_words)
        warn("add_prefix_space is false: each word is cut as the beginning of a text, as in transformers; with "
             "--add-prefix-space it is cut as after a blank; bertinit has this option, too, for a model that always does so");
    t->bare_words = false;
}

void tokenizer_record(struct tokenizer *t, const struct record *record, struct pieces *out)
{
    size_t windows;
    window_order_number(record, &windows);
    if (windows > 1) /* it has all words of its sentence: it would become the whole sentence once more */
        record_die(record, "is a window already; wptok takes whole sentences");
    pieces_clear(out);
    if (record_find(record, "tokens").data) {
        warn_of_bare_words(t);
        record_strs(record, "tokens", &t->words);
        if (tokenizer_words(t, t->words.data, t->words.n, out) < t->words.n)
            record_die_of_bad_text(record);
    } else if (record_find(record, "text").data) {
        if (!tokenizer_text(t, record_str(record, "text"), out))
            record_die_of_bad_text(record);
    } else
        record_die(record, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
}
