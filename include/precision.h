/* precision: what the wide products (linear layers) compute in; all else is fp32. */
#ifndef TAGPIPE_PRECISION_H
#define TAGPIPE_PRECISION_H

enum precision { PRECISION_FP32, PRECISION_BF16, PRECISION_INT8 };

#endif
