/* bert: logits, losses and gradients of small models of each family against torch; the same bits for any threads and grouping. */
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/amx_model.h"
#include "support/bert_cases.h"

static const char *const small[] = {"tiny",    "odd",          "relu",        "distilbert", "electra", "electra-wide",
                                    "roberta", "electra-same", "xlm-roberta", "camembert",  "long",    "flat"};
enum { N_SMALL = sizeof small / sizeof *small };

static const float *in_array(void *weights, const struct parameter *p)
{
    return (const float *)weights + p->offset;
}

static struct bert *bert_of(const struct bert_case *c, bool fixed)
{
    return fixed ? bert_new_fixed(c->config, c->params, PRECISION_FP32, in_array, c->weights)
                 : bert_new(c->config, c->params, PRECISION_FP32, c->weights);
}

static float *forward(const struct bert_case *c, bool fixed)
{
    struct bert *bert = bert_of(c, fixed);
    float *logits = xmalloc(c->n_pieces, c->config->num_labels * sizeof *logits);
    bert_forward(bert, &c->batch, logits);
    bert_free(bert);
    return logits;
}

static void logits_are_those_of_torch(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SMALL; k++) {
        struct bert_case c = bert_case_load(small[k]);
        size_t n;
        float *golden = golden_floats(&c, "logits", &n), *loss = golden_floats(&c, "loss", NULL);
        for (int fixed = 0; fixed < 2; fixed++) {
            float *logits = forward(&c, fixed);
            double e = furthest(logits, golden, n);
            if (!(e <= 2e-5))
                fail_msg("%s: a logit is %.3g off", small[k], e);
            struct loss l = loss_cross_entropy(logits, c.batch.labels, c.n_pieces, c.config->num_labels, NULL);
            if (!(fabs(l.sum - (double)loss[0]) <= 2e-5 * (double)l.labelled))
                fail_msg("%s: the loss is %.9g, not %.9g", small[k], l.sum, (double)loss[0]);
            free(logits);
        }
        free(golden);
        free(loss);
        bert_case_free(&c);
    }
}

/* The squares that came with the gradients are theirs; query's stand for those of key and value. */
static void check_squares(const struct bert *bert, const struct params *params, const float *gradients)
{
    const double *squares = bert_squares(bert);
    double known = 0, sum = 0;
    size_t n_known = 0;
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        if (squares[i] < 0)
            continue;
        known += squares[i];
        n_known++;
        for (size_t j = 0; j < p->size; j++)
            sum += (double)gradients[p->offset + j] * (double)gradients[p->offset + j];
    }
    assert_true(n_known > 0);
    assert_true(fabs(known - sum) <= 1e-6 * sum);
}

/* Relative to the tensor's largest element: the engine's fp32 against torch in fp64. Measured 8e-7 at most; other processors'
 * kernels may order sums otherwise. The gradient of key.bias is zero but for rounding noise and left out. */
static void gradients_are_those_of_torch(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SMALL; k++) {
        struct bert_case c = bert_case_load(small[k]);
        struct bert *bert = bert_of(&c, false);
        float *gradients = xcalloc(c.params->n_floats, sizeof *gradients), *loss = golden_floats(&c, "loss", NULL);
        struct loss l = bert_train(bert, &c.batch, NULL, NULL, false, gradients);
        assert_true(fabs(l.sum - (double)loss[0]) <= 2e-5 * (double)l.labelled);
        free(loss);
        check_squares(bert, c.params, gradients);
        for (size_t i = 0; i < c.params->n_parameters; i++) {
            const struct parameter *p = &c.params->parameter[i];
            if (p->module == ARCH_KEY && p->is_bias)
                continue;
            char *name = xasprintf("gradient.%s", p->name);
            float *golden = golden_floats(&c, name, NULL);
            double e = furthest(gradients + p->offset, golden, p->size), most = largest(golden, p->size);
            if (!(e <= 1e-5 * most))
                fail_msg("%s: the gradient of %s is %.3g off, its largest element is %.3g", small[k], p->name, e, most);
            free(golden);
            free(name);
        }
        free(gradients);
        bert_free(bert);
        bert_case_free(&c);
    }
}

