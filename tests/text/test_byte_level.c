/* Tests of byte_level: bytes and characters, one to one. */
#include "support/support.h"

#include "text/byte_level.h"

static void each_byte_has_a_character_of_its_own(void **state)
{
    (void)state;
    bool taken[324] = {false};
    for (unsigned byte = 0; byte < 256; byte++) {
        uint32_t code = byte_level_code((unsigned char)byte);
        assert_true(code < 324 && !taken[code]);
        taken[code] = true;
        assert_int_equal(byte_level_byte(code), (int)byte);
    }
    for (uint32_t code = 0; code < 0x110000; code++)
        if (code >= 324 || !taken[code])
            assert_int_equal(byte_level_byte(code), -1);
}

/* As GPT-2's table has them. */
static void known_characters(void **state)
{
    (void)state;
    static const struct {
        unsigned char byte;
        uint32_t code;
    } each[] = {{' ', 0x120}, {'\n', 0x10a}, {0, 0x100}, {'!', '!'},   {'~', '~'},
                {127, 0x121}, {160, 0x142},  {161, 161}, {173, 0x143}, {255, 255}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        assert_int_equal(byte_level_code(each[i].byte), each[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_byte_has_a_character_of_its_own),
                                       cmocka_unit_test(known_characters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
