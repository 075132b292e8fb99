/* Tests of jsonfile: values of the right type, those of others, and keys that are not there. */
#include "support/support.h"

#include "base/jsonfile.h"

static json_t *object;

static void read_bool(void *key)
{
    jsonfile_bool(object, "FILE", key, true);
}

static void read_size(void *key)
{
    jsonfile_size(object, "FILE", key, 1, 99, 5);
}

static void read_real(void *key)
{
    jsonfile_real(object, "FILE", key, 1, 0.5);
}

static void read_text(void *key)
{
    jsonfile_text(object, "FILE", key);
}

static void *key(const char *name)
{
    return (void *)(uintptr_t)name;
}

static void test_values(void **state)
{
    (void)state;
    const char json[] =
        "{\"yes\": true, \"no\": false, \"n\": 7, \"x\": 0.25, \"s\": \"text\", \"nil\": null, \"many\": 100, \"a\": [1]}";
    object = jsonfile_read(temp_file("a.json", json, sizeof json - 1), 1 << 20, 0);
    assert_true(jsonfile_bool(object, "FILE", "yes", false));
    assert_false(jsonfile_bool(object, "FILE", "no", true));
    assert_true(jsonfile_bool(object, "FILE", "missing", true));
    assert_true(jsonfile_bool(NULL, "FILE", "yes", true));
    assert_int_equal(jsonfile_size(object, "FILE", "n", 1, 99, 5), 7);
    assert_int_equal(jsonfile_size(object, "FILE", "missing", 1, 99, 5), 5);
    assert_true(jsonfile_real(object, "FILE", "x", 1, 0.5) == 0.25);
    assert_true(jsonfile_real(object, "FILE", "n", 9, 0.5) == 7);
    assert_true(jsonfile_real(object, "FILE", "missing", 1, 0.5) == 0.5);
    assert_string_equal(jsonfile_text(object, "FILE", "s"), "text");
    assert_null(jsonfile_text(object, "FILE", "nil"));
    assert_true(jsonfile_is_missing(object, "nil") && jsonfile_is_missing(object, "missing")
                && !jsonfile_is_missing(object, "no"));
    assert_dies(read_bool, key("s"), "FILE: \"s\" is not true or false, but the text \"text\"");
    assert_dies(read_bool, key("n"), "but 7");
    assert_dies(read_bool, key("nil"), "but null");
    assert_dies(read_size, key("x"), "FILE: \"x\" is not a whole number from 1 to 99, but 0.25");
    assert_dies(read_size, key("many"), "but 100");
    assert_dies(read_size, key("yes"), "but true");
    assert_dies(read_real, key("n"), "FILE: \"n\" is not a number from 0 to 1, but 7");
    assert_dies(read_real, key("s"), "but the text \"text\"");
    assert_dies(read_text, key("a"), "FILE: \"a\" is not a string, but [1]");
    json_decref(object);
}

static void read_file(void *path)
{
    jsonfile_read(path, 1 << 20, 0);
}

static void test_files(void **state)
{
    (void)state;
    assert_dies(read_file, key(temp_file("b.json", "{\n", 2)), "b.json:2: not JSON");
    assert_dies(read_file, key(temp_file("c.json", "[]", 2)), "c.json: not a JSON object");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
