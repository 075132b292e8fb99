/* test_palette: the looks of types. */
#include "support/support.h"

#include "view/palette.h"

static size_t look(struct palette *p, const char *type)
{
    return palette_look(p, palette_type(p, str_of(type)));
}

static void types_up_to_24_have_a_look_each(void **state)
{
    (void)state;
    struct palette p = {0};
    bool seen[PALETTE_LOOKS + 1] = {false};
    for (int i = 0; i < PALETTE_LOOKS; i++) {
        char name[16];
        snprintf(name, sizeof name, "T%d", i);
        size_t l = look(&p, name);
        assert_in_range(l, 0, PALETTE_LOOKS - 1);
        assert_false(seen[l]);
        seen[l] = true;
        assert_int_equal(look(&p, name), l);
    }
    assert_int_equal(look(&p, "one more"), PALETTE_LOOKS);
    palette_free(&p);
}

/* Whatever the order of its labels, and whichever tools have run, a corpus looks the same. */
static void looks_follow_from_the_names_not_from_the_order(void **state)
{
    (void)state;
    static char gold[] = "ner_tags", pred[] = "pred", o[] = "O", per[] = "B-PER", loc[] = "I-LOC", org[] = "S-ORG";
    static char *one[] = {o, per, loc, org}, *two[] = {org, loc, o, per};
    struct label_set a = {gold, 4, one}, b[] = {{pred, 4, two}, {gold, 4, two}};
    struct header first = {.n_label_sets = 1, .label_set = &a}, second = {.n_label_sets = 2, .label_set = b};
    struct palette p = {0}, q = {0};
    palette_start(&p, &first, NULL);
    palette_start(&q, &second, NULL);
    assert_int_equal(p.types.n, 3);
    assert_int_equal(q.types.n, 3);
    const char *const types[] = {"PER", "LOC", "ORG"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(look(&p, types[i]), look(&q, types[i]));
    palette_free(&p);
    palette_free(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_up_to_24_have_a_look_each),
        cmocka_unit_test(looks_follow_from_the_names_not_from_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