/* The shape of BERT-base (two seconds, 1 GB): logits within 1e-4, and of each gradient its norm and one projection within 1e-3
 * of the norm. */
static void the_base_shape_is_that_of_torch(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("base");
    size_t n;
    float *golden = golden_floats(&c, "logits", &n), *numbers = golden_floats(&c, "numbers", NULL);
    float *logits = forward(&c, false);
    double e = furthest(logits, golden, n);
    if (!(e <= 1e-4))
        fail_msg("a logit is %.3g off", e);
    struct bert *bert = bert_of(&c, false);
    float *gradients = xcalloc(c.params->n_floats, sizeof *gradients);
    float *direction = xmalloc(c.config->vocab_size * c.config->hidden_size, sizeof *direction);
    formula_uniform("projection", c.config->vocab_size * c.config->hidden_size, direction);
    bert_train(bert, &c.batch, NULL, NULL, false, gradients);
    for (size_t i = 0; i < c.params->n_parameters; i++) {
        const struct parameter *p = &c.params->parameter[i];
        size_t place = 0; /* the numbers are sorted by name */
        for (size_t k = 0; k < c.params->n_parameters; k++)
            place += strcmp(c.params->parameter[k].name, p->name) < 0;
        double square = 0, product = 0, norm = (double)numbers[2 * place];
        for (size_t j = 0; j < p->size; j++) {
            double g = (double)gradients[p->offset + j];
            square += g * g;
            product += g * (double)direction[j];
        }
        if (p->module == ARCH_KEY && p->is_bias)
            continue;
        if (!(fabs(sqrt(square) - norm) <= 1e-3 * norm && fabs(product - (double)numbers[2 * place + 1]) <= 1e-3 * norm))
            fail_msg("the gradient of %s is off: norm %.9g, not %.9g", p->name, sqrt(square), norm);
    }
    free(direction);
    free(gradients);
    free(golden);
    free(numbers);
    free(logits);
    bert_free(bert);
    bert_case_free(&c);
}

/* ---- the same bits ---- */

static void assert_same(const float *a, const float *b, size_t n, const char *what)
{
    if (memcmp(a, b, n * sizeof *a) != 0)
        fail_msg("%s: other bits (furthest %.3g)", what, furthest(a, b, n));
}

static void bits_do_not_depend_on_threads(void **state)
{
    (void)state;
    int before = omp_get_max_threads();
    for (size_t k = 0; k < N_SMALL; k++) {
        struct bert_case c = bert_case_load(small[k]);
        float *first = NULL;
        struct bert_dropout dropout = {true, 7, 3};
        size_t n = c.params->n_floats;
        for (int threads = 1; threads <= 3; threads++) {
            omp_set_num_threads(threads);
            struct bert *bert = bert_of(&c, false);
            float *all = xcalloc(n + c.n_pieces * c.config->num_labels, sizeof *all);
            bert_train(bert, &c.batch, &dropout, NULL, false, all);
            bert_forward(bert, &c.batch, all + n);
            bert_free(bert);
            if (!first) {
                first = all;
                continue;
            }
            assert_same(first, all, n + c.n_pieces * c.config->num_labels, small[k]);
            free(all);
        }
        free(first);
        bert_case_free(&c);
    }
    omp_set_num_threads(before);
}

