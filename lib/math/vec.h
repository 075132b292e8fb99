/* vec: loops over as many floats at a time as a register of the processor holds, in the compilers' vector types.
 *
 * The Makefile compiles a file with such loops once for each width (VECTORS). When the program starts, it takes the widest
 * version that the processor can run.
 *
 * Bits: an element has the same bits at any place of its row, and at every width with fused multiply-adds. For this, sums are
 * VEC_LANES partial sums at every width; multiply-adds are fused where vec_fma says so and nowhere else (-ffp-contract=off); and
 * the last elements of a row, fewer than VEC_SIZE, go through the same code, filled up with zeros. A processor without a fused
 * multiply-add rounds twice; its products are OpenBLAS's anyway. */
#ifndef TAGPIPE_MATH_VEC_H
#define TAGPIPE_MATH_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define VEC_INLINE static inline __attribute__((always_inline))

/* VEC_MULTIVERSION(f) stands between f's declaration and its definition. In an object of one width (the Makefile compiles it with
 * -DVEC_WIDTH='".v3"') the function is named f.v3. The object without a width also has f itself, which chooses (an ifunc). */
#define VEC_NAMED(f, name) extern __typeof__(f) f __asm__(name);
#if defined(VEC_WIDTH)
#define VEC_MULTIVERSION(f) VEC_NAMED(f, #f VEC_WIDTH)
#elif defined(VEC_WIDTHS)
#define VEC_MULTIVERSION(f)                                                                                                      \
    extern __typeof__(f) f##_v4 __asm__(#f ".v4"), f##_v3 __asm__(#f ".v3");                                                     \
    VEC_NAMED(f, #f ".v1")                                                                                                       \
    extern __typeof__(f) f##_chosen __asm__(#f) __attribute__((ifunc(#f "_choose")));                                            \
    static __attribute__((used)) __typeof__(f) *f##_choose(void) __asm__(#f "_choose");                                          \
    static __typeof__(f) *f##_choose(void)                                                                                       \
    {                                                                                                                            \
        __builtin_cpu_init();                                                                                                    \
        bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");             \
        bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")                                  \
                  && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");                                   \
        return v4 ? f##_v4 : v3 ? f##_v3 : f;                                                                                    \
    }
#else
#define VEC_MULTIVERSION(f)
#endif

/* A vec holds VEC_SIZE floats; VEC_PARTS of them hold the VEC_LANES partial sums. */
#if defined(__AVX512F__)
enum { VEC_SIZE = 16 };
#elif defined(__AVX2__)
enum { VEC_SIZE = 8 };
#else
enum { VEC_SIZE = 4 };
#endif
enum { VEC_LANES = 16, VEC_PARTS = VEC_LANES / VEC_SIZE };
typedef float vec __attribute__((vector_size(4 * VEC_SIZE)));
typedef int32_t vec_int __attribute__((vector_size(4 * VEC_SIZE)));
typedef uint32_t vec_uint __attribute__((vector_size(4 * VEC_SIZE)));

VEC_INLINE vec vec_of(float x)
{
    return x - (vec){0};
}

VEC_INLINE vec vec_load(const float *data)
{
    vec v;
    memcpy(&v, data, sizeof v);
    return v;
}

VEC_INLINE void vec_store(float *data, vec v)
{
    memcpy(data, &v, sizeof v);
}

/* 0, 1, 2 ... */
VEC_INLINE vec_int vec_lane_numbers(void)
{
#if defined(__AVX512F__)
    return (vec_int){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif defined(__AVX2__)
    return (vec_int){0, 1, 2, 3, 4, 5, 6, 7};
#else
    return (vec_int){0, 1, 2, 3};
#endif
}

/* Lane by lane: a where the mask is set, else b. */
VEC_INLINE vec vec_select(vec_int mask, vec a, vec b)
{
    return (vec)((mask & (vec_int)a) | (~mask & (vec_int)b));
}

/* The first VEC_SIZE of `left` elements. If there are fewer, the other lanes are `fill`. */
VEC_INLINE vec vec_load_first(const float *data, size_t left, float fill)
{
    if (left >= VEC_SIZE)
        return vec_load(data);
#if defined(__AVX512F__)
    return (vec)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), (__mmask16)((1u << left) - 1), data);
#elif defined(__AVX2__)
    vec_int in_range = vec_lane_numbers() < (int32_t)left - (vec_int){0};
    return vec_select(in_range, (vec)_mm256_maskload_ps(data, (__m256i)in_range), vec_of(fill));
#else
    float x[VEC_SIZE];
    for (size_t i = 0; i < VEC_SIZE; i++)
        x[i] = i < left ? data[i] : fill;
    return vec_load(x);
#endif
}

/* Stores the first `left` lanes, at most VEC_SIZE. */
VEC_INLINE void vec_store_first(float *data, vec v, size_t left)
{
    if (left >= VEC_SIZE) {
        vec_store(data, v);
        return;
    }
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(data, (__mmask16)((1u << left) - 1), (__m512)v);
#else
    float x[VEC_SIZE]; /* a masked store takes AVX2 forty operations */
    vec_store(x, v);
    for (size_t size = VEC_SIZE / 2, i = 0; size > 0; size /= 2)
        if (left & size) {
            memcpy(data + i, x + i, size * sizeof *data);
            i += size;
        }
#endif
}

/* What is left of n elements at element i, for the functions around this one. `whole` is a constant: that n is a multiple of
 * VEC_LANES. Then no load or store asks. */
VEC_INLINE size_t vec_left(const bool whole, size_t n, size_t i)
{
    return whole ? VEC_SIZE : n - i;
}

