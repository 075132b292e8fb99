/* msg_scan: how far a msgpack value reaches. */
#include <string.h>

#include "stream/msg.h"
#include "stream/msg_form.h"
#include "text/utf8.h"

/* The value that begins at `at`: `size` bytes of head and body, and `n` values that follow inside it. False if it is cut. */
static bool head(const uint8_t *at, const uint8_t *end, uint64_t *size, uint64_t *n)
{
    uint8_t b = *at;
    *n = 0;
    *size = 1;
    if (b < 0x80 || b >= 0xe0)
        return true;
    if (b < 0x90) {
        *n = 2 * (uint64_t)(b & 15);
        return true;
    }
    if (b < 0xa0) {
        *n = b & 15;
        return true;
    }
    if (b < 0xc0) {
        *size = 1 + (uint64_t)(b & 31);
        return *size <= (uint64_t)(end - at);
    }
    size_t follow = msg_form[b - 0xc0].size;
    if ((size_t)(end - at) < 1 + follow)
        return false;
    uint64_t value = follow <= 8 ? msg_big_endian(at + 1, follow) : 0;
    *size = 1 + follow;
    switch ((enum msg_shape)msg_form[b - 0xc0].shape) {
    case BODY:
    case INVALID: break;
    case LENGTH: *size += value; break;
    case EXT_LENGTH: *size += value + 1; break;
    case ELEMENTS: *n = value; break;
    case PAIRS: *n = 2 * value; break;
    }
    return *size <= (uint64_t)(end - at);
}

/* Whether a whole array of small integers begins at `at`. Offsets are pairs of these. */
static bool is_short_array(const uint8_t *at, const uint8_t *end)
{
    if ((*at & 0xf0) != 0x90 || end - at <= (*at & 15))
        return false;
    for (const uint8_t *last = at + (*at & 15); last > at; last--)
        if (*last >= 0x80)
            return false;
    return true;
}

/* Whether a string is UTF-8; `end` bounds what may be read. Most are ASCII and have no more than eight bytes. */
static inline bool is_text(const uint8_t *text, size_t size, const uint8_t *end)
{
    if (size <= 8 && end - text >= 8 && EIGHT_IN_ORDER) {
        size_t half = 4 * (8 - size); /* of the bits that are not its own: 64 cannot be shifted out at once */
        if (!(eight_load(text) << half << half & EIGHT_HIGH))
            return true;
    }
    return utf8_is_valid((const char *)text, size);
}

static inline bool is_short_string(const uint8_t *at, const uint8_t *end)
{
    return (*at & 0xe0) == 0xa0 && end - at > (*at & 31);
}

/* Skip a run of at most `left` short strings, of which there is one. Out of line: the loop below keeps its registers. */
static __attribute__((noinline)) const uint8_t *skip_strings(const uint8_t *at, const uint8_t *end, uint64_t *left, bool *bad)
{
    uint64_t n = *left;
    bool good = true;
    for (; n > 0 && at < end && is_short_string(at, end); n--) {
        good = good && (!bad || is_text(at + 1, *at & 31, end));
        at += 1 + (*at & 31);
    }
    if (!good)
        *bad = true;
    *left = n;
    return at;
}

/* Skip at most `left` values as long as each is of a common kind: an integer of up to two bytes, a float, a short string, or, if
 * `arrays`, a short array of small integers. Nearly all values of a stream are of these kinds. *bad: one of the strings is not
 * UTF-8 (NULL: not asked). */
static const uint8_t *skip_simple(const uint8_t *at, const uint8_t *end, uint64_t *left, bool arrays, bool *bad)
{
    uint64_t n = *left;
    for (; n > 0 && at < end; n--) {
        while (n > 8 && end - at > 8 && !(eight_load(at) & EIGHT_HIGH)) {
            at += 8;
            n -= 8;
        }
        if (*at < 0x80)
            at++;
        else if (is_short_string(at, end)) {
            at = skip_strings(at, end, &n, bad);
            n++; /* the loop counts one of them */
        } else if (*at == 0xca && end - at >= 5)
            at += 5;
        else if ((*at == 0xcc || *at == 0xcd) && end - at >= *at - 0xca)
            at += *at - 0xca;
        else if (arrays && is_short_array(at, end))
            at += 1 + (*at & 15);
        else
            break;
    }
    *left = n;
    return at;
}

size_t msg_scan_more(struct msg_scan *scan, const uint8_t *start, const uint8_t *end)
{
    struct msg_scan s = *scan; /* in registers: this loop sees every value of a stream */
    if (!s.begun) {
        s.begun = true;
        s.left[0] = 1;
    }
    const uint8_t *at = start + s.done;
    size_t result = MSG_CUT;
    bool is_bad = s.has_bad_text, *bad = s.checks_text ? &is_bad : NULL;
    for (;;) {
        while (s.left[s.depth] == 0 && s.depth > 0)
            s.depth--;
        if (s.left[s.depth] == 0) {
            result = (size_t)(at - start);
            break;
        }
        if (s.depth == 1 && s.inside - s.left[1] < s.marks_max) {
            uint64_t one = 1;
            uint64_t number = s.inside - s.left[1];
            s.mark[number] = (uint32_t)(at - start);
            if (number % 2 == 0 && at < end && is_short_string(at, end)) { /* a name: record_index checks it */
                at += 1 + (*at & 31);
                s.left[1]--;
                continue;
            }
            at = skip_simple(at, end, &one, true, bad);
            if (one == 0) {
                s.left[1]--;
                continue;
            }
        } else {
            at = skip_simple(at, end, &s.left[s.depth], s.depth < MSG_NESTING_MAX, bad);
            if (s.left[s.depth] == 0)
                continue;
        }
        if (at >= end)
            break;
        uint64_t size, n;
        bool whole = head(at, end, &size, &n);
        if (*at == 0xc1)
            return MSG_INVALID;
        if (size > MSG_SIZE_MAX || n > MSG_SIZE_MAX)
            return MSG_HUGE;
        if (!whole)
            break;
        s.left[s.depth]--;
        enum msg_type type = msg_form_type(*at);
        struct str text;
        if (bad && type == MSG_STR && msg_str(&(struct msg){at, end}, &text) && !utf8_is_valid(text.data, text.size))
            is_bad = true;
        at += size;
        if (type == MSG_ARRAY || type == MSG_MAP) {
            if (s.depth == MSG_NESTING_MAX)
                return MSG_DEEP;
            s.left[++s.depth] = n;
            if (s.depth == 1)
                s.inside = n;
        }
    }
    s.done = (size_t)(at - start);
    s.has_bad_text = is_bad;
    *scan = s;
    return result;
}

size_t msg_scan(const uint8_t *at, const uint8_t *end)
{
    struct msg_scan scan = {0};
    return msg_scan_more(&scan, at, end);
}

bool msg_has_bad_text(struct msg value)
{
    struct msg_scan scan = {.checks_text = true};
    msg_scan_more(&scan, value.data, value.end);
    return scan.has_bad_text;
}

struct msg msg_value(struct msg *c)
{
    struct msg value = {c->data, c->data};
    size_t size = msg_scan(c->data, c->end);
    if (msg_is_size(size))
        value.end = c->data += size;
    return value;
}
