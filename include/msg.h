/* msg: reading msgpack values in place, https://github.com/msgpack/msgpack/blob/master/spec.md
 * Nothing is copied and nothing is allocated before the bytes that it stands for have been seen. */
#ifndef TAGPIPE_MSG_H
#define TAGPIPE_MSG_H

#include <string.h>

#include "util.h"

enum { MSG_NESTING_MAX = 8 };
#define INT_NIL INT32_MIN           /* how a nil inside an array of integers is read and written (word_ids) */

/* Bytes of one or several values, [at, end). The cursor functions below move `at` behind what they read. */
struct msg { const uint8_t *at, *end; };

/* A piece of text, not ended by NUL. */
struct str { const char *at; size_t size; };
/* The same in one place: 0xa0 + size, the text, zeros, as it is in a stream; all zeros for more than 15 bytes. */
struct short_str { uint8_t bytes[16]; };
static inline struct short_str short_str(struct str s)
{
    struct short_str made = {{0}};
    if (s.size < sizeof made.bytes) {
        made.bytes[0] = (uint8_t)(0xa0 + s.size);
        if (s.size)
            memcpy(made.bytes + 1, s.at, s.size);
    }
    return made;
}

/* Arrays that grow and are used again from record to record; set to {0} at first, free(x.at) at last. */
struct ints   { int32_t *at; size_t n, room; };
struct floats { float *at; size_t n, room; };
struct strs   { struct str *at; size_t n, room; };
struct sizes  { size_t *at; size_t n, room; };

enum msg_type { MSG_END, MSG_NIL, MSG_BOOL, MSG_INT, MSG_FLOAT, MSG_STR, MSG_BIN, MSG_ARRAY, MSG_MAP, MSG_EXT };
enum msg_type msg_type(struct msg cursor);
const char *msg_type_name(enum msg_type type);      /* "an array", for messages */

/* What a scan says instead of a size. */
enum { MSG_CUT = 0, MSG_SIZE_MAX = 64 << 20 };
#define MSG_INVALID SIZE_MAX             /* a byte that msgpack does not use */
#define MSG_DEEP    (SIZE_MAX - 1)       /* nested deeper than MSG_NESTING_MAX */
#define MSG_HUGE    (SIZE_MAX - 2)       /* announces more than MSG_SIZE_MAX bytes or elements */
static inline bool msg_is_size(size_t scanned) { return scanned != MSG_CUT && scanned < MSG_HUGE; }
/* The size of the first value in [at, end): every element of it is there. */
size_t msg_scan(const uint8_t *at, const uint8_t *end);
/* The same in pieces: after MSG_CUT call again with more bytes behind the same `at`; set the state to {0} at first. The values
 * right inside (those of an array, keys and values of a map) begin at the offsets that go to mark[0] .. mark[marks_max), if
 * they are wanted. */
struct scan {
    uint64_t left[MSG_NESTING_MAX + 1]; size_t depth, done; bool begun;
    uint32_t *mark; size_t marks_max; uint64_t inside;
};
size_t msg_scan_more(struct scan *scan, const uint8_t *at, const uint8_t *end);

/* Read one value; false, without moving, if it is of another type (or an integer out of range). Only for bytes that
 * msg_scan has passed. msg_real also takes integers. */
bool msg_int(struct msg *cursor, int64_t *value);
bool msg_real(struct msg *cursor, double *value);
bool msg_bool(struct msg *cursor, bool *value);
bool msg_str(struct msg *cursor, struct str *value);
bool msg_array(struct msg *cursor, size_t *n);      /* n values follow */
bool msg_map(struct msg *cursor, size_t *n);        /* n pairs of values follow */
struct msg msg_value(struct msg *cursor);           /* the next value's bytes, whatever it is */

/* Read a whole array; false if it is anything else. */
bool msg_ints(struct msg value, struct ints *out);  /* [i, ...], nil as INT_NIL; each must fit 32 bits */
bool msg_strs(struct msg value, struct strs *out);  /* ["...", ...] */
/* Rows of integers: [[i, ...], ...]; row r is out->at[start->at[r] .. start->at[r + 1]), so start->n is rows + 1. */
bool msg_ragged(struct msg value, struct ints *out, struct sizes *start);
/* Rows of equal length: [[x, ...], ...]; rows may be 0, then columns is 0 too. */
bool msg_matrix(struct msg value, struct floats *out, size_t *rows, size_t *columns);

/* Inlined, so that a literal's length costs nothing, and mostly the first byte decides. */
static inline bool str_is(struct str s, const char *text)
{
    return (s.size == 0 || s.at[0] == text[0]) && s.size == strlen(text) && memcmp(s.at, text, s.size) == 0;
}

#endif
