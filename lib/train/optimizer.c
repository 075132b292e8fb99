/* optimizer: AdamW, and the norm of the gradient. Threads take chunks of parameters; a chunk never goes over a parameter's end,
 * so it has one learning rate and one decay. */
#include "train/optimizer_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/adamw.h"
#include "base/elementary.h"
#include "base/profile.h"

enum { CHUNK = 1 << 15 }; /* floats: four arrays of them stay within the second-level cache */

struct optimizer *optimizer_new(const struct params *params)
{
    struct optimizer *o = xcalloc(1, sizeof *o);
    size_t room = 0;
    *o = (struct optimizer){.params = params, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    o->m = params_zeros(params);
    o->v = params_zeros(params);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        size_t rows = p->columns < CHUNK ? CHUNK / p->columns : 1, size = p->is_vector ? CHUNK : rows * p->columns;
        for (size_t done = 0; done < p->size; done += size) {
            GROW(o->chunk, room, o->n_chunks + 1);
            size_t left = p->size - done;
            o->chunk[o->n_chunks++] = (struct optimizer_chunk){i, p->offset + done, left < size ? left : size};
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
    free(o->update);
    free(o->may_defer);
    free(o->is_deferred);
    free(o->active);
    free(o->decay);
    free(o->decays_applied);
    free(o);
}

static bool is_frozen(const struct optimizer *o, const struct optimizer_chunk *c)
{
    return o->frozen && o->frozen[c->parameter];
}

/* The rows of the sparse matrix in a chunk; end is 0 for chunks of other parameters. */
struct optimizer_rows {
    size_t first, end, columns;
};

static struct optimizer_rows sparse_rows(const struct optimizer *o, const struct optimizer_chunk *c)
{
    const struct parameter *p = &o->params->parameter[c->parameter];
    if (!o->touched || c->parameter != o->sparse)
        return (struct optimizer_rows){0};
    size_t first = (c->offset - p->offset) / p->columns;
    return (struct optimizer_rows){first, first + c->size / p->columns, p->columns};
}

static double chunk_squares(const struct optimizer *o, const struct optimizer_chunk *c, const float *gradients)
{
    struct optimizer_rows rows = sparse_rows(o, c);
    if (rows.end == 0)
        return adamw_squares(c->size, gradients + c->offset);
    double sum = 0;
    for (size_t row = rows.first; row < rows.end; row++)
        if (o->touched[row])
            sum += adamw_squares(rows.columns, gradients + c->offset + (row - rows.first) * rows.columns);
    return sum;
}

/* For the profile: floats in marked rows of the sparse matrix, and floats of all other parameters. */
static void count(const struct optimizer *o, const bool *marked, double *sparse, double *others)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    double rows = 0;
    for (size_t i = 0; marked && profile_runs() && i < p->rows; i++)
        rows += marked[i];
    *sparse = rows * (double)p->columns;
    *others = (double)o->params->n_floats - (marked ? (double)p->size : 0);
}

double optimizer_norm(const struct optimizer *o, const float *gradients, const double *squares)
{
    double *sum = xcalloc(o->n_chunks, sizeof *sum), total = 0, sparse, others;
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < o->n_chunks; i++)
        if (!is_frozen(o, &o->chunk[i]) && !(squares && squares[o->chunk[i].parameter] >= 0))
            sum[i] = chunk_squares(o, &o->chunk[i], gradients);
    for (size_t i = 0; i < o->n_chunks; i++)
        total += sum[i];
    free(sum);
    count(o, o->touched, &sparse, &others);
    for (size_t i = 0; squares && i < o->params->n_parameters; i++)
        if (squares[i] >= 0 && !(o->frozen && o->frozen[i])) {
            total += squares[i];
            others -= (double)o->params->parameter[i].size;
        }
    profile_lap("gradient norm", "", 0, 4 * (sparse + others));
    return sqrt(total);
}

