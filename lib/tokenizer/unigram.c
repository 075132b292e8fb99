/* unigram: the pieces of a pre-token whose scores, the logarithms of their probabilities, have the largest sum.
 *
 * Viterbi over the bytes. From each beginning of a character, pieces of the vocabulary go to later places, the shortest first; a
 * place keeps the way that came first with the largest sum. A character that is no piece is unknown, with a score 10 below the
 * smallest of all. Unknown neighbours then become one, whose text is looked up once more. Sums are in double precision and in
 * the order of the package (encode_optimized), because where two ways are equal the last bit decides.
 *
 * Cost: a walk ends soon after the last piece that fits (vocab_mark), and little else is looked up; words of any length take time
 * in proportion to it. What is looked up is only guessed (vocab_guess_texts): the texts of pieces are compared when the best way
 * is known. If all its pieces are right, it is the best one without the wrong guesses, too. */
#include "tokenizer/unigram.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/vocab.h"

#define UNKNOWN_PENALTY 10.0
#define NO_START UINT32_MAX

/* The best way to a place of the text. */
struct unigram_place {
    double sum;
    int32_t id;     /* of its last piece */
    uint32_t start; /* of that, in bytes; NO_START: there is no way yet */
};

/* A character and where it begins. */
struct unigram_letter {
    uint32_t at, code;
};

struct unigram {
    const struct vocab *vocab;
    double unknown_score;
    int32_t ascii[128]; /* the pieces of single characters; -1: it is none */
    struct unigram_place *place;
    struct unigram_letter *letter;
    struct vocab_text *candidate;
    size_t place_room, letter_room, candidate_room;
};

static void *new_model(const struct vocab *v)
{
    struct unigram *u = xcalloc(1, sizeof *u);
    const double *score = v->score;
    double lowest = score[0];
    for (size_t id = 0; id < v->n_indexed; id++)
        lowest = score[id] < lowest ? score[id] : lowest;
    u->vocab = v;
    u->unknown_score = lowest - UNKNOWN_PENALTY;
    for (int c = 0; c < 128; c++)
        u->ascii[c] = vocab_find_piece(v, &(char){(char)c}, 1);
    return u;
}

static void free_model(void *model)
{
    struct unigram *u = model;
    free(u->place);
    free(u->letter);
    free(u->candidate);
    free(u);
}

/* ---- one pre-token ---- */

/* Without a branch: nobody can guess which way is better. */
static inline void go(struct unigram_place *place, size_t start, size_t end, double score, int32_t id)
{
    struct unigram_place new = {score + place[start].sum, id, (uint32_t)start}, old = place[end];
    bool better = (old.start == NO_START) | (new.sum > old.sum);
    place[end].sum = better ? new.sum : old.sum;
    place[end].id = better ? new.id : old.id;
    place[end].start = better ? new.start : old.start;
}

/* The characters of a text; behind the last, the text's end. Returns how many. */
static size_t read_letters(struct unigram *u, struct str text)
{
    size_t n = 0;
    GROW(u->letter, u->letter_room, text.size + 1);
    for (size_t at = 0; at < text.size; n++) {
        u->letter[n].at = (uint32_t)at;
        at += utf8_decode(text.data + at, &u->letter[n].code);
    }
    u->letter[n].at = (uint32_t)text.size;
    return n;
}

/* Fetch the marks of the first texts from each character on: most of the time a walk would wait for them. */
static void expect_marks(const struct unigram *u, const struct unigram_letter *end)
{
    enum { AHEAD = 4 };
    unsigned shift;
    for (const struct unigram_letter *first = u->letter; first < end; first++) {
        uint64_t hash = VOCAB_HASH_START;
        for (const struct unigram_letter *l = first; l < end && l < first + AHEAD; l++) {
            hash = vocab_hash_code(hash, l->code);
            __builtin_prefetch(&u->vocab->mark[vocab_mark_at(u->vocab, hash, &shift)]);
        }
    }
}

/* The texts of a pre-token that may be pieces, by their beginning, the shortest first, and their ids; without single ASCII
 * characters. */
static size_t find_candidates(struct unigram *u, struct str text, size_t letters, bool guess)
{
    const struct vocab *v = u->vocab;
    const struct unigram_letter *end = u->letter + letters;
    size_t n = 0;
    expect_marks(u, end);
    for (const struct unigram_letter *first = u->letter; first < end; first++) {
        uint64_t hash = VOCAB_HASH_START, mark = VOCAB_BEGINS;
        for (const struct unigram_letter *l = first; l < end && mark & VOCAB_BEGINS; l++) {
            hash = vocab_hash_code(hash, l->code);
            mark = vocab_mark(v, hash);
            GROW(u->candidate, u->candidate_room, n + 1);
            u->candidate[n] = (struct vocab_text){hash, text.data + first->at, l[1].at - first->at, -1};
            n += l > first || l->code >= 128 ? mark / VOCAB_IS : 0; /* the next one goes over what is none */
        }
    }
    (guess ? vocab_guess_texts : vocab_find_texts)(v, u->candidate, n);
    return n;
}

