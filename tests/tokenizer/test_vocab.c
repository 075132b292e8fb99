/* vocab: identity of a vocabulary, the files of a directory, and what is wrong with them. */
#include "support/support.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tokenizer/normalize_bert.h"
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

/* The options of BERT's normalizer; all false if there is none. */
static struct normalize_bert normalizer_of(const struct vocab *v)
{
    struct normalize_bert none = {0};
    return v->normalizer.n ? *(const struct normalize_bert *)v->normalizer.step[0].options : none;
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
    assert_false(normalizer_of(v).lower);
    assert_false(normalizer_of(v).strip_accents);
    assert_true(normalizer_of(v).chinese);
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
        {"b3", "vocab.txt", "a\n", "the vocabulary has no [UNK], the \"unk_token\""},
        {"b4", "tokenizer.json", "[1]", "tokenizer.json: not a JSON object"},
        {"b5", "tokenizer.json", "{", "tokenizer.json:1: not JSON"},
        {"b6", "tokenizer.json", "{\"model\":{\"type\":\"WordLevel\"}}", "a WordLevel model; only WordPiece, BPE and Unigram"},
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

/* A directory with vocab.txt or tokenizer.json, and other files; NULL: not there. */
static char *model_of(bool as_json, const char *tokenizer, const char *config, const char *model, const char *map)
{
    static int number;
    char name[16];
    snprintf(name, sizeof name, "m%d", number++);
    char *dir = directory(name, as_json ? "tokenizer.json" : "vocab.txt", as_json ? tokenizer : pieces);
    const char *const file[] = {"tokenizer_config.json", "config.json", "special_tokens_map.json"}, *const text[] = {config,
                                                                                                                     model, map};
    for (size_t i = 0; i < 3; i++) {
        char *path = xasprintf("%s/%s", name, file[i]);
        if (text[i])
            temp_file(path, text[i], strlen(text[i]));
        free(path);
    }
    return dir;
}

/* What is read of it, or why not. */
static void check_model(char *dir, const char *message, bool lower)
{
    const char *died = death_of(read_it, dir);
    if (message && (!died || !strstr(died, message)))
        fail_msg("'%s', not '%s'", died ? died : "(it lives)", message);
    if (!message) {
        assert_null(died);
        struct vocab *v = vocab_read(dir);
        assert_int_equal(normalizer_of(v).lower, lower);
        vocab_free(v);
    }
    free(dir);
}

#define NO_LOWER(class) "{\"tokenizer_class\":\"" class "\",\"do_lower_case\":false}"
#define MODEL(key, value) "{\"model_type\":\"bert\",\"" key "\":\"" value "\"}"
#define PARTS(lower, pre, post)                                                                                                  \
    "{\"normalizer\":{\"type\":\"BertNormalizer\",\"lowercase\":" lower "},\"pre_tokenizer\":" pre ",\"post_processor\":" post   \
    ",\"decoder\":{\"type\":\"WordPiece\"},\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"vocab\":{"                \
    "\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"[MASK]\":4,\"the\":5}}}"
#define PRE "{\"type\":\"BertPreTokenizer\"}"
#define POST(cls) "{\"type\":\"BertProcessing\",\"cls\":[\"[CLS]\"," cls "],\"sep\":[\"[SEP]\",3]}"
#define TEMPLATE(items)                                                                                                          \
    "{\"type\":\"TemplateProcessing\",\"single\":[" items                                                                        \
    "],\"special_tokens\":{\"[CLS]\":{\"ids\":[2]},\"[SEP]\":{\"ids\":[3]}}}"
#define SPECIAL(id) "{\"SpecialToken\":{\"id\":\"" id "\"}}"
#define A "{\"Sequence\":{\"id\":\"A\"}}"
#define FAST "{\"tokenizer_class\":\"PreTrainedTokenizerFast\",\"do_lower_case\":false}"

/* Each result is that of AutoTokenizer of transformers 5.23, or it is refused. */
static void classes(void **state)
{
    (void)state;
    static const struct {
        const char *config, *model, *message;
        bool lower;
    } cases[] = {
        {NULL, NULL, NULL, true},
        {NO_LOWER("BertTokenizer"), NULL, NULL, false},
        {NO_LOWER("DistilBertTokenizerFast"), NULL, NULL, false},
        {NO_LOWER("ElectraTokenizer"), MODEL("tokenizer_class", "BertJapaneseTokenizer"), NULL, false},
        {"{\"tokenizer_class\":null}", MODEL("x", "y"), NULL, true},
        {NO_LOWER("BertJapaneseTokenizer"), MODEL("x", "y"),
         "tokenizer_config.json: \"tokenizer_class\" is BertJapaneseTokenizer", 0},
        {"{}", MODEL("tokenizer_class", "BertJapaneseTokenizer"), "/config.json: \"tokenizer_class\" is BertJapaneseTokenizer",
         0},
        {NO_LOWER("AlbertTokenizer"), NULL, "AlbertTokenizer, which is not known here; known here are BertTokenizer", 0},
        {NO_LOWER("BertTokenizerX"), NULL, "BertTokenizerX, which is not known", 0},
        {NO_LOWER("Fast"), NULL, "is Fast, which is not known", 0},
        {NO_LOWER("TokenizersBackend"), NULL, "needs a tokenizer.json, and there is none", 0},
        {"{\"tokenizer_class\":3}", NULL, "\"tokenizer_class\" is not a string, but 3", 0},
        {NULL, "{\"model_type\":\"electra\"}", NULL, true},
        {NULL, "{\"model_type\":\"deberta\"}", "config.json: \"model_type\" is deberta, and its tokenizer is not known", 0},
        {NULL, "{\"model_type\":\"roberta\"}", "neither tokenizer.json nor vocab.json with merges.txt there", 0},
        {NO_LOWER("BertTokenizer"), "{\"model_type\":\"roberta\"}", NULL, false},
        {"{\"word_tokenizer_type\":\"mecab\"}", NULL, "\"word_tokenizer_type\" is mecab", 0},
        {"{\"word_tokenizer_type\":\"basic\",\"subword_tokenizer_type\":\"wordpiece\"}", NULL, NULL, true},
        {"{\"subword_tokenizer_type\":\"character\"}", NULL, "\"subword_tokenizer_type\" is character", 0},
        {"{\"auto_map\":{\"AutoTokenizer\":[\"x.Y\",null]}}", NULL, "code of its own, [\"x.Y\",null], which is not run here", 0},
        {"{\"auto_map\":[\"x.Y\",null]}", NULL, "code of its own", 0},
        {"{\"auto_map\":{\"AutoModel\":\"x.Y\"}}", NULL, NULL, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_model(model_of(false, NULL, cases[i].config, cases[i].model, NULL), cases[i].message, cases[i].lower);
}

static void parts_of_tokenizer_json(void **state)
{
    (void)state;
    static const struct {
        const char *tokenizer, *config, *message;
        bool lower;
    } cases[] = {
        {PARTS("true", PRE, POST("2")), FAST, NULL, true},
        {PARTS("true", PRE, POST("2")), NO_LOWER("BertTokenizer"), NULL, false},
        {PARTS("true", PRE, POST("2")), NO_LOWER("ElectraTokenizerFast"), NULL, false},
        {PARTS("false", PRE, TEMPLATE(SPECIAL("[CLS]") "," A "," SPECIAL("[SEP]"))), FAST, NULL, false},
        {PARTS("true", PRE, POST("4")), FAST, NULL, true}, /* whatever the cls_token is */
        {PARTS("true", PRE, POST("9")), FAST, "puts a piece around a sentence that the vocabulary does not have", 0},
        {PARTS("true", PRE, TEMPLATE(A)), FAST, "does not put one piece before a sentence and one after it", 0},
        {PARTS("true", PRE, TEMPLATE(SPECIAL("[MASK]") "," A "," SPECIAL("[SEP]"))), FAST, "that the vocabulary does not have",
         0},
        {PARTS("true", PRE, TEMPLATE(SPECIAL("[CLS]") ",{\"Sequence\":{\"id\":\"A\",\"type_id\":1}}," SPECIAL("[SEP]"))), FAST,
         "has the type_id 1", 0},
        {PARTS("true", PRE, "null"), FAST, "tokenizer.json: the post_processor is missing; only TemplateProcessing", 0},
        {PARTS("true", PRE, "{\"type\":\"RobertaProcessing\"}"), FAST, "puts a piece around a sentence", 0},
        {PARTS("true", PRE, "{\"type\":\"PairProcessing\"}"), FAST, "the post_processor PairProcessing; only", 0},
        {PARTS("true", "null", POST("2")), FAST, NULL, true}, /* each text is one pre-token */
        {PARTS("true", "null", "null"), NO_LOWER("BertTokenizer"), NULL, false},
        {PARTS("true", "{\"type\":\"Metaspace\"}", POST("2")), NO_LOWER("BertTokenizer"), NULL, false}, /* a warning */
        {PARTS("\"yes\"", PRE, POST("2")), NO_LOWER("BertTokenizer"), "\"lowercase\" is not true or false", 0},
        {"{\"model\":{\"type\":\"BPE\"}}", NO_LOWER("RobertaTokenizer"), "no vocabulary in it", 0},
        {"{\"model\":{\"type\":\"BPE\"}}", NO_LOWER("BertTokenizer"),
         "a BPE model, but the tokenizer's class is BertTokenizer, which has a WordPiece model", 0},
        {PARTS("\"yes\"", PRE, POST("2")), FAST, "\"lowercase\" is not true or false, but the text \"yes\"", 0},
        {"{\"normalizer\":{\"type\":\"Nmt\"},\"model\":{\"vocab\":{\"[UNK]\":0}}}", FAST, "the normalizer Nmt is not known here",
         0},
        {"{\"normalizer\":null,\"model\":{\"vocab\":{\"[UNK]\":0}}}", FAST, NULL, false},
        {"{\"decoder\":{\"type\":\"BPEDecoder\"},\"model\":{\"vocab\":{\"[UNK]\":0}}}", NO_LOWER("BertTokenizer"), NULL, false},
        {"{\"decoder\":{\"type\":\"WordPiece\",\"prefix\":\"@@\"},\"model\":{\"vocab\":{\"[UNK]\":0}}}", FAST,
         "the decoder has the prefix '@@'; only '##'", 0},
        {"{\"decoder\":{\"type\":\"ByteLevel\"},\"model\":{\"vocab\":{\"[UNK]\":0}}}", FAST,
         "the decoder ByteLevel; only WordPiece with a WordPiece model", 0},
        {"{\"model\":{\"max_input_chars_per_word\":\"9\",\"vocab\":{\"[UNK]\":0}}}", FAST, "\"max_input_chars_per_word\" is not",
         0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_model(model_of(true, cases[i].tokenizer, cases[i].config, NULL, NULL), cases[i].message, cases[i].lower);
}

static void values_of_a_wrong_type(void **state)
{
    (void)state;
    static const struct {
        const char *config, *model, *map, *message;
    } cases[] = {
        {"{\"do_lower_case\":\"false\"}", NULL, NULL, "\"do_lower_case\" is not true or false, but the text \"false\""},
        {"{\"do_lower_case\":0}", NULL, NULL, "\"do_lower_case\" is not true or false, but 0"},
        {"{\"do_lower_case\":null}", NULL, NULL, "\"do_lower_case\" is not true or false, but null"},
        {"{\"strip_accents\":\"no\"}", NULL, NULL, "\"strip_accents\" is not true or false"},
        {"{\"strip_accents\":null}", NULL, NULL, NULL},
        {"{\"tokenize_chinese_chars\":1}", NULL, NULL, "\"tokenize_chinese_chars\" is not true or false"},
        {"{\"model_max_length\":\"512\"}", NULL, NULL, "\"model_max_length\" is not a whole number from 2 on"},
        {"{\"model_max_length\":1}", NULL, NULL, "\"model_max_length\" is not a whole number from 2 on"},
        {"{\"model_max_length\":9.5}", NULL, NULL, "\"model_max_length\" is not a whole number from 2 on"},
        {"{\"model_max_length\":true}", NULL, NULL, "\"model_max_length\" is not a whole number from 2 on"},
        {"{\"model_max_length\":1e30}", NULL, NULL, NULL},
        {"{\"max_len\":\"512\"}", NULL, NULL, "\"max_len\" is not a whole number"},
        {"{\"cls_token\":7}", NULL, NULL, "\"cls_token\" is not a token, but 7"},
        {"{\"cls_token\":\"\"}", NULL, NULL, "\"cls_token\" is not a token"},
        {"{\"cls_token\":null}", NULL, NULL, NULL},
        {"{\"additional_special_tokens\":\"x\"}", NULL, NULL,
         "\"additional_special_tokens\" is not a list of tokens, but the text \"x\""},
        {"{\"additional_special_tokens\":[\"x\"],\"extra_special_tokens\":{}}", NULL, NULL, NULL},
        {NULL, NULL, "{\"additional_special_tokens\":7}", "\"additional_special_tokens\" is not a list"},
        {NULL, NULL, "{\"sep_token\":[\"[SEP]\"]}", "special_tokens_map.json: \"sep_token\" is not a token, but [\"[SEP]\"]"},
        {NULL, NULL, "{\"sep_token\":{\"content\":\"[SEP]\",\"lstrip\":\"no\"}}", "\"lstrip\" is not true or false"},
        {"{\"added_tokens_decoder\":{\"x\":{\"content\":\"y\"}}}", NULL, NULL, "has the id \"x\", which is not a whole number"},
        {NULL, "{\"max_position_embeddings\":\"512\"}", NULL, "\"max_position_embeddings\" is not a whole number"},
        {NULL, "{\"vocab_size\":null}", NULL, "config.json: \"vocab_size\" is not a whole number"},
        {NULL, "{\"model_type\":1}", NULL, "config.json: \"model_type\" is not a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_model(model_of(false, NULL, cases[i].config, cases[i].model, cases[i].map), cases[i].message, true);
}

static void lengths(void **state)
{
    (void)state;
    char *dir = model_of(false, NULL, "{\"max_len\":20}", "{\"max_position_embeddings\":30,\"vocab_size\":6}", NULL);
    struct vocab *v = vocab_read(dir);
    assert_int_equal(v->model_max_length, 20);
    assert_int_equal(v->max_positions, 30);
    assert_int_equal(v->embeddings, 6);
    vocab_free(v);
    free(dir);
    dir = model_of(false, NULL, "{\"max_len\":20,\"model_max_length\":25}", NULL, NULL);
    v = vocab_read(dir);
    assert_int_equal(v->model_max_length, 25);
    assert_int_equal(v->max_positions, 0);
    vocab_free(v);
    free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity),
        cmocka_unit_test(ids_and_options),
        cmocka_unit_test(spellings_of_json),
        cmocka_unit_test(bad_files_are_named),
        cmocka_unit_test(classes),
        cmocka_unit_test(parts_of_tokenizer_json),
        cmocka_unit_test(values_of_a_wrong_type),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
