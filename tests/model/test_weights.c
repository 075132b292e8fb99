/* Tests of weights: names of older files, what is unused or missing, shapes, the start of a training. */
#include "support/support.h"
#include "base/outfile.h"

#include <math.h>

#include "model/safetensors.h"
#include "model/weights.h"
#include "base/names.h"

#define GOLDEN "tests/golden/train/model"

static struct config *config;
static struct params *params;
static float *golden;
static char *dir;

static int setup(void **state)
{
    (void)state;
    config = config_read(GOLDEN);
    params = params_new(config);
    golden = weights_load_all(GOLDEN, params);
    dir = xstrdup(temp_path("model"));
    file_make_folder(dir);
    config_write(config, dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(golden);
    free(dir);
    params_free(params);
    config_free(config);
    return 0;
}

static const char *model_path(void)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/model.safetensors", dir);
    return path;
}

/* Write all parameters but those whose names have `left_out` in them; perhaps without "bert." in front, perhaps with the old
 * names of LayerNorm's; then more tensors. */
static void write_model(bool without_prefix, bool old_norms, size_t n_more, const struct safetensors_out *more,
                        const char *left_out)
{
    struct safetensors_out tensor[128]; /* will be sorted */
    char *made[128];
    size_t n = 0;
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        if (left_out && strstr(p->name, left_out))
            continue;
        char *name = xstrdup(p->name + (without_prefix && strncmp(p->name, "bert.", 5) == 0 ? 5 : 0));
        char *norm = strstr(name, "LayerNorm.");
        if (norm && old_norms) {
            char *old = xasprintf("%.*sLayerNorm.%s", (int)(norm - name), name, strstr(norm, "weight") ? "gamma" : "beta");
            free(name);
            name = old;
        }
        made[n] = name;
        tensor[n++] = (struct safetensors_out){name, p->is_vector ? 0 : p->rows, p->columns, golden + p->offset, NULL, NULL};
    }
    for (size_t i = 0; i < n_more; i++)
        tensor[n + i] = more[i];
    struct outfile *out = outfile_open(model_path());
    safetensors_write(out, n + n_more, tensor, NULL);
    outfile_commit(out);
    while (n > 0)
        free(made[--n]);
}

static void assert_same_weights(void)
{
    float *w = weights_new(params);
    struct weights_report report = weights_load(dir, params, w);
    assert_int_equal(report.n_missing, 0);
    assert_memory_equal(w, golden, params->n_floats * sizeof *w);
    weights_report_free(&report);
    free(w);
    struct weights_map *map = weights_map_new(dir, params);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        assert_memory_equal(weights_map_at(map, p), golden + p->offset, p->size * sizeof *golden);
    }
    weights_map_free(map);
}

static void test_names_of_older_files(void **state)
{
    (void)state;
    write_model(false, true, 0, NULL, NULL);
    assert_same_weights();
    write_model(true, false, 0, NULL, NULL);
    assert_same_weights();
    write_model(true, true, 0, NULL, NULL);
    assert_same_weights();
}

static void test_written_file_is_that_of_save_pretrained(void **state)
{
    (void)state;
    struct outfile *out = outfile_open(model_path());
    weights_write(out, params, golden);
    outfile_commit(out);
    without_checksum(model_path());
    struct mapping ours = file_map(model_path()), theirs = file_map(GOLDEN "/model.safetensors");
    assert_int_equal(ours.size, theirs.size);
    assert_memory_equal(ours.data, theirs.data, ours.size);
    file_unmap(ours);
    file_unmap(theirs);
}

static void test_unused_and_missing_tensors_are_named(void **state)
{
    (void)state;
    static const float x[4] = {0};
    static const struct safetensors_out more[] = {{"bert.pooler.dense.bias", 0, 4, x, NULL, NULL},
                                                  {"cls.predictions.bias", 0, 4, x, NULL, NULL},
                                                  {"bert.embeddings.position_ids", 1, 4, x, NULL, NULL}};
    write_model(false, false, 3, more, "layer.1.output.dense");
    float *w = weights_new(params);
    struct weights_report report = weights_load(dir, params, w);
    char *unused = names_join(report.n_unused, report.unused), *missing = names_join(report.n_missing, report.missing);
    assert_string_equal(unused, "bert.pooler.dense.bias, cls.predictions.bias");
    assert_string_equal(missing, "bert.encoder.layer.1.output.dense.weight, bert.encoder.layer.1.output.dense.bias");
    free(unused);
    free(missing);
    free(w);
    weights_report_free(&report);
}

