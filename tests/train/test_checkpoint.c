/* Tests of checkpoint: what is saved comes back, and what does not fit is refused. */
#include "support/support.h"

#include <unistd.h>

#include "train/checkpoint.h"
#include "train/train_options.h"
#include "base/rng.h"
#include "model/safetensors.h"
#include "model/weights.h"

#define GOLDEN "tests/golden/train/model"

static struct params *params;
static float *weights;
static char *dir, *state_path;
static bool *frozen;
static struct optimizer *saved;
static struct checkpoint state;

static struct optimizer *make(void)
{
    struct optimizer *o = optimizer_new(params);
    o->frozen = frozen;
    return o;
}

/* A directory with the state of step 7; the first parameter is frozen and has no moments. */
static int setup(void **unused)
{
    (void)unused;
    struct config *config = config_read(GOLDEN);
    params = params_new(config);
    weights = weights_load_all(GOLDEN, params);
    dir = xstrdup(temp_path("model"));
    file_make_folder(dir);
    state_path = file_path(dir, "optimizer.safetensors");
    frozen = xcalloc(params->n_parameters, sizeof *frozen);
    frozen[0] = true;
    saved = make();
    for (size_t p = 1; p < params->n_parameters; p++)
        for (size_t i = params->parameter[p].offset; i < params->parameter[p].offset + params->parameter[p].size; i++) {
            saved->m[i] = (float)rng_normal(1, 0, i);
            saved->v[i] = (float)rng_uniform(1, 1, i);
        }
    state = (struct checkpoint){.step = 7, .total = UINT64_MAX, .epoch = 2, .batch = 3, .batches = 14, .samples = 112};
    state.options = xstrdup("--lr 1e-3");
    checkpoint_save(dir, weights, saved, &state);
    config_free(config);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    optimizer_free(saved);
    params_free(params);
    free(weights);
    free(dir);
    free(state_path);
    free(frozen);
    free(state.options);
    return 0;
}

static void load(void *options)
{
    struct checkpoint c = {.options = options};
    struct optimizer *o = make();
    checkpoint_load(dir, weights, o, &c);
    optimizer_free(o);
}

static void test_comes_back(void **unused)
{
    (void)unused;
    struct checkpoint c = {.options = state.options};
    struct optimizer *o = make();
    assert_true(checkpoint_load(dir, weights, o, &c));
    assert_memory_equal(&c, &state, sizeof c);
    assert_memory_equal(o->m, saved->m, params->n_floats * sizeof *o->m);
    assert_memory_equal(o->v, saved->v, params->n_floats * sizeof *o->v);
    assert_false(checkpoint_load(GOLDEN, weights, o, &c));
    optimizer_free(o);
}

static struct optimizer *make_sparse(const bool *touched)
{
    struct optimizer *o = make();
    optimizer_sparse(o, params_of(params, ARCH_WORDS, 0, false), touched);
    return o;
}

static void load_sparse(void *touched)
{
    struct checkpoint c = {.options = state.options};
    struct optimizer *o = make_sparse(touched);
    checkpoint_load(dir, weights, o, &c);
    optimizer_free(o);
}

/* The state's file with n bytes replaced by others, and without the checksum, which would find it. */
static void damage_bytes(size_t n, const void *from, const void *to)
{
    size_t size;
    without_checksum(state_path);
    struct mapping map = file_map(state_path);
    char *bytes = xmalloc(map.size, 1);
    memcpy(bytes, map.data, size = map.size);
    file_unmap(map);
    char *at = bytes + 8;
    while (at < bytes + size - n && memcmp(at, from, n) != 0)
        at++;
    memcpy(at, to, n);
    FILE *file = fopen(state_path, "wb");
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    free(bytes);
}

/* A text in its header, by another of the same length. */
static void damage(const char *from, const char *to)
{
    damage_bytes(strlen(from), from, to);
}

