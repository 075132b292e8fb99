/* optimizer: AdamW. */
#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "floats.h"
#include "vec.h"

enum { CHUNK = 1 << 15 };       /* floats: four arrays of them stay within the second-level cache */
struct chunk { size_t parameter, offset, size; };

struct optimizer *optimizer_new(const struct layout *layout)
{
    struct optimizer *o = xcalloc(1, sizeof *o);
    size_t room = 0;
    *o = (struct optimizer){.layout = layout, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    o->m = floats_new(layout->n_floats, true);
    o->v = floats_new(layout->n_floats, true);
    for (size_t i = 0; i < layout->n_parameters; i++) {
        const struct parameter *p = &layout->parameter[i];
        for (size_t at = 0; at < p->size; at += CHUNK) {
            GROW(o->chunk, room, o->n_chunks + 1);
            o->chunk[o->n_chunks++] = (struct chunk){i, p->offset + at, p->size - at < CHUNK ? p->size - at : CHUNK};
        }
    }
    return o;
}

void optimizer_free(struct optimizer *o)
{
    if (!o)
        return;
    free(o->m);
    free(o->v);
    free(o->chunk);
    free(o);
}

static bool is_frozen(const struct optimizer *o, const struct chunk *c)
{
    return o->frozen && o->frozen[c->parameter];
}

typedef double dvec __attribute__((vector_size(64)));
typedef float half_vec __attribute__((vector_size(32)));

/* Sixteen sums, each over every sixteenth element, then one fixed tree. */
CLONES static double sum_of_squares(size_t n, const float *x)
{
    dvec low = {0}, high = {0};
    for (size_t i = 0; i < n; i += LANES) {
        vec v = n - i < LANES ? vec_load_n(x + i, n - i) : vec_load(x + i);
        half_vec part[2];
        memcpy(part, &v, sizeof v);
        dvec a = __builtin_convertvector(part[0], dvec), b = __builtin_convertvector(part[1], dvec);
        low += a * a;
        high += b * b;
    }
    low += high;
    return ((low[0] + low[4]) + (low[2] + low[6])) + ((low[1] + low[5]) + (low[3] + low[7]));
}

double optimizer_norm(const struct optimizer *o, const float *gradients)
{
    double *sum = xcalloc(o->n_chunks, sizeof *sum), total = 0;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < o->n_chunks; i++)
        if (!is_frozen(o, &o->chunk[i]))
            sum[i] = sum_of_squares(o->chunk[i].size, gradients + o->chunk[i].offset);
    for (size_t i = 0; i < o->n_chunks; i++)
        total += sum[i];
    free(sum);
    return sqrt(total);
}

double clip_factor(double norm, double most)
{
    double factor = most / (norm + 1e-6);
    return most > 0 && factor < 1 ? factor : 1;
}

/* What is the same for all elements of a step, rounded to fp32 once, as torch does. */
struct scalars { float scale, decay, one_minus_beta1, beta2, one_minus_beta2, step_size, root, epsilon; };

/* torch's order of operations (torch/optim/adam.py, _single_tensor_adam). */
INLINE void update(const struct scalars *s, vec g, vec *m, vec *v, vec *w)
{
    g *= vec_of(s->scale);
    *w *= vec_of(s->decay);
    *m += vec_of(s->one_minus_beta1) * (g - *m);
    *v = *v * vec_of(s->beta2) + vec_of(s->one_minus_beta2) * g * g;
    vec root;
    for (size_t i = 0; i < LANES; i++)
        root[i] = __builtin_sqrtf((*v)[i]);
    *w -= vec_of(s->step_size) * (*m / (root / vec_of(s->root) + vec_of(s->epsilon)));
}

CLONES static void update_chunk(const struct scalars *s, size_t n, const float *g, float *m, float *v, float *w)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        vec mi = vec_load(m + i), vi = vec_load(v + i), wi = vec_load(w + i);
        update(s, vec_load(g + i), &mi, &vi, &wi);
        vec_store(m + i, mi);
        vec_store(v + i, vi);
        vec_store(w + i, wi);
    }
    if (i < n) {
        vec mi = vec_load_n(m + i, n - i), vi = vec_load_n(v + i, n - i), wi = vec_load_n(w + i, n - i);
        update(s, vec_load_n(g + i, n - i), &mi, &vi, &wi);
        vec_store_n(m + i, mi, n - i);
        vec_store_n(v + i, vi, n - i);
        vec_store_n(w + i, wi, n - i);
    }
}

void optimizer_step(struct optimizer *o, size_t step, double rate, double scale, const float *gradients, float *weights)
{
    const struct scalars plain = {
        .scale = (float)scale, .decay = 1, .one_minus_beta1 = (float)(1 - o->beta1), .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2), .step_size = (float)(rate / (1 - pow(o->beta1, (double)step))),
        .root = (float)sqrt(1 - pow(o->beta2, (double)step)), .epsilon = (float)o->epsilon,
    };
    struct scalars decayed = plain;
    decayed.decay = (float)(1 - rate * o->weight_decay);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < o->n_chunks; i++) {
        const struct chunk *c = &o->chunk[i];
        if (!is_frozen(o, c))
            update_chunk(o->layout->parameter[c->parameter].is_vector ? &plain : &decayed, c->size, gradients + c->offset,
                         o->m + c->offset, o->v + c->offset, weights + c->offset);
    }
}
