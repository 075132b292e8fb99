/* bert_reference: the plain engine against torch and against slopes of its own loss; the fast engine against the plain one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "reference/bert_reference.h"
#include "stream/fields.h"
#include "support/amx_model.h"
#include "support/bert_cases.h"

double bert_reference_float(const struct config *config, const struct params *params, const float *weights,
                            const struct bert_batch *batch, double scale, float *logits, float *gradients);

/* What an engine computes of a case. */
struct run {
    double loss, *logits, *gradients;
};

static double *widened(const float *a, size_t n)
{
    double *out = xmalloc(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = (double)a[i];
    return out;
}

static size_t n_logits(const struct bert_case *c)
{
    return c->n_pieces * c->config->num_labels;
}

static struct run run_reference(const struct bert_case *c)
{
    double *weights = widened(c->weights, c->params->n_floats);
    struct run r = {0, xcalloc(n_logits(c), sizeof *r.logits), xcalloc(c->params->n_floats, sizeof *r.gradients)};
    r.loss = bert_reference(c->config, c->params, weights, &c->batch, 1, r.logits, r.gradients);
    free(weights);
    return r;
}

static struct run widened_run(const struct bert_case *c, double loss, float *logits, float *gradients)
{
    struct run r = {loss, widened(logits, n_logits(c)), widened(gradients, c->params->n_floats)};
    free(logits);
    free(gradients);
    return r;
}

static struct run run_reference_float(const struct bert_case *c)
{
    float *logits = xcalloc(n_logits(c), sizeof *logits), *gradients = xcalloc(c->params->n_floats, sizeof *gradients);
    double loss = bert_reference_float(c->config, c->params, c->weights, &c->batch, 1, logits, gradients);
    return widened_run(c, loss, logits, gradients);
}

static struct run run_engine(const struct bert_case *c, enum precision precision)
{
    float *logits = xcalloc(n_logits(c), sizeof *logits), *gradients = xcalloc(c->params->n_floats, sizeof *gradients);
    struct bert *bert = bert_new(c->config, c->params, precision, c->weights);
    bert_forward(bert, &c->batch, logits);
    double loss = bert_train(bert, &c->batch, NULL, NULL, false, gradients).sum;
    bert_free(bert);
    return widened_run(c, loss, logits, gradients);
}

static void run_free(struct run *r)
{
    free(r->logits);
    free(r->gradients);
}

static double distance(const double *a, const double *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(a[i] - b[i]) > most || isnan(a[i]) ? fabs(a[i] - b[i]) : most;
    return most;
}

static double norm(const double *a, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sqrt(sum);
}

/* Adding one number to all of a query's scores changes no probability: the gradient of key.bias is zero but for rounding. So is
 * that of everything below a classifier with a single label, which has probability 1. */
static bool is_zero(const struct bert_case *c, const struct parameter *p)
{
    return (p->module == ARCH_KEY && p->is_bias) || c->config->num_labels == 1;
}

/* ---- against torch ---- */

static const char *const golden[] = {"tiny",    "odd",          "relu",         "long",    "flat",        "distilbert",
                                     "electra", "electra-wide", "electra-same", "roberta", "xlm-roberta", "camembert"};
enum { N_GOLDEN = sizeof golden / sizeof *golden };

/* Torch computed logits and loss in fp32: 2e-5 is for its rounding errors. It computed the gradients in fp64, but the file holds
 * them in fp32: each is off by up to 6e-8 of itself, so 1e-7 of the largest of the tensor bounds all. */
static void reference_is_torch(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_GOLDEN; k++) {
        struct bert_case c = bert_case_load(golden[k]);
        struct run r = run_reference(&c);
        float *logits = golden_floats(&c, "logits", NULL), *loss = golden_floats(&c, "loss", NULL);
        for (size_t i = 0; i < n_logits(&c); i++)
            if (!(fabs(r.logits[i] - (double)logits[i]) <= 2e-5))
                fail_msg("%s: logit %zu is %.9g, not %.9g", golden[k], i, r.logits[i], (double)logits[i]);
        if (!(fabs(r.loss - (double)loss[0]) <= 2e-5 * (double)c.n_pieces))
            fail_msg("%s: the loss is %.9g, not %.9g", golden[k], r.loss, (double)loss[0]);
        for (size_t i = 0; i < c.params->n_parameters; i++) {
            const struct parameter *p = &c.params->parameter[i];
            char *name = xasprintf("gradient.%s", p->name);
            float *want = golden_floats(&c, name, NULL);
            double bound = is_zero(&c, p) ? 1e-12 : 1e-7 * largest(want, p->size);
            for (size_t j = 0; j < p->size; j++)
                if (!(fabs(r.gradients[p->offset + j] - (double)want[j]) <= bound))
                    fail_msg("%s: the gradient of %s at %zu is %.9g, not %.9g", golden[k], p->name, j, r.gradients[p->offset + j],
                             (double)want[j]);
            free(want);
            free(name);
        }
        free(logits);
        free(loss);
        run_free(&r);
        bert_case_free(&c);
    }
}

