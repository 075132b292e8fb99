/* test_conll_write: records as rows, tags converted on the way. */
#include "support/support.h"

#include "corpus/conll_write.h"

/* A stream of one record with `id`, `tokens` (NULL: none) and the tags 1 0 under the names O and B-X. */
static struct reader *stream_of(const char *const *token, size_t n)
{
    struct bytes b = {0};
    add_map(&b, 3);
    add_str(&b, "msgstream"), add_int(&b, 1), add_str(&b, "kind"), add_str(&b, "sentence");
    add_str(&b, "labels"), add_map(&b, 1), add_str(&b, "ner_tags"), add_array(&b, 2), add_str(&b, "O"), add_str(&b, "B-X");
    add_map(&b, 4);
    add_str(&b, "id"), add_int(&b, 7), add_str(&b, "doc"), add_int(&b, 3);
    add_str(&b, "tokens"), add_array(&b, n);
    for (size_t i = 0; i < n; i++)
        add_str(&b, token[i]);
    add_str(&b, "ner_tags"), add_array(&b, n);
    for (size_t i = 0; i < n; i++)
        add_int(&b, i == 0);
    add_trailer(&b, 1);
    const char *paths[] = {temp_file("in.msg", b.data, b.n), NULL};
    free(b.data);
    return reader_open(paths, "sentence");
}

struct run {
    const char *token;
    const char *fields;
    char separator;
    int scheme;
    bool documents;
    struct buffer rows;
};

static void write_one(void *data)
{
    struct run *run = data;
    struct reader *in = stream_of((const char *const[]){run->token, "b"}, run->token ? 2 : 0);
    struct conll_writer *w = conll_writer_new(in, run->fields, run->separator);
    if (run->scheme >= 0)
        conll_writer_convert(w, -1, (enum scheme)run->scheme);
    if (run->documents)
        conll_writer_documents(w);
    conll_write(w, &run->rows, reader_next(in));
    buffer_add(&run->rows, "", 1);
    assert_int_equal(conll_writer_invalid(w), 0);
    conll_writer_free(w);
    reader_close(in);
}

static void rows(void **state)
{
    (void)state;
    static const struct {
        struct run run;
        const char *rows;
    } cases[] = {
        {{"a", "tokens,ner_tags", ' ', -1, false, {0}}, "a B-X\nb O\n\n"},
        {{"a c", "tokens,ner_tags", '\t', -1, false, {0}}, "a c\tB-X\nb\tO\n\n"},
        {{"a", "ner_tags,tokens", ' ', IOBES, false, {0}}, "S-X a\nO b\n\n"},
        {{"a", "tokens,ner_tags", ' ', IOB1, true, {0}}, "-DOCSTART- O\n\na I-X\nb O\n\n"},
        {{"a", "ner_tags,tokens", '\t', BILOU, true, {0}}, "-DOCSTART-\t-X-\n\nU-X\ta\nO\tb\n\n"},
        {{NULL, "tokens,ner_tags", ' ', -1, true, {0}}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = cases[i].run;
        write_one(&run);
        assert_string_equal(run.rows.data, cases[i].rows);
        free(run.rows.data);
    }
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        struct run run;
        const char *message;
    } cases[] = {
        {{"a c", "tokens,ner_tags", ' ', -1, false, {0}},
         "record 1 (id 7): tokens[0], 'a c', holds a blank; see --separator tab"},
        {{"a c", "tokens", '\t', -1, false, {0}}, "tokens[0], 'a c', holds a blank: it"},
        {{"a\n", "tokens,ner_tags", '\t', -1, false, {0}}, "the end of a line"},
        {{"", "tokens,ner_tags", '\t', -1, false, {0}}, "is empty"},
        {{"a ", "ner_tags,tokens", '\t', -1, false, {0}}, "ends with a blank"},
        {{"-DOCSTART-x", "tokens,ner_tags", ' ', -1, false, {0}}, "would begin a document"},
        {{"a", "tokens,id", ' ', -1, false, {0}}, "field 'id' is not an array"},
        {{"a", "tokens,pred", ' ', -1, false, {0}}, "no field 'pred'"},
        {{"a", "tokens", ' ', IOB2, false, {0}}, "no column has tags of a scheme"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = cases[i].run;
        assert_dies(write_one, &run, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(deaths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
