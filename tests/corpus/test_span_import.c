/* test_span_import: records of each tool, found by their shape, as words and tags; what is left out, and what dies. */
#include "support/support.h"

#include "corpus/json_import.h"
#include "json/json_write.h"

struct run {
    const char *json;
    struct span_import spans; /* what the user says */
};

static void import_all(void *data)
{
    const struct run *run = data;
    const char *paths[] = {temp_file("in.jsonl", run->json, strlen(run->json)), NULL};
    struct json_import *im = json_import_new((struct given_labels){0});
    im->spans = run->spans;
    struct jsonlines *in = jsonlines_open(paths);
    struct filter *f = filter_new("sentence");
    json_import_run(im, in, f);
    filter_close(f);
    json_import_free(im);
    jsonlines_close(in);
}

/* Append what the stream in `bytes` holds: tokens/tags of each record, "Acme/B-ORG x/O;". */
static void show(struct buffer *to, struct bytes bytes)
{
    const char *paths[] = {temp_file("out.msg", bytes.data, bytes.n), NULL};
    struct reader *in = reader_open(paths, NULL);
    const struct label_set *labels = header_labels(reader_header(in), "ner_tags");
    struct array_strs tokens = {0};
    struct array_ints tags = {0};
    for (struct record *r; (r = reader_next(in));) {
        record_strs(r, "tokens", &tokens);
        record_tags(r, labels, &tags);
        for (size_t i = 0; i < tokens.n; i++)
            buffer_format(to, "%s%.*s/%s", i ? " " : "", (int)tokens.data[i].size, tokens.data[i].data,
                          labels->name[tags.data[i]]);
        buffer_add_string(to, ";");
    }
    buffer_add(to, "", 1);
    reader_close(in);
    free(tokens.data);
    free(tags.data);
}

static void becomes(struct run run, const char *want)
{
    struct buffer got = {0};
    capture_begin();
    import_all(&run);
    struct bytes bytes = capture_end();
    show(&got, bytes);
    if (strcmp(got.data, want) != 0)
        fail_msg("%s became %s and not %s", run.json, got.data, want);
    free(got.data);
    free(bytes.data);
}

static void each_shape(void **state)
{
    (void)state;
    static const char *const json[] = {
        "{\"text\":\"Acme x\",\"label\":[[0,4,\"ORG\"]]}",
        "{\"text\":\"Acme x\",\"labels\":[[0.0,4.0,\"ORG\"]],\"id\":3}",
        "{\"text\":\"Acme x\",\"entities\":[[0,4,\"ORG\",\"Q1\"]]}",
        "{\"text\":\"Acme x\",\"entities\":[{\"id\":1,\"label\":\"ORG\",\"start_offset\":0,\"end_offset\":4}],"
        "\"relations\":[{\"id\":1,\"from_id\":1,\"to_id\":2,\"type\":\"r\"}]}",
        "{\"text\":\"Acme x\",\"tokens\":[{\"text\":\"Acme\",\"start\":0,\"end\":4,\"id\":0,\"ws\":true}],"
        "\"spans\":[{\"start\":0,\"end\":4,\"token_start\":0,\"token_end\":0,\"label\":\"ORG\"}],\"answer\":\"accept\"}",
        "{\"text\":\"Acme x\",\"ents\":[{\"start\":0,\"end\":4,\"label\":\"ORG\"}],\"sents\":[{\"start\":0,\"end\":6}],"
        "\"tokens\":[{\"id\":0,\"start\":0,\"end\":4,\"tag\":\"X\"}]}",
        "[\"Acme x\",{\"entities\":[[0,4,\"ORG\"]]}]",
        "[[\"Acme x\",{\"entities\":[[0,4,\"ORG\"]]}]]",
        "[{\"id\":1,\"data\":{\"text\":\"Acme x\",\"n\":1},\"annotations\":[{\"result\":[{\"type\":\"labels\",\"value\":"
        "{\"start\":0,\"end\":4,\"text\":\"Acme\",\"labels\":[\"ORG\"]}}]}]}]",
        "[{\"id\":1,\"data\":{\"text\":\"Acme x\"},\"completions\":[{\"result\":[{\"type\":\"labels\",\"value\":"
        "{\"start\":0,\"end\":4,\"text\":\"Acme\",\"labels\":[\"ORG\"]}}]}]}]",
        "[{\"text\":\"Acme x\",\"ner\":[{\"start\":0,\"end\":4,\"text\":\"Acme\",\"labels\":[\"ORG\"]}],\"annotator\":1}]",
        "{\"text\":\"Acme x\",\"entities\":[{\"entity_group\":\"ORG\",\"score\":0.5,\"word\":\"acme\",\"start\":0,\"end\":4}]}",
    };
    for (size_t i = 0; i < sizeof json / sizeof *json; i++)
        becomes((struct run){.json = json[i]}, "Acme/B-ORG x/O;");
}

