/* machine: what this machine can do at most, and what our matrix products do of it, at the shapes that BERT has. */
#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gemm.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *filled(size_t n)
{
    float *x = xmalloc(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i % 97) / 97;
    return x;
}

/* GFLOP/s of Y[m,n] = X[m,k] W[n,k]^T: ours packed on the way, ours packed before, OpenBLAS on all threads; in alternation. */
static void products(const char *name, size_t m, size_t n, size_t k)
{
    float *x = filled(m * k), *w = filled(n * k), *y = filled(m * n);
    struct packed *packed = gemm_pack(n, k, w, k);
    double flop = 2e-9 * (double)m * (double)n * (double)k, best[3] = {0};
    int often = 1 + (int)(4 / flop);
    for (int round = 0; round < 7; round++)
        for (int which = 0; which < 3; which++) {
            openblas_set_num_threads(which == 2 ? omp_get_max_threads() : 1);
            double start = now();
            for (int i = 0; i < often; i++)
                if (which == 0)
                    gemm_parallel(false, true, m, n, k, x, k, w, k, false, y, n);
                else if (which == 1)
                    gemm_packed(m, x, k, packed, y, n);
                else
                    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k, 1, x, (int)k, w, (int)k, 0, y,
                                (int)n);
            double rate = often * flop / (now() - start);
            best[which] = rate > best[which] ? rate : best[which];
        }
    printf("sgemm %-28s %4zu x %4zu x %4zu  ours %4.0f, packed before %4.0f, OpenBLAS %4.0f GFLOP/s\n", name, m, n, k, best[0],
           best[1], best[2]);
    gemm_unpack(packed);
    free(x);
    free(w);
    free(y);
}

static void copy(void)
{
    size_t size = (size_t)256 << 20;
    char *a = xmalloc(size, 1), *b = xmalloc(size, 1);
    memset(a, 1, size);
    memset(b, 1, size);
    double best = 0;
    int threads = omp_get_max_threads();
    for (int round = 0; round < 5; round++) {
        double start = now();
#pragma omp parallel for schedule(static)
        for (int i = 0; i < threads; i++)
            memcpy(b + size / (size_t)threads * (size_t)i, a + size / (size_t)threads * (size_t)i, size / (size_t)threads);
        double rate = 2e-9 * (double)size / (now() - start);
        best = rate > best ? rate : best;
    }
    printf("copy of 256 MiB, read and written             %.1f GB/s\n", best);
    free(a);
    free(b);
}

int main(void)
{
    printf("threads %d, backend %s\n", omp_get_max_threads(), gemm_backend());
    products("BERT-base, training, attention", 171, 768, 768);
    products("BERT-base, training, inner", 171, 3072, 768);
    products("BERT-base, tagging, inner", 1024, 3072, 768);
    products("MiniLM, training, inner", 171, 1536, 384);
    products("MiniLM, one sentence", 16, 1536, 384);
    copy();
    return 0;
}