/* Follow all ways that begin with a piece at `start`, whose candidates begin with `c`. Returns what follows these. A single
 * character and the unknown piece must be right at once: they say whether, and where, there is a way for unknown ones. */
static const struct vocab_text *follow_pieces(struct unigram *u, struct str text, const struct unigram_letter *letter,
                                              const struct vocab_text *c, const struct vocab_text *end)
{
    const struct vocab *v = u->vocab;
    size_t start = letter->at, single = letter[1].at - start;
    int32_t ascii = letter->code < 128 ? u->ascii[letter->code] : -1;
    bool is_known = ascii >= 0;
    if (is_known)
        go(u->place, start, start + 1, v->score[ascii], ascii);
    for (; c < end && c->text == text.data + start; c++)
        if (c->id >= 0 && ((c->size != single && c->id != v->unknown) || vocab_piece_is(v, c->id, c->text, c->size))) {
            go(u->place, start, start + c->size, v->score[c->id], c->id);
            is_known = is_known || c->size == single;
        }
    if (!is_known)
        go(u->place, start, start + single, u->unknown_score, v->unknown);
    return c;
}

/* Where each piece of the best way begins gets the piece's end in `start`, and its id. */
static void turn_around(struct unigram *u, size_t size)
{
    struct unigram_place *place = u->place, next = {0};
    for (size_t end = size; end > 0;) {
        struct unigram_place here = place[end];
        __builtin_prefetch(&u->vocab->piece[here.id]); /* for the comparison */
        place[end] = next;
        next = (struct unigram_place){0, here.id, (uint32_t)end};
        end = here.start;
    }
    place[0] = next;
}

/* Returns whether all its pieces are right. */
static bool find_way(struct unigram *u, struct str text, bool guess)
{
    u->place[0] = (struct unigram_place){0, 0, 0};
    for (size_t i = 1; i <= text.size; i++)
        u->place[i].start = NO_START;
    size_t letters = read_letters(u, text), n = find_candidates(u, text, letters, guess);
    const struct vocab_text *next = u->candidate;
    for (size_t i = 0; i < letters; i++)
        next = follow_pieces(u, text, &u->letter[i], next, u->candidate + n);
    turn_around(u, text.size);
    for (size_t start = 0, end; guess && start < text.size; start = end) {
        end = u->place[start].start;
        if (u->place[start].id != u->vocab->unknown
            && !vocab_piece_is(u->vocab, u->place[start].id, text.data + start, end - start))
            return false;
    }
    return true;
}

/* The pieces of bytes, <0xE2>, that stand for the text [start, end), which is no piece; all are at its place. False, and there is
 * none, if one is not in the vocabulary. */
static bool push_bytes(const struct vocab *v, struct str text, struct chunk_piece piece, struct chunk_pieces *out)
{
    static const char digit[] = "0123456789ABCDEF";
    size_t before = out->n;
    uint32_t symbols = (uint32_t)utf8_length(text.data, text.size);
    for (size_t i = 0; v->byte_fallback && i < text.size; i++, symbols = 0) {
        char name[] = {'<', '0', 'x', digit[(unsigned char)text.data[i] >> 4], digit[text.data[i] & 15], '>'};
        piece.id = vocab_find_piece(v, name, sizeof name);
        if (piece.id < 0) {
            out->n = before;
            return false;
        }
        chunk_push_for(out, piece, symbols);
    }
    return v->byte_fallback;
}

static void cut(void *model, struct str text, struct places from, uint32_t word, struct chunk_pieces *out)
{
    struct unigram *u = model;
    const struct vocab *v = u->vocab;
    GROW(u->place, u->place_room, text.size + 1);
    if (v->guesses_miss || !find_way(u, text, true))
        find_way(u, text, false);
    for (size_t start = 0, end; start < text.size; start = end) {
        int32_t id = u->place[start].id;
        end = u->place[start].start;
        while (id == v->unknown && end < text.size && u->place[end].id == id)
            end = u->place[end].start;
        struct chunk_piece piece = {id, word, places_start(&from, start), places_end(&from, end)};
        uint32_t symbols = CHUNK_OWN_TEXT;
        if (id == v->unknown) {
            struct str unknown = {text.data + start, end - start};
            piece.id = vocab_find_piece(v, unknown.data, unknown.size);
            if (piece.id < 0 && push_bytes(v, unknown, piece, out))
                continue;
            piece.id = piece.id < 0 ? v->unknown : piece.id;
            symbols = (uint32_t)utf8_length(unknown.data, unknown.size);
        }
        chunk_push_for(out, piece, symbols);
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
