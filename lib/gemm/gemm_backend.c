/* gemm_backend: the table of the kernels, and which of them run here. */
#include <cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "gemm/gemm.h"
#include "gemm/gemm_amx.h"
#include "gemm/gemm_int8_kernels.h"
#include "gemm/gemm_kernels.h"

/* How to add a kernel. Two files are touched: its own and this one. The Makefile and the tests find it.
 *
 * 1. Write gemm_NAME.c with a `const struct gemm_kernel gemm_NAME`. gemm_kernels.h says what its functions compute; gemm_avx2.c
 *    is an example. (In 8 bits: gemm_int8_NAME.c, struct gemm_int8_kernel, gemm_int8_kernels.h, gemm_int8_avx2.c.) runs_here()
 *    asks the processor. A function with instructions that not every processor has needs a target attribute.
 * 2. Declare it here and put it into the table, in its family's row. A new family gets a row before the slower ones.
 * 3. BUILD=$PWD/build tests/run.sh gemm.bats compares each family with a plain loop and checks the promise about bits.
 *    build/tests/bench/products NAME fp32 shows the speed (TAGPIPE_GEMM=FAMILY: of that family). */
#if defined(__x86_64__)
extern const struct gemm_kernel gemm_amx_bf16, gemm_avx512, gemm_avx512_bf16, gemm_avx2;
extern const struct gemm_int8_kernel gemm_int8_amx, gemm_int8_avx512, gemm_int8_avx2;
#endif
extern const struct gemm_kernel gemm_portable, gemm_openblas;
extern const struct gemm_int8_kernel gemm_int8_portable;

/* TAGPIPE_GEMM names a family. fp32 is never NULL. A family without bf16 rounds, then computes in fp32. Without TAGPIPE_GEMM
 * the first bf16 that is fast here is taken (the kernel knows by the processor's vendor). Where a family's int8 does not run,
 * the next family's does. */
struct family {
    const char *name;
    const struct gemm_kernel *fp32, *bf16;
    const struct gemm_int8_kernel *int8;
};
static const struct family table[] = {
#ifdef GEMM_AMX
    {"amx", &gemm_avx512, &gemm_amx_bf16, &gemm_int8_amx},
#endif
#if defined(__x86_64__)
    {"avx512bf16", &gemm_avx512, &gemm_avx512_bf16, &gemm_int8_avx512},
    {"avx512", &gemm_avx512, NULL, &gemm_int8_avx512},
    {"avx2", &gemm_avx2, NULL, &gemm_int8_avx2},
#endif
    {"portable", &gemm_portable, NULL, &gemm_int8_portable},
    {"openblas", &gemm_openblas, NULL, &gemm_int8_portable},
};
enum { N_FAMILIES = sizeof table / sizeof *table };

/* Chosen by the first product, for the rest of the process. NULL: TAGPIPE_GEMM names something else than what runs here. */
static struct {
    const struct gemm_kernel *fp32, *bf16;
    const struct gemm_int8_kernel *int8;
} chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    const char *wanted = getenv("TAGPIPE_GEMM");
    bool met = !wanted; /* int8 takes the first family that runs from the wanted one on */
    for (size_t i = 0; i < N_FAMILIES; i++) {
        const struct family *f = &table[i];
        bool is_wanted = !wanted || strcmp(wanted, f->name) == 0;
        bool runs = is_wanted && f->fp32->runs_here(), runs_bf16 = runs && f->bf16 && f->bf16->runs_here();
        met = met || is_wanted;
        if (!chosen.fp32 && runs && (!f->bf16 || runs_bf16 || !wanted))
            chosen.fp32 = f->fp32;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): runs_bf16 says that there is one */
        if (!chosen.bf16 && runs_bf16 && (wanted || !f->bf16->is_fast || f->bf16->is_fast()))
            chosen.bf16 = f->bf16;
        if (!chosen.int8 && met && f->int8->runs_here())
            chosen.int8 = f->int8;
    }
    if (!chosen.bf16)
        chosen.bf16 = chosen.fp32;
    openblas_set_num_threads(1);
    if (chosen.fp32 == &gemm_openblas && (getenv("OPENBLAS_CORETYPE") || getenv("OPENBLAS_L2_SIZE")))
        warn("OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE is set: OpenBLAS may run at half its speed");
}

static _Noreturn void refuse(const char *reason)
{
    char names[128] = "";
    for (size_t i = 0; i < N_FAMILIES; i++) {
        strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
        strncat(names, table[i].name, sizeof names - strlen(names) - 1);
    }
    die("TAGPIPE_GEMM=%s: not one of %s%s", getenv("TAGPIPE_GEMM"), names, reason);
}

const struct gemm_kernel *gemm_backend_kernel(enum precision precision)
{
    pthread_once(&once, choose);
    if (!chosen.fp32)
        refuse(", or this processor lacks it");
    return precision == PRECISION_FP32 ? chosen.fp32 : chosen.bf16;
}

const struct gemm_int8_kernel *gemm_backend_int8_kernel(void)
{
    pthread_once(&once, choose);
    if (!chosen.int8)
        refuse("");
    return chosen.int8;
}

void gemm_backend_replace(const struct gemm_kernel *bf16, const struct gemm_int8_kernel *int8)
{
    pthread_once(&once, choose);
    chosen.bf16 = bf16;
    chosen.int8 = int8;
}

const char *gemm_backend(void)
{
    return gemm_backend_kernel(PRECISION_FP32)->name;
}

const char *gemm_backend_bf16(void)
{
    return gemm_backend_kernel(PRECISION_BF16)->name;
}

const char *gemm_int8_backend(void)
{
    return gemm_backend_int8_kernel()->name;
}

const char *gemm_backend_text(void)
{
    static char text[96]; /* the same for the whole process */
    const char *fp32 = gemm_backend(), *bf16 = gemm_backend_bf16();
    snprintf(text, sizeof text, "kernels: fp32 %s, bf16 %s%s, int8 %s", fp32, bf16, fp32 == bf16 ? " after rounding" : "",
             gemm_int8_backend());
    return text;
}

const char *gemm_backend_class(void)
{
    const char *bf16 = gemm_backend_bf16(), *fp32 = gemm_backend();
    if (strcmp(bf16, "amxbf16") == 0)
        return "amx";
    if (strcmp(bf16, "avx512bf16") == 0)
        return "avx512-bf16";
    if (strcmp(fp32, "avx512") == 0 || strcmp(fp32, "avx2") == 0)
        return fp32;
#if defined(__aarch64__)
    return "arm64";
#else
    return "portable";
#endif
}

const char *gemm_backend_about(void)
{
    static char text[1024];
    char built[128] = "";
    for (size_t i = 0; i < N_FAMILIES; i++) {
        strncat(built, i ? " " : "", sizeof built - strlen(built) - 1);
        strncat(built, table[i].name, sizeof built - strlen(built) - 1);
    }
    snprintf(text, sizeof text, "%s\nprocessor: %s\nBLAS: %s; its kernel: %s\nbuilt in: %s; by %s %s", gemm_backend_text(),
             gemm_backend_class(), openblas_get_config(), openblas_get_corename(), built,
#if defined(__clang__)
             "clang",
#else
             "gcc",
#endif
             __VERSION__);
    return text;
}
