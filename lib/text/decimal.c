/* decimal: shortest texts. Floats by Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles", 2020): a table
 * of powers and three multiplications. */
#include "text/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_SIZE = 20, DIGITS_SIZE = 36 }; /* up to 17 digits, then zeros, as far as a copy from the 17th on may see */

/* 10^k for k = -31 .. 45, scaled to 64 bits and rounded up. */
static const uint64_t power_of_ten[77] = {
    0x81ceb32c4b43fcf5, 0xa2425ff75e14fc32, 0xcad2f7f5359a3b3f, 0xfd87b5f28300ca0e, 0x9e74d1b791e07e49, 0xc612062576589ddb,
    0xf79687aed3eec552, 0x9abe14cd44753b53, 0xc16d9a0095928a28, 0xf1c90080baf72cb2, 0x971da05074da7bef, 0xbce5086492111aeb,
    0xec1e4a7db69561a6, 0x9392ee8e921d5d08, 0xb877aa3236a4b44a, 0xe69594bec44de15c, 0x901d7cf73ab0acda, 0xb424dc35095cd810,
    0xe12e13424bb40e14, 0x8cbccc096f5088cc, 0xafebff0bcb24aaff, 0xdbe6fecebdedd5bf, 0x89705f4136b4a598, 0xabcc77118461cefd,
    0xd6bf94d5e57a42bd, 0x8637bd05af6c69b6, 0xa7c5ac471b478424, 0xd1b71758e219652c, 0x83126e978d4fdf3c, 0xa3d70a3d70a3d70b,
    0xcccccccccccccccd, 0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000, 0x9c40000000000000,
    0xc350000000000000, 0xf424000000000000, 0x9896800000000000, 0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000,
    0xba43b74000000000, 0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000, 0x8e1bc9bf04000000,
    0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000, 0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000,
    0xa968163f0a57b400, 0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a, 0x813f3978f8940985,
    0xa18f07d736b90be6, 0xc9f2c9cd04674edf, 0xfc6f7c4045812297, 0x9dc5ada82b70b59e, 0xc5371912364ce306, 0xf684df56c3e01bc7,
    0x9a130b963a6c115d, 0xc097ce7bc90715b4, 0xf0bdc21abb48db21, 0x96769950b50d88f5, 0xbc143fa4e250eb32, 0xeb194f8e1ae525fe,
    0x92efd1b8d0cf37bf, 0xb7abc627050305ae, 0xe596b7b0c643c71a, 0x8f7e32ce7bea5c70, 0xb35dbf821ae4f38c,
};

/* floor(log2(10^k)) for the k of the table. */
static int log2_of_power(int k)
{
    return k * 1741647 >> 19;
}

/* The upper 32 bits of g * c, the lowest of them set if anything is cut off ("round to odd"). */
static uint32_t scaled(uint64_t g, uint32_t c)
{
    uint64_t high = (g >> 32) * c, low = (g & UINT32_MAX) * c;
    uint64_t sum = high + (low >> 32);
    return (uint32_t)(sum >> 32) | ((uint32_t)sum > 1);
}

/* digits * 10^exponent: the shortest decimal in the interval of numbers that round to this float, the closest if several
 * are as short. `bits` without the sign, not zero, not an infinity. */
static void shortest(uint32_t bits, uint32_t *digits, int *exponent)
{
    uint32_t fraction = bits & 0x7fffff, biased = bits >> 23;
    uint32_t c = biased ? fraction | 0x800000 : fraction;
    int q = (biased ? (int)biased : 1) - 150;
    if (q <= 0 && q > -24 && (c & ((1u << -q) - 1)) == 0) { /* a whole number */
        *digits = c >> -q;
        *exponent = 0;
        return;
    }
    bool closer_below = fraction == 0 && biased > 1, odd = c & 1;
    int k = (q * 1262611 - (closer_below ? 524031 : 0)) >> 22; /* floor(log10(2^q)), or of 3/4 of it */
    int shift = q + log2_of_power(-k) + 1;
    uint64_t g = power_of_ten[31 - k];
    uint32_t lower = scaled(g, (4 * c - 2 + closer_below) << shift) + odd;
    uint32_t value = scaled(g, 4 * c << shift);
    uint32_t upper = scaled(g, (4 * c + 2) << shift) - odd;
    uint32_t s = value / 4, ten = s / 10;
    bool below = lower <= 40 * ten, above = 40 * ten + 40 <= upper;
    if (s >= 10 && below != above) {
        *digits = ten + above;
        *exponent = k + 1;
        return;
    }
    below = lower <= 4 * s;
    above = 4 * s + 4 <= upper;
    bool up = value > 4 * s + 2 || (value == 4 * s + 2 && (s & 1));
    *digits = s + (below != above ? above : up);
    *exponent = k;
}

