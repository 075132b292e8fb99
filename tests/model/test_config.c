/* Tests of config: defaults, labels, refusals, and the bytes that transformers writes. */
#include "support/support.h"

#include "base/file.h"
#include "model/config.h"

static const char *file_of(const char *json)
{
    return temp_file("config.json", json, strlen(json));
}

static void read_config(void *path)
{
    config_read_file(path);
}

#define refused(json, text) assert_dies(read_config, (void *)(uintptr_t)file_of(json), text)

static void test_defaults_of_bert_config(void **state)
{
    (void)state;
    struct config *c = config_read_file(file_of("{\"vocab_size\": 30522}"));
    assert_int_equal(c->hidden_size, 768);
    assert_int_equal(c->num_hidden_layers, 12);
    assert_int_equal(c->num_attention_heads, 12);
    assert_int_equal(c->intermediate_size, 3072);
    assert_int_equal(c->max_position_embeddings, 512);
    assert_int_equal(c->type_vocab_size, 2);
    assert_int_equal(c->hidden_act, ACTIVATION_GELU);
    assert_true(c->hidden_dropout_prob == 0.1 && c->attention_probs_dropout_prob == 0.1 && c->classifier_dropout == 0.1);
    assert_true(c->layer_norm_eps == 1e-12 && c->initializer_range == 0.02);
    assert_int_equal(c->num_labels, 2);
    assert_string_equal(c->label[1], "LABEL_1");
    config_free(c);
}

static void test_values(void **state)
{
    (void)state;
    struct config *c = config_read_file(file_of(
        "{\"vocab_size\": 9, \"hidden_size\": 12, \"num_attention_heads\": 3, \"hidden_act\": \"gelu_new\", "
        "\"hidden_dropout_prob\": 0.3,"
        " \"classifier_dropout\": null, \"num_labels\": 3, \"position_embedding_type\": null, \"layer_norm_eps\": 1e-5}"));
    assert_true(c->classifier_dropout == 0.3 && c->layer_norm_eps == 1e-5);
    assert_int_equal(c->hidden_act, ACTIVATION_GELU_NEW);
    assert_int_equal(c->num_labels, 3);
    config_free(c);
    c = config_read_file(file_of("{\"vocab_size\": 9, \"classifier_dropout\": 0.0, \"id2label\": {\"1\": \"B\", \"0\": \"A\"}}"));
    assert_true(c->classifier_dropout == 0);
    assert_string_equal(c->label[0], "A");
    assert_string_equal(c->label[1], "B");
    config_free(c);
}

static struct config *config_of(const char *json)
{
    return config_read_file(file_of(json));
}

/* The defaults of each class in transformers. */
static void test_defaults_of_each_family(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        size_t embedding, hidden, layers, heads, intermediate, pad, pieces;
    } cases[] = {
        {"distilbert", 768, 768, 6, 12, 3072, 0, 512}, {"electra", 128, 256, 12, 4, 1024, 0, 512},
        {"roberta", 768, 768, 12, 12, 3072, 1, 510},   {"xlm-roberta", 768, 768, 12, 12, 3072, 1, 510},
        {"camembert", 768, 768, 12, 12, 3072, 1, 510},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *json = xasprintf("{\"vocab_size\": 9, \"model_type\": \"%s\"}", cases[i].type);
        struct config *c = config_of(json);
        bool distil = i == 0;
        assert_int_equal(c->embedding_size, cases[i].embedding);
        assert_int_equal(c->hidden_size, cases[i].hidden);
        assert_int_equal(c->num_hidden_layers, cases[i].layers);
        assert_int_equal(c->num_attention_heads, cases[i].heads);
        assert_int_equal(c->intermediate_size, cases[i].intermediate);
        assert_int_equal(c->pad_token_id, cases[i].pad);
        assert_int_equal(config_max_pieces(c), cases[i].pieces);
        assert_true(c->layer_norm_eps == 1e-12 && c->initializer_range == 0.02 && c->hidden_act == ACTIVATION_GELU);
        assert_true(c->hidden_dropout_prob == 0.1 && c->attention_probs_dropout_prob == 0.1 && c->classifier_dropout == 0.1);
        assert_true(c->attention_out_dropout_prob == (distil ? 0 : 0.1));
        config_free(c);
        free(json);
    }
}

