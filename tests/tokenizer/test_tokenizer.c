/* test_tokenizer: what is kept of words changes nothing, and what a record must have. A word followed by blanks has the same
 * pieces, and with so many of them it is too long to be kept: that is the other way to each answer. */
#include "support/support.h"

#include "text/utf8.h"
#include "tokenizer/tokenizer.h"

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
    static const uint32_t code[] = {'a',  'b',    'e',    'i',    'l',   'm',    'n',    's',    'E',   'U',
                                    '1',  '9',    '-',    '.',    '\'',  ' ',    0xe9,   0xdf,   0x130, 0x301,
                                    0xad, 0x200d, 0x4e2d, 0x65e5, 0x43f, 0xac00, 0xfffd, 0x1f600};
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

/* One word with and without the cache. */
static void compare(struct tokenizer *t, uint64_t number)
{
    static struct pieces kept, fresh;
    char text[TEXT];
    size_t size = make_word(number, text);
    memset(text + size, ' ', BLANKS);
    pieces_clear(&kept);
    pieces_clear(&fresh);
    assert_int_equal(tokenizer_words(t, &(struct str){text, size}, 1, &kept), 1);
    assert_int_equal(tokenizer_words(t, &(struct str){text, size + BLANKS}, 1, &fresh), 1);
    assert_same_pieces(&kept, &fresh);
}

/* 100000 different words fill the cache, so that it is emptied in between; every other one is looked up again soon after. */
static void the_cache_changes_nothing(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct tokenizer *t = tokenizer_new(vocab);
    for (uint64_t i = 0; i < 100000; i++) {
        compare(t, i);
        compare(t, i - i % 64 / 2);
    }
    tokenizer_free(t);
    vocab_free(vocab);
}

/* Texts in which words come back, against their words alone. */
static void texts_are_their_words(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct tokenizer *t = tokenizer_new(vocab);
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
        assert_true(tokenizer_text(t, (struct str){all, size}, &text));
        for (size_t at = 0; at < size; at++) { /* a chunk with removed characters after it: not kept */
            char alone[TEXT];
            size_t n = at - from;
            if (all[at] != ' ')
                continue;
            memcpy(alone, all + from, n);
            memset(alone + n, '\x01', BLANKS); /* removed, as control characters are */
            pieces_clear(&word);
            assert_true(tokenizer_text(t, (struct str){alone, n + BLANKS}, &word));
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
    tokenizer_free(t);
    vocab_free(vocab);
    pieces_free(&text);
    pieces_free(&word);
}

static void sentences_are_their_words(void **unused)
{
    (void)unused;
    enum { N_WORDS = 150 };
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct tokenizer *t = tokenizer_new(vocab);
    struct pieces all = {0}, word = {0};
    static char text[N_WORDS][TEXT];
    struct str given[N_WORDS];
    for (uint64_t i = 0; i < 100; i++) {
        for (uint64_t k = 0; k < N_WORDS; k++)
            given[k] = (struct str){text[k], make_word(i + k * k, text[k])};
        pieces_clear(&all);
        assert_int_equal(tokenizer_words(t, given, N_WORDS, &all), N_WORDS);
        size_t had = 0;
        for (size_t k = 0; k < N_WORDS; k++) {
            pieces_clear(&word);
            assert_int_equal(tokenizer_words(t, &given[k], 1, &word), 1);
            for (size_t p = 0; p < word.id.n; p++, had++) {
                assert_int_equal(all.id.data[had], word.id.data[p]);
                assert_int_equal(all.word.data[had], k);
                assert_int_equal(all.start.data[had], word.start.data[p]);
                assert_int_equal(all.end.data[had], word.end.data[p]);
            }
        }
        assert_int_equal(all.id.n, had);
    }
    tokenizer_free(t);
    vocab_free(vocab);
    pieces_free(&all);
    pieces_free(&word);
}

/* What is not UTF-8 is refused each time, also if it begins as a word that is kept. */
static void invalid_is_never_kept(void **unused)
{
    (void)unused;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct tokenizer *t = tokenizer_new(vocab);
    struct pieces pieces = {0};
    const struct str word[] = {{"ab", 2}, {"ab\xc3", 3}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tokenizer_words(t, word, 2, &pieces), 1);
        assert_false(tokenizer_text(t, (struct str){"ab ab\xff", 6}, &pieces));
    }
    pieces_free(&pieces);
    tokenizer_free(t);
    vocab_free(vocab);
}

/* ---- records ---- */

enum kind { WORDS, TEXT_ALONE, NEITHER, WINDOW, BAD_WORD, BAD_TEXT };

static void tokenize_record(void *data)
{
    static const char *const key[] = {[WORDS] = "tokens", "text", "other", "tokens", "tokens", "text"};
    enum kind kind = *(enum kind *)data;
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct tokenizer *t = tokenizer_new(vocab);
    struct pieces pieces = {0};
    struct buffer bytes = {0};
    struct record r;
    pack_map(&bytes, 2);
    pack_string(&bytes, "window"), pack_ints(&bytes, (int32_t[]){0, kind == WINDOW ? 2 : 1}, 2);
    pack_string(&bytes, key[kind]);
    if (strcmp(key[kind], "tokens") == 0) {
        pack_array(&bytes, 2);
        pack_string(&bytes, "a"), pack_string(&bytes, kind == BAD_WORD ? "b.\xff" : "b.");
    } else
        pack_string(&bytes, kind == BAD_TEXT ? "a b\xff." : "a b.");
    record_index(&r, 1, packed_msg(&bytes));
    for (int turn = 0; turn < 2; turn++) /* the second replaces the first */
        tokenizer_record(t, &r, &pieces);
    assert_int_equal(pieces.id.n, 3);
    assert_int_equal(pieces.word.data[2], kind == WORDS ? 1 : 2);
    assert_int_equal(pieces.start.data[2], kind == WORDS ? 1 : 3);
    pieces_free(&pieces);
    tokenizer_free(t);
    vocab_free(vocab);
    free(bytes.data);
}

static void records_are_words_or_texts(void **unused)
{
    (void)unused;
    enum kind words = WORDS, text = TEXT_ALONE, neither = NEITHER, window = WINDOW, bad_word = BAD_WORD, bad_text = BAD_TEXT;
    assert_null(death_of(tokenize_record, &words));
    assert_null(death_of(tokenize_record, &text));
    assert_dies(tokenize_record, &neither, "record 1: neither 'tokens' nor 'text'; run conll2msg or text2msg first");
    assert_dies(tokenize_record, &window, "record 1: is a window already; wptok takes whole sentences");
    assert_dies(tokenize_record, &bad_word, "record 1: tokens[1]: invalid UTF-8 at byte 2");
    assert_dies(tokenize_record, &bad_text, "record 1: text: invalid UTF-8 at byte 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cache_changes_nothing),  cmocka_unit_test(texts_are_their_words),
        cmocka_unit_test(sentences_are_their_words),  cmocka_unit_test(invalid_is_never_kept),
        cmocka_unit_test(records_are_words_or_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