/* Each sentence alone, and all of them in another order, have the bits that they have together. */
static void bits_do_not_depend_on_the_group(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SMALL; k++) {
        struct bert_case c = bert_case_load(small[k]);
        size_t labels = c.config->num_labels, b = c.batch.n_sentences;
        float *together = forward(&c, true), *alone = xmalloc(c.n_pieces, labels * sizeof *alone);
        struct bert *bert = bert_of(&c, true);
        int32_t *ids = xmalloc(c.n_pieces, sizeof *ids);
        size_t *start = xcalloc(b + 1, sizeof *start);
        for (size_t s = b; s-- > 0;) {
            size_t first = c.batch.start[s], n = c.batch.start[s + 1] - first, one[] = {0, n};
            bert_forward(bert, &(struct bert_batch){1, one, c.batch.input_ids + first, NULL}, alone + first * labels);
            memcpy(ids + start[b - 1 - s], c.batch.input_ids + first, n * sizeof *ids);
            start[b - s] = start[b - 1 - s] + n;
        }
        assert_same(together, alone, c.n_pieces * labels, small[k]);
        bert_forward(bert, &(struct bert_batch){b, start, ids, NULL}, alone);
        for (size_t s = 0; s < b; s++)
            assert_same(together + c.batch.start[s] * labels, alone + start[b - 1 - s] * labels,
                        (c.batch.start[s + 1] - c.batch.start[s]) * labels, small[k]);
        free(ids);
        free(start);
        free(together);
        free(alone);
        bert_free(bert);
        bert_case_free(&c);
    }
}

/* The batch so many times over, in one. */
static struct bert_batch repeated(const struct bert_case *c, size_t times)
{
    size_t b = c->batch.n_sentences, *start = xcalloc(b * times + 1, sizeof *start);
    int32_t *ids = xmalloc(c->n_pieces * times, sizeof *ids);
    for (size_t i = 0; i < b * times; i++)
        start[i + 1] = start[i] + c->batch.start[i % b + 1] - c->batch.start[i % b];
    for (size_t i = 0; i < times; i++)
        memcpy(ids + i * c->n_pieces, c->batch.input_ids, c->n_pieces * sizeof *ids);
    return (struct bert_batch){b * times, start, ids, NULL};
}

/* A model with fixed weights goes other ways through its layers, by the number of pieces, the longest sentence and the number
 * of threads. `want`: one batch's logits. */
static void check_repeated(const struct bert_case *c, struct bert *bert, const float *want, const char *name)
{
    static const size_t times[] = {1, 2, 5, 30};
    size_t n = c->n_pieces * c->config->num_labels;
    for (size_t k = 0; k < sizeof times / sizeof *times; k++) {
        struct bert_batch batch = repeated(c, times[k]);
        float *logits = xmalloc(n * times[k], sizeof *logits);
        bert_forward(bert, &batch, logits);
        for (size_t i = 0; i < times[k]; i++)
            assert_same(logits + i * n, want, n, name);
        free(logits);
        free((void *)batch.start);
        free((void *)batch.input_ids);
    }
}

static bool over_a_model; /* of AMX's tiles, which is slow */

static void fixed_weights_have_the_bits_of_others(void **state)
{
    (void)state;
    static const int threads[] = {3, 1, 2, 8};
    int before = omp_get_max_threads();
    for (size_t k = 0; k < N_SMALL; k++) {
        struct bert_case c = bert_case_load(small[k]);
        float *want = xmalloc(c.n_pieces, c.config->num_labels * sizeof *want);
        for (enum precision precision = over_a_model ? PRECISION_BF16 : PRECISION_FP32; precision <= PRECISION_INT8;
             precision++) {
            struct bert *fixed = bert_new_fixed(c.config, c.params, precision, in_array, c.weights);
            struct bert *other = precision == PRECISION_INT8 ? fixed : bert_new(c.config, c.params, precision, c.weights);
            bert_forward(other, &c.batch, want);
            for (size_t i = 0; i < (over_a_model ? 1 : sizeof threads / sizeof *threads); i++) {
                omp_set_num_threads(threads[i]);
                check_repeated(&c, fixed, want, small[k]);
            }
            omp_set_num_threads(before);
            if (other != fixed)
                bert_free(other);
            bert_free(fixed);
        }
        free(want);
        bert_case_free(&c);
    }
}

/* ---- training ---- */

