/* optimizer_deferred: updates that are recorded by a step and applied later. */
#include <stdlib.h>
#include <string.h>

#include "math/adamw.h"
#include "train/optimizer_private.h"

/* ---- matrices ---- */

void optimizer_defer(struct optimizer *o, const bool *parameters)
{
    size_t n = o->params->n_parameters;
    o->may_defer = xmalloc(n, sizeof *o->may_defer);
    memcpy(o->may_defer, parameters, n * sizeof *parameters);
    o->update = xcalloc(n, sizeof *o->update);
    o->is_deferred = xcalloc(n, sizeof *o->is_deferred);
}

bool optimizer_is_deferred(const struct optimizer *o, size_t first, size_t n)
{
    const struct parameter *p = o->params->parameter;
    for (size_t i = params_at(o->params, first); i < o->params->n_parameters && p[i].offset < first + n; i++)
        if (o->is_deferred && o->is_deferred[i])
            return true;
    return false;
}

void optimizer_apply(const struct optimizer *o, size_t first, size_t rows, size_t stride, size_t n)
{
    for (size_t row = 0; row < rows; row++, first += stride) {
        size_t i = params_at(o->params, first);
        if (o->is_deferred[i])
            adamw_update(&o->update[i], n, stride, o->gradients + first, o->m + first, o->v + first, o->weights + first);
    }
}

void optimizer_applied(struct optimizer *o, size_t first, size_t n)
{
    const struct parameter *p = o->params->parameter;
    for (size_t i = params_at(o->params, first); i < o->params->n_parameters && p[i].offset < first + n; i++)
        o->is_deferred[i] = false;
}

void optimizer_apply_matrices(struct optimizer *o)
{
    if (!o->is_deferred)
        return;
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < o->n_chunks; i++)
        optimizer_apply(o, o->chunk[i].offset, 1, ADAMW_AHEAD, o->chunk[i].size);
    memset(o->is_deferred, 0, o->params->n_parameters * sizeof *o->is_deferred);
}

/* ---- rows of the sparse matrix ---- */

void optimizer_sparse(struct optimizer *o, const struct parameter *matrix, const bool *touched)
{
    o->sparse = (size_t)(matrix - o->params->parameter);
    o->touched = touched;
    optimizer_set_rows(o, 0, (const int32_t[]){0});
}

static bool has_moments(const struct optimizer *o, size_t row)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    const float *m = o->m + p->offset + row * p->columns, *v = o->v + p->offset + row * p->columns;
    for (size_t i = 0; i < p->columns; i++)
        if (m[i] != 0 || v[i] != 0)
            return true;
    return false;
}

int32_t *optimizer_rows(const struct optimizer *o, size_t *n)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    int32_t *rows = xcalloc(p->rows, sizeof *rows);
    *n = 0;
    for (size_t row = 0; row < p->rows; row++)
        if (o->active[row] && has_moments(o, row))
            rows[(*n)++] = (int32_t)row;
    return rows;
}

void optimizer_set_rows(struct optimizer *o, size_t n, const int32_t *rows)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    free(o->active);
    free(o->decays_applied);
    o->active = xcalloc(p->rows, sizeof *o->active);
    o->decays_applied = xcalloc(p->rows, sizeof *o->decays_applied);
    o->n_decays = 0;
    for (size_t i = 0; rows && i < n; i++)
        o->active[rows[i]] = true;
#pragma omp parallel for schedule(static) if (!rows)
    for (size_t row = 0; row < p->rows; row++)
        o->active[row] = rows ? o->active[row] : has_moments(o, row);
}

void optimizer_defer_decay(struct optimizer *o, float decay)
{
    if (decay == 1)
        return;
    GROW(o->decay, o->decays_room, o->n_decays + 1);
    o->decay[o->n_decays++] = decay;
}

void optimizer_decay_row(struct optimizer *o, size_t row, size_t columns, float *w)
{
    size_t applied = o->decays_applied[row];
    if (!o->active[row] && applied < o->n_decays)
        adamw_decay(o->n_decays - applied, o->decay + applied, columns, w);
    o->decays_applied[row] = (uint32_t)o->n_decays;
}

/* ---- both ---- */

void optimizer_flush_rows(struct optimizer *o, size_t n, const int32_t *rows, float *weights)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    for (size_t i = 0; o->active && i < n; i++)
        optimizer_decay_row(o, (size_t)rows[i], p->columns, weights + p->offset + (size_t)rows[i] * p->columns);
}

void optimizer_flush(struct optimizer *o, float *weights)
{
    const struct parameter *p = &o->params->parameter[o->sparse];
    optimizer_apply_matrices(o);
    if (!o->active)
        return;
#pragma omp parallel for schedule(static)
    for (size_t row = 0; row < p->rows; row++)
        optimizer_decay_row(o, row, p->columns, weights + p->offset + row * p->columns);
}
