/* tensors: what all formats of checkpoints have in common: finding a tensor, and converting it. */
#include "model/tensors.h"

#include <stdlib.h>
#include <string.h>

const char *tensors_main_file(const char *dir)
{
    static const char *const names[] = {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                                        "pytorch_model.bin.index.json"};
    const char *found = NULL;
    for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++) {
        char *path = file_path(dir, names[i]);
        if (file_exists(path))
            found = names[i];
        free(path);
    }
    return found;
}

char *tensors_foreign(const char *dir)
{
    const char *name = tensors_main_file(dir);
    if (!name || strcmp(name, "model.safetensors") == 0)
        return NULL;
    return xasprintf("%s: its weights are in %s; make a model of them that all tools read: bertinit --convert --from %s -o NEW",
                     dir, name, dir);
}

void tensors_warn_foreign(const char *dir)
{
    char *message = tensors_foreign(dir);
    if (message)
        warn("%s", message);
    free(message);
}

const struct tensors_file *tensors_map(struct tensors *all, const char *path)
{
    struct tensors_file *file = xmalloc(1, sizeof *file);
    *file = (struct tensors_file){xstrdup(path), file_map(path)};
    all->file = xrealloc(all->file, all->n_files + 1, sizeof *all->file);
    return all->file[all->n_files++] = file;
}

void tensors_add(struct tensors *all, struct tensor tensor)
{
    GROW(all->tensor, all->room, all->n + 1);
    all->tensor[all->n++] = tensor;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tensor *)a)->name, ((const struct tensor *)b)->name);
}

void tensors_sort(struct tensors *all)
{
    if (all->n)
        qsort(all->tensor, all->n, sizeof *all->tensor, by_name);
    for (size_t i = 1; i < all->n; i++)
        if (strcmp(all->tensor[i - 1].name, all->tensor[i].name) == 0)
            die("%s: tensor %s is there twice%s%s", all->tensor[i].file->path, all->tensor[i].name,
                all->tensor[i - 1].file == all->tensor[i].file ? "" : ", also in ",
                all->tensor[i - 1].file == all->tensor[i].file ? "" : file_name(all->tensor[i - 1].file->path));
}

void tensors_set_strides(struct tensor *t)
{
    size_t stride = 1;
    for (size_t i = t->rank; i-- > 0; stride *= t->shape[i])
        t->stride[i] = stride;
}

void tensors_close(struct tensors *all)
{
    if (!all)
        return;
    for (size_t i = 0; i < all->n; i++)
        free(all->tensor[i].name);
    for (size_t i = 0; i < all->n_metadata; i++)
        free(all->metadata[i]);
    for (size_t i = 0; i < all->n_files; i++) {
        file_unmap(all->file[i]->map);
        free(all->file[i]->path);
        free(all->file[i]);
    }
    free(all->file);
    free(all->tensor);
    free(all->metadata);
    free(all);
}

const struct tensor *tensors_find(const struct tensors *all, const char *name)
{
    struct tensor key = {.name = (char *)(uintptr_t)name};
    return all->n ? bsearch(&key, all->tensor, all->n, sizeof *all->tensor, by_name) : NULL;
}

const char *tensors_metadata(const struct tensors *all, const char *key)
{
    for (size_t i = 0; i < all->n_metadata; i += 2)
        if (strcmp(all->metadata[i], key) == 0)
            return all->metadata[i + 1];
    return NULL;
}

bool tensors_is_plain(const struct tensor *t)
{
    struct tensor plain = *t;
    tensors_set_strides(&plain);
    for (size_t i = 0; i < t->rank; i++)
        if (t->shape[i] != 1 && t->stride[i] != plain.stride[i])
            return t->elements == 0;
    return true;
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

size_t tensors_element_size(const struct tensor *t)
{
    return t->dtype == TENSORS_F32 ? sizeof(float) : 2;
}

/* n elements, `stride` apart. */
static void copy(size_t element_size, const uint8_t *data, size_t n, size_t stride, uint8_t *out)
{
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * element_size, data + i * stride * element_size, element_size);
}

static void convert(enum tensors_dtype dtype, const uint8_t *data, size_t n, size_t stride, float *out)
{
    if (dtype == TENSORS_F32 && stride == 1)
        memcpy(out, data, n * sizeof *out);
    else if (dtype == TENSORS_F32)
        copy(sizeof *out, data, n, stride, (uint8_t *)out);
    else
        for (size_t i = 0; i < n; i++) {
            const uint8_t *at = data + 2 * i * stride;
            uint16_t bits = (uint16_t)(at[0] | at[1] << 8);
            uint32_t wide = dtype == TENSORS_BF16 ? (uint32_t)bits << 16 : half_bits(bits);
            memcpy(&out[i], &wide, sizeof wide);
        }
}

/* The row of the last dimension that begins with this element, counted in the order of the indices. */
static const uint8_t *row_at(const struct tensor *t, size_t element)
{
    size_t at = 0, rest = element / t->shape[t->rank - 1];
    for (size_t i = t->rank - 1; i-- > 0; rest /= t->shape[i])
        at += rest % t->shape[i] * t->stride[i];
    return t->data + at * tensors_element_size(t);
}

void tensors_floats(const struct tensor *t, float *out)
{
    size_t size = tensors_element_size(t), last = t->rank ? t->rank - 1 : 0;
    if (t->dtype == TENSORS_OTHER)
        die("%s: tensor %s is not fp32, fp16 or bf16", t->file->path, t->name);
    if (!tensors_is_plain(t)) {
        for (size_t done = 0; done < t->elements; done += t->shape[last])
            convert(t->dtype, row_at(t, done), t->shape[last], t->stride[last], out + done);
        return;
    }
    enum { PART = 1 << 22 }; /* a large tensor shall not be in memory twice */
    for (size_t done = 0; done < t->elements; done += PART) {
        size_t n = t->elements - done < PART ? t->elements - done : PART;
        convert(t->dtype, t->data + done * size, n, 1, out + done);
        file_forget(t->file->map, t->data + done * size, n * size);
    }
}

void tensors_bytes(const struct tensor *t, uint8_t *out)
{
    size_t size = tensors_element_size(t), last = t->rank ? t->rank - 1 : 0;
    if (tensors_is_plain(t))
        memcpy(out, t->data, t->elements * size);
    else
        for (size_t done = 0; done < t->elements; done += t->shape[last])
            copy(size, row_at(t, done), t->shape[last], t->stride[last], out + done * size);
}
