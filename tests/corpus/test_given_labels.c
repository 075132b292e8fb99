/* test_given_labels: label sets that the command line gives. */
#include "support/support.h"

#include "corpus/given_labels.h"

static struct given_labels of(const char *text)
{
    struct cli_list list = {1, &text};
    return given_labels_new(&list, NULL);
}

static void is(const struct given_labels *g, const char *field, const char *names)
{
    const struct label_set *labels = given_labels_of(g, field);
    struct buffer text = {0};
    for (size_t i = 0; labels && i < labels->n; i++)
        buffer_format(&text, i ? " %s" : "%s", labels->name[i]);
    assert_true(str_is((struct str){text.data ? text.data : "", text.n}, names));
    free(text.data);
}

static void lists(void **state)
{
    (void)state;
    static const char *const fields[] = {"pos_tags", "ner_tags"};
    struct given_labels g = of("pos_tags=NN,=,VB");
    is(&g, "pos_tags", "NN = VB");
    is(&g, "ner_tags", "");
    given_labels_free(&g);

    g = of("O,B-X");
    is(&g, "ner_tags", "");
    given_labels_settle(&g, 2, fields);
    is(&g, "ner_tags", "O B-X");
    given_labels_free(&g);
    g = of("O,B-X");
    given_labels_settle(&g, 1, fields);
    is(&g, "pos_tags", "O B-X");
    given_labels_free(&g);

    char *in_file = xasprintf("@%s", temp_file("names", "a,b\r\nO\n", 7));
    g = of(in_file);
    given_labels_settle(&g, 1, fields);
    is(&g, "pos_tags", "a,b O");
    given_labels_free(&g);
    free(in_file);

    const char text[] = "\xef\xbb\xbfO \r\nB-X\t\n\n \n";
    in_file = xasprintf("ner_tags=@%s", temp_file("names", text, sizeof text - 1));
    g = of(in_file);
    is(&g, "ner_tags", "O B-X");
    given_labels_free(&g);
    free(in_file);
    g = of("O");
    given_labels_settle(&g, 2, fields);
    is(&g, "ner_tags", "O");
    given_labels_free(&g);
    g = of("ner_tags=O, B-X");
    is(&g, "ner_tags", "O B-X");
    given_labels_free(&g);

    struct cli_list none = {0};
    g = given_labels_new(&none, NULL);
    given_labels_settle(&g, 2, fields);
    is(&g, "ner_tags", "");
    given_labels_free(&g);
}

static void settle_two(void *data)
{
    static const char *const fields[] = {"a_tags", "b_tags"};
    struct given_labels g = of("O,X");
    given_labels_settle(&g, *(size_t *)data, fields);
}

static void one(void *text)
{
    of(text);
}

static void mistakes(void **state)
{
    (void)state;
    size_t n = 2;
    assert_dies(settle_two, &n, "--labels: of which field are these labels? say it with --labels FIELD=...");
    n = 0;
    assert_dies(settle_two, &n, "--labels: of which field are these labels? there is no field of tags");
    static const char *const wrong[][2] = {
        {"ner_tags", "labels are given as"}, {"/dev/null", "labels are given as"}, {"=O", "labels are given as"},
        {"x=", "--labels x= has no names"},  {"O,,X", "a name is empty"},          {"x=O,O", "a name comes twice"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_dies(one, (void *)wrong[i][0], wrong[i][1]);
    char *in_file = xasprintf("@%s", temp_file("names", "O\n\nX\n", 5));
    assert_dies(one, in_file, "line 2: a name is empty");
    free(in_file);
    in_file = xasprintf("@%s", temp_file("names", "O\nX\nO\n", 6));
    assert_dies(one, in_file, "line 3: a name comes twice: O");
    free(in_file);
    in_file = xasprintf("@%s", temp_file("names", "\x82\xa9O", 3));
    assert_dies(one, in_file, "is not text in UTF-8; --labels-from reads a stream or a model directory");
    free(in_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
