/* unigram: the pieces of a pre-token whose scores, the logarithms of their probabilities, have the largest sum.
 *
 * Viterbi over the bytes. From each beginning of a character, pieces of the vocabulary go to later places, the shortest first; a
 * place keeps the way that came first with the largest sum. A character that is no piece is unknown, with a score 10 below the
 * smallest of all. Unknown neighbours then become one, whose text is looked up once more. Sums are in double precision and in
 * the order of the package (encode_optimized), because where two ways are equal the last bit decides.
 *
 * Cost: the hash of a text grows byte by byte, and two bits for each hash (`mark`) say whether a piece may begin so, and whether
 * one may be that. So a walk ends soon after the last piece that fits, and little else is looked up; words of any length take
 * time in proportion to it. The bits take 1 MiB for 250 000 pieces, and are made in some milliseconds. */
#include "tokenizer/unigram.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/vocab.h"

enum { MARK_BEGINS = 1, MARK_IS = 2, MARKS_PER_PIECE = 16, MARKS_MIN = 1 << 15, MARKS_PER_WORD = 32 };
#define UNKNOWN_PENALTY 10.0
#define NO_START UINT32_MAX

/* The best way to a place of the text. */
struct unigram_place {
    double sum;
    int32_t id;     /* of its last piece */
    uint32_t start; /* of that, in bytes; NO_START: there is no way yet */
};

/* A piece, with all that a walk asks for in half a line of the cache. */
struct unigram_piece {
    struct str_short text;
    double score;
    uint32_t place, hash; /* id + 1, 0 for none; the upper half of the hash */
};

struct unigram {
    const struct vocab *vocab;
    struct unigram_piece *piece; /* open addressing */
    size_t pieces;
    double unknown_score;
    uint64_t *mark, marks; /* two bits each; how many, a power of two */
    char *text;            /* a pre-token */
    struct unigram_place *place;
    size_t text_room, place_room;
};

/* ---- the marks ---- */

static uint64_t mark_at(const struct unigram *u, uint64_t hash, unsigned *shift)
{
    uint64_t i = hash >> 20 & (u->marks - 1);
    *shift = (unsigned)(i % MARKS_PER_WORD * 2);
    return i / MARKS_PER_WORD;
}

/* Returns its hash. */
static uint64_t mark_piece(struct unigram *u, struct str piece)
{
    uint64_t hash = VOCAB_HASH_START;
    unsigned shift;
    for (size_t i = 0; i < piece.size; i++) {
        hash = vocab_hash_step(hash, piece.data[i]);
        uint64_t at = mark_at(u, hash, &shift);
        u->mark[at] |= (uint64_t)(i + 1 < piece.size ? MARK_BEGINS : MARK_IS) << shift;
    }
    return hash;
}

static size_t slot_of(const struct unigram *u, uint64_t hash)
{
    return (hash ^ hash >> 29) & (u->pieces - 1);
}

/* The piece with this text and hash, or where it would be. */
static struct unigram_piece *find_piece(const struct unigram *u, uint64_t hash, const char *text, size_t size)
{
    uint32_t upper = (uint32_t)(hash >> 32);
    for (size_t i = slot_of(u, hash);; i = (i + 1) & (u->pieces - 1)) {
        struct unigram_piece *p = &u->piece[i];
        if (p->place == 0)
            return p;
        if (p->hash != upper)
            continue;
        bool is_short = p->text.bytes[0];
        if (is_short ? p->text.bytes[0] == 0xa0 + size && memcmp(p->text.bytes + 1, text, size) == 0
                     : str_equal(u->vocab->piece[p->place - 1], (struct str){text, size}))
            return p;
    }
}

/* Of pieces with the same text the last one counts. */
static void add_piece(struct unigram *u, size_t id, uint64_t hash, double score)
{
    struct str text = u->vocab->piece[id];
    *find_piece(u, hash, text.data, text.size) =
        (struct unigram_piece){u->vocab->short_piece[id], score, (uint32_t)id + 1, (uint32_t)(hash >> 32)};
}

/* Some pieces at a time, so that they wait for the memory together. */
static void add_pieces(struct unigram *u, const double *score)
{
    enum { TOGETHER = 16 };
    uint64_t hash[TOGETHER];
    size_t n = u->vocab->n_indexed;
    for (size_t first = 0; first < n; first += TOGETHER) {
        size_t some = n - first < TOGETHER ? n - first : TOGETHER;
        for (size_t i = 0; i < some; i++) {
            hash[i] = mark_piece(u, u->vocab->piece[first + i]);
            __builtin_prefetch(&u->piece[slot_of(u, hash[i])], 1);
        }
        for (size_t i = 0; i < some; i++)
            add_piece(u, first + i, hash[i], score[first + i]);
    }
}

static void *new_model(const struct vocab *v)
{
    struct unigram *u = xcalloc(1, sizeof *u);
    const double *score = v->family ? v->score : v->package_score;
    double lowest = score[0];
    for (size_t id = 0; id < v->n_indexed; id++)
        lowest = score[id] < lowest ? score[id] : lowest;
    u->vocab = v;
    u->unknown_score = lowest - UNKNOWN_PENALTY;
    for (u->pieces = 2; u->pieces < 2 * v->n_indexed; u->pieces *= 2)
        ;
    for (u->marks = MARKS_MIN; u->marks < MARKS_PER_PIECE * v->n_indexed; u->marks *= 2)
        ;
    u->piece = xcalloc(u->pieces, sizeof *u->piece);
    u->mark = xcalloc(u->marks / MARKS_PER_WORD, sizeof *u->mark);
    add_pieces(u, score);
    return u;
}

