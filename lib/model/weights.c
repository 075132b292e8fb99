/* weights: the parameters of a model directory as one array of floats. */
#include "model/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/memory.h"
#include "base/outfile.h"
#include "base/hash.h"
#include "model/safetensors.h"
#include "model/safetensors_sum.h"
#include "base/names.h"

static void add_name(char ***names, size_t *n, const char *name)
{
    *names = xrealloc(*names, *n + 1, sizeof **names);
    (*names)[(*n)++] = xstrdup(name);
}

static char *shape_text(const struct tensor *t)
{
    char *text = xstrdup("");
    for (size_t i = 0; i < t->rank; i++) {
        char *more = xasprintf("%s%s%zu", text, i ? "," : "", t->shape[i]);
        free(text);
        text = more;
    }
    return text;
}

static void check_shape(const struct tensor *t, const struct parameter *p)
{
    bool same = p->is_vector ? t->rank == 1 && t->shape[0] == p->columns
                             : t->rank == 2 && t->shape[0] == p->rows && t->shape[1] == p->columns;
    if (same)
        return;
    char *wanted = p->is_vector ? xasprintf("%zu", p->columns) : xasprintf("%zu,%zu", p->rows, p->columns);
    die("%s: tensor %s has the shape [%s], the config asks for [%s]", t->file->path, t->name, shape_text(t), wanted);
}

const struct parameter *weights_parameter(const struct params *params, const char *name)
{
    const struct parameter *p = NULL;
    for (int add_prefix = 0; !p && add_prefix < 2; add_prefix++) {
        char *modern = arch_modern_name(params->arch, name, add_prefix);
        p = params_find(params, modern);
        free(modern);
    }
    return p;
}

struct weights_map {
    const struct params *params;
    struct tensors *tensors;
    const struct tensor **of; /* [n_parameters]; NULL: the checkpoint does not have it */
    float **converted;        /* [n_parameters] of tensors that are not fp32 or not aligned */
};

struct weights_map *weights_map_of(struct tensors *tensors, const struct params *params, struct weights_report *report)
{
    struct weights_map *m = xcalloc(1, sizeof *m);
    *m = (struct weights_map){params, tensors, xcalloc(params->n_parameters, sizeof *m->of),
                              xcalloc(params->n_parameters, sizeof *m->converted)};
    *report = (struct weights_report){0};
    for (size_t i = 0; i < tensors->n; i++) {
        const struct tensor *t = &tensors->tensor[i];
        const struct parameter *p = weights_parameter(params, t->name);
        if (p && m->of[p - params->parameter])
            die("%s: two tensors for %s", t->file->path, p->name);
        if (p) {
            check_shape(t, p);
            m->of[p - params->parameter] = t;
        } else if (!arch_is_buffer(params->arch, t->name))
            add_name(&report->unused, &report->n_unused, t->name);
    }
    for (size_t i = 0; i < params->n_parameters; i++)
        if (!m->of[i])
            add_name(&report->missing, &report->n_missing, params->parameter[i].name);
    return m;
}

static struct tensors *open_model(const char *dir)
{
    char *path = file_path(dir, "model.safetensors"), *foreign = tensors_foreign(dir);
    if (foreign)
        die("%s", foreign);
    if (!file_exists(path))
        die("%s: no model.safetensors there; train it first: train.sh, or bertinit and trainstep", dir);
    struct tensors *tensors = safetensors_open(path);
    free(path);
    return tensors;
}

struct weights_report weights_load(const char *dir, const struct params *params, float *out)
{
    struct weights_report report;
    struct weights_map *m = weights_map_of(open_model(dir), params, &report);
    for (size_t i = 0; i < params->n_parameters; i++)
        weights_map_copy(m, &params->parameter[i], out + params->parameter[i].offset);
    weights_map_free(m);
    return report;
}

void weights_report_free(struct weights_report *r)
{
    for (size_t i = 0; i < r->n_unused; i++)
        free(r->unused[i]);
    for (size_t i = 0; i < r->n_missing; i++)
        free(r->missing[i]);
    free(r->unused);
    free(r->missing);
}

