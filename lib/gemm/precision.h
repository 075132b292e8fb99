/* precision: of the wide products (linear layers). All else is fp32. Training takes the names before int8. */
#ifndef TAGPIPE_GEMM_PRECISION_H
#define TAGPIPE_GEMM_PRECISION_H

enum precision { PRECISION_FP32, PRECISION_BF16, PRECISION_BF16X3, PRECISION_INT8 };
#define PRECISION_NAMES "fp32|bf16|bf16x3|int8"
static inline const char *precision_name(enum precision precision)
{
    static const char *const name[] = {"fp32", "bf16", "bf16x3", "int8"};
    return name[precision];
}

#endif
