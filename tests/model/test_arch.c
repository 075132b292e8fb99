/* Tests of arch: the rows of the table are complete, names of tensors as they are and as they were. */
#include "support/support.h"

#include "model/arch.h"

static const char *const known[] = {"bert", "distilbert", "electra", "roberta", "xlm-roberta", "camembert"};

static void assert_name(char *name, const char *expected)
{
    assert_string_equal(name, expected);
    free(name);
}

static void test_every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct arch *arch = arch_find(known[i]);
        assert_non_null(arch);
        assert_string_equal(arch->model_type, known[i]);
        assert_true(arch->class_name && arch->title && arch->key && arch->only && arch->old && arch->buffer);
        for (enum arch_module m = 0; m < ARCH_MODULES; m++)
            assert_true(arch->module[m] || m == ARCH_TYPES || m == ARCH_PROJECTION);
    }
    assert_name(arch_model_types(), "bert, distilbert, electra, roberta, xlm-roberta, camembert");
}

static void test_finding(void **state)
{
    (void)state;
    assert_null(arch_find("gpt2"));
    assert_null(arch_find(""));
    assert_ptr_equal(arch_find(NULL), arch_find("bert"));
}

static void test_names_of_tensors(void **state)
{
    (void)state;
    const struct arch *bert = arch_find("bert");
    assert_name(arch_tensor_name(bert, ARCH_WORDS, 0, false), "bert.embeddings.word_embeddings.weight");
    assert_name(arch_tensor_name(bert, ARCH_EMBEDDINGS_NORM, 0, true), "bert.embeddings.LayerNorm.bias");
    assert_name(arch_tensor_name(bert, ARCH_QUERY, 11, false), "bert.encoder.layer.11.attention.self.query.weight");
    assert_name(arch_tensor_name(bert, ARCH_OUT_NORM, 0, true), "bert.encoder.layer.0.output.LayerNorm.bias");
    assert_name(arch_tensor_name(bert, ARCH_CLASSIFIER, 0, false), "classifier.weight");
    const struct arch *distilbert = arch_find("distilbert");
    assert_name(arch_tensor_name(distilbert, ARCH_VALUE, 3, true), "distilbert.transformer.layer.3.attention.v_lin.bias");
    assert_name(arch_tensor_name(distilbert, ARCH_OUT_NORM, 0, false), "distilbert.transformer.layer.0.output_layer_norm.weight");
    assert_name(arch_tensor_name(arch_find("electra"), ARCH_PROJECTION, 0, false), "electra.embeddings_project.weight");
    assert_name(arch_tensor_name(arch_find("camembert"), ARCH_OUT, 1, false), "roberta.encoder.layer.1.output.dense.weight");
}

static void test_names_of_older_files(void **state)
{
    (void)state;
    const struct arch *bert = arch_find("bert");
    assert_name(arch_modern_name(bert, "bert.embeddings.LayerNorm.gamma", false), "bert.embeddings.LayerNorm.weight");
    assert_name(arch_modern_name(bert, "encoder.layer.0.output.LayerNorm.beta", true),
                "bert.encoder.layer.0.output.LayerNorm.bias");
    assert_name(arch_modern_name(bert, "cls.predictions.bias", false), "cls.predictions.bias");
    assert_name(arch_modern_name(bert, "gamma", false), "gamma");
    assert_name(arch_modern_name(bert, "", true), "bert.");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_complete),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_names_of_tensors),
        cmocka_unit_test(test_names_of_older_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
