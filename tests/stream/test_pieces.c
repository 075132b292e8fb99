/* Tests of pieces: each limit and one beyond it. */
#include "support/support.h"

#include "stream/fields.h"
#include "stream/pieces.h"

static const struct pieces_limits limits = {.max_pieces = 3, .vocab_size = 10, .n_labels = 2};

/* wrong NULL: nothing is. */
static void check(size_t n, const int32_t *input_ids, const int32_t *labels, const char *wrong)
{
    char *text = pieces_check(&limits, n, input_ids, labels);
    if (!wrong)
        assert_null(text);
    else
        assert_true(text && strncmp(text, wrong, strlen(wrong)) == 0);
    free(text);
}

static void test_pieces_and_ids(void **state)
{
    (void)state;
    check(3, (int32_t[]){0, 9, 0}, NULL, NULL);
    check(0, NULL, NULL, "no pieces in input_ids");
    check(4, (int32_t[]){0, 0, 0, 0}, NULL, "4 pieces, the model takes 3; see wptok --overflow");
    check(2, (int32_t[]){0, 10}, NULL, "input_ids[1] is 10, the model's vocabulary has 10 pieces; run wptok");
    check(1, (int32_t[]){-1}, NULL, "input_ids[0] is -1");
}

static void test_labels(void **state)
{
    (void)state;
    check(3, (int32_t[]){1, 2, 3}, (int32_t[]){0, 1, LABEL_NONE}, NULL);
    check(2, (int32_t[]){1, 2}, (int32_t[]){0, 2}, "labels[1] is 2, the model has 2 labels");
    check(2, (int32_t[]){1, 2}, (int32_t[]){-1, 2}, "labels[0] is -1");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces_and_ids), cmocka_unit_test(test_labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