static void the_first_records_may_not_tell(void **state)
{
    (void)state;
    becomes(
        (struct run){
            .json = "{\"text\":\"a\",\"label\":[]}\n{\"text\":\"b\",\"label\":[]}\n{\"text\":\"Acme\",\"label\":[[0,4,\"X\"]]}\n"
                    "{\"text\":\"c\"}"},
        "a/O;b/O;Acme/B-X;c/O;");
    becomes((struct run){.json = "{\"text\":\"a\"}\n{\"text\":\"Acme Co\",\"label\":[[0,7,\"X\"]]}", .spans = {.field = "label"}},
            "a/O;Acme/B-X Co/I-X;");
}

static void others_are_left_out(void **state)
{
    (void)state;
    const char *tokens = "\"tokens\":[{\"text\":\"a\",\"start\":0,\"end\":1,\"id\":0}]";
    char json[1024];
    snprintf(
        json, sizeof json,
        "{\"text\":\"a\",%s,\"answer\":\"reject\"}\n{\"text\":\"b\",%s,\"spans\":[{\"start\":0,\"end\":1,\"label\":\"X\"}]}\n"
        "{\"text\":\"c\",%s,\"answer\":\"ignore\"}\n{\"text\":\"d\",%s,\"answer\":\"accept\"}",
        tokens, tokens, tokens, tokens);
    becomes((struct run){.json = json}, "b/B-X;d/O;");
    becomes((struct run){.json = "[{\"data\":{\"text\":\"a\"},\"annotations\":[]},\n"
                                 " {\"data\":{\"text\":\"b\"},\"annotations\":[{\"was_cancelled\":true,\"result\":[]}]},\n"
                                 " {\"data\":{\"text\":\"c\"},\"annotations\":[{\"result\":[]}]}]"},
            "c/O;");
}

static void one_annotation_is_read(void **state)
{
    (void)state;
#define RESULT(label) "\"result\":[{\"type\":\"labels\",\"value\":{\"start\":0,\"end\":1,\"labels\":[\"" label "\"]}}]"
    static const struct {
        const char *annotations, *want;
    } choice[] = {
        {"{\"updated_at\":\"2022-01\"," RESULT("A") "},{\"updated_at\":\"2021-12\"," RESULT("B") "}", "a/B-A;"},
        {"{\"updated_at\":\"2021-01\"," RESULT("A") "},{\"updated_at\":\"2021-12\"," RESULT("B") "}", "a/B-B;"},
        {"{\"ground_truth\":true," RESULT("A") "},{\"updated_at\":\"2021-12\"," RESULT("B") "}", "a/B-A;"},
        {"{\"updated_at\":\"2021-12\"," RESULT("B") "},{\"ground_truth\":true," RESULT("A") "}", "a/B-A;"},
        {"{" RESULT("A") "},{" RESULT("B") "}", "a/B-B;"},
    };
    for (size_t i = 0; i < sizeof choice / sizeof *choice; i++) {
        char json[1024];
        snprintf(json, sizeof json, "[{\"data\":{\"text\":\"a\"},\"annotations\":[%s]}]", choice[i].annotations);
        becomes((struct run){.json = json}, choice[i].want);
    }
    becomes((struct run){.json = "[{\"data\":{\"text\":\"a\"},\"annotations\":[],\"predictions\":[{" RESULT("P") "}]}]",
                         .spans = {.field = "predictions"}},
            "a/B-P;");
    /* the text: the only one, the one that the results name, or the user's */
    const char *two =
        "[{\"data\":{\"title\":\"t\",\"body\":\"a\"},\"annotations\":[{\"result\":[{\"type\":\"labels\",\"to_name\":\"body\","
        "\"value\":{\"start\":0,\"end\":1,\"labels\":[\"A\"]}},{\"type\":\"relation\"}]}]}]";
    becomes((struct run){.json = two}, "a/B-A;");
    becomes((struct run){.json = two, .spans = {.text = "title"}}, "t/B-A;");
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        struct run run;
        const char *message;
    } bad[] = {
        {{.json = "{\"text\":\"a\"}\n{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}"},
         "in.jsonl:2: has spans in 'label', and the first record has none"},
        {{.json = "{\"text\":\"a\"}\n{\"data\":{\"text\":\"b\"},\"annotations\":[]}"}, "--spans annotations reads them"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}\n{\"data\":{\"text\":\"b\"},\"annotations\":[]}"},
         "in.jsonl:2: is a task of Label Studio"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]],\"x\":[[0,1,\"X\"]]}"}, "has spans in 'label' and in 'x'; --spans"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}\n{\"text\":\"b\",\"x\":[[0,1,\"X\"]]}"},
         "in.jsonl:2: has spans in 'x', and the records before it in 'label'"},
        {{.json = "{\"text\":\"b\",\"id\":\"q\",\"label\":[[0,1,\"X\"],[0,1]]}"}, "in.jsonl:1: id q: label[1] is not a span"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}\n{\"text\":\"b\",\"label\":\"y\"}"},
         "in.jsonl:2: 'label' is not an array of spans but a string"},
        {{.json = "{\"content\":\"b\",\"label\":[[0,1,\"X\"]]}"}, "no text in 'text'; --text"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}", .spans = {.text = "c"}}, "no text in 'c'"},
        {{.json = "{\"text\":\"b\",\"c\":\"b\",\"label\":[[0,1,\"X\"]]}", .spans = {.text = "c"}}, "has a field 'text' besides"},
        {{.json = "{\"text\":\"b\",\"label\":[[0,1,\"X\"]]}", .spans = {.field = "c"}}, "no record has a field 'c'"},
        {{.json = "[{\"id\":5,\"text\":\"b\",\"label\":[[0,1,\"X\"]]},{\"id\":6,\"text\":\"b\",\"label\":[[0,2,\"X\"]]}]"},
         "in.jsonl:1: record 2: id 6: the span [0,2) X does not lie"},
        {{.json = "[{\"data\":{\"text\":\"a\"},\"annotations\":[]}]"}, "no record is left; --spans predictions"},
        {{.json = "{\"text\":\"a\",\"entities\":[{\"label\":\"X\",\"start\":\"0\",\"end\":\"1\"}]}"},
         "entities[0] is not a span"},
        {{.json = "{\"text\":\"a\",\"entities\":[{\"label\":\"X\",\"start\":0}]}"}, "entities[0] is not a span"},
        {{.json = "{\"text\":\"a\",\"annotations\":[{\"label\":3,\"start_offset\":0,\"end_offset\":1}]}"},
         "annotations[0] is not a span"},
        {{.json = "{\"classes\":[\"X\"],\"annotations\":[[\"a\",{\"entities\":[[0,1,\"X\"]]}],[\"b\",{\"entities\":[]}]]}"},
         "has the records in 'annotations'; jq -c '.annotations[]'"},
        {{.json = "[{\"data\":{\"a\":\"a\",\"b\":\"a\"},\"annotations\":[{\"result\":[]}]}]"},
         "'data' has no text 'text'; --text"},
        {{.json = "[{\"data\":{\"text\":\"a\"},\"annotations\":[{\"result\":[{\"type\":\"hypertextlabels\",\"value\":{"
                  "\"start\":\"/div\"}}]}]}]"},
         "a result of type 'hypertextlabels'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run run = bad[i].run;
        capture_begin();
        const char *message = death_of(import_all, &run);
        free(capture_end().data);
        assert_died(message, bad[i].message, __FILE__, __LINE__);
    }
}

