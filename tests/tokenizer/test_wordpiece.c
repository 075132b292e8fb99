/* wordpiece: what is remembered of words changes nothing. A word followed by blanks has the same pieces, and with so many of
 * them it is too long to be kept: that is the other way to each answer. */
#include "support/support.h"

#include "text/utf8.h"
#include "tokenizer/wordpiece.h"

#define VOCAB "tests/golden/wptok/vocab.txt"

enum { BLANKS = 80, TEXT = 256 };

static uint64_t state = 1;

static uint32_t random_below(uint32_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % n;
}

/* Letters with and without accents, marks, removed characters, punctuation, Chinese; the same for the same number. */
static size_t make_word(uint64_t number, char text[TEXT])
{
    static const uint32_t code[] = {'a', 'b', 'e', 'i', 'l', 'm', 'n', 's', 'E', 'U', '1', '9', '-', '.', '\'', ' ', 0xe9, 0xdf, 0x130,
                                    0x301, 0xad, 0x200d, 0x4e2d, 0x65e5, 0x43f, 0xac00, 0xfffd, 0x1f600};
    size_t size = 0;
    state = number;
    for (size_t n = 1 + random_below(12); n > 0; n--)
        size += utf8_encode(code[random_below(sizeof code / sizeof *code)], text + size);
    return size;
}

static void assert_same(const struct array_ints *a, const struct array_ints *b)
{
    assert_int_equal(a->n, b->n);
    if (a->n)
        assert_memory_equal(a->data, b->data, a->n * sizeof *a->data);
}

static void assert_same_pieces(const struct pieces *a, const struct pieces *b)
{
    assert_same(&a->id, &b->id);
    assert_same(&a->word, &b->word);
    assert_same(&a->start, &b->start);
    assert_same(&a->end, &b->end);
}

/* One word with and without the memory, as a word given and as a text. */
static void compare(struct wordpiece *w, uint64_t number)
{
    static struct pieces kept, fresh;
    char text[TEXT];
    size_t size = make_word(number, text);
    memset(text + size, ' ', BLANKS);
    pieces_clear(&kept);
    pieces_clear(&fresh);
    assert_int_equal(wordpiece_words(w, &(struct str){text, size}, 1, &kept), 1);
    assert_int_equal(wordpiece_words(w, &(struct str){text, size + BLANKS}, 1, &fresh), 1);
    assert_same_pieces(&kept, &fresh);
}

/* 100000 different words fill the memory, so that it is emptied in between; every other one is looked up again soon after. */
static void memory_changes_nothing(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct wordpiece *w = wordpiece_new(vocab);
    for (uint64_t i = 0; i < 100000; i++) {
        compare(w, i);
        compare(w, i - i % 64 / 2);
    }
    wordpiece_free(w);
    vocab_free(vocab);
}

/* Texts in which words come back, against their words alone. */
static void texts_are_their_words(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct wordpiece *w = wordpiece_new(vocab);
    struct pieces text = {0}, word = {0};
    for (uint64_t i = 0; i < 400; i++) {
        char all[100 * TEXT];
        size_t size = 0, from = 0;
        uint32_t codes = 0;
        int32_t words = 0;
        pieces_clear(&text);
        for (uint64_t k = 0; k < 100; k++) {
            size += make_word(i + k * k, all + size);
            all[size++] = ' ';
        }
        assert_true(wordpiece_text(w, (struct str){all, size}, &text));
        for (size_t at = 0; at < size; at++) {      /* a text of one chunk with blanks behind it: not remembered */
            char alone[TEXT];
            size_t n = at - from;
            if (all[at] != ' ')
                continue;
            memcpy(alone, all + from, n);
            memset(alone + n, '\x01', BLANKS);      /* removed, as control characters are */
            pieces_clear(&word);
            assert_true(wordpiece_text(w, (struct str){alone, n + BLANKS}, &word));
            size_t had = 0;
            while (had < text.id.n && text.start.data[had] < (int32_t)codes)
                had++;
            for (size_t p = 0; p < word.id.n; p++) {
                assert_int_equal(text.id.data[had + p], word.id.data[p]);
                assert_int_equal(text.word.data[had + p], words + word.word.data[p]);
                assert_int_equal(text.start.data[had + p], (int32_t)codes + word.start.data[p]);
                assert_int_equal(text.end.data[had + p], (int32_t)codes + word.end.data[p]);
            }
            words += word.id.n ? 1 + word.word.data[word.id.n - 1] : 0;
            codes += (uint32_t)utf8_length(all + from, n) + 1;
            from = at + 1;
        }
    }
    wordpiece_free(w);
    vocab_free(vocab);
    for (size_t i = 0; i < 4; i++) {
        free((struct array_ints *[]){&text.id, &text.word, &text.start, &text.end}[i]->data);
        free((struct array_ints *[]){&word.id, &word.word, &word.start, &word.end}[i]->data);
    }
}

static void sentences_are_their_words(void **unused)
{
    (void)unused;
    enum { WORDS = 150 };
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct wordpiece *w = wordpiece_new(vocab);
    struct pieces all = {0}, word = {0};
    static char text[WORDS][TEXT];
    struct str given[WORDS];
    for (uint64_t i = 0; i < 100; i++) {
        for (uint64_t k = 0; k < WORDS; k++)
            given[k] = (struct str){text[k], make_word(i + k * k, text[k])};
        pieces_clear(&all);
        assert_int_equal(wordpiece_words(w, given, WORDS, &all), WORDS);
        size_t had = 0;
        for (size_t k = 0; k < WORDS; k++) {
            pieces_clear(&word);
            assert_int_equal(wordpiece_words(w, &given[k], 1, &word), 1);
            for (size_t p = 0; p < word.id.n; p++, had++) {
                assert_int_equal(all.id.data[had], word.id.data[p]);
                assert_int_equal(all.word.data[had], k);
                assert_int_equal(all.start.data[had], word.start.data[p]);
                assert_int_equal(all.end.data[had], word.end.data[p]);
            }
        }
        assert_int_equal(all.id.n, had);
    }
    wordpiece_free(w);
    vocab_free(vocab);
    for (size_t i = 0; i < 4; i++) {
        free((struct array_ints *[]){&all.id, &all.word, &all.start, &all.end}[i]->data);
        free((struct array_ints *[]){&word.id, &word.word, &word.start, &word.end}[i]->data);
    }
}

/* What is no UTF-8 is refused each time, and a word that shares its beginning with a known one is another. */
static void invalid_is_never_kept(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct wordpiece *w = wordpiece_new(vocab);
    struct pieces pieces = {0};
    const struct str word[] = {{"ab", 2}, {"ab\xc3", 3}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(wordpiece_words(w, word, 2, &pieces), 1);
        assert_false(wordpiece_text(w, (struct str){"ab ab\xff", 6}, &pieces));
    }
    wordpiece_free(w);
    vocab_free(vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_changes_nothing), cmocka_unit_test(texts_are_their_words),
        cmocka_unit_test(sentences_are_their_words), cmocka_unit_test(invalid_is_never_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
