/* optimizer: AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; torch.optim.AdamW), with the global
 * norm of the gradient. Bits do not depend on the number of threads.
 *
 * A step reads and writes 28 bytes a parameter, so memory decides its speed. Two kinds of updates are therefore deferred:
 *   - Whole matrices (optimizer_defer). optimizer_step only records these updates; the next product that reads the weights
 *     applies them, so that one pass over memory serves both.
 *   - Rows of the word embeddings that never had a gradient (optimizer_sparse). AdamW only decays them. A step records one factor
 *     for all of them; a row is multiplied when somebody reads it.
 *     The result has the bits of a step that defers nothing.
 *
 * What must not follow what:
 *   - After a step, until its updates are applied, gradients and weights must not move and nobody may write to them.
 *   - Before a product reads a deferred matrix: optimizer_apply for all its floats, each once, then optimizer_applied.
 *   - Before anybody reads rows of the sparse matrix: optimizer_flush_rows.
 *   - Before anybody reads anything else (to save, to hash): optimizer_flush. What is still deferred at the next optimizer_step
 *     is applied first, from the gradients of the step before. */
#ifndef TAGPIPE_TRAIN_OPTIMIZER_H
#define TAGPIPE_TRAIN_OPTIMIZER_H

#include "model/params.h"

struct optimizer {
    const struct params *params;
    double beta1, beta2, epsilon, weight_decay;
    const bool *frozen;        /* [params->n_parameters]: neither decayed nor moved */
    const double *rate_factor; /* [params->n_parameters]: of the learning rate; NULL: 1 */
    float *m, *v;              /* [params->n_floats] exp_avg and exp_avg_sq, zero at first */
    size_t n_chunks;
    struct optimizer_chunk *chunk; /* what one thread works on at a time */

    /* Deferred matrices, [params->n_parameters] each; NULL: none. */
    bool *may_defer, *is_deferred;
    struct adamw *update; /* of the last step */
    const float *gradients;
    float *weights; /* its arguments */

    /* The sparse matrix, a row at a time. */
    size_t sparse;
    const bool *touched; /* see optimizer_sparse */
    bool *active;        /* rows that ever had a gradient */
    float *decay;
    size_t n_decays, decays_room; /* of the steps so far, for the other rows: */
    uint32_t *decays_applied;     /* [rows] how many of them a row has had */
};

/* The caller sets beta1 .. rate_factor. */
struct optimizer *optimizer_new(const struct params *params);
void optimizer_free(struct optimizer *optimizer);

/* ---- before the first step ---- */

/* The gradient of one matrix (word embeddings) is zero, except in the rows that are marked in `touched` [rows] before each
 * step. */
void optimizer_sparse(struct optimizer *optimizer, const struct parameter *matrix, const bool *touched);
/* Its rows whose moments are not zero: a list that the caller frees, in order. */
int32_t *optimizer_rows(const struct optimizer *optimizer, size_t *n);
/* After the moments were set: these are its rows with moments; NULL: any may be one. */
void optimizer_set_rows(struct optimizer *optimizer, size_t n, const int32_t *rows);
/* From now on the updates of these parameters [params->n_parameters] are deferred. */
void optimizer_defer(struct optimizer *optimizer, const bool *parameters);

/* ---- a step ---- */

/* Euclidean norm over all gradients that are not frozen: squares summed in double, chunk by chunk in a fixed order; but a
 * parameter's squares [params->n_parameters] where they are known already (not negative; NULL: none). */
double optimizer_norm(const struct optimizer *optimizer, const float *gradients, const double *squares);
/* What torch's clip_grad_norm_ multiplies the gradients by: min(1, max_norm / (norm + 1e-6)); 1 if max_norm is 0. */
double optimizer_clip_factor(double norm, double max_norm);
/* Step `step` (from 1 on, for the bias correction) with the gradients times `scale`, in one pass. Vectors (biases, LayerNorm's)
 * are not decayed; everything else is, by 1 - rate * weight_decay. */
void optimizer_step(struct optimizer *optimizer, size_t step, double rate, double scale, const float *gradients, float *weights);

/* ---- deferred updates ---- */

/* Whether a float of [first, first + n) has a deferred update. */
bool optimizer_is_deferred(const struct optimizer *optimizer, size_t first, size_t n);
/* Apply them to floats [first + i * stride, first + i * stride + n), i < rows. On any thread; each float once, and when all
 * are done optimizer_applied. */
void optimizer_apply(const struct optimizer *optimizer, size_t first, size_t rows, size_t stride, size_t n);
void optimizer_applied(struct optimizer *optimizer, size_t first, size_t n);
/* Apply what is deferred for n rows of the sparse matrix; a row may occur again. */
void optimizer_flush_rows(struct optimizer *optimizer, size_t n, const int32_t *rows, float *weights);
/* Apply all that is deferred. */
void optimizer_flush(struct optimizer *optimizer, float *weights);

#endif
