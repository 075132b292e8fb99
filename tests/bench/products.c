/* products: how fast one matrix product is, at the shapes that BERT-base (H 768, I 3072) and MiniLM (H 384, I 1536) need.
 * usage: products                     a line for each product: name, form, m, n, k, the precisions that it has; tabs between them
 *        products NAME PRECISION      its GFLOP/s: the fastest of five times 20 ms. PRECISION may be `openblas`, for that in fp32
 * Threads as OMP_NUM_THREADS says; the forms `scores` and `context` take one. Rows are as far apart as in the engine. */
#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cache.h"
#include "base/memory.h"
#include "base/thread_setup.h"
#include "gemm/gemm.h"
#include "gemm/gemm_int8.h"

/* C [m,n] from A and B over k: A W^T with W as it is and packed once; D W; D^T X; and attention's two of one head. */
enum form { FORWARD, PACKED, DX, DW, SCORES, CONTEXT };
static const char *const form_names[] = {"forward", "packed", "dx", "dw", "scores", "context"};
static const struct shape {
    const char *name;
    enum form form;
    size_t m, n, k;
} shapes[] = {
    {"base attention output", FORWARD, 171, 768, 768},
    {"base qkv", FORWARD, 171, 2304, 768},
    {"base up", FORWARD, 171, 3072, 768},
    {"base down", FORWARD, 171, 768, 3072},
    {"base attention output dX", DX, 171, 768, 768},
    {"base up dX", DX, 171, 768, 3072},
    {"base down dX", DX, 171, 3072, 768},
    {"base attention output dW", DW, 768, 768, 171},
    {"base up dW", DW, 3072, 768, 171},
    {"base down dW", DW, 768, 3072, 171},
    {"base up, 1024 pieces", PACKED, 1024, 3072, 768},
    {"base down, 1024 pieces", PACKED, 1024, 768, 3072},
    {"base up, one sentence", PACKED, 12, 3072, 768},
    {"square", FORWARD, 2048, 2048, 2048},
    {"minilm up", FORWARD, 171, 1536, 384},
    {"minilm down", FORWARD, 171, 384, 1536},
    {"minilm up dX", DX, 171, 384, 1536},
    {"minilm down dX", DX, 171, 1536, 384},
    {"minilm up dW", DW, 1536, 384, 171},
    {"minilm down dW", DW, 384, 1536, 171},
    {"minilm up, 1024 pieces", PACKED, 1024, 1536, 384},
    {"minilm down, 1024 pieces", PACKED, 1024, 384, 1536},
    {"scores T=20", SCORES, 20, 20, 64},
    {"scores T=128", SCORES, 128, 128, 64},
    {"scores T=512", SCORES, 512, 512, 64},
    {"context T=20", CONTEXT, 20, 64, 20},
    {"context T=128", CONTEXT, 128, 64, 128},
    {"context T=512", CONTEXT, 512, 64, 512},
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes, LD_QKV = 3 * 768 /* queries, keys and values side by side */ };

static bool is_forward(const struct shape *s)
{
    return s->form == FORWARD || s->form == PACKED;
}

static bool is_attention(const struct shape *s)
{
    return s->form == SCORES || s->form == CONTEXT;
}

struct operands {
    const struct shape *s;
    enum precision precision;
    struct gemm_matrix a, b;
    struct gemm_result c;
    struct gemm_packed *packed;
    struct gemm_int8_packed *int8;
};

static const float *random_floats(size_t n)
{
    float *x = memory_floats(n, false);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i * 2654435761u % 1024) / 1024 - 0.5f;
    return x;
}

/* Rows of activations are apart as in the engine; weights and their gradients lie as in a file. */
static struct operands operands_of(const struct shape *s, enum precision precision, bool int8)
{
    const size_t m = s->m, n = s->n, k = s->k, ld_k = s->form == SCORES ? LD_QKV : s->form == CONTEXT ? k : gemm_ld(k);
    struct operands o = {.s = s, .precision = precision};
    o.a = s->form == DW ? gemm_transpose(gemm_matrix(random_floats(k * gemm_ld(m)), k, m, gemm_ld(m)))
                        : gemm_matrix(random_floats(m * ld_k), m, k, ld_k);
    const size_t ld_b = s->form == DW ? gemm_ld(n) : s->form == CONTEXT || s->form == SCORES ? LD_QKV : is_forward(s) ? k : n;
    const bool transposed = is_forward(s) || s->form == SCORES;
    o.b = gemm_matrix(random_floats((transposed ? n : k) * ld_b), transposed ? n : k, transposed ? k : n, ld_b);
    if (s->form == PACKED && !int8)
        o.packed = gemm_pack(precision, o.b);
    if (int8) {
        const float **row = xmalloc(n, sizeof *row);
        for (size_t j = 0; j < n; j++)
            row[j] = o.b.data + j * k;
        o.int8 = gemm_int8_pack(n, k, row);
        free(row);
    }
    if (transposed)
        o.b = gemm_transpose(o.b);
    o.c = (struct gemm_result){memory_floats(m * (n + LD_QKV), true), s->form == DW || is_attention(s) ? n : gemm_ld(n), false};
    return o;
}