/* Of the words only rows with moments are in the file; none of them is as good as a row of zeros. States that hold all rows, as
 * version 0.4 wrote them, come back, too. */
static void test_rows_with_moments_come_back(void **unused)
{
    (void)unused;
    static const int32_t rows[] = {3, 4, 39};
    const struct parameter *p = params_of(params, ARCH_WORDS, 0, false);
    struct checkpoint c = {.options = state.options};
    bool *touched = xcalloc(p->rows, sizeof *touched), before = frozen[0];
    frozen[0] = false;
    for (size_t n = 0; n <= 3; n++)
        for (int all = 0; all < 2; all++) {
            struct optimizer *o = all ? make() : make_sparse(touched), *back = make_sparse(touched);
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < p->columns; j++)
                    o->m[p->offset + (size_t)rows[i] * p->columns + j] = (float)rng_normal(2, i, j);
            if (!all)
                optimizer_set_rows(o, n, rows);
            checkpoint_save(dir, weights, o, &state);
            struct tensors *f = safetensors_open(state_path);
            const struct tensor *t = tensors_find(f, "exp_avg.bert.embeddings.word_embeddings.weight");
            assert_int_equal(t->shape[0], all ? p->rows : n ? n : 1);
            tensors_close(f);
            assert_true(checkpoint_load(dir, weights, back, &c));
            assert_memory_equal(o->m, back->m, params->n_floats * sizeof *o->m);
            size_t n_back;
            int32_t *list = optimizer_rows(back, &n_back);
            assert_int_equal(n_back, n);
            assert_memory_equal(list, rows, n * sizeof *rows);
            for (size_t i = 0; i < n; i++)
                assert_true(back->active[rows[i]]);
            free(list);
            optimizer_free(o);
            optimizer_free(back);
        }
    struct optimizer *o = make_sparse(touched);
    optimizer_set_rows(o, 3, rows);
    for (size_t i = 0; i < 3; i++)
        o->v[p->offset + (size_t)rows[i] * p->columns] = 1;
    checkpoint_save(dir, weights, o, &state);
    static const int32_t twice[] = {3, 3, 39}, beyond[] = {3, 4, 40};
    damage_bytes(sizeof rows, rows, twice);
    assert_dies(load_sparse, touched, "rows.bert.embeddings.word_embeddings.weight is damaged; --restart");
    damage_bytes(sizeof rows, twice, beyond);
    assert_dies(load_sparse, touched, "rows.bert.embeddings.word_embeddings.weight is damaged; --restart");
    damage("rows.bert.embeddings.word", "bows.bert.embeddings.word");
    assert_dies(load_sparse, touched,
                "exp_avg.bert.embeddings.word_embeddings.weight has another size than the model's; --restart");
    optimizer_free(o);
    frozen[0] = before;
    free(touched);
    checkpoint_save(dir, weights, saved, &state);
}

static void test_other_options_and_weights_are_refused(void **unused)
{
    (void)unused;
    assert_dies(load, (void *)"--lr 2e-3", "other options: there '--lr 1e-3', now '--lr 2e-3'; --restart");
    float kept = weights[0];
    weights[0] = 7;
    assert_dies(load, state.options, "belongs to other weights");
    weights[0] = kept;
}

static void test_only_the_length_may_differ(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"--accumulate 1 --max-steps 0 --lr 1 --epochs 3.0", "--accumulate 1 --max-steps 99 --lr 1 --epochs 12.5"},
        {" --epochs 3.0", " --epochs 5.0"},
        {" --epochs 3.0, on 7 sentences", " --epochs 5.0, on 7 sentences"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(train_options_fit(cases[i][0], cases[i][1]));
    assert_false(train_options_fit(" --epochs 3.0 --lr 1", " --epochs 3.0 --lr 2"));
    assert_false(train_options_fit("--freeze a --epochs 3.0", "--freeze b --epochs 3.0"));
}

