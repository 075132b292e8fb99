/* Tests of train: ten steps as torch makes them (tests/golden/train.py), freezing, the checks of a batch. */
#include "support/support.h"

#include <math.h>
#include <unistd.h>

#include "support/bert_cases.h"
#include "train/train_batch.h"
#include "train/train_rules.h"
#include "train/trainer.h"
#include "model/weights.h"

#define GOLDEN "tests/golden/train/"

/* Losses: the engine's fp32 against fp64, 2e-5 as for logits. Norms: relative. Weights: a share of the learning rate. AdamW
 * divides each gradient by its own size, so where one is as small as its rounding error the step's sign is noise; that is
 * key.bias, whose gradient is zero but for rounding, and is left out. */
static const double loss_tolerance = 2e-5, norm_tolerance = 2e-5, weight_tolerance = 1e-3;
static const struct train_options standard = {
    .learning_rate = 2e-3,
    .weight_decay = 0.01,
    .epochs = 2,
    .clip = 1,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .epsilon = 1e-8,
    .accumulate = 1,
    .seed = 42,
    .no_dropout = true,
    .layer_decay = 1,
};
static const volatile sig_atomic_t go_on;

static double number(json_t *line, const char *key)
{
    return json_number_value(json_object_get(line, key));
}

static const struct cli_option none[] = {{0}};
static const struct cli cli = {"test", "a training", "[FILE...]", none, NULL};
static const char *const reported[] = {"step",      "epoch",  "batch",    "loss", "learning_rate",
                                       "grad_norm", "tokens", "labelled", NULL};

static void check_report(struct reader *in, const char *name)
{
    char *path = xasprintf(GOLDEN "%s.jsonl", name);
    FILE *lines = fopen(path, "r");
    assert_non_null(lines);
    for (json_t *line; (line = json_loadf(lines, JSON_DISABLE_EOF_CHECK, NULL)); json_decref(line)) {
        struct record *r = reader_next(in);
        assert_non_null(r);
        for (size_t i = 0; reported[i]; i++) {
            struct msg value = record_find(r, reported[i]);
            double x = 0, wanted = number(line, reported[i]), most = 0;
            assert_true(value.data && msg_real(&value, &x));
            if (strcmp(reported[i], "loss") == 0)
                most = loss_tolerance;
            else if (strcmp(reported[i], "grad_norm") == 0)
                most = norm_tolerance * wanted;
            else if (strcmp(reported[i], "learning_rate") == 0)
                most = 1e-15;
            if (!(fabs(x - wanted) <= most))
                fail_msg("%s: step %g: %s is %.9g, torch has %.9g", name, number(line, "step"), reported[i], x, wanted);
        }
    }
    fclose(lines);
    free(path);
    assert_null(reader_next(in));
}

static void check_weights(const char *dir, const char *name, double rate)
{
    char *golden_dir = xasprintf("%s.golden", dir),
         *text = xasprintf("mkdir -p %s && cp " GOLDEN "%s.safetensors %s/model.safetensors", golden_dir, name, golden_dir);
    assert_int_equal(system(text), 0);
    struct config *config = config_read(dir);
    struct params *params = params_new(config);
    float *ours = weights_load_all(dir, params), *torchs = weights_load_all(golden_dir, params);
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        double most = furthest(ours + p->offset, torchs + p->offset, p->size);
        if (p->module == ARCH_KEY && p->is_bias)
            continue;
        if (getenv("VERBOSE"))
            print_message("%s %s %g\n", name, p->name, most / rate);
        if (!(most <= weight_tolerance * rate))
            fail_msg("%s: %s is off by %g of the learning rate", name, p->name, most / rate);
    }
    free(ours);
    free(torchs);
    params_free(params);
    config_free(config);
    free(golden_dir);
    free(text);
}

static void train_model(const char *model, const char *name, const struct train_options *options)
{
    const char *dir = temp_path(name);
    char *out_dir = xstrdup(dir), *report = xasprintf("%s.msg", out_dir);
    capture_begin();
    struct filter *f = filter_open(&cli, 2, (char *[]){(char *)"test", (char *)GOLDEN "batches.msg", NULL}, "batch");
    filter_becomes(f, "step");
    trainer_adds(f, options);
    assert_true(trainer_run(model, out_dir, f, options, &go_on));
    filter_close(f);
    struct bytes bytes = capture_end();
    FILE *file = fopen(report, "wb");
    assert_int_equal(fwrite(bytes.data, 1, bytes.n, file), bytes.n);
    fclose(file);
    free(bytes.data);
    struct reader *steps = reader_open((const char *const[]){report, NULL}, "step");
    check_report(steps, name);
    reader_close(steps);
    check_weights(out_dir, name, options->learning_rate);
    free(report);
    free(out_dir);
}

