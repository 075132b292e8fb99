/* wordpiece: pre-tokens, pieces, and a memory of the words met before. */
#include "tokenizer/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tokenizer/added.h"
#include "tokenizer/normalize.h"
#include "tokenizer/unicode.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

/* A text or a word cut at ASCII blanks is tokenized chunk by chunk: nothing in the algorithm looks across a blank. */
struct chunk_piece { int32_t id; uint32_t word, start, end; };
/* What is known of a chunk; its text follows the pieces. */
struct entry { uint32_t size, n, words, codes; struct chunk_piece piece[]; };

/* A chunk that is to be looked up, and the blanks before it. */
struct chunk { struct str text; uint64_t hash; uint32_t blanks; };

/* The memory of chunks: entries lie in blocks, in units of 8 bytes; a slot is the upper half of the hash and the entry's place
 * plus one. */
enum { CACHED_SIZE = 64, UNIT = 8, BLOCK_UNITS = 1 << 17, BLOCKS_MAX = 32, SLOTS = 1 << 17, CHUNKS = 64 };

struct wordpiece {
    const struct vocab *vocab;
    struct added *added;
    bool plain;                         /* no added token has white space in it or strips that around it */
    char simple[128];                   /* see find_simple */
    uint64_t *slot; size_t used;        /* open addressing, [SLOTS] */
    uint64_t *block[BLOCKS_MAX]; size_t n_blocks, block_used;
    /* scratch for one chunk */
    struct symbols raw, normal;
    struct { struct chunk_piece *data; size_t n, room; } piece;
    char *text; size_t text_room;
    struct entry *entry; size_t entry_room;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether a token neither reaches over a blank nor depends on one: then chunks between blanks can be looked at alone. */
static bool stays_within_a_chunk(const struct vocab *vocab, const struct added_token *token)
{
    struct symbols raw = {0}, normal = {0};
    bool within = !token->lstrip && !token->rstrip;
    for (size_t i = 0; i < token->text.size; i++)
        within = within && !is_blank(token->text.data[i]);
    if (token->normalized) {
        symbols_decode(token->text, 0, &raw);
        symbols_normalize(vocab, raw.data, raw.n, &normal);
        for (size_t i = 0; i < normal.n; i++)
            within = within && normal.data[i].code != ' ';
        free(raw.data);
        free(normal.data);
    }
    return within;
}

/* Of ASCII what the normalizer makes of it, where that is one character, no punctuation, and nothing that a token begins with: a
 * chunk of such characters is one pre-token. Else 0. */
static void find_simple(struct wordpiece *w)
{
    for (uint32_t c = 0; c < sizeof w->simple; c++) {
        uint32_t code[2] = {c};
        if (unicode_class(c) & (CODE_SPACE | CODE_PUNCTUATION | CODE_REMOVED | CODE_CHINESE | CODE_CHANGES | CODE_MARK))
            continue;
        if (w->vocab->lower)
            unicode_lower(c, code);
        if (!added_may_begin(w->added, false, c) && !added_may_begin(w->added, true, code[0]))
            w->simple[c] = (char)code[0];
    }
}

struct wordpiece *wordpiece_new(const struct vocab *vocab)
{
    struct wordpiece *w = xcalloc(1, sizeof *w);
    w->vocab = vocab;
    w->added = added_new(vocab);
    w->plain = true;
    for (size_t i = 0; i < vocab->n_added; i++)
        w->plain = w->plain && stays_within_a_chunk(vocab, &vocab->added[i]);
    find_simple(w);
    w->slot = xcalloc(SLOTS, sizeof *w->slot);
    return w;
}

static void forget(struct wordpiece *w)
{
    for (size_t i = 0; i < w->n_blocks; i++)
        free(w->block[i]);
    w->n_blocks = w->block_used = w->used = 0;
    memset(w->slot, 0, SLOTS * sizeof *w->slot);
}

void wordpiece_free(struct wordpiece *w)
{
    if (!w)
        return;
    forget(w);
    added_free(w->added);
    free(w->slot);
    free(w->entry);
    free(w->raw.data);
    free(w->normal.data);
    free(w->piece.data);
    free(w->text);
    free(w);
}

void pieces_clear(struct pieces *p)
{
    p->id.n = p->word.n = p->start.n = p->end.n = 0;
}

/* ---- one chunk, without the memory ---- */

static void push(struct wordpiece *w, int32_t id, uint32_t word, uint32_t start, uint32_t end)
{
    GROW(w->piece.data, w->piece.room, w->piece.n + 1);
    w->piece.data[w->piece.n++] = (struct chunk_piece){id, word, start, end};
}

/* The longest piece that `text` [size] begins with, longer than what the first `prefix` bytes are; its id, and its size in
 * *matched. -1: none. */
static int32_t longest_piece(const struct vocab *v, const char *text, size_t prefix, size_t size, size_t *matched)
{
    uint64_t hash = VOCAB_HASH_START, at[1024];
    size_t most = v->longest < size ? v->longest : size;
    if (most > sizeof at / sizeof *at)
        most = sizeof at / sizeof *at;
    for (size_t i = 0; i < most; i++)
        at[i] = hash = vocab_hash_step(hash, text[i]);
    for (size_t n = most; n > prefix; n--) {
        uint64_t whole = vocab_hash_end(at[n - 1]);
        if (!vocab_may_have(v, whole))
            continue;
        if (n < size && (text[n] & 0xc0) == 0x80)
            continue;                       /* not at the end of a code point */
        for (size_t slot = whole & (v->slots - 1); v->slot[slot]; slot = (slot + 1) & (v->slots - 1))
            if (vocab_piece_is(v, v->slot[slot] - 1, text, n)) {
                *matched = n;
                return (int32_t)v->slot[slot] - 1;
            }
    }
    return -1;
}

/* Room for a pre-token of n code points. */
static char *room_for(struct wordpiece *w, size_t n)
{
    GROW(w->text, w->text_room, w->vocab->prefix_size + 4 * n);
    return w->text + w->vocab->prefix_size;
}

/* Greedy longest match first over one pre-token of n code points, which is in room_for's; all of it is [UNK] if any part has no
 * piece. s: where they come from; NULL: one from each byte. */
static void match_text(struct wordpiece *w, size_t size, const struct symbol *s, size_t n, uint32_t word)
{
    const struct vocab *v = w->vocab;
    size_t before = w->piece.n, symbol = 0;
    bool unknown = n > v->max_input_chars;
    char *text = w->text + v->prefix_size;
    for (size_t from = 0; from < size && !unknown; ) {
        size_t prefix = from > 0 ? v->prefix_size : 0, matched;
        memcpy(text + from - prefix, v->prefix, prefix);        /* over what was matched already */
        int32_t id = longest_piece(v, text + from - prefix, prefix, prefix + size - from, &matched);
        if (id < 0) {
            unknown = true;
            break;
        }
        size_t codes = s ? utf8_length(text + from, matched - prefix) : matched - prefix;
        push(w, id, word, s ? s[symbol].start : (uint32_t)symbol, s ? s[symbol + codes - 1].end : (uint32_t)(symbol + codes));
        symbol += codes;
        from += matched - prefix;
    }
    if (unknown) {
        w->piece.n = before;
        push(w, v->unk, word, s ? s[0].start : 0, s ? s[n - 1].end : (uint32_t)n);
    }
}

static void match(struct wordpiece *w, const struct symbol *s, size_t n, uint32_t word)
{
    size_t size = 0;
    char *text = room_for(w, n);
    for (size_t i = 0; i < n; i++)
        size += utf8_encode(s[i].code, text + size);
    match_text(w, size, s, n, word);
}

/* A chunk of simple characters, as most are; false, and nothing done, if it is none. */
static bool run_simple(struct wordpiece *w, struct str text)
{
    if (text.size == 0 || text.size > CACHED_SIZE)
        return false;
    char *to = room_for(w, text.size);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= sizeof w->simple || !w->simple[c])
            return false;
        to[i] = w->simple[c];
    }
    w->raw.n = text.size;
    match_text(w, text.size, NULL, text.size, 0);
    return true;
}

