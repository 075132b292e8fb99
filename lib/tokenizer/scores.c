/* scores: the digits as an integer of 64 bits, then one product or quotient with a power of ten.
 *
 * That alone is what serde_json does. The nearest double: if the integer and the power are exact in double, it is the same
 * (Clinger, 1990). In long double the error of a product with the inverse power is far below a double's last bit, so both
 * neighbours of it round to the same double, but for a few numbers, which strtod reads. The 250 000 scores of XLM-RoBERTa take
 * some milliseconds instead of 30. */
#include "tokenizer/scores.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "text/eight.h"

enum { EXACT_IN_DOUBLE = 22, EXACT_POWER = 27, POWER_MAX = 308, EXPONENT_MAX = 100000 };

struct scores_decimal {
    uint64_t digits;
    int exponent;
    bool negative, complete; /* complete: no digit was left out */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits that do not fit are left out: those in front of the point count for the exponent. */
static const char *read_digits(const char *c, struct scores_decimal *d, bool after_point)
{
    static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    const uint64_t surely = UINT64_MAX / 10; /* below it one more digit fits */
    const char *first = c;
    bool full = false;
    uint64_t some;
    while (EIGHT_IN_ORDER && d->digits < surely / 100000000) {
        unsigned n = eight_digits(eight_load(c), &some);
        c += n;
        d->digits = power[n] * d->digits + some;
        if (n < 8) { /* mostly that is all */
            d->exponent -= after_point ? (int)(c - first) : 0;
            return c;
        }
    }
    for (; is_digit(*c) && d->digits < surely; c++)
        d->digits = 10 * d->digits + (uint64_t)(*c - '0');
    d->exponent -= after_point ? (int)(c - first) : 0;
    for (; is_digit(*c); c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        full = full || (d->digits >= surely && d->digits > (UINT64_MAX - digit) / 10);
        if (!full)
            d->digits = 10 * d->digits + digit;
        d->complete = d->complete && !full;
        d->exponent += full ? !after_point : -(int)after_point;
    }
    return c;
}

static const char *read_decimal(const char *c, struct scores_decimal *d)
{
    const char *first = c += d->negative = *c == '-';
    d->complete = true;
    c = read_digits(c, d, false);
    if (c == first || (*first == '0' && c > first + 1))
        return NULL;
    if (*c == '.') {
        first = c + 1;
        if ((c = read_digits(first, d, true)) == first)
            return NULL;
    }
    if (*c == 'e' || *c == 'E') {
        bool down = *++c == '-';
        int power = 0;
        first = c += down || *c == '+';
        for (; is_digit(*c); c++)
            power = power < EXPONENT_MAX ? 10 * power + (*c - '0') : power;
        if (c == first)
            return NULL;
        d->exponent += down ? -power : power;
    }
    return c;
}

static double power_of_ten(int n)
{
    static double power[POWER_MAX + 1];
    if (power[0] == 0) {
        char text[8] = "1e";
        for (int i = 0; i <= POWER_MAX; i++) {
            char *end = text + 2;
            if (i > 99)
                *end++ = (char)('0' + i / 100);
            if (i > 9)
                *end++ = (char)('0' + i / 10 % 10);
            *end++ = (char)('0' + i % 10);
            *end = 0;
            power[i] = strtod(text, NULL);
        }
    }
    return power[n];
}

static double serde_value(const struct scores_decimal *d)
{
    double value = (double)d->digits;
    int exponent = d->exponent;
    for (; exponent < -POWER_MAX && value > 0; exponent += POWER_MAX)
        value /= power_of_ten(POWER_MAX);
    if (value > 0 && exponent > POWER_MAX)
        return INFINITY;
    if (value > 0)
        value = exponent < 0 ? value / power_of_ten(-exponent) : value * power_of_ten(exponent);
    return d->negative ? -value : value;
}

static double exact_value(const struct scores_decimal *d, const char *text)
{
    if (d->complete && d->digits <= UINT64_C(1) << DBL_MANT_DIG && d->exponent <= 0 && d->exponent >= -EXACT_IN_DOUBLE)
        return serde_value(d);
    if (LDBL_MANT_DIG < 64 || !d->complete || d->exponent > 0 || d->exponent < -EXACT_POWER)
        return strtod(text, NULL);
    static long double tenth[EXACT_POWER + 1];
    if (tenth[0] < 1) {
        long double power = 1;
        for (int i = 0; i <= EXACT_POWER; i++, power *= 10)
            tenth[i] = 1 / power;
    }
    long double value = (long double)d->digits * tenth[-d->exponent], error = value * 0x1p-62L;
    double below = (double)(value - error), above = (double)(value + error);
    if (below != above)
        return strtod(text, NULL);
    return d->negative ? -below : below;
}

const char *scores_read(const char *c, bool serde, double *score)
{
    struct scores_decimal d = {0};
    const char *end = read_decimal(c, &d);
    if (!end)
        return NULL;
    *score = serde ? serde_value(&d) : exact_value(&d, c);
    return isfinite(*score) ? end : NULL;
}
