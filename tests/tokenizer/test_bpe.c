/* bpe, bpe_merges: pieces of words by small models, against the tokenizers package (tests/golden/merges.py). */
#include "support/support.h"

#include "base/jsonfile.h"
#include "tokenizer/bpe.h"
#include "tokenizer/bpe_merges.h"
#include "tokenizer/vocab_private.h"

/* Of a list of pieces, and a model of tokenizer.json. The texts belong to the list. */
static struct vocab *vocab_of(json_t *pieces, json_t *model)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    json_t *piece;
    size_t i;
    json_array_foreach(pieces, i, piece) vocab_set(v, str_short_of(str_of(json_string_value(piece))), i);
    vocab_index(v);
    v->algorithm = &bpe_algorithm;
    bpe_algorithm.read(v, model, "tokenizer.json");
    return v;
}

static void check_word(void *model, const char *word, json_t *expected)
{
    struct symbols s = {0};
    struct chunk_pieces out = {0};
    symbols_decode(str_of(word), &s);
    bpe_algorithm.cut(model, str_of(word), places_of_symbols(s.data), 7, &out);
    if (out.n != json_array_size(expected))
        fail_msg("%s: %zu pieces, not %zu", word, out.n, json_array_size(expected));
    for (size_t i = 0; i < out.n; i++) {
        json_t *piece = json_array_get(expected, i);
        assert_int_equal(out.data[i].id, json_integer_value(json_array_get(piece, 0)));
        assert_int_equal(out.data[i].start, json_integer_value(json_array_get(piece, 1)));
        assert_int_equal(out.data[i].end, json_integer_value(json_array_get(piece, 2)));
        assert_int_equal(out.data[i].word, 7);
    }
    free(s.data);
    chunk_pieces_free(&out);
}

static void as_the_package(void **state)
{
    (void)state;
    FILE *golden = fopen("tests/golden/merges.jsonl", "r");
    assert_non_null(golden);
    size_t n = 0, i;
    for (json_t *line, *pair; (line = json_loadf(golden, JSON_DISABLE_EOF_CHECK, NULL)); n++) {
        struct vocab *v = vocab_of(json_object_get(line, "pieces"), json_object_get(line, "model"));
        void *model = bpe_algorithm.new(v);
        json_array_foreach(json_object_get(line, "words"), i, pair)
            check_word(model, json_string_value(json_array_get(pair, 0)), json_array_get(pair, 1));
        bpe_algorithm.free(model);
        vocab_free(v);
        json_decref(line);
    }
    assert_int_equal(n, 6);
    fclose(golden);
}

static void read_model(void *data)
{
    json_t *pieces = json_pack("[sssss]", "a", "b", "c", "ab", "abc"), *model = json_loads(data, 0, NULL);
    assert_non_null(model);
    vocab_of(pieces, model);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{}", "\"merges\" is missing; it should be a list of pairs"},
        {"{\"merges\":[[\"a\",\"x\"]]}", "merge 1 has the piece 'x', which is not in the vocabulary"},
        {"{\"merges\":[[\"a\",\"b\"],[\"b\",\"c\"]]}", "merge 2 has the piece 'bc', which is not in the vocabulary"},
        {"{\"merges\":[[\"a\"]]}", "merge 1 is not two pieces"},
        {"{\"merges\":[\"ab\"]}", "line 1 of the merges is not two pieces"},
        {"{\"merges\":[],\"unk_token\":\"?\"}", "the model's \"unk_token\" is ?, which is not in its vocabulary"},
        {"{\"merges\":[],\"dropout\":0.5}", "\"dropout\" makes pieces by chance"},
        {"{\"merges\":[],\"byte_fallback\":true}", "\"byte_fallback\" is true"},
        {"{\"merges\":[],\"end_of_word_suffix\":\"</w>\"}", "\"end_of_word_suffix\" is '</w>'"},
        {"{\"merges\":[],\"continuing_subword_prefix\":\"##\"}", "\"continuing_subword_prefix\" is '##'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_dies(read_model, (void *)(uintptr_t)cases[i][0], cases[i][1]);
}

/* Both forms of a merge; the table has each with its rank, and no other pair. */
static void merges_by_pair(void **state)
{
    (void)state;
    json_t *pieces = json_pack("[sssss]", "a", "b", "c", "ab", "abc"),
           *pairs = json_loads("{\"merges\":[[\"a\",\"b\"],\"ab c\"]}", 0, NULL);
    json_t *other = json_loads("{\"merges\":[[\"ab\",\"c\"],[\"a\",\"b\"]]}", 0, NULL);
    struct vocab *v = vocab_of(pieces, pairs), *w = vocab_of(pieces, other);
    const struct bpe_merge *m = bpe_merges_find(v->merges, 3, 2);
    assert_int_equal(m->rank, 1);
    assert_int_equal(m->id, 4);
    assert_int_equal(bpe_merges_find(v->merges, 0, 1)->rank, 0);
    assert_int_equal(bpe_merges_find(v->merges, 1, 0)->rank, BPE_NO_RANK);
    assert_true(v->merges->hash != w->merges->hash);
    vocab_free(v);
    vocab_free(w);
    json_decref(pieces);
    json_decref(pairs);
    json_decref(other);
}

/* A word of a million characters: quadratic time would be felt. */
static void long_word(void **state)
{
    (void)state;
    enum { N = 1000000 };
    json_t *pieces = json_pack("[ssss]", "a", "aa", "aaaa", "b"), *m = json_loads("{\"merges\":[\"a a\",\"aa aa\"]}", 0, NULL);
    struct vocab *v = vocab_of(pieces, m);
    void *model = bpe_algorithm.new(v);
    struct chunk_pieces out = {0};
    char *text = xmalloc(N, 1);
    memset(text, 'a', N);
    bpe_algorithm.cut(model, (struct str){text, N}, (struct places){.place = 0}, 0, &out);
    assert_int_equal(out.n, N / 4);
    assert_int_equal(out.data[out.n - 1].id, 2);
    assert_int_equal(out.data[out.n - 1].end, N);
    free(text);
    chunk_pieces_free(&out);
    bpe_algorithm.free(model);
    vocab_free(v);
    json_decref(pieces);
    json_decref(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_package),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(merges_by_pair),
        cmocka_unit_test(long_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