/* As bert/blocks.c does it; few rows as bert/forward.c does. */
static void in_blocks(const struct operands *o)
{
    static _Thread_local struct memory_scratch scratch;
    const size_t max_rows = cache_level2(1 << 20) < 2 << 20 ? 96 : 192, m = o->s->m, n = o->s->n, k = o->s->k;
    if (m < max_rows && !o->int8) {
        gemm_packed_multiply(o->a, o->packed, o->c);
        return;
    }
    const size_t bytes = o->int8 ? gemm_int8_row_bytes(k) : gemm_row_bytes(o->packed);
    const size_t parts = (m + max_rows - 1) / max_rows, threads = (size_t)omp_get_max_threads(),
                 n_blocks = round_up(parts, threads);
#pragma omp parallel for schedule(dynamic)
    for (size_t block = 0; block < n_blocks; block++) {
        const size_t first = block * m / n_blocks, rows = (block + 1) * m / n_blocks - first;
        char *taken = memory_scratch_room(&scratch, max_rows * (bytes + sizeof(struct gemm_int8_row)));
        struct gemm_int8_row *row = (struct gemm_int8_row *)(void *)(taken + max_rows * bytes);
        const struct gemm_result c = {o->c.data + first * o->c.ld, o->c.ld, false};
        for (size_t i = 0; i < rows; i++) {
            const float *x = o->a.data + (first + i) * o->a.ld;
            if (o->int8)
                row[i] = gemm_int8_quantize(k, x, (uint8_t *)taken + i * bytes);
            else
                gemm_pack_row(o->packed, 0, k, x, taken + i * bytes);
        }
        if (o->int8)
            gemm_int8(rows, (uint8_t *)taken, row, o->int8, NULL, c.data, c.ld);
        else
            gemm_packed_multiply_rows((struct gemm_rows){taken, rows, bytes}, o->packed, 0, n, c);
    }
}

static void ours(const struct operands *o)
{
    if (o->packed || o->int8)
        in_blocks(o);
    else if (o->s->form == DW)
        gemm_gradient(o->precision, gemm_transpose(o->a), o->b, o->c);
    else if (is_attention(o->s))
        gemm(o->a, o->b, o->c);
    else
        gemm_parallel(o->precision, o->a, o->b, o->c);
}

static void openblas(const struct operands *o)
{
    cblas_sgemm(CblasRowMajor, o->a.transposed ? CblasTrans : CblasNoTrans, o->b.transposed ? CblasTrans : CblasNoTrans,
                (int)o->s->m, (int)o->s->n, (int)o->s->k, 1, o->a.data, (int)o->a.ld, o->b.data, (int)o->b.ld, 0, o->c.data,
                (int)o->c.ld);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double gflops(void (*product)(const struct operands *), const struct operands *o)
{
    const double work = 2.0 * (double)o->s->m * (double)o->s->n * (double)o->s->k;
    double best = 0;
    product(o); /* what is prepared once */
    for (int time = 0; time < 5; time++) {
        double start = now(), seconds, times = 0;
        do {
            for (int i = 0; i < 1 + 1e6 / work; i++, times++) /* many for one look at the clock */
                product(o);
            seconds = now() - start;
        } while (seconds < 0.02);
        best = work * times / seconds > best ? work * times / seconds : best;
    }
    return 1e-9 * best;
}

static const struct shape *shape_of(const char *name)
{
    for (size_t i = 0; i < N_SHAPES; i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    die("no product %s", name);
}

int main(int argc, char **argv)
{
    static const char *const precisions[] = {"fp32", "bf16", "bf16x3", "int8", "openblas"};
    static const enum precision precision_of[] = {PRECISION_FP32, PRECISION_BF16, PRECISION_BF16X3, PRECISION_FP32,
                                                  PRECISION_FP32};
    thread_setup(0, argv);
    for (size_t i = 0; argc == 1 && i < N_SHAPES; i++)
        printf("%s\t%s\t%zu\t%zu\t%zu\t%s\n", shapes[i].name, form_names[shapes[i].form], shapes[i].m, shapes[i].n, shapes[i].k,
               is_attention(&shapes[i]) ? "fp32"
               : is_forward(&shapes[i]) ? "fp32 bf16 bf16x3 int8"
                                        : "fp32 bf16 bf16x3");
    if (argc == 1)
        return 0;
    size_t p = 0;
    while (argc == 3 && p < 5 && strcmp(precisions[p], argv[2]) != 0)
        p++;
    if (argc != 3 || p == 5)
        die("usage: products [NAME fp32|bf16|bf16x3|int8|openblas]");
    const struct shape *s = shape_of(argv[1]);
    struct operands o = operands_of(s, precision_of[p], strcmp(argv[2], "int8") == 0);
    openblas_set_num_threads(is_attention(s) ? 1 : omp_get_max_threads());
    printf("%.1f\n", gflops(strcmp(argv[2], "openblas") == 0 ? openblas : ours, &o));
    return 0;
}
