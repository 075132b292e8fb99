/* normalize_*, pretokenize_*, split_rules, metaspace: what the steps of a tokenizer.json make of texts, against the tokenizers
 * package (tests/golden/steps.py). */
#include "support/support.h"

#include "base/jsonfile.h"
#include "tokenizer/normalize.h"
#include "tokenizer/pretokenize.h"

static const char *const path = "tokenizer.json";

static void check_token(const char *line, size_t i, json_t *expected, const struct symbol *s, size_t n)
{
    char text[1024];
    assert_true(n > 0 && 4 * n < sizeof text);
    text[symbols_encode(s, n, text)] = '\0';
    if (strcmp(text, json_string_value(json_array_get(expected, 0))) != 0)
        fail_msg("%s: token %zu is '%s'", line, i, text);
    if (s[0].start != json_integer_value(json_array_get(expected, 1))
        || s[n - 1].end != json_integer_value(json_array_get(expected, 2)))
        fail_msg("%s: token %zu is at %u, %u", line, i, (unsigned)s[0].start, (unsigned)s[n - 1].end);
}

/* Without a pre-tokenizer each character is a token. */
static void check_text(const struct normalizer *z, const struct pretokenizer *p, const char *text, json_t *tokens)
{
    struct symbols raw = {0}, normal = {0}, spare = {0};
    struct pretokens made = {0}, more = {0};
    symbols_decode(str_of(text), &raw);
    normalize_run(z, raw.data, raw.n, &normal, &spare);
    pretokenize_run(p, normal.data, normal.n, true, &made, &more);
    size_t n = p->n ? made.n : made.text.n;
    assert_int_equal(n, json_array_size(tokens));
    for (size_t i = 0, start = 0; i < n; i++) {
        size_t end = p->n ? made.end[i] : i + 1;
        check_token(text, i, json_array_get(tokens, i), made.text.data + start, end - start);
        start = end;
    }
    free(raw.data);
    free(normal.data);
    free(spare.data);
    pretokenize_free_tokens(&made);
    pretokenize_free_tokens(&more);
}

static void as_the_package(void **state)
{
    (void)state;
    FILE *golden = fopen("tests/golden/steps.jsonl", "r");
    assert_non_null(golden);
    size_t n = 0;
    for (json_t *line; (line = json_loadf(golden, JSON_DISABLE_EOF_CHECK, NULL)); n++) {
        struct normalizer z = {0};
        struct pretokenizer p = {0};
        json_t *pair;
        size_t i;
        normalize_read(&z, json_object_get(line, "normalizer"), path);
        pretokenize_read(&p, json_object_get(line, "pre_tokenizer"), path);
        json_array_foreach(json_object_get(line, "texts"), i, pair)
            check_text(&z, &p, json_string_value(json_array_get(pair, 0)), json_array_get(pair, 1));
        normalize_free(&z);
        pretokenize_free(&p);
        json_decref(line);
    }
    assert_int_equal(n, 78);
    fclose(golden);
}

static void read_steps(void *data)
{
    struct normalizer z = {0};
    struct pretokenizer p = {0};
    json_t *json = json_loads(data, 0, NULL);
    assert_non_null(json);
    normalize_read(&z, json_object_get(json, "normalizer"), path);
    pretokenize_read(&p, json_object_get(json, "pre_tokenizer"), path);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"normalizer\":{\"type\":\"Nmt\"}}", "the normalizer Nmt is not known here"},
        {"{\"normalizer\":{\"type\":\"Sequence\"}}", "\"normalizers\" is missing; it should be a list"},
        {"{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"nfc\"}]}}", "the normalizer nfc is not known"},
        {"{\"normalizer\":{\"type\":\"Prepend\"}}", "\"prepend\" is missing; it should be a text"},
        {"{\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a*\"},\"content\":\"\"}}", "has the pattern 'a*'"},
        {"{\"normalizer\":[]}", "\"normalizer\" has no \"type\""},
        {"{\"pre_tokenizer\":{\"type\":\"Split\",\"behavior\":\"Isolated\"}}", "Split has no \"pattern\""},
        {"{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\"\"},\"behavior\":\"Isolated\"}}", "or an empty one"},
        {"{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[a-z]\"},\"behavior\":\"Isolated\"}}",
         "Split has the pattern '[a-z]'"},
        {"{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"}}}", "\"behavior\" of a pre_tokenizer is missing"},
        {"{\"pre_tokenizer\":{\"type\":\"Punctuation\",\"behavior\":\"isolated\"}}",
         "\"behavior\" of a pre_tokenizer is isolated"},
        {"{\"pre_tokenizer\":{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"ab\"}}", "\"delimiter\" is not one character"},
        {"{\"pre_tokenizer\":{\"type\":\"Digits\",\"individual_digits\":1}}", "\"individual_digits\" is not true or false"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_dies(read_steps, (void *)(uintptr_t)cases[i][0], cases[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_the_package), cmocka_unit_test(what_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
