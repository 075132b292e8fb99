/* bert_reference: BertForTokenClassification and its gradients in plain loops, without dropout. The tests compare the engine with
 * it. Read it first: the operators, which are here, then the model in bert_reference.c. Dimensions: model/config.h.
 * operator(x, ..., y) computes the data of y. operator_backward(x, ..., y) reads the gradient of the loss in y, and adds to the
 * gradients of x and of the parameters: what is used twice gets the sum of both. Short loops stay on one line. */
/* clang-format off */
#ifndef BERT_REFERENCE_H
#define BERT_REFERENCE_H

#include <math.h>

#include "bert/engine.h"

#ifndef REAL
#define REAL double
#endif
typedef REAL real;
#define EACH(i, n) for (size_t i = 0; i < (n); i++)

struct value { real *data, *grad; };                    /* numbers, row after row, and the gradient of the loss in each */
struct affine { struct value weight, bias; };           /* of a linear layer: W [O,K], b [O]; of a LayerNorm: gamma, beta [H] */

/* y [T,O] = x [T,K] W^T + b, for K inputs and O outputs. */
static inline void linear(size_t T, size_t K, size_t O, struct value x, struct affine p, struct value y)
{
    EACH(t, T) EACH(o, O) {
        y.data[t * O + o] = p.bias.data[o];
        EACH(k, K) y.data[t * O + o] += x.data[t * K + k] * p.weight.data[o * K + k];
    }
}

static inline void linear_backward(size_t T, size_t K, size_t O, struct value x, struct affine p, struct value y)
{
    EACH(t, T) EACH(o, O) {
        p.bias.grad[o] += y.grad[t * O + o];
        EACH(k, K) p.weight.grad[o * K + k] += y.grad[t * O + o] * x.data[t * K + k];
        EACH(k, K) x.grad[t * K + k] += y.grad[t * O + o] * p.weight.data[o * K + k];
    }
}

/* y [T,H] = gamma * xhat + beta, with xhat [T,H] = (x - mean) * rstd of each row (Ba et al., "Layer normalization", 2016). */
static inline void layer_norm(size_t T, size_t H, double eps, struct value x, struct affine p, struct value xhat, real *rstd,
                              struct value y)
{
    EACH(t, T) {
        real mean = 0, variance = 0;
        EACH(h, H) mean += x.data[t * H + h] / H;
        EACH(h, H) variance += (x.data[t * H + h] - mean) * (x.data[t * H + h] - mean) / H;
        rstd[t] = 1 / sqrt(variance + eps);
        EACH(h, H) xhat.data[t * H + h] = (x.data[t * H + h] - mean) * rstd[t];
        EACH(h, H) y.data[t * H + h] = p.weight.data[h] * xhat.data[t * H + h] + p.bias.data[h];
    }
}

static inline void layer_norm_backward(size_t T, size_t H, struct value x, struct affine p, struct value xhat, const real *rstd,
                                       struct value y)
{
    EACH(t, T) {
        real mean = 0, slope = 0;       /* the means of dxhat and of dxhat * xhat: x also moves the row's mean and deviation */
        EACH(h, H) p.weight.grad[h] += y.grad[t * H + h] * xhat.data[t * H + h];
        EACH(h, H) p.bias.grad[h] += y.grad[t * H + h];
        EACH(h, H) xhat.grad[t * H + h] = y.grad[t * H + h] * p.weight.data[h];
        EACH(h, H) mean += xhat.grad[t * H + h] / H;
        EACH(h, H) slope += xhat.grad[t * H + h] * xhat.data[t * H + h] / H;
        EACH(h, H) x.grad[t * H + h] += rstd[t] * (xhat.grad[t * H + h] - mean - xhat.data[t * H + h] * slope);
    }
}

/* gelu: x Phi(x), with Phi of the normal distribution; gelu_new: its approximation (Hendrycks and Gimpel, 2016); or relu. */
#define SQRT_2_OVER_PI 0.79788456080286535588
static inline double activation(enum activation kind, double x)
{
    double t = tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x));
    return kind == ACTIVATION_RELU ? (x < 0 ? 0 : x) : kind == ACTIVATION_GELU_NEW ? x * (1 + t) / 2 : x * erfc(-x / sqrt(2)) / 2;
}

static inline double activation_backward(enum activation kind, double x, double dy)
{
    double t = tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)), dt = (1 - t * t) * SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x * x);
    double twice_density = SQRT_2_OVER_PI * exp(-x * x / 2);
    return dy * (kind == ACTIVATION_RELU ? x > 0 : kind == ACTIVATION_GELU_NEW ? (1 + t + x * dt) / 2
                                                                               : (erfc(-x / sqrt(2)) + x * twice_density) / 2);
}

/* p [n] = exp(x) / sum of exp(x). The greatest x is subtracted first, so that nothing overflows. p may be x. */
static inline void softmax(size_t n, const real *x, real *p)
{
    real max = x[0], sum = 0;
    EACH(i, n) max = fmax(max, x[i]);
    EACH(i, n) sum += p[i] = exp(x[i] - max);
    EACH(i, n) p[i] /= sum;
}

/* context [T,H] = probs V in each head, with probs [A,T,T] = softmax(Q K^T / sqrt(D)) (Vaswani et al., "Attention is all you
 * need", 2017). A row of qkv [T,3H] holds q, k and v of all heads. probs and context must be 0 before. */
static inline void attention(size_t T, size_t A, size_t D, struct value qkv, struct value probs, struct value context)
{
    size_t H = A * D, ld = 3 * H;
    EACH(a, A) EACH(i, T) {
        real *q = qkv.data + a * D, *k = q + H, *v = k + H, *p = probs.data + (a * T + i) * T;
        EACH(j, T) EACH(d, D) p[j] += q[i * ld + d] * k[j * ld + d] / sqrt(D);
        softmax(T, p, p);
        EACH(j, T) EACH(d, D) context.data[i * H + a * D + d] += p[j] * v[j * ld + d];
    }
}

static inline void attention_backward(size_t T, size_t A, size_t D, struct value qkv, struct value probs, struct value context)
{
    size_t H = A * D, ld = 3 * H;
    EACH(a, A) EACH(i, T) {
        real *q = qkv.data + a * D, *k = q + H, *v = k + H, *dq = qkv.grad + a * D, *dk = dq + H, *dv = dk + H;
        real *p = probs.data + (a * T + i) * T, *dp = probs.grad + (a * T + i) * T, *dc = context.grad + i * H + a * D, sum = 0;
        EACH(j, T) EACH(d, D) dv[j * ld + d] += p[j] * dc[d];
        EACH(j, T) EACH(d, D) dp[j] += dc[d] * v[j * ld + d];
        EACH(j, T) sum += p[j] * dp[j];
        EACH(j, T) dp[j] = p[j] * (dp[j] - sum) / sqrt(D);              /* through the softmax: now that of q k */
        EACH(j, T) EACH(d, D) dq[i * ld + d] += dp[j] * k[j * ld + d];
        EACH(j, T) EACH(d, D) dk[j * ld + d] += dp[j] * q[i * ld + d];
    }
}

/* Returns the loss: `scale` times the sum of the cross-entropies of the pieces with a label (1 / their number: the mean). Sets
 * logits [N,C] and adds to gradients [params->n_floats]. */
double bert_reference(const struct config *config, const struct params *params, const real *weights,
                      const struct bert_batch *batch, double scale, real *logits, real *gradients);

#endif