static struct loss train(const struct bert_case *c, const struct bert_dropout *dropout, const bool *frozen, float **gradients)
{
    struct bert *bert = bert_of(c, false);
    *gradients = xcalloc(c->params->n_floats, sizeof **gradients);
    struct loss loss = bert_train(bert, &c->batch, dropout, frozen, false, *gradients);
    bert_free(bert);
    return loss;
}

/* With the masks held fixed (same seed, same step) the slope of the loss in random directions, one for each tensor, is what
 * the gradients say. The steps are small against the weights; the loss is a sum of fp32 logits' terms, hence 1 %. */
static void dropout_gradients_are_slopes(void **state)
{
    (void)state;
    struct bert_dropout dropout = {true, 42, 5};
    for (size_t k = 0; k < 7; k++) {
        struct bert_case c = bert_case_load(small[k]);
        float *gradients, *unused, *kept = xmalloc(c.params->n_floats, sizeof *kept);
        memcpy(kept, c.weights, c.params->n_floats * sizeof *kept);
        struct loss middle = train(&c, &dropout, NULL, &gradients);
        for (size_t i = 0; i < c.params->n_parameters; i++) {
            const struct parameter *p = &c.params->parameter[i];
            if (p->module == ARCH_KEY && p->is_bias)
                continue;
            double norm = 0, slope = 0, loss[2];
            for (size_t j = 0; j < p->size; j++)
                norm += (double)gradients[p->offset + j] * (double)gradients[p->offset + j];
            norm = sqrt(norm);
            /* Mostly along the gradient, so that the slope stands out of the noise, and a little aside. */
            float *d = xmalloc(p->size, sizeof *d);
            formula_uniform("direction", p->size, d);
            for (size_t j = 0; j < p->size; j++)
                d[j] = (float)(((double)gradients[p->offset + j] / norm + (double)d[j] / sqrt((double)p->size)) * 4e-3);
            for (int side = 0; side < 2; side++) {
                for (size_t j = 0; j < p->size; j++)
                    c.weights[p->offset + j] = kept[p->offset + j] + (side ? d[j] : -d[j]);
                loss[side] = train(&c, &dropout, NULL, &unused).sum;
                free(unused);
            }
            for (size_t j = 0; j < p->size; j++)
                slope += (double)gradients[p->offset + j] * (double)d[j];
            memcpy(c.weights, kept, c.params->n_floats * sizeof *kept);
            if (!(fabs((loss[1] - loss[0]) / 2 - slope) <= 0.01 * fabs(slope) + 1e-6 * middle.sum))
                fail_msg("%s, %s: the loss rises by %.6g, the gradient says %.6g", small[k], p->name, (loss[1] - loss[0]) / 2,
                         slope);
            free(d);
        }
        free(kept);
        free(gradients);
        bert_case_free(&c);
    }
}

enum bert_place { AT_EMBEDDINGS, AT_PROBABILITIES, AT_ATTENTION_OUT, AT_OUT, AT_CLASSIFIER, PLACES };

static void silence(struct bert_case *c, enum arch_module module)
{
    for (size_t i = 0; i < c->params->n_parameters; i++) {
        const struct parameter *p = &c->params->parameter[i];
        if (p->module == module)
            memset(c->weights + p->offset, 0, p->size * sizeof *c->weights);
    }
}

/* Whether the masks at a place change the loss, where those at all other places cannot: their probability is 0, or what they
 * would multiply is 0. */