float *weights_new(const struct params *params)
{
    float *weights = memory_floats(params->n_floats, false);
    /* The caller fills the rest. weights_hash reads the gaps. */
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        size_t next = i + 1 < params->n_parameters ? p[1].offset : params->n_floats;
        memset(weights + p->offset + p->size, 0, (next - p->offset - p->size) * sizeof *weights);
    }
    return weights;
}

/* Frees the report. */
static void check_complete(const char *dir, struct weights_report *report)
{
    if (report->n_missing)
        die("%s: the model lacks %s; train it first: train.sh, or bertinit and trainstep", dir,
            names_join(report->n_missing, report->missing));
    if (report->n_unused) {
        char *unused = names_join(report->n_unused, report->unused);
        warn("%s: these tensors are not used: %s", dir, unused);
        free(unused);
    }
    weights_report_free(report);
}

float *weights_load_all(const char *dir, const struct params *params)
{
    float *weights = weights_new(params);
    struct weights_report report = weights_load(dir, params, weights);
    check_complete(dir, &report);
    return weights;
}

struct weights_map *weights_map_new(const char *dir, const struct params *params)
{
    struct weights_report report;
    struct weights_map *m = weights_map_of(open_model(dir), params, &report);
    check_complete(dir, &report);
    return m;
}

const struct tensors *weights_map_tensors(const struct weights_map *m)
{
    return m->tensors;
}

void weights_map_copy(const struct weights_map *m, const struct parameter *p, float *out)
{
    const struct tensor *t = m->of[p - m->params->parameter];
    if (t)
        tensors_floats(t, out);
}

bool weights_map_is_in_file(const struct weights_map *m, const struct parameter *p)
{
    const struct tensor *t = m->of[p - m->params->parameter];
    return t->dtype == TENSORS_F32 && (uintptr_t)t->data % sizeof(float) == 0 && tensors_is_plain(t);
}

const float *weights_map_at(void *map, const struct parameter *p)
{
    struct weights_map *m = map;
    size_t i = (size_t)(p - m->params->parameter);
    if (weights_map_is_in_file(m, p))
        return (const float *)(const void *)m->of[i]->data;
    if (!m->converted[i]) {
        m->converted[i] = xmalloc(p->size, sizeof(float));
        tensors_floats(m->of[i], m->converted[i]);
    }
    return m->converted[i];
}

void weights_map_free(struct weights_map *m)
{
    for (size_t i = 0; i < m->params->n_parameters; i++)
        free(m->converted[i]);
    tensors_close(m->tensors);
    free(m->converted);
    free(m->of);
    free(m);
}

/* A checksum that is there is right: safetensors_open has compared it. */
void weights_map_hash(const struct weights_map *m, char hash[17])
{
    const char *sum = tensors_metadata(m->tensors, SAFETENSORS_SUM_KEY);
    if (sum)
        snprintf(hash, 17, "%s", sum + strlen(SAFETENSORS_SUM_KIND));
    else
        safetensors_sum_of(m->tensors->file[0]->map, SIZE_MAX, hash);
}

void weights_map_forget(struct weights_map *m, const struct parameter *kept)
{
    for (size_t i = 0; i < m->params->n_parameters; i++)
        if (&m->params->parameter[i] != kept) {
            free(m->converted[i]);
            m->converted[i] = NULL;
        }
    for (size_t i = 0; i < m->tensors->n_files; i++)
        file_forget(m->tensors->file[i]->map, m->tensors->file[i]->map.data, m->tensors->file[i]->map.size);
}

void weights_write(struct outfile *out, const struct params *params, const float *weights)
{
    static const char *const metadata[] = {"format", "pt", NULL};
    struct safetensors_out *tensor = xmalloc(params->n_parameters, sizeof *tensor);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        tensor[i] = (struct safetensors_out){p->name, p->is_vector ? 0 : p->rows, p->columns, weights + p->offset, NULL, NULL};
    }
    safetensors_write(out, params->n_parameters, tensor, metadata);
    free(tensor);
}

void weights_hash(const struct params *params, const float *weights, char hash[17])
{
    hash_text(XXH3_64bits(weights, params->n_floats * sizeof *weights), hash);
}
