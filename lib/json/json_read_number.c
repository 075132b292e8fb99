/* json_read_number: numbers of JSON as msgpack. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "text/decimal.h"
#include "json/json_text.h"

/* The value of a number's text, which ends where it does; `digits` and 10^`exponent` where all of them fit. */
static double real_value(struct str text, uint64_t digits, int exponent, bool exact, bool as_float)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (exact && !as_float && digits <= 1ull << 53 && abs(exponent) <= 22) { /* then both are, and one rounding is left */
        double value = exponent < 0 ? (double)digits / power[-exponent] : (double)digits * power[exponent];
        return *text.data == '-' ? -value : value;
    }
    char small[64], *copy = text.size < sizeof small ? small : xmalloc(text.size + 1, 1);
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    double value = as_float ? (double)strtof(copy, NULL) : strtod(copy, NULL);
    if (copy != small)
        free(copy);
    return value;
}

/* Whether a float 64 is near enough to the middle between two float 32 that rounding twice could go astray. */
static bool is_doubtful(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x1fffffff) == 0x10000000 || fabs(value) < 2 * (double)FLT_MIN;
}

/* Whether the text is what some float 32's shortest text says; *single is that float. */
static bool is_single(struct str text, double value, uint64_t digits, int exponent, float *single)
{
    if (fabs(value) >= 0x1.ffffffp127) /* rounds to an infinity */
        return false;
    *single = is_doubtful(value) ? (float)real_value(text, digits, exponent, false, true) : (float)value;
    char shortest[DECIMAL_SIZE + 1];
    size_t size = decimal_float(shortest, *single);
    if (size == text.size && memcmp(shortest, text.data, size) == 0)
        return true;
    shortest[size] = 0;
    return strtod(shortest, NULL) == value; /* 1.50, 1e2 */
}

static bool put_real(struct json_text *p, struct str text, uint64_t digits, int exponent, bool exact)
{
    double value = real_value(text, digits, exponent, exact, false);
    if (!isfinite(value))
        return json_text_fail(p, "a number beyond the floats of 64 bits");
    float single;
    if (!memchr(text.data, 'E', text.size) && is_single(text, value, digits, exponent, &single))
        pack_float(&p->to->packed, single);
    else
        pack_double(&p->to->packed, value);
    return true;
}

size_t json_text_digits(struct json_text *p, uint64_t *value, bool *exact)
{
    const char *start = p->data;
    for (; p->data < p->end && *p->data >= '0' && *p->data <= '9'; p->data++) {
        uint64_t digit = (uint64_t)(*p->data - '0');
        if (*value < UINT64_MAX / 10 || (*value == UINT64_MAX / 10 && digit <= UINT64_MAX % 10))
            *value = *value * 10 + digit;
        else
            *exact = false;
    }
    return (size_t)(p->data - start);
}

bool json_text_number(struct json_text *p)
{
    const char *start = p->data;
    bool negative = json_text_peek(p) == '-', exact = true;
    uint64_t value = 0;
    p->data += negative;
    bool zero = json_text_peek(p) == '0';
    size_t n = json_text_digits(p, &value, &exact);
    if (n == 0)
        return json_text_unexpected(p, "a number without digits");
    if (zero && n > 1)
        return json_text_fail(p, "a number with a 0 in front");
    if (json_text_peek(p) != '.' && json_text_peek(p) != 'e' && json_text_peek(p) != 'E') {
        if (!exact || (negative && value > (uint64_t)1 << 63))
            return json_text_fail(p, "an integer that does not fit 64 bits");
        if (negative && value > 0)
            pack_int(&p->to->packed, (int64_t)(0 - value));
        else
            pack_uint(&p->to->packed, value);
        return true;
    }
    int exponent = 0;
    if (json_text_peek(p) == '.') {
        p->data++;
        size_t fraction = json_text_digits(p, &value, &exact);
        if (fraction == 0)
            return json_text_unexpected(p, "a number without digits after its point");
        exact = exact && fraction < 1000;
        exponent = exact ? -(int)fraction : 0;
    }
    if (json_text_peek(p) == 'e' || json_text_peek(p) == 'E') {
        p->data++;
        bool down = json_text_peek(p) == '-';
        p->data += down || json_text_peek(p) == '+';
        uint64_t power = 0;
        if (json_text_digits(p, &power, &exact) == 0)
            return json_text_unexpected(p, "a number without digits in its exponent");
        exact = exact && power < 1000;
        exponent += exact ? (down ? -(int)power : (int)power) : 0;
    }
    return put_real(p, (struct str){start, (size_t)(p->data - start)}, value, exponent, exact);
}
