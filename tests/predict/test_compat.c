/* Tests of compat: label sets and vocabularies that fit a model, and those that do not. */
#include "support/support.h"

#include "base/file.h"
#include "predict/compat.h"
#include "tokenizer/vocab.h"

#define MODEL "tests/golden/train/model"

static const char *const own[] = {"O", "B-PER", "I-PER", "B-LOC", "I-LOC"};
static const char *const moved[] = {"O", "B-LOC", "I-LOC", "B-PER", "I-PER"};

/* A header with one label set, or none (field NULL). */
static struct header *header_with(const char *field, size_t n, const char *const *name)
{
    struct header *h = header_new("sentence");
    if (field)
        header_set_labels(h, field, n, name);
    return h;
}

static void check_labels(void *header)
{
    struct config *config = config_read(MODEL);
    compat_labels(header, config, "DIR");
    config_free(config);
}

static void label_sets_that_fit_pass(void **state)
{
    (void)state;
    const struct {
        const char *field;
        size_t n;
        const char *const *name;
    } good[] = {{NULL, 0, NULL},        {"labels", 5, own},   {"labels", 5, moved},
                {"ner_tags", 5, moved}, {"ner_tags", 3, own}, {"pred", 2, two_names}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct header *h = header_with(good[i].field, good[i].n, good[i].name);
        assert_null(death_of(check_labels, h));
        header_free(h);
    }
}

/* Labels are compared by name: what each id of the stream is for the model. */
static void labels_in_another_order_are_mapped(void **state)
{
    (void)state;
    struct config *config = config_read(MODEL);
    struct header *h = header_with("labels", 5, moved);
    struct pieces_labels labels = compat_labels(h, config, "DIR");
    static const int32_t wanted[] = {0, 3, 4, 1, 2};
    assert_int_equal(labels.n, 5);
    assert_memory_equal(labels.id, wanted, sizeof wanted);
    int32_t label[] = {4, -100, 0, 1};
    pieces_map_labels(&labels, 4, label);
    assert_memory_equal(label, ((int32_t[]){2, -100, 0, 3}), sizeof label);
    free(labels.id);
    header_set_labels(h, "labels", 5, own);
    labels = compat_labels(h, config, "DIR");
    assert_null(labels.id);
    pieces_map_labels(&labels, 4, label);
    assert_int_equal(label[0], 2);
    header_free(h);
    h = header_with("labels", 2, (const char *const[]){"I-PER", "O"}); /* some of the model's, if any labels will do */
    labels = compat_any_labels(h, config, true);
    assert_int_equal(labels.n, 2);
    assert_memory_equal(labels.id, ((int32_t[]){2, 0}), 2 * sizeof(int32_t));
    free(labels.id);
    header_set_labels(h, "labels", 2, (const char *const[]){"O", "B-ORG"});
    labels = compat_any_labels(h, config, false);
    assert_null(labels.id);
    header_free(h);
    config_free(config);
}

static void other_label_sets_are_shown(void **state)
{
    (void)state;
    static const char *const foreign[] = {"O", "B-ORG"};
    static const char *const other[] = {"O", "B-LOC", "I-LOC", "B-ORG", "I-ORG"}, *const twice[] = {"O", "B-PER", "I-PER",
                                                                                                    "B-LOC", "O"};
    struct header *h = header_with("labels", 5, other);
    assert_dies(check_labels, h, "the stream's labels are not those of DIR: the stream has 5 (O, B-LOC, I-LOC, B-ORG, I-ORG)");
    assert_dies(check_labels, h,
                "; only the stream has B-ORG, I-ORG; only the model has B-PER, I-PER; bertinit makes a new head");
    header_free(h);
    h = header_with("labels", 5, twice);
    assert_dies(check_labels, h, "; only the model has I-LOC; conll2msg --labels-from DIR (preprocess.sh -L DIR) makes a stream");
    header_free(h);
    h = header_with("labels", 3, own);
    assert_dies(check_labels, h, "the stream has 3 (O, B-PER, I-PER), the model has 5");
    header_free(h);
    h = header_with("ner_tags", 2, foreign);
    assert_dies(check_labels, h, "no tags of the stream are labels of DIR: ner_tags has 2 (O, B-ORG)");
    header_set_labels(h, "tags", 5, own); /* one label set that fits is enough */
    assert_null(death_of(check_labels, h));
    header_free(h);
}

static void check_vocab(void *header)
{
    compat_vocab(header, "tests/golden/wptok");
}

static void only_another_vocabulary_is_refused(void **state)
{
    (void)state;
    struct header *h = header_new("sentence");
    int64_t size;
    char hash[17];
    assert_null(death_of(check_vocab, h)); /* it does not tell */
    assert_true(vocab_identify("tests/golden/wptok", &size, hash));
    header_set_vocab(h, size, hash);
    assert_null(death_of(check_vocab, h));
    hash[0] = hash[0] == '0' ? '1' : '0';
    header_set_vocab(h, size, hash);
    assert_dies(check_vocab, h, "the stream's pieces are of another vocabulary");
    header_free(h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_sets_that_fit_pass),
        cmocka_unit_test(labels_in_another_order_are_mapped),
        cmocka_unit_test(other_label_sets_are_shown),
        cmocka_unit_test(only_another_vocabulary_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
