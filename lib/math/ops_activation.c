/* ops_activation: gelu (erf), gelu_new (tanh), relu and their derivatives. Hendrycks & Gimpel, "Gaussian error linear units",
 * 2016; transformers' ACT2FN has the names. */
#include "math/ops.h"
#include "math/vec.h"

/* Phi(x) = (1 + erf(x / sqrt(2))) / 2, and phi(x) = Phi'(x), from one exponential:
 * erfc(z) = exp(-z^2) t P(t), t = 1 / (1 + 0.4 z), P fitted to 4e-10 (least squares, reweighted, on Chebyshev nodes). */
VEC_INLINE void normal_distribution(const size_t n, const vec *x, vec *cumulative, vec *density)
{
    vec t[VEC_UNROLL], square[VEC_UNROLL], p[VEC_UNROLL], q[VEC_UNROLL], r[VEC_UNROLL];
    VEC_EACH(i, n) t[i] = vec_abs(x[i]) * vec_of(0.707106781f);
    VEC_EACH(i, n) density[i] = -(t[i] * t[i]);
    VEC_EACH(i, n) t[i] = vec_of(1) / vec_fma(vec_of(0.4f), t[i], vec_of(1));
    vec_exp(n, density);
    VEC_EACH(i, n) square[i] = t[i] * t[i];
    VEC_EACH(i, n) p[i] = vec_fma(vec_of(0.07393397390842438f), t[i], vec_of(-0.38788801431655884f)); /* Estrin's scheme */
    VEC_EACH(i, n) q[i] = vec_fma(vec_of(0.6582770943641663f), t[i], vec_of(-0.3272779583930969f));
    VEC_EACH(i, n) p[i] = vec_fma(p[i], square[i], q[i]);
    VEC_EACH(i, n) q[i] = vec_fma(vec_of(0.3633713126182556f), t[i], vec_of(0.16460087895393372f));
    VEC_EACH(i, n) r[i] = vec_fma(vec_of(0.22914882004261017f), t[i], vec_of(0.22583386301994324f));
    VEC_EACH(i, n) q[i] = vec_fma(q[i], square[i], r[i]);
    VEC_EACH(i, n) p[i] = vec_fma(p[i], square[i] * square[i], q[i]);
    VEC_EACH(i, n) p[i] = vec_of(0.5f) * (density[i] * (t[i] * p[i])); /* the tail */
    VEC_EACH(i, n) cumulative[i] = vec_select(x[i] < vec_of(0), p[i], vec_of(1) - p[i]);
    VEC_EACH(i, n) density[i] *= vec_of(0.398942280f);
}

/* 1/2 + x P(x^2), by Horner's scheme. */
enum { TERMS = 9 };
VEC_INLINE void odd_polynomial(const size_t n, const float *p, const vec *x, const vec *square, vec *y)
{
    VEC_EACH(i, n) y[i] = vec_of(p[TERMS - 1]);
#pragma GCC unroll 8
    for (size_t k = TERMS - 1; k-- > 0;)
        VEC_EACH(i, n) y[i] = vec_fma(y[i], square[i], vec_of(p[k]));
    VEC_EACH(i, n) y[i] = vec_fma(y[i], x[i], vec_of(0.5f));
}

/* Phi(x) as 1/2 + x P(x^2) between -EDGE and EDGE, and the slope of x Phi(x) with another P; beyond the edges they are 0 or 1.
 * Fitted as above, Phi to 1e-5 and the slope to 2e-4. (At the edge Phi goes 2e-6 too far, so that its smallest value is 0.) The
 * error of x Phi(x) is at most 8e-5, and where x > 0 at most 2e-5 of x. */
#define EDGE 4.3f
VEC_INLINE void gelu_polynomial(const size_t n, const vec *x, vec *cumulative, vec *slope)
{
    static const float p[TERMS] =
        {
            0.39892658591270447f,    -0.06638587266206741f,   0.009838631376624107f,
            -0.0011142498115077615f, 9.4160161097534e-05f,    -5.677587978425436e-06f,
            2.272365691169398e-07f,  -5.343241848976277e-09f, 5.5399729942395837e-11f,
        },
                       q[TERMS] = {
                           0.7971633076667786f,    -0.2634141743183136f,     0.057175163179636f,
                           -0.008201472461223602f, 0.0007986608543433249f,   -5.2043913456145674e-05f,
                           2.159339146601269e-06f, -5.1295558023412013e-08f, 5.289442772671293e-10f,
                       };
    vec clamped[VEC_UNROLL], square[VEC_UNROLL];
    VEC_EACH(i, n) clamped[i] = vec_min(vec_of(EDGE), vec_max(vec_of(-EDGE), x[i]));
    VEC_EACH(i, n) square[i] = clamped[i] * clamped[i];
    odd_polynomial(n, p, clamped, square, cumulative);
    VEC_EACH(i, n) cumulative[i] = vec_max(vec_of(0), cumulative[i]); /* NaN stays NaN */
    if (slope)
        odd_polynomial(n, q, clamped, square, slope);
}

/* tanh of sqrt(2 / pi) (x + 0.044715 x^3) */
VEC_INLINE void tangent(const size_t n, const vec *x, vec *t)
{
    VEC_EACH(i, n) t[i] = vec_of(0.797884561f) * (x[i] + vec_of(0.044715f) * (x[i] * x[i] * x[i]));
    VEC_EACH(i, n) t[i] = vec_min(vec_of(88), t[i] + t[i]);
    vec_exp(n, t);
    VEC_EACH(i, n) t[i] = vec_of(1) - vec_of(2) / (t[i] + vec_of(1));
}

