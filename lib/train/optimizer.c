/* optimizer: AdamW. */
#include "train/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/adamw.h"
#include "base/memory.h"
#include "base/profile.h"

enum { CHUNK = 1 << 15 };       /* floats: four arrays of them stay within the second-level cache */
struct chunk { size_t parameter, offset, size; };

struct optimizer *optimizer_new(const struct params *params)
{
    struct optimizer *o = xcalloc(1, sizeof *o);
    size_t room = 0;
    *o = (struct optimizer){.params = params, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    o->m = memory_floats(params->n_floats, true);
    o->v = memory_floats(params->n_floats, true);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        size_t rows = p->columns < CHUNK ? CHUNK / p->columns : 1, size = p->is_vector ? CHUNK : rows * p->columns;
        for (size_t at = 0; at < p->size; at += size) {
            GROW(o->chunk, room, o->n_chunks + 1);
            o->chunk[o->n_chunks++] = (struct chunk){i, p->offset + at, p->size - at < size ? p->size - at : size};
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
    free(o->late);
    free(o->is_late);
    free(o->waits);
    free(o->active);
    free(o->decay);
    free(o->settled);
    free(o);
}

static bool is_frozen(const struct optimizer *o, const struct chunk *c)
{
    return o->frozen && o->frozen[c->parameter];
}

void optimizer_sparse(struct optimizer *o, const struct parameter *matrix, const bool *touched)
{
    o->sparse = (size_t)(matrix - o->params->parameter);
    o->touched = touched;
}

/* The rows of the sparse matrix that a chunk holds; none of them for other chunks. */
struct rows { size_t first, end, columns; };

static struct rows sparse_rows(const struct optimizer *o, const struct chunk *c)
{
    const struct parameter *p = &o->params->parameter[c->parameter];
    if (!o->touched || c->parameter != o->sparse)
        return (struct rows){0};
    size_t first = (c->offset - p->offset) / p->columns;
    return (struct rows){first, first + c->size / p->columns, p->columns};
}

static double chunk_squares(const struct optimizer *o, const struct chunk *c, const float *gradients)
{
    struct rows rows = sparse_rows(o, c);
    if (rows.end == 0)
        return adamw_squares(c->size, gradients + c->offset);
    double sum = 0;
    for (size_t row = rows.first; row < rows.end; row++)
        if (o->touched[row])
            sum += adamw_squares(rows.columns, gradients + c->offset + (row - rows.first) * rows.columns);
    return sum;
}

/* For the profile: rows of the sparse matrix that are marked, times its columns, and the floats of all else. */
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

double clip_factor(double norm, double most)
{
    double factor = most / (norm + 1e-6);
    return most > 0 && factor < 1 ? factor : 1;
}

/* After a state was loaded: where a moment is not zero. */
static void find_active(struct optimizer *o)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    o->active = xcalloc(p->rows, sizeof *o->active);
    free(o->settled);
    o->settled = xcalloc(p->rows, sizeof *o->settled);
    o->n_decays = 0;
#pragma omp parallel for schedule(static)
    for (size_t row = 0; row < p->rows; row++) {
        const float *m = o->m + p->offset + row * p->columns, *v = o->v + p->offset + row * p->columns;
        for (size_t i = 0; i < p->columns && !o->active[row]; i++)
            o->active[row] = m[i] != 0 || v[i] != 0;
    }
}

/* w: the matrix's row. */
static void settle(struct optimizer *o, size_t row, size_t columns, float *w)
{
    if (!o->active[row] && o->settled[row] < o->n_decays)
        adamw_decay(o->n_decays - o->settled[row], o->decay + o->settled[row], columns, w);
    o->settled[row] = (uint32_t)o->n_decays;
}

/* ---- steps that wait ---- */

void optimizer_late(struct optimizer *o, const bool *parameters)
{
    size_t n = o->params->n_parameters;
    o->is_late = xmalloc(n, sizeof *o->is_late);
    memcpy(o->is_late, parameters, n * sizeof *parameters);
    o->late = xcalloc(n, sizeof *o->late);
    o->waits = xcalloc(n, sizeof *o->waits);
}

bool optimizer_waits(const struct optimizer *o, size_t first, size_t n)
{
    const struct parameter *p = o->params->parameter;
    for (size_t i = params_at(o->params, first); i < o->params->n_parameters && p[i].offset < first + n; i++)
        if (o->waits && o->waits[i])
            return true;
    return false;
}

void optimizer_catch_up(const struct optimizer *o, size_t first, size_t rows, size_t stride, size_t n)
{
    for (size_t row = 0; row < rows; row++, first += stride) {
        size_t i = params_at(o->params, first);
        if (o->waits[i])
            adamw_update(&o->late[i], n, stride, o->gradients + first, o->m + first, o->v + first, o->weights + first);
    }
}

void optimizer_caught_up(struct optimizer *o, size_t first, size_t n)
{
    const struct parameter *p = o->params->parameter;
    for (size_t i = params_at(o->params, first); i < o->params->n_parameters && p[i].offset < first + n; i++)
        o->waits[i] = false;
}

static void catch_up_all(struct optimizer *o)
{
    if (!o->waits)
        return;
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < o->n_chunks; i++)
        optimizer_catch_up(o, o->chunk[i].offset, 1, ADAMW_AHEAD, o->chunk[i].size);
    memset(o->waits, 0, o->params->n_parameters * sizeof *o->waits);
}

