/* layout: where each parameter of BertForTokenClassification lies in the array of floats. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/params.h"

/* Tensors begin on a cache line. */
enum { ALIGNMENT = 16 };

__attribute__((format(printf, 5, 6)))
static void add(struct params *l, size_t rows, size_t columns, bool is_vector, const char *format, ...)
{
    char name[160];
    va_list list;
    va_start(list, format);
    vsnprintf(name, sizeof name, format, list);
    va_end(list);
    l->parameter = xrealloc(l->parameter, l->n_parameters + 1, sizeof *l->parameter);
    l->parameter[l->n_parameters++] = (struct parameter){
        .name = xstrdup(name), .rows = rows, .columns = columns, .is_vector = is_vector,
        .offset = l->n_floats, .size = rows * columns,
    };
    l->n_floats += rows * columns;
}

static void align(struct params *l)
{
    l->n_floats = (l->n_floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void add_norm(struct params *l, size_t h, const char *where)
{
    add(l, 1, h, true, "%s.LayerNorm.weight", where);
    add(l, 1, h, true, "%s.LayerNorm.bias", where);
    align(l);
}

static void add_linear(struct params *l, size_t out, size_t in, const char *where)
{
    add(l, out, in, false, "%s.weight", where);
    align(l);
    add(l, 1, out, true, "%s.bias", where);
    align(l);
}

static void add_layer(struct params *l, size_t layer, size_t h, size_t intermediate)
{
    static const char *const part[] = {"query", "key", "value"};
    char at[96], where[160];
    snprintf(at, sizeof at, "bert.encoder.layer.%zu", layer);
    for (size_t i = 0; i < 3; i++)
        add(l, h, h, false, "%s.attention.self.%s.weight", at, part[i]);
    align(l);
    for (size_t i = 0; i < 3; i++)
        add(l, 1, h, true, "%s.attention.self.%s.bias", at, part[i]);
    align(l);
    snprintf(where, sizeof where, "%s.attention.output.dense", at);
    add_linear(l, h, h, where);
    snprintf(where, sizeof where, "%s.attention.output", at);
    add_norm(l, h, where);
    snprintf(where, sizeof where, "%s.intermediate.dense", at);
    add_linear(l, intermediate, h, where);
    snprintf(where, sizeof where, "%s.output.dense", at);
    add_linear(l, h, intermediate, where);
    snprintf(where, sizeof where, "%s.output", at);
    add_norm(l, h, where);
}

struct params *params_new(const struct bert_config *c)
{
    struct params *l = xcalloc(1, sizeof *l);
    size_t h = c->hidden_size;
    add(l, c->vocab_size, h, false, "bert.embeddings.word_embeddings.weight");
    align(l);
    add(l, c->max_position_embeddings, h, false, "bert.embeddings.position_embeddings.weight");
    align(l);
    add(l, c->type_vocab_size, h, false, "bert.embeddings.token_type_embeddings.weight");
    align(l);
    add_norm(l, h, "bert.embeddings");
    for (size_t i = 0; i < c->num_hidden_layers; i++)
        add_layer(l, i, h, c->intermediate_size);
    add_linear(l, c->num_labels, h, "classifier");
    return l;
}

const struct parameter *params_find(const struct params *l, const char *name)
{
    for (size_t i = 0; i < l->n_parameters; i++)
        if (strcmp(l->parameter[i].name, name) == 0)
            return &l->parameter[i];
    return NULL;
}

size_t params_at(const struct params *l, size_t offset)
{
    size_t low = 0, high = l->n_parameters;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(l->parameter[middle].offset <= offset ? &low : &high) = middle;
    }
    return low;
}

void params_free(struct params *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->n_parameters; i++)
        free(l->parameter[i].name);
    free(l->parameter);
    free(l);
}
