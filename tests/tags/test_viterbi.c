/* Tests of viterbi: the rules against scheme_convert, its search against the enumeration of all sequences. */
#include "support/support.h"

#include <math.h>

#include "tags/labels.h"
#include "tags/viterbi.h"

enum { WORDS_MAX = 5, LABELS_MAX = 9 };

static const char *const label_sets[][LABELS_MAX + 1] = {
    [IOB1] = {"O", "B-X", "I-X", "B-Y", "I-Y", NULL},
    [IOB2] = {"I-Y", "B-X", "I-X", "B-Y", "O", NULL},
    [IOE1] = {"O", "E-X", "I-X", "E-Y", "I-Y", NULL},
    [IOE2] = {"O", "I-X", "E-X", "I-Y", "E-Y", NULL},
    [IOBES] = {"O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y", NULL},
    [BILOU] = {"O", "B-X", "I-X", "L-X", "U-X", "B-Y", "I-Y", "L-Y", "U-Y", NULL},
    [BMES] = {"O", "B-X", "M-X", "E-X", "S-X", "B-Y", "M-Y", "E-Y", "S-Y", NULL},
};
static const enum scheme schemes[] = {IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, BMES};
enum { N_SCHEMES = sizeof schemes / sizeof *schemes };

static struct label_set labels_of(const char *const *name)
{
    struct label_set labels = {.field = (char *)"logits", .name = (char **)name};
    while (name[labels.n])
        labels.n++;
    return labels;
}

static struct viterbi viterbi_of(enum scheme scheme, const char *const *name)
{
    struct label_set labels = labels_of(name);
    struct viterbi c;
    const char *misfit;
    assert_true(viterbi_init(&c, scheme, &labels, &misfit));
    viterbi_transitions(&c);
    return c;
}

/* The next sequence, as a number with its first digit last; false after all. */
static bool count_up(size_t n_words, size_t n_labels, int32_t *path)
{
    for (size_t i = 0; i < n_words; i++) {
        if ((size_t)++path[i] < n_labels)
            return true;
        path[i] = 0;
    }
    return false;
}

static bool is_allowed(const struct viterbi *c, size_t n, const int32_t *path)
{
    bool allowed = c->first[path[0]] && c->last[path[n - 1]];
    for (size_t i = 1; i < n; i++)
        allowed = allowed && c->allowed[(size_t)path[i - 1] * c->n + (size_t)path[i]];
    return allowed;
}

static bool is_valid(enum scheme scheme, const struct viterbi *c, size_t n, const int32_t *path)
{
    struct tag tag[WORDS_MAX], out[WORDS_MAX];
    for (size_t i = 0; i < n; i++)
        tag[i] = c->tag[path[i]];
    return scheme_convert(scheme, scheme, n, tag, out, NULL) == 0;
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t s = 0; s < N_SCHEMES; s++) {
        struct viterbi c = viterbi_of(schemes[s], label_sets[schemes[s]]);
        for (size_t n = 1; n <= 4; n++) {
            int32_t path[WORDS_MAX] = {0};
            size_t allowed = 0, all = 0;
            do {
                bool ours = is_allowed(&c, n, path);
                assert_int_equal(ours, is_valid(schemes[s], &c, n, path));
                allowed += ours;
                all++;
            } while (count_up(n, c.n, path));
            assert_true(allowed > 0 && allowed < all);
        }
        viterbi_free(&c);
    }
}

/* Whether each word of which nothing is known continues the label before it, if it may. */
static bool goes_on(const struct viterbi *c, const struct label_set *labels, const bool *unknown, size_t n, const int32_t *path)
{
    int32_t after[LABELS_MAX];
    labels_after(labels, after);
    for (size_t i = 1; i < n; i++) {
        int32_t next = after[path[i - 1]];
        if (unknown[i] && next >= 0 && c->allowed[(size_t)path[i - 1] * c->n + (size_t)next] && path[i] != next)
            return false;
    }
    return true;
}

/* Whole numbers, so that sums are exact, and few, so that many sequences tie. Counting up lets the last word grow slowest:
 * the first of equally good sequences is the one that is promised. */
static void test_search(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (size_t s = 0; s < N_SCHEMES; s++) {
        struct label_set labels = labels_of(label_sets[schemes[s]]);
        struct viterbi c = viterbi_of(schemes[s], label_sets[schemes[s]]);
        for (size_t round = 0; round < 200; round++) {
            size_t n = 1 + round % (c.n > 5 ? 4 : WORDS_MAX);
            double weight[WORDS_MAX * LABELS_MAX], most = -INFINITY;
            for (size_t i = 0; i < n * c.n; i++) {
                seed = seed * 1103515245u + 12345u;
                weight[i] = (seed >> 16) % 50 == 0 ? -INFINITY : -(double)((seed >> 16) % (round % 2 ? 3 : 30));
            }
            bool unknown[WORDS_MAX];
            for (size_t i = 0; i < n; i++) {
                seed = seed * 1103515245u + 12345u;
                unknown[i] = round >= 100 && (seed >> 16) % 3 == 0;
            }
            int32_t path[WORDS_MAX] = {0}, best[WORDS_MAX] = {0}, found[WORDS_MAX];
            do {
                double sum = 0;
                for (size_t i = 0; i < n; i++)
                    sum += weight[i * c.n + (size_t)path[i]];
                if (is_valid(schemes[s], &c, n, path) && goes_on(&c, &labels, unknown, n, path) && sum > most) {
                    most = sum;
                    memcpy(best, path, sizeof best);
                }
            } while (count_up(n, c.n, path));
            assert_int_equal(viterbi_best(&c, n, weight, unknown, found), most > -INFINITY);
            if (most > -INFINITY)
                assert_memory_equal(found, best, n * sizeof *best);
        }
        viterbi_free(&c);
    }
}

static void test_none_allowed(void **state)
{
    (void)state;
    static const char *const only_inside[] = {"I-X", NULL};
    static const double weight[] = {0, 0};
    struct viterbi c = viterbi_of(IOE2, only_inside);
    int32_t path[2];
    assert_false(viterbi_best(&c, 2, weight, NULL, path));
    assert_true(viterbi_best(&c, 0, weight, NULL, path));
    viterbi_free(&c);
}

static void test_guess(void **state)
{
    (void)state;
    static const enum scheme expected[] = {
        [IOB1] = IOB2, [IOB2] = IOB2, [IOE1] = IOE2, [IOE2] = IOE2, [IOBES] = IOBES, [BILOU] = BILOU, [BMES] = BMES};
    for (size_t s = 0; s < N_SCHEMES; s++) {
        struct label_set labels = labels_of(label_sets[schemes[s]]);
        assert_int_equal(scheme_guess(&labels), expected[schemes[s]]);
    }
    static const char *const words[] = {"NN", "VB", "", "\xc3\xa9", NULL};
    struct label_set labels = labels_of(words);
    assert_int_equal(scheme_guess(&labels), IOB2);
    struct viterbi c;
    const char *misfit = NULL;
    assert_false(viterbi_init(&c, IOB2, &labels, &misfit));
    assert_string_equal(misfit, "NN");
    viterbi_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_none_allowed),
        cmocka_unit_test(test_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
