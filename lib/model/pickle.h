/* pickle: Python's pickles, read as data: nothing is imported, called or built.
 *
 * A pickle is a program for a small machine with a stack and a memo. This one knows the instructions that torch.save writes for
 * a state dict (protocol 2) and refuses all others by their names. Its result is a tree of the values below. A global, which
 * Python would import, stays a name, and only names that the caller knows are let in. A call (REDUCE) stays a pair of such a
 * name and its arguments: the caller looks at it and decides what it means. The only call that is made is that of
 * collections.OrderedDict without arguments: it gives an empty dict. Attributes of a dict (BUILD) are dropped.
 *
 * Memory: at most some 70 bytes for each byte of the pickle. Values may contain one another in a circle, so nothing here
 * follows them. */
#ifndef TAGPIPE_MODEL_PICKLE_H
#define TAGPIPE_MODEL_PICKLE_H

#include "base/util.h"

enum { PICKLE_SIZE_MAX = 8 << 20 }; /* that of a checkpoint with 200 tensors has 40 KB */

enum pickle_type {
    PICKLE_NONE,
    PICKLE_BOOL,       /* integer: 0 or 1 */
    PICKLE_INTEGER,    /* integer */
    PICKLE_LONG,       /* text: its bytes, the lowest first; of more than 8 */
    PICKLE_REAL,       /* not kept */
    PICKLE_STRING,     /* text, in UTF-8 or as a file says */
    PICKLE_GLOBAL,     /* text: "torch\nFloatStorage" */
    PICKLE_TUPLE,      /* item[n] */
    PICKLE_LIST,       /* item[n] */
    PICKLE_DICT,       /* item[n]: key, value, key, value, ... */
    PICKLE_CALL,       /* item[2]: a global, and a tuple of its arguments */
    PICKLE_PERSISTENT, /* item[1]: what stands for an object that is stored elsewhere */
    PICKLE_MARK        /* only on the stack */
};

struct pickle_items;
struct pickle_value {
    enum pickle_type type;
    uint32_t size; /* of text, in bytes */
    union {
        int64_t integer;
        const uint8_t *text;        /* in the file, without a NUL at its end */
        struct pickle_items *items; /* of containers; NULL: an empty tuple */
    };
};
struct pickle_items {
    struct pickle_items *next;
    size_t n, room;
    struct pickle_value *item;
};

struct pickle {
    struct pickle_value value; /* the result */
    size_t used;               /* bytes up to the end of the pickle */
    struct pickle_items *all;
};

/* Read the pickle at the beginning of data. `name` is for messages; `knows` tells which globals are let in. Dies with what is
 * wrong. What is returned points into data. */
struct pickle *pickle_read(const char *name, const uint8_t *data, size_t size, bool (*knows)(struct pickle_value global));
void pickle_free(struct pickle *pickle);

/* Whether a value is this string, or this global ("torch\nFloatStorage"). */
bool pickle_is(struct pickle_value value, enum pickle_type type, const char *text);
/* Items of a container; 0 for other types. */
size_t pickle_n(struct pickle_value value);

#endif
