/* Tests of batch, batch_store and batch_write: the plan, what is kept of a sentence, rows as they are and filled up. */
#include "support/support.h"

#include "train/batch.h"
#include "train/batch_write.h"

static void test_plan(void **state)
{
    (void)state;
    static const size_t length[5] = {3, 9, 2, 2, 4};
    struct batch_options options = {.seed = 1, .epoch = 1, .batch_size = 2};
    size_t *order, *start, n;
    batch_plan(&options, 5, length, &order, &start, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(order, ((size_t[]){0, 1, 2, 3, 4}), sizeof length);
    assert_memory_equal(start, ((size_t[]){0, 2, 4, 5}), 4 * sizeof *start);
    free(order), free(start);
    options.tokens = 6; /* the second sentence is too long for any batch */
    batch_plan(&options, 5, length, &order, &start, &n);
    assert_int_equal(n, 4);
    assert_memory_equal(start, ((size_t[]){0, 1, 2, 4, 5}), 5 * sizeof *start);
    free(order), free(start);
    options.shuffle = true;
    batch_plan(&options, 5, length, &order, &start, &n);
    size_t seen = 0;
    for (size_t i = 0; i < 5; i++)
        seen |= (size_t)1 << order[i];
    assert_int_equal(seen, 31);
    free(order), free(start);
}

/* A record of n pieces first, first + 1, ...; the labels are 0, `n_labels` of them; id NULL: none. */
static void add(struct batch_store *store, size_t n, int32_t first, size_t n_labels, const char *id)
{
    struct buffer b = {0};
    int32_t ids[8], labels[8] = {0};
    for (size_t i = 0; i < n; i++)
        ids[i] = first + (int32_t)i;
    pack_map(&b, id ? 3 : 2);
    pack_string(&b, "input_ids"), pack_ints(&b, ids, n);
    pack_string(&b, "labels"), pack_ints(&b, labels, n_labels);
    if (id)
        pack_string(&b, "id"), pack_string(&b, id);
    struct record r;
    record_index(&r, 1, packed_msg(&b));
    batch_store_add(store, &r);
    free(b.data);
}

/* Two sentences, (1 2 3) and (7), as one batch: its record's fields from input_ids on. */
static void assert_batch(bool has_labels, const struct batch_format *format, const char *hex)
{
    struct batch_store store = {.has_labels = has_labels};
    struct bytes expected = {0};
    add(&store, 3, 1, 3, "a");
    add(&store, 1, 7, 1, NULL);
    assert_int_equal(store.n, 2);
    assert_int_equal(batch_store_length(&store, 0), 3);
    capture_begin();
    struct filter *f = filter_new("batch");
    batch_write_adds(f, &store, format);
    batch_write(f, &store, format, 2, 5, 2, (size_t[]){1, 0});
    filter_close(f);
    struct bytes out = capture_end();
    add_str(&expected, "epoch"), add_int(&expected, 2), add_str(&expected, "batch"), add_int(&expected, 5);
    add_str(&expected, "ids"), add_hex(&expected, "92 c0 a1 61");
    add_str(&expected, "input_ids"), add_hex(&expected, hex);
    add_trailer(&expected, 1);
    assert_true(out.n > expected.n);
    assert_memory_equal(out.data + out.n - expected.n, expected.data, expected.n);
    batch_store_free(&store);
    free(out.data), free(expected.data);
}

static void test_rows_as_they_are(void **state)
{
    (void)state;
    assert_batch(false, &(struct batch_format){0}, "92 91 07 93 01 02 03");
    assert_batch(true, &(struct batch_format){0}, "92 91 07 93 01 02 03  a6 6c 61 62 65 6c 73  92 91 00 93 00 00 00");
}

static void test_rows_filled_up(void **state)
{
    (void)state;
    assert_batch(true, &(struct batch_format){true, 9},
                 "92 93 07 09 09 93 01 02 03  a6 6c 61 62 65 6c 73  92 93 00 d0 9c d0 9c 93 00 00 00"
                 "ae 61 74 74 65 6e 74 69 6f 6e 5f 6d 61 73 6b  92 93 01 00 00 93 01 01 01"
                 "ae 74 6f 6b 65 6e 5f 74 79 70 65 5f 69 64 73  92 93 00 00 00 93 00 00 00");
}

static void add_bad(void *n_labels)
{
    struct batch_store store = {.has_labels = true};
    size_t n = *(size_t *)n_labels;
    add(&store, n ? 3 : 0, 1, n, NULL);
}

static void test_refusals(void **state)
{
    (void)state;
    assert_dies(add_bad, (&(size_t){2}), "2 labels for 3 pieces; run alignlbl after wptok");
    assert_dies(add_bad, (&(size_t){0}), "no pieces in input_ids");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_rows_as_they_are),
        cmocka_unit_test(test_rows_filled_up),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
