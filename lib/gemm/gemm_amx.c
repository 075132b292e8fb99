/* gemm_amx: whether tiles can be used, and their shape. */
#define _DEFAULT_SOURCE /* syscall */
#include "gemm/gemm_amx.h"

#ifdef GEMM_AMX
#include <cpuid.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The bits of CPUID leaf 7 (EDX), of XCR0 and of Linux' arch_prctl(2); see Documentation/arch/x86/xstate.rst. */
enum { HAS_BF16 = 1 << 22, HAS_TILE = 1 << 24, HAS_INT8 = 1 << 25, HAS_ALL = HAS_BF16 | HAS_TILE | HAS_INT8 };
enum { HAS_OSXSAVE = 1 << 27, XCR0_TILES = 3 << 17, XFEATURE_TILEDATA = 18, ARCH_REQUEST_PERMISSION = 0x1023 };

bool gemm_amx_runs_here(void)
{
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & HAS_OSXSAVE))
        return false;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & HAS_ALL) != HAS_ALL || (low & XCR0_TILES) != XCR0_TILES)
        return false;
    /* what else the kernels' functions are compiled for; their panels are packed by the kernel for VDPBF16PS */
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl") && syscall(SYS_arch_prctl, ARCH_REQUEST_PERMISSION, XFEATURE_TILEDATA) == 0;
}

/* What LDTILECFG reads. */
struct shape {
    uint8_t palette, start_row, reserved[14];
    uint16_t bytes[16]; /* of a tile's row */
    uint8_t rows[16];
};
static _Thread_local size_t configured; /* rows; 0: this thread's tiles are not in use */

GEMM_AMX_TARGET void gemm_amx_configure(size_t rows)
{
    if (rows == configured)
        return;
    struct shape shape = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        shape.bytes[tile] = GEMM_AMX_BYTES;
        shape.rows[tile] = tile < 6 ? (uint8_t)rows : GEMM_AMX_ROWS;
    }
    __asm__ volatile("" ::"r"(&shape) : "memory"); /* or gcc sees only the first 8 bytes used */
    _tile_loadconfig(&shape);
    configured = rows;
}

GEMM_AMX_TARGET void gemm_amx_release(void)
{
    if (configured)
        _tile_release();
    configured = 0;
}
#else
typedef int gemm_amx_nothing; /* C has no empty files */
#endif
