/* test_spacing: which scripts write blanks, which punctuation belongs to which word. */
#include "support/support.h"

#include "text/spacing.h"
#include "text/utf8.h"

static void each_is(bool (*has)(uint32_t), const char *text, bool expected)
{
    for (size_t i = 0, n = strlen(text); i < n;) {
        uint32_t code;
        i += utf8_decode(text + i, &code);
        if (has(code) != expected)
            fail_msg("U+%04X", (unsigned)code);
    }
}

static void scripts_without_blanks(void **state)
{
    (void)state;
    each_is(spacing_has_no_blanks, "中国語をカタカナ，。「」（）ไทยລາວខ្មែမြ𠀀ꀀ", true);
    each_is(spacing_has_no_blanks, "aZé9.,жαعא한국어ㄱ अ😀❤⭐🇩👩", false);
}

static void punctuation_that_closes_or_opens(void **state)
{
    (void)state;
    each_is(spacing_closes, ".,;:!?%)]}…”’»、。，．：；？！）］」』،؛؟۔।", true);
    each_is(spacing_closes, "a1-$([{“«（「 中", false);
    each_is(spacing_opens, "([{“‘«（「『", true);
    each_is(spacing_opens, "a1-.)]」 中", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_without_blanks),
        cmocka_unit_test(punctuation_that_closes_or_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
