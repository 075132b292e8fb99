/* bert_reference: the model, one sentence at a time. */
/* clang-format off */
#include <stdlib.h>

#include "reference/bert_reference.h"

struct sentence {
    const struct config *config; const struct params *params; struct value weights;
    size_t T; const int32_t *ids, *labels;              /* [T] */
    real scale, *logits, *memory;                       /* of the loss; [T,C]; zeros, of which zeros() takes */
};

static struct value zeros(struct sentence *s, size_t n)
{
    s->memory += 2 * n;
    return (struct value){s->memory - 2 * n, s->memory - n};
}

static struct value parameter(const struct sentence *s, enum arch_module module, size_t layer, bool is_bias)
{
    size_t offset = params_of(s->params, module, layer, is_bias)->offset;
    return (struct value){s->weights.data + offset, s->weights.grad + offset};
}

static struct affine affine(const struct sentence *s, enum arch_module module, size_t layer)
{
    return (struct affine){parameter(s, module, layer, false), parameter(s, module, layer, true)};
}

/* From the last layer's output x [T,H] to the loss, and back to the gradient of x. */
static double classify(struct sentence *s, struct value x)
{
    size_t T = s->T, H = s->config->hidden_size, C = s->config->num_labels;
    struct value logits = {s->logits, zeros(s, T * C).grad};
    double loss = 0;
    linear(T, H, C, x, affine(s, ARCH_CLASSIFIER, 0), logits);
    EACH(t, T) if (s->labels[t] >= 0) {                       /* LABEL_NONE has no loss */
        real *p = logits.grad + t * C;
        softmax(C, logits.data + t * C, p);
        loss -= s->scale * log(p[s->labels[t]]);
        EACH(c, C) p[c] = s->scale * (p[c] - (c == (size_t)s->labels[t]));
    }
    linear_backward(T, H, C, x, affine(s, ARCH_CLASSIFIER, 0), logits);
    return loss;
}

/* From the input x [T,H] of layer i through it and all that follows to the loss, and back to the gradient of x. */
static double layers(struct sentence *s, size_t i, struct value x)
{
    const struct config *c = s->config;
    if (i == c->num_hidden_layers)
        return classify(s, x);
    size_t T = s->T, H = c->hidden_size, I = c->intermediate_size, A = c->num_attention_heads;
    struct value qkv = zeros(s, T * 3 * H), probs = zeros(s, A * T * T), context = zeros(s, T * H), attended = zeros(s, T * H);
    struct value sum1 = zeros(s, T * H), xhat1 = zeros(s, T * H), rstd1 = zeros(s, T), y1 = zeros(s, T * H);
    struct value intermediate = zeros(s, T * I), hidden = zeros(s, T * I), output = zeros(s, T * H);
    struct value sum2 = zeros(s, T * H), xhat2 = zeros(s, T * H), rstd2 = zeros(s, T), y2 = zeros(s, T * H);

    linear(T, H, 3 * H, x, affine(s, ARCH_QUERY, i), qkv);                    /* key and value lie after it: [3H,H], [3H] */
    attention(T, A, H / A, qkv, probs, context);
    linear(T, H, H, context, affine(s, ARCH_ATTENTION_OUT, i), attended);
    EACH(n, T * H) sum1.data[n] = x.data[n] + attended.data[n];
    layer_norm(T, H, c->layer_norm_eps, sum1, affine(s, ARCH_ATTENTION_NORM, i), xhat1, rstd1.data, y1);
    linear(T, H, I, y1, affine(s, ARCH_INTERMEDIATE, i), intermediate);
    EACH(n, T * I) hidden.data[n] = activation(c->hidden_act, intermediate.data[n]);
    linear(T, I, H, hidden, affine(s, ARCH_OUT, i), output);
    EACH(n, T * H) sum2.data[n] = y1.data[n] + output.data[n];
    layer_norm(T, H, c->layer_norm_eps, sum2, affine(s, ARCH_OUT_NORM, i), xhat2, rstd2.data, y2);

    double loss = layers(s, i + 1, y2);

    layer_norm_backward(T, H, sum2, affine(s, ARCH_OUT_NORM, i), xhat2, rstd2.data, y2);
    EACH(n, T * H) y1.grad[n] += sum2.grad[n], output.grad[n] += sum2.grad[n];
    linear_backward(T, I, H, hidden, affine(s, ARCH_OUT, i), output);
    EACH(n, T * I) intermediate.grad[n] += activation_backward(c->hidden_act, intermediate.data[n], hidden.grad[n]);
    linear_backward(T, H, I, y1, affine(s, ARCH_INTERMEDIATE, i), intermediate);
    layer_norm_backward(T, H, sum1, affine(s, ARCH_ATTENTION_NORM, i), xhat1, rstd1.data, y1);
    EACH(n, T * H) x.grad[n] += sum1.grad[n], attended.grad[n] += sum1.grad[n];
    linear_backward(T, H, H, context, affine(s, ARCH_ATTENTION_OUT, i), attended);
    attention_backward(T, A, H / A, qkv, probs, context);
    linear_backward(T, H, 3 * H, x, affine(s, ARCH_QUERY, i), qkv);
    return loss;
}

