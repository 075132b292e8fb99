/* test_window: sentences of every length, cut and put together again; each piece counts where it has most context. */
#include "support/support.h"

#include <limits.h>

#include "stream/window_merge.h"
#include "tokenizer/window.h"

static struct array_ints word;

/* Words of 1 .. longest pieces, by a fixed generator. */
static void make_words(size_t n, unsigned seed, unsigned longest)
{
    GROW(word.data, word.room, n);
    int32_t id = -1;
    for (size_t left = 0, i = 0; i < n; i++, left--) {
        if (left == 0) {
            seed = seed * 1103515245u + 12345u;
            left = 1 + (seed >> 16) % longest;
            id += 1 + (seed >> 28) % 2; /* some words have no piece */
        }
        word.data[i] = id;
    }
}

static size_t word_start(size_t i)
{
    while (i > 0 && word.data[i - 1] == word.data[i])
        i--;
    return i;
}

static size_t word_end(size_t n, size_t i)
{
    int32_t id = word.data[i];
    while (i < n && word.data[i] == id)
        i++;
    return i;
}

/* Distance of [a, b) to the nearest cut: the ends of the sentence are none. */
static long distance(const struct window *w, size_t n, size_t a, size_t b)
{
    long left = w->start == 0 ? LONG_MAX : (long)a - (long)w->start, right = w->end == n ? LONG_MAX : (long)w->end - (long)b;
    return left < right ? left : right;
}

static void check_windows(size_t n, size_t max, const struct windows *w)
{
    assert_true(w->n > 0 && w->data[0].start == 0 && w->data[w->n - 1].end == n);
    size_t next = 0;
    for (size_t k = 0; k < w->n; k++) {
        const struct window *x = &w->data[k];
        assert_true(x->end - x->start <= max);
        assert_true(x->start <= x->first && x->first < x->last && x->last <= x->end);
        assert_int_equal(x->first, next);
        next = x->last;
        for (int end = 0; end < 2; end++) { /* a cut word is one that no window holds */
            size_t at = end ? x->end : x->start;
            if (at > 0 && at < n && word.data[at - 1] == word.data[at])
                assert_true(word_end(n, at) - word_start(at) > max);
        }
        for (size_t i = x->first; i < x->last;) { /* no other window has more context: a naive search */
            size_t a = word_start(i), b = word_end(n, i);
            if (b - a > max) {
                a = i;
                b = i + 1;
            }
            for (size_t other = 0; other < w->n; other++)
                assert_true(distance(x, n, a, b) >= distance(&w->data[other], n, a, b) + (other < k));
            i = b;
        }
    }
    assert_int_equal(next, n);
}

static void test_every_length(void **state)
{
    (void)state;
    struct windows w = {0};
    for (size_t n = 1; n <= 2000; n++) {
        size_t max = 3 + n % 40, stride = n * 7 % max;
        make_words(n, (unsigned)n, n % 5 == 0 ? 60 : 1 + n % 9);
        window_cut(n, word.data, max, stride, &w);
        check_windows(n, max, &w);
    }
    free(w.data);
}

static void test_no_piece(void **state)
{
    (void)state;
    struct windows w = {0};
    window_cut(0, NULL, 4, 1, &w);
    assert_int_equal(w.n, 1);
    assert_true(w.data[0].start == 0 && w.data[0].end == 0 && w.data[0].last == 0);
    free(w.data);
}

/* A word of more pieces than a window beside short ones. */
static void test_longer_than_a_window(void **state)
{
    (void)state;
    static int32_t ids[] = {0, 1, 1, 1, 1, 1, 1, 1, 2, 3, 3};
    static const struct window expected[] = {{0, 4, 0, 3}, {2, 6, 3, 5}, {4, 8, 5, 7}, {6, 9, 7, 8}, {7, 11, 8, 11}};
    struct windows w = {0};
    window_cut(11, ids, 4, 2, &w);
    assert_int_equal(w.n, 5);
    for (size_t k = 0; k < w.n; k++)
        assert_memory_equal(&w.data[k], &expected[k], sizeof *expected);
    free(w.data);
}

