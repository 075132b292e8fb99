/* test_score_input: gold and predicted tags of one stream, and the same sentences in another. */
#include "support/support.h"

#include "score/score_input.h"

/* Records with these ids; each has the tags 1, label_none, 0. */
static const char *stream(const char *name, size_t n, const uint64_t *id)
{
    static const char none[] = "\xd0\x9c"; /* -100, as msgpack writes it */
    struct bytes b = {0};
    add_header(&b, "sentence", two_names, 2);
    for (size_t i = 0; i < n; i++) {
        add_map(&b, 2);
        add_str(&b, "id");
        add_int(&b, id[i]);
        add_str(&b, "ner_tags");
        add_array(&b, 3);
        add_int(&b, 1);
        add_bytes(&b, none, 2);
        add_int(&b, 0);
    }
    add_trailer(&b, n);
    const char *path = temp_file(name, b.data, b.n);
    free(b.data);
    return path;
}

static void pieces_without_a_label_are_left_out(void **state)
{
    (void)state;
    static const uint64_t id[] = {1, 2};
    struct score_input in = score_input_open(stream("a.msg", 2, id), "ner_tags", "ner_tags");
    size_t sentences = 0;
    for (; score_input_next_of_both(&in, NULL); sentences++) {
        assert_int_equal(in.n, 2);
        assert_int_equal(in.gold.data[0], 1);
        assert_int_equal(in.gold.data[1], 0);
        assert_int_equal(in.pred.data[0], 1);
    }
    assert_int_equal(sentences, 2);
    score_input_close(&in);
}

static void open_other_field(void *path)
{
    score_input_open(path, "ner_tags", "pos_tags");
}

static void a_missing_field_is_named_with_its_stream(void **state)
{
    (void)state;
    static const uint64_t id[] = {1};
    const char *path = stream("a.msg", 1, id);
    char message[512];
    snprintf(message, sizeof message, "%s: the stream has no field 'pos_tags'", path);
    assert_dies(open_other_field, (void *)path, message);
}

struct pair {
    struct score_input in, other;
};

static void read_both(void *data)
{
    struct pair *pair = data;
    while (score_input_next_of_both(&pair->in, &pair->other))
        ;
}

static void check_pair(size_t n, const uint64_t *id, size_t n_other, const uint64_t *other, const char *message)
{
    struct pair pair = {score_input_open(stream("here.msg", n, id), "ner_tags", "ner_tags"),
                        score_input_open(stream("there.msg", n_other, other), "ner_tags", "ner_tags")};
    if (message)
        assert_dies(read_both, &pair, message);
    else
        read_both(&pair);
    score_input_close(&pair.in);
    score_input_close(&pair.other);
}

static void two_streams_have_the_same_sentences(void **state)
{
    (void)state;
    static const uint64_t id[] = {1, 2, 3}, changed[] = {1, 7, 3};
    check_pair(3, id, 3, id, NULL);
    check_pair(3, id, 3, changed, "record 2 (id 2) here and record 2 (id 7) in there.msg have other ids");
    check_pair(3, id, 2, id, "record 3 (id 3) has no counterpart: there.msg ends before it");
    check_pair(2, id, 3, id, "record 3 (id 3) of there.msg has no counterpart here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_without_a_label_are_left_out),
        cmocka_unit_test(a_missing_field_is_named_with_its_stream),
        cmocka_unit_test(two_streams_have_the_same_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
