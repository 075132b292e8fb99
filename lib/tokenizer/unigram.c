/* unigram: the pieces of a pre-token whose scores, the logarithms of their probabilities, have the largest sum.
 *
 * Viterbi over the bytes. From each beginning of a character, pieces of the vocabulary go to later places, the shortest first; a
 * place keeps the way that came first with the largest sum. A character that is no piece is unknown, with a score 10 below the
 * smallest of all. Unknown neighbours then become one, whose text is looked up once more. Sums are in double precision and in
 * the order of the package (encode_optimized), because where two ways are equal the last bit decides.
 *
 * Cost: the hash of a text grows byte by byte, and two bits for each hash (`mark`) say whether a piece may begin so, and whether
 * one may be that. So a walk ends soon after the last piece that fits, and little else is looked up; words of any length take
 * time in proportion to it. The bits take half a MiB for 250 000 pieces, and are made in some milliseconds. */
#include "tokenizer/unigram.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/vocab.h"

enum { MARK_BEGINS = 1, MARK_IS = 2, MARKS_PER_PIECE = 8, MARKS_MIN = 1 << 15, MARKS_PER_WORD = 32 };
#define UNKNOWN_PENALTY 10.0
#define NO_START UINT32_MAX

/* The best way to a place of the text. */
struct unigram_place {
    double sum;
    int32_t id;     /* of its last piece */
    uint32_t start; /* of that, in bytes; NO_START: there is no way yet */
};

struct unigram {
    const struct vocab *vocab;
    double unknown_score;
    uint64_t *mark, marks; /* two bits each; how many, a power of two */
    struct unigram_place *place;
    struct vocab_text *candidate;
    size_t place_room, candidate_room;
};

/* ---- the marks ---- */

static uint64_t mark_at(const struct unigram *u, uint64_t hash, unsigned *shift)
{
    uint64_t i = hash >> 20 & (u->marks - 1);
    *shift = (unsigned)(i % MARKS_PER_WORD * 2);
    return i / MARKS_PER_WORD;
}

static void mark_piece(struct unigram *u, struct str piece)
{
    uint64_t hash = VOCAB_HASH_START;
    unsigned shift;
    for (size_t i = 0; i < piece.size; i++) {
        hash = vocab_hash_step(hash, piece.data[i]);
        uint64_t at = mark_at(u, hash, &shift);
        u->mark[at] |= (uint64_t)(i + 1 < piece.size ? MARK_BEGINS : MARK_IS) << shift;
    }
}

static void *new_model(const struct vocab *v)
{
    struct unigram *u = xcalloc(1, sizeof *u);
    const double *score = v->score;
    double lowest = score[0];
    for (size_t id = 0; id < v->n_indexed; id++)
        lowest = score[id] < lowest ? score[id] : lowest;
    u->vocab = v;
    u->unknown_score = lowest - UNKNOWN_PENALTY;
    for (u->marks = MARKS_MIN; u->marks < MARKS_PER_PIECE * v->n_indexed; u->marks *= 2)
        ;
    u->mark = xcalloc(u->marks / MARKS_PER_WORD, sizeof *u->mark);
    for (size_t id = 0; id < v->n_indexed; id++)
        mark_piece(u, v->piece[id]);
    return u;
}

static void free_model(void *model)
{
    struct unigram *u = model;
    free(u->mark);
    free(u->place);
    free(u->candidate);
    free(u);
}

/* ---- one pre-token ---- */

static inline void go(struct unigram_place *place, size_t start, size_t end, double score, int32_t id)
{
    double sum = score + place[start].sum;
    if (place[end].start == NO_START || sum > place[end].sum)
        place[end] = (struct unigram_place){sum, id, (uint32_t)start};
}

