/* support: what the unit tests share: deaths that can be looked at, temporary files, captured output, hand-made msgpack. */
#ifndef TAGPIPE_SUPPORT_H
#define TAGPIPE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stream/filter.h"

/* The message with which run(data) dies; NULL if it lives. Valid until the next call. Memory of the dead is not freed. */
const char *death_of(void (*run)(void *data), void *data);
#define assert_dies(run, data, text) assert_died(death_of(run, data), text, __FILE__, __LINE__)
void assert_died(const char *message, const char *text, const char *file, int line);

/* A path in a folder of this process, which goes when the process ends. */
const char *temp_path(const char *name);
const char *temp_file(const char *name, const void *bytes, size_t size);

/* Bytes put together by hand, without the code under test. */
struct bytes {
    uint8_t *data;
    size_t n, room;
};
void add_bytes(struct bytes *b, const void *at, size_t size);
void add_hex(struct bytes *b, const char *hex); /* "81 a2 6f 6b c3" */
void add_map(struct bytes *b, size_t n);
void add_array(struct bytes *b, size_t n);
void add_str(struct bytes *b, const char *text);
void add_int(struct bytes *b, uint64_t value);
void add_trailer(struct bytes *b, uint64_t records);
/* A header with fields id and ner_tags and these n label names; one record [1, 0]; a whole stream of two (ids 17, 300). */
extern const char *const two_names[2];
void add_header(struct bytes *b, const char *kind, const char *const *name, size_t n);
void add_record(struct bytes *b, uint64_t id);
struct bytes small_stream(void);
struct bytes minimal_header(void);
bool has_bytes(const void *hay, size_t n, const void *needle, size_t size);
void assert_bytes(struct bytes got, struct bytes expected);

/* A safetensors file of ours becomes one as the package writes it, for who compares or damages it. */
void without_checksum(const char *path);
/* Standard output into a file, from capture_begin to capture_end, which gives what was written (free it). */
void capture_begin(void);
struct bytes capture_end(void);

/* The simplest filter, from `filter_paths` (NULL: standard input) to standard output: it adds the field `filter_added` with
 * the value 7 to header and records, or replaces it; NULL: it passes all on. `filtered` runs it on bytes and must live. */
extern const char *const *filter_paths;
extern const char *filter_added;
void run_filter(void *unused);
struct bytes filtered(struct bytes in, const char *field);

#endif
