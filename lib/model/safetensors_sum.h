/* safetensors_sum: the checksum of a file of ours, which shows a single damaged bit anywhere in it.
 *
 * The file is cut into blocks of 4 MiB. The checksum is XXH3-64 of the XXH3-64s of the blocks, 8 bytes each, little endian. So
 * all threads can check a file, at the speed of the memory. It stands in the header, as 16 hex digits: "__metadata__": {...,
 * "checksum": "xxh3:0123456789abcdef"}; it is computed with the digits 0. Key and value both tell that there is a checksum: one
 * bit cannot take it away. Files of others have none, and are taken as they are. */
#ifndef TAGPIPE_MODEL_SAFETENSORS_SUM_H
#define TAGPIPE_MODEL_SAFETENSORS_SUM_H

#include "base/buffer.h"
#include "base/file.h"
#include "base/outfile.h"

#define SAFETENSORS_SUM_KEY "checksum"
#define SAFETENSORS_SUM_KIND "xxh3:"
#define SAFETENSORS_SUM_NONE SAFETENSORS_SUM_KIND "0000000000000000"

/* Writing: begins as {.out = ...}. What goes through here is written and counted; safetensors_sum_end puts the checksum in the
 * place of the digits in the file's first bytes, `head`, and frees. */
struct safetensors_sum {
    struct outfile *out;
    struct XXH3_state_s *state;
    size_t in_block;
    struct buffer blocks; /* their hashes */
};
void safetensors_sum_write(struct safetensors_sum *sum, const void *bytes, size_t size);
void safetensors_sum_end(struct safetensors_sum *sum, const char *head, size_t head_size);

/* Reading: dies if the file's checksum is not the one in its header, the n bytes from 8 on. `has_key`, `has_kind`: whether the
 * metadata has this key, and a value of this kind. */
void safetensors_sum_check(const char *path, struct mapping map, size_t n, bool has_key, bool has_kind);
/* Where the digits of a checksum begin in the text of a header; 0: nowhere. */
size_t safetensors_sum_place(const char *text, size_t n);
/* The checksum of a file, whose digits at `place` (SIZE_MAX: it has none) count as 0. */
void safetensors_sum_of(struct mapping map, size_t place, char digits[17]);

#endif
