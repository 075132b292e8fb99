/* stream: what goes through a pipe, for whoever reads it: records, their fields, the msgpack values in these. man/msgstream.5
 * is the contract.
 *
 *     header  {"msgstream": 1, "kind": ..., "fields": [...], "labels": {...}, "vocab": {...}, ..., "history": [...]}
 *     record  {"id": ..., "tokens": [...], ...}        any number; a filter appends its fields, the others pass untouched
 *     trailer {"end": true, "records": N}, after --checksum with the hashes "xxh64" and "header", which readers compare */
#ifndef TAGPIPE_STREAM_H
#define TAGPIPE_STREAM_H

#include <tagpipe/array.h>
#include <tagpipe/str.h>

/* ---- msgpack values in place: https://github.com/msgpack/msgpack/blob/master/spec.md ---- */

enum { MSG_NESTING_MAX = 8, MSG_SIZE_MAX = 64 << 20 };
#define MSG_INT_NIL INT32_MIN /* how a nil inside an array of integers is read and written (word_ids) */

/* Bytes of one or several values, [data, end). The functions that take a pointer move `data` past what they read. */
struct msg {
    const uint8_t *data, *end;
};

enum msg_type { MSG_END, MSG_NIL, MSG_BOOL, MSG_INT, MSG_FLOAT, MSG_STR, MSG_BIN, MSG_ARRAY, MSG_MAP, MSG_EXT };
enum msg_type msg_type(struct msg cursor);
const char *msg_type_name(enum msg_type type); /* "an array", for messages */

/* Read one value; false, without moving, if it is of another type (or an integer out of range). msg_real also takes integers. */
bool msg_int(struct msg *cursor, int64_t *value);
bool msg_real(struct msg *cursor, double *value);
bool msg_bool(struct msg *cursor, bool *value);
bool msg_str(struct msg *cursor, struct str *value); /* its bytes as they are; record_str checks that they are UTF-8 */
bool msg_array(struct msg *cursor, size_t *n);       /* n values follow */
bool msg_map(struct msg *cursor, size_t *n);         /* n pairs of values follow */
struct msg msg_value(struct msg *cursor);            /* the next value's bytes, whatever it is */

/* Read a whole array; false if it is anything else. */
bool msg_ints(struct msg value, struct array_ints *out); /* [i, ...], nil as MSG_INT_NIL; each must fit 32 bits */
bool msg_strs(struct msg value, struct array_strs *out); /* ["...", ...] */
/* Rows of integers: [[i, ...], ...]; row r is out->data[start->data[r] .. start->data[r + 1]), so start->n is rows + 1. */
bool msg_ragged(struct msg value, struct array_ints *out, struct array_sizes *start);
/* Rows of equal length: [[x, ...], ...]; rows may be 0, then columns is 0 too. */
bool msg_matrix(struct msg value, struct array_floats *out, size_t *rows, size_t *columns);

/* ---- labels ---- */

/* The names of one tag field's labels; a tag's id is its place. */
struct label_set {
    char *field;
    size_t n;
    char **name;
};
int label_set_find(const struct label_set *labels, struct str name); /* -1: none */

/* ---- records ---- */

enum { RECORD_SIZE_MAX = MSG_SIZE_MAX, RECORD_FIELDS_MAX = 64 };

struct record_field {
    struct str name;
    struct msg value;
};
struct record {
    uint64_t number;  /* from 1 on, through all concatenated streams */
    struct msg bytes; /* the whole map */
    size_t n_fields;
    size_t n_inherited; /* after these: what a window found in the first window of its sentence; not in its bytes */
    struct record_field field[RECORD_FIELDS_MAX];
};

/* The value of a field; data is NULL if there is none. */
struct msg record_find(const struct record *record, const char *field);
/* "record 17 (id 4711)", for messages; the text is valid until the next call. */
const char *record_name(const struct record *record);
_Noreturn void record_die(const struct record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Read a field, or die naming the record, the field and the tool that should have run before. Strings are checked to be UTF-8. */
void record_ints(const struct record *record, const char *field, struct array_ints *out);
void record_strs(const struct record *record, const char *field, struct array_strs *out);
struct str record_str(const struct record *record, const char *field);
void record_ragged(const struct record *record, const char *field, struct array_ints *out, struct array_sizes *start);
void record_matrix(const struct record *record, const char *field, struct array_floats *out, size_t *rows, size_t *columns);
/* Tags of one field, each checked to be in [0, labels->n). */
void record_tags(const struct record *record, const struct label_set *labels, struct array_ints *out);

#endif
