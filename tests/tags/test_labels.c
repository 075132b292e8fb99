/* Tests of tag and labels: names taken apart and put together, and the order of label names. */
#include "support/support.h"

#include "tags/labels.h"

static void white_space(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"B-X", "B-X"},
        {" B-X\t\r\n", "B-X"},
        {"", ""},
        {" \xc2\xa0", ""},
        {"a b", "a b"},
        {"\xef\xbb\xbfO", "O"},
        {"\xc3\xa0", "\xc3\xa0"}, /* its last byte is that of U+00A0 */
        {"\xe3\x80\x80O\xe2\x80\x8b", "O"},
        {"\xc2", "\xc2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(str_is(labels_trim(str_of(cases[i][0])), cases[i][1]));
}

static void names_and_tags(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        char prefix;
        const char *type;
    } cases[] = {
        {"O", 'O', ""},  {"B-PER", 'B', "PER"}, {"U-a-b", 'U', "a-b"}, {"I-", 'I', "_"}, {"", 0, ""},    {"B", 'B', "_"},
        {"L", 'L', "_"}, {"B--", 'B', "-"},     {"B-_", 'B', "_"},     {"-X", 0, ""},    {"X-B", 0, ""}, {"b-X", 0, ""},
        {"OO", 0, ""},   {"OBJ", 0, ""},        {"BX", 0, ""},         {"b", 0, ""},     {"O-X", 0, ""}, {"-", 0, ""},
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
    assert_order("ner_tags", "S-X O M-X E-X B-X M-W", true, "O M-W B-X M-X E-X S-X");
    assert_order("pred", "U-X L-X O B-X I-X", true, "O B-X I-X L-X U-X");
    assert_order("xpos_tags", "S O M B A", false, "A B M O S");
    assert_order("pos_tags", "VERB NOUN O", false, "NOUN O VERB");
    assert_order("ner_tags", "I-X B- A", false, "A B- I-X"); /* not all are tags: by bytes */
    assert_order("ner_tags", "I B O", false, "O B I");
    assert_order("ner_tags", "I- B I O B-X B-", false, "O B-X B B- I I-"); /* the type _ comes after X */
    assert_order("xpos_tags", "S O I B A", false, "A B I O S");
    assert_order("xpos_tags", "S O L E", false, "E L O S"); /* letters of two schemes */
}

static struct label_set set_of(size_t n, const char *const *name)
{
    return (struct label_set){(char *)"x", n, (char **)name};
}

static void sets_of_tags(void **state)
{
    (void)state;
    static const struct {
        const char *name[6];
        bool is_scheme;
    } cases[] = {
        {{"O", "B-X", "I-X"}, true},       {{"B", "I", "O"}, true},
        {{"S", "O", "B", "E", "I"}, true}, {{"U"}, true},
        {{"O", "B", "I-X"}, true},         {{"O", "OBJ"}, false},
        {{"O", "B-X", "OBJ"}, false},      {{"O", "B", "I", "N"}, false},
        {{"b-per", "O"}, false},           {{"S", "L", "O"}, false},
        {{"B-X", "U-X", "E-X"}, true},     {{"B", "U-X", "E-X"}, false},
        {{"NOUN", "VERB"}, false},         {{"B-", "I-", "O"}, true},
        {{"O", "B", "M", "E", "S"}, true}, {{"F", "M"}, false},
        {{"O", "B", "M", "I"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = 0;
        while (n < 6 && cases[i].name[n])
            n++;
        struct label_set labels = set_of(n, cases[i].name);
        assert_int_equal(labels_have_scheme(&labels), cases[i].is_scheme);
    }
}

static void what_continues_a_label(void **state)
{
    (void)state;
    static const char *const all[] = {"I-X", "O", "B-X", "B-Y", "E-X", "S-Y", "L-X", "U-X", "E"}, *const bare[] = {"O", "B", "I"},
                             *const pos[] = {"B", "I", "NN"}, *const none[] = {"B-Y", "E-X"},
                             *const mixed[] = {"O", "B-X", "I-X", "OBJ"};
    int32_t after[9];
    struct label_set labels = set_of(9, all);
    labels_after(&labels, after); /* letters of several schemes, one alone: E is no tag */
    assert_memory_equal(after, ((int32_t[]){0, 1, 0, 1, 1, 1, 1, 1, 8}), sizeof after);
    labels = set_of(3, bare);
    labels_after(&labels, after);
    assert_memory_equal(after, ((int32_t[]){0, 2, 2}), 3 * sizeof *after);
    labels = set_of(3, pos);
    labels_after(&labels, after);
    assert_memory_equal(after, ((int32_t[]){0, 1, 2}), 3 * sizeof *after);
    labels = set_of(2, none);
    labels_after(&labels, after);
    assert_memory_equal(after, ((int32_t[]){-1, -1}), 2 * sizeof *after);
    labels = set_of(4, mixed);
    labels_after(&labels, after);
    assert_memory_equal(after, ((int32_t[]){0, 2, 2, 3}), 4 * sizeof *after);
}

static void an_index_finds_as_a_search_does(void **state)
{
    (void)state;
    static const char *const names[] = {"O", "B-X", "I-X", "B-X", "", "O"}; /* the first of equal names */
    struct label_set labels = set_of(6, names);
    struct label_index index = label_index_of(&labels);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(label_index_find(&index, str_of(names[i])), label_set_find(&labels, str_of(names[i])));
    assert_int_equal(label_index_find(&index, str_of("I-Y")), -1);
    label_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_tags),
                                       cmocka_unit_test(white_space),
                                       cmocka_unit_test(order),
                                       cmocka_unit_test(sets_of_tags),
                                       cmocka_unit_test(an_index_finds_as_a_search_does),
                                       cmocka_unit_test(what_continues_a_label)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
