/* machine: what this machine can do. A row a line, columns split by tabs:
 *     class    amx|avx512-bf16|avx512|avx2|arm64|portable                of the processor
 *     kernels  those that run here
 *     peak     fp32|bf16|int8  instruction  threads  GFLOP/s    on registers alone, for each instruction that the processor has
 *     copy     threads  GB/s                         memcpy of arrays too large for any cache, bytes read and written
 * usage: machine [ROUNDS]     threads as OMP_NUM_THREADS says, for the peaks one thread, too */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "gemm/gemm.h"
#include "gemm/gemm_amx.h"
#include "base/thread_setup.h"

enum { ROUNDS_MAX = 99 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the peak: chains enough to fill both multipliers, nothing in memory ---- */

#if defined(__aarch64__)
enum { STEPS = 2000000, CHAINS = 24 }; /* four multipliers with a latency of four cycles, and more */
#else
enum { STEPS = 2000000, CHAINS = 12 };
#endif
/* 2 a multiply-add, of one instruction of STEPS * CHAINS */
struct chains {
    const char *precision, *name;
    bool (*runs_here)(void);
    float (*run)(void);
    double operations;
};
#if defined(__x86_64__)
#include <immintrin.h>
#define CHAIN(name, features, type, zero, add)                                                                                   \
    __attribute__((target(features))) static float name(void)                                                                    \
    {                                                                                                                            \
        type sum[CHAINS]; /* in registers: each loop over it is unrolled */                                                      \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) sum[i] = zero;                                                 \
        for (long step = 0; step < STEPS; step++)                                                                                \
            _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++)                                                            \
            {                                                                                                                    \
                sum[i] = add;                                                                                                    \
                __asm__("" : "+v"(sum[i])); /* none of them is left out */                                                       \
            }                                                                                                                    \
        float total = 0;                                                                                                         \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) total += (float)sum[i][0];                                     \
        return total;                                                                                                            \
    }
CHAIN(fp32_avx512, "avx512f", __m512, _mm512_set1_ps(0.5f),
      _mm512_fmadd_ps(sum[i], _mm512_set1_ps(0.999f), _mm512_set1_ps(0.001f)))
CHAIN(fp32_avx2, "avx2,fma", __m256, _mm256_set1_ps(0.5f),
      _mm256_fmadd_ps(sum[i], _mm256_set1_ps(0.999f), _mm256_set1_ps(0.001f)))
CHAIN(bf16_avx512, "avx512f,avx512bf16", __m512, _mm512_setzero_ps(),
      _mm512_dpbf16_ps(sum[i], (__m512bh)_mm512_set1_epi16(0x3c00), (__m512bh)_mm512_set1_epi16(0x3c00)))
CHAIN(int8_avx512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(),
      _mm512_dpbusd_epi32(sum[i], _mm512_set1_epi8(1), _mm512_set1_epi8(1)))

#ifdef GEMM_AMX
/* Each tile of C is a chain; four of them fill the multiplier. */
#define TILES(name, add)                                                                                                         \
    GEMM_AMX_TARGET static float name(void)                                                                                      \
    {                                                                                                                            \
        char bytes[16 * 64]; /* small numbers; zeros would take less power */                                                    \
        memset(bytes, 0x3c, sizeof bytes);                                                                                       \
        gemm_amx_configure(16);                                                                                                  \
        for (int tile = 4; tile < 8; tile++)                                                                                     \
            gemm_amx_load(tile, bytes, 64);                                                                                      \
        gemm_amx_zero(0), gemm_amx_zero(1), gemm_amx_zero(2), gemm_amx_zero(3);                                                  \
        for (long step = 0; step < STEPS / 10 * CHAINS / 4; step++)                                                              \
            add(0), add(1), add(2), add(3);                                                                                      \
        gemm_amx_release();                                                                                                      \
        return 0;                                                                                                                \
    }
TILES(bf16_amx, gemm_amx_add_bf16)
TILES(int8_amx, gemm_amx_add_int8)
#endif

