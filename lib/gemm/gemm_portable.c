/* gemm_portable: the kernel; its tile is in gemm_portable_tile.c. */
#include "gemm/gemm_portable.h"

const struct gemm_kernel gemm_portable = {
    .name = "portable",
    .rows = GEMM_PORTABLE_ROWS,
    .columns = GEMM_PORTABLE_COLUMNS,
    .bytes = sizeof(float),
    .unit = 1,
    .strides = false,
    .streams = false,
    .runs_here = gemm_portable_is_fused,
    .tile = gemm_portable_tile,
    .transpose = gemm_transpose_plain,
    .copy = gemm_copy_plain,
    .row = gemm_row_plain,
};
