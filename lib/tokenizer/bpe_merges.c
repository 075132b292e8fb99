/* bpe_merges: a hash table over pairs of ids, and the files that merges come from. */
#include "tokenizer/bpe_merges.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

void bpe_merges_free(struct bpe_merges *m)
{
    if (!m)
        return;
    free(m->slot);
    free(m);
}

/* ---- from two pieces to a merge ---- */

static uint32_t checked(int32_t id, struct str piece, const char *path, size_t number)
{
    if (id < 0)
        die("%s: merge %zu has the piece '%.*s', which is not in the vocabulary", path, number, (int)piece.size, piece.data);
    return (uint32_t)id;
}

/* The piece of both. It mostly has the id after that of the merge before. */
static uint32_t joined(const struct vocab *v, struct vocab_merge from, uint32_t guess, const char *path, size_t number)
{
    size_t left = from.left.size, size = left + from.right.size;
    struct str next = guess < v->n_indexed ? vocab_piece(v, guess) : (struct str){0};
    if (next.data && next.size == size && memcmp(next.data, from.left.data, left) == 0
        && memcmp(next.data + left, from.right.data, size - left) == 0 && !v->repeats)
        return guess;
    char *text = xmalloc(size + 1, 1);
    memcpy(text, from.left.data, left);
    memcpy(text + left, from.right.data, size - left);
    uint32_t id = checked(vocab_find_piece(v, text, size), (struct str){text, size}, path, number);
    free(text);
    return id;
}

/* The ids of merge i are pair[i]. */
static void find_pairs(const struct vocab *v, uint32_t (*pair)[2], const char *path)
{
    enum { TOGETHER = 16 };
    struct vocab_text text[TOGETHER];
    for (size_t first = 0, n; first < v->n_merges; first += n / 2) {
        for (n = 0; n < TOGETHER && first + n / 2 < v->n_merges; n++) {
            const struct vocab_merge *m = &v->merge[first + n / 2];
            struct str piece = n % 2 ? m->right : m->left;
            text[n] = (struct vocab_text){vocab_hash_text(piece.data, piece.size), piece.data, (uint32_t)piece.size, -1};
        }
        vocab_find_texts(v, text, n);
        for (size_t i = 0; i < n; i++)
            pair[first + i / 2][i % 2] = checked(text[i].id, (struct str){text[i].text, text[i].size}, path, first + i / 2 + 1);
    }
}

/* If a pair comes twice, the last one counts, as in the package. */
static struct bpe_merges *index_merges(const struct vocab *v, const char *path)
{
    struct bpe_merges *m = xcalloc(1, sizeof *m);
    uint32_t(*pair)[2] = xmalloc(v->n_merges, sizeof *pair), id = 0;
    for (m->slots = 1024; m->slots < v->n_merges + v->n_merges / 4; m->slots *= 2)
        ;
    m->slot = xmalloc(m->slots, sizeof *m->slot);
    for (size_t i = 0; i < m->slots; i++)
        m->slot[i] = (struct bpe_merge){.rank = BPE_NO_RANK};
    find_pairs(v, pair, path);
    for (size_t i = 0; i < v->n_merges; i++) {
        id = joined(v, v->merge[i], id + 1, path, i + 1);
        struct bpe_merge *to = &m->slot[bpe_merges_find(m, pair[i][0], pair[i][1]) - m->slot];
        *to = (struct bpe_merge){pair[i][0], pair[i][1], (uint32_t)i, id};
    }
    m->hash = XXH3_64bits(pair, v->n_merges * sizeof *pair);
    free(pair);
    return m;
}

/* ---- files ---- */

/* "a b" */
static void add_text(struct vocab *v, const char *text, size_t size, const char *path, size_t number)
{
    const char *blank = memchr(text, ' ', size), *end = text + size;
    if (!blank || memchr(blank + 1, ' ', (size_t)(end - blank - 1)))
        die("%s: line %zu of the merges is not two pieces with a blank between them", path, number);
    vocab_add_merge(v, (struct vocab_merge){{text, (size_t)(blank - text)}, {blank + 1, (size_t)(end - blank - 1)}});
}

static bool is_version(const char *line, size_t size)
{
    static const char version[] = "#version";
    return size >= sizeof version - 1 && memcmp(line, version, sizeof version - 1) == 0;
}

static void read_text(struct vocab *v, const char *path)
{
    size_t size, number = 1;
    const char *line = vocab_keep(v, file_read(path, VOCAB_FILE_MAX, &size)), *end = line + size, *stop;
    size_t bad = utf8_invalid_at(line, size);
    if (bad < size)
        die("%s: invalid UTF-8 at byte %zu", path, bad);
    for (; line < end; line = stop + 1, number++) {
        stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        size_t length = (size_t)(stop - line);
        if (length && line[length - 1] == '\r' && stop < end)
            length--;
        if (!is_version(line, length))
            add_text(v, line, length, path, number);
    }
}

/* They belong to the JSON, which must live until they are indexed. */
static void read_list(struct vocab *v, json_t *list, const char *path)
{
    json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        json_t *left = json_array_get(item, 0), *right = json_array_get(item, 1);
        if (json_is_string(left) && json_is_string(right) && json_array_size(item) == 2)
            vocab_add_merge(v, (struct vocab_merge){{json_string_value(left), json_string_length(left)},
                                                    {json_string_value(right), json_string_length(right)}});
        else if (!json_is_string(item))
            die("%s: merge %zu is not two pieces", path, i + 1);
        else if (!is_version(json_string_value(item), json_string_length(item)))
            add_text(v, json_string_value(item), json_string_length(item), path, i + 1);
    }
}

struct bpe_merges *bpe_merges_read(struct vocab *v, json_t *json, const char *path)
{
    if (!json)
        read_text(v, path);
    else if (v->n_merges == 0)
        read_list(v, json, path);
    else if (json_array_size(json))
        die("%s: there are merges outside of the model", path);
    struct bpe_merges *m = index_merges(v, path);
    free(v->merge);
    v->merge = NULL;
    v->n_merges = v->merge_room = 0;
    return m;
}
