/* ops_activation: gelu (erf), gelu_new (tanh), relu and their derivatives. Hendrycks & Gimpel, "Gaussian error linear units",
 * 2016; transformers' ACT2FN has the names. */
#include "ops.h"
#include "vec.h"

/* Phi(x) = (1 + erf(x / sqrt(2))) / 2, and phi(x) = Phi'(x), from one exponential:
 * erfc(z) = exp(-z^2) t P(t), t = 1 / (1 + 0.4 z), P fitted to 4e-10 (least squares, reweighted, on Chebyshev nodes). */
INLINE void normal_distribution(vec x, vec *cumulative, vec *density)
{
    vec z = vec_abs(x) * vec_of(0.707106781f);
    vec e = vec_exp(-(z * z));
    vec t = vec_of(1) / (vec_of(1) + vec_of(0.4f) * z), square = t * t;
    vec p01 = vec_of(0.22914882004261017f) * t + vec_of(0.22583386301994324f);      /* Estrin's scheme */
    vec p23 = vec_of(0.3633713126182556f) * t + vec_of(0.16460087895393372f);
    vec p45 = vec_of(0.6582770943641663f) * t + vec_of(-0.3272779583930969f);
    vec p67 = vec_of(0.07393397390842438f) * t + vec_of(-0.38788801431655884f);
    vec p = (p67 * square + p45) * (square * square) + (p23 * square + p01);
    vec tail = vec_of(0.5f) * (e * (t * p));
    *cumulative = vec_select(x < vec_of(0), tail, vec_of(1) - tail);
    *density = e * vec_of(0.398942280f);
}

INLINE vec hyperbolic_tangent(vec x)
{
    return vec_of(1) - vec_of(2) / (vec_exp(x + x) + vec_of(1));
}

/* sqrt(2 / pi) (x + 0.044715 x^3) */
INLINE vec inner(vec x)
{
    return vec_of(0.797884561f) * (x + vec_of(0.044715f) * (x * x * x));
}

INLINE vec activate(const enum activation kind, vec x)
{
    if (kind == RELU)
        return vec_select(x < vec_of(0), vec_of(0), x);     /* NaN stays NaN */
    if (kind == GELU_NEW)
        return vec_of(0.5f) * x * (vec_of(1) + hyperbolic_tangent(inner(x)));
    vec cumulative, density;
    normal_distribution(x, &cumulative, &density);
    return x * cumulative;
}

INLINE vec differentiate(const enum activation kind, vec x, vec *y)
{
    if (kind == RELU) {
        *y = activate(RELU, x);
        return vec_select(x > vec_of(0), vec_of(1), vec_of(0));
    }
    if (kind == GELU_NEW) {
        vec t = hyperbolic_tangent(inner(x));
        vec slope = vec_of(0.797884561f) * (vec_of(1) + vec_of(3 * 0.044715f) * (x * x));
        *y = vec_of(0.5f) * x * (vec_of(1) + t);
        return vec_of(0.5f) * (vec_of(1) + t) + vec_of(0.5f) * x * (vec_of(1) - t * t) * slope;
    }
    vec cumulative, density;
    normal_distribution(x, &cumulative, &density);
    *y = x * cumulative;
    return cumulative + x * density;
}

INLINE void forward(const enum activation kind, size_t n, float *pre, const float *bias, float *out)
{
    for (size_t i = 0; i < n; i += WIDTH) {
        vec x = vec_first(pre + i, n - i, 0) + vec_first(bias + i, n - i, 0);
        vec_put(pre + i, x, n - i);
        vec_put(out + i, activate(kind, x), n - i);
    }
}

INLINE void backward(const enum activation kind, size_t n, const float *pre, float *out, float *d)
{
    for (size_t i = 0; i < n; i += WIDTH) {
        vec y, slope = differentiate(kind, vec_first(pre + i, n - i, 0), &y);
        vec_put(out + i, y, n - i);
        vec_put(d + i, vec_first(d + i, n - i, 0) * slope, n - i);
    }
}

/* The kind is a constant inside each branch, so that the loops hold only what they need. */
WIDTHS(ops_bias_activation)
void ops_bias_activation(enum activation kind, size_t n, float *pre, const float *bias, float *out)
{
    if (kind == GELU)
        forward(GELU, n, pre, bias, out);
    else if (kind == GELU_NEW)
        forward(GELU_NEW, n, pre, bias, out);
    else
        forward(RELU, n, pre, bias, out);
}

WIDTHS(ops_activation_backward)
void ops_activation_backward(enum activation kind, size_t n, const float *pre, float *out, float *d)
{
    if (kind == GELU)
        backward(GELU, n, pre, out, d);
    else if (kind == GELU_NEW)
        backward(GELU_NEW, n, pre, out, d);
    else
        backward(RELU, n, pre, out, d);
}