/* The reports of a run that has not ended come back, and name the weights and options that it began with. */
static void test_an_unfinished_run(void **unused)
{
    (void)unused;
    struct train_report report[2] = {{1, 1, 0, 30, 19, 2.25, 1e-3, 0.1}, {2, 1, 1, 7, 5, 1.0 / 3, 5e-4, 1e300}};
    assert_false(checkpoint_unfinished(dir, "0123456789abcdef", state.options));
    struct checkpoint with = state, c = {.options = state.options};
    with.report = report;
    with.n_reports = 2;
    strcpy(with.began, "0123456789abcdef");
    checkpoint_save(dir, weights, saved, &with);
    struct optimizer *o = make();
    assert_true(checkpoint_load(dir, weights, o, &c));
    assert_int_equal(c.n_reports, 2);
    assert_memory_equal(c.report, report, sizeof report);
    assert_memory_equal(o->v, saved->v, params->n_floats * sizeof *o->v);
    assert_true(checkpoint_unfinished(dir, "0123456789abcdef", state.options));
    assert_false(checkpoint_unfinished(dir, "0123456789abcdee", state.options));
    assert_false(checkpoint_unfinished(dir, "0123456789abcdef", "--lr 2e-3"));
    assert_false(checkpoint_unfinished(GOLDEN, "0123456789abcdef", state.options));
    /* also between the renames of a save */
    char *next = xasprintf("%s.next", state_path);
    assert_int_equal(rename(state_path, next), 0);
    assert_true(checkpoint_unfinished(dir, "0123456789abcdef", state.options));
    checkpoint_save(dir, weights, saved, &state);
    free(next);
    free(c.report);
    optimizer_free(o);
}

static void test_damaged_states_are_refused(void **unused)
{
    (void)unused;
    static const char *const cases[][3] = {
        {"\"step\":\"7\"", "\"step\":\"x\"", "\"step\" is 'x', not a whole number; --restart"},
        {"\"step\":\"7\"", "\"stop\":\"7\"", "no \"step\" in its metadata: not a state of trainstep"},
        {"exp_avg.classifier.bias", "exp_avg.classifier.bios", "tensor exp_avg.classifier.bias is missing; --restart"},
        {"\"total\":\"18446744073709551615\"", "\"total\":\"98446744073709551615\"", "not a whole number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        damage(cases[i][0], cases[i][1]);
        assert_dies(load, state.options, cases[i][2]);
        checkpoint_save(dir, weights, saved, &state);
    }
    assert_int_equal(truncate(state_path, 9000), 0);
    assert_dies(load, state.options, "the file is cut off, or its header is wrong");
    checkpoint_save(dir, weights, saved, &state);
}

static void test_the_hash_decides_about_a_cut_save(void **unused)
{
    (void)unused;
    char *next = xasprintf("%s.next", state_path);
    struct checkpoint c = {.options = state.options};
    struct optimizer *o = make();
    /* The model's rename is done: .next fits it, whatever the old state says. */
    assert_int_equal(rename(state_path, next), 0);
    assert_true(checkpoint_load(dir, weights, o, &c));
    assert_true(file_exists(state_path) && !file_exists(next));
    /* It is not: .next belongs to weights that never came. */
    assert_int_equal(link(state_path, next), 0);
    float kept = weights[0];
    weights[0] = 7;
    assert_dies(load, state.options, "belongs to other weights");
    assert_true(file_exists(state_path) && !file_exists(next));
    weights[0] = kept;
    optimizer_free(o);
    free(next);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_rows_with_moments_come_back),
        cmocka_unit_test(test_other_options_and_weights_are_refused),
        cmocka_unit_test(test_only_the_length_may_differ),
        cmocka_unit_test(test_an_unfinished_run),
        cmocka_unit_test(test_damaged_states_are_refused),
        cmocka_unit_test(test_the_hash_decides_about_a_cut_save),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
