/* amx_model_int8: the int8 kernel for AMX over the model of tiles. */
#include "support/amx_model.h"

#define gemm_int8_amx amx_model_int8
#include "gemm/gemm_int8_amx.c"
