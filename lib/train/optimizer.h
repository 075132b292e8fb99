/* optimizer: AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; torch.optim.AdamW), with the global
 * norm of the gradient. Bits do not depend on the number of threads. */
#ifndef TAGPIPE_TRAIN_OPTIMIZER_H
#define TAGPIPE_TRAIN_OPTIMIZER_H

#include "model/params.h"

struct optimizer {
    const struct params *params;
    double beta1, beta2, epsilon, weight_decay;
    const bool *frozen;                     /* [params->n_parameters]: neither decayed nor moved */
    const double *rate_factor;              /* [params->n_parameters]: of the learning rate; NULL: 1 */
    float *m, *v;                           /* [params->n_floats] exp_avg and exp_avg_sq, zero at first */
    size_t n_chunks; struct chunk *chunk;   /* what one thread works on at a time */
    size_t sparse; const bool *touched;     /* see optimizer_sparse */
    struct adamw *late;                     /* [params->n_parameters] a step that waits, see optimizer_late: */
    bool *is_late, *waits;
    const float *gradients; float *weights; /* its arguments */
    bool *active;                           /* rows of it that ever had a gradient; NULL: to be found from the moments */
    float *decay; size_t n_decays, decays_room;     /* of the steps so far, for the other rows: */
    uint32_t *settled;                      /* [its rows] how many of them a row has had */
};

/* The caller sets beta1 .. rate_factor. */
struct optimizer *optimizer_new(const struct params *params);
void optimizer_free(struct optimizer *optimizer);

/* The gradient of one matrix (word embeddings) is zero but for the rows that `touched` [rows] names before each step. Rows that
 * never had one only decay, and that waits until somebody wants to read them. Call it before the first step. */
void optimizer_sparse(struct optimizer *optimizer, const struct parameter *matrix, const bool *touched);
/* Rows of that matrix, n of them or with NULL all, as they would be without waiting, bit by bit: before they are read. */
void optimizer_settle(struct optimizer *optimizer, size_t n, const int32_t *rows, float *weights);

/* The steps of these parameters [params->n_parameters] wait from now on, gradients and weights staying where they are, until
 * optimizer_catch_up, or until optimizer_settle for all: a product that reads the weights brings them into the caches anyway. */
void optimizer_late(struct optimizer *optimizer, const bool *parameters);
/* Whether one does that begins at [first, first + n). */
bool optimizer_waits(const struct optimizer *optimizer, size_t first, size_t n);
/* The step of `rows` times n floats of rows, `stride` apart. On any thread; each float once, or optimizer_caught_up. */
void optimizer_catch_up(const struct optimizer *optimizer, size_t first, size_t rows, size_t stride, size_t n);
void optimizer_caught_up(struct optimizer *optimizer, size_t first, size_t n);

/* Euclidean norm over all gradients that are not frozen: squares summed in double, chunk by chunk in a fixed order; but a parameter's
 * squares [params->n_parameters] where they are known already (not negative; NULL: none). */
double optimizer_norm(const struct optimizer *optimizer, const float *gradients, const double *squares);

/* Step `step` (from 1 on, for the bias correction) with the gradients times `scale`, in one pass. Biases and LayerNorm's
 * parameters are not decayed; everything else is, by 1 - rate * weight_decay. */
void optimizer_step(struct optimizer *optimizer, size_t step, double rate, double scale, const float *gradients, float *weights);

/* What clip_grad_norm_ multiplies the gradients by: min(1, most / (norm + 1e-6)); 1 if most is 0. */
double clip_factor(double norm, double most);

#endif
