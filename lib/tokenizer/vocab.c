/* vocab: pieces and their ids. */
#include "tokenizer/vocab.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/file.h"
#include "base/hash.h"
#include "tokenizer/vocab_private.h"

void vocab_set(struct vocab *v, struct str text, size_t id)
{
    if (id > VOCAB_MAX)
        die("a vocabulary with the id %zu", id);
    if (id >= v->n) {
        GROW(v->piece, v->room, id + 1);
        GROW(v->short_piece, v->short_room, id + 1);
        memset(v->piece + v->n, 0, (id + 1 - v->n) * sizeof *v->piece);
        memset(v->short_piece + v->n, 0, (id + 1 - v->n) * sizeof *v->short_piece);
        v->n = id + 1;
    }
    v->piece[id] = text;
    v->short_piece[id] = str_short(text);
}

char *vocab_keep(struct vocab *v, char *text)
{
    v->text = xrealloc(v->text, v->n_texts + 1, sizeof *v->text);
    return v->text[v->n_texts++] = text;
}

static size_t slot_of(const struct vocab *v, uint64_t hash, const char *text, size_t size)
{
    size_t i = hash & (v->slots - 1);
    while (v->slot[i] && !vocab_piece_is(v, v->slot[i] - 1, text, size))
        i = (i + 1) & (v->slots - 1);
    return i;
}

/* Later ids win where a piece occurs twice, as the last line of a vocab.txt does. */
size_t vocab_index(struct vocab *v)
{
    size_t distinct = 0, n = 0;
    for (v->slots = 1024; v->slots < 2 * v->n; v->slots *= 2)
        ;
    free(v->slot);
    free(v->filter);
    v->slot = xcalloc(v->slots, sizeof *v->slot);
    v->filter = xcalloc(VOCAB_FILTER_BITS / 64, sizeof *v->filter);
    v->longest = 0;
    for (size_t id = 0; id < v->n; id++) {
        struct str piece = v->piece[id];
        if (!piece.data)
            continue;
        uint64_t hash = vocab_hash_bytes(piece.data, piece.size);
        size_t bit = vocab_filter_bit(hash);
        v->filter[bit / 64] |= UINT64_C(1) << bit % 64;
        uint32_t *slot = &v->slot[slot_of(v, hash, piece.data, piece.size)];
        distinct += *slot == 0;
        n++;
        *slot = (uint32_t)id + 1;
        v->longest = piece.size > v->longest ? piece.size : v->longest;
    }
    v->n_indexed = v->n;
    v->repeats = distinct < n;
    return distinct;
}

int32_t vocab_find(const struct vocab *v, const char *text, size_t size)
{
    int32_t id = (int32_t)v->slot[slot_of(v, vocab_hash_bytes(text, size), text, size)] - 1;
    for (size_t i = 0; id < 0 && i < v->n_added; i++)
        if (v->added[i].text.size == size && memcmp(v->added[i].text.data, text, size) == 0)
            id = v->added[i].id;
    return id;
}

void vocab_hash(const struct vocab *v, char hash[17])
{
    char *text = NULL;
    size_t n = 0, room = 0;
    for (size_t id = 0; id < v->n; id++) {
        struct str piece = v->piece[id];
        GROW(text, room, n + piece.size + 1);
        /* Of two lines with one piece only the last is in tokenizer.json: both forms must agree. */
        if (piece.data && ((id < v->n_indexed && !v->repeats) || vocab_find(v, piece.data, piece.size) == (int32_t)id)) {
            memcpy(text + n, piece.data, piece.size);
            n += piece.size;
        }
        text[n++] = '\n';
    }
    hash_text(XXH3_64bits(text, n), hash);
    free(text);
}

bool vocab_identify(const char *dir, int64_t *size, char hash[17])
{
    char *json = path_join(dir, "tokenizer.json"), *text = path_join(dir, "vocab.txt");
    bool there = file_exists(json) || file_exists(text);
    free(json);
    free(text);
    if (!there)
        return false;
    struct vocab *v = vocab_read(dir);
    *size = (int64_t)v->n;
    vocab_hash(v, hash);
    vocab_free(v);
    return true;
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->n_texts; i++)
        free(v->text[i]);
    free(v->text);
    free(v->piece);
    free(v->short_piece);
    free(v->slot);
    free(v->filter);
    free(v->added);
    free(v);
}
