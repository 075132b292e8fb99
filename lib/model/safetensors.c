/* safetensors: reading. The header is checked against the file before anything in it is used. */
#include "model/safetensors.h"
#include "model/safetensors_sum.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 100 << 20 };

static uint64_t little_endian(const uint8_t *at)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static size_t dtype_size(const char *path, const char *name, const char *dtype, enum tensors_dtype *kind)
{
    static const struct {
        const char *name;
        enum tensors_dtype kind;
        size_t size;
    } known[] = {
        {"F32", TENSORS_F32, 4},    {"F16", TENSORS_F16, 2},       {"BF16", TENSORS_BF16, 2},     {"F64", TENSORS_OTHER, 8},
        {"I64", TENSORS_OTHER, 8},  {"U64", TENSORS_OTHER, 8},     {"I32", TENSORS_OTHER, 4},     {"U32", TENSORS_OTHER, 4},
        {"I16", TENSORS_OTHER, 2},  {"U16", TENSORS_OTHER, 2},     {"I8", TENSORS_OTHER, 1},      {"U8", TENSORS_OTHER, 1},
        {"BOOL", TENSORS_OTHER, 1}, {"F8_E4M3", TENSORS_OTHER, 1}, {"F8_E5M2", TENSORS_OTHER, 1},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, dtype) == 0) {
            *kind = known[i].kind;
            return known[i].size;
        }
    die("%s: tensor %s has the unknown dtype '%s'", path, name, dtype);
}

static size_t whole(json_t *value, const char *path, const char *name)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        die("%s: tensor %s: a shape or an offset is not a whole number", path, name);
    return (size_t)json_integer_value(value);
}

/* {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} */
static struct tensor read_tensor(const struct tensors_file *f, const char *name, json_t *json, const uint8_t *data, size_t size)
{
    const char *dtype = json_string_value(json_object_get(json, "dtype"));
    json_t *shape = json_object_get(json, "shape"), *offsets = json_object_get(json, "data_offsets");
    if (!dtype || !json_is_array(shape) || !json_is_array(offsets) || json_array_size(offsets) != 2)
        die("%s: tensor %s lacks dtype, shape or data_offsets", f->path, name);
    struct tensor t = {.name = xstrdup(name), .file = f, .rank = json_array_size(shape), .elements = 1};
    if (t.rank > TENSORS_RANK_MAX)
        die("%s: tensor %s has %zu dimensions", f->path, name, t.rank);
    size_t bytes = dtype_size(f->path, name, dtype, &t.dtype), begin, end;
    bool fits = true;
    for (size_t i = 0; i < t.rank; i++) {
        t.shape[i] = whole(json_array_get(shape, i), f->path, name);
        fits = fits && !__builtin_mul_overflow(t.elements, t.shape[i], &t.elements);
    }
    fits = fits && !__builtin_mul_overflow(t.elements, bytes, &bytes);
    begin = whole(json_array_get(offsets, 0), f->path, name);
    end = whole(json_array_get(offsets, 1), f->path, name);
    if (begin > end || end > size)
        die("%s: tensor %s lies at %zu..%zu of %zu bytes: the file is cut off, or its header is wrong", f->path, name, begin, end,
            size);
    if (!fits || end - begin != bytes)
        die("%s: tensor %s has %zu bytes, which its shape and dtype do not give", f->path, name, end - begin);
    t.data = data + begin;
    tensors_set_strides(&t);
    return t;
}

static int by_place(const void *a, const void *b)
{
    const struct tensor *x = a, *y = b;
    if (x->data != y->data)
        return x->data < y->data ? -1 : 1;
    return (x->elements > 0) - (y->elements > 0);
}

/* The n tensors must fill the data without an overlap or a gap. */
static void check_places(const struct tensors_file *f, size_t n, struct tensor *tensor, const uint8_t *data, json_t *header)
{
    if (n)
        qsort(tensor, n, sizeof *tensor, by_place);
    const uint8_t *expected = data;
    for (size_t i = 0; i < n; i++) {
        json_t *offsets = json_object_get(json_object_get(header, tensor[i].name), "data_offsets");
        if (tensor[i].data != expected)
            die("%s: tensor %s overlaps the one before it, or leaves a gap", f->path, tensor[i].name);
        expected = data + json_integer_value(json_array_get(offsets, 1));
    }
    if (f->map.data + f->map.size != expected)
        die("%s: %zu bytes after the last tensor", f->path, (size_t)(f->map.data + f->map.size - expected));
}

/* Into `all`, and whether there is a checksum. */
static void read_metadata(struct tensors *all, const struct tensors_file *f, json_t *map, bool *has_key, bool *has_kind)
{
    const char *key;
    json_t *value;
    size_t size = strlen(SAFETENSORS_SUM_KIND);
    if (json_is_null(map))
        return;
    if (!json_is_object(map))
        die("%s: __metadata__ is not an object", f->path);
    json_object_foreach(map, key, value)
    {
        if (!json_is_string(value))
            die("%s: __metadata__ has a value that is not a string", f->path);
        *has_key = *has_key || strcmp(key, SAFETENSORS_SUM_KEY) == 0;
        *has_kind = *has_kind || strncmp(json_string_value(value), SAFETENSORS_SUM_KIND, size) == 0;
        all->metadata = xrealloc(all->metadata, all->n_metadata + 2, sizeof *all->metadata);
        all->metadata[all->n_metadata++] = xstrdup(key);
        all->metadata[all->n_metadata++] = xstrdup(json_string_value(value));
    }
}

void safetensors_add(struct tensors *all, const char *path)
{
    const struct tensors_file *f = tensors_map(all, path);
    if (f->map.size < 8)
        die("%s: %zu bytes are not a safetensors file", path, f->map.size);
    uint64_t size = little_endian(f->map.data);
    if (size > HEADER_MAX || size > f->map.size - 8)
        die("%s: a header of %llu bytes in a file of %zu: cut off, or not a safetensors file", path, (unsigned long long)size,
            f->map.size);
    json_error_t error;
    json_t *header = json_loadb((const char *)f->map.data + 8, (size_t)size, JSON_REJECT_DUPLICATES, &error), *value;
    if (!json_is_object(header))
        die("%s: the header is not a JSON object: %s", path, header ? "another type" : error.text);
    const uint8_t *data = f->map.data + 8 + size;
    const char *name;
    size_t first = all->n;
    bool has_key = false, has_kind = false;
    json_object_foreach(header, name, value)
    {
        if (strcmp(name, "__metadata__") == 0)
            read_metadata(all, f, value, &has_key, &has_kind);
        else
            tensors_add(all, read_tensor(f, name, value, data, f->map.size - 8 - (size_t)size));
    }
    safetensors_sum_check(path, f->map, (size_t)size, has_key, has_kind);
    check_places(f, all->n - first, first < all->n ? all->tensor + first : NULL, data, header);
    json_decref(header);
}

struct tensors *safetensors_open(const char *path)
{
    struct tensors *all = xcalloc(1, sizeof *all);
    safetensors_add(all, path);
    tensors_sort(all);
    return all;
}
