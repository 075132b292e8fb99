/* Tests of scheme: tags taken apart, and every scheme turned into every other and back. */
#include "support/support.h"

#include "tags/scheme.h"

enum { WORDS_MAX = 8 };

/* "B-X O" -> tags; they must fit the scheme. */
static size_t read_tags(enum scheme scheme, const char *text, struct tag *tag)
{
    size_t n = 0;
    for (const char *at = text; *at; n++) {
        size_t size = strcspn(at, " ");
        assert_true(n < WORDS_MAX && scheme_parse(scheme, (struct str){at, size}, &tag[n]));
        at += size + (at[size] == ' ');
    }
    return n;
}

static const char *write_tags(const struct tag *tag, size_t n)
{
    static char text[WORDS_MAX * 16];
    text[0] = 0;
    for (size_t i = 0; i < n; i++) {
        char *end = text + strlen(text);
        snprintf(end, 16, "%s%c%.*s", i ? " " : "", tag[i].prefix, (int)tag[i].rest.size, tag[i].rest.data);
    }
    return text;
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        enum scheme scheme;
        const char *text;
        char prefix;
        const char *type;
    } cases[] = {
        {IOB2, "O", 'O', ""},     {IOB2, "B-PER", 'B', "PER"}, {IOB2, "I-a-b", 'I', "a-b"}, {IOE1, "E-X", 'E', "X"},
        {IOBES, "S-X", 'S', "X"}, {BILOU, "L-X", 'L', "X"},    {BILOU, "U--", 'U', "-"},    {IOB2, "E-X", 0, ""},
        {IOB1, "S-X", 0, ""},     {IOE2, "B-X", 0, ""},        {IOBES, "L-X", 0, ""},       {BILOU, "E-X", 0, ""},
        {BMES, "M-X", 'M', "X"},  {BMES, "M", 'M', "_"},       {BMES, "I-X", 0, ""},        {IOBES, "M-X", 0, ""},
        {IOB2, "B-", 'B', "_"},   {IOB2, "B", 'B', "_"},       {IOBES, "S", 'S', "_"},      {BILOU, "U-", 'U', "_"},
        {IOB2, "E", 0, ""},       {IOB2, "S-", 0, ""},         {IOB2, "OBJ", 0, ""},        {IOB2, "BX", 0, ""},
        {IOB2, "", 0, ""},        {IOB2, "O-X", 0, ""},        {IOB2, "b-X", 0, ""},        {IOB2, "X-B", 0, ""},
        {IOB2, "-X-", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tag tag;
        bool fits = scheme_parse(cases[i].scheme, (struct str){cases[i].text, strlen(cases[i].text)}, &tag);
        assert_int_equal(fits, cases[i].prefix != 0);
        if (fits) {
            assert_int_equal(tag.prefix, cases[i].prefix);
            assert_true(tag.type.size == strlen(cases[i].type));
            assert_true(tag.type.size == 0 || str_is(tag.type, cases[i].type));
        }
    }
}

