/* vocab: pieces and their ids. */
#include "tokenizer/vocab.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/hash.h"
#include "tokenizer/bpe_merges.h"
#include "tokenizer/vocab_private.h"

/* What is not used of this memory costs nothing. */
void vocab_reserve(struct vocab *v, size_t n)
{
    GROW(v->piece, v->room, n);
}

void vocab_set(struct vocab *v, struct str_short text, size_t id)
{
    if (id > VOCAB_MAX)
        die("a vocabulary with the id %zu", id);
    if (id >= v->n) {
        vocab_reserve(v, id + 1);
        for (; v->n < id; v->n++) /* ids without a piece */
            v->piece[v->n] = (struct str_short){0};
        v->n++;
    }
    v->piece[id] = text;
}

char *vocab_keep(struct vocab *v, char *text)
{
    v->text = xrealloc(v->text, v->n_texts + 1, sizeof *v->text);
    return v->text[v->n_texts++] = text;
}

void vocab_add_merge(struct vocab *v, struct vocab_merge merge)
{
    GROW(v->merge, v->merge_room, v->n_merges + 1);
    v->merge[v->n_merges++] = merge;
}

int32_t vocab_find(const struct vocab *v, const char *text, size_t size)
{
    int32_t id = vocab_find_piece(v, text, size);
    for (size_t i = 0; id < 0 && i < v->n_added; i++)
        if (str_equal(v->added[i].text, (struct str){text, size}))
            id = v->added[i].id;
    return id;
}

/* The hash of a text that comes in many short parts. */
struct vocab_hasher {
    XXH3_state_t *state;
    size_t n;
    char part[1 << 15];
};

static void hash_add(struct vocab_hasher *h, const void *bytes, size_t size)
{
    if (h->n + size > sizeof h->part) {
        XXH3_64bits_update(h->state, h->part, h->n);
        h->n = 0;
    }
    if (size > sizeof h->part)
        XXH3_64bits_update(h->state, bytes, size);
    else {
        memcpy(h->part + h->n, bytes, size);
        h->n += size;
    }
}

void vocab_hash(const struct vocab *v, char hash[17])
{
    struct vocab_hasher h = {.state = XXH3_createState()};
    if (!h.state || XXH3_64bits_reset(h.state) == XXH_ERROR)
        die("out of memory");
    for (size_t id = 0; id < v->n; id++) {
        struct str piece = vocab_piece(v, id);
        /* If two lines have the same piece, tokenizer.json has only the last: both forms must give the same hash. */
        if (piece.data && ((id < v->n_indexed && !v->repeats) || vocab_find(v, piece.data, piece.size) == (int32_t)id))
            hash_add(&h, piece.data, piece.size);
        hash_add(&h, "\n", 1);
    }
    if (v->merges)
        hash_add(&h, &v->merges->hash, sizeof v->merges->hash);
    XXH3_64bits_update(h.state, h.part, h.n);
    hash_text(XXH3_64bits_digest(h.state), hash);
    XXH3_freeState(h.state);
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->n_texts; i++)
        free(v->text[i]);
    free(v->text);
    free(v->piece);
    free(v->slot);
    free(v->mark);
    free(v->score);
    free(v->added);
    free(v->more);
    normalize_free(&v->normalizer);
    pretokenize_free(&v->pretokenizer);
    bpe_merges_free(v->merges);
    free(v->merge);
    free(v);
}