static void convert(void *to)
{
    weights_convert(dir, params, to, to);
}

/* A file of the encoder alone: its other tensors get the prefix, too, or from_pretrained would look for them in vain. */
static void test_conversion_gives_names_of_today(void **state)
{
    (void)state;
    static const float x[4] = {1, 2, 3, 4};
    static const struct safetensors_out more[] = {{"pooler.dense.bias", 0, 4, x, NULL, NULL},
                                                  {"a.LayerNorm.gamma", 2, 2, x, NULL, NULL},
                                                  {"a.LayerNorm.weight", 0, 4, x, NULL, NULL}};
    char *to = xstrdup(temp_path("converted")), *path = file_path(to, "model.safetensors");
    file_make_folder(to);
    write_model(true, true, 2, more, "classifier");
    convert(to);
    struct tensors *made = safetensors_open(path);
    assert_int_equal(made->n, params->n_parameters);
    assert_null(tensors_find(made, "classifier.bias"));
    assert_non_null(tensors_find(made, "bert.pooler.dense.bias"));
    const struct tensor *t = tensors_find(made, "bert.a.LayerNorm.weight");
    assert_int_equal(t->shape[1], 2);
    assert_memory_equal(t->data, x, sizeof x);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        if (p->module != ARCH_CLASSIFIER)
            assert_memory_equal(tensors_find(made, p->name)->data, golden + p->offset, p->size * sizeof *golden);
    }
    tensors_close(made);
    write_model(true, true, 3, more, "classifier");
    assert_dies(convert, to, "two tensors have the name bert.a.LayerNorm.weight");
    free(path);
    free(to);
}

static void load_all(void *unused)
{
    (void)unused;
    weights_load_all(dir, params);
}

static void test_refusals(void **state)
{
    (void)state;
    static const float x[64] = {0};
    struct safetensors_out more = {"classifier.bias", 0, 4, x, NULL, NULL};
    write_model(false, false, 1, &more, "classifier.bias");
    assert_dies(load_all, NULL, "tensor classifier.bias has the shape [4], the config asks for [5]");
    more = (struct safetensors_out){"bert.embeddings.token_type_embeddings.weight", 3, 16, x, NULL, NULL};
    write_model(false, false, 1, &more, "token_type");
    assert_dies(load_all, NULL, "has the shape [3,16], the config asks for [2,16]");
    more = (struct safetensors_out){"classifier.bias", 1, 5, x, NULL, NULL};
    write_model(false, false, 1, &more, "classifier.bias");
    assert_dies(load_all, NULL, "has the shape [1,5], the config asks for [5]");
    more = (struct safetensors_out){"embeddings.LayerNorm.gamma", 0, 16, x, NULL, NULL};
    write_model(false, false, 1, &more, NULL);
    assert_dies(load_all, NULL, "two tensors for bert.embeddings.LayerNorm.weight");
    write_model(false, false, 0, NULL, "classifier");
    assert_dies(load_all, NULL, "the model lacks classifier.weight, classifier.bias; train it first: train.sh, or bertinit");

    remove(model_path());
    assert_dies(load_all, NULL, "no model.safetensors there");
    static const char *const foreign[] = {"pytorch_model.bin.index.json", "pytorch_model.bin", "model.safetensors.index.json"};
    for (size_t i = 0; i < 3; i++) { /* the later ones go first */
        char *path = file_path(dir, foreign[i]);
        char *message =
            xasprintf("its weights are in %s; make a model of them that all tools read: bertinit --convert --from %s -o NEW",
                      foreign[i], dir);
        fclose(fopen(path, "w"));
        assert_dies(load_all, NULL, message);
        free(path);
        free(message);
    }
    for (size_t i = 0; i < 3; i++) {
        char *path = file_path(dir, foreign[i]);
        remove(path);
        free(path);
    }
}

static void test_start_from_a_checkpoint_of_other_labels(void **state)
{
    (void)state;
    struct config *own = config_read(GOLDEN);
    static const char *const label[] = {"O", "B-X", "I-X"};
    config_set_labels(own, 3, label);
    struct params *l = params_new(own);
    float *w = weights_start(GOLDEN, own, l, 1), *again = weights_start(GOLDEN, own, l, 1),
          *other = weights_start(GOLDEN, own, l, 2);
    const struct parameter *head = params_find(l, "classifier.weight"), *bias = params_find(l, "classifier.bias");
    assert_memory_equal(w, golden, head->offset * sizeof *w);
    assert_memory_equal(w, again, l->n_floats * sizeof *w);
    assert_memory_not_equal(w + head->offset, other + head->offset, head->size * sizeof *w);
    for (size_t i = 0; i < bias->size; i++)
        assert_true(w[bias->offset + i] == 0);
    float *same = weights_start(GOLDEN, config, params, 1);
    assert_memory_equal(same, golden, params->n_floats * sizeof *w);
    free(same);
    free(w);
    free(again);
    free(other);
    params_free(l);
    config_free(own);
}

