/* weights_init: the weights that a training starts from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/elementary.h"
#include "base/rng.h"
#include "model/import.h"
#include "model/weights.h"
#include "base/names.h"

/* Vaswani et al., "Attention is all you need", 2017, as transformers' create_sinusoidal_embeddings computes it. */
static void set_sinusoidal(const struct parameter *p, float *w)
{
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            double angle = (double)i / elementary_exp10(4 * ((double)(j - j % 2) / (double)p->columns));
            w[i * p->columns + j] = (float)(j % 2 ? elementary_cos(angle) : elementary_sin(angle));
        }
}

static void draw(const struct parameter *p, const struct config *config, uint64_t seed, float *weights)
{
    float *w = weights + p->offset;
    uint64_t stream = XXH3_64bits(p->name, strlen(p->name));
    if (p->is_vector) {
        for (size_t i = 0; i < p->size; i++)
            w[i] = p->is_bias ? 0 : 1; /* 1: a LayerNorm's weight */
        return;
    }
    if (p->module == ARCH_POSITIONS && config->sinusoidal_positions) {
        set_sinusoidal(p, w);
        return;
    }
    double deviation = config->initializer_range > 0 ? config->initializer_range : 0.02; /* 0 is taken for "not given" */
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < p->size; i++)
        w[i] = (float)(deviation * rng_normal(seed, stream, i));
    bool has_padding = p->module == ARCH_WORDS || (p->module == ARCH_POSITIONS && config->arch->counts_positions);
    if (has_padding && config->pad_token_id != CONFIG_NONE)
        memset(w + config->pad_token_id * p->columns, 0, p->columns * sizeof *w);
}

static void warn_names(const char *what, size_t n, char *const *name, const char *meaning)
{
    char *text = names_join(n, name);
    warn("%s: %s%s", what, text, meaning);
    free(text);
}

/* A head for the same labels in another order: its rows change places. from[k]: the checkpoint's id of label k. */
static void copy_head(const struct params *params, const struct weights_map *map, const struct params *own, const int32_t *from,
                      float *weights)
{
    for (int is_bias = 0; is_bias < 2; is_bias++) {
        const struct parameter *p = params_of(params, ARCH_CLASSIFIER, 0, is_bias);
        size_t labels = is_bias ? p->columns : p->rows, n = p->size / labels;
        float *loaded = xcalloc(p->size, sizeof *loaded);
        weights_map_copy(map, params_of(own, ARCH_CLASSIFIER, 0, is_bias), loaded);
        for (size_t k = 0; k < labels; k++)
            memcpy(weights + p->offset + k * n, loaded + (size_t)from[k] * n, n * sizeof *weights);
        free(loaded);
    }
}

/* LABEL_0, LABEL_1, ...: what transformers calls labels without names. */
static bool has_no_names(const struct config *c)
{
    char name[32];
    for (size_t i = 0; i < c->num_labels; i++) {
        snprintf(name, sizeof name, "LABEL_%zu", i);
        if (strcmp(c->label[i], name) != 0)
            return false;
    }
    return true;
}

/* How the head could be kept; "" if there is no way. */
static char *way_to_keep(const char *from, const struct config *own, const struct config *config)
{
    if (own->num_labels == config->num_labels && has_no_names(own))
        return xstrdup("; if they have only lost their names, write the names into id2label of its config.json");
    int32_t *place = names_places(config->num_labels, config->label, own->num_labels, own->label);
    size_t known = 0;
    while (known < config->num_labels && place[known] >= 0)
        known++;
    free(place);
    return known == config->num_labels ? xasprintf("; to keep it, give the stream all of them: conll2msg --labels-from %s", from)
                                       : xstrdup("");
}

static void warn_head(const char *from, const struct config *own, const struct config *config)
{
    char *labels = names_join(own->num_labels, own->label), *way = way_to_keep(from, own, config);
    char *difference =
        names_difference("it has", own->num_labels, own->label, "the new one has", config->num_labels, config->label);
    warn("the head is new: that of %s is for other labels (%s); %s%s", from, labels, difference, way);
    free(labels);
    free(difference);
    free(way);
}

struct weights_map *weights_map_import(const char *dir, const struct params *params, struct weights_report *report)
{
    enum { SHOWN = 8 };
    struct weights_map *map = weights_map_of(import_open(dir), params, report);
    if (report->n_missing >= params->n_parameters - 2)
        die("%s holds no %s encoder: %s%s", dir, params->arch->title, report->n_unused ? "its tensors are " : "it has no tensors",
            names_join(report->n_unused < SHOWN ? report->n_unused : SHOWN, report->unused));
    return map;
}

/* The checkpoint may have a head for other labels; all other parameters are the same. */
static void load(const char *from, const struct config *config, const struct params *params, float *weights, bool *have)
{
    struct config *own = config_read(from);
    struct params *own_layout = params_new(own);
    struct weights_report report;
    struct weights_map *map = weights_map_import(from, own_layout, &report);
    int32_t *head = names_same(config->num_labels, config->label, own->num_labels, own->label);
    bool has_head = true;
    for (size_t i = 0; i < params->n_parameters; i++)
        have[i] = head || params->parameter[i].module != ARCH_CLASSIFIER;
    for (size_t i = 0; i < report.n_missing; i++) {
        const struct parameter *p = params_find(params, report.missing[i]);
        have[p - params->parameter] = false;
        has_head = has_head && p->module != ARCH_CLASSIFIER;
    }
    for (size_t i = 0; i < params->n_parameters; i++)
        if (params->parameter[i].module != ARCH_CLASSIFIER)
            weights_map_copy(map, &own_layout->parameter[i], weights + params->parameter[i].offset);
    if (head)
        copy_head(params, map, own_layout, head, weights);
    if (report.n_unused)
        warn_names("not used", report.n_unused, report.unused, " (a model for token classification has no such part)");
    if (has_head && !head)
        warn_head(from, own, config);
    weights_report_free(&report);
    free(head);
    weights_map_free(map);
    params_free(own_layout);
    config_free(own);
}

float *weights_start(const char *from, const struct config *config, const struct params *params, uint64_t seed)
{
    float *weights = weights_new(params);
    bool *have = xcalloc(params->n_parameters, sizeof *have);
    char **name = xmalloc(params->n_parameters, sizeof *name);
    size_t n = 0;
    bool is_body = false; /* some new tensor is none of the classifier's */
    if (from)
        load(from, config, params, weights, have);
    for (size_t i = 0; i < params->n_parameters; i++)
        if (!have[i]) {
            draw(&params->parameter[i], config, seed, weights);
            name[n++] = params->parameter[i].name;
            is_body = is_body || params->parameter[i].module != ARCH_CLASSIFIER;
        }
    if (n == params->n_parameters)
        warn("all %zu tensors are newly initialised: training starts from random weights", n);
    else if (n > 0)
        warn_names("newly initialised", n, name, is_body ? "" : " (as it should be: training sets the classifier)");
    free(name);
    free(have);
    return weights;
}
