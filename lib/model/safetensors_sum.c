/* safetensors_sum: the checksum of a file of ours. */
#include "model/safetensors_sum.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/hash.h"

enum { BLOCK = 4 << 20, DIGITS = 16 };
static const char before[] = "\"" SAFETENSORS_SUM_KEY "\":\"" SAFETENSORS_SUM_KIND;

/* Inside of a JSON string a quote has a backslash before it, so this is a key and its value. */
size_t safetensors_sum_place(const char *text, size_t n)
{
    size_t size = sizeof before - 1;
    for (const char *at = text; (at = memchr(at, '"', (size_t)(text + n - at))); at++)
        if ((size_t)(text + n - at) > size + DIGITS && memcmp(at, before, size) == 0)
            return (size_t)(at - text) + size;
    return 0;
}

static void end_block(struct safetensors_sum *s)
{
    if (s->in_block)
        buffer_add_number(&s->blocks, XXH3_64bits_digest(s->state));
    s->in_block = 0;
}

void safetensors_sum_write(struct safetensors_sum *s, const void *bytes, size_t size)
{
    outfile_write(s->out, bytes, size);
    if (!s->state && !(s->state = XXH3_createState()))
        die("out of memory: the state of a checksum");
    for (const char *at = bytes; size > 0;) {
        size_t n = BLOCK - s->in_block < size ? BLOCK - s->in_block : size;
        if (s->in_block == 0)
            XXH3_64bits_reset(s->state);
        XXH3_64bits_update(s->state, at, n);
        s->in_block += n;
        at += n;
        size -= n;
        if (s->in_block == BLOCK)
            end_block(s);
    }
}

void safetensors_sum_end(struct safetensors_sum *s, const char *head, size_t head_size)
{
    char digits[DIGITS + 1];
    end_block(s);
    hash_text(XXH3_64bits(s->blocks.data, s->blocks.n), digits);
    outfile_rewrite(s->out, safetensors_sum_place(head, head_size), digits, DIGITS);
    XXH3_freeState(s->state);
    free(s->blocks.data);
}

/* Of one block that begins at `from`; the digits in it count as 0. */
static uint64_t hash_block(const uint8_t *data, size_t from, size_t n, size_t digits)
{
    if (from + n <= digits || from >= digits + DIGITS)
        return XXH3_64bits(data + from, n);
    uint8_t *copy = xmalloc(n, 1);
    memcpy(copy, data + from, n);
    for (size_t i = digits; i < digits + DIGITS; i++)
        if (i >= from && i < from + n)
            copy[i - from] = '0';
    uint64_t hash = XXH3_64bits(copy, n);
    free(copy);
    return hash;
}

void safetensors_sum_of(struct mapping map, size_t place, char digits[DIGITS + 1])
{
    size_t n = (map.size + BLOCK - 1) / BLOCK;
    uint64_t *block = xmalloc(n, sizeof *block);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) {
        size_t from = i * BLOCK, size = map.size - from < BLOCK ? map.size - from : BLOCK;
        block[i] = hash_block(map.data, from, size, place);
    }
    struct buffer all = {0};
    for (size_t i = 0; i < n; i++)
        buffer_add_number(&all, block[i]);
    hash_text(XXH3_64bits(all.data, all.n), digits);
    free(all.data);
    free(block);
}

void safetensors_sum_check(const char *path, struct mapping map, size_t n, bool has_key, bool has_kind)
{
    if (!has_key && !has_kind)
        return;
    char digits[DIGITS + 1];
    size_t place = safetensors_sum_place((const char *)map.data + 8, n);
    if (place)
        safetensors_sum_of(map, 8 + place, digits);
    if (!place || memcmp(digits, map.data + 8 + place, DIGITS) != 0)
        die("%s: damaged: its checksum is another one; take a copy of it, or, if a program has changed it on purpose and kept "
            "\"" SAFETENSORS_SUM_KEY "\" in its metadata, take that out",
            path);
}
