/* bpe: one pre-token into pieces.
 *
 * At first each character is a part. Of all pairs of neighbours that can be merged, the one of the lowest rank becomes one part,
 * the leftmost if there are several; and so on, until there is none. A character that the vocabulary does not have is an unknown
 * piece, or, without one, it is left out, and what follows moves to its place: so the package does it.
 *
 * Cost: the pairs that can be merged wait in a heap; each merge takes one out and puts at most two in. So n characters cost
 * about n log n steps, however long a word is. An entry whose parts were merged with others in the meantime is passed over. */
#include "tokenizer/bpe.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/bpe_merges.h"

/* A part is at the number of its first character; its neighbours are known by their numbers, -1: none. */
struct bpe_part {
    int32_t id, before, after;
    uint32_t size; /* bytes in UTF-8; 0: merged with the part before */
};
struct bpe_waiting {
    uint32_t rank, left; /* merge the part `left` with the next one */
    int32_t id;          /* of what they become */
};

enum { LOW_CODES = 0x180 }; /* the characters that stand for bytes are below */

struct bpe {
    const struct vocab *vocab;
    int32_t low[LOW_CODES]; /* the pieces of one character; -1: none */
    struct bpe_part *part;
    size_t n, part_room;
    struct bpe_waiting *heap;
    size_t n_heap, heap_room;
    char *text;
    size_t text_room; /* for whole words */
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
    free(b->text);
    free(b);
}

/* ---- the heap: the lowest rank first, and of these the leftmost ---- */

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

/* ---- parts ---- */

static void expect(struct bpe *b, int32_t left)
{
    int32_t right = left < 0 ? -1 : b->part[left].after;
    if (right < 0)
        return;
    const struct bpe_merge *m = bpe_merges_find(b->vocab->merges, (uint32_t)b->part[left].id, (uint32_t)b->part[right].id);
    if (m->rank != BPE_NO_RANK)
        push(b, (struct bpe_waiting){m->rank, (uint32_t)left, (int32_t)m->id});
}

static void add_part(struct bpe *b, int32_t id, uint32_t size)
{
    int32_t i = (int32_t)b->n++;
    b->part[i] = (struct bpe_part){id, i - 1, i + 1, size};
}

static void lay_parts(struct bpe *b, const struct symbol *s, size_t n)
{
    const struct vocab *v = b->vocab;
    bool after_unknown = false;
    b->n = 0;
    GROW(b->part, b->part_room, n);
    for (size_t i = 0; i < n; i++) {
        char text[4];
        uint32_t size = (uint32_t)utf8_encode(s[i].code, text);
        int32_t id = s[i].code < LOW_CODES ? b->low[s[i].code] : vocab_find_piece(v, text, size);
        if (id < 0 && after_unknown && v->fuse_unknown)
            b->part[b->n - 1].size += size;
        else if (id >= 0 || v->unknown >= 0)
            add_part(b, id >= 0 ? id : v->unknown, size);
        after_unknown = id < 0 && v->unknown >= 0;
    }
    if (b->n)
        b->part[b->n - 1].after = -1;
}

static void merge_parts(struct bpe *b)
{
    b->n_heap = 0;
    for (size_t i = 0; i < b->n; i++)
        expect(b, (int32_t)i);
    while (b->n_heap) {
        struct bpe_waiting w = pop(b);
        struct bpe_part *left = &b->part[w.left];
        if (left->size == 0 || left->after < 0)
            continue;
        struct bpe_part *right = &b->part[left->after];
        const struct bpe_merge *m = bpe_merges_find(b->vocab->merges, (uint32_t)left->id, (uint32_t)right->id);
        if (m->rank == BPE_NO_RANK || (int32_t)m->id != w.id)
            continue;
        left->id = w.id;
        left->size += right->size;
        left->after = right->after;
        right->size = 0;
        if (left->after >= 0)
            b->part[left->after].before = (int32_t)w.left;
        expect(b, left->before);
        expect(b, (int32_t)w.left);
    }
}

/* The whole pre-token as a piece, in a model that has no use for merges then; -1: it is none. */
static int32_t whole_word(struct bpe *b, const struct symbol *s, size_t n)
{
    if (!b->vocab->ignore_merges || n > b->vocab->longest)
        return -1;
    GROW(b->text, b->text_room, 4 * n);
    return vocab_find_piece(b->vocab, b->text, symbols_encode(s, n, b->text));
}

static void cut(void *model, const struct symbol *s, size_t n, uint32_t word, struct chunk_pieces *out)
{
    struct bpe *b = model;
    char text[4];
    int32_t whole = whole_word(b, s, n);
    if (whole >= 0) {
        chunk_push(out, (struct chunk_piece){whole, word, s[0].start, s[n - 1].end});
        return;
    }
    lay_parts(b, s, n);
    merge_parts(b);
    size_t symbol = 0, end = utf8_encode(s[0].code, text); /* the symbol that covers the byte `at`, and where it ends */
    for (size_t i = 0, at = 0; i < b->n; i++) {
        const struct bpe_part *part = &b->part[i];
        if (part->size == 0)
            continue;
        for (; end <= at; end += utf8_encode(s[symbol].code, text))
            symbol++;
        uint32_t start = s[symbol].start;
        at += part->size;
        for (; end < at; end += utf8_encode(s[symbol].code, text))
            symbol++;
        chunk_push(out, (struct chunk_piece){part->id, word, start, s[symbol].end});
    }
}

const struct algorithm bpe_algorithm = {"BPE", read_options, new_model, free_model, cut, NULL};