static void train_case(const char *name, const struct train_options *options)
{
    train_model(GOLDEN "model", name, options);
}

static void test_plain(void **state)
{
    (void)state;
    train_case("plain", &standard);
}

static void test_cosine_and_accumulation_normalised_by_the_labels_of_the_step(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.schedule = SCHEDULE_COSINE;
    o.warmup = 2;
    o.accumulate = 2;
    o.weight_decay = 0.1;
    train_case("cosine", &o);
}

static void test_freezing_constant_and_clipping(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.schedule = SCHEDULE_CONSTANT;
    o.warmup = 3;
    o.clip = 0.2;
    o.freeze = "bert.embeddings.*,bert.encoder.layer.0.attention.self.key.*";
    train_case("frozen", &o);
}

static void test_other_betas_and_epsilon_without_clipping(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.beta1 = 0.7;
    o.beta2 = 0.9;
    o.epsilon = 1e-3;
    o.clip = 0;
    o.weight_decay = 0.3;
    train_case("betas", &o);
}

static void test_layer_decay(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.layer_decay = 0.6;
    o.schedule = SCHEDULE_COSINE;
    o.warmup = 3;
    o.weight_decay = 0.2;
    train_case("layers", &o);
}

static void test_label_smoothing(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.label_smoothing = 0.1;
    o.accumulate = 2;
    train_case("smooth", &o);
}

static void test_class_weights(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.class_weights = "O=0.25,I-LOC=3.5,I-PER=0";
    o.epsilon = 1e-4;
    train_case("classes", &o);
}

static void test_class_weights_with_label_smoothing(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.class_weights = "I-*=3.5,O=0.25,I-PER=2";
    o.epsilon = 1e-4;
    o.label_smoothing = 0.2;
    o.accumulate = 2;
    train_case("weighted", &o);
}

/* A model of each other family: with --layer-decay, or a frozen table of embeddings. Some pieces are RoBERTa's padding. */
static void test_families(void **state)
{
    (void)state;
    struct train_options o = standard;
    o.weight_decay = 0.2;
    o.layer_decay = 0.6;
    train_model(GOLDEN "distilbert", "distilbert", &o);
    o.layer_decay = 0.7;
    train_model(GOLDEN "electra", "electra", &o);
    o.layer_decay = 1;
    train_model(GOLDEN "roberta", "roberta", &o);
    o = standard;
    o.accumulate = 2;
    o.freeze = "roberta.embeddings.word_embeddings.weight";
    train_model(GOLDEN "xlm-roberta", "xlm-roberta", &o);
    o = standard;
    o.schedule = SCHEDULE_CONSTANT;
    o.freeze = "roberta.embeddings.position_*";
    train_model(GOLDEN "camembert", "camembert", &o);
}

static struct params *tiny_layout(void)
{
    struct config *config = config_read(GOLDEN "model");
    struct params *params = params_new(config);
    config_free(config);
    return params;
}

static void freeze(void *patterns)
{
    train_rules_freeze(tiny_layout(), patterns);
}

static void test_freeze_patterns(void **state)
{
    (void)state;
    struct params *params = tiny_layout();
    assert_null(train_rules_freeze(params, NULL));
    bool *frozen = train_rules_freeze(params, "*.bias,classifier.*");
    for (size_t i = 0; i < params->n_parameters; i++) {
        const char *name = params->parameter[i].name;
        assert_int_equal(frozen[i], strstr(name, ".bias") || strstr(name, "classifier") ? 1 : 0);
    }
    free(frozen);
    params_free(params);
    assert_dies(freeze, (void *)"bert.embeddigns.*", "no parameter has such a name");
    assert_dies(freeze, (void *)"*", "leaves nothing to train");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_cosine_and_accumulation_normalised_by_the_labels_of_the_step),
        cmocka_unit_test(test_freezing_constant_and_clipping),
        cmocka_unit_test(test_other_betas_and_epsilon_without_clipping),
        cmocka_unit_test(test_layer_decay),
        cmocka_unit_test(test_label_smoothing),
        cmocka_unit_test(test_class_weights),
        cmocka_unit_test(test_class_weights_with_label_smoothing),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_freeze_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
