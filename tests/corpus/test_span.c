/* test_span: what the numbers of spans count, which spans can be tags, and the words that a text and its spans make. */
#include "support/support.h"

#include "corpus/span_check.h"
#include "corpus/span_cut.h"
#include "corpus/span_doubt.h"
#include "corpus/span_offsets.h"

static struct span_text text;
static struct spans spans;
static struct buffer why;

static void set(const char *utf8)
{
    span_text_set(&text, str_of(utf8));
    spans.n = 0;
    why.n = 0;
}

/* A span and what it says of its text (NULL: nothing). */
static void add(int64_t start, int64_t end, const char *label, const char *its_text)
{
    GROW(spans.data, spans.room, spans.n + 1);
    spans.data[spans.n++] =
        (struct span){.start = start, .end = end, .label = str_of(label), .text = its_text ? str_of(its_text) : (struct str){0}};
}

static void assert_span(size_t i, int64_t start, int64_t end)
{
    assert_int_equal(spans.data[i].start, start);
    assert_int_equal(spans.data[i].end, end);
}

static void assert_why(const char *part)
{
    buffer_add(&why, "", 1);
    if (!strstr(why.data, part))
        fail_msg("'%s' is not in: %s", part, why.data);
}

/* ---- offsets ---- */

static void texts_tell_the_unit(void **state)
{
    (void)state;
    const char *emoji = "😀 Acme 😀 Joan"; /* 0 😀, 2 Acme, 7 😀, 9 Joan */
    set(emoji);
    add(2, 6, "ORG", "Acme");
    add(9, 13, "PER", "Joan");
    assert_true(span_offsets(SPAN_AUTO, false, &text, &spans, &why));
    assert_span(1, 9, 13);
    for (int browser = 0; browser < 2; browser++) {
        set(emoji);
        add(3, 7, "ORG", "Acme");
        add(11, 15, "PER", "Joan");
        assert_true(span_offsets(SPAN_AUTO, browser, &text, &spans, &why));
        assert_span(0, 2, 6);
        assert_span(1, 9, 13);
    }
    set("😀 aa"); /* both units give an "a": a browser counts UTF-16 */
    add(3, 4, "X", "a");
    assert_true(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    assert_span(0, 2, 3);
    set("😀 aa");
    add(3, 4, "X", "a");
    assert_true(span_offsets(SPAN_AUTO, false, &text, &spans, &why));
    assert_span(0, 3, 4);
}

static void cr_lf_may_be_one(void **state)
{
    (void)state;
    set("a\r\nAcme\r\nx 😀 b");
    add(2, 6, "ORG", "Acme");
    add(7, 8, "X", "x");
    assert_true(span_offsets(SPAN_AUTO, false, &text, &spans, &why));
    assert_span(0, 3, 7);
    assert_span(1, 9, 10);
    set("a\r\nAcme\r\nx 😀 b");
    add(12, 13, "X", "b");
    assert_true(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    assert_span(0, 13, 14);
    set("a\r\nAcme");
    add(3, 7, "ORG", "Acme");
    assert_true(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    assert_span(0, 3, 7);
}

static void white_space_of_texts_does_not_count(void **state)
{
    (void)state;
    set("Berlin,  Germany\nx");
    add(0, 18, "LOC", "Berlin, Germany\\nx");
    assert_true(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    assert_span(0, 0, 18);
}

static void texts_that_never_fit(void **state)
{
    (void)state;
    set("Acme 😀");
    add(0, 4, "ORG", "Acme");
    add(0, 3, "ORG", "Joan");
    assert_false(span_offsets(SPAN_AUTO, false, &text, &spans, &why));
    assert_why("the span [0,3) \"Acm\" ORG should be \"Joan\"");
    why.n = 0;
    assert_true(span_offsets(SPAN_CHARS, false, &text, &spans, &why));
    assert_span(1, 0, 3);
    /* what a browser has counted is not known without texts, unless all units are the same */
    set("Acme 😀 x");
    add(0, 4, "ORG", NULL);
    assert_false(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    assert_why("--offsets");
    set("Acme é x");
    add(0, 4, "ORG", NULL);
    assert_true(span_offsets(SPAN_AUTO, true, &text, &spans, &why));
    set("Acme 😀 x");
    add(8, 9, "ORG", NULL);
    assert_true(span_offsets(SPAN_UTF16, true, &text, &spans, &why));
    assert_span(0, 7, 8);
    static const int64_t out[][2] = {{0, 10}, {0, 6}, {6, 8}, {-2, 3}}; /* behind the end; in the middle of a pair; before */
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        set("Acme 😀 x");
        add(out[i][0], out[i][1], "ORG", NULL);
        assert_true(span_offsets(SPAN_UTF16, true, &text, &spans, &why));
        assert_true(spans.data[0].start < 0 || spans.data[0].end < 0 || spans.data[0].end > (int64_t)text.n);
    }
    set("Acme 😀 x");
    add(7, 8, "ORG", NULL);
    assert_true(span_offsets(SPAN_AUTO, false, &text, &spans, &why));
    assert_span(0, 7, 8);
}

/* ---- check ---- */

static const struct span_rules strict = {SPAN_OVERLAP_ERROR, false};

static void spans_become_neat(void **state)
{
    (void)state;
    struct span_counts n = {0};
    set(" Acme\t Joan\xe2\x80\x8b ");
    add(6, 11, "PER", NULL);
    add(0, 5, "ORG", NULL);
    add(1, 5, "ORG", NULL);
    assert_true(span_check(&strict, &text, &spans, &n, &why));
    assert_int_equal(spans.n, 2);
    assert_span(0, 1, 5);
    assert_span(1, 7, 11);
    assert_int_equal(n.trimmed, 2);
    assert_int_equal(n.twice, 1);
    assert_int_equal(n.overlapping + n.bad, 0);
}

static void faults(void **state)
{
    (void)state;
    static const struct {
        int64_t start, end;
        const char *label, *why;
    } bad[] = {
        {4, 4, "X", "the span [4,4) X is empty"},
        {6, 4, "X", "ends before it starts"},
        {4, 5, "X", "\" \" X is white space alone"},
        {0, 99, "X", "the span [0,99) X does not lie in the text (the text has 14 characters); --bad-spans drop"},
        {-1, 3, "X", "does not lie in the text"},
        {99, 120, "X", "does not lie in the text"},
        {0, 4, "", "has an empty label"},
        {13, 14, "X", "is white space alone"},
        {3, 6, "X", "the spans [3,6) \"e C\" X and [5,9) \"Corp\" Y overlap"},
        {5, 9, "X", "the spans [5,9) \"Corp\" X and [5,9) \"Corp\" Y overlap"},
        {0, 13, "X", "--overlap longest"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct span_counts n = {0};
        set("Acme Corp abc\xe2\x80\x8b");
        add(bad[i].start, bad[i].end, bad[i].label, NULL);
        add(5, 9, "Y", NULL);
        assert_false(span_check(&strict, &text, &spans, &n, &why));
        assert_why(bad[i].why);
    }
    struct span_counts n = {0};
    const struct span_rules drop = {SPAN_OVERLAP_ERROR, true};
    set("Acme");
    add(0, 99, "X", NULL);
    add(0, 4, "Y", NULL);
    add(2, 2, "Z", NULL);
    assert_true(span_check(&drop, &text, &spans, &n, &why));
    assert_int_equal(spans.n, 1);
    assert_int_equal(n.bad, 2);
}

static void one_of_two_stays(void **state)
{
    (void)state;
    static const struct span_rules longest = {SPAN_OVERLAP_LONGEST, false}, first = {SPAN_OVERLAP_FIRST, false};
    for (int k = 0; k < 2; k++) {
        struct span_counts n = {0};
        set("a b c d e f g h");
        add(4, 5, "A", NULL); /* inside of the next */
        add(2, 7, "B", NULL);
        add(6, 13, "C", NULL); /* overlaps it, and is longer */
        add(12, 15, "D", NULL);
        add(0, 1, "E", NULL);
        assert_true(span_check(k ? &first : &longest, &text, &spans, &n, &why));
        assert_int_equal(spans.n, 3);
        assert_span(0, 0, 1);
        assert_span(1, k ? 2 : 4, k ? 7 : 5);
        assert_span(2, k ? 12 : 6, k ? 15 : 13);
        assert_int_equal(n.overlapping, 2);
    }
}

/* ---- words ---- */

/* "word|word": the words of `utf8`, a * before each in a span. */
static void cuts(const char *utf8, int64_t start, int64_t end, const char *want)
{
    struct span_words words = {0};
    struct buffer got = {0};
    set(utf8);
    if (start < end)
        add(start, end, "X", NULL);
    span_cut(&text, &spans, &words);
    for (size_t i = 0; i < words.start.n; i++) {
        struct str word = span_text_slice(&text, (size_t)words.start.data[i], (size_t)words.end.data[i]);
        buffer_add_string(&got, i ? "|" : "");
        buffer_add_string(&got, words.span.data[i] == 0 ? "*" : "");
        buffer_add(&got, word.data, word.size);
    }
    buffer_add(&got, "", 1);
    assert_string_equal(got.data, want);
    free(got.data);
    span_words_free(&words);
}

static void words_are_berts(void **state)
{
    (void)state;
    cuts("", 0, 0, "");
    cuts(" \r\n\t ", 0, 0, "");
    cuts("Dr. O'Neill (e.g. 3,5%)", 0, 0, "Dr|.|O|'|Neill|(|e|.|g|.|3|,|5|%|)");
    cuts("東京abc 中", 0, 0, "東|京|abc|中");
    cuts("e\xcc\x81t\xc3\xa9 a\xc2\xa0"
         "b",
         0, 0, "e\xcc\x81t\xc3\xa9|a|b");
    cuts("😀x 👩‍🚒", 0, 0, "😀x|👩‍🚒");
    cuts("a \xe2\x80\x8b b\xe2\x80\x8b", 0, 0, "a|b\xe2\x80\x8b"); /* BERT removes U+200B */
    cuts("a b \xe2\x80\x8b", 0, 0, "a|b");
    cuts("\xe2\x80\x8b", 0, 0, "");
    cuts("a\f"
         "b\xc2\x85"
         "c\xe2\x80\xa8"
         "d",
         0, 0,
         "a\f"
         "b\xc2\x85"
         "c|d"); /* and controls; U+2028 is white space */
}

static void spans_cut_words(void **state)
{
    (void)state;
    cuts("Haustürschlüssel da", 4, 7, "Haus|*tür|schlüssel|da");
    cuts("Haus", 0, 4, "*Haus");
    cuts("a (b) c", 2, 5, "a|*(|*b|*)|c");
    cuts("a b\xe2\x80\x8b", 3, 4, "a|b|*\xe2\x80\x8b"); /* no span is lost */
    cuts("New York, ", 0, 8, "*New|*York|,");
    /* two that touch */
    struct span_words words = {0};
    set("abcd");
    add(0, 2, "X", NULL);
    add(2, 4, "X", NULL);
    span_cut(&text, &spans, &words);
    assert_int_equal(words.start.n, 2);
    assert_int_equal(words.span.data[0], 0);
    assert_int_equal(words.span.data[1], 1);
    span_words_free(&words);
}

static void doubts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t start, end;
        size_t cut;
    } cases[] = {
        {"New York", 0, 3, 0}, {"New York", 4, 8, 0}, {"New York", 4, 7, 1}, {"New York", 1, 3, 1}, {"co.uk", 0, 2, 0},
        {"東京都", 1, 2, 0},   {"Müller", 0, 2, 1},   {"a\u200bb", 0, 1, 0}, {"9km", 0, 1, 1},
    };
    struct lines lines = {.in.name = "f", .number = 3};
    struct record none = {.n_fields = 0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span_doubts d = {0};
        set(cases[i].text);
        add(cases[i].start, cases[i].end, "X", NULL);
        span_doubt_add(&d, &none, &text, &spans, &lines);
        assert_int_equal(d.spans, 1);
        assert_int_equal(d.cut, cases[i].cut);
        assert_int_equal(d.line, cases[i].cut ? 3 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_tell_the_unit),
        cmocka_unit_test(cr_lf_may_be_one),
        cmocka_unit_test(white_space_of_texts_does_not_count),
        cmocka_unit_test(texts_that_never_fit),
        cmocka_unit_test(spans_become_neat),
        cmocka_unit_test(faults),
        cmocka_unit_test(one_of_two_stays),
        cmocka_unit_test(words_are_berts),
        cmocka_unit_test(spans_cut_words),
        cmocka_unit_test(doubts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