static size_t char_size(char c)
{
    unsigned char first = (unsigned char)c;
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The texts of a pre-token that may be pieces, by their beginning, the shortest first, and their ids. */
static size_t find_candidates(struct unigram *u, struct str text)
{
    size_t n = 0;
    for (size_t start = 0; start < text.size; start += char_size(text.data[start])) {
        uint64_t hash = VOCAB_HASH_START, mark = MARK_BEGINS;
        for (size_t end = start; end < text.size && mark & MARK_BEGINS;) {
            unsigned shift;
            hash = vocab_hash_step(hash, text.data[end++]);
            uint64_t at = mark_at(u, hash, &shift);
            mark = u->mark[at] >> shift;
            if (mark & MARK_IS) {
                GROW(u->candidate, u->candidate_room, n + 1);
                u->candidate[n++] = (struct vocab_text){hash, text.data + start, (uint32_t)(end - start), -1};
            }
        }
    }
    vocab_find_texts(u->vocab, u->candidate, n);
    return n;
}

/* Follow all ways that begin with a piece at `start`, whose candidates begin with `c`. Returns what follows these. */
static const struct vocab_text *follow_pieces(struct unigram *u, struct str text, size_t start, const struct vocab_text *c,
                                              const struct vocab_text *end)
{
    size_t single = char_size(text.data[start]);
    bool is_known = false;
    for (; c < end && c->text == text.data + start; c++)
        if (c->id >= 0) {
            go(u->place, start, start + c->size, u->vocab->score[c->id], c->id);
            is_known = is_known || c->size == single;
        }
    if (!is_known)
        go(u->place, start, start + single, u->unknown_score, u->vocab->unknown);
    return c;
}

/* Where each piece of the best way begins gets the piece's end in `start`, and its id. */
static void turn_around(struct unigram_place *place, size_t size)
{
    struct unigram_place next = {0};
    for (size_t end = size; end > 0;) {
        struct unigram_place here = place[end];
        place[end] = next;
        next = (struct unigram_place){0, here.id, (uint32_t)end};
        end = here.start;
    }
    place[0] = next;
}

static void find_way(struct unigram *u, struct str text)
{
    GROW(u->place, u->place_room, text.size + 1);
    u->place[0] = (struct unigram_place){0, 0, 0};
    for (size_t i = 1; i <= text.size; i++)
        u->place[i].start = NO_START;
    size_t n = find_candidates(u, text);
    const struct vocab_text *next = u->candidate;
    for (size_t start = 0; start < text.size; start += char_size(text.data[start]))
        next = follow_pieces(u, text, start, next, u->candidate + n);
    turn_around(u->place, text.size);
}

/* The pieces of bytes, <0xE2>, that stand for the text [start, end), which is no piece; all are at its place. False, and there is
 * none, if one is not in the vocabulary. */
static bool push_bytes(const struct vocab *v, struct str text, struct chunk_piece piece, struct chunk_pieces *out)
{
    static const char digit[] = "0123456789ABCDEF";
    size_t before = out->n;
    for (size_t i = 0; v->byte_fallback && i < text.size; i++) {
        char name[] = {'<', '0', 'x', digit[(unsigned char)text.data[i] >> 4], digit[text.data[i] & 15], '>'};
        piece.id = vocab_find_piece(v, name, sizeof name);
        if (piece.id < 0) {
            out->n = before;
            return false;
        }
        chunk_push(out, piece);
    }
    return v->byte_fallback;
}

static void cut(void *model, struct str text, struct places from, uint32_t word, struct chunk_pieces *out)
{
    struct unigram *u = model;
    const struct vocab *v = u->vocab;
    find_way(u, text);
    for (size_t start = 0, end; start < text.size; start = end) {
        int32_t id = u->place[start].id;
        end = u->place[start].start;
        while (id == v->unknown && end < text.size && u->place[end].id == id)
            end = u->place[end].start;
        struct chunk_piece piece = {id, word, places_start(&from, start), places_end(&from, end)};
        if (id == v->unknown) {
            struct str unknown = {text.data + start, end - start};
            piece.id = vocab_find_piece(v, unknown.data, unknown.size);
            if (piece.id < 0 && push_bytes(v, unknown, piece, out))
                continue;
            piece.id = piece.id < 0 ? v->unknown : piece.id;
        }
        chunk_push(out, piece);
    }
}

/* ---- its options ---- */

/* Of a tokenizer.json. A class has options of its own. */
static void read_options(struct vocab *v, const json_t *model, const char *path)
{
    if (v->family)
        return;
    if (jsonfile_is_missing(model, "unk_id"))
        die("%s: the Unigram model has no \"unk_id\": no piece stands for unknown characters", path);
    v->unknown = (int32_t)jsonfile_size(model, path, "unk_id", 0, v->n_indexed - 1, 0);
    v->byte_fallback = !jsonfile_is_missing(model, "byte_fallback") && jsonfile_bool(model, path, "byte_fallback", false);
}

const struct algorithm unigram_algorithm = {"Unigram", read_options, new_model, free_model, cut};