/* tests/golden/window.py: where every word is one piece the windows are those of tokenizers. */
static void test_golden(void **state)
{
    (void)state;
    FILE *f = fopen("tests/golden/window.txt", "r");
    assert_non_null(f);
    struct windows w = {0};
    static char line[1 << 16];
    size_t lines = 0;
    for (; fgets(line, sizeof line, f); lines++) {
        char *at = line;
        size_t n = strtoul(at, &at, 10), max = strtoul(at, &at, 10), stride = strtoul(at, &at, 10), kept = 0;
        make_words(n, 1, 1);
        window_cut(n, word.data, max, stride, &w);
        while (*at == ' ') {
            size_t start = strtoul(at, &at, 10), end = strtoul(at + 1, &at, 10);
            if (kept < w.n && w.data[kept].start == start) {
                assert_int_equal(w.data[kept].end, end);
                kept++;
            } else /* one in which no piece would count */
                for (size_t k = 0; k < w.n; k++)
                    assert_false(w.data[k].start == start);
        }
        assert_int_equal(kept, w.n);
    }
    assert_true(lines > 200);
    fclose(f);
    free(w.data);
}

static void check_room(size_t max, size_t own, size_t left, size_t right, size_t new_left, size_t new_right)
{
    window_room(max, own, &left, &right);
    assert_int_equal(left, new_left);
    assert_int_equal(right, new_right);
}

static void test_room(void **state)
{
    (void)state;
    check_room(0, 100, 7, 9, 7, 9); /* no limit */
    check_room(20, 8, 4, 4, 4, 4);
    check_room(20, 8, 9, 9, 5, 5);
    check_room(20, 8, 9, 2, 8, 2);
    check_room(20, 8, 2, 9, 2, 8);
    check_room(21, 8, 9, 9, 5, 6);
    check_room(20, 18, 9, 9, 0, 0);
    check_room(20, 8, 0, 99, 0, 10);
}

/* ---- windows in a stream ---- */

static void add_ints(struct bytes *b, const char *name, const int32_t *at, size_t n)
{
    add_str(b, name);
    add_array(b, n);
    for (size_t i = 0; i < n; i++)
        if (at[i] == MSG_INT_NIL)
            add_hex(b, "c0");
        else
            add_int(b, (uint64_t)at[i]);
}

/* A sentence's windows as wptok and bertfwd write them: the id of a piece is its place, + 3; its one logit tells place and
 * window. */
static size_t add_windows(struct bytes *b, uint64_t id, size_t n, size_t max, size_t stride)
{
    static struct windows w;
    static struct pieces all, row;
    GROW(all.id.data, all.id.room, n);
    GROW(all.start.data, all.start.room, n);
    GROW(all.end.data, all.end.room, n);
    for (size_t i = 0; i < n; i++) {
        all.id.data[i] = (int32_t)i + 3;
        all.start.data[i] = (int32_t)i;
        all.end.data[i] = (int32_t)i + 1;
    }
    all.word = word;
    window_cut(n, word.data, max, stride, &w);
    for (size_t k = 0; k < w.n; k++) {
        window_row(&all, &w.data[k], (struct array_ints){0}, (struct array_ints){0}, 1, 2, &row);
        add_map(b, 5);
        add_str(b, "id");
        add_int(b, id);
        add_str(b, "window");
        add_array(b, 2);
        add_int(b, k);
        add_int(b, w.n);
        add_ints(b, "input_ids", row.id.data, row.id.n);
        add_ints(b, "word_ids", row.word.data, row.word.n);
        add_str(b, "logits");
        add_array(b, row.id.n);
        for (size_t i = 0; i < row.id.n; i++) {
            add_array(b, 1);
            add_int(b, k * 4096 + (uint64_t)row.id.data[i]);
        }
    }
    return w.n;
}

static void check_merged(const struct record *r, size_t n, size_t max, size_t stride)
{
    static struct array_ints ids, words;
    static struct array_floats logits;
    static struct windows w;
    size_t rows, columns, k = 0;
    record_ints(r, "input_ids", &ids);
    record_ints(r, "word_ids", &words);
    record_matrix(r, "logits", &logits, &rows, &columns);
    assert_true(ids.n == n + 2 && words.n == n + 2 && rows == n + 2 && columns == 1);
    assert_true(ids.data[0] == 1 && ids.data[n + 1] == 2 && words.data[0] == MSG_INT_NIL && words.data[n + 1] == MSG_INT_NIL);
    window_cut(n, word.data, max, stride, &w);
    for (size_t i = 0; i < n; i++) {
        k += i == w.data[k].last;
        assert_int_equal(ids.data[i + 1], i + 3);
        assert_int_equal(words.data[i + 1], word.data[i]);
        assert_int_equal(logits.data[i + 1], k * 4096 + i + 3);
    }
    struct msg window = record_find(r, "window");
    static const uint8_t whole[] = {0x92, 0, 1};
    assert_memory_equal(window.data, whole, sizeof whole);
}

