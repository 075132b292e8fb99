/* Tests of label_counts: tags and words, told apart by how often they come. */
#include "support/support.h"

#include <math.h>

#include "corpus/label_counts.h"

/* n words and more; the k-th label comes as often as 1 / k^(halves / 2) says (Zipf's law), and at least once. */
static bool are_words(size_t n, size_t n_labels, int halves)
{
    struct label_counts c = {0};
    double *weight = xmalloc(n_labels, sizeof *weight), sum = 0;
    for (size_t k = 0; k < n_labels; k++)
        sum += weight[k] = 1 / pow((double)k + 1, halves / 2.0);
    for (size_t k = 0; k < n_labels; k++)
        for (double i = 0; i < 1 || i < weight[k] / sum * (double)n; i++)
            label_counts_add(&c, k);
    bool result = label_counts_are_words(&c);
    free(weight);
    label_counts_free(&c);
    return result;
}

static void words_and_tags(void **state)
{
    (void)state;
    assert_true(are_words(1000, 400, 2));
    assert_true(are_words(20000, 5000, 2));
    assert_true(are_words(200000, 20000, 2));
    assert_false(are_words(50, 40, 2));        /* small */
    assert_false(are_words(150, 90, 1));       /* at most a hundred labels */
    assert_false(are_words(10000, 300, 3));    /* morphological tags: most words have a frequent one */
    assert_false(are_words(1000000, 5000, 1)); /* less than a hundredth of the words */
    struct label_counts none = {0};
    assert_false(label_counts_are_words(&none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_and_tags)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