/* What the tools here write, and records with other fields that look a little like spans, stay as they are. */
static void ordinary_records(void **state)
{
    (void)state;
    static const char *const json[] = {
        "{\"id\":0,\"text\":\"a\",\"entities\":[]}",
        ("{\"id\":0,\"text\":\"a\",\"entities\":[{\"entity_group\":\"X\",\"score\":0.5,\"word\":\"a\",\"start\":0,\"end\":1,"
         "\"start_byte\":0,\"end_byte\":1,\"start_word\":0,\"end_word\":1}]}"),
        "{\"id\":0,\"tokens\":[\"a\"],\"entities\":[{\"start\":0,\"end\":1,\"type\":\"X\"}]}",
        "{\"id\":0,\"text\":\"a\",\"input_ids\":[1],\"x\":[[0,1,\"X\"]]}",
        "{\"id\":0,\"text\":\"a\",\"label\":\"X\"}",
        "{\"id\":0,\"text\":\"a\",\"dates\":[{\"type\":\"x\",\"start\":\"2020-01-01\",\"end\":\"2020-02-01\"}]}",
        "{\"id\":0,\"text\":\"a\",\"label\":[\"X\",\"Y\"]}",
        "{\"id\":0,\"text\":\"a\",\"x\":[[0,1,2]],\"data\":{\"y\":1}}",
    };
    for (size_t i = 0; i < sizeof json / sizeof *json; i++) {
        struct run run = {.json = json[i]};
        capture_begin();
        import_all(&run);
        struct bytes bytes = capture_end();
        const char *paths[] = {temp_file("out.msg", bytes.data, bytes.n), NULL};
        struct reader *in = reader_open(paths, NULL);
        struct json_writer writer = {0};
        struct buffer got = {0};
        json_write_record(&writer, &got, reader_next(in), NULL, NULL);
        buffer_add(&got, "", 1);
        assert_string_equal(got.data, json[i]);
        reader_close(in);
        free(got.data);
        free(bytes.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shape),
        cmocka_unit_test(the_first_records_may_not_tell),
        cmocka_unit_test(others_are_left_out),
        cmocka_unit_test(one_annotation_is_read),
        cmocka_unit_test(deaths),
        cmocka_unit_test(ordinary_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
