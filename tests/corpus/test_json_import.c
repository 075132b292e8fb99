/* test_import: JSON lines as records of a stream, in the process: what comes out, and what dies with which line. */
#include "support/support.h"

#include "corpus/json_import.h"

/* One run as json2msg has it, with the options as they are here. */
struct run {
    const char *json, *renames, *labels;
    struct header *given;
};

static void json_import_all(void *data)
{
    const struct run *run = data;
    const char *paths[] = {temp_file("in.jsonl", run->json, strlen(run->json)), NULL};
    struct cli_list labels = {run->labels != NULL, (const char **)&run->labels};
    struct given_labels given = given_labels_new(&labels, NULL);
    if (run->given)
        given = (struct given_labels){.sets = header_copy(run->given), .source = "--labels-from", .stream = "given.msg"};
    struct json_import *im = json_import_new(given);
    if (run->renames)
        json_import_rename(im, run->renames);
    struct jsonlines *in = jsonlines_open(paths);
    struct filter *f = filter_new("sentence");
    json_import_run(im, in, f);
    filter_close(f);
    json_import_free(im);
    jsonlines_close(in);
}

/* The records' bytes at the end of what `run` writes. */
static void writes(struct run run, const char *hex)
{
    struct bytes want = {0};
    add_hex(&want, hex);
    capture_begin();
    json_import_all(&run);
    struct bytes got = capture_end();
    enum { TRAILER = 15 }; /* bytes of {"end": true, "records": n < 128} */
    if (got.n < want.n + TRAILER || memcmp(got.data + got.n - TRAILER - want.n, want.data, want.n) != 0)
        fail_msg("%s did not become %s", run.json, hex);
    free(got.data), free(want.data);
}

static void records(void **state)
{
    (void)state;
    writes((struct run){.json = "{\"text\":\"a\"}\n\n{\"id\":\"x\",\"text\":\"\"}\n"},
           "82 a2 69 64 00 a4 74 65 78 74 a1 61 82 a2 69 64 a1 78 a4 74 65 78 74 a0");
    /* collected: O, B-X, I-X */
    writes((struct run){.json = "{\"id\":1,\"ner_tags\":[\"I-X\",\"O\"]}\n{\"id\":2,\"ner_tags\":[\"B-X\"]}"},
           "82 a2 69 64 01 a8 6e 65 72 5f 74 61 67 73 92 02 00 82 a2 69 64 02 a8 6e 65 72 5f 74 61 67 73 91 01");
    writes((struct run){.json = "{\"id\":1,\"t\":[\"B\",\"A\",0]}", .labels = "u=A,B", .renames = "t=u"},
           "82 a2 69 64 01 a1 75 93 01 00 00");
    /* names inside of a stream's own fields, nested; -100 and keys stay */
    writes((struct run){.json = "{\"msgstream\":1,\"kind\":\"k\",\"labels\":{\"x\":[\"O\",\"P\"],\"logits\":[\"O\"]}}\n"
                                "{\"x\":[[\"P\",-100],{\"P\":\"O\"},null,1.5],\"logits\":\"P\"}\n{\"end\":true,\"records\":1}\n"},
           "82 a1 78 94 92 01 d0 9c 81 a1 50 00 c0 ca 3f c0 00 00 a6 6c 6f 67 69 74 73 a1 50");
    /* the same name twice in a label set: the first */
    writes((struct run){.json = "{\"msgstream\":1,\"kind\":\"k\",\"labels\":{\"x\":[\"O\",\"O\",\"P\"]}}\n{\"x\":[\"O\",\"P\"]}"},
           "81 a1 78 92 00 02");
}

static void labels_of_a_stream(void **state)
{
    (void)state;
    struct header *given = header_new("sentence");
    header_set_labels(given, "ner_tags", 2, two_names);
    writes((struct run){.json = "{\"id\":1,\"ner_tags\":[\"B-X\",0]}", .given = given}, "a8 6e 65 72 5f 74 61 67 73 92 01 00");
    struct run bad = {.json = "{\"id\":1,\"ner_tags\":[\"O\"]}\n{\"id\":1,\"ner_tags\":[\"B-Y\"]}", .given = given};
    capture_begin();
    const char *message = death_of(json_import_all, &bad);
    free(capture_end().data);
    assert_died(message, "in.jsonl:2: the label 'B-Y' of ner_tags is not among the 2 that --labels-from gives", __FILE__,
                __LINE__);
    header_free(given);
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        struct run run;
        const char *message;
    } cases[] = {
        {{.json = "\n"}, "no JSON object in it"},
        {{.json = "{\"a\":1}\n{\"a\"}"}, "in.jsonl:2: column 5: a ':' is expected"},
        {{.json = " [1]"}, "in.jsonl:1: not an object but an array"},
        {{.json = "{\"a\":1}\n[1]"}, "in.jsonl:2: not an object but an array"},
        {{.json = "{\"$bin\":\"Zg==\"}"}, "not an object but binary"},
        {{.json = "{\"\":1}"}, "in.jsonl:1: a field whose name is empty"},
        {{.json = "{\"a\\u0000\":1}"}, "has a NUL"},
        {{.json = "{\"a\":1}\n{\"b\":1,\"b\":1}"}, "in.jsonl:2: the key 'b' comes twice"},
        {{.json = "{\"ner_tags\":[\"\"]}"}, "ner_tags[0] is empty or has a NUL"},
        {{.json = "{\"msgstream\":1}"}, "the stream's header has no kind"},
        {{.json = "{\"msgstream\":1,\"kind\":\"k\"}\n{\"a\":1}\n{\"msgstream\":1,\"kind\":\"k\"}"},
         "in.jsonl:3: a stream's header, but no trailer"},
        {{.json = "{\"a\":1}", .renames = "a"}, "renamed as words=tokens"},
        {{.json = "{\"a\":1}", .labels = "a_tags"}, "labels are given as"},
        {{.json = "{\"a\":1}", .labels = "a=x,x"}, "a name comes twice"},
        {{.json = "{\"a\":1}", .labels = "b=x"}, "no field 'b'"},
        {{.json = "{\"a\":[1]}", .labels = "a=x"}, "a[0] is 1; --labels gives 1 labels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = cases[i].run;
        capture_begin();
        const char *message = death_of(json_import_all, &run);
        free(capture_end().data);
        assert_died(message, cases[i].message, __FILE__, __LINE__);
    }
    /* more fields than a record may have */
    char json[1024] = "{\"f0\":0";
    for (int i = 1; i < 65; i++)
        snprintf(json + strlen(json), 32, ",\"f%d\":%d", i, i);
    strcat(json, "}");
    struct run run = {.json = json};
    assert_dies(json_import_all, &run, "in.jsonl:1: an object of 65 fields; at most 64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),
        cmocka_unit_test(labels_of_a_stream),
        cmocka_unit_test(deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