/* BERT's names are aliases in DistilBertConfig, and what they say counts; names of other classes mean nothing. */
static void test_keys_of_distilbert(void **state)
{
    (void)state;
    struct config *c =
        config_of("{\"model_type\": \"distilbert\", \"vocab_size\": 9, \"hidden_size\": 12, \"dim\": 48, \"n_heads\": 3,"
                  " \"num_hidden_layers\": 2, \"hidden_dim\": 7, \"intermediate_size\": 99, \"dropout\": 0.3,"
                  " \"attention_dropout\": 0.4, \"seq_classif_dropout\": 0.5, \"hidden_dropout_prob\": 0.6,"
                  " \"activation\": \"relu\", \"hidden_act\": \"gelu_new\", \"layer_norm_eps\": 0.1}");
    assert_true(c->hidden_size == 12 && c->embedding_size == 12 && c->num_attention_heads == 3);
    assert_true(c->num_hidden_layers == 2 && c->intermediate_size == 7 && c->hidden_act == ACTIVATION_RELU);
    assert_true(c->hidden_dropout_prob == 0.3 && c->classifier_dropout == 0.3 && c->attention_probs_dropout_prob == 0.4);
    assert_true(c->attention_out_dropout_prob == 0 && c->layer_norm_eps == 1e-12);
    config_free(c);
}

/* RoBERTa's positions begin after the padding's, and padding is not counted. */
static void test_positions(void **state)
{
    (void)state;
    static const int32_t ids[] = {5, 3, 3, 7, 0, 3};
    static const size_t plain[] = {0, 1, 2, 3, 4, 5}, counted[] = {4, 3, 3, 5, 6, 3};
    struct config *bert = config_of("{\"vocab_size\": 9, \"pad_token_id\": 3, \"max_position_embeddings\": 20}");
    struct config *roberta =
        config_of("{\"vocab_size\": 9, \"pad_token_id\": 3, \"max_position_embeddings\": 20, \"model_type\": \"roberta\"}");
    assert_int_equal(config_max_pieces(bert), 20);
    assert_int_equal(config_max_pieces(roberta), 16);
    for (size_t i = 0, n = 0, m = 0; i < 6; i++) {
        assert_int_equal(config_position(bert, ids[i], &n), plain[i]);
        assert_int_equal(config_position(roberta, ids[i], &m), counted[i]);
    }
    config_free(bert);
    config_free(roberta);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("", "not JSON");
    refused("{\"vocab_size\": 9,\n\"hidden_size\": }", ":2: not JSON");
    refused("[]", "not a JSON object");
    refused("{}", "no \"vocab_size\"");
    refused("{\"vocab_size\": 9, \"model_type\": \"deberta-v2\"}",
            "\"model_type\" is deberta-v2; known here are bert, distilbert, electra, roberta, xlm-roberta, camembert");
    refused("{\"vocab_size\": 9, \"model_type\": \"electra\", \"position_embedding_type\": \"relative_key\"}",
            "relative_key; only \"absolute\"");
    refused("{\"vocab_size\": 9, \"is_causal\": true}", "\"is_causal\" is true: a decoder");
    refused("{\"vocab_size\": 9, \"model_type\": \"roberta\", \"pad_token_id\": null}",
            "\"pad_token_id\" is not a whole number from 0 to 16777216, but null");
    refused("{\"vocab_size\": 9, \"model_type\": \"camembert\", \"pad_token_id\": 5, \"max_position_embeddings\": 6}",
            "max_position_embeddings 6 leaves no position: they begin after pad_token_id 5");
    refused("{\"vocab_size\": 9, \"model_type\": 3}", "\"model_type\" is not a string");
    refused("{\"vocab_size\": 9, \"position_embedding_type\": \"relative_key\"}", "relative_key; only \"absolute\"");
    refused("{\"vocab_size\": 9, \"is_decoder\": true}", "a decoder");
    refused("{\"vocab_size\": 9, \"hidden_act\": \"silu\"}", "unknown \"hidden_act\" silu; known are gelu");
    refused("{\"vocab_size\": 0}", "\"vocab_size\" is not a whole number from 1");
    refused("{\"vocab_size\": -1}", "\"vocab_size\" is not a whole number");
    refused("{\"vocab_size\": 9.5}", "\"vocab_size\" is not a whole number");
    refused("{\"vocab_size\": 9, \"hidden_size\": 99999999999}", "\"hidden_size\" is not a whole number");
    refused("{\"vocab_size\": 9, \"hidden_size\": 768, \"num_attention_heads\": 7}",
            "768 is not a multiple of num_attention_heads 7");
    refused("{\"vocab_size\": 16000000, \"hidden_size\": 16000000, \"num_attention_heads\": 1}", "more than this engine takes");
    refused("{\"vocab_size\": 9, \"pad_token_id\": 9}", "outside the vocabulary");
    refused("{\"vocab_size\": 9, \"hidden_dropout_prob\": 1.5}", "\"hidden_dropout_prob\" is not a number from 0");
    refused("{\"vocab_size\": 9, \"id2label\": {\"0\": \"A\", \"2\": \"B\"}}", "ids must start at 0 and have no gap");
    refused("{\"vocab_size\": 9, \"id2label\": {\"0\": \"A\", \"00\": \"B\"}}", "ids must start at 0 and have no gap");
    refused("{\"vocab_size\": 9, \"id2label\": {\"x\": \"A\"}}", "ids must start at 0 and have no gap");
    refused("{\"vocab_size\": 9, \"id2label\": {\"0\": 7}}", "is not a string");
    refused("{\"vocab_size\": 9, \"id2label\": {}}", "not a map of 1 to");
    refused("{\"vocab_size\": 9, \"id2label\": [\"A\"]}", "not a map of 1 to");
    refused("{\"vocab_size\": 9, \"num_labels\": 3, \"id2label\": {\"0\": \"A\"}}",
            "\"id2label\" has 1 labels, but \"num_labels\" is 3");
}