/* The first `left` lanes, zeros after them. */
VEC_INLINE vec vec_keep_first(vec v, size_t left)
{
    return left >= VEC_SIZE ? v : vec_select(vec_lane_numbers() < (int32_t)left - (vec_int){0}, v, (vec){0});
}

/* a > b ? a : b: b where one of them is NaN, as the instruction has it. */
VEC_INLINE vec vec_max(vec a, vec b)
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
VEC_INLINE vec vec_min(vec a, vec b)
{
#if defined(__AVX512F__)
    return (vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return vec_select(a < b, a, b);
#endif
}

/* a b + c, rounded once where VEC_FUSED is true. */
#if defined(__FMA__) || defined(__aarch64__) || defined(__FP_FAST_FMAF)
enum { VEC_FUSED = true };
#else
enum { VEC_FUSED = false };
#endif
VEC_INLINE vec vec_fma(vec a, vec b, vec c)
{
#if defined(__AVX512F__)
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
    return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#elif defined(__FP_FAST_FMAF)
    for (size_t i = 0; i < VEC_SIZE; i++)
        c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
#else
    return a * b + c;
#endif
}

VEC_INLINE vec vec_abs(vec v)
{
    return (vec)((vec_int)v & 0x7fffffff);
}

VEC_INLINE vec vec_sqrt(vec v)
{
    float x[VEC_SIZE];
    vec_store(x, v);
    for (size_t i = 0; i < VEC_SIZE; i++)
        x[i] = __builtin_sqrtf(x[i]);
    return vec_load(x);
}

typedef float vec_eight __attribute__((vector_size(32)));
typedef float vec_four __attribute__((vector_size(16)));
typedef int32_t vec_four_int __attribute__((vector_size(16)));

/* A loop over the vectors of n elements: element i is the first of one, `part` is its partial sum. */
#define VEC_FOR_PARTS(i, part, n)                                                                                                \
    for (size_t i##_lanes = 0; i##_lanes < (n); i##_lanes += VEC_LANES)                                                          \
    _Pragma("GCC unroll 4") for (size_t i = i##_lanes, part = 0; part < VEC_PARTS && i < (n); part++, i += VEC_SIZE)

struct vec_sums {
    vec part[VEC_PARTS];
};

/* Summed as one fixed tree: each time the second half is added to the first. */
VEC_INLINE float vec_sums_total(struct vec_sums s)
{
    float x[VEC_LANES];
    memcpy(x, &s, sizeof s);
    vec_eight eight[2];
    memcpy(eight, x, sizeof eight);
    eight[0] += eight[1];
    vec_four four[2];
    memcpy(four, eight, sizeof four);
    four[0] += four[1];
    return (four[0][0] + four[0][2]) + (four[0][1] + four[0][3]);
}

VEC_INLINE float vec_greater(float a, float b)
{
    return a > b ? a : b;
}

/* The largest lane: of the quarters lane by lane, then of the four that are left. */
VEC_INLINE float vec_reduce_max(vec v)
{
    vec_four four[VEC_SIZE / 4];
    memcpy(four, &v, sizeof v);
#pragma GCC unroll 3
    for (size_t i = 1; i < VEC_SIZE / 4; i++) {
        vec_four_int less = four[i] > four[0];
        four[0] = (vec_four)((less & (vec_four_int)four[i]) | (~less & (vec_four_int)four[0]));
    }
    return vec_greater(vec_greater(four[0][0], four[0][2]), vec_greater(four[0][1], four[0][3]));
}

/* Long computations work on VEC_UNROLL vectors side by side. Within one vector each step waits for the one before, and the
 * processor does not look far enough ahead to start the next vector by itself. VEC_EACH: `n` is a constant and the loop is
 * unrolled. */
enum { VEC_UNROLL = 4 };
#define VEC_EACH(i, n) _Pragma("GCC unroll 4") for (size_t i = 0; i < (n); i++)

/* e^x, of x up to 88, as 2^k e^r with |r| <= ln(2)/2 and a polynomial fitted to 3e-9, by pairs of terms (Estrin's scheme: few
 * steps wait for each other); within 1 ulp near 0, 1.3 ulp down to e^-16 and 5 ulp at e^-87, below which it is 2^-126. */
VEC_INLINE void vec_exp(const size_t n, vec *x)
{
    const vec magic = vec_of(12582912.0f);
    vec k[VEC_UNROLL], square[VEC_UNROLL], high[VEC_UNROLL], low[VEC_UNROLL];
    VEC_EACH(i, n) x[i] = vec_max(vec_of(-87.0f), x[i]);
    VEC_EACH(i, n) k[i] = vec_fma(x[i], vec_of(1.44269504f), magic) - magic;
    VEC_EACH(i, n) x[i] = vec_fma(k[i], vec_of(-0.693147182f), x[i]); /* r: this float is ln(2) to 2e-9 */
    VEC_EACH(i, n) square[i] = x[i] * x[i];
    VEC_EACH(i, n) high[i] = vec_fma(vec_of(0.00836874545f), x[i], vec_of(0.041668389f));
    VEC_EACH(i, n) low[i] = vec_fma(vec_of(0.166665211f), x[i], vec_of(0.49999994f));
    VEC_EACH(i, n) high[i] = vec_fma(vec_of(0.00138145406f), square[i], high[i]);
    VEC_EACH(i, n) high[i] = vec_fma(high[i], square[i], low[i]);
    VEC_EACH(i, n) k[i] = (vec)((__builtin_convertvector(k[i], vec_int) + 127) << 23);
    VEC_EACH(i, n) x[i] = vec_fma(vec_fma(high[i], square[i], x[i]), k[i], k[i]);
}

#endif