/* One row says the same entities in all schemes. */
static void test_every_scheme_to_every_other(void **state)
{
    (void)state;
    static const char *const rows[][SCHEMES] = {
        {"I-X", "B-X", "I-X", "E-X", "S-X", "U-X", "S-X"},
        {"I-X I-X", "B-X I-X", "I-X I-X", "I-X E-X", "B-X E-X", "B-X L-X", "B-X E-X"},
        {"I-X B-X", "B-X B-X", "E-X I-X", "E-X E-X", "S-X S-X", "U-X U-X", "S-X S-X"},
        {"I-X I-Y", "B-X B-Y", "I-X I-Y", "E-X E-Y", "S-X S-Y", "U-X U-Y", "S-X S-Y"},
        {"I-X I-X I-X B-X I-X O I-X", "B-X I-X I-X B-X I-X O B-X", "I-X I-X E-X I-X I-X O I-X", "I-X I-X E-X I-X E-X O E-X",
         "B-X I-X E-X B-X E-X O S-X", "B-X I-X L-X B-X L-X O U-X", "B-X M-X E-X B-X E-X O S-X"},
        {"O I-X B-X B-X I-Y O", "O B-X B-X B-X B-Y O", "O E-X E-X I-X I-Y O", "O E-X E-X E-X E-Y O", "O S-X S-X S-X S-Y O",
         "O U-X U-X U-X U-Y O", "O S-X S-X S-X S-Y O"},
        {"I I O I B", "B I O B B", "I I O E I", "I E O E E", "B E O S S", "B L O U U", "B E O S S"}, /* without a type */
        {"I- I- I-", "B- I- I-", "I- I- I-", "I- I- E-", "B- I- E-", "B- I- L-", "B- M- E-"},
        {"I- I I-X", "B- I B-X", "I- I I-X", "I- E E-X", "B- E S-X", "B- L U-X", "B- E S-X"},
        {"O", "O", "O", "O", "O", "O", "O"},
        {"", "", "", "", "", "", ""},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (enum scheme from = IOB1; from < SCHEMES; from++)
            for (enum scheme to = IOB1; to < SCHEMES; to++) {
                struct tag tag[WORDS_MAX], out[WORDS_MAX];
                size_t n = read_tags(from, rows[r][from], tag);
                assert_int_equal(scheme_convert(from, to, n, tag, out, NULL), 0);
                assert_string_equal(write_tags(out, n), rows[r][to]);
            }
}

/* Read as conlleval reads them: an orphan opens an entity; each is counted, and the first told. */
static void test_invalid_sequences(void **state)
{
    (void)state;
    static const struct {
        enum scheme from;
        const char *in, *iob2;
        size_t n_invalid, position;
        const char *text;
    } cases[] = {
        {IOB2, "I-X", "B-X", 1, 0, "I-X at the start of the sentence is invalid in iob2"},
        {IOB2, "O I-X I-X", "O B-X I-X", 1, 1, "I-X after O is invalid in iob2"},
        {IOB2, "B-X I-Y", "B-X B-Y", 1, 1, "I-Y after B-X is invalid in iob2"},
        {IOB2, "I-X O I-X", "B-X O B-X", 2, 0, "I-X at the start of the sentence is invalid in iob2"},
        {IOB1, "B-X", "B-X", 1, 0, "B-X at the start of the sentence is invalid in iob1"},
        {IOB1, "O B-X I-X", "O B-X I-X", 1, 1, "B-X after O is invalid in iob1"},
        {IOB1, "I-Y B-X", "B-Y B-X", 1, 1, "B-X after I-Y is invalid in iob1"},
        {IOE1, "O E-X", "O B-X", 1, 1, "E-X at the end of the sentence is invalid in ioe1"},
        {IOE1, "E-X I-Y", "B-X B-Y", 1, 0, "E-X before I-Y is invalid in ioe1"},
        {IOE2, "I-X O", "B-X O", 1, 0, "I-X before O is invalid in ioe2"},
        {IOE2, "I-X E-Y", "B-X B-Y", 1, 0, "I-X before E-Y is invalid in ioe2"},
        {IOBES, "I-X", "B-X", 1, 0, "I-X at the start of the sentence is invalid in iobes"},
        {IOBES, "B-X I-X", "B-X I-X", 1, 1, "I-X at the end of the sentence is invalid in iobes"},
        {IOBES, "E-X", "B-X", 1, 0, "E-X at the start of the sentence is invalid in iobes"},
        {IOBES, "B-X S-X", "B-X B-X", 1, 0, "B-X before S-X is invalid in iobes"},
        {IOBES, "O I-X E-X", "O B-X I-X", 1, 1, "I-X after O is invalid in iobes"},
        {IOB2, "O I", "O B", 1, 1, "I after O is invalid in iob2"},
        {IOBES, "B I-X", "B B-X", 2, 0, "B before I-X is invalid in iobes"},
        {BMES, "B-X M-X", "B-X I-X", 1, 1, "M-X at the end of the sentence is invalid in bmes"},
        {BMES, "O M-X E-X", "O B-X I-X", 1, 1, "M-X after O is invalid in bmes"},
        {BMES, "B-X", "B-X", 1, 0, "B-X at the end of the sentence is invalid in bmes"},
        {BILOU, "L-X L-X", "B-X B-X", 2, 0, "L-X at the start of the sentence is invalid in bilou"},
        {BILOU, "B-X B-X L-X", "B-X B-X I-X", 1, 0, "B-X before B-X is invalid in bilou"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tag tag[WORDS_MAX], out[WORDS_MAX];
        struct scheme_transitions invalid = {0};
        size_t n = read_tags(cases[i].from, cases[i].in, tag);
        assert_int_equal(scheme_convert(cases[i].from, IOB2, n, tag, out, &invalid), cases[i].n_invalid);
        assert_int_equal(invalid.n, cases[i].n_invalid);
        assert_int_equal(invalid.data[0].position, cases[i].position);
        char text[SCHEME_TEXT_SIZE];
        assert_string_equal(scheme_transition_text(text, cases[i].from, n, tag, invalid.data[0]), cases[i].text);
        assert_string_equal(write_tags(out, n), cases[i].iob2);
        free(invalid.data);
    }
}

static void test_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        int scheme;
    } cases[] = {
        {"iob1", IOB1},   {"IOB1", IOB1},  {"bio1", IOB1},  {"iob2", IOB2},   {"BIO", IOB2},    {"bio2", IOB2},
        {"IOB", IOB2},    {"IOE1", IOE1},  {"ioe2", IOE2},  {"IOE", IOE2},    {"iobes", IOBES}, {"BIOES", IOBES},
        {"bieso", IOBES}, {"BIES", IOBES}, {"bieo", IOBES}, {"BILOU", BILOU}, {"BIOUL", BILOU}, {"biluo", BILOU},
        {"bmes", BMES},   {"BMEO", BMES},  {"BMESO", BMES}, {"bmoes", BMES},  {"", -1},         {"2", -1},
        {"iob3", -1},     {"iobes2", -1},  {"bb", -1},      {"biio", -1},     {"bo", -1},       {"io", -1},
        {"bimes", -1},    {"iob 2", -1},   {"o", -1},       {"iobx", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (scheme_find(cases[i].given) != cases[i].scheme)
            fail_msg("%s is %d", cases[i].given, scheme_find(cases[i].given));
    for (int s = 0; s < SCHEMES; s++) /* its own name, and what --help shows */
        assert_int_equal(scheme_find(scheme_name((enum scheme)s)), s);
    assert_string_equal(SCHEME_NAMES, "iob1|iob2|ioe1|ioe2|iobes|bilou|bmes");
}

static void test_roles(void **state)
{
    (void)state;
    static const char letter[] = "BIMELSUOX", role[] = {'B', 'I', 'I', 'E', 'E', 'S', 'S', 0, 0, 0};
    for (size_t i = 0; i < sizeof letter; i++)
        assert_int_equal(scheme_role(letter[i]), role[i]);
    assert_int_equal(scheme_letter(BMES, 'I'), 'M');
    assert_int_equal(scheme_letter(IOB2, 'E'), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_every_scheme_to_every_other),
        cmocka_unit_test(test_invalid_sequences),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
