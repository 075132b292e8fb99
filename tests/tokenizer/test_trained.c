/* test_trained: how sentences were cut, from a header into config.json, and back into the options of another run. */
#include "support/support.h"

#include <unistd.h>

#include "tokenizer/encode.h"
#include "tokenizer/trained.h"

static struct header *header_of(struct trained t)
{
    struct header *h = header_new("sentence");
    trained_put(&t, h);
    return h;
}

/* What trained_save makes of `before`, as text. */
static char *saved(struct trained t, const char *before)
{
    struct header *h = header_of(t);
    json_t *config = json_loads(before, 0, NULL);
    json_t *old = json_deep_copy(config);
    bool changed = trained_save(h, config);
    assert_int_equal(changed, !json_equal(old, config));
    char *text = json_dumps(config, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(old);
    json_decref(config);
    header_free(h);
    return text;
}

static void check_saved(struct trained t, const char *before, const char *after)
{
    char *text = saved(t, before);
    assert_string_equal(text, after);
    free(text);
}

static void test_into_config(void **state)
{
    (void)state;
    struct trained none = TRAINED_NONE, given = {64, ENCODE_WINDOW, 5, 8, false};
    static const char all[] = "{\"task_specific_params\":{\"token-classification\":"
                              "{\"context\":8,\"max_seq_length\":64,\"overflow\":\"window\",\"stride\":5}}}";
    check_saved(given, "{}", all);
    check_saved(given, "{\"task_specific_params\":null}", all);
    check_saved(given, all, all);
    /* what an earlier training left goes; what others keep there stays */
    check_saved(none, all, "{}");
    check_saved(none, "{\"task_specific_params\":null}", "{\"task_specific_params\":null}");
    check_saved((struct trained){.context = 3, .overflow = -1, .stride = SIZE_MAX},
                "{\"task_specific_params\":{\"token-classification\":{\"stride\":1,\"x\":2},\"y\":{}}}",
                "{\"task_specific_params\":{\"token-classification\":{\"context\":3,\"x\":2},\"y\":{}}}");
    /* defaults that were given, and a stride without windows, are nothing */
    check_saved((struct trained){.context = 0, .overflow = ENCODE_ERROR, .stride = 7}, "{}", "{}");
}

static void test_second_run_without_options(void **state)
{
    (void)state;
    struct trained none = TRAINED_NONE;
    struct header *h = header_of((struct trained){64, ENCODE_TRUNCATE, SIZE_MAX, 0, false});
    json_t *config = json_object();
    trained_put(&none, h); /* wptok on the stream of another wptok */
    assert_false(trained_save(h, config));
    json_decref(config);
    header_free(h);
}

/* It is for bertinit, not for config.json. */
static void test_prefix_space(void **state)
{
    (void)state;
    struct header *h = header_of((struct trained){0, -1, SIZE_MAX, 0, true}), *other = header_new("sentence");
    assert_true(trained_has_prefix_space(h));
    check_saved((struct trained){0, -1, SIZE_MAX, 3, true}, "{}",
                "{\"task_specific_params\":{\"token-classification\":{\"context\":3}}}");
    trained_put(&(struct trained)TRAINED_NONE, h);
    assert_false(trained_has_prefix_space(h));
    assert_false(trained_has_prefix_space(other));
    header_set_text(other, "encoding", "no map");
    assert_false(trained_has_prefix_space(other));
    header_free(h);
    header_free(other);
}

static struct trained completed(struct trained t, const char *entry, bool has_documents)
{
    char text[400];
    int n = snprintf(text, sizeof text, "{\"task_specific_params\":{\"token-classification\":%s}}", entry);
    char *dir = xstrdup(temp_file("config.json", text, (size_t)n));
    *strrchr(dir, '/') = 0;
    trained_complete(&t, dir, has_documents);
    free(dir);
    return t;
}

static void check_completed(struct trained t, const char *entry, bool has_documents, struct trained want)
{
    struct trained got = completed(t, entry, has_documents);
    assert_int_equal(got.max_length, want.max_length);
    assert_int_equal(got.overflow, want.overflow);
    assert_int_equal(got.stride, want.stride);
    assert_int_equal(got.context, want.context);
}

static void test_from_config(void **state)
{
    (void)state;
    static const char all[] = "{\"max_seq_length\":64,\"overflow\":\"window\",\"stride\":5,\"context\":8}";
    struct trained none = TRAINED_NONE;
    assert_non_null(freopen("/dev/null", "w", stderr));
    check_completed(none, all, true, (struct trained){64, ENCODE_WINDOW, 5, 8, false});
    check_completed(none, all, false, (struct trained){64, ENCODE_WINDOW, 5, SIZE_MAX, false});
    check_completed(none, "null", true, none);
    check_completed(none, "{}", true, none);
    /* options win; a stride that does not fit them is left out */
    check_completed((struct trained){7, ENCODE_WINDOW, 2, 0, false}, all, true, (struct trained){7, ENCODE_WINDOW, 2, 0, false});
    check_completed((struct trained){7, -1, SIZE_MAX, 0, false}, all, true,
                    (struct trained){7, ENCODE_WINDOW, SIZE_MAX, 0, false});
    check_completed((struct trained){0, ENCODE_ERROR, SIZE_MAX, 0, false}, all, true,
                    (struct trained){0, ENCODE_ERROR, SIZE_MAX, 0, false});
    /* a length alone cut nothing: it is no limit for other texts; but it is the size of windows, and the room of context */
    check_completed(none, "{\"max_seq_length\":64}", true, none);
    check_completed((struct trained){0, ENCODE_WINDOW, SIZE_MAX, 0, false}, "{\"max_seq_length\":64}", true,
                    (struct trained){64, ENCODE_WINDOW, SIZE_MAX, 0, false});
    check_completed((struct trained){0, -1, SIZE_MAX, 3, false}, "{\"max_seq_length\":64}", true,
                    (struct trained){64, -1, SIZE_MAX, 3, false});
}

static void read_wrong_overflow(void *unused)
{
    (void)unused;
    completed((struct trained)TRAINED_NONE, "{\"overflow\":\"cut\"}", true);
}

static void read_wrong_stride(void *unused)
{
    (void)unused;
    completed((struct trained)TRAINED_NONE, "{\"overflow\":\"window\",\"stride\":\"5\"}", true);
}

static void test_wrong_config(void **state)
{
    (void)state;
    assert_dies(read_wrong_overflow, NULL, "\"overflow\" is \"cut\", not one of error|truncate|window");
    assert_dies(read_wrong_stride, NULL, "\"stride\" is");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_into_config),  cmocka_unit_test(test_second_run_without_options),
        cmocka_unit_test(test_prefix_space), cmocka_unit_test(test_from_config),
        cmocka_unit_test(test_wrong_config),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