static bool has_fma512(void)
{
    return __builtin_cpu_supports("avx512f");
}
static bool has_fma256(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static bool has_bf16(void)
{
    return __builtin_cpu_supports("avx512bf16");
}
static bool has_int8(void)
{
    return __builtin_cpu_supports("avx512vnni");
}
static const struct chains chains[] = {
    {"fp32", "VFMADD of 512 bits", has_fma512, fp32_avx512, 2 * 16},
    {"fp32", "VFMADD of 256 bits", has_fma256, fp32_avx2, 2 * 8},
    {"bf16", "VDPBF16PS", has_bf16, bf16_avx512, 2 * 32},
    {"int8", "VPDPBUSD", has_int8, int8_avx512, 2 * 64},
#ifdef GEMM_AMX /* a tenth of the steps */
    {"bf16", "TDPBF16PS", gemm_amx_runs_here, bf16_amx, 2 * 16 * 16 * 32 / 10.0},
    {"int8", "TDPBUSD", gemm_amx_runs_here, int8_amx, 2 * 16 * 16 * 64 / 10.0},
#endif
};
#elif defined(__aarch64__)
#include <arm_neon.h>
static float fp32_neon(void)
{
    float32x4_t sum[CHAINS], total = vdupq_n_f32(0);
    const float32x4_t a = vdupq_n_f32(0.999f), b = vdupq_n_f32(0.001f);
    _Pragma("GCC unroll 24") for (int i = 0; i < CHAINS; i++) sum[i] = vdupq_n_f32(0.5f);
    for (long step = 0; step < STEPS; step++)
        _Pragma("GCC unroll 24") for (int i = 0; i < CHAINS; i++)
        {
            sum[i] = vfmaq_f32(b, sum[i], a);
            __asm__("" : "+w"(sum[i])); /* none of them is left out */
        }
    _Pragma("GCC unroll 24") for (int i = 0; i < CHAINS; i++) total = vaddq_f32(total, sum[i]);
    return vaddvq_f32(total);
}
static bool always(void)
{
    return true;
}
static const struct chains chains[] = {{"fp32", "FMLA of 128 bits", always, fp32_neon, 2 * 4}};
#else
static bool never(void)
{
    return false;
}
static const struct chains chains[] = {{"fp32", "", never, NULL, 0}};
#endif

/* GFLOP/s. */
static double peak(const struct chains *c, size_t rounds)
{
    double best = 0;
    volatile float sink;
    for (size_t r = 0; r < rounds; r++) {
        double start = now();
#pragma omp parallel
        sink = c->run();
        double rate = (double)STEPS * CHAINS * c->operations * omp_get_max_threads() / (now() - start);
        best = rate > best ? rate : best;
    }
    (void)sink;
    return best * 1e-9;
}

static double copy_bandwidth(size_t rounds)
{
    enum { PIECE = 1 << 20, PIECES = 256 };
    char *from = xmalloc(PIECES, PIECE), *to = xmalloc(PIECES, PIECE);
    double best = 0;
    for (size_t r = 0; r <= rounds; r++) { /* the first one brings the pages in */
        double start = now();
#pragma omp parallel for schedule(static)
        for (int i = 0; i < PIECES; i++)
            r ? memcpy(to + (size_t)i * PIECE, from + (size_t)i * PIECE, PIECE) : memset(from + (size_t)i * PIECE, i, PIECE);
        double rate = 2.0 * PIECES * PIECE / (now() - start);
        best = r && rate > best ? rate : best;
    }
    free(from);
    free(to);
    return best * 1e-9;
}

int main(int argc, char **argv)
{
    thread_setup(0, argv);
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;
    if (argc > 2 || rounds < 1 || rounds > ROUNDS_MAX)
        die("usage: machine [ROUNDS]    rounds from 1 to %d", ROUNDS_MAX);
    const int all = omp_get_max_threads();
    printf("class\t%s\n", gemm_backend_class());
    printf("kernels\t%s\n", gemm_backend_text());
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
        for (int threads = 1; chains[i].runs_here(); threads = all) {
            omp_set_num_threads(threads);
            printf("peak\t%s\t%s\t%d\t%.1f\n", chains[i].precision, chains[i].name, threads, peak(&chains[i], 2 * rounds));
            if (threads == all)
                break;
        }
    omp_set_num_threads(all);
    printf("copy\t%d\t%.1f\n", all, copy_bandwidth(rounds));
    return 0;
}
