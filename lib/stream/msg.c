/* msg: reading msgpack values in place. */
#include "stream/msg.h"

#include <stdlib.h>
#include <string.h>

#include "stream/msg_form.h"
#include "text/eight.h"

enum msg_type msg_type(struct msg m)
{
    return m.data < m.end ? msg_form_type(*m.data) : MSG_END;
}

const char *msg_type_name(enum msg_type type)
{
    static const char *const name[] = {
        "nothing", "nil", "a boolean", "an integer", "a float", "a string", "binary", "an array", "a map", "an extension",
    };
    return name[type];
}

bool msg_int(struct msg *c, int64_t *value)
{
    if (msg_type(*c) != MSG_INT)
        return false;
    uint8_t b = *c->data;
    if (b < 0x80 || b >= 0xe0) {
        *value = (int8_t)b;
        c->data++;
        return true;
    }
    size_t size = msg_form[b - 0xc0].size;
    uint64_t bits = msg_big_endian(c->data + 1, size);
    if (b >= 0xd0) /* signed: extend the sign */
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): a size of the table is 1 to 8 */
        *value = (int64_t)(bits << (64 - 8 * size)) >> (64 - 8 * size);
    else if (bits > INT64_MAX)
        return false;
    else
        *value = (int64_t)bits;
    c->data += 1 + size;
    return true;
}

bool msg_real(struct msg *c, double *value)
{
    int64_t whole;
    if (msg_int(c, &whole)) {
        *value = (double)whole;
        return true;
    }
    if (msg_type(*c) != MSG_FLOAT)
        return false;
    if (*c->data == 0xca) {
        uint32_t bits = (uint32_t)msg_big_endian(c->data + 1, 4);
        float single;
        memcpy(&single, &bits, sizeof single);
        *value = (double)single;
        c->data += 5;
    } else {
        uint64_t bits = msg_big_endian(c->data + 1, 8);
        memcpy(value, &bits, sizeof *value);
        c->data += 9;
    }
    return true;
}

bool msg_bool(struct msg *c, bool *value)
{
    if (msg_type(*c) != MSG_BOOL)
        return false;
    *value = *c->data++ == 0xc3;
    return true;
}

bool msg_str(struct msg *c, struct str *value)
{
    if (msg_type(*c) != MSG_STR)
        return false;
    uint8_t b = *c->data;
    size_t skip = 1, size = b & 31;
    if (b >= 0xc0) {
        skip = 1u + msg_form[b - 0xc0].size;
        size = (size_t)msg_big_endian(c->data + 1, skip - 1);
    }
    *value = (struct str){(const char *)c->data + skip, size};
    c->data += skip + size;
    return true;
}

static bool count(struct msg *c, enum msg_type type, size_t *n)
{
    if (msg_type(*c) != type)
        return false;
    uint8_t b = *c->data;
    size_t skip = 1;
    *n = b & 15;
    if (b >= 0xc0) {
        skip = 1u + msg_form[b - 0xc0].size;
        *n = (size_t)msg_big_endian(c->data + 1, skip - 1);
    }
    c->data += skip;
    return true;
}

bool msg_array(struct msg *c, size_t *n)
{
    return count(c, MSG_ARRAY, n);
}

bool msg_map(struct msg *c, size_t *n)
{
    return count(c, MSG_MAP, n);
}

/* Append one array of integers. */
static bool ints_append(struct msg *c, struct array_ints *out)
{
    size_t n;
    if (!msg_array(c, &n))
        return false;
    GROW(out->data, out->room, out->n + n);
    int32_t *to = out->data + out->n;
    for (size_t i = 0; i < n; i++) {
        int64_t value;
        for (; n - i >= 8 && !(eight_load(c->data) & EIGHT_HIGH); i += 8, c->data += 8)
            for (size_t k = 0; k < 8; k++)
                to[i + k] = c->data[k];
        if (i == n)
            break;
        if (*c->data < 0x80)
            value = *c->data++;
        else if (*c->data == 0xc0) {
            value = MSG_INT_NIL;
            c->data++;
        } else if (!msg_int(c, &value) || value <= INT32_MIN || value > INT32_MAX)
            return false;
        to[i] = (int32_t)value;
    }
    out->n += n;
    return true;
}

bool msg_ints(struct msg value, struct array_ints *out)
{
    out->n = 0;
    return ints_append(&value, out);
}

bool msg_strs(struct msg value, struct array_strs *out)
{
    size_t n;
    out->n = 0;
    if (!msg_array(&value, &n))
        return false;
    GROW(out->data, out->room, n);
    for (; out->n < n; out->n++)
        if (!msg_str(&value, &out->data[out->n]))
            return false;
    return true;
}

bool msg_ragged(struct msg value, struct array_ints *out, struct array_sizes *start)
{
    size_t rows;
    out->n = start->n = 0;
    if (!msg_array(&value, &rows))
        return false;
    GROW(start->data, start->room, rows + 1);
    for (; start->n < rows; start->n++) {
        start->data[start->n] = out->n;
        if (!ints_append(&value, out))
            return false;
    }
    start->data[start->n++] = out->n;
    return true;
}

bool msg_matrix(struct msg value, struct array_floats *out, size_t *rows, size_t *columns)
{
    out->n = *rows = *columns = 0;
    size_t n_rows;
    if (!msg_array(&value, &n_rows))
        return false;
    for (; *rows < n_rows; ++*rows) {
        size_t n;
        if (!msg_array(&value, &n) || (*rows > 0 && n != *columns))
            return false;
        *columns = n;
        GROW(out->data, out->room, out->n + n);
        for (size_t i = 0; i < n; i++) {
            double x;
            if (!msg_real(&value, &x))
                return false;
            out->data[out->n++] = (float)x;
        }
    }
    return true;
}

struct msg msg_copy(struct msg value)
{
    size_t size = (size_t)(value.end - value.data);
    uint8_t *copy = xmalloc(size, 1);
    memcpy(copy, value.data, size);
    return (struct msg){copy, copy + size};
}

void msg_copy_free(struct msg copy)
{
    free((uint8_t *)copy.data);
}