static void open_bytes(struct bytes b, struct reader **in)
{
    static const char *paths[2];
    paths[0] = temp_file("windows.msg", b.data, b.n);
    *in = reader_open(paths, NULL);
}

static void test_merge_every_length(void **state)
{
    (void)state;
    enum { LONGEST = 2000 };
    struct bytes b = {0};
    size_t records = 0;
    add_hex(&b, "82 a9 6d 73 67 73 74 72 65 61 6d 01 a4 6b 69 6e 64 a8 73 65 6e 74 65 6e 63 65");
    for (size_t n = 1; n <= LONGEST; n++) {
        make_words(n, (unsigned)n, 1 + n % 12);
        records += add_windows(&b, n, n, 20 + n % 9, n % 11);
    }
    add_trailer(&b, records);
    struct reader *in;
    open_bytes(b, &in);
    struct window_merger *m = window_merge_open(in);
    for (size_t n = 1; n <= LONGEST; n++) {
        struct record *r = window_merge_next(m);
        assert_non_null(r);
        make_words(n, (unsigned)n, 1 + n % 12);
        check_merged(r, n, 20 + n % 9, n % 11);
    }
    assert_null(window_merge_next(m));
    window_merge_close(m);
    reader_close(in);
    free(b.data);
}

/* Two windows of one sentence; what is wrong with the second is in `data`. */
struct faulty {
    const char *labels, *ids, *id;
};

static void merge_faulty(void *data)
{
    const struct faulty *f = data;
    struct bytes b = {0};
    add_hex(&b, "82 a9 6d 73 67 73 74 72 65 61 6d 01 a4 6b 69 6e 64 a8 73 65 6e 74 65 6e 63 65");
    for (uint64_t k = 0; k < 2; k++) {
        bool labels = k == 0 || f->labels;
        add_map(&b, labels ? 5 : 4);
        add_str(&b, "id");
        add_hex(&b, k == 0 ? "07" : f->id);
        add_str(&b, "window");
        add_hex(&b, k == 0 ? "92 00 02" : "92 01 02");
        add_str(&b, "word_ids");
        add_hex(&b, k == 0 ? "92 00 c0" : "92 c0 01");
        add_str(&b, "input_ids");
        add_hex(&b, k == 0 ? "92 01 02" : f->ids);
        if (labels) {
            add_str(&b, "labels");
            add_hex(&b, k == 0 ? "92 00 00" : f->labels);
        }
    }
    add_trailer(&b, 2);
    struct reader *in;
    open_bytes(b, &in);
    struct window_merger *m = window_merge_open(in);
    assert_non_null(window_merge_next(m));
    assert_null(window_merge_next(m));
    window_merge_close(m);
    reader_close(in);
    free(b.data);
}

static void test_windows_that_do_not_fit(void **state)
{
    (void)state;
    struct faulty good = {"92 00 00", "92 01 02", "07"}, no_labels = good, short_ids = good, no_array = good, other = good;
    assert_null(death_of(merge_faulty, &good));
    no_labels.labels = NULL;
    assert_dies(merge_faulty, &no_labels, "record 2 (id 7): only some windows of its sentence have the field 'labels'");
    short_ids.ids = "91 01";
    assert_dies(merge_faulty, &short_ids, "record 2 (id 7): 1 values of input_ids for 2 pieces");
    no_array.labels = "01";
    assert_dies(merge_faulty, &no_array, "record 2 (id 7): field 'labels' is not an array");
    other.id = "08";
    assert_dies(merge_faulty, &other, "record 2 (id 8): window 2 of 2 stands where window 2 of 2 of record 1's sentence should");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_no_piece),
        cmocka_unit_test(test_longer_than_a_window),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_merge_every_length),
        cmocka_unit_test(test_windows_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