static bool drops_at(const char *name, enum bert_place place)
{
    struct bert_case c = bert_case_load(name);
    struct bert_dropout dropout = {true, 42, 5};
    if (place != AT_PROBABILITIES)
        c.config->attention_probs_dropout_prob = 0;
    if (place != AT_CLASSIFIER)
        c.config->classifier_dropout = 0;
    if (place == AT_PROBABILITIES || place == AT_CLASSIFIER)
        c.config->hidden_dropout_prob = c.config->attention_out_dropout_prob = 0;
    else {
        if (place != AT_EMBEDDINGS)
            silence(&c, ARCH_EMBEDDINGS_NORM);
        if (place != AT_ATTENTION_OUT)
            silence(&c, ARCH_ATTENTION_OUT);
        if (place != AT_OUT)
            silence(&c, ARCH_OUT);
    }
    float *gradients;
    double with = train(&c, &dropout, NULL, &gradients).sum;
    free(gradients);
    double without = train(&c, NULL, NULL, &gradients).sum;
    free(gradients);
    bert_case_free(&c);
    return with != without;
}

static void dropout_is_where_each_family_has_it(void **state)
{
    (void)state;
    static const char *const one_of_each[] = {"tiny",    "distilbert",  "electra",  "electra-same",
                                              "roberta", "xlm-roberta", "camembert"};
    for (size_t k = 0; k < sizeof one_of_each / sizeof *one_of_each; k++)
        for (enum bert_place place = AT_EMBEDDINGS; place < PLACES; place++) {
            bool wanted = place != AT_ATTENTION_OUT || strcmp(one_of_each[k], "distilbert") != 0;
            if (drops_at(one_of_each[k], place) != wanted)
                fail_msg("%s: %s dropout at place %d", one_of_each[k], wanted ? "no" : "there is", (int)place);
        }
}

static void dropout_depends_on_seed_and_step_only(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("tiny");
    float *g[4];
    struct bert_dropout at[] = {{true, 1, 1}, {true, 1, 1}, {true, 2, 1}, {true, 1, 2}}, off = {false, 1, 1};
    for (size_t i = 0; i < 4; i++)
        train(&c, &at[i], NULL, &g[i]);
    size_t size = c.params->n_floats * sizeof *g[0];
    assert_memory_equal(g[0], g[1], size);
    assert_true(memcmp(g[0], g[2], size) != 0 && memcmp(g[0], g[3], size) != 0 && memcmp(g[2], g[3], size) != 0);
    float *without, *none;
    train(&c, &off, NULL, &without);
    train(&c, NULL, NULL, &none);
    assert_memory_equal(without, none, size);
    for (size_t i = 0; i < 4; i++)
        free(g[i]);
    free(without);
    free(none);
    bert_case_free(&c);
}

/* A frozen tensor keeps what is in its gradient; the others have the same bits as without. */
static void frozen_tensors_get_no_gradient(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("tiny");
    struct bert_dropout dropout = {true, 1, 1};
    size_t n = c.params->n_parameters;
    float *all;
    train(&c, &dropout, NULL, &all);
    bool *frozen = xcalloc(n, sizeof *frozen);
    static const char *const patterns[] = {"embeddings", "query",     "key.weight", "value.bias",
                                           "layer.0",    "LayerNorm", "bert",       "intermediate.dense.weight",
                                           "classifier", ""};
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
        for (size_t i = 0; i < n; i++)
            frozen[i] = strstr(c.params->parameter[i].name, patterns[k]) != NULL;
        float *some;
        train(&c, &dropout, frozen, &some);
        for (size_t i = 0; i < n; i++) {
            const struct parameter *p = &c.params->parameter[i];
            if (!frozen[i])
                assert_same(all + p->offset, some + p->offset, p->size, p->name);
            else if (largest(some + p->offset, p->size) > 0)
                fail_msg("%s is frozen and got a gradient", p->name);
        }
        free(some);
    }
    free(frozen);
    free(all);
    bert_case_free(&c);
}

static bool occurs(const int32_t *ids, size_t n, size_t id)
{
    while (n > 0 && (size_t)ids[n - 1] != id)
        n--;
    return n > 0;
}

