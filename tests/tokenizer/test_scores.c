/* scores: numbers of JSON, against Python's float and the scores that the tokenizers package has read. */
#include "support/support.h"

#include <math.h>
#include <string.h>

#include "tokenizer/scores.h"

static const struct {
    const char *text;
    double exact, serde;
} cases[] = {
    {"0", 0x0.0p+0, 0x0.0p+0},
    {"-0.0", -0x0.0p+0, -0x0.0p+0},
    {"-11.234567642211914", -0x1.6781940000000p+3, -0x1.6781940000000p+3},
    {"-3.4635426998138428", -0x1.bb555e0000000p+1, -0x1.bb555e0000000p+1},
    {"-9.908701741838819", -0x1.3d1415ace082cp+3, -0x1.3d1415ace082dp+3},
    {"-15.275492379532281", -0x1.e8d0d5650c6d8p+3, -0x1.e8d0d5650c6d7p+3},
    {"1e-5", 0x1.4f8b588e368f1p-17, 0x1.4f8b588e368f1p-17},
    {"2.5E+3", 0x1.3880000000000p+11, 0x1.3880000000000p+11},
    {"-0.1", -0x1.999999999999ap-4, -0x1.999999999999ap-4},
    {"123456789012345678901234567890", 0x1.8ee90ff6c373ep+96, 0x1.8ee90ff6c373ep+96},
    {"0.1234567890123456789012345", 0x1.f9add3746f65fp-4, 0x1.f9add3746f65fp-4},
    {"-1.7976931348623157e308", -0x1.fffffffffffffp+1023, -0x1.fffffffffffffp+1023},
    {"4.9e-324", 0x0.0000000000001p-1022, 0x0.0000000000001p-1022},
    {"1e-400", 0x0.0p+0, 0x0.0p+0},
    {"-100", -0x1.9000000000000p+6, -0x1.9000000000000p+6},
    {"7.038531e-26", 0x1.5c87fb0000000p-84, 0x1.5c87fafffffffp-84},
    {"-12.000000000000000000000000000001", -0x1.8000000000000p+3, -0x1.8000000000000p+3},
    {"9007199254740993", 0x1.0000000000000p+53, 0x1.0000000000000p+53},
    {"1e22", 0x1.0f0cf064dd592p+73, 0x1.0f0cf064dd592p+73},
    {"1e23", 0x1.52d02c7e14af6p+76, 0x1.52d02c7e14af6p+76},
    {"8.5e300", 0x1.9628050807cf5p+999, 0x1.9628050807cf6p+999},
};

static void as_the_two_readers_round(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double exact = 1, serde = 1;
        char text[64];
        snprintf(text, sizeof text, "%s]", cases[i].text);
        const char *end = scores_read(text, false, &exact);
        if (!end || *end != ']' || scores_read(text, true, &serde) != end || exact != cases[i].exact || serde != cases[i].serde)
            fail_msg("%s: %a and %a, not %a and %a", cases[i].text, exact, serde, cases[i].exact, cases[i].serde);
    }
}

/* The short way to the nearest double is never another than strtod. */
static void random_numbers(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t i = 0; i < 200000; i++) {
        char text[64];
        double exact;
        random = random * 6364136223846793005u + 1442695040888963407u;
        int digits = 1 + (int)(random >> 60), power = (int)(random >> 33 & 31) - 25;
        snprintf(text, sizeof text, "-%llu.%0*llue%d", (unsigned long long)(random >> 13 & 63), digits,
                 (unsigned long long)(random >> 16) % 1000000000000000u, power);
        assert_non_null(scores_read(text, false, &exact));
        if (exact != strtod(text, NULL))
            fail_msg("%s", text);
    }
}

static void no_numbers(void **state)
{
    (void)state;
    static const char text[][16] = {"",    "-",        ".5",   "5.",    "01",   "1e",    "1e+", "NaN",
                                    "nan", "Infinity", "-inf", "\"1\"", "null", "1e999", "+1",  "- 1"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        double score;
        if (scores_read(text[i], false, &score) || scores_read(text[i], true, &score))
            fail_msg("'%s' is a number", text[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_two_readers_round),
        cmocka_unit_test(random_numbers),
        cmocka_unit_test(no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
