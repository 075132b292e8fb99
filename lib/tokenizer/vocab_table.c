/* vocab_table: from a text to its piece: a hash table by open addressing over all pieces, and two bits (vocab_mark) for the hash
 * of each beginning of a piece, so that few texts are looked up that are none.
 *
 * The hash grows by characters, so one pass over a piece gives all. For 250 000 pieces the slots take 4 MiB and the marks a
 * quarter of one; both are made in some milliseconds. */
#include <stdlib.h>

#include "tokenizer/vocab_private.h"

/* The low bits of a product know little of the characters; at the end of a hash they get what the upper ones know. */
static uint64_t hash_end(uint64_t hash)
{
    return hash ^ hash >> 32;
}

bool vocab_piece_is(const struct vocab *v, int32_t id, const char *text, size_t size)
{
    return str_equal(vocab_piece(v, (size_t)id), (struct str){text, size});
}

/* A slot has an id plus one, and above it the upper bits of the hash, so that hardly ever another piece is looked at; 0: it is
 * free. */
enum { SLOT_ID_BITS = 25 };
_Static_assert(VOCAB_MAX + 1 < 1 << SLOT_ID_BITS, "ids fit into slots");

static int32_t slot_id(uint64_t slot)
{
    return (int32_t)(slot & ((1u << SLOT_ID_BITS) - 1)) - 1;
}

/* `guess`: a slot with the same bits will do. */
static inline size_t slot_of(const struct vocab *v, uint64_t hash, const char *text, size_t size, bool guess)
{
    size_t i = hash & (v->slots - 1);
    for (uint64_t slot; (slot = v->slot[i]); i = (i + 1) & (v->slots - 1))
        if ((slot ^ hash) >> SLOT_ID_BITS == 0 && (guess || vocab_piece_is(v, slot_id(slot), text, size)))
            break;
    return i;
}

/* ---- making it ---- */

static void mark(struct vocab *v, uint64_t hash, uint64_t marks)
{
    unsigned shift;
    size_t at = vocab_mark_at(v, hash, &shift);
    v->mark[at] |= marks << shift;
}

/* Marks the beginnings of a piece. Returns its hash. *bad gets bits if it is not UTF-8; that is known for a long one. */
static uint64_t mark_piece(struct vocab *v, const struct str_short *piece, uint32_t *bad)
{
    struct {
        struct str_short text;
        char zeros[sizeof(uint32_t)]; /* for the last character */
    } local = {.text = *piece};
    struct str text = str_short_text(&local.text);
    bool is_short = str_short_is_short(piece);
    uint64_t hash = VOCAB_HASH_START;
    for (size_t i = 0; i < text.size;) {
        if (i > 0)
            mark(v, hash, VOCAB_BEGINS);
        if (is_short) {
            const unsigned char *c = (const unsigned char *)text.data + i;
            uint32_t code;
            i += utf8_decode_four(c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 | (uint32_t)c[3] << 24, &code, bad);
            hash = vocab_hash_code(hash, code);
        } else
            i += vocab_hash_char(&hash, text.data + i);
    }
    mark(v, hash, VOCAB_IS);
    return hash_end(hash);
}

/* Returns whether it is the first piece with this text. A guess that finds a piece before it would never find it. */
static bool add(struct vocab *v, size_t id, uint64_t hash)
{
    struct str piece = vocab_piece(v, id);
    size_t guess = slot_of(v, hash, NULL, 0, true);
    uint64_t *slot = &v->slot[slot_of(v, hash, piece.data, piece.size, false)];
    bool is_first = *slot == 0;
    v->guesses_miss = v->guesses_miss || slot != &v->slot[guess];
    *slot = hash >> SLOT_ID_BITS << SLOT_ID_BITS | (id + 1);
    v->longest = piece.size > v->longest ? piece.size : v->longest;
    return is_first;
}

