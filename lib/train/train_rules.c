/* train_rules: options about single labels and parameters. */
#include "train/train_rules.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"

float *train_rules_class_weights(const struct config *config, const char *text)
{
    if (!text || !*text)
        return NULL;
    float *weight = xmalloc(config->num_labels, sizeof *weight);
    for (size_t k = 0; k < config->num_labels; k++)
        weight[k] = 1;
    char *copy = xstrdup(text), *rest;
    for (char *item = strtok_r(copy, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
        char *equals = strrchr(item, '='), *end = NULL;
        double value = equals ? strtod(equals + 1, &end) : -1;
        if (!equals || !equals[1] || *end || !isfinite(value) || value < 0)
            die("--class-weights wants LABEL=X,... with X from 0 on, not '%s'", item);
        *equals = '\0';
        bool any = false;
        for (size_t k = 0; k < config->num_labels; k++)
            if (fnmatch(item, config->label[k], 0) == 0) {
                weight[k] = (float)value;
                any = true;
            }
        if (!any)
            die("--class-weights %s: the model has no such label; its first is %s", item, config->label[0]);
    }
    free(copy);
    return weight;
}

/* 0 for the embeddings, n_layers + 1 for the classifier. */
static size_t depth_of(const struct parameter *p, size_t n_layers)
{
    return arch_is_in_layer(p->module) ? p->layer + 1 : p->module == ARCH_CLASSIFIER ? n_layers + 1 : 0;
}

double *train_rules_rate_factors(const struct params *params, size_t n_layers, double decay)
{
    if (decay == 1)
        return NULL;
    double *factor = xmalloc(params->n_parameters, sizeof *factor);
    for (size_t i = 0; i < params->n_parameters; i++)
        factor[i] = elementary_power(decay, n_layers + 1 - depth_of(&params->parameter[i], n_layers));
    return factor;
}

bool *train_rules_freeze(const struct params *params, const char *patterns)
{
    if (!patterns || !*patterns)
        return NULL;
    bool *frozen = xcalloc(params->n_parameters, sizeof *frozen);
    char *copy = xstrdup(patterns), *rest;
    for (char *pattern = strtok_r(copy, ",", &rest); pattern; pattern = strtok_r(NULL, ",", &rest)) {
        bool any = false;
        for (size_t i = 0; i < params->n_parameters; i++)
            if (fnmatch(pattern, params->parameter[i].name, 0) == 0)
                any = frozen[i] = true;
        if (!any)
            die("--freeze %s: no parameter has such a name; the first is %s", pattern, params->parameter[0].name);
    }
    free(copy);
    for (size_t i = 0; i < params->n_parameters; i++)
        if (!frozen[i])
            return frozen;
    die("--freeze %s leaves nothing to train", patterns);
}