/* As BertConfig of transformers: no text is a number, no number is true, and null is a value of few keys. */
static void test_wrong_types(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        {"hidden_size", "\"768\"", "\"hidden_size\" is not a whole number from 1 to 16777216, but the text \"768\""},
        {"hidden_size", "true", "not a whole number from 1 to 16777216, but true"},
        {"hidden_size", "null", "not a whole number from 1 to 16777216, but null"},
        {"max_position_embeddings", "512.0", "not a whole number from 1 to 16777216, but 512.0"},
        {"pad_token_id", "\"0\"", "not a whole number from 0"},
        {"num_labels", "\"3\"", "\"num_labels\" is not a whole number"},
        {"num_labels", "null", "\"num_labels\" is not a whole number"},
        {"layer_norm_eps", "\"1e-12\"", "\"layer_norm_eps\" is not a number from 0 to 1, but the text \"1e-12\""},
        {"hidden_dropout_prob", "null", "\"hidden_dropout_prob\" is not a number"},
        {"classifier_dropout", "false", "\"classifier_dropout\" is not a number from 0 to 0.999, but false"},
        {"hidden_act", "null", "\"hidden_act\" is not a string, but null"},
        {"hidden_act", "[\"gelu\"]", "\"hidden_act\" is not a string, but [\"gelu\"]"},
        {"is_decoder", "\"false\"", "\"is_decoder\" is not true or false, but the text \"false\""},
        {"is_decoder", "0", "\"is_decoder\" is not true or false, but 0"},
        {"add_cross_attention", "null", "\"add_cross_attention\" is not true or false, but null"},
        {"position_embedding_type", "1", "\"position_embedding_type\" is not a string, but 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *json = xasprintf("{\"vocab_size\": 9, \"%s\": %s}", cases[i].key, cases[i].value);
        refused(json, cases[i].message);
        free(json);
    }
    struct config *c = config_read_file(file_of("{\"vocab_size\": 9, \"pad_token_id\": null, \"is_decoder\": false}"));
    assert_true(c->pad_token_id == CONFIG_NONE); /* torch.nn.Embedding's padding_idx None: all rows are trained */
    config_free(c);
}

static void read_dir(void *dir)
{
    config_read(dir);
}

static void test_directory_without_config(void **state)
{
    (void)state;
    assert_dies(read_dir, (void *)"tests", "tests: no config.json there");
}

/* tests/golden/train/model was written by save_pretrained. */
static void test_writes_the_bytes_of_transformers(void **state)
{
    (void)state;
    struct config *c = config_read("tests/golden/train/model");
    char *dir = xstrdup(temp_path("model"));
    file_make_folder(dir);
    config_write(c, dir);
    char *path = file_path(dir, "config.json");
    struct mapping ours = file_map(path), theirs = file_map("tests/golden/train/model/config.json");
    assert_int_equal(ours.size, theirs.size);
    assert_memory_equal(ours.data, theirs.data, ours.size);
    file_unmap(ours);
    file_unmap(theirs);
    config_free(c);
    free(path);
    free(dir);
}

static void test_new_labels_and_unknown_keys(void **state)
{
    (void)state;
    struct config *c = config_read_file(file_of("{\"vocab_size\": 9, \"num_labels\": 7, \"mine\": [1, {\"x\": 1e-7}]}"));
    static const char *const name[] = {"O", "B-\"\u00c9\"", "I"};
    config_set_labels(c, 3, name);
    char *dir = xstrdup(temp_path("labels"));
    file_make_folder(dir);
    config_write(c, dir);
    config_free(c);
    c = config_read(dir);
    assert_int_equal(c->num_labels, 3);
    assert_string_equal(c->label[1], name[1]);
    assert_null(json_object_get(c->json, "num_labels"));
    json_t *x = json_object_get(json_array_get(json_object_get(c->json, "mine"), 1), "x");
    assert_true(json_real_value(x) == 1e-7);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(c->json, "label2id"), name[1])), 1);
    static const char *const plain[] = {"LABEL_0", "LABEL_1"};
    config_set_labels(c, 2, plain);
    config_write(c, dir);
    config_free(c);
    c = config_read(dir);
    assert_null(json_object_get(c->json, "id2label"));
    config_free(c);
    free(dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_of_bert_config),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_defaults_of_each_family),
        cmocka_unit_test(test_keys_of_distilbert),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_directory_without_config),
        cmocka_unit_test(test_writes_the_bytes_of_transformers),
        cmocka_unit_test(test_new_labels_and_unknown_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
