/* elementary: each function reduces its argument, exactly or to a sum of two doubles, and sums a Taylor series.
 *
 * Bits: only +, - and * of doubles, which IEEE 754 rounds in one way everywhere, in the order written here (-ffp-contract=off). A
 * constant that is cut to 32 bits has exact products with small integers; what is cut off is added later (Cody & Waite, "Software
 * manual for the elementary functions", 1980). */
#include "base/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double LN2 = 0x1.62e42feep-1, LN2_REST = 0x1.a39ef35793c76p-33;
static const double HALF_PI[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
static const double LN10 = 0x1.26bb1bbb55516p+1, LN10_REST = -0x1.f48ad494ea3e9p-53;
static const double ROUND = 0x1.8p52; /* x + ROUND - ROUND: the nearest integer */

/* 2^k of a normal number */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a b = high + low, without an error (Dekker, "A floating-point technique for extending the available precision", 1971). */
struct two {
    double high, low;
};

static struct two exact_product(double a, double b)
{
    const double split = 0x1p27 + 1;
    double a_high = a * split - (a * split - a), a_low = a - a_high;
    double b_high = b * split - (b * split - b), b_low = b - b_high;
    double high = a * b;
    return (struct two){high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/* e^(x + rest) = 2^k e^r with |r| <= ln(2) / 2. The polynomial is that of (e^r - 1 - r) / r^2. */
static double exp_of(double x, double rest)
{
    if (!(x < 709.79))
        return x != x ? x : INFINITY;
    if (x < -746)
        return 0;
    double k = (x * 0x1.71547652b82fep+0 + ROUND) - ROUND, near = x - k * LN2;
    double r = near - (k * LN2_REST - rest), r_rest = (near - r) - (k * LN2_REST - rest);
    double r2 = r * r, r4 = r2 * r2;
    double a = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
    double b = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
    double c = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
    double y = 1 + (r + (r2 * (a + r4 * (b + r4 * c)) + r_rest));
    int power = (int)k, half = power / 2;
    return power >= -1022 && power <= 1023 ? y * power_of_two(power) : y * power_of_two(half) * power_of_two(power - half);
}

double elementary_exp(double x)
{
    return exp_of(x, 0);
}

/* 2^(j / 16) */
static const double ROOT[16] = {0x1p0,
                                0x1.0b5586cf9890fp0,
                                0x1.172b83c7d517bp0,
                                0x1.2387a6e756238p0,
                                0x1.306fe0a31b715p0,
                                0x1.3dea64c123422p0,
                                0x1.4bfdad5362a27p0,
                                0x1.5ab07dd485429p0,
                                0x1.6a09e667f3bcdp0,
                                0x1.7a11473eb0187p0,
                                0x1.8ace5422aa0dbp0,
                                0x1.9c49182a3f090p0,
                                0x1.ae89f995ad3adp0,
                                0x1.c199bdd85529cp0,
                                0x1.d5818dcfba487p0,
                                0x1.ea4afa2a490dap0};

/* In double without its last bits: 2^(k / 16) e^r with |r| <= ln(2) / 32. Below -110 it is 0 in fp32. */
void elementary_exp_floats(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        double from = x[i] < -110 ? -110 : (double)x[i], k = from * (16 * 0x1.71547652b82fep+0) + ROUND, power;
        uint64_t bits;
        memcpy(&bits, &k, sizeof bits); /* its lowest bits are the integer */
        k -= ROUND;
        double r = (from - k * (LN2 / 16)) - k * (LN2_REST / 16), r2 = r * r;
        double y = 1 + (r + r2 * ((1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120))));
        uint64_t root = bits % 16;
        bits = ((bits >> 4) + 1023) << 52;
        memcpy(&power, &bits, sizeof power);
        x[i] = (float)(y * ROOT[root] * power);
    }
}

double elementary_exp10(double x)
{
    struct two y = exact_product(x, LN10);
    return exp_of(y.high, y.low + x * LN10_REST);
}

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); log(1 + f) = 2 artanh(s) with s = f / (2 + f), and 2 s = f - s f. */
double elementary_log(double x)
{
    int64_t bits, k = 0;
    if (!(x > 0 && x < INFINITY))
        return x == 0 ? -INFINITY : x > 0 ? x : NAN;
    if (x < 0x1p-1022)
        x *= 0x1p54, k = -54;
    memcpy(&bits, &x, sizeof bits);
    int64_t above = bits - INT64_C(0x3fe6a09e667f3bcd); /* the bits of sqrt(1/2) */
    k += above >> 52;
    bits -= (above >> 52) * (INT64_C(1) << 52);
    memcpy(&x, &bits, sizeof x);
    double f = x - 1, s = f / (2 + f), z = s * s, z2 = z * z, z4 = z2 * z2;
    double a = (2.0 / 3 + z * (2.0 / 5)) + z2 * (2.0 / 7 + z * (2.0 / 9));
    double b = (2.0 / 11 + z * (2.0 / 13)) + z2 * (2.0 / 15 + z * (2.0 / 17));
    double c = 2.0 / 19 + z * (2.0 / 21);
    double series = z * (a + z4 * (b + z4 * c));
    return (double)k * LN2 - ((s * (f - series) - (double)k * LN2_REST) - f);
}

/* sin (or cos) of r + rest with |r| <= pi / 4. */
static double sin_near(double r, double rest)
{
    double z = r * r, z2 = z * z, z4 = z2 * z2;
    double a = (-1.0 / 6 + z * (1.0 / 120)) + z2 * (-1.0 / 5040 + z * (1.0 / 362880));
    double b = (-1.0 / 39916800 + z * (1.0 / 6227020800)) + z2 * (-1.0 / 1307674368000 + z * (1.0 / 355687428096000));
    return r + (r * z * (a + z4 * b) + rest * (1 - z / 2));
}

static double cos_near(double r, double rest)
{
    double z = r * r, z2 = z * z, z4 = z2 * z2, half = z / 2, near = 1 - half;
    double a = (1.0 / 24 + z * (-1.0 / 720)) + z2 * (1.0 / 40320 + z * (-1.0 / 3628800));
    double b = (1.0 / 479001600 + z * (-1.0 / 87178291200)) + z2 * (1.0 / 20922789888000);
    return near + (((1 - near) - half) + (z2 * (a + z4 * b) - r * rest));
}

/* x = k pi/2 + r; `quarter` turns are added to k. */
static double circle(double x, int64_t quarter)
{
    if (!(fabs(x) <= 0x1p20))
        return NAN;
    double k = (x * 0x1.45f306dc9c883p-1 + ROUND) - ROUND, near = x - k * HALF_PI[0], middle = k * HALF_PI[1];
    double sum = near - middle, rest = ((near - sum) - middle) - k * HALF_PI[2], r = sum + rest;
    rest = (sum - r) + rest;
    quarter += (int64_t)k;
    double y = quarter & 1 ? cos_near(r, rest) : sin_near(r, rest);
    return quarter & 2 ? -y : y;
}

double elementary_sin(double x)
{
    return circle(x, 0);
}

double elementary_cos(double x)
{
    return circle(x, 1);
}

static struct two product(struct two a, struct two b)
{
    struct two p = exact_product(a.high, b.high);
    double low = p.low + (a.high * b.low + a.low * b.high), high = p.high + low;
    return (struct two){high, (p.high - high) + low};
}

double elementary_power(double x, size_t n)
{
    struct two y = {1, 0}, square = {x, 0};
    for (; n > 0; n >>= 1) {
        if (n & 1)
            y = product(y, square);
        if (n > 1)
            square = product(square, square);
    }
    return y.high + y.low;
}