/* ELECTRA's embeddings [T,E] may have another size than its layers. */
static double project(struct sentence *s, struct value x)
{
    size_t T = s->T, E = s->config->embedding_size, H = s->config->hidden_size;
    if (E == H)
        return layers(s, 0, x);
    struct value y = zeros(s, T * H);
    linear(T, E, H, x, affine(s, ARCH_PROJECTION, 0), y);
    double loss = layers(s, 0, y);
    linear_backward(T, E, H, x, affine(s, ARCH_PROJECTION, 0), y);
    return loss;
}

/* Rows of the position embeddings. In RoBERTa they follow pad_token_id, and padding is not counted. */
static void find_positions(const struct sentence *s, size_t *at)
{
    size_t pad = s->config->pad_token_id, n = 0;
    EACH(t, s->T) {
        bool is_pad = (size_t)s->ids[t] == pad;
        at[t] = !s->config->arch->counts_positions ? t : pad + (is_pad ? 0 : ++n);
    }
}

/* The first layer's input: the normalised sum of three embeddings. The token type is the first; DistilBERT has none. */
static double embed(struct sentence *s)
{
    size_t T = s->T, E = s->config->embedding_size, *at = util_calloc(T, sizeof *at), pad = s->config->pad_token_id;
    bool has_types = s->config->arch->module[ARCH_TYPES];
    struct value word = parameter(s, ARCH_WORDS, 0, false), position = parameter(s, ARCH_POSITIONS, 0, false);  /* [V,E] [P,E] */
    struct value type = has_types ? parameter(s, ARCH_TYPES, 0, false) : zeros(s, E);
    struct value sum = zeros(s, T * E), xhat = zeros(s, T * E), rstd = zeros(s, T), y = zeros(s, T * E);
    find_positions(s, at);
    EACH(t, T) EACH(e, E) sum.data[t * E + e] = word.data[s->ids[t] * E + e] + position.data[at[t] * E + e] + type.data[e];
    layer_norm(T, E, s->config->layer_norm_eps, sum, affine(s, ARCH_EMBEDDINGS_NORM, 0), xhat, rstd.data, y);
    double loss = project(s, y);
    layer_norm_backward(T, E, sum, affine(s, ARCH_EMBEDDINGS_NORM, 0), xhat, rstd.data, y);
    EACH(t, T) EACH(e, E) {
        if ((size_t)s->ids[t] != pad)                                   /* torch's padding_idx: no gradient */
            word.grad[s->ids[t] * E + e] += sum.grad[t * E + e];
        if (!s->config->arch->counts_positions || at[t] != pad)
            position.grad[at[t] * E + e] += sum.grad[t * E + e];
        type.grad[e] += sum.grad[t * E + e];
    }
    free(at);
    return loss;
}

double bert_reference(const struct config *c, const struct params *params, const real *weights,
                      const struct bert_batch *batch, double scale, real *logits, real *gradients)
{
    double loss = 0;
    EACH(b, batch->n_sentences) {
        size_t first = batch->start[b], T = batch->start[b + 1] - first;
        size_t row = 12 * c->hidden_size + 2 * c->intermediate_size + c->num_attention_heads * T + c->num_labels + 2;
        size_t embeddings = (3 * T + 1) * c->embedding_size + T * (c->hidden_size + 1);
        real *memory = util_calloc((c->num_hidden_layers + 1) * T * row + embeddings, 2 * sizeof *memory);
        struct sentence s = {c, params, {(real *)weights, gradients}, T, batch->input_ids + first, batch->labels + first,
                             scale, logits + first * c->num_labels, memory};
        loss += embed(&s);
        free(memory);
    }
    return loss;
}
