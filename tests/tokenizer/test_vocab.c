/* vocab: identity of a vocabulary, the files of a directory, and what is wrong with them. */
#include "support/support.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tokenizer/vocab.h"

static const char pieces[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##s\n";
static const char json[] =
    "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"##s\":6,\"the\":5,\"[MASK]\":4,\"[SEP]\":3,\"[CLS]\":2,"
    "\"[UNK]\":1,\"[PAD]\":0}},\"added_tokens\":[]}";

/* A new directory with one file, or none. */
static char *directory(const char *name, const char *file, const char *text)
{
    char *dir = xstrdup(temp_path(name));
    mkdir(dir, 0777);
    if (file) {
        char *inside = xasprintf("%s/%s", name, file);
        temp_file(inside, text, strlen(text));
        free(inside);
    }
    return dir;
}

static void identity(void **state)
{
    (void)state;
    char *text = directory("text", "vocab.txt", pieces), *other = directory("json", "tokenizer.json", json);
    char *none = directory("none", NULL, NULL), *more = directory("more", "vocab.txt", pieces);
    char a[17], b[17], c[17];
    int64_t n = 0, m = 0;
    temp_file("json/config.json", "{\"model_type\":\"bert\"}", 21);
    temp_file("more/added_tokens.json", "{\"<x>\":7}", 9);
    assert_false(vocab_identify(none, &n, a));
    assert_true(vocab_identify(text, &n, a));
    assert_int_equal(n, 7);
    assert_true(vocab_identify(other, &m, b));
    assert_int_equal(m, 7);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), 16);
    assert_true(vocab_identify(more, &m, c));
    assert_int_equal(m, 8);
    assert_string_not_equal(a, c);
    vocab_copy(other, none);
    temp_file("none/config.json", "{\"model_type\":\"bert\"}", 21);
    assert_true(vocab_identify(none, &m, b));
    assert_string_equal(a, b);
    free(text);
    free(other);
    free(none);
    free(more);
}

static void ids_and_options(void **state)
{
    (void)state;
    char *dir = directory("options", "vocab.txt", pieces);
    static const char config[] = "{\"do_lower_case\":false,\"model_max_length\":1000000000000000019884624838656,"
                                 "\"mask_token\":\"<m>\"}";
    temp_file("options/tokenizer_config.json", config, strlen(config));
    struct vocab *v = vocab_read(dir);
    assert_int_equal(v->model_max_length, 0);
    assert_false(v->normalizer.lower);
    assert_false(v->normalizer.strip_accents);
    assert_true(v->normalizer.chinese);
    assert_int_equal(v->pad, 0);
    assert_int_equal(v->unk, 1);
    assert_int_equal(v->cls, 2);
    assert_int_equal(v->sep, 3);
    assert_int_equal(v->mask, 7);
    assert_int_equal(vocab_find(v, "the", 3), 5);
    assert_int_equal(vocab_find(v, "##s", 3), 6);
    assert_int_equal(vocab_find(v, "th", 2), -1);
    size_t matched = 0;
    assert_int_equal(vocab_longest_prefix(v, "thesis", 0, 6, &matched), 5);
    assert_int_equal(matched, 3);
    assert_int_equal(vocab_longest_prefix(v, "##sis", 2, 5, &matched), 6);
    assert_int_equal(vocab_longest_prefix(v, "##sis", 3, 5, &matched), -1); /* no longer one */
    assert_int_equal(vocab_longest_prefix(v, "the", 0, 2, &matched), -1);
    vocab_free(v);
    free(dir);
}