/* ---- small shapes ---- */

struct shape {
    size_t hidden, heads, intermediate, layers, labels, types;
    enum activation act;
    double eps;
    size_t start[6];
};
static const struct shape shapes[] = {
    {1, 1, 1, 1, 2, 1, ACTIVATION_GELU, 1e-3, {0, 1}},
    {6, 3, 5, 2, 3, 2, ACTIVATION_GELU, 1e-12, {0, 1, 2, 7}},
    {7, 1, 9, 1, 4, 1, ACTIVATION_GELU_NEW, 1e-5, {0, 3, 4, 9}},
    {15, 5, 17, 2, 5, 3, ACTIVATION_RELU, 1e-5, {0, 1, 12}},
    {32, 4, 33, 2, 9, 2, ACTIVATION_GELU_NEW, 1e-12, {0, 17, 18, 20, 33}},
    {33, 3, 70, 3, 2, 2, ACTIVATION_GELU, 1e-12, {0, 5, 40}},
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

/* A random model and batch; every third piece has no label. */
static struct bert_case shape_case(const struct shape *s)
{
    struct bert_case c = {.config = xcalloc(1, sizeof *c.config)};
    *c.config = (struct config){
        .arch = arch_find(NULL),
        .vocab_size = 13,
        .embedding_size = s->hidden,
        .hidden_size = s->hidden,
        .num_hidden_layers = s->layers,
        .num_attention_heads = s->heads,
        .intermediate_size = s->intermediate,
        .max_position_embeddings = 50,
        .type_vocab_size = s->types,
        .hidden_act = s->act,
        .layer_norm_eps = s->eps,
        .pad_token_id = 4,
        .num_labels = s->labels,
        .label = xcalloc(s->labels, sizeof *c.config->label),
    };
    c.params = params_new(c.config);
    c.weights = xcalloc(c.params->n_floats, sizeof *c.weights);
    formula_fill(c.params, 0.6f, c.weights);
    size_t b = 0;
    while (b + 1 < sizeof s->start / sizeof *s->start && s->start[b + 1] > s->start[b])
        b++;
    c.n_pieces = s->start[b];
    size_t *start = xmalloc(b + 1, sizeof *start);
    memcpy(start, s->start, (b + 1) * sizeof *start);
    int32_t *ids = xmalloc(c.n_pieces, sizeof *ids), *labels = xmalloc(c.n_pieces, sizeof *labels);
    for (size_t i = 0; i < c.n_pieces; i++) {
        ids[i] = (int32_t)(rng_uniform(1, 0, i) * 13);
        labels[i] = i % 3 == 1 ? LABEL_NONE : (int32_t)(rng_uniform(1, 1, i) * (double)s->labels);
    }
    c.batch = (struct bert_batch){b, start, ids, labels};
    return c;
}

/* A direction to move a parameter in. The padding's embedding has no gradient and stays where it is. */
static double direction(const struct bert_case *c, const struct parameter *p, size_t j)
{
    bool is_padding = p->module == ARCH_WORDS && j / c->config->hidden_size == c->config->pad_token_id;
    return is_padding ? 0 : rng_normal(7, p->offset, j);
}

/* The loss rises in a random direction of each parameter by what the gradient says. All is double, and the weights are near 1:
 * a step of 1e-5 leaves the third derivative's 1e-10 and 1e-11 for the rounding of the loss; 1e-8 has room for both. */
static void gradients_are_slopes(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SHAPES; k++) {
        struct bert_case c = shape_case(&shapes[k]);
        struct run r = run_reference(&c);
        double *weights = widened(c.weights, c.params->n_floats), *unused = xcalloc(c.params->n_floats, sizeof *unused);
        for (size_t i = 0; i < c.params->n_parameters; i++) {
            const struct parameter *p = &c.params->parameter[i];
            double slope = 0, loss[2], step = 1e-5;
            for (int side = 0; side < 2; side++) {
                for (size_t j = 0; j < p->size; j++)
                    weights[p->offset + j] = (double)c.weights[p->offset + j] + (side ? step : -step) * direction(&c, p, j);
                loss[side] = bert_reference(c.config, c.params, weights, &c.batch, 0.5, r.logits, unused);
            }
            for (size_t j = 0; j < p->size; j++) {
                weights[p->offset + j] = (double)c.weights[p->offset + j];
                slope += r.gradients[p->offset + j] * direction(&c, p, j) * 0.5;
            }
            double rise = (loss[1] - loss[0]) / (2 * step);
            if (!(fabs(rise - slope) <= 1e-8 * (fabs(slope) + r.loss)))
                fail_msg("shape %zu, %s: the loss rises by %.12g, the gradient says %.12g", k, p->name, rise, slope);
        }
        free(weights);
        free(unused);
        run_free(&r);
        bert_case_free(&c);
    }
}

