/* safetensors: named tensors in one file, https://github.com/huggingface/safetensors (format).
 * 8 bytes of header size (little endian), the header as JSON, the tensors' bytes without a gap. */
#ifndef TAGPIPE_MODEL_SAFETENSORS_H
#define TAGPIPE_MODEL_SAFETENSORS_H

#include "base/outfile.h"
#include "model/tensors.h"

/* Map a file and check its whole header: sizes against the file, shapes against sizes, no overlap, no gap, no name twice;
 * and all of the file against its checksum, if it has one. Dies with what is wrong. */
struct tensors *safetensors_open(const char *path);
/* The same, into `all`, for a checkpoint of several files; the caller calls tensors_sort. */
void safetensors_add(struct tensors *all, const char *path);

/* What to write: a tensor of a checkpoint as it is, or else fp32, rank 1 (rows 0) or 2. */
struct safetensors_out {
    const char *name;
    size_t rows, columns;
    const float *data;
    const int32_t *row; /* [rows] NULL, or which rows of `data` these are */
    const struct tensor *tensor;
};
/* Write tensors sorted by dtype and name, with the header as the safetensors package writes it, and a
 * checksum (safetensors_sum.h). Dies if a name is there twice.
 * `metadata` as above, NULL at the end. */
void safetensors_write(struct outfile *out, size_t n, struct safetensors_out *tensor, const char *const *metadata);

#endif
