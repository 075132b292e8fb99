/* machine: what this machine can do, and how close to that the matrix products come. A row a line, columns split by tabs:
 *     class   the kernels that run here
 *     peak    fp32|bf16|int8  threads  GFLOP/s      multiply-adds on registers, 0 where there are no such instructions
 *     copy    threads  GB/s                         memcpy of arrays too large for any cache, bytes read and written
 *     gemm    name  m  n  k  ours  OpenBLAS  ratio  share of the peak     (GFLOP/s, medians of ROUNDS in alternation)
 * usage: machine [ROUNDS [peak]]     threads as OMP_NUM_THREADS says; with `peak` the first two alone */
#include <cblas.h>
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

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_value);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* ---- the peak: chains enough to fill both multipliers, nothing in memory ---- */

enum { STEPS = 2000000, CHAINS = 12 };
/* 2 a multiply-add, of one instruction of STEPS * CHAINS */
struct chains {
    const char *precision;
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

static struct chains chains_of(const char *precision)
{
#ifdef GEMM_AMX
    if (gemm_amx_runs_here() && strcmp(precision, "fp32") != 0) /* a tenth of the steps */
        return (struct chains){precision, strcmp(precision, "bf16") == 0 ? bf16_amx : int8_amx,
                               2 * 16 * 16 * (strcmp(precision, "bf16") == 0 ? 32 : 64) / 10.0};
#endif
    if (strcmp(precision, "bf16") == 0)
        return (struct chains){precision, __builtin_cpu_supports("avx512bf16") ? bf16_avx512 : NULL, 2 * 32};
    if (strcmp(precision, "int8") == 0)
        return (struct chains){precision, __builtin_cpu_supports("avx512vnni") ? int8_avx512 : NULL, 2 * 64};
    if (strcmp(gemm_backend(), "avx512") == 0)
        return (struct chains){precision, fp32_avx512, 2 * 16};
    return (struct chains){precision, strcmp(gemm_backend(), "avx2") == 0 ? fp32_avx2 : NULL, 2 * 8};
}
#else
static struct chains chains_of(const char *precision)
{
    return (struct chains){precision, NULL, 0};
}
#endif

/* GFLOP/s, or 0 where there is no such loop. */
static double peak(const char *precision, size_t rounds)
{
    struct chains c = chains_of(precision);
    double best = 0;
    volatile float sink;
    for (size_t r = 0; c.run && r < rounds; r++) {
        double start = now();
#pragma omp parallel
        sink = c.run();
        double rate = (double)STEPS * CHAINS * c.operations * omp_get_max_threads() / (now() - start);
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

/* ---- products at the shapes that BERT-base (H 768, I 3072) and MiniLM (H 384, I 1536) need ---- */

enum form { FORWARD, PACKED, GRADIENT_X, GRADIENT_W, SCORES, CONTEXT };
static const struct shape {
    const char *name;
    enum form form;
    size_t m, n, k;
} shapes[] = {
    {"base train qkv", FORWARD, 171, 2304, 768},
    {"base train output", FORWARD, 171, 768, 768},
    {"base train up", FORWARD, 171, 3072, 768},
    {"base train down", FORWARD, 171, 768, 3072},
    {"base train up dX", GRADIENT_X, 171, 768, 3072},
    {"base train down dX", GRADIENT_X, 171, 3072, 768},
    {"base train up dW", GRADIENT_W, 3072, 768, 171},
    {"base train down dW", GRADIENT_W, 768, 3072, 171},
    {"base tag qkv", PACKED, 2048, 2304, 768},
    {"base tag up", PACKED, 2048, 3072, 768},
    {"base tag down", PACKED, 2048, 768, 3072},
    {"base tag one up", PACKED, 12, 3072, 768},
    {"minilm train qkv", FORWARD, 171, 1152, 384},
    {"minilm train up", FORWARD, 171, 1536, 384},
    {"minilm train down", FORWARD, 171, 384, 1536},
    {"minilm train up dX", GRADIENT_X, 171, 384, 1536},
    {"minilm train up dW", GRADIENT_W, 1536, 384, 171},
    {"minilm tag up", PACKED, 2048, 1536, 384},
    {"minilm tag down", PACKED, 2048, 384, 1536},
    {"minilm tag one up", PACKED, 12, 1536, 384},
    {"scores T=20", SCORES, 20, 20, 64},
    {"scores T=128", SCORES, 128, 128, 64},
    {"scores T=512", SCORES, 512, 512, 64},
    {"context T=20", CONTEXT, 20, 64, 20},
    {"context T=128", CONTEXT, 128, 64, 128},
    {"context T=512", CONTEXT, 512, 64, 512},
};

static struct gemm_result into(float *c, size_t ld)
{
    return (struct gemm_result){c, ld, false};
}

struct operands {
    float *a, *b, *c;
    struct gemm_packed *packed;
};

/* As bert/blocks.c does it; few rows as bert/forward.c does. */
static void in_blocks(const struct shape *s, const struct operands *o)
{
    enum { ROWS = 96 };
    static _Thread_local struct memory_scratch scratch;
    if (s->m < ROWS) {
        gemm_packed_multiply(gemm_matrix(o->a, s->m, s->k, s->k), o->packed, into(o->c, s->n));
        return;
    }
    size_t bytes = gemm_row_bytes(o->packed);
#pragma omp parallel for schedule(dynamic)
    for (size_t first = 0; first < s->m; first += ROWS) {
        size_t rows = s->m - first < ROWS ? s->m - first : ROWS;
        char *taken = memory_scratch_room(&scratch, ROWS * bytes);
        for (size_t i = 0; i < rows; i++)
            gemm_pack_row(o->packed, 0, s->k, o->a + (first + i) * s->k, taken + i * bytes);
        gemm_packed_multiply_rows((struct gemm_rows){taken, rows, bytes}, o->packed, 0, s->n, into(o->c + first * s->n, s->n));
    }
}

static void ours(const struct shape *s, const struct operands *o)
{
    enum { LD = 3 * 768 }; /* queries, keys and values side by side */
    const size_t m = s->m, n = s->n, k = s->k;
    const struct gemm_matrix a = gemm_matrix(o->a, m, k, k), a_transposed = gemm_matrix(o->a, k, m, m);
    const struct gemm_matrix b = gemm_matrix(o->b, k, n, n), b_transposed = gemm_matrix(o->b, n, k, k);
    switch (s->form) {
    case FORWARD: gemm_parallel(PRECISION_FP32, a, gemm_transpose(b_transposed), into(o->c, n)); break;
    case PACKED: in_blocks(s, o); break;
    case GRADIENT_X: gemm_parallel(PRECISION_FP32, a, b, into(o->c, n)); break;
    case GRADIENT_W: gemm_gradient(PRECISION_FP32, a_transposed, b, into(o->c, n)); break;
    case SCORES: gemm(gemm_matrix(o->a, m, k, LD), gemm_transpose(gemm_matrix(o->b, n, k, LD)), into(o->c, n)); break;
    case CONTEXT: gemm(a, gemm_matrix(o->b, k, n, LD), into(o->c, LD / 3)); break;
    }
}

static void blas(const struct shape *s, const struct operands *o)
{
    enum { LD = 3 * 768 };
    int m = (int)s->m, n = (int)s->n, k = (int)s->k;
    CBLAS_TRANSPOSE yes = CblasTrans, no = CblasNoTrans;
    switch (s->form) {
    case FORWARD:
    case PACKED: cblas_sgemm(CblasRowMajor, no, yes, m, n, k, 1, o->a, k, o->b, k, 0, o->c, n); break;
    case GRADIENT_X: cblas_sgemm(CblasRowMajor, no, no, m, n, k, 1, o->a, k, o->b, n, 0, o->c, n); break;
    case GRADIENT_W: cblas_sgemm(CblasRowMajor, yes, no, m, n, k, 1, o->a, m, o->b, n, 0, o->c, n); break;
    case SCORES: cblas_sgemm(CblasRowMajor, no, yes, m, n, k, 1, o->a, LD, o->b, LD, 0, o->c, n); break;
    case CONTEXT: cblas_sgemm(CblasRowMajor, no, no, m, n, k, 1, o->a, k, o->b, LD, 0, o->c, LD / 3); break;
    }
}

/* GFLOP/s over 20 ms, after a pause in which the other's threads go to sleep. */
static double rate(void (*product)(const struct shape *, const struct operands *), const struct shape *s,
                   const struct operands *o)
{
    double flops = 2.0 * (double)s->m * (double)s->n * (double)s->k, seconds, times = 0;
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
    product(s, o);
    double start = now();
    do {
        for (int i = 0; i < 1 + 1e6 / flops; i++, times++) /* many for one look at the clock */
            product(s, o);
        seconds = now() - start;
    } while (seconds < 0.02);
    return 1e-9 * flops * times / seconds;
}

static float *random_floats(size_t n)
{
    float *x = xmalloc(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i * 2654435761u % 1024) / 1024 - 0.5f;
    return x;
}

static void measure(const struct shape *s, size_t rounds, double peak_all, double peak_one)
{
    bool serial = s->form == SCORES || s->form == CONTEXT;
    size_t rows = s->m > s->k ? s->m : s->k, size = (rows > s->n ? rows : s->n) * 3 * 768;
    struct operands o = {random_floats(size), random_floats(size), random_floats(size), NULL};
    if (s->form == PACKED)
        o.packed = gemm_pack(PRECISION_FP32, gemm_matrix(o.b, s->n, s->k, s->k));
    double a[ROUNDS_MAX], b[ROUNDS_MAX], ratio[ROUNDS_MAX];
    openblas_set_num_threads(serial ? 1 : omp_get_max_threads());
    for (size_t r = 0; r < rounds; r++) {
        a[r] = rate(ours, s, &o);
        b[r] = rate(blas, s, &o);
        ratio[r] = a[r] / b[r];
    }
    double mine = median(a, rounds), top = serial ? peak_one : peak_all;
    printf("gemm\t%s\t%zu\t%zu\t%zu\t%.1f\t%.1f\t%.2f\t%.2f\n", s->name, s->m, s->n, s->k, mine, median(b, rounds),
           median(ratio, rounds), top > 0 ? mine / top : 0);
    fflush(stdout);
    gemm_packed_free(o.packed);
    free(o.a);
    free(o.b);
    free(o.c);
}

int main(int argc, char **argv)
{
    setenv("OPENBLAS_THREAD_TIMEOUT", "20", 1); /* 2^20 cycles and its threads sleep: else they spin into our turn */
    thread_setup(0, argv);
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;
    bool products = argc < 3;
    if (argc > 3 || rounds < 1 || rounds > ROUNDS_MAX || (!products && strcmp(argv[2], "peak") != 0))
        die("usage: machine [ROUNDS [peak]]    rounds from 1 to %d", ROUNDS_MAX);
    static const char *const precisions[] = {"fp32", "bf16", "int8"};
    int threads = omp_get_max_threads();
    double all = 0;
    printf("backend\t%s\n", gemm_backend());
    printf("class\t%s\n", gemm_backend_text());
    for (int i = 2; i >= 0; i--) {
        all = peak(precisions[i], 2 * rounds);
        printf("peak\t%s\t%d\t%.1f\n", precisions[i], threads, all);
    }
    printf("copy\t%d\t%.1f\n", threads, copy_bandwidth(rounds));
    fflush(stdout);
    if (!products)
        return 0;
    omp_set_num_threads(1);
    double one = peak("fp32", 2 * rounds);
    omp_set_num_threads(threads);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        measure(&shapes[i], rounds, all, one);
    return 0;
}