static void test_start_without_a_checkpoint(void **state)
{
    (void)state;
    float *w = weights_start(NULL, config, params, 42);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        const float *x = w + p->offset;
        double sum = 0, square = 0;
        for (size_t k = 0; k < p->size; k++) {
            sum += (double)x[k];
            square += (double)x[k] * (double)x[k];
            if (p->is_vector)
                assert_true(x[k] == (strstr(p->name, "LayerNorm.weight") ? 1 : 0));
        }
        /* N(0, 0.3): mean and variance of n numbers within five of their standard deviations. */
        double n = (double)p->size, variance = 0.3 * 0.3;
        if (!p->is_vector && n > 100 && !strstr(p->name, "word_embeddings")) {
            assert_true(fabs(sum / n) < 5 * 0.3 / sqrt(n));
            assert_true(fabs(square / n - variance) < 5 * variance * sqrt(2 / n));
        }
    }
    for (size_t k = 0; k < 16; k++)
        assert_true(w[k] == 0 && w[16 + k] != 0); /* the padding's row, and the next */
    free(w);
}

static size_t zero_rows(const struct params *l, const float *w, enum arch_module module, size_t *which)
{
    const struct parameter *p = params_of(l, module, 0, false);
    size_t n = 0;
    for (size_t row = 0; row < p->rows; row++) {
        size_t zeros = 0;
        while (zeros < p->columns && w[p->offset + row * p->columns + zeros] == 0)
            zeros++;
        if (zeros == p->columns) {
            n++;
            *which = row;
        }
    }
    return n;
}

/* Which rows of new embeddings are zero, as _init_weights of each class of transformers sets them; DistilBERT's positions can be
 * sines and cosines; a deviation of 0 is not given there. */
static void test_new_embeddings_of_each_family(void **state)
{
    (void)state;
    static const char *const types[] = {"bert", "distilbert", "electra", "roberta", "xlm-roberta", "camembert"};
    for (size_t k = 0; k < 6; k++) {
        char *json = xasprintf("{\"model_type\": \"%s\", \"vocab_size\": 20, \"pad_token_id\": 3, \"num_hidden_layers\": 0, "
                               "\"max_position_embeddings\": 20, \"hidden_size\": 8, \"embedding_size\": 8, "
                               "\"num_attention_heads\": 1, \"initializer_range\": 0, \"sinusoidal_pos_embds\": true}",
                               types[k]);
        struct config *c = config_read_file(temp_file("config.json", json, strlen(json)));
        struct params *l = params_new(c);
        float *w = weights_start(NULL, c, l, 1);
        size_t row = 0;
        assert_true(zero_rows(l, w, ARCH_WORDS, &row) == 1 && row == 3);
        assert_int_equal(zero_rows(l, w, ARCH_POSITIONS, &row), k >= 3);
        assert_int_equal(row, 3);
        const float *second = w + params_of(l, ARCH_POSITIONS, 0, false)->offset + 2 * 8;
        static const float sines[] = {0.9092974066734314f, -0.416146844625473f, 0.19866932928562164f, 0.9800665974617004f};
        assert_int_equal(memcmp(second, sines, sizeof sines) == 0, k == 1);
        free(w);
        params_free(l);
        config_free(c);
        free(json);
    }
}

static void start_from(void *unused)
{
    (void)unused;
    weights_start(dir, config, params, 1);
}

static void test_no_encoder_in_the_checkpoint(void **state)
{
    (void)state;
    write_model(false, false, 0, NULL, "bert.");
    assert_dies(start_from, NULL, "holds no BERT encoder");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_older_files),
        cmocka_unit_test(test_written_file_is_that_of_save_pretrained),
        cmocka_unit_test(test_unused_and_missing_tensors_are_named),
        cmocka_unit_test(test_conversion_gives_names_of_today),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_start_from_a_checkpoint_of_other_labels),
        cmocka_unit_test(test_start_without_a_checkpoint),
        cmocka_unit_test(test_new_embeddings_of_each_family),
        cmocka_unit_test(test_no_encoder_in_the_checkpoint),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