static void free_model(void *model)
{
    struct unigram *u = model;
    free(u->mark);
    free(u->piece);
    free(u->text);
    free(u->place);
    free(u);
}

/* ---- one pre-token: u->text[0, size) ---- */

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

/* All ways that begin with a piece at `start`. */
static void follow_pieces(struct unigram *u, size_t start, size_t size)
{
    size_t single = start + char_size(u->text[start]);
    bool is_known = false;
    uint64_t hash = VOCAB_HASH_START;
    for (size_t end = start; end < size;) {
        unsigned shift;
        hash = vocab_hash_step(hash, u->text[end++]);
        uint64_t at = mark_at(u, hash, &shift), mark = u->mark[at] >> shift;
        if (mark & MARK_IS) {
            const struct unigram_piece *piece = find_piece(u, hash, u->text + start, end - start);
            if (piece->place > 0) {
                go(u->place, start, end, piece->score, (int32_t)piece->place - 1);
                is_known = is_known || end == single;
            }
        }
        if (!(mark & MARK_BEGINS))
            break;
    }
    if (!is_known)
        go(u->place, start, single, u->unknown_score, u->vocab->unknown);
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

static void find_way(struct unigram *u, size_t size)
{
    GROW(u->place, u->place_room, size + 1);
    u->place[0] = (struct unigram_place){0, 0, 0};
    for (size_t i = 1; i <= size; i++)
        u->place[i].start = NO_START;
    for (size_t start = 0; start < size; start += char_size(u->text[start]))
        follow_pieces(u, start, size);
    turn_around(u->place, size);
}

/* Where the pieces of a pre-token come from: its symbols, or, if there are none (NULL), bytes after a prefix. */
struct unigram_source {
    const struct symbol *s;
    size_t done, symbol; /* bytes, and the symbol that they end before */
    size_t prefix;
    uint32_t word;
};

/* Push a piece of the next `size` bytes; `last`: nothing more comes from them. */
static void push(const struct unigram *u, struct unigram_source *from, int32_t id, size_t size, bool last,
                 struct chunk_pieces *out)
{
    struct chunk_piece piece = {.id = id, .word = from->word};
    size_t end = from->done + size, codes = 0;
    if (from->s) {
        codes = utf8_length(u->text + from->done, size);
        piece.start = from->s[from->symbol].start;
        piece.end = from->s[from->symbol + codes - 1].end;
    } else {
        piece.start = (uint32_t)(from->done < from->prefix ? 0 : from->done - from->prefix);
        piece.end = (uint32_t)(end > from->prefix ? end - from->prefix : 1);
    }
    chunk_push(out, piece);
    if (last) {
        from->done = end;
        from->symbol += codes;
    }
}

/* The pieces of bytes, <0xE2>, that stand for a text which is no piece. False, and there is none, if one is not there. */
static bool push_bytes(const struct unigram *u, struct unigram_source *from, size_t size, struct chunk_pieces *out)
{
    const struct vocab *v = u->vocab;
    const char *text = u->text + from->done, digit[] = "0123456789ABCDEF";
    size_t before = out->n;
    for (size_t i = 0; v->byte_fallback && i < size; i++) {
        char name[] = {'<', '0', 'x', digit[(unsigned char)text[i] >> 4], digit[text[i] & 15], '>'};
        int32_t id = vocab_find_piece(v, name, sizeof name);
        if (id < 0) {
            out->n = before;
            return false;
        }
        push(u, from, id, size, false, out);
    }
    if (v->byte_fallback)
        from->done += size, from->symbol += from->s ? utf8_length(text, size) : 0;
    return v->byte_fallback;
}

static void push_way(const struct unigram *u, size_t size, struct unigram_source *from, struct chunk_pieces *out)
{
    const struct vocab *v = u->vocab;
    while (from->done < size) {
        size_t start = from->done, end = u->place[start].start;
        int32_t id = u->place[start].id;
        if (id == v->unknown) {
            while (end < size && u->place[end].id == id)
                end = u->place[end].start;
            id = vocab_find_piece(v, u->text + start, end - start);
            if (id < 0 && push_bytes(u, from, end - start, out))
                continue;
            id = id < 0 ? v->unknown : id;
        }
        push(u, from, id, end - start, true, out);
    }
}

static void cut(void *model, const struct symbol *s, size_t n, uint32_t word, struct chunk_pieces *out)
{
    struct unigram *u = model;
    GROW(u->text, u->text_room, 4 * n);
    size_t size = symbols_encode(s, n, u->text);
    find_way(u, size);
    push_way(u, size, &(struct unigram_source){.s = s, .word = word}, out);
}

static void cut_ascii(void *model, const char *text, size_t size, size_t prefix, struct chunk_pieces *out)
{
    struct unigram *u = model;
    GROW(u->text, u->text_room, size);
    memcpy(u->text, text, size);
    find_way(u, size);
    push_way(u, size, &(struct unigram_source){.prefix = prefix}, out);
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

const struct algorithm unigram_algorithm = {"Unigram", read_options, new_model, free_model, cut, cut_ascii};
