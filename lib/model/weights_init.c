/* weights_init: the weights that a training starts from. */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/rng.h"
#include "model/weights.h"
#include "base/names.h"

static void draw(const struct parameter *p, const struct config *config, uint64_t seed, float *weights)
{
    float *w = weights + p->offset;
    uint64_t stream = XXH3_64bits(p->name, strlen(p->name));
    if (p->is_vector) {
        for (size_t i = 0; i < p->size; i++)
            w[i] = p->is_bias ? 0 : 1; /* 1: a LayerNorm's weight */
        return;
    }
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < p->size; i++)
        w[i] = (float)(config->initializer_range * rng_normal(seed, stream, i));
    if (p->module == ARCH_WORDS)
        memset(w + config->pad_token_id * p->columns, 0, p->columns * sizeof *w);
}

static bool same_labels(const struct config *a, const struct config *b)
{
    bool same = a->num_labels == b->num_labels;
    for (size_t i = 0; same && i < a->num_labels; i++)
        same = strcmp(a->label[i], b->label[i]) == 0;
    return same;
}

static void warn_names(const char *what, size_t n, char *const *name)
{
    char *text = names_join(n, name);
    warn("%s: %s", what, text);
    free(text);
}

/* The checkpoint may have a head for other labels, but the head comes last: all other parameters have the same offsets. */
static void load(const char *from, const struct config *config, const struct params *params, float *weights, bool *have)
{
    struct config *own = config_read(from);
    struct params *own_layout = params_new(own);
    float *loaded = weights_new(own_layout);
    struct weights_report report = weights_load(from, own_layout, loaded);
    bool keeps_head = same_labels(own, config), has_head = true;
    for (size_t i = 0; i < params->n_parameters; i++)
        have[i] = keeps_head || params->parameter[i].module != ARCH_CLASSIFIER;
    for (size_t i = 0; i < report.n_missing; i++) {
        const struct parameter *p = params_find(params, report.missing[i]);
        have[p - params->parameter] = false;
        has_head = has_head && p->module != ARCH_CLASSIFIER;
    }
    if (report.n_missing >= own_layout->n_parameters - 2)
        die("%s/model.safetensors holds no %s encoder: its tensors are %s", from, own->arch->title,
            names_join(report.n_unused, report.unused));
    size_t head = params_of(params, ARCH_CLASSIFIER, 0, false)->offset;
    memcpy(weights, loaded, (keeps_head ? params->n_floats : head) * sizeof *weights);
    if (report.n_unused)
        warn_names("not used", report.n_unused, report.unused);
    if (has_head && !keeps_head) {
        char *labels = names_join(own->num_labels, own->label);
        warn("the head of %s is for other labels (%s)", from, labels);
        free(labels);
    }
    weights_report_free(&report);
    free(loaded);
    params_free(own_layout);
    config_free(own);
}

float *weights_start(const char *from, const struct config *config, const struct params *params, uint64_t seed)
{
    float *weights = weights_new(params);
    bool *have = xcalloc(params->n_parameters, sizeof *have);
    char **name = xmalloc(params->n_parameters, sizeof *name);
    size_t n = 0;
    if (from)
        load(from, config, params, weights, have);
    for (size_t i = 0; i < params->n_parameters; i++)
        if (!have[i]) {
            draw(&params->parameter[i], config, seed, weights);
            name[n++] = params->parameter[i].name;
        }
    if (n == params->n_parameters)
        warn("all %zu tensors are newly initialised", n);
    else if (n > 0)
        warn_names("newly initialised", n, name);
    free(name);
    free(have);
    return weights;
}
