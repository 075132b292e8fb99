/* Tests of spell: the texts that the decoders of tokenizers 0.23 make of the same pieces. */
#include "support/support.h"

#include "predict/spell.h"

#define FFFD "\xef\xbf\xbd"

static void texts_of_pieces(void **state)
{
    (void)state;
    static const struct {
        enum header_spelling spelling;
        const char *piece[5], *text;
    } each[] = {
        {HEADER_SPELLING_WORDPIECE, {"##a", "##b", "c", "."}, "##ab c."},
        {HEADER_SPELLING_WORDPIECE, {"do", "n't"}, "don't"},
        {HEADER_SPELLING_BYTE_LEVEL, {"Ġthe", "Ġcat"}, " the cat"},
        {HEADER_SPELLING_BYTE_LEVEL, {"caf", "Ã©"}, "café"},
        {HEADER_SPELLING_BYTE_LEVEL, {"caf", "Ã", "©"}, "café"},
        {HEADER_SPELLING_BYTE_LEVEL, {"café", " x"}, "caf" FFFD " x"}, /* a text that looks like pieces, and one that does not */
        {HEADER_SPELLING_BYTE_LEVEL, {"Ã", "©", "ð", "Ł"}, "é" FFFD},
        {HEADER_SPELLING_BYTE_LEVEL, {"ðŁij"}, FFFD "ij"},
        {HEADER_SPELLING_BYTE_LEVEL, {"Ńa"}, FFFD "a"},
        {HEADER_SPELLING_BYTE_LEVEL, {"</s>", "中"}, "</s>中"},
        {HEADER_SPELLING_BYTE_LEVEL, {""}, ""},
        {HEADER_SPELLING_METASPACE, {"▁the", "▁cat"}, "the cat"},
        {HEADER_SPELLING_METASPACE, {"▁▁a▁b", "▁c"}, "ab c"},
        {HEADER_SPELLING_METASPACE, {"the", "cat"}, "thecat"},
        {HEADER_SPELLING_METASPACE, {"▁"}, ""},
        {HEADER_SPELLING_METASPACE, {"a▁", "▁▁b"}, "a  b"},
        {HEADER_SPELLING_METASPACE_BARE, {"▁the", "▁cat"}, " the cat"},
        {HEADER_SPELLING_METASPACE_BARE, {"a▁", "▁▁b"}, "a   b"},
        {HEADER_SPELLING_WORDPIECE_RAW, {"##a", "##b", "c", "."}, "##ab c ."},
        {HEADER_SPELLING_WORDPIECE_RAW, {"do", "n't"}, "do n't"},
        {HEADER_SPELLING_WORDPIECE_SPACED, {"a", "##b", "."}, "a ##b ."},
        {HEADER_SPELLING_SPACED, {"▁a", "b"}, "▁a b"},
    };
    for (size_t k = 0; k < sizeof each / sizeof *each; k++) {
        struct buffer text = {0};
        buffer_add_string(&text, "before");
        for (size_t i = 0; each[k].piece[i]; i++)
            spell_add(each[k].spelling, i == 0, str_of(each[k].piece[i]), &text);
        spell_end(each[k].spelling, strlen("before"), &text);
        buffer_add(&text, "", 1);
        assert_string_equal(text.data + strlen("before"), each[k].text);
        free(text.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_of_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
