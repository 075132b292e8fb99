/* test_eight: eight bytes at a time are the same as one after the other. */
#include "support/support.h"

#include "text/eight.h"

static uint64_t random = 1;

/* Mostly bytes near those that are looked for. */
static char random_byte(void)
{
    static const unsigned char near[] = {0,   1,   9,    10,  0x1f, ' ',  '!',  '"',  '#',  '/',  '0',  '5',  '9',
                                         ':', '[', '\\', ']', 0x7f, 0x80, 0x9f, 0xa0, 0xa2, 0xb0, 0xb9, 0xdc, 0xff};
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (char)near[(random >> 33) % sizeof near];
}

static void the_first_of_a_mask(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200000; i++) {
        char text[8];
        unsigned below = 8, equal = 8;
        for (unsigned k = 8; k-- > 0;) {
            text[k] = random_byte();
            below = (unsigned char)text[k] < ' ' ? k : below;
            equal = text[k] == '"' ? k : equal;
        }
        uint64_t x = eight_load(text), low = eight_below(x, ' '), quotes = eight_equal(x, '"');
        assert_int_equal(!low, below == 8);
        assert_int_equal(!quotes, equal == 8);
        if (EIGHT_IN_ORDER && low)
            assert_int_equal(eight_before(low), below);
        if (EIGHT_IN_ORDER && quotes)
            assert_int_equal(eight_before(quotes), equal);
    }
}

static void digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200000 && EIGHT_IN_ORDER; i++) {
        char text[8];
        uint64_t number, expected = 0;
        unsigned n = 0;
        for (unsigned k = 0; k < 8; k++) {
            text[k] = random_byte();
            random = random * 6364136223846793005u + 1442695040888963407u;
            if (random >> 61)
                text[k] = (char)('0' + (random >> 40) % 10);
        }
        for (; n < 8 && text[n] >= '0' && text[n] <= '9'; n++)
            expected = 10 * expected + (uint64_t)(text[n] - '0');
        assert_int_equal(eight_digits(eight_load(text), &number), n);
        assert_int_equal(number, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_of_a_mask), cmocka_unit_test(digits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
