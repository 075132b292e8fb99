/* safetensors: named tensors in one file, https://github.com/huggingface/safetensors (format).
 * 8 bytes of header size (little endian), the header as JSON, the tensors' bytes without a gap. */
#ifndef TAGPIPE_MODEL_SAFETENSORS_H
#define TAGPIPE_MODEL_SAFETENSORS_H

#include "base/file.h"
#include "base/outfile.h"

enum { TENSOR_RANK_MAX = 8 };
enum dtype { F32, F16, BF16, OTHER_DTYPE };

struct tensor {
    char *name;
    enum dtype dtype;
    size_t rank, shape[TENSOR_RANK_MAX], elements;
    const uint8_t *data;                    /* inside the mapping, perhaps not aligned */
};

struct safetensors {
    char *path;
    struct mapping map;
    size_t n; struct tensor *tensor;        /* sorted by name */
    size_t n_metadata; char **metadata;     /* key, value, key, value, ... */
};

/* Map a file and check its whole header: sizes against the file, shapes against sizes, no overlap, no gap, no name twice.
 * Dies with what is wrong. */
struct safetensors *safetensors_open(const char *path);
void safetensors_close(struct safetensors *file);
const struct tensor *safetensors_find(const struct safetensors *file, const char *name);         /* NULL: none */
const char *safetensors_metadata(const struct safetensors *file, const char *key);               /* NULL: none */

/* Convert to fp32, exactly; dies on a dtype that is none of F32, F16, BF16. `out` has tensor->elements. */
void tensor_floats(const struct safetensors *file, const struct tensor *tensor, float *out);

/* What to write: fp32, rank 1 (rows 0) or 2. */
struct tensor_out { const char *name; size_t rows, columns; const float *data; };
/* Write tensors sorted by name, with the header as the safetensors package writes it. `metadata` as above, NULL at the end. */
void safetensors_write(struct outfile *out, size_t n, struct tensor_out *tensor, const char *const *metadata);

#endif
