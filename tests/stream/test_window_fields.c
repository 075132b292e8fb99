/* test_window_fields: what a later window finds in the first one of its sentence. */
#include "support/support.h"

#include "stream/window_fields.h"

/* {"id": id, "window": [number, 3], "input_ids": [7, 8], FIELD: [1, 2, 3]} */
static struct record window(struct bytes *b, int id, int number, const char *field)
{
    struct record r;
    b->n = 0;
    add_map(b, field ? 4 : 3);
    add_str(b, "id"), add_int(b, id);
    add_str(b, "window"), add_array(b, 2), add_int(b, number), add_int(b, 3);
    add_str(b, "input_ids"), add_array(b, 2), add_int(b, 7), add_int(b, 8);
    if (field)
        add_str(b, field), add_array(b, 3), add_int(b, 1), add_int(b, 2), add_int(b, 3);
    record_index(&r, 1, (struct msg){b->data, b->data + b->n});
    return r;
}

static size_t length(const struct record *r, const char *field)
{
    struct msg value = record_find(r, field);
    size_t n;
    return msg_array(&value, &n) ? n : 0;
}

static void a_later_window_finds_what_it_lacks(void **state)
{
    (void)state;
    struct window_fields w = {0};
    struct bytes first = {0}, next = {0};
    struct record r = window(&first, 5, 0, "tokens");
    window_fields_find(&w, &r);
    assert_int_equal(r.n_inherited, 0);
    memset(first.data, 0xc1, first.n); /* a reader's buffer does not stay */
    r = window(&next, 5, 1, NULL);
    window_fields_find(&w, &r);
    assert_int_equal(r.n_fields, 3);
    assert_int_equal(length(&r, "tokens"), 3);
    assert_int_equal(length(&r, "input_ids"), 2);
    r = window(&next, 5, 2, "ner_tags"); /* some are there, some are not */
    window_fields_find(&w, &r);
    assert_int_equal(length(&r, "tokens") + length(&r, "ner_tags"), 6);
    free(first.data);
    free(next.data);
    free(w.bytes.data);
}

static void only_of_its_own_sentence_and_not_by_piece(void **state)
{
    (void)state;
    struct window_fields w = {0};
    struct bytes first = {0}, next = {0};
    struct record r = window(&first, 5, 0, "labels");
    window_fields_find(&w, &r);
    r = window(&next, 5, 1, NULL);
    window_fields_find(&w, &r);
    assert_int_equal(length(&r, "labels"), 0); /* each window has its own */
    r = window(&first, 5, 0, "tokens");
    window_fields_find(&w, &r);
    r = window(&next, 6, 1, NULL);
    window_fields_find(&w, &r);
    assert_int_equal(length(&r, "tokens"), 0);
    r = window(&next, 5, 1, NULL); /* another sentence came between */
    window_fields_find(&w, &r);
    assert_int_equal(length(&r, "tokens"), 0);
    free(first.data);
    free(next.data);
    free(w.bytes.data);
}

static void the_least_is_id_and_doc(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct buffer to = {0};
    struct record r = window(&b, 5, 0, "doc"), least = window_fields_least(&r, &to);
    assert_int_equal(least.n_fields, 2);
    assert_int_equal(length(&least, "doc"), 3);
    r = window(&b, 5, 0, "tokens");
    least = window_fields_least(&r, &to);
    assert_int_equal(least.n_fields, 1);
    free(b.data);
    free(to.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_window_finds_what_it_lacks),
        cmocka_unit_test(only_of_its_own_sentence_and_not_by_piece),
        cmocka_unit_test(the_least_is_id_and_doc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