static size_t power_of_two(size_t least, size_t n)
{
    while (least < n)
        least *= 2;
    return least;
}

/* Later ids win where a piece occurs twice, as the last line of a vocab.txt does. Some pieces at a time, so that they wait for
 * the memory together. */
size_t vocab_index(struct vocab *v)
{
    enum { TOGETHER = 16, SLOTS_MIN = 1024, MARKS_PER_PIECE = 4, MARKS_MIN = 1 << 15 };
    uint64_t hash[TOGETHER];
    size_t distinct = 0, n = 0;
    uint32_t bad = 0;
    v->slots = power_of_two(SLOTS_MIN, 2 * v->n);
    v->marks = power_of_two(MARKS_MIN, MARKS_PER_PIECE * v->n);
    free(v->slot);
    free(v->mark);
    v->slot = xcalloc(v->slots, sizeof *v->slot);
    v->mark = xcalloc(v->marks / VOCAB_MARKS_PER_WORD, sizeof *v->mark);
    v->longest = 0;
    v->guesses_miss = false;
    for (size_t first = 0; first < v->n; first += TOGETHER) {
        size_t some = v->n - first < TOGETHER ? v->n - first : TOGETHER;
        for (size_t i = 0; i < some; i++) {
            hash[i] = vocab_piece(v, first + i).data ? mark_piece(v, &v->piece[first + i], &bad) : 0;
            __builtin_prefetch(&v->slot[hash[i] & (v->slots - 1)], 1);
        }
        for (size_t i = 0; i < some; i++)
            if (vocab_piece(v, first + i).data) {
                distinct += add(v, first + i, hash[i]);
                n++;
            }
    }
    v->n_indexed = v->n;
    v->repeats = distinct < n;
    return bad ? 0 : distinct;
}

/* ---- looking up ---- */

int32_t vocab_find_piece(const struct vocab *v, const char *text, size_t size)
{
    return slot_id(v->slot[slot_of(v, hash_end(vocab_hash_text(text, size)), text, size, false)]);
}

void vocab_guess_texts(const struct vocab *v, struct vocab_text *t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&v->slot[hash_end(t[i].hash) & (v->slots - 1)]);
    for (size_t i = 0; i < n; i++) {
        t[i].id = slot_id(v->slot[slot_of(v, hash_end(t[i].hash), NULL, 0, true)]);
        if (v->score && t[i].id >= 0)
            __builtin_prefetch(&v->score[t[i].id]);
    }
}

void vocab_find_texts(const struct vocab *v, struct vocab_text *t, size_t n)
{
    vocab_guess_texts(v, t, n);
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&v->piece[t[i].id < 0 ? 0 : t[i].id]);
    for (size_t i = 0; i < n; i++)
        if (t[i].id >= 0 && !vocab_piece_is(v, t[i].id, t[i].text, t[i].size))
            t[i].id = vocab_find_piece(v, t[i].text, t[i].size);
}

int32_t vocab_longest_prefix(const struct vocab *v, const char *text, size_t prefix, size_t size, size_t *matched)
{
    enum { LAST = 64 };
    uint64_t hash = VOCAB_HASH_START, hash_of[LAST], marks = VOCAB_BEGINS; /* the last ones that may be a piece */
    size_t size_of[LAST], n = 0;
    for (size_t i = 0; i < size && marks & VOCAB_BEGINS;) {
        i += vocab_hash_char(&hash, text + i);
        marks = vocab_mark(v, hash);
        if (marks & VOCAB_IS && i > prefix) {
            hash_of[n % LAST] = hash_end(hash);
            size_of[n++ % LAST] = i;
        }
    }
    for (size_t left = n < LAST ? n : LAST; left > 0; left--) {
        size_t i = --n % LAST;
        uint64_t found = v->slot[slot_of(v, hash_of[i], text, size_of[i], false)];
        if (found) {
            *matched = size_of[i];
            return slot_id(found);
        }
    }
    return -1;
}
