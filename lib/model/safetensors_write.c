/* safetensors: writing, byte for byte as the safetensors package does for fp32 tensors. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "model/safetensors.h"
#include "base/outfile.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct safetensors_out *)a)->name, ((const struct safetensors_out *)b)->name);
}

static json_t *describe(const struct safetensors_out *t, size_t *offset)
{
    size_t begin = *offset;
    *offset += (t->rows ? t->rows : 1) * t->columns * sizeof(float);
    json_t *shape =
        t->rows ? json_pack("[I,I]", (json_int_t)t->rows, (json_int_t)t->columns) : json_pack("[I]", (json_int_t)t->columns);
    return json_pack("{s:s, s:o, s:[I,I]}", "dtype", "F32", "shape", shape, "data_offsets", (json_int_t)begin,
                     (json_int_t)*offset);
}

static void write_data(struct outfile *out, const struct safetensors_out *t)
{
    size_t bytes = t->columns * sizeof *t->data;
    if (!t->row)
        outfile_write(out, t->data, (t->rows ? t->rows : 1) * bytes);
    for (size_t i = 0; t->row && i < t->rows; i++)
        outfile_write(out, t->data + (size_t)t->row[i] * t->columns, bytes);
}

void safetensors_write(struct outfile *out, size_t n, struct safetensors_out *tensor, const char *const *metadata)
{
    qsort(tensor, n, sizeof *tensor, by_name);
    json_t *header = json_object(), *map = json_object();
    for (; metadata && *metadata; metadata += 2)
        json_object_set_new(map, metadata[0], json_string(metadata[1]));
    json_object_set_new(header, "__metadata__", map);
    size_t offset = 0;
    for (size_t i = 0; i < n; i++)
        json_object_set_new(header, tensor[i].name, describe(&tensor[i], &offset));
    char *text = json_dumps(header, JSON_COMPACT);
    if (!text)
        die("a safetensors header cannot be written as JSON");
    size_t size = strlen(text), padded = (size + 7) / 8 * 8;
    uint8_t head[8];
    for (int i = 0; i < 8; i++)
        head[i] = (uint8_t)((uint64_t)padded >> (8 * i));
    outfile_write(out, head, sizeof head);
    outfile_write(out, text, size);
    outfile_write(out, "       ", padded - size);
    for (size_t i = 0; i < n; i++)
        write_data(out, &tensor[i]);
    free(text);
    json_decref(header);
}
