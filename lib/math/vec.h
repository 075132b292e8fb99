/* vec: as many floats at a time as a register of the processor holds, in the compilers' vector types.
 *
 * The Makefile compiles a file with such loops for each of several widths, and the program takes the widest one that the
 * processor has when it starts. Sums are LANES partial sums at every width, multiply-adds are fused where vec_fma says so and
 * nowhere else (-ffp-contract=off), and a rest of fewer than WIDTH goes through the same code with zeros: an element has the same
 * bits at any place of its row and at every width that fuses (a processor without AVX2 rounds twice, and its products are
 * OpenBLAS's anyway). */
#ifndef TAGPIPE_MATH_VEC_H
#define TAGPIPE_MATH_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* One function compiled for several widths, for loops that the compiler turns into vectors. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* WIDTHS(f), between f's declaration and its definition: in an object of one width (Makefile: -DVEC_WIDTH='".v3"') the
 * function is called f.v3; that without a width of its own also holds f, which chooses. */
#define VEC_NAMED(f, name) extern __typeof__(f) f __asm__(name);
#if defined(VEC_WIDTH)
#define WIDTHS(f) VEC_NAMED(f, #f VEC_WIDTH)
#elif defined(VEC_WIDTHS)
#define WIDTHS(f)                                                                               \
    extern __typeof__(f) f##_v4 __asm__(#f ".v4"), f##_v3 __asm__(#f ".v3");                    \
    VEC_NAMED(f, #f ".v1")                                                                      \
    extern __typeof__(f) f##_chosen __asm__(#f) __attribute__((ifunc(#f "_choose")));           \
    static __attribute__((used)) __typeof__(f) *f##_choose(void) __asm__(#f "_choose");         \
    static __typeof__(f) *f##_choose(void)                                                      \
    {                                                                                           \
        __builtin_cpu_init();                                                                   \
        bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"); \
        bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") \
               && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");     \
        return v4 ? f##_v4 : v3 ? f##_v3 : f;                                                   \
    }
#else
#define WIDTHS(f)
#endif

/* WIDTH floats in a vec, LANES partial sums in PARTS of them. */
#if defined(__AVX512F__)
enum { WIDTH = 16 };
#elif defined(__AVX2__)
enum { WIDTH = 8 };
#else
enum { WIDTH = 4 };
#endif
enum { LANES = 16, PARTS = LANES / WIDTH };
typedef float vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ivec __attribute__((vector_size(4 * WIDTH)));
typedef uint32_t uvec __attribute__((vector_size(4 * WIDTH)));

INLINE vec vec_of(float x)
{
    return x - (vec){0};
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

/* The lanes' numbers. */
INLINE ivec vec_numbers(void)
{
#if defined(__AVX512F__)
    return (ivec){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif defined(__AVX2__)
    return (ivec){0, 1, 2, 3, 4, 5, 6, 7};
#else
    return (ivec){0, 1, 2, 3};
#endif
}

/* Lane by lane: a where the mask is set, else b. */
INLINE vec vec_select(ivec mask, vec a, vec b)
{
    return (vec)((mask & (ivec)a) | (~mask & (ivec)b));
}

/* Of `left` elements the first WIDTH; `fill` behind them, if they are fewer. */
INLINE vec vec_first(const float *at, size_t left, float fill)
{
    if (left >= WIDTH)
        return vec_load(at);
#if defined(__AVX512F__)
    return (vec)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), (__mmask16)((1u << left) - 1), at);
#elif defined(__AVX2__)
    ivec there = vec_numbers() < (int32_t)left - (ivec){0};
    return vec_select(there, (vec)_mm256_maskload_ps(at, (__m256i)there), vec_of(fill));
#else
    float x[WIDTH];
    for (size_t i = 0; i < WIDTH; i++)
        x[i] = i < left ? at[i] : fill;
    return vec_load(x);
#endif
}

INLINE void vec_put(float *at, vec v, size_t left)
{
    if (left >= WIDTH) {
        vec_store(at, v);
        return;
    }
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(at, (__mmask16)((1u << left) - 1), (__m512)v);
#else
    float x[WIDTH];                         /* a masked store takes AVX2 forty operations */
    vec_store(x, v);
    for (size_t size = WIDTH / 2, i = 0; size > 0; size /= 2)
        if (left & size) {
            memcpy(at + i, x + i, size * sizeof *at);
            i += size;
        }
#endif
}

/* The first `left` lanes, zeros behind. */
INLINE vec vec_cut(vec v, size_t left)
{
    return left >= WIDTH ? v : vec_select(vec_numbers() < (int32_t)left - (ivec){0}, v, (vec){0});
}

/* a > b ? a : b, which is b where one of them is NaN: what the instruction does. */
INLINE vec vec_max(vec a, vec b)
{
#if defined(__AVX512F__)
    return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return vec_select(a > b, a, b);
#endif
}

/* a < b ? a : b */
INLINE vec vec_min(vec a, vec b)
{
#if defined(__AVX512F__)
    return (vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return vec_select(a < b, a, b);
#endif
}

/* a b + c, rounded once. */
INLINE vec vec_fma(vec a, vec b, vec c)
{
#if defined(__AVX512F__)
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
    return a * b + c;
#endif
}

INLINE vec vec_abs(vec v)
{
    return (vec)((ivec)v & 0x7fffffff);
}

INLINE vec vec_sqrt(vec v)
{
    float x[WIDTH];
    vec_store(x, v);
    for (size_t i = 0; i < WIDTH; i++)
        x[i] = __builtin_sqrtf(x[i]);
    return vec_load(x);
}

typedef float vec8 __attribute__((vector_size(32)));
typedef float vec4 __attribute__((vector_size(16)));
typedef int32_t ivec4 __attribute__((vector_size(16)));

/* `i` runs over the vectors of n elements, `part` over the partial sums that they belong to. */
#define FOR_PARTS(i, part, n)                                                                   \
    for (size_t i##_lanes = 0; i##_lanes < (n); i##_lanes += LANES)                             \
        _Pragma("GCC unroll 4")                                                                 \
        for (size_t i = i##_lanes, part = 0; part < PARTS && i < (n); part++, i += WIDTH)

struct sums { vec part[PARTS]; };

/* One fixed tree: halves onto one another. */
INLINE float sums_total(struct sums s)
{
    float x[LANES];
    memcpy(x, &s, sizeof s);
    vec8 eight[2];
    memcpy(eight, x, sizeof eight);
    eight[0] += eight[1];
    vec4 four[2];
    memcpy(four, eight, sizeof four);
    four[0] += four[1];
    return (four[0][0] + four[0][2]) + (four[0][1] + four[0][3]);
}

INLINE float greater(float a, float b)
{
    return a > b ? a : b;
}

/* Quarters of four in registers, then their four. */
INLINE float vec_greatest(vec v)
{
    vec4 four[WIDTH / 4];
    memcpy(four, &v, sizeof v);
#pragma GCC unroll 3
    for (size_t i = 1; i < WIDTH / 4; i++) {
        ivec4 less = four[i] > four[0];
        four[0] = (vec4)((less & (ivec4)four[i]) | (~less & (ivec4)four[0]));
    }
    return greater(greater(four[0][0], four[0][2]), greater(four[0][1], four[0][3]));
}

/* Vectors that are worked on side by side: the steps of one wait for one another, and the processor does not look far enough
 * ahead to find the next one's. `n` is a constant; the loop is unrolled. */
enum { BESIDE = 4 };
#define EACH(i, n) _Pragma("GCC unroll 4") for (size_t i = 0; i < (n); i++)

/* e^x, of x up to 88, as 2^k e^r with |r| <= ln(2)/2 and a polynomial fitted to 3e-9, by pairs of terms (Estrin's scheme: what
 * waits for one another is short); within 1 ulp near 0, 1.3 ulp down to e^-16 and 5 ulp at e^-87, below which it is 2^-126. */
INLINE void vec_exp(const size_t n, vec *x)
{
    const vec magic = vec_of(12582912.0f);
    vec k[BESIDE], square[BESIDE], high[BESIDE], low[BESIDE];
    EACH(i, n) x[i] = vec_max(vec_of(-87.0f), x[i]);
    EACH(i, n) k[i] = vec_fma(x[i], vec_of(1.44269504f), magic) - magic;
    EACH(i, n) x[i] = vec_fma(k[i], vec_of(-0.693147182f), x[i]);           /* r: this float is ln(2) to 2e-9 */
    EACH(i, n) square[i] = x[i] * x[i];
    EACH(i, n) high[i] = vec_fma(vec_of(0.00836874545f), x[i], vec_of(0.041668389f));
    EACH(i, n) low[i] = vec_fma(vec_of(0.166665211f), x[i], vec_of(0.49999994f));
    EACH(i, n) high[i] = vec_fma(vec_of(0.00138145406f), square[i], high[i]);
    EACH(i, n) high[i] = vec_fma(high[i], square[i], low[i]);
    EACH(i, n) k[i] = (vec)((__builtin_convertvector(k[i], ivec) + 127) << 23);
    EACH(i, n) x[i] = vec_fma(vec_fma(high[i], square[i], x[i]), k[i], k[i]);
}

#endif
