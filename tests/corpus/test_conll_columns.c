/* test_conll_columns: which columns and comments become which fields. */
#include "support/support.h"

#include "corpus/conll_columns.h"

static void places(void **state)
{
    (void)state;
    struct conll_columns c = conll_columns_parse("2=tokens,4=pos_tags,10.name=ner_tags,#sent_id=id,1=sentence,a=b=x_tags");
    assert_int_equal(c.n, 4);
    assert_int_equal(c.column[0].number, 2);
    assert_string_equal(c.column[0].field, "tokens");
    assert_int_equal(c.column[1].number, 4);
    assert_null(c.column[1].key);
    assert_int_equal(c.column[2].number, 10);
    assert_string_equal(c.column[2].key, "name");
    assert_string_equal(c.column[3].name, "a=b");
    assert_string_equal(c.column[3].field, "x_tags");
    assert_int_equal(c.n_comments, 1);
    assert_string_equal(c.comment[0].name, "sent_id");
    assert_string_equal(c.comment[0].field, "id");
    assert_int_equal(c.sentence.number, 1);
    assert_null(c.doc.field);
    assert_true(conll_columns_have_names(&c));
    conll_columns_drop(&c);
    assert_false(conll_columns_have_names(&c));
    conll_columns_free(&c);
    c = conll_columns_parse("1=tokens,-1=ner_tags,-2.name=x_tags,-12=sentence");
    assert_int_equal(c.column[1].from_end, 1);
    assert_int_equal(c.column[1].number, 0);
    assert_int_equal(c.column[2].from_end, 2);
    assert_string_equal(c.column[2].key, "name");
    assert_int_equal(c.sentence.from_end, 12);
    assert_false(conll_columns_have_names(&c));
    conll_columns_free(&c);
    c = conll_columns_parse("#text=text");
    assert_int_equal(c.n, 0);
    conll_columns_free(&c);
}

static void usual_names(void **state)
{
    (void)state;
    assert_string_equal(conll_columns_usual(str_of("Word")), "tokens");
    assert_string_equal(conll_columns_usual(str_of("Sentence #")), "sentence");
    assert_string_equal(conll_columns_usual(str_of("TAG")), "ner_tags");
    assert_null(conll_columns_usual(str_of("lemma")));
    assert_null(conll_columns_usual(str_of("")));
}

static void parse(void *text)
{
    conll_columns_parse(text);
}

static void mistakes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "1",
                                        "1=",
                                        "=tokens",
                                        "0=tokens",
                                        "1001=tokens",
                                        "1.=tokens",
                                        "#=id,2=tokens",
                                        "-0=tokens",
                                        "--1=tokens",
                                        "-a=tokens",
                                        "-1001=tokens",
                                        "1=x",
                                        "1.a=tokens",
                                        "1=tokens,2=labels",
                                        "1=tokens,2=x,3=x",
                                        "1=tokens,1=id",
                                        "#a=doc",
                                        "#a=tokens",
                                        "1=tokens,2=text",
                                        "99999999999999999999=tokens"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_dies(parse, (void *)wrong[i], "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(usual_names),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
