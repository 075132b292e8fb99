/* bpe: one pre-token into pieces.
 *
 * At first each character is a part. Of all pairs of neighbours that can be merged, the one of the lowest rank becomes one part,
 * the leftmost if there are several; and so on, until there is none. A character that the vocabulary does not have is an unknown
 * piece, or, without one, it is left out, and what follows moves to its place: so the package does it.
 *
 * Cost: each part knows the merge with the next part. In a short word all are looked at for each merge. In a long one they wait
 * in a heap, which each merge takes one from and puts at most two in, so that n characters cost about n log n steps; what
 * changed in the meantime is passed over. */
#include "tokenizer/bpe.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/bpe_merges.h"

/* A part is at the number of its first character; its neighbours are known by their numbers, -1: none. */
struct bpe_part {
    int32_t id, before, after;
    uint32_t size;   /* bytes in UTF-8; 0: merged with the part before */
    uint32_t rank;   /* of the merge with the next part; BPE_NO_RANK */
    uint32_t merged; /* the piece that they become */
};
struct bpe_waiting {
    uint32_t rank, left;
};

enum { LOW_CODES = 0x180 }; /* the characters that stand for bytes are below */
enum { SHORT_WORD = 24 };

struct bpe {
    const struct vocab *vocab;
    int32_t low[LOW_CODES]; /* the pieces of one character; -1: none */
    struct bpe_part *part;
    size_t n, part_room;
    struct bpe_waiting *heap; /* of a long word: the lowest rank first, and of these the leftmost */
    size_t n_heap, heap_room;
};

/* ---- options ---- */

static void refuse_unless_empty(const json_t *model, const char *path, const char *key)
{
    const char *value = jsonfile_text(model, path, key);
    if (value && *value)
        die("%s: the model's \"%s\" is '%s'; only a BPE model without is known here", path, key, value);
}

/* A class has the defaults of the package. */
static void read_options(struct vocab *v, const json_t *model, const char *path)
{
    json_t *merges = json_object_get(model, "merges");
    if (model && !json_is_array(merges))
        jsonfile_die(path, "merges", merges, "a list of pairs");
    v->merges = bpe_merges_read(v, merges, path);
    v->unknown = -1;
    if (v->family)
        return;
    refuse_unless_empty(model, path, "continuing_subword_prefix");
    refuse_unless_empty(model, path, "end_of_word_suffix");
    if (!jsonfile_is_missing(model, "dropout") && json_number_value(json_object_get(model, "dropout")) != 0)
        die("%s: the model's \"dropout\" makes pieces by chance; only null is known here", path);
    if (!jsonfile_is_missing(model, "byte_fallback") && jsonfile_bool(model, path, "byte_fallback", false))
        die("%s: the model's \"byte_fallback\" is true; only false is known here", path);
    v->ignore_merges = !jsonfile_is_missing(model, "ignore_merges") && jsonfile_bool(model, path, "ignore_merges", false);
    v->fuse_unknown = !jsonfile_is_missing(model, "fuse_unk") && jsonfile_bool(model, path, "fuse_unk", false);
    const char *unk = jsonfile_text(model, path, "unk_token");
    if (unk && (v->unknown = vocab_find_piece(v, unk, strlen(unk))) < 0)
        die("%s: the model's \"unk_token\" is %s, which is not in its vocabulary", path, unk);
}

static void *new_model(const struct vocab *vocab)
{
    struct bpe *b = xcalloc(1, sizeof *b);
    char text[4];
    b->vocab = vocab;
    for (uint32_t code = 0; code < LOW_CODES; code++)
        b->low[code] = vocab_find_piece(vocab, text, utf8_encode(code, text));
    return b;
}

static void free_model(void *model)
{
    struct bpe *b = model;
    free(b->part);
    free(b->heap);
    free(b);
}

/* ---- what is merged next ---- */

static bool goes_before(struct bpe_waiting a, struct bpe_waiting b)
{
    return a.rank != b.rank ? a.rank < b.rank : a.left < b.left;
}

static void push(struct bpe *b, struct bpe_waiting w)
{
    GROW(b->heap, b->heap_room, b->n_heap + 1);
    size_t i = b->n_heap++;
    for (; i > 0 && goes_before(w, b->heap[(i - 1) / 2]); i = (i - 1) / 2)
        b->heap[i] = b->heap[(i - 1) / 2];
    b->heap[i] = w;
}

static struct bpe_waiting pop(struct bpe *b)
{
    struct bpe_waiting first = b->heap[0], last = b->heap[--b->n_heap];
    size_t i = 0, child;
    for (; (child = 2 * i + 1) < b->n_heap; i = child) {
        child += child + 1 < b->n_heap && goes_before(b->heap[child + 1], b->heap[child]);
        if (!goes_before(b->heap[child], last))
            break;
        b->heap[i] = b->heap[child];
    }
    b->heap[i] = last;
    return first;
}

