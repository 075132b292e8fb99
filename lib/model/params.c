/* params: where each parameter of the model lies in the array of floats. */
#include "model/params.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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

static size_t size_of(const struct config *c, size_t member)
{
    size_t size;
    memcpy(&size, (const char *)c + member, sizeof size);
    return size;
}

/* The weight, then the bias; a module that the architecture has not takes no room. */
static void add_module(struct params_build *to, const struct config *c, enum arch_module module, size_t layer)
{
    const struct arch_shape *shape = &arch_shape[module];
    size_t rows = size_of(c, shape->rows), columns = size_of(c, shape->columns);
    if (!c->arch->module[module] || (module == ARCH_PROJECTION && rows == columns))
        return;
    add(to, module, layer, false, shape->kind == ARCH_NORM ? 0 : rows, columns);
    if (shape->kind != ARCH_NORM)
        align(to);
    if (shape->kind != ARCH_EMBEDDING)
        add(to, module, layer, true, 0, shape->kind == ARCH_NORM ? columns : rows);
    align(to);
}

/* Query, key and value lie together, for a fused product. */
static void add_qkv(struct params_build *to, const struct config *c, size_t layer)
{
    for (int bias = 0; bias < 2; bias++) {
        for (enum arch_module m = ARCH_QUERY; m <= ARCH_VALUE; m++)
            add(to, m, layer, bias, bias ? 0 : c->hidden_size, c->hidden_size);
        align(to);
    }
}

struct params *params_new(const struct config *c)
{
    struct params_build to = {.params = xcalloc(1, sizeof *to.params)};
    to.params->arch = c->arch;
    for (enum arch_module m = 0; m < ARCH_QUERY; m++)
        add_module(&to, c, m, 0);
    for (size_t i = 0; i < c->num_hidden_layers; i++) {
        add_qkv(&to, c, i);
        for (enum arch_module m = ARCH_VALUE + 1; m <= ARCH_OUT_NORM; m++)
            add_module(&to, c, m, i);
    }
    for (enum arch_module m = ARCH_OUT_NORM + 1; m < ARCH_MODULES; m++)
        add_module(&to, c, m, 0);
    return to.params;
}

float *params_zeros(const struct params *params)
{
    size_t words = 0;
    while (words < params->n_parameters && params->parameter[words].module != ARCH_WORDS)
        words++;
    if (words == params->n_parameters)
        return memory_floats(params->n_floats, true);
    const struct parameter *p = &params->parameter[words];
    return memory_sparse(params->n_floats, p->offset, p->offset + p->size);
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

bool params_has(const struct params *params, enum arch_module module)
{
    for (size_t i = 0; i < params->n_parameters; i++)
        if (params->parameter[i].module == module)
            return true;
    return false;
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
