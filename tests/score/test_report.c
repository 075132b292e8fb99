/* test_report: one mode or two, with all analyses, in each format. The numbers are test_score's and test_analysis's. */
#include "support/support.h"

#include <jansson.h>

#include "score/report.h"

/* Two sentences of two words, one entity each; the predicted field is the gold one, so all is right. */
static const char *stream(void)
{
    struct bytes b = {0};
    add_map(&b, 4);
    add_str(&b, "msgstream");
    add_int(&b, 1);
    add_str(&b, "kind");
    add_str(&b, "sentence");
    add_str(&b, "fields");
    add_array(&b, 2);
    add_str(&b, "tokens");
    add_str(&b, "ner_tags");
    add_str(&b, "labels");
    add_map(&b, 1);
    add_str(&b, "ner_tags");
    add_array(&b, 2);
    add_str(&b, "O");
    add_str(&b, "B-X");
    for (int i = 0; i < 2; i++) {
        add_map(&b, 2);
        add_str(&b, "tokens");
        add_array(&b, 2);
        add_str(&b, "left");
        add_str(&b, "Paris");
        add_str(&b, "ner_tags");
        add_array(&b, 2);
        add_int(&b, 0);
        add_int(&b, 1);
    }
    add_trailer(&b, 2);
    const char *path = temp_file("in.msg", b.data, b.n);
    free(b.data);
    return path;
}

/* The report of a stream that is scored with itself, compared with itself and knows itself; free it. */
static char *report_of(struct report_options options)
{
    const char *path = stream();
    struct score_input in = score_input_open(path, "ner_tags", "ner_tags");
    struct score_input other = score_input_open(path, "ner_tags", "ner_tags");
    struct buffer text = {0};
    options.score.scheme = SCORE_SCHEME_AUTO;
    options.gold_field = "ner_tags";
    options.rounds = 20;
    options.confidence = 95;
    struct report *report = report_new(&options, &in, options.bootstrap ? &other : NULL);
    if (options.seen)
        report_learn(report, path);
    while (score_input_next_of_both(&in, options.bootstrap ? &other : NULL))
        report_add(report);
    report_print(report, &text);
    report_free(report);
    score_input_close(&in);
    score_input_close(&other);
    buffer_add(&text, "", 1);
    return text.data;
}

static const struct report_options all_parts = {
    .modes = REPORT_BOTH,
    .confusion = true,
    .seen = true,
    .errors = 1,
    .bootstrap = 5,
};

static void text_has_each_part(void **state)
{
    (void)state;
    static const char *const part[] = {
        "lenient (conlleval's reading)\n\n",
        "precision    recall  f1-score",
        "95 % intervals",
        "Confusion:",
        "Errors:",
        "Entities, by",
        "Compared with in.msg",
        "\n\nstrict (IOB2)\n\n",
    };
    struct report_options options = all_parts;
    options.digits = 2;
    char *text = report_of(options);
    const char *from = text;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        from = strstr(from, part[i]);
        if (!from)
            fail_msg("no '%s' in its place in\n%s", part[i], text);
    }
    free(text);
}

static void json_has_a_key_for_each_part(void **state)
{
    (void)state;
    static const char *const key[] = {"bootstrap", "confusion", "errors", "seen", "compare"};
    struct report_options options = all_parts;
    options.json = true;
    char *text = report_of(options);
    json_t *both = json_loads(text, 0, NULL), *strict = json_object_get(both, "strict");
    assert_int_equal(json_object_size(both), 2);
    assert_non_null(json_object_get(both, "lenient"));
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        assert_non_null(json_object_get(strict, key[i]));
    assert_true(json_real_value(json_object_get(strict, "overall_f1")) == 1);
    json_decref(both);
    free(text);
    text = report_of((struct report_options){.json = true, .errors = REPORT_NO_ERRORS});
    assert_string_equal(text, "{\"X\": {\"precision\": 1.0, \"recall\": 1.0, \"f1\": 1.0, \"number\": 2}, "
                              "\"overall_precision\": 1.0, \"overall_recall\": 1.0, \"overall_f1\": 1.0, "
                              "\"overall_accuracy\": 1.0}\n");
    free(text);
}

static void tsv_is_the_confusion_alone(void **state)
{
    (void)state;
    char *text = report_of((struct report_options){.tsv = true, .errors = REPORT_NO_ERRORS});
    assert_string_equal(text, "gold\tX\tboundary\tmissed\nX\t2\t0\t0\nboundary\t0\t0\t0\ninvented\t0\t0\t0\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_has_each_part),
        cmocka_unit_test(json_has_a_key_for_each_part),
        cmocka_unit_test(tsv_is_the_confusion_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