/* ---- the engine against the reference ---- */

/* How far the logits and the loss a piece may be off, and each gradient relative to its norm. */
struct bound {
    double logits, gradients;
};
/* fp32: sums of up to 70 products, each rounded to 6e-8 of itself, through 3 layers; measured 1e-6 and 6e-7, in the plain engine
 * in float as in the fast one. bf16: the factors of the products are rounded to 2e-3 of themselves; measured 0.015 and 0.007.
 * bf16x3: products are 1e-5 off; measured 2.2e-5 and 2.2e-5. */
static const struct bound fp32_bound = {5e-6, 3e-6}, bf16_bound = {0.05, 0.03}, bf16x3_bound = {1e-4, 1e-4};

static void compare(const struct bert_case *c, struct run is, const struct run *should, struct bound bound, const char *who)
{
    double e = distance(is.logits, should->logits, n_logits(c)), whole = norm(should->gradients, c->params->n_floats);
    if (!(e <= bound.logits))
        fail_msg("%s: a logit is %.3g off", who, e);
    if (!(fabs(is.loss - should->loss) <= bound.logits * (double)c->n_pieces))
        fail_msg("%s: the loss is %.9g, not %.9g", who, is.loss, should->loss);
    for (size_t i = 0; i < c->params->n_parameters; i++) {
        const struct parameter *p = &c->params->parameter[i];
        double scale = is_zero(c, p) ? whole : norm(should->gradients + p->offset, p->size);
        e = distance(is.gradients + p->offset, should->gradients + p->offset, p->size);
        if (!(e <= bound.gradients * scale))
            fail_msg("%s: the gradient of %s is %.3g off, its norm is %.3g", who, p->name, e, scale);
    }
    run_free(&is);
}

static void engine_is_the_reference(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SHAPES; k++) {
        struct bert_case c = shape_case(&shapes[k]);
        struct run plain = run_reference(&c);
        compare(&c, run_reference_float(&c), &plain, fp32_bound, "the plain engine in float");
        compare(&c, run_engine(&c, PRECISION_FP32), &plain, fp32_bound, "fp32");
        compare(&c, run_engine(&c, PRECISION_BF16), &plain, bf16_bound, "bf16");
        compare(&c, run_engine(&c, PRECISION_BF16X3), &plain, bf16x3_bound, "bf16x3");
        run_free(&plain);
        bert_case_free(&c);
    }
}

/* bfloat16 by AMX's tiles, by a model of them; the last test. */
static void engine_over_tiles_is_the_reference(void **state)
{
    gemm_backend_replace(&amx_model_bf16, &amx_model_int8);
    engine_is_the_reference(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_is_torch),
        cmocka_unit_test(gradients_are_slopes),
        cmocka_unit_test(engine_is_the_reference),
        cmocka_unit_test(engine_over_tiles_is_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
