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

/* The first n < LANES elements, zeros behind. A masked load or store where the processor has one. */
INLINE vec vec_load_n(const float *at, size_t n)
{
    float x[LANES];
    for (size_t i = 0; i < LANES; i++)
        x[i] = i < n ? at[i] : 0;
    return vec_load(x);
}

INLINE void vec_store_n(float *at, vec v, size_t n)
{
    float x[LANES];
    vec_store(x, v);
    for (size_t i = 0; i < LANES; i++)
        if (i < n)
            at[i] = x[i];
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

typedef float vec8 __attribute__((vector_size(32)));
typedef float vec4 __attribute__((vector_size(16)));
typedef int32_t ivec8 __attribute__((vector_size(32)));
typedef int32_t ivec4 __attribute__((vector_size(16)));
struct halves8 { vec8 low, high; };
struct halves4 { vec4 low, high; };

INLINE struct halves8 vec_halves(vec v)
{
    struct halves8 h;
    memcpy(&h, &v, sizeof h);
    return h;
}

INLINE struct halves4 vec_quarters(vec8 v)
{
    struct halves4 h;
    memcpy(&h, &v, sizeof h);
    return h;
}

/* One fixed tree: halves onto one another. */
INLINE float vec_sum(vec v)
{
    struct halves8 a = vec_halves(v);
    struct halves4 b = vec_quarters(a.low + a.high);
    vec4 c = b.low + b.high;
    return (c[0] + c[2]) + (c[1] + c[3]);
}

INLINE float greater(float a, float b)
{
    return a > b ? a : b;
}

INLINE float vec_greatest(vec v)
{
    struct halves8 a = vec_halves(v);
    ivec8 first = a.low > a.high;
    vec8 eight = (vec8)((first & (ivec8)a.low) | (~first & (ivec8)a.high));
    struct halves4 b = vec_quarters(eight);
    ivec4 second = b.low > b.high;
    vec4 c = (vec4)((second & (ivec4)b.low) | (~second & (ivec4)b.high));
    return greater(greater(c[0], c[2]), greater(c[1], c[3]));
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