/* y = f(x) and, unless it is NULL, slope = f'(x). */
VEC_INLINE void activate(const enum activation kind, const size_t n, const vec *x, vec *y, vec *slope)
{
    vec t[VEC_UNROLL], density[VEC_UNROLL];
    if (kind == ACTIVATION_RELU) {
        VEC_EACH(i, n) y[i] = vec_select(x[i] < vec_of(0), vec_of(0), x[i]); /* NaN stays NaN */
        if (slope)
            VEC_EACH(i, n) slope[i] = vec_select(x[i] > vec_of(0), vec_of(1), vec_of(0));
    } else if (kind == ACTIVATION_GELU_NEW) {
        tangent(n, x, t);
        VEC_EACH(i, n) y[i] = vec_of(0.5f) * x[i] * (vec_of(1) + t[i]);
        if (slope)
            VEC_EACH(i, n)
            {
                vec inner = vec_of(0.797884561f) * (vec_of(1) + vec_of(3 * 0.044715f) * (x[i] * x[i]));
                slope[i] = vec_of(0.5f) * (vec_of(1) + t[i]) + vec_of(0.5f) * x[i] * (vec_of(1) - t[i] * t[i]) * inner;
            }
    } else if (kind == ACTIVATION_GELU_POLYNOMIAL) {
        gelu_polynomial(n, x, t, slope);
        VEC_EACH(i, n) y[i] = x[i] * t[i];
    } else {
        normal_distribution(n, x, t, density);
        VEC_EACH(i, n) y[i] = x[i] * t[i];
        if (slope)
            VEC_EACH(i, n) slope[i] = t[i] + x[i] * density[i];
    }
}

VEC_INLINE void forward_vectors(const enum activation kind, const size_t n, size_t left, float *pre, const float *bias,
                                float *out)
{
    vec x[VEC_UNROLL], y[VEC_UNROLL];
    VEC_EACH(i, n)
    x[i] =
        vec_load_first(pre + i * VEC_SIZE, left - i * VEC_SIZE, 0) + vec_load_first(bias + i * VEC_SIZE, left - i * VEC_SIZE, 0);
    VEC_EACH(i, n) vec_store_first(pre + i * VEC_SIZE, x[i], left - i * VEC_SIZE);
    activate(kind, n, x, y, NULL);
    VEC_EACH(i, n) vec_store_first(out + i * VEC_SIZE, y[i], left - i * VEC_SIZE);
}

VEC_INLINE void forward(const enum activation kind, size_t n, float *pre, const float *bias, float *out)
{
    size_t i = 0;
    for (; i + VEC_UNROLL * VEC_SIZE <= n; i += VEC_UNROLL * VEC_SIZE)
        forward_vectors(kind, VEC_UNROLL, VEC_UNROLL * VEC_SIZE, pre + i, bias + i, out + i);
    for (; i < n; i += VEC_SIZE)
        forward_vectors(kind, 1, n - i, pre + i, bias + i, out + i);
}

VEC_INLINE void backward_vectors(const enum activation kind, const size_t n, size_t left, const float *pre, float *out, float *d)
{
    vec x[VEC_UNROLL], y[VEC_UNROLL], slope[VEC_UNROLL];
    VEC_EACH(i, n) x[i] = vec_load_first(pre + i * VEC_SIZE, left - i * VEC_SIZE, 0);
    activate(kind, n, x, y, slope);
    VEC_EACH(i, n) vec_store_first(out + i * VEC_SIZE, y[i], left - i * VEC_SIZE);
    VEC_EACH(i, n)
    vec_store_first(d + i * VEC_SIZE, vec_load_first(d + i * VEC_SIZE, left - i * VEC_SIZE, 0) * slope[i], left - i * VEC_SIZE);
}

VEC_INLINE void backward(const enum activation kind, size_t n, const float *pre, float *out, float *d)
{
    size_t i = 0;
    for (; i + VEC_UNROLL * VEC_SIZE <= n; i += VEC_UNROLL * VEC_SIZE)
        backward_vectors(kind, VEC_UNROLL, VEC_UNROLL * VEC_SIZE, pre + i, out + i, d + i);
    for (; i < n; i += VEC_SIZE)
        backward_vectors(kind, 1, n - i, pre + i, out + i, d + i);
}

/* In each branch the kind is a constant, so that its loop holds only what that kind needs. */
VEC_MULTIVERSION(ops_bias_activation)
void ops_bias_activation(enum activation kind, size_t n, float *pre, const float *bias, float *out)
{
    if (kind == ACTIVATION_GELU)
        forward(ACTIVATION_GELU, n, pre, bias, out);
    else if (kind == ACTIVATION_GELU_NEW)
        forward(ACTIVATION_GELU_NEW, n, pre, bias, out);
    else if (kind == ACTIVATION_GELU_POLYNOMIAL)
        forward(ACTIVATION_GELU_POLYNOMIAL, n, pre, bias, out);
    else
        forward(ACTIVATION_RELU, n, pre, bias, out);
}

VEC_MULTIVERSION(ops_activation_backward)
void ops_activation_backward(enum activation kind, size_t n, const float *pre, float *out, float *d)
{
    if (kind == ACTIVATION_GELU)
        backward(ACTIVATION_GELU, n, pre, out, d);
    else if (kind == ACTIVATION_GELU_NEW)
        backward(ACTIVATION_GELU_NEW, n, pre, out, d);
    else if (kind == ACTIVATION_GELU_POLYNOMIAL)
        backward(ACTIVATION_GELU_POLYNOMIAL, n, pre, out, d);
    else
        backward(ACTIVATION_RELU, n, pre, out, d);
}
