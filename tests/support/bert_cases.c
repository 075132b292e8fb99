/* bert_cases: small models and sentences by formula. */
#include "support/bert_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void formula_uniform(const char *name, size_t n, float *out)
{
    uint64_t h = 0xCBF29CE484222325; /* FNV-1a */
    for (const char *c = name; *c; c++)
        h = (h ^ (uint8_t)*c) * 0x100000001B3;
    for (size_t i = 0; i < n; i++) {
        uint64_t x = (h + i) * 0x9E3779B97F4A7C15; /* splitmix64 */
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        x ^= x >> 31;
        out[i] = (float)((double)(x >> 40) * 0x1p-24 - 0.5);
    }
}

void formula_fill(const struct params *params, float spread, float *weights)
{
    for (size_t k = 0; k < params->n_parameters; k++) {
        const struct parameter *p = &params->parameter[k];
        float *w = weights + p->offset, factor = spread, base = 0;
        formula_uniform(p->name, p->size, w);
        if (p->is_vector)
            factor = 0.5f, base = p->is_bias ? 0 : 1;
        else if (arch_shape[p->module].kind == ARCH_EMBEDDING)
            factor = 2;
        for (size_t i = 0; i < p->size; i++)
            w[i] = base + w[i] * factor;
    }
}

float *golden_floats(const struct bert_case *c, const char *name, size_t *n)
{
    const struct tensor *t = tensors_find(c->golden, name);
    if (!t)
        die("no golden tensor %s; run tests/golden/bert.py", name);
    float *out = xmalloc(t->elements + 1, sizeof *out);
    tensors_floats(t, out);
    if (n)
        *n = t->elements;
    return out;
}

static int32_t *golden_ints(const struct bert_case *c, const char *name, size_t *n)
{
    float *f = golden_floats(c, name, n);
    int32_t *out = xmalloc(*n + 1, sizeof *out);
    for (size_t i = 0; i < *n; i++)
        out[i] = (int32_t)f[i];
    free(f);
    return out;
}

struct bert_case bert_case_load(const char *name)
{
    struct bert_case c = {0};
    size_t n, n_labels;
    char *json = xasprintf("tests/golden/bert/%s.json", name), *golden = xasprintf("tests/golden/bert/%s.safetensors", name);
    c.config = config_read_file(json);
    c.params = params_new(c.config);
    c.golden = safetensors_open(golden);
    free(json);
    free(golden);
    int32_t *starts = golden_ints(&c, "start", &n);
    size_t *start = xmalloc(n, sizeof *start);
    for (size_t i = 0; i < n; i++)
        start[i] = (size_t)starts[i];
    free(starts);
    c.batch.n_sentences = n - 1;
    c.batch.start = start;
    c.batch.input_ids = golden_ints(&c, "input_ids", &c.n_pieces);
    c.batch.labels = golden_ints(&c, "labels", &n_labels);
    float *loss = golden_floats(&c, "loss", &n);
    c.weights = xcalloc(c.params->n_floats + 1, sizeof *c.weights);
    formula_fill(c.params, loss[1], c.weights);
    free(loss);
    return c;
}

void bert_case_free(struct bert_case *c)
{
    free((void *)c->batch.start);
    free((void *)c->batch.input_ids);
    free((void *)c->batch.labels);
    free(c->weights);
    tensors_close(c->golden);
    params_free(c->params);
    config_free(c->config);
}

/* fmax would overlook a NaN. */
static double greater(double most, double x)
{
    return x > most || isnan(x) ? x : most;
}

double furthest(const float *a, const float *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = greater(most, fabs((double)a[i] - (double)b[i]));
    return most;
}

double largest(const float *a, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = greater(most, fabs((double)a[i]));
    return most;
}
