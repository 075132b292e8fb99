/* Tests of batcher: sentences computed together come out in their order, with the logits and the loss of each computed alone. */
#include <math.h>

#include "support/support.h"

#include "model/weights.h"
#include "predict/batcher.h"

#define IN "tests/golden/bertfwd/in.msg"
#define MODEL "tests/golden/bertfwd/model"

static struct config *config;
static struct params *params;
static float *weights;
static struct bert *bert;

static int setup(void **state)
{
    (void)state;
    config = config_read(MODEL);
    params = params_new(config);
    weights = weights_load_all(MODEL, params);
    bert = bert_new(config, params, PRECISION_FP32, weights);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bert_free(bert);
    free(weights);
    params_free(params);
    config_free(config);
    return 0;
}

/* All sentences, `together` at a time. */
static struct bytes run(size_t together, struct batcher_loss *loss)
{
    static const struct cli_option options[] = {{0}};
    static const struct cli cli = {"bertfwd", "the forward pass", "[FILE...]", options, NULL};
    struct batcher *batcher = batcher_new(bert, config, true, 2);
    capture_begin();
    struct filter *f = filter_open(&cli, 2, (char *[]){(char *)"bertfwd", (char *)IN, NULL}, "sentence");
    filter_adds(f, "logits", NULL);
    filter_adds(f, "loss", NULL);
    size_t n = 0;
    for (struct record *r; (r = filter_next(f));) {
        size_t before = batcher_size(batcher);
        batcher_add(batcher, r);
        assert_true(batcher_size(batcher) > before);
        if (++n % together == 0) {
            batcher_run(batcher, f);
            assert_int_equal(batcher_size(batcher), 0);
        }
    }
    batcher_run(batcher, f);
    filter_close(f);
    *loss = batcher_loss(batcher);
    batcher_free(batcher);
    assert_true(n > 3);
    return capture_end();
}

static void the_bytes_do_not_depend_on_what_is_computed_together(void **state)
{
    (void)state;
    struct batcher_loss one, other;
    struct bytes alone = run(1, &one);
    assert_true(one.labelled > 0 && one.sum > 0 && one.mean > 0);
    for (size_t together = 2; together < 6; together++) {
        struct bytes got = run(together, &other);
        assert_bytes(got, alone);
        assert_true(other.sum == one.sum && other.mean == one.mean);
        assert_true(other.labelled == one.labelled && other.sentences == one.sentences);
        free(got.data);
    }
    free(alone.data);
}

static void the_loss_is_that_of_all_sentences(void **state)
{
    (void)state;
    struct batcher_loss loss;
    struct bytes bytes = run(3, &loss);
    const char *const paths[] = {temp_file("logits", bytes.data, bytes.n), NULL};
    struct reader *in = reader_open(paths, "sentence");
    double sum = 0, value;
    size_t n = 0;
    for (struct record *r; (r = reader_next(in)); n++) {
        struct msg own = record_find(r, "loss");
        assert_true(own.data && msg_real(&own, &value));
        sum += value;
    }
    reader_close(in);
    assert_int_equal(n, loss.sentences);
    assert_true(fabs(sum - loss.sum) <= 1e-12 * sum); /* two orders of the same sum of doubles */
    free(bytes.data);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_do_not_depend_on_what_is_computed_together),
        cmocka_unit_test(the_loss_is_that_of_all_sentences),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
