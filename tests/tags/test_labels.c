/* Tests of tag and labels: names taken apart and put together, and the order of label names. */
#include "support/support.h"

#include "tags/labels.h"

static void names_and_tags(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        char prefix;
        const char *type;
    } cases[] = {
        {"O", 'O', ""}, {"B-PER", 'B', "PER"}, {"U-a-b", 'U', "a-b"}, {"I-", 'I', ""}, {"", 0, ""},
        {"B", 0, ""},   {"-X", 0, ""},         {"X-B", 0, ""},        {"b-X", 0, ""},  {"OO", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tag tag;
        struct buffer name = {0};
        assert_int_equal(tag_parse(str_of(cases[i].name), &tag), cases[i].prefix != 0);
        if (!cases[i].prefix)
            continue;
        assert_int_equal(tag.prefix, cases[i].prefix);
        assert_true(str_equal(tag.type, str_of(cases[i].type)));
        tag_add(&name, tag);
        assert_true(str_is((struct str){name.data, name.n}, cases[i].name));
        free(name.data);
    }
    assert_true(labels_tag("B-X", true).prefix == 'B' && labels_tag("O", true).prefix == 'O');
    assert_true(labels_tag("NN", false).prefix == 'S' && str_is(labels_tag("NN", false).type, "NN"));
    assert_true(labels_tag("O", false).prefix == 'O' && labels_tag("B-X", false).prefix == 'S');
}

/* The names in `seen`, separated by blanks, in the order of `field`. */
static void assert_order(const char *field, const char *seen, bool is_conll2003, const char *expected)
{
    struct intern names = {0};
    for (const char *name = seen; *name;) {
        size_t size = strcspn(name, " ");
        intern_add(&names, (struct str){name, size});
        name += size + (name[size] == ' ');
    }
    size_t n;
    const char **ordered = labels_in_order(field, &names, is_conll2003, &n);
    struct buffer text = {0};
    for (size_t i = 0; i < n; i++)
        buffer_format(&text, i ? " %s" : "%s", ordered[i]);
    assert_string_equal(text.data, expected);
    free(text.data);
    free(ordered);
    intern_free(&names);
}

static void order(void **state)
{
    (void)state;
    static const char conll2003[] = "O B-PER I-PER B-ORG I-ORG B-LOC I-LOC B-MISC I-MISC";
    assert_order("ner_tags", "I-LOC O", true, conll2003);
    assert_order("ner_tags", "I-LOC O", false, "O I-LOC");
    assert_order("ner_tags", "I-LOC O B-ORG B-PER B-MISC", false, conll2003); /* all four types */
    assert_order("ner_tags", "I-LOC O B-ORG B-PER B-MISC B-X", false, "O I-LOC B-MISC B-ORG B-PER B-X");
    assert_order("pred", "I-X B-Y O S-X B-X E-X", true, "O B-X I-X E-X S-X B-Y");
    assert_order("pos_tags", "VERB NOUN O", false, "NOUN O VERB");
    assert_order("ner_tags", "I-X B- A", false, "A B- I-X"); /* not all are tags: by bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_tags), cmocka_unit_test(order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