static const char pair[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                           "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

size_t decimal_uint(char *to, uint64_t value)
{
    size_t size = 1;
    for (uint64_t v = value; v >= 10; v /= 10)
        size++;
    char *c = to + size;
    for (; value >= 100; value /= 100) {
        c -= 2;
        memcpy(c, pair + 2 * (value % 100), 2);
    }
    if (value >= 10)
        memcpy(to, pair + 2 * value, 2);
    else
        *to = (char)('0' + value);
    return size;
}

size_t decimal_int(char *to, int64_t value)
{
    if (value >= 0)
        return decimal_uint(to, (uint64_t)value);
    *to = '-';
    return 1 + decimal_uint(to + 1, -(uint64_t)value);
}

/* Up to ten digits of a number that is not zero, without the zeros at its end; how many they are, and how many there were.
 * All ten are made, two by two and each from the number itself, then the leading zeros skipped: no division waits. */
static int put_digits(char digits[DIGITS_SIZE], uint32_t value, int *all)
{
    char ten[48];
    uint32_t high = value / 100000000, middle = value / 10000 % 10000, low = value % 10000;
    memcpy(ten, pair + 2 * high, 2);
    memcpy(ten + 2, pair + 2 * (middle / 100), 2);
    memcpy(ten + 4, pair + 2 * (middle % 100), 2);
    memcpy(ten + 6, pair + 2 * (low / 100), 2);
    memcpy(ten + 8, pair + 2 * (low % 100), 2);
    memset(ten + 10, '0', sizeof ten - 10);
    int skip = 0, n = 10;
    while (ten[skip] == '0')
        skip++;
    while (ten[n - 1] == '0')
        n--;
    memcpy(digits, ten + skip, DIGITS_SIZE);
    *all = 10 - skip;
    return n - skip;
}

/* Digits with the point where Python puts it; `point`: how many of the n stand before it. After the n stand zeros. Copies
 * are of a fixed size, for speed: DECIMAL_SIZE has room for what is written too much. */
static size_t place_point(char *to, const char digits[DIGITS_SIZE], int n, int point)
{
    char *c = to;
    if (point > 16 || point < -3) {
        *c++ = *digits;
        if (n > 1) {
            *c++ = '.';
            memcpy(c, digits + 1, COPY_SIZE);
            c += n - 1;
        }
        int e = point - 1;
        *c++ = 'e';
        *c++ = e < 0 ? '-' : '+';
        if (abs(e) < 10)
            *c++ = '0';
        return (size_t)(c - to) + decimal_uint(c, (uint64_t)abs(e));
    }
    if (point <= 0) {
        memcpy(c, "0.000", 5);
        memcpy(c + 2 - point, digits, COPY_SIZE);
        return (size_t)(2 - point) + (size_t)n;
    }
    memcpy(c, digits, COPY_SIZE);
    c[point] = '.';
    memcpy(c + point + 1, digits + point, COPY_SIZE);
    return (size_t)(n > point ? n + 1 : point + 2);
}

size_t decimal_float(char *to, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    size_t sign = bits >> 31;
    if (sign)
        *to++ = '-';
    bits &= 0x7fffffff;
    if (bits == 0) {
        memcpy(to, "0.0", 3);
        return sign + 3;
    }
    uint32_t decimal;
    int exponent;
    char digits[DIGITS_SIZE];
    shortest(bits, &decimal, &exponent);
    int all, n = put_digits(digits, decimal, &all);
    return sign + place_point(to, digits, n, all + exponent);
}

/* Doubles are rare in a stream: ask the C library. */
size_t decimal_double(char *to, double value)
{
    char text[40], digits[DIGITS_SIZE];
    memset(digits, '0', sizeof digits);
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    const char *c = text;
    size_t sign = *c == '-';
    if (sign)
        *to++ = *c++;
    int n = 0;
    for (; *c != 'e'; c++)
        if (*c != '.')
            digits[n++] = *c;
    int point = 1 + atoi(c + 1);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (n == 1 && *digits == '0')
        point = 1;
    return sign + place_point(to, digits, n, point);
}