static void fetch(const struct bpe *b, int32_t left)
{
    const struct bpe_part *part = &b->part[left];
    const struct bpe_merges *m = b->vocab->merges;
    if (part->after >= 0)
        __builtin_prefetch(&m->slot[bpe_merges_start(m, (uint32_t)part->id, (uint32_t)b->part[part->after].id)]);
}

/* Look up the merge of a part with the next one. */
static void expect(struct bpe *b, int32_t left)
{
    struct bpe_part *part = &b->part[left];
    part->rank = BPE_NO_RANK;
    if (part->after < 0)
        return;
    const struct bpe_merge *m = bpe_merges_find(b->vocab->merges, (uint32_t)part->id, (uint32_t)b->part[part->after].id);
    part->rank = m->rank;
    part->merged = m->id;
    if (b->n > SHORT_WORD && m->rank != BPE_NO_RANK)
        push(b, (struct bpe_waiting){m->rank, (uint32_t)left});
}

/* The part to be merged with the next one; NULL: there is none. */
static struct bpe_part *best(struct bpe *b)
{
    if (b->n <= SHORT_WORD) {
        struct bpe_part *found = b->part;
        for (size_t i = 1; i < b->n; i++)
            if (b->part[i].rank < found->rank)
                found = &b->part[i];
        return b->n && found->rank != BPE_NO_RANK ? found : NULL;
    }
    while (b->n_heap) {
        struct bpe_waiting w = pop(b);
        if (b->part[w.left].rank == w.rank) /* else one of the two was merged with another */
            return &b->part[w.left];
    }
    return NULL;
}

/* ---- parts ---- */

static int32_t id_of(const struct bpe *b, uint32_t code)
{
    char text[4];
    return code < LOW_CODES ? b->low[code] : vocab_find_piece(b->vocab, text, utf8_encode(code, text));
}

static void lay_parts(struct bpe *b, struct str text)
{
    const struct vocab *v = b->vocab;
    bool after_unknown = false;
    b->n = b->n_heap = 0;
    GROW(b->part, b->part_room, text.size);
    for (uint32_t i = 0, size; i < text.size; i += size) {
        uint32_t code;
        size = (uint32_t)utf8_decode(text.data + i, &code);
        int32_t id = id_of(b, code), at = (int32_t)b->n;
        if (id < 0 && after_unknown && v->fuse_unknown)
            b->part[at - 1].size += size;
        else if (id >= 0 || v->unknown >= 0)
            b->part[b->n++] = (struct bpe_part){.id = id >= 0 ? id : v->unknown, .before = at - 1, .after = at + 1, .size = size};
        after_unknown = id < 0 && v->unknown >= 0;
    }
    if (b->n)
        b->part[b->n - 1].after = -1;
}

static void merge_parts(struct bpe *b)
{
    for (size_t i = 0; i < b->n; i++)
        fetch(b, (int32_t)i);
    for (size_t i = 0; i < b->n; i++)
        expect(b, (int32_t)i);
    for (struct bpe_part *left; (left = best(b));) {
        struct bpe_part *right = &b->part[left->after];
        int32_t place = (int32_t)(left - b->part);
        left->id = (int32_t)left->merged;
        left->size += right->size;
        left->after = right->after;
        right->size = 0;
        right->rank = BPE_NO_RANK;
        if (left->after >= 0)
            b->part[left->after].before = place;
        fetch(b, place);
        if (left->before >= 0)
            expect(b, left->before);
        expect(b, place);
    }
}

/* The whole pre-token as a piece, in a model that has no use for merges then; -1: it is none. */
static int32_t whole_word(const struct vocab *v, struct str text)
{
    return v->ignore_merges && text.size <= v->longest ? vocab_find_piece(v, text.data, text.size) : -1;
}

static void cut(void *model, struct str text, struct places from, uint32_t word, struct chunk_pieces *out)
{
    struct bpe *b = model;
    int32_t whole = whole_word(b->vocab, text);
    if (whole >= 0) {
        uint32_t start = places_start(&from, 0);
        chunk_push(out, (struct chunk_piece){whole, word, start, places_end(&from, text.size)});
        return;
    }
    lay_parts(b, text);
    merge_parts(b);
    for (size_t i = 0, at = 0; i < b->n; i++) {
        const struct bpe_part *part = &b->part[i];
        if (part->size == 0)
            continue;
        uint32_t start = places_start(&from, at);
        at += part->size;
        chunk_push(out, (struct chunk_piece){part->id, word, start, places_end(&from, at)});
    }
}

const struct algorithm bpe_algorithm = {"BPE", read_options, new_model, free_model, cut};