/* Split at white space, punctuation apart. Returns the next word number. */
static uint32_t pretokenize(struct wordpiece *w, const struct symbol *s, size_t n, uint32_t word)
{
    size_t from = 0;
    for (size_t i = 0; i <= n; i++) {
        unsigned class = i < n ? unicode_class(s[i].code) : CODE_SPACE;
        if (!(class & (CODE_SPACE | CODE_PUNCTUATION)))
            continue;
        if (from < i)
            match(w, s + from, i - from, word++);
        if (class & CODE_PUNCTUATION)
            match(w, s + i, 1, word++);
        from = i + 1;
    }
    return word;
}

/* A stretch between added tokens of the raw text. */
static uint32_t run_stretch(struct wordpiece *w, size_t from, size_t to, uint32_t word)
{
    struct added_match m;
    size_t done = 0, search = 0;
    symbols_normalize(w->vocab, w->raw.data + from, to - from, &w->normal);
    const struct symbol *s = w->normal.data;
    while (added_find(w->added, true, s, w->normal.n, search, done, &m)) {
        if (done < m.from)
            word = pretokenize(w, s + done, m.from - done, word);
        push(w, m.id, word++, s[m.from].start, s[m.to - 1].end);
        done = m.to;
        search = m.resume;
    }
    return pretokenize(w, s + done, w->normal.n - done, word);
}

