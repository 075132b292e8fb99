/* msg: how far a msgpack value reaches. Nothing is copied, and nothing is allocated before the bytes that it stands for have
 * been seen. msg_int and the others of <tagpipe/stream.h> are only for bytes that a scan has passed. */
#ifndef TAGPIPE_STREAM_MSG_H
#define TAGPIPE_STREAM_MSG_H

#include <tagpipe/stream.h>

#include "base/util.h"

/* What a scan says instead of a size. */
enum { MSG_CUT = 0 };
#define MSG_INVALID SIZE_MAX    /* a byte that msgpack does not use */
#define MSG_DEEP (SIZE_MAX - 1) /* nested deeper than MSG_NESTING_MAX */
#define MSG_HUGE (SIZE_MAX - 2) /* announces more than MSG_SIZE_MAX bytes or elements */
static inline bool msg_is_size(size_t scanned)
{
    return scanned != MSG_CUT && scanned < MSG_HUGE;
}
/* The size of the first value in [data, end), if every element of it is there. */
size_t msg_scan(const uint8_t *data, const uint8_t *end);
/* The same in steps: after MSG_CUT call again with more bytes after the same `data`. Set the state to {0} at first. The
 * elements of an array, and the keys and values of a map, begin at the offsets that go to mark[0, marks_max), if marks_max is
 * not 0. If checks_text, has_bad_text says whether any string at any depth is not UTF-8. */
struct msg_scan {
    uint64_t left[MSG_NESTING_MAX + 1];
    size_t depth, done;
    bool begun;
    uint32_t *mark;
    size_t marks_max;
    uint64_t inside;
    bool checks_text, has_bad_text;
};
size_t msg_scan_more(struct msg_scan *scan, const uint8_t *data, const uint8_t *end);
/* Whether a string in the value is not UTF-8. */
bool msg_has_bad_text(struct msg value);

/* A value's bytes in memory of their own, for what is kept beyond the next read; msg_copy_free frees them. */
struct msg msg_copy(struct msg value);
void msg_copy_free(struct msg copy);

#endif
