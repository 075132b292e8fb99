/* safetensors: named tensors in one file, https://github.com/huggingface/safetensors (format).
 * 8 bytes of header size (little endian), the header as JSON, the tensors' bytes without a gap. */
#ifndef TAGPIPE_MODEL_SAFETENSORS_H
#define TAGPIPE_MODEL_SAFETENSORS_H

#include "base/file.h"
#include "base/outfile.h"

enum { SAFETENSORS_RANK_MAX = 8 };
enum safetensors_dtype { SAFETENSORS_F32, SAFETENSORS_F16, SAFETENSORS_BF16, SAFETENSORS_OTHER };

struct safetensors_tensor {
    char *name;
    enum safetensors_dtype dtype;
    size_t rank, shape[SAFETENSORS_RANK_MAX], elements;
    const uint8_t *data; /* inside the mapping, perhaps not aligned */
};

struct safetensors {
    char *path;
    struct mapping map;
    size_t n;
    struct safetensors_tensor *tensor; /* sorted by name */
    size_t n_metadata;
    char **metadata; /* key, value, key, value, ... */
};

/* Map a file and check its whole header: sizes against the file, shapes against sizes, no overlap, no gap, no name twice.
 * Dies with what is wrong. */
struct safetensors *safetensors_open(const char *path);
void safetensors_close(struct safetensors *file);
const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name); /* NULL: none */
const char *safetensors_metadata(const struct safetensors *file, const char *key);                   /* NULL: none */

/* Convert to fp32, exactly, into out [tensor->elements]. Dies on a dtype other than F32, F16 and BF16. */
void safetensors_floats(const struct safetensors *file, const struct safetensors_tensor *tensor, float *out);

/* What to write: fp32, rank 1 (rows 0) or 2. */
struct safetensors_out {
    const char *name;
    size_t rows, columns;
    const float *data;
};
/* Write tensors sorted by name, with the header as the safetensors package writes it. `metadata` as above, NULL at the end. */
void safetensors_write(struct outfile *out, size_t n, struct safetensors_out *tensor, const char *const *metadata);

#endif