/* Pieces of a chunk into w->piece, counted from its own beginning; returns how many pre-tokens it has. */
static uint32_t run_chunk(struct wordpiece *w, struct str text)
{
    struct added_match m;
    size_t done = 0, search = 0;
    uint32_t word = 0;
    w->piece.n = 0;
    if (run_simple(w, text))
        return 1;
    symbols_decode(text, 0, &w->raw);
    const struct symbol *s = w->raw.data;
    while (added_find(w->added, false, s, w->raw.n, search, done, &m)) {
        if (done < m.from)
            word = run_stretch(w, done, m.from, word);
        push(w, m.id, word++, s[m.from].start, s[m.to - 1].end);
        done = m.to;
        search = m.resume;
    }
    return done < w->raw.n ? run_stretch(w, done, w->raw.n, word) : word;
}

/* ---- the memory ---- */

static const char *text_of(const struct entry *e)
{
    return (const char *)(e->piece + e->n);
}

static size_t bytes_of(const struct entry *e)
{
    return sizeof *e + e->n * sizeof *e->piece + e->size;
}

/* Into w->entry. */
static const struct entry *compute(struct wordpiece *w, struct str text)
{
    uint32_t words = run_chunk(w, text);
    size_t pieces = w->piece.n * sizeof *w->piece.data, size = sizeof *w->entry + pieces + text.size;
    if (w->entry_room < size) {
        w->entry = xrealloc(w->entry, size, 2);
        w->entry_room = 2 * size;
    }
    *w->entry = (struct entry){(uint32_t)text.size, (uint32_t)w->piece.n, words, (uint32_t)w->raw.n};
    if (pieces)
        memcpy(w->entry->piece, w->piece.data, pieces);
    memcpy((char *)w->entry->piece + pieces, text.data, text.size);
    return w->entry;
}

/* A copy of w->entry among those that are kept; returns its place. */
static size_t keep(struct wordpiece *w)
{
    size_t units = (bytes_of(w->entry) + UNIT - 1) / UNIT;
    if (w->n_blocks == 0 || w->block_used + units > BLOCK_UNITS) {
        w->block[w->n_blocks++] = xmalloc(BLOCK_UNITS, UNIT);
        w->block_used = 0;
    }
    memcpy(w->block[w->n_blocks - 1] + w->block_used, w->entry, bytes_of(w->entry));
    w->block_used += units;
    return (w->n_blocks - 1) * BLOCK_UNITS + w->block_used - units;
}

static const struct entry *entry_at(const struct wordpiece *w, size_t place)
{
    return (const struct entry *)(w->block[place / BLOCK_UNITS] + place % BLOCK_UNITS);
}

/* Chunks wait for the memory together, not one behind the other: what they will need is on its way when the first is looked up. */
static void expect(const struct wordpiece *w, struct chunk *chunk, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        chunk[i].hash = XXH3_64bits(chunk[i].text.data, chunk[i].text.size < CACHED_SIZE ? chunk[i].text.size : CACHED_SIZE);
        __builtin_prefetch(&w->slot[chunk[i].hash & (SLOTS - 1)]);
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t slot = w->slot[chunk[i].hash & (SLOTS - 1)];
        if (slot)
            __builtin_prefetch(entry_at(w, (uint32_t)slot - 1));
    }
}

