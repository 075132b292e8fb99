/* params: where each parameter of the model lies in the array of floats. */
#include "model/params.h"

#include <stdlib.h>
#include <string.h>

/* Tensors begin on a cache line; but vectors of one module, and what a fused product reads, follow without a gap. */
enum { ALIGNMENT = 16 };

struct params_build {
    struct params *params;
    size_t room;
};

/* rows 0: a vector. */
static void add(struct params_build *to, enum arch_module module, size_t layer, bool is_bias, size_t rows, size_t columns)
{
    struct params *params = to->params;
    GROW(params->parameter, to->room, params->n_parameters + 1);
    params->parameter[params->n_parameters++] = (struct parameter){
        .name = arch_tensor_name(params->arch, module, layer, is_bias),
        .module = module,
        .layer = layer,
        .is_bias = is_bias,
        .rows = rows ? rows : 1,
        .columns = columns,
        .is_vector = rows == 0,
        .offset = params->n_floats,
        .size = (rows ? rows : 1) * columns,
    };
    params->n_floats += params->parameter[params->n_parameters - 1].size;
}

static void align(struct params_build *to)
{
    to->params->n_floats = round_up(to->params->n_floats, ALIGNMENT);
}

static void add_embedding(struct params_build *to, enum arch_module module, size_t rows, size_t h)
{
    add(to, module, 0, false, rows, h);
    align(to);
}

static void add_norm(struct params_build *to, enum arch_module module, size_t layer, size_t h)
{
    add(to, module, layer, false, 0, h);
    add(to, module, layer, true, 0, h);
    align(to);
}

static void add_linear(struct params_build *to, enum arch_module module, size_t layer, size_t out, size_t in)
{
    add(to, module, layer, false, out, in);
    align(to);
    add(to, module, layer, true, 0, out);
    align(to);
}

static void add_layer(struct params_build *to, size_t layer, size_t h, size_t intermediate)
{
    for (enum arch_module m = ARCH_QUERY; m <= ARCH_VALUE; m++)
        add(to, m, layer, false, h, h);
    align(to);
    for (enum arch_module m = ARCH_QUERY; m <= ARCH_VALUE; m++)
        add(to, m, layer, true, 0, h);
    align(to);
    add_linear(to, ARCH_ATTENTION_OUT, layer, h, h);
    add_norm(to, ARCH_ATTENTION_NORM, layer, h);
    add_linear(to, ARCH_INTERMEDIATE, layer, intermediate, h);
    add_linear(to, ARCH_OUT, layer, h, intermediate);
    add_norm(to, ARCH_OUT_NORM, layer, h);
}

struct params *params_new(const struct config *c)
{
    struct params_build to = {.params = xcalloc(1, sizeof *to.params)};
    to.params->arch = c->arch;
    size_t h = c->hidden_size;
    add_embedding(&to, ARCH_WORDS, c->vocab_size, h);
    add_embedding(&to, ARCH_POSITIONS, c->max_position_embeddings, h);
    add_embedding(&to, ARCH_TYPES, c->type_vocab_size, h);
    add_norm(&to, ARCH_EMBEDDINGS_NORM, 0, h);
    for (size_t i = 0; i < c->num_hidden_layers; i++)
        add_layer(&to, i, h, c->intermediate_size);
    add_linear(&to, ARCH_CLASSIFIER, 0, c->num_labels, h);
    return to.params;
}

const struct parameter *params_find(const struct params *params, const char *name)
{
    for (size_t i = 0; i < params->n_parameters; i++)
        if (strcmp(params->parameter[i].name, name) == 0)
            return &params->parameter[i];
    return NULL;
}

const struct parameter *params_of(const struct params *params, enum arch_module module, size_t layer, bool is_bias)
{
    const struct parameter *p = params->parameter;
    while (p->module != module || p->layer != layer || p->is_bias != is_bias)
        p++;
    return p;
}

size_t params_at(const struct params *params, size_t offset)
{
    size_t low = 0, high = params->n_parameters;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(params->parameter[middle].offset <= offset ? &low : &high) = middle;
    }
    return low;
}

void params_free(struct params *params)
{
    if (!params)
        return;
    for (size_t i = 0; i < params->n_parameters; i++)
        free(params->parameter[i].name);
    free(params->parameter);
    free(params);
}
