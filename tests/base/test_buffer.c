/* Tests of buffer and output: bytes that grow at their end, and how they leave. */
#include "support/support.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/output.h"

static void what_is_added_comes_in_order(void **state)
{
    (void)state;
    struct buffer b = {0};
    buffer_add(&b, NULL, 0);
    assert_int_equal(b.n, 0);
    assert_non_null(b.data); /* arithmetic with NULL is undefined */
    buffer_add(&b, "a\0b", 3);
    buffer_add_string(&b, "cd");
    buffer_format(&b, "%s-%d", "e", 7);
    buffer_format(&b, "%s", "");
    assert_int_equal(b.n, 8);
    assert_memory_equal(b.data, "a\0bcde-7", 8);
    free(b.data);
}

static void it_grows_beyond_any_first_size(void **state)
{
    (void)state;
    struct buffer b = {0};
    for (int i = 0; i < 100000; i++)
        buffer_format(&b, "%06d", i);
    assert_int_equal(b.n, 600000);
    assert_memory_equal(b.data + 6 * 99999, "099999", 6);
    char *room = buffer_reserve(&b, 1 << 20);
    memset(room, 'x', 1 << 20);
    assert_int_equal(b.n, 600000); /* the caller adds what it wrote */
    assert_memory_equal(b.data, "000000000001", 12);
    free(b.data);
}

static void output_leaves_in_order(void **state)
{
    (void)state;
    struct buffer b = {0};
    capture_begin();
    buffer_add_string(&b, "one ");
    output_flush(&b);
    assert_int_equal(b.n, 0);
    char *room = buffer_reserve(&b, OUTPUT_SIZE);
    memset(room, 'x', OUTPUT_SIZE);
    b.n = OUTPUT_SIZE;
    output_flush(&b);
    assert_int_equal(b.n, 0);
    struct bytes got = capture_end();
    assert_int_equal(got.n, 4 + OUTPUT_SIZE);
    assert_memory_equal(got.data, "one xx", 6);
    free(got.data);
    free(b.data);
}

static void write_to_full_disk(void *data)
{
    (void)data;
    struct buffer b = {0};
    int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);
    dup2(full, STDOUT_FILENO);
    buffer_add_string(&b, "lost");
    output_flush(&b);
    close(saved);
}

static void a_failed_write_is_reported(void **state)
{
    (void)state;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    const char *message = death_of(write_to_full_disk, NULL);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    assert_died(message, "cannot write to standard output: No space left on device", __FILE__, __LINE__);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_comes_in_order),
        cmocka_unit_test(it_grows_beyond_any_first_size),
        cmocka_unit_test(output_leaves_in_order),
        cmocka_unit_test(a_failed_write_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