/* The chunk's entry; NULL if it is no valid UTF-8. What is kept was looked at when it came. */
static const struct entry *look_up(struct wordpiece *w, const struct chunk *chunk)
{
    struct str text = chunk->text;
    if (text.size > CACHED_SIZE)
        return utf8_invalid_at(text.data, text.size) < text.size ? NULL : compute(w, text);
    uint64_t hash = chunk->hash, tag = hash >> 32;
    size_t i = hash & (SLOTS - 1);
    for (; w->slot[i]; i = (i + 1) & (SLOTS - 1)) {
        if (w->slot[i] >> 32 != tag)
            continue;
        const struct entry *e = entry_at(w, (uint32_t)w->slot[i] - 1);
        if (e->size == text.size && is_same(text_of(e), text.data, text.size))
            return e;
    }
    if (utf8_invalid_at(text.data, text.size) < text.size)
        return NULL;
    const struct entry *e = compute(w, text);
    if (e->n > CACHED_SIZE)
        return e;
    if (2 * (w->used + 1) > SLOTS || (w->n_blocks == BLOCKS_MAX && w->block_used + bytes_of(e) / UNIT >= BLOCK_UNITS)) {
        forget(w);
        i = hash & (SLOTS - 1);
    }
    w->slot[i] = tag << 32 | (keep(w) + 1);
    w->used++;
    return e;
}

static inline void set(struct pieces *out, size_t n, const struct chunk_piece *p, int32_t word, uint32_t offset)
{
    out->id.data[n] = p->id;
    out->word.data[n] = word;
    out->start.data[n] = (int32_t)(offset + p->start);
    out->end.data[n] = (int32_t)(offset + p->end);
}

static void append(struct pieces *out, const struct entry *e, int32_t word, bool same_word, uint32_t offset)
{
    size_t n = out->id.n;
    if (n + e->n > out->end.room) {
        GROW(out->id.data, out->id.room, n + e->n);
        GROW(out->word.data, out->word.room, n + e->n);
        GROW(out->start.data, out->start.room, n + e->n);
        GROW(out->end.data, out->end.room, n + e->n);
    }
    if (e->n == 1)                          /* most are; a loop prepares for many */
        set(out, n, e->piece, word, offset);
    else for (uint32_t i = 0; i < e->n; i++)
        set(out, n + i, &e->piece[i], same_word ? word : word + (int32_t)e->piece[i].word, offset);
    out->id.n = out->word.n = out->start.n = out->end.n = n + e->n;
}

size_t wordpiece_words(struct wordpiece *w, const struct str *word, size_t n, struct pieces *out)
{
    struct chunk chunk[CHUNKS];
    for (size_t from = 0; from < n; from += CHUNKS) {
        size_t some = n - from < CHUNKS ? n - from : CHUNKS;
        for (size_t i = 0; i < some; i++)
            chunk[i].text = word[from + i];
        expect(w, chunk, some);
        for (size_t i = 0; i < some; i++) {
            const struct entry *e = look_up(w, &chunk[i]);
            if (!e)
                return from + i;
            append(out, e, (int32_t)(from + i), true, 0);
        }
    }
    return n;
}

/* The next blank in [at, end), or end. */
static const char *find_blank(const char *at, const char *end)
{
    const uint64_t ones = 0x0101010101010101;
    for (;;) {
        uint64_t x, low = 0;                /* the highest bit of bytes that are not above ' ': exact for the first of them */
        for (; end - at >= 8; at += 8) {
            memcpy(&x, at, 8);
            if ((low = (x - ones * (' ' + 1)) & ~x & ones << 7))
                break;
        }
        if (low && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
            at += __builtin_ctzll(low) / 8;
        for (; at < end && (unsigned char)*at > ' '; at++)
            ;
        if (at >= end || is_blank(*at))
            return at;
        at++;
    }
}

/* The next chunks of [at, end); returns what is behind them. */
static const char *cut(const struct wordpiece *w, const char *at, const char *end, struct chunk chunk[CHUNKS], size_t *n)
{
    for (*n = 0; at < end && *n < CHUNKS; ) {
        const char *start = at;
        for (; w->plain && at < end && is_blank(*at); at++)
            ;
        struct chunk *c = &chunk[*n];
        *c = (struct chunk){.text.data = at, .blanks = (uint32_t)(at - start)};
        at = w->plain ? find_blank(at, end) : end;
        c->text.size = (size_t)(at - c->text.data);
        *n += c->text.size > 0;
    }
    return at;
}

bool wordpiece_text(struct wordpiece *w, struct str text, struct pieces *out)
{
    struct chunk chunk[CHUNKS];
    int32_t word = 0;
    uint32_t offset = 0;
    size_t n;
    for (const char *at = text.data, *end = text.data + text.size; at < end; ) {
        at = cut(w, at, end, chunk, &n);
        expect(w, chunk, n);
        for (size_t i = 0; i < n; i++) {
            const struct entry *e = look_up(w, &chunk[i]);
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