double optimizer_clip_factor(double norm, double max_norm)
{
    double factor = max_norm / (norm + 1e-6);
    return max_norm > 0 && factor < 1 ? factor : 1;
}

/* Rows that are neither touched nor active only decay: that is deferred. */
static void update_rows(struct optimizer *o, const struct adamw *s, struct optimizer_rows rows, const float *g, float *m,
                        float *v, float *w)
{
    size_t n = rows.columns;
    for (size_t row = rows.first; row < rows.end; row++, g += n, m += n, v += n, w += n)
        if (o->active[row] || o->touched[row]) {
            optimizer_decay_row(o, row, n, w);
            o->active[row] = true;
            adamw_update(s, n, ADAMW_AHEAD, g, m, v, w);
        }
}

/* Learning rate and decay of one parameter. */
static void set_rate(struct adamw *s, const struct optimizer *o, size_t parameter, double rate, double correction)
{
    if (o->rate_factor)
        rate *= o->rate_factor[parameter];
    s->step_size = (float)(rate / correction);
    s->decay = o->params->parameter[parameter].is_vector ? 1 : (float)(1 - rate * o->weight_decay);
}

/* What is the same for all parameters. */
static struct adamw common_update(const struct optimizer *o, size_t step, double scale)
{
    const float root = (float)sqrt(1 - elementary_power(o->beta2, step));
    return (struct adamw){
        .scale = (float)scale,
        .one_minus_beta1 = (float)(1 - o->beta1),
        .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2),
        .root = root,
        .over_root = 1 / root,
        .epsilon = (float)o->epsilon,
    };
}

/* For the profile: 28 bytes a float that this step moved. */
static void lap(const struct optimizer *o)
{
    double sparse, others;
    count(o, o->active, &sparse, &others);
    for (size_t i = 0; o->is_deferred && i < o->params->n_parameters; i++)
        others -= o->is_deferred[i] ? (double)o->params->parameter[i].size : 0;
    profile_lap("AdamW", "", 0, 28 * (sparse + others));
}

void optimizer_step(struct optimizer *o, size_t step, double rate, double scale, const float *gradients, float *weights)
{
    const struct adamw common = common_update(o, step, scale);
    const double correction = 1 - elementary_power(o->beta1, step);
    optimizer_apply_matrices(o);
    o->gradients = gradients;
    o->weights = weights;
    for (size_t i = 0; o->is_deferred && i < o->params->n_parameters; i++) {
        o->update[i] = common;
        set_rate(&o->update[i], o, i, rate, correction);
        o->is_deferred[i] = o->may_defer[i] && !(o->frozen && o->frozen[i]);
    }
    /* With an epsilon of 0 a moment of zero gives 0 / 0: then no row may be left out. */
    bool by_rows = o->touched && o->epsilon > 0 && !(o->frozen && o->frozen[o->sparse]);
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < o->n_chunks; i++) {
        const struct optimizer_chunk *c = &o->chunk[i];
        struct adamw update = common;
        struct optimizer_rows rows = sparse_rows(o, c);
        if (is_frozen(o, c) || (o->is_deferred && o->is_deferred[c->parameter]))
            continue;
        set_rate(&update, o, c->parameter, rate, correction);
        const float *g = gradients + c->offset;
        float *m = o->m + c->offset, *v = o->v + c->offset, *w = weights + c->offset;
        if (rows.end && by_rows)
            update_rows(o, &update, rows, g, m, v, w);
        else
            adamw_update(&update, c->size, ADAMW_AHEAD, g, m, v, w);
    }
    for (size_t row = 0; !by_rows && o->touched && row < o->params->parameter[o->sparse].rows; row++)
        o->active[row] = o->active[row] || o->touched[row];
    if (by_rows) {
        struct adamw update;
        set_rate(&update, o, o->sparse, rate, correction);
        optimizer_defer_decay(o, update.decay);
    }
    lap(o);
}
