/* safetensors: reading. The header is checked against the file before anything in it is used. */
#include "model/safetensors.h"

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

static size_t dtype_size(const char *path, const char *name, const char *dtype, enum safetensors_dtype *kind)
{
    static const struct {
        const char *name;
        enum safetensors_dtype kind;
        size_t size;
    } known[] = {
        {"F32", SAFETENSORS_F32, 4},    {"F16", SAFETENSORS_F16, 2},       {"BF16", SAFETENSORS_BF16, 2},
        {"F64", SAFETENSORS_OTHER, 8},  {"I64", SAFETENSORS_OTHER, 8},     {"U64", SAFETENSORS_OTHER, 8},
        {"I32", SAFETENSORS_OTHER, 4},  {"U32", SAFETENSORS_OTHER, 4},     {"I16", SAFETENSORS_OTHER, 2},
        {"U16", SAFETENSORS_OTHER, 2},  {"I8", SAFETENSORS_OTHER, 1},      {"U8", SAFETENSORS_OTHER, 1},
        {"BOOL", SAFETENSORS_OTHER, 1}, {"F8_E4M3", SAFETENSORS_OTHER, 1}, {"F8_E5M2", SAFETENSORS_OTHER, 1},
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
static struct safetensors_tensor read_tensor(const struct safetensors *f, const char *name, json_t *json, const uint8_t *data,
                                             size_t size)
{
    const char *dtype = json_string_value(json_object_get(json, "dtype"));
    json_t *shape = json_object_get(json, "shape"), *offsets = json_object_get(json, "data_offsets");
    if (!dtype || !json_is_array(shape) || !json_is_array(offsets) || json_array_size(offsets) != 2)
        die("%s: tensor %s lacks dtype, shape or data_offsets", f->path, name);
    struct safetensors_tensor t = {.name = xstrdup(name), .rank = json_array_size(shape), .elements = 1};
    if (t.rank > SAFETENSORS_RANK_MAX)
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
    return t;
}

static int by_place(const void *a, const void *b)
{
    const struct safetensors_tensor *x = a, *y = b;
    if (x->data != y->data)
        return x->data < y->data ? -1 : 1;
    return (x->elements > 0) - (y->elements > 0);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct safetensors_tensor *)a)->name, ((const struct safetensors_tensor *)b)->name);
}

/* The tensors must fill the data without an overlap or a gap. */
static void check_places(struct safetensors *f, const uint8_t *data, json_t *header)
{
    qsort(f->tensor, f->n, sizeof *f->tensor, by_place);
    const uint8_t *expected = data;
    for (size_t i = 0; i < f->n; i++) {
        json_t *offsets = json_object_get(json_object_get(header, f->tensor[i].name), "data_offsets");
        if (f->tensor[i].data != expected)
            die("%s: tensor %s overlaps the one before it, or leaves a gap", f->path, f->tensor[i].name);
        expected = data + json_integer_value(json_array_get(offsets, 1));
    }
    if (f->map.data + f->map.size != expected)
        die("%s: %zu bytes after the last tensor", f->path, (size_t)(f->map.data + f->map.size - expected));
}

static void read_metadata(struct safetensors *f, json_t *map)
{
    const char *key;
    json_t *value;
    if (json_is_null(map))
        return;
    if (!json_is_object(map))
        die("%s: __metadata__ is not an object", f->path);
    json_object_foreach(map, key, value)
    {
        if (!json_is_string(value))
            die("%s: __metadata__ has a value that is not a string", f->path);
        f->metadata = xrealloc(f->metadata, f->n_metadata + 2, sizeof *f->metadata);
        f->metadata[f->n_metadata++] = xstrdup(key);
        f->metadata[f->n_metadata++] = xstrdup(json_string_value(value));
    }
}

struct safetensors *safetensors_open(const char *path)
{
    struct safetensors *f = xcalloc(1, sizeof *f);
    f->path = xstrdup(path);
    f->map = file_map(path);
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
    f->tensor = xmalloc(json_object_size(header), sizeof *f->tensor);
    json_object_foreach(header, name, value)
    {
        if (strcmp(name, "__metadata__") == 0)
            read_metadata(f, value);
        else
            f->tensor[f->n++] = read_tensor(f, name, value, data, f->map.size - 8 - (size_t)size);
    }
    check_places(f, data, header);
    json_decref(header);
    qsort(f->tensor, f->n, sizeof *f->tensor, by_name);
    return f;
}

void safetensors_close(struct safetensors *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        free(f->tensor[i].name);
    for (size_t i = 0; i < f->n_metadata; i++)
        free(f->metadata[i]);
    free(f->tensor);
    free(f->metadata);
    file_unmap(f->map);
    free(f->path);
    free(f);
}

const struct safetensors_tensor *safetensors_find(const struct safetensors *f, const char *name)
{
    struct safetensors_tensor key = {.name = (char *)(uintptr_t)name};
    return bsearch(&key, f->tensor, f->n, sizeof *f->tensor, by_name);
}

const char *safetensors_metadata(const struct safetensors *f, const char *key)
{
    for (size_t i = 0; i < f->n_metadata; i += 2)
        if (strcmp(f->metadata[i], key) == 0)
            return f->metadata[i + 1];
    return NULL;
}

/* IEEE 754 binary16 to binary32; every value has its exact counterpart. */
static uint32_t half_bits(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
    if (exponent == 31)
        return sign | 0x7f800000 | fraction << 13;
    if (exponent > 0)
        return sign | (exponent + 112) << 23 | fraction << 13;
    if (fraction == 0)
        return sign;
    for (exponent = 113; !(fraction & 1024); exponent--) /* subnormal: normalise */
        fraction <<= 1;
    return sign | exponent << 23 | (fraction & 1023) << 13;
}

void safetensors_floats(const struct safetensors *f, const struct safetensors_tensor *t, float *out)
{
    if (t->dtype == SAFETENSORS_F32) {
        memcpy(out, t->data, t->elements * sizeof *out);
        file_forget(f->map, t->data, t->elements * sizeof *out);
    } else if (t->dtype == SAFETENSORS_OTHER)
        die("%s: tensor %s is not F32, F16 or BF16", f->path, t->name);
    else
        for (size_t i = 0; i < t->elements; i++) {
            uint16_t bits = (uint16_t)(t->data[2 * i] | t->data[2 * i + 1] << 8);
            uint32_t wide = t->dtype == SAFETENSORS_BF16 ? (uint32_t)bits << 16 : half_bits(bits);
            memcpy(&out[i], &wide, sizeof wide);
        }
}
