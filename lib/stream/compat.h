/* compat: TEMPORARY, until each tool uses struct filter. */
#ifndef TAGPIPE_STREAM_COMPAT_H
#define TAGPIPE_STREAM_COMPAT_H
#include "stream/filter.h"
struct buffer *writer_buffer(struct writer *w);
void reader_tie(struct reader *r, struct writer *w);
void input_tie(struct input *in, struct writer *w);
struct writer *compat_writer_open(struct header *h);
#define writer_open(h) compat_writer_open(h)
static inline void put_name(struct writer *w, struct str name) { writer_key(w, name); }
static inline void put_key(struct writer *w, const char *name) { writer_key(w, (struct str){name, strlen(name)}); }
static inline void put_nil(struct writer *w) { pack_nil(writer_buffer(w)); }
static inline void put_int(struct writer *w, int64_t v) { pack_int(writer_buffer(w), v); }
static inline void put_float(struct writer *w, float v) { pack_float(writer_buffer(w), v); }
static inline void put_double(struct writer *w, double v) { pack_double(writer_buffer(w), v); }
static inline void put_str(struct writer *w, const char *at, size_t n) { pack_str(writer_buffer(w), (struct str){at, n}); }
static inline void put_array(struct writer *w, size_t n) { pack_array(writer_buffer(w), n); }
static inline void put_map(struct writer *w, size_t n) { pack_map(writer_buffer(w), n); }
static inline void put_raw(struct writer *w, struct msg v) { pack_raw(writer_buffer(w), v); }
static inline void put_ints(struct writer *w, const int32_t *at, size_t n) { pack_ints(writer_buffer(w), at, n); }
static inline void put_strs(struct writer *w, const struct str *at, size_t n) { pack_strs(writer_buffer(w), at, n); }
static inline void put_floats(struct writer *w, const float *at, size_t n) { pack_floats(writer_buffer(w), at, n); }
#endif
