/* bert_reference_float: bert_reference in float, with the rounding errors that plain loops have. */
#define REAL float
#define bert_reference bert_reference_float
#include "reference/bert_reference.c"