/* However its JSON is written: as tokenizers does, where the pieces are read without a tree of them, and in ways of others. */
static void spellings_of_json(void **state)
{
    (void)state;
#define FIRST "\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"[MASK]\":4,"
    static const struct {
        const char *text;
        size_t n;
        const char *piece;
        int32_t id;
    } cases[] = {
        {"{\"model\":{\"vocab\":{" FIRST "\"a\":5}}}", 6, "a", 5},
        {"\n{ \"model\" :\t{ \"vocab\"\r: {\n " FIRST " \"a\" : 5\n} } }\n", 6, "a", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"\\\"\\\\\":5}}}", 6, "\"\\", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"\303\251\":5}}}", 6, "\303\251", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"\\u00e9\":5}}}", 6, "\303\251", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"vocab\":5}}}", 6, "vocab", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"a\":5,\"a\":7}}}", 8, "a", 7},
        {"{\"model\":{\"vocab\":{" FIRST "\"a\":7,\"a\":5}}}", 6, "a", 5},
        {"{\"model\":{\"vocab\":{" FIRST "\"b\":5,\"a\":5}}}", 6, "b", -1},
        {"{\"x\":{\"vocab\":{\"a\":9}},\"model\":{\"vocab\":{" FIRST "\"a\":5}}}", 6, "a", 5},
        {"{\"x\":\"vocab\",\"model\":{\"vocab\":{" FIRST "\"a\":5}}}", 6, "a", 5},
        {"{\"model\":{\"vocab\":{\"x\":9},\"vocab\":{" FIRST "\"a\":5}}}", 6, "x", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[8];
        snprintf(name, sizeof name, "j%zu", i);
        char *dir = directory(name, "tokenizer.json", cases[i].text), *config = xasprintf("%s/config.json", name);
        temp_file(config, "{\"model_type\":\"bert\"}", 21);
        struct vocab *v = vocab_read(dir);
        assert_int_equal(v->n, cases[i].n);
        assert_int_equal(v->cls, 2);
        assert_int_equal(vocab_find(v, cases[i].piece, strlen(cases[i].piece)), cases[i].id);
        vocab_free(v);
        free(config);
        free(dir);
    }
}

static void read_it(void *dir)
{
    vocab_read(dir);
}

static void bad_files_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file, *text, *message;
    } cases[] = {
        {"b0", NULL, NULL, "neither tokenizer.json nor vocab.txt there"},
        {"b1", "vocab.txt", "", "vocab.txt: an empty vocabulary"},
        {"b2", "vocab.txt", "a\n\xff\n", "vocab.txt: invalid UTF-8 at byte 2"},
        {"b3", "vocab.txt", "a\n", "the vocabulary has no [UNK]"},
        {"b4", "tokenizer.json", "[1]", "tokenizer.json: not a JSON object"},
        {"b5", "tokenizer.json", "{", "tokenizer.json:1: not JSON"},
        {"b6", "tokenizer.json", "{\"model\":{\"type\":\"BPE\"}}", "a BPE model; only WordPiece"},
        {"b7", "tokenizer.json", "{\"model\":{\"vocab\":{}}}", "no vocabulary in it"},
        {"b8", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":-1}}}", "the id of 'a' is not a whole number"},
        {"b9", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":1.5}}}", "the id of 'a' is not a whole number"},
        {"b10", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":01}}}", "tokenizer.json:1: not JSON"},
        {"b11", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":1,}}}", "tokenizer.json:1: not JSON"},
        {"b12", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":1", "tokenizer.json:1: not JSON"},
        {"b13", "tokenizer.json", "{\"model\":{\"vocab\":{\n\"a\":1\n}}", "tokenizer.json:3: not JSON"},
        {"b14", "tokenizer.json", "{\"model\":{\"vocab\":{\"\xff\":1}}}", "tokenizer.json:1: not JSON"},
        {"b15", "tokenizer.json", "{\"model\":{\"vocab\":{\"a\nb\":1}}}", "tokenizer.json:1: not JSON"},
        {"b16", "tokenizer.json", "[{\"vocab\":{\"a\":1}}]", "tokenizer.json: not a JSON object"},
        {"b17", "tokenizer.json", "{\"x\":{\"vocab\":{\"a\":1}}}", "no vocabulary in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *dir = directory(cases[i].name, cases[i].file, cases[i].text);
        const char *message = death_of(read_it, dir);
        assert_non_null(message);
        if (!strstr(message, cases[i].message))
            fail_msg("%s: '%s', not '%s'", cases[i].name, message, cases[i].message);
        free(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity),
        cmocka_unit_test(ids_and_options),
        cmocka_unit_test(spellings_of_json),
        cmocka_unit_test(bad_files_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
