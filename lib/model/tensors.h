/* tensors: the tensors of a checkpoint by their names, whatever the files are in which they lie: one file or several, of
 * safetensors or of torch. The files are mapped, not copied. */
#ifndef TAGPIPE_MODEL_TENSORS_H
#define TAGPIPE_MODEL_TENSORS_H

#include "base/file.h"

enum { TENSORS_RANK_MAX = 8 };
enum tensors_dtype { TENSORS_F32, TENSORS_F16, TENSORS_BF16, TENSORS_OTHER }; /* OTHER: not converted, only named */

struct tensors_file {
    char *path;
    struct mapping map;
};

struct tensor {
    char *name;
    const struct tensors_file *file;
    enum tensors_dtype dtype;
    size_t rank, shape[TENSORS_RANK_MAX], elements;
    size_t stride[TENSORS_RANK_MAX]; /* in elements: element (i, j) is at data[i * stride[0] + j * stride[1]] */
    const uint8_t *data;             /* the first element; inside the mapping, perhaps not aligned */
};

struct tensors { /* begins as zeroes */
    size_t n_files;
    struct tensors_file **file;
    size_t n, room;
    struct tensor *tensor; /* sorted by name, after tensors_sort */
    size_t n_metadata;
    char **metadata; /* key, value, key, value, ... */
};

/* The file of a model directory that has its weights, or lists the files that do: the first of model.safetensors,
 * model.safetensors.index.json, pytorch_model.bin and pytorch_model.bin.index.json that is there, as in transformers; NULL:
 * none. */
const char *tensors_main_file(const char *dir);
/* What to say of a directory whose weights only bertinit reads (import.h); NULL: it is none. The caller frees. */
char *tensors_foreign(const char *dir);
void tensors_warn_foreign(const char *dir);

/* For those who read a format: map a file (dies); add a tensor, whose name it then owns; at the end sort them. tensors_sort
 * dies if a name is there twice. */
const struct tensors_file *tensors_map(struct tensors *all, const char *path);
void tensors_add(struct tensors *all, struct tensor tensor);
void tensors_sort(struct tensors *all);
/* The strides of a tensor whose elements follow one another in the order of its indices, the last one fastest. */
void tensors_set_strides(struct tensor *tensor);

void tensors_close(struct tensors *all);
const struct tensor *tensors_find(const struct tensors *all, const char *name); /* NULL: none */
const char *tensors_metadata(const struct tensors *all, const char *key);       /* NULL: none */

/* Whether the elements lie in the order of their indices, without gaps. */
bool tensors_is_plain(const struct tensor *tensor);
/* Convert to fp32, exactly, in the order of the indices, into out [tensor->elements]. Dies on a dtype other than fp32, fp16
 * and bf16. */
void tensors_floats(const struct tensor *tensor, float *out);
/* The same elements as they are, one of these three dtypes. */
void tensors_bytes(const struct tensor *tensor, uint8_t *out);
size_t tensors_element_size(const struct tensor *tensor);

#endif
