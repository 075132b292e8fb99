/* test_brat_read: .ann beside .txt: spans, what is left out, and what dies with which line. */
#include "support/support.h"

#include "corpus/brat_read.h"

static struct span_import spans;

struct files {
    const char *txt, *ann; /* NULL: the file is not there */
};

/* The documents of two files, d.txt and d.ann. */
static struct brat_reader open_files(const struct files *files)
{
    const char *path[] = {temp_path("d.ann"), NULL};
    remove(temp_path("d.txt"));
    remove(temp_path("d.ann"));
    if (files->txt)
        temp_file("d.txt", files->txt, strlen(files->txt));
    if (files->ann)
        temp_file("d.ann", files->ann, strlen(files->ann));
    spans = (struct span_import){.tags = "ner_tags"};
    if (!files->ann)
        path[0] = temp_path("d.txt");
    return brat_reader_open(path, &spans);
}

static void read_all(void *data)
{
    struct brat_reader b = open_files(data);
    spans.lines = &b.place;
    while (brat_reader_next(&b))
        ;
    brat_reader_close(&b);
    span_import_free(&spans);
}

/* Words and tags of the one document. */
static void reads(struct files files, const char *want, size_t in_parts, size_t others)
{
    struct brat_reader b = open_files(&files);
    struct array_strs tokens = {0}, tags = {0};
    struct buffer got = {0};
    spans.lines = &b.place;
    struct record *r = brat_reader_next(&b);
    assert_true(str_is(record_str(r, "id"), "d"));
    assert_true(str_is(record_str(r, "text"), files.txt));
    record_strs(r, "tokens", &tokens);
    record_strs(r, "ner_tags", &tags);
    for (size_t i = 0; i < tokens.n; i++)
        buffer_format(&got, "%s%.*s/%.*s", i ? " " : "", (int)tokens.data[i].size, tokens.data[i].data, (int)tags.data[i].size,
                      tags.data[i].data);
    buffer_add(&got, "", 1);
    assert_string_equal(got.data, want);
    assert_int_equal(b.in_parts, in_parts);
    assert_int_equal(b.others, others);
    assert_null(brat_reader_next(&b));
    b.in_parts = b.others = 0;
    brat_reader_close(&b);
    span_import_free(&spans);
    free(got.data);
    free(tokens.data);
    free(tags.data);
}

static void documents(void **state)
{
    (void)state;
    reads((struct files){"😀 Acme.\n", "T1\tORG 2 6\tAcme\n"}, "😀/O Acme/B-ORG ./O", 0, 0);
    reads((struct files){"Acme.\n", ""}, "Acme/O ./O", 0, 0);
    reads((struct files){"Joan\nLake x", "T1\tPER 0 4;5 9\tJoan Lake"}, "Joan/B-PER Lake/I-PER x/O", 0, 0);
    reads((struct files){"Joan M Lake",
                         "T1\tPER 0 4;7 11\tJoan Lake\nR1\tr Arg1:T1 Arg2:T1\n#1\tAnnotatorNotes T1\tx\n*\tEquiv T1 T2\n"},
          "Joan/O M/O Lake/O", 1, 3);
    reads((struct files){"a\r\nAcme", "T1\tORG 3 7\tAcme\r\n"}, "a/O Acme/B-ORG", 0, 0);
    reads((struct files){"a\r\nAcme", "T1\tORG 2 6\tAcme"}, "a/O Acme/B-ORG", 0, 0);
    reads((struct files){"Acme", "T1\tORG 0 4\n"}, "Acme/B-ORG", 0, 0);
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        struct files files;
        const char *message;
    } bad[] = {
        {{"a", NULL}, "d.txt has no d.ann beside it"},
        {{NULL, ""}, "d.ann has no d.txt beside it"},
        {{"Acme", "T1\tORG 0 4\tAcme\nxyz\n"}, "d.ann:2: is not an annotation of brat"},
        {{"Acme", "T1\tORG 0\tAcme\n"}, "d.ann:1: is not a span"},
        {{"Acme", "T1 ORG 0 4 Acme\n"}, "d.ann:1: is not a span"},
        {{"Acme", "T1\tORG 0 4;\tAcme\n"}, "d.ann:1: is not a span"},
        {{"Acme", "T1\tORG 0 4\tAcme\n\nT2\tORG 0 3\tJoe\n"}, "d.ann: the span [0,3) \"Acm\" ORG (line 3) should be \"Joe\""},
        {{"Acme", "T1\tORG 0 4\tAcme\nT2\tX 2 4\tme\n"},
         "d.ann: the spans [0,4) \"Acme\" ORG (line 1) and [2,4) \"me\" X (line 2) overlap"},
        {{"Acme", "T1\tORG 0 40\tAcme\n"}, "(line 1) should be \"Acme\""},
        {{"Acme", "T1\tORG 0 40\n"}, "(line 1) does not lie in the text"},
        {{"a\n\xff", ""}, "d.txt:2: invalid UTF-8"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct files files = bad[i].files;
        assert_dies(read_all, &files, bad[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents),
        cmocka_unit_test(deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
