/* safetensors: writing, byte for byte as the safetensors package does, with one more key of the metadata, the checksum. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "model/safetensors.h"
#include "model/safetensors_sum.h"

/* In the package's order. */
enum { F32, BF16, F16 };
static const char *const dtype_name[] = {"F32", "BF16", "F16"};

static int dtype_of(const struct safetensors_out *t)
{
    static const int of[] = {[TENSORS_F32] = F32, [TENSORS_BF16] = BF16, [TENSORS_F16] = F16};
    return t->tensor ? of[t->tensor->dtype] : F32;
}

static int by_dtype_and_name(const void *a, const void *b)
{
    const struct safetensors_out *s = a, *t = b;
    int difference = dtype_of(s) - dtype_of(t);
    return difference ? difference : strcmp(s->name, t->name);
}

static json_t *shape_of(const struct safetensors_out *t)
{
    json_t *shape = json_array();
    for (size_t i = 0; t->tensor && i < t->tensor->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)t->tensor->shape[i]));
    if (!t->tensor && t->rows)
        json_array_append_new(shape, json_integer((json_int_t)t->rows));
    if (!t->tensor)
        json_array_append_new(shape, json_integer((json_int_t)t->columns));
    return shape;
}

static json_t *describe(const struct safetensors_out *t, size_t *offset)
{
    size_t begin = *offset;
    *offset +=
        t->tensor ? t->tensor->elements * tensors_element_size(t->tensor) : (t->rows ? t->rows : 1) * t->columns * sizeof(float);
    return json_pack("{s:s, s:o, s:[I,I]}", "dtype", dtype_name[dtype_of(t)], "shape", shape_of(t), "data_offsets",
                     (json_int_t)begin, (json_int_t)*offset);
}

/* A tensor whose elements lie in another order is in memory once. */
static void write_tensor(struct safetensors_sum *out, const struct tensor *t)
{
    size_t size = t->elements * tensors_element_size(t);
    uint8_t *copy = tensors_is_plain(t) ? NULL : xmalloc(t->elements, tensors_element_size(t));
    if (copy)
        tensors_bytes(t, copy);
    safetensors_sum_write(out, copy ? copy : t->data, size);
    if (!copy)
        file_forget(t->file->map, t->data, size);
    free(copy);
}

static void write_data(struct safetensors_sum *out, const struct safetensors_out *t)
{
    size_t bytes = t->columns * sizeof *t->data;
    if (t->tensor)
        write_tensor(out, t->tensor);
    else if (!t->row)
        safetensors_sum_write(out, t->data, (t->rows ? t->rows : 1) * bytes);
    for (size_t i = 0; t->row && i < t->rows; i++)
        safetensors_sum_write(out, t->data + (size_t)t->row[i] * t->columns, bytes);
}

void safetensors_write(struct outfile *out, size_t n, struct safetensors_out *tensor, const char *const *metadata)
{
    qsort(tensor, n, sizeof *tensor, by_dtype_and_name);
    json_t *header = json_object(), *map = json_object();
    for (; metadata && *metadata; metadata += 2)
        json_object_set_new(map, metadata[0], json_string(metadata[1]));
    json_object_set_new(map, SAFETENSORS_SUM_KEY, json_string(SAFETENSORS_SUM_NONE));
    json_object_set_new(header, "__metadata__", map);
    size_t offset = 0;
    for (size_t i = 0; i < n; i++) {
        if (json_object_get(header, tensor[i].name))
            die("two tensors have the name %s", tensor[i].name);
        json_object_set_new(header, tensor[i].name, describe(&tensor[i], &offset));
    }
    char *text = json_dumps(header, JSON_COMPACT);
    if (!text)
        die("a safetensors header cannot be written as JSON");
    size_t size = strlen(text), padded = (size + 7) / 8 * 8;
    struct buffer head = {0};
    buffer_add_number(&head, padded);
    buffer_add(&head, text, size);
    buffer_add(&head, "       ", padded - size);
    struct safetensors_sum sum = {.out = out};
    safetensors_sum_write(&sum, head.data, head.n);
    for (size_t i = 0; i < n; i++)
        write_data(&sum, &tensor[i]);
    safetensors_sum_end(&sum, head.data, head.n);
    free(head.data);
    free(text);
    json_decref(header);
}