/* Half the batch without, the other half with `add`: the sum of both; and bert_touched names the rows of both. */
static void gradients_add_up(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("tiny");
    size_t n = c.params->n_floats, half = 2, h = c.config->hidden_size, v = c.config->vocab_size;
    float *whole, *added = xcalloc(n, sizeof *added);
    train(&c, NULL, NULL, &whole);
    struct bert *bert = bert_of(&c, false);
    size_t rest[8], at = c.batch.start[half];
    for (size_t i = half; i <= c.batch.n_sentences; i++)
        rest[i - half] = c.batch.start[i] - at;
    struct bert_batch a = c.batch, b = {c.batch.n_sentences - half, rest, c.batch.input_ids + at, c.batch.labels + at};
    a.n_sentences = half;
    bert_train(bert, &b, NULL, NULL, false, added); /* its rows must be gone after the next call */
    bert_train(bert, &a, NULL, NULL, false, added);
    bert_train(bert, &b, NULL, NULL, true, added);
    assert_true(furthest(whole, added, n) <= 1e-5 * largest(whole, n));
    const bool *touched = bert_touched(bert);
    const float *rows = added + params_find(c.params, "bert.embeddings.word_embeddings.weight")->offset;
    for (size_t id = 0; id < v; id++) {
        assert_int_equal(touched[id], occurs(c.batch.input_ids, c.n_pieces, id) && id != c.config->pad_token_id);
        if (!touched[id])
            assert_true(largest(rows + id * h, h) == 0);
    }
    bert_train(bert, &a, NULL, NULL, false, added);
    for (size_t id = 0; id < v; id++) {
        assert_int_equal(touched[id], occurs(c.batch.input_ids, at, id) && id != c.config->pad_token_id);
        assert_true(touched[id] || largest(rows + id * h, h) == 0);
    }
    free(whole);
    free(added);
    bert_free(bert);
    bert_case_free(&c);
}

static void a_batch_without_labels_has_gradient_zero(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("relu");
    for (size_t i = 0; i < c.n_pieces; i++)
        ((int32_t *)c.batch.labels)[i] = -100;
    float *gradients;
    struct bert_dropout dropout = {true, 1, 1};
    struct loss loss = train(&c, &dropout, NULL, &gradients);
    assert_true(loss.sum == 0 && loss.labelled == 0 && largest(gradients, c.params->n_floats) == 0);
    free(gradients);
    bert_case_free(&c);
}

/* What a diverged model gives is told, not hidden. */
static void a_loss_that_is_not_finite_comes_back(void **state)
{
    (void)state;
    struct bert_case c = bert_case_load("relu");
    c.weights[params_find(c.params, "bert.encoder.layer.0.output.dense.bias")->offset] = NAN;
    float *gradients;
    struct loss loss = train(&c, NULL, NULL, &gradients);
    assert_false(isfinite(loss.sum));
    assert_true(largest(gradients, c.params->n_floats) == 0);
    free(gradients);
    bert_case_free(&c);
}

/* The last test. */
static void fixed_weights_over_tiles_have_the_bits_of_others(void **state)
{
    over_a_model = true;
    gemm_backend_replace(&amx_model_bf16, &amx_model_int8);
    fixed_weights_have_the_bits_of_others(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_are_those_of_torch),
        cmocka_unit_test(gradients_are_those_of_torch),
        cmocka_unit_test(the_base_shape_is_that_of_torch),
        cmocka_unit_test(bits_do_not_depend_on_threads),
        cmocka_unit_test(bits_do_not_depend_on_the_group),
        cmocka_unit_test(fixed_weights_have_the_bits_of_others),
        cmocka_unit_test(dropout_gradients_are_slopes),
        cmocka_unit_test(dropout_is_where_each_family_has_it),
        cmocka_unit_test(dropout_depends_on_seed_and_step_only),
        cmocka_unit_test(frozen_tensors_get_no_gradient),
        cmocka_unit_test(gradients_add_up),
        cmocka_unit_test(a_batch_without_labels_has_gradient_zero),
        cmocka_unit_test(a_loss_that_is_not_finite_comes_back),
        cmocka_unit_test(fixed_weights_over_tiles_have_the_bits_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