void optimizer_settle(struct optimizer *o, size_t n, const int32_t *rows, float *weights)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    if (!rows)
        catch_up_all(o);
    if (!o->active)                                         /* no step yet */
        return;
    if (!rows) {
#pragma omp parallel for schedule(static)
        for (size_t row = 0; row < p->rows; row++)
            settle(o, row, p->columns, weights + p->offset + row * p->columns);
        return;
    }
    for (size_t i = 0; i < n; i++)
        settle(o, (size_t)rows[i], p->columns, weights + p->offset + (size_t)rows[i] * p->columns);
}

/* Without a gradient and with moments of zero, AdamW leaves nothing but the decay. */
static void update_rows(struct optimizer *o, const struct adamw *s, struct rows rows, const float *g, float *m, float *v,
                        float *w)
{
    size_t n = rows.columns;
    for (size_t row = rows.first; row < rows.end; row++, g += n, m += n, v += n, w += n)
        if (o->active[row] || o->touched[row]) {
            settle(o, row, n, w);
            o->active[row] = true;
            adamw_update(s, n, ADAMW_AHEAD, g, m, v, w);
        }
}

static void wait_with_decay(struct optimizer *o, float decay)
{
    if (decay == 1)
        return;
    GROW(o->decay, o->decays_room, o->n_decays + 1);
    o->decay[o->n_decays++] = decay;
}

/* Of one parameter, whose learning rate this is. */
static void set_rate(struct adamw *s, const struct optimizer *o, size_t parameter, double rate, double correction)
{
    if (o->rate_factor)
        rate *= o->rate_factor[parameter];
    s->step_size = (float)(rate / correction);
    s->decay = o->params->parameter[parameter].is_vector ? 1 : (float)(1 - rate * o->weight_decay);
}

void optimizer_step(struct optimizer *o, size_t step, double rate, double scale, const float *gradients, float *weights)
{
    const float root = (float)sqrt(1 - pow(o->beta2, (double)step));
    const struct adamw common = {
        .scale = (float)scale, .one_minus_beta1 = (float)(1 - o->beta1), .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2), .root = root, .over_root = 1 / root, .epsilon = (float)o->epsilon,
    };
    const double correction = 1 - pow(o->beta1, (double)step);
    if (o->touched && !o->active)
        find_active(o);
    catch_up_all(o);
    o->gradients = gradients;
    o->weights = weights;
    for (size_t i = 0; o->waits && i < o->params->n_parameters; i++) {
        o->late[i] = common;
        set_rate(&o->late[i], o, i, rate, correction);
        o->waits[i] = o->is_late[i] && !(o->frozen && o->frozen[i]);
    }
    bool waits = o->touched && o->epsilon > 0 && !(o->frozen && o->frozen[o->sparse]);
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < o->n_chunks; i++) {
        const struct chunk *c = &o->chunk[i];
        struct adamw s = common;
        struct rows rows = sparse_rows(o, c);
        if (is_frozen(o, c) || (o->waits && o->waits[c->parameter]))
            continue;
        set_rate(&s, o, c->parameter, rate, correction);
        const float *g = gradients + c->offset;
        float *m = o->m + c->offset, *v = o->v + c->offset, *w = weights + c->offset;
        if (rows.end && waits)
            update_rows(o, &s, rows, g, m, v, w);
        else
            adamw_update(&s, c->size, ADAMW_AHEAD, g, m, v, w);
    }
    if (waits) {
        struct adamw s;
        set_rate(&s, o, o->sparse, rate, correction);
        wait_with_decay(o, s.decay);
    }
    double sparse, others;
    count(o, o->active, &sparse, &others);
    for (size_t i = 0; o->waits && i < o->params->n_parameters; i++)
        others -= o->waits[i] ? (double)o->params->parameter[i].size : 0;
    profile_lap("AdamW", "", 0, 28 * (sparse + others));
}
