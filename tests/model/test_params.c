/* Tests of params: the layout, and ways to find a parameter. */
#include "support/support.h"

#include "model/params.h"

static struct config *config;
static struct params *params;

static int setup(void **state)
{
    (void)state;
    config = config_read("tests/golden/train/model");
    params = params_new(config);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    params_free(params);
    config_free(config);
    return 0;
}

static void test_parameters_lie_in_order_and_on_cache_lines(void **state)
{
    (void)state;
    size_t end = 0;
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        assert_int_equal(p->size, p->rows * p->columns);
        assert_true(p->offset >= end && p->offset < end + 16);
        if (!p->is_vector && p->module != ARCH_KEY && p->module != ARCH_VALUE)
            assert_int_equal(p->offset % 16, 0);
        end = p->offset + p->size;
    }
    assert_true(params->n_floats >= end && params->n_floats % 16 == 0);
}

static void test_query_key_and_value_are_one_matrix(void **state)
{
    (void)state;
    size_t h = config->hidden_size;
    for (size_t layer = 0; layer < config->num_hidden_layers; layer++)
        for (int is_bias = 0; is_bias < 2; is_bias++)
            for (enum arch_module m = ARCH_KEY; m <= ARCH_VALUE; m++)
                assert_int_equal(params_of(params, m, layer, is_bias)->offset,
                                 params_of(params, m - 1, layer, is_bias)->offset + (is_bias ? h : h * h));
}

static void test_a_module_without_a_name_takes_no_room(void **state)
{
    (void)state;
    struct arch without = *config->arch;
    struct config other = *config;
    const char *module[ARCH_MODULES];
    memcpy(module, without.module, sizeof module);
    module[ARCH_TYPES] = NULL;
    without.module = module;
    other.arch = &without;
    struct params *fewer = params_new(&other);
    assert_int_equal(fewer->n_parameters, params->n_parameters - 1);
    assert_int_equal(params_of(fewer, ARCH_EMBEDDINGS_NORM, 0, false)->offset, params_of(params, ARCH_TYPES, 0, false)->offset);
    assert_null(params_find(fewer, "bert.embeddings.token_type_embeddings.weight"));
    params_free(fewer);
}

/* Embeddings of another size than the layers need a projection. */
static void test_embeddings_of_another_size(void **state)
{
    (void)state;
    struct config other = *config;
    other.embedding_size = 5;
    struct params *more = params_new(&other);
    assert_false(params_has(params, ARCH_PROJECTION));
    assert_true(params_has(more, ARCH_PROJECTION));
    const struct parameter *p = params_of(more, ARCH_PROJECTION, 0, false);
    assert_true(p->rows == config->hidden_size && p->columns == 5 && !p->is_vector);
    assert_int_equal(params_of(more, ARCH_PROJECTION, 0, true)->columns, config->hidden_size);
    assert_int_equal(params_of(more, ARCH_WORDS, 0, false)->columns, 5);
    assert_int_equal(params_of(more, ARCH_EMBEDDINGS_NORM, 0, false)->columns, 5);
    params_free(more);
}

static void test_finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        assert_ptr_equal(params_find(params, p->name), p);
        assert_ptr_equal(params_of(params, p->module, p->layer, p->is_bias), p);
        assert_int_equal(params_at(params, p->offset), i);
        assert_int_equal(params_at(params, p->offset + p->size - 1), i);
        if (p->is_bias)
            assert_true(p->is_vector);
    }
    assert_null(params_find(params, "bert.pooler.dense.weight"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_lie_in_order_and_on_cache_lines),
        cmocka_unit_test(test_query_key_and_value_are_one_matrix),
        cmocka_unit_test(test_a_module_without_a_name_takes_no_room),
        cmocka_unit_test(test_embeddings_of_another_size),
        cmocka_unit_test(test_finding),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
