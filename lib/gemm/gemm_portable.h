/* gemm_portable: the fp32 kernel for any processor with fused multiply-adds, in the compilers' vector types (vec.h). arm64 runs
 * it, with NEON; on x86-64 it is there for the tests. A tile is 6 rows by 16 columns: with NEON 24 of the 32 vector registers
 * hold its sums, with AVX2 12 of 16. */
#ifndef TAGPIPE_GEMM_GEMM_PORTABLE_H
#define TAGPIPE_GEMM_GEMM_PORTABLE_H

#include "gemm/gemm_kernels.h"

enum { GEMM_PORTABLE_ROWS = 6, GEMM_PORTABLE_COLUMNS = 16 };
gemm_tile gemm_portable_tile;
/* Whether it multiplies and adds with one rounding. Else its bits would not be those of the other kernels. */
bool gemm_portable_is_fused(void);

#endif
