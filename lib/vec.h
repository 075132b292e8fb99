/* vec: sixteen floats at a time, in the compilers' vector types.
 *
 * The lanes are fixed, whatever the processor's width, no operation is contracted (-ffp-contract=off), and a rest of fewer
 * than sixteen goes through the same code with zeros: an element has the same bits on every machine of one kind, at any
 * place of its row. */
#ifndef TAGPIPE_VEC_H
#define TAGPIPE_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Compiled for several widths, chosen when the program starts. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

enum { LANES = 16 };
typedef float vec __attribute__((vector_size(64)));
typedef int32_t ivec __attribute__((vector_size(64)));
typedef uint32_t uvec __attribute__((vector_size(64)));

INLINE vec vec_of(float x)
{
    return (vec){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

INLINE vec vec_load(const float *at)
{
    vec v;
    memcpy(&v, at, sizeof v);
    return v;
}

INLINE void vec_store(float *at, vec v)
{
    memcpy(at, &v, sizeof v);
}

/* The first n < LANES elements, zeros behind. */
INLINE vec vec_load_n(const float *at, size_t n)
{
    vec v = {0};
    memcpy(&v, at, n * sizeof *at);
    return v;
}

INLINE void vec_store_n(float *at, vec v, size_t n)
{
    memcpy(at, &v, n * sizeof *at);
}

/* Lane by lane: a where the mask is set, else b. */
INLINE vec vec_select(ivec mask, vec a, vec b)
{
    return (vec)((mask & (ivec)a) | (~mask & (ivec)b));
}

INLINE vec vec_max(vec a, vec b)
{
    return vec_select(a > b, a, b);
}

/* One fixed tree. */
INLINE float vec_sum(vec v)
{
    float x[LANES];
    memcpy(x, &v, sizeof x);
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            x[i] += x[i + half];
    return x[0];
}

INLINE float vec_greatest(vec v)
{
    float x[LANES];
    memcpy(x, &v, sizeof x);
    for (size_t i = 1; i < LANES; i++)
        x[0] = x[i] > x[0] ? x[i] : x[0];
    return x[0];
}

/* e^x, within 2 ulp; 2^n e^r with |r| <= ln(2)/2 and Taylor's polynomial. Below -87 it is 2^-126, above 88 it is 2^127. */
INLINE vec vec_exp(vec x)
{
    const vec low = vec_of(-87.0f), high = vec_of(88.0f), magic = vec_of(12582912.0f);
    x = vec_select(x < low, low, x);
    x = vec_select(x > high, high, x);
    vec n = (x * vec_of(1.44269504f) + magic) - magic;
    vec r = (x - n * vec_of(0.693359375f)) - n * vec_of(-2.12194440e-4f);
    vec p = vec_of(1.0f / 5040);
    p = p * r + vec_of(1.0f / 720);
    p = p * r + vec_of(1.0f / 120);
    p = p * r + vec_of(1.0f / 24);
    p = p * r + vec_of(1.0f / 6);
    p = p * r + vec_of(0.5f);
    p = p * (r * r) + r;
    ivec power = (__builtin_convertvector(n, ivec) + 127) << 23;
    return (p + vec_of(1.0f)) * (vec)power;
}

#endif
