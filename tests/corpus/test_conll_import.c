/* test_conll_import: rows of columns as records of a stream, in the process: what comes out, and what dies with which line. */
#include "support/support.h"

#include "corpus/conll_import.h"
#include "json/json_write.h"

struct run {
    const char *rows, *columns;
    enum scheme from;
    bool converts;
    const struct header *given;
};

/* As conll2msg does it. */
static void import_all(void *data)
{
    const struct run *run = data;
    const char *paths[] = {temp_file("in.txt", run->rows, strlen(run->rows)), NULL};
    struct conll_columns columns = {0};
    if (run->columns)
        columns = conll_columns_parse(run->columns);
    struct conll *c = conll_open(paths, CONLL_AUTO, &columns);
    if (run->converts)
        conll_convert(c, run->from, IOB2);
    struct filter *f = filter_new("sentence");
    struct given_labels given = {.source = "--labels-from"};
    if (run->given)
        given = (struct given_labels){.sets = header_copy(run->given), .source = "--labels-from", .stream = "given.msg"};
    struct conll_import import = conll_import_new(c, &given);
    while (conll_next(c))
        conll_import_sentence(&import, f);
    conll_import_finish(&import, f);
    filter_close(f);
    conll_import_free(&import);
    given_labels_free(&given);
    conll_close(c);
}

/* The label names of `field`, separated by blanks, and the records as JSON, a line each. */
static void becomes(struct run run, const char *field, const char *labels, const char *records)
{
    capture_begin();
    import_all(&run);
    struct bytes got = capture_end();
    const char *paths[] = {temp_file("out.msg", got.data, got.n), NULL};
    struct reader *in = reader_open(paths, "sentence");
    const struct label_set *set = reader_labels(in, field);
    struct buffer text = {0};
    for (size_t i = 0; i < set->n; i++)
        buffer_format(&text, i ? " %s" : "%s", set->name[i]);
    assert_true(str_is((struct str){text.data, text.n}, labels));
    text.n = 0;
    struct json_writer state = {0};
    for (const char *line = records; *line; line = strchr(line, '\n') + 1) {
        json_write_record(&state, &text, reader_next(in), NULL, NULL);
        buffer_add(&text, "\n", 1);
    }
    buffer_add(&text, "", 1);
    assert_string_equal(text.data, records);
    reader_close(in);
    free(text.data);
    free(got.data);
}

static void sentences_and_documents(void **state)
{
    (void)state;
    becomes((struct run){.rows = "-DOCSTART- O\n\na B-X\nb O\n\n\n-DOCSTART- O\n\nc I-Y\n"}, "ner_tags", "O B-X I-Y",
            "{\"id\":0,\"doc\":0,\"tokens\":[\"a\",\"b\"],\"ner_tags\":[1,0]}\n"
            "{\"id\":1,\"doc\":1,\"tokens\":[\"c\"],\"ner_tags\":[2]}\n");
    becomes((struct run){.rows = "x a\ty\nz  b\t\xc3\xa9\n", .columns = "2=pos_tags,1=tokens"}, "pos_tags", "y \xc3\xa9",
            "{\"id\":0,\"doc\":0,\"tokens\":[\"x a\",\"z  b\"],\"pos_tags\":[0,1]}\n");
    becomes((struct run){.rows = "a I-X\nb B-X\n\nc I-X", .from = IOB1, .converts = true}, "ner_tags", "B-X",
            "{\"id\":0,\"doc\":0,\"tokens\":[\"a\",\"b\"],\"ner_tags\":[0,0]}\n"
            "{\"id\":1,\"doc\":0,\"tokens\":[\"c\"],\"ner_tags\":[0]}\n");
}

static void conllu(void **state)
{
    (void)state;
    static const char rows[] =
        "# newdoc\n# text = ab c\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\t_\tNOUN\t_\t_\t_\t_\t_\t_\n"
        "2\tb\t_\tADP\t_\t_\t_\t_\t_\t_\n2.1\t_\t_\t_\t_\t_\t_\t_\t_\t_\n3\tc\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n";
    becomes((struct run){.rows = rows}, "pos_tags", "ADP NOUN",
            "{\"id\":0,\"doc\":0,\"tokens\":[\"a\",\"b\",\"c\"],\"pos_tags\":[1,0,1]}\n");
}

static void labels_of_a_stream(void **state)
{
    (void)state;
    static const char *const name[] = {"B-Y", "O", "B-X"};
    struct header *given = header_new("sentence");
    header_set_labels(given, "ner_tags", 3, name);
    becomes(
        (struct run){.rows = "a O\n\nb B-X\n", .given = given}, "ner_tags", "B-Y O B-X",
        "{\"id\":0,\"doc\":0,\"tokens\":[\"a\"],\"ner_tags\":[1]}\n{\"id\":1,\"doc\":0,\"tokens\":[\"b\"],\"ner_tags\":[2]}\n");
    struct run unknown = {.rows = "a O\nb B-Z\n", .given = given},
               none = {.rows = "a O\n", .given = given, .columns = "1=tokens,2=pos_tags"};
    capture_begin();
    const char *message = death_of(import_all, &unknown);
    assert_died(message, "in.txt:2: the label 'B-Z' of ner_tags is not among the 3 that --labels-from gives", __FILE__, __LINE__);
    message = death_of(import_all, &none);
    assert_died(message, "given.msg has no labels of 'pos_tags'", __FILE__, __LINE__);
    free(capture_end().data);
    header_free(given);
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        struct run run;
        const char *message;
    } cases[] = {
        {{.rows = "\n\n"}, "in.txt: no sentence in it"},
        {{.rows = "a b c d e"}, "in.txt:1: 5 columns; say what they are"},
        {{.rows = "a O\nb\n"}, "in.txt:2: 1 column, but the first row (line 1) has 2"},
        {{.rows = "a\tO\nb\t\n"}, "in.txt:2: column 2 (ner_tags) is empty"},
        {{.rows = "a\t\tO"}, "in.txt:1: column 2 (pos_tags) is empty"},
        {{.rows = "a X-Y", .converts = true}, "the tag 'X-Y' of ner_tags is not one of iob1"},
        {{.rows = "a", .columns = "tokens"}, "columns are given as"},
        {{.rows = "a", .columns = "1=tokens,2="}, "columns are given as"},
        {{.rows = "a", .columns = "1=x"}, "no column is named tokens"},
        {{.rows = "a", .columns = "1=tokens,2=x,3=x"}, "two columns are named x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = cases[i].run;
        assert_dies(import_all, &run, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_and_documents),
        cmocka_unit_test(conllu),
        cmocka_unit_test(labels_of_a_stream),
        cmocka_unit_test(deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
