/* test_magic: what a file is by its first bytes. */
#include "support/support.h"

#include "base/magic.h"

static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *advice; /* "": none */
    } cases[] = {
        {"\x1f\x8b\x08", 3, "gzip -dc"},
        {"\x1f", 1, ""},
        {"BZh91AY&SY", 10, "bzip2 -dc"},
        {"BZh is a word", 13, ""},
        {"\xfd"
         "7zXZ\0",
         6, "xz -dc"},
        {"\x28\xb5\x2f\xfd ", 5, "zstd -dc"},
        {"PK\x03\x04", 4, "zip"},
        {"PK O\n", 5, ""},
        {"PAR1\x15\x04", 6, "Parquet"},
        {"PAR1 O\n", 7, ""},
        {"\xff\xfe"
         "a",
         3, "UTF-16"},
        {"\x84\xa9msgstream\x01", 12, "stream already"},
        {"(O\n", 3, ""},
        {"", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *advice = magic_advice(cases[i].bytes, cases[i].n);
        if (*cases[i].advice ? !advice || !strstr(advice, cases[i].advice) : advice != NULL)
            fail_msg("case %zu: %s", i, advice ? advice : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
