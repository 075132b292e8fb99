/* test_json_items: lines, and the elements of arrays, however they are broken into lines and files. */
#include "support/support.h"

#include "json/json_items.h"

struct run {
    const char *file[3]; /* contents */
    struct buffer *got;  /* the items, with a | after each */
};

static void read_all(void *data)
{
    const struct run *run = data;
    const char *paths[3] = {NULL};
    static const char *const name[] = {"a.json", "b.json"};
    for (int i = 0; i < 2 && run->file[i]; i++)
        paths[i] = strdup(temp_file(name[i], run->file[i], strlen(run->file[i])));
    struct json_items in = json_items_open(paths, 1 << 20);
    for (struct str text; json_items_next(&in, &text);) {
        buffer_add(run->got, text.data, text.size);
        buffer_add(run->got, "|", 1);
    }
    json_items_close(&in);
    for (int i = 0; i < 2; i++)
        free((char *)paths[i]);
}

static void items(void **state)
{
    (void)state;
    static const struct {
        const char *file[3], *want;
    } good[] = {
        {{"{\"a\":1}\n\n  {\"b\":2}\n"}, "{\"a\":1}|{\"b\":2}|"},
        {{"[{\"a\":1},{\"b\":[2]}]"}, "{\"a\":1}|{\"b\":[2]}|"},
        {{"\n [\n{\"a\":1}\n, {\"b\":\"]},\\\"[\"}\n]\n\n"}, "{\"a\":1}\n|{\"b\":\"]},\\\"[\"}\n|"},
        {{"[{\"a\":\n1}]"}, "{\"a\":\n1}|"},
        {{"[[\"a\",{}],[\"b\",{}]]"}, "[\"a\",{}]|[\"b\",{}]|"},
        {{"[\"a\",{}]\n[\"b\",{}]\n"}, "[\"a\",{}]|[\"b\",{}]|"},
        {{"[]\n"}, ""},
        {{"[{\"a\":1}]\n{\"b\":2}\n[{\"c\":3}]"}, "{\"a\":1}|{\"b\":2}|[{\"c\":3}]|"},
        {{"[{\"a\":1}]", "[{\"b\":2}]"}, "{\"a\":1}|{\"b\":2}|"},
        {{"[1]"}, "[1]|"},
        {{"[{},1, \"x,]\" ]"}, "{}|1|\"x,]\" |"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct buffer got = {0};
        struct run run = {{good[i].file[0], good[i].file[1]}, &got};
        read_all(&run);
        buffer_add(&got, "", 1);
        assert_string_equal(got.data, good[i].want);
        free(got.data);
    }
}

static void deaths(void **state)
{
    (void)state;
    static const struct {
        const char *file[3], *message;
    } bad[] = {
        {{"[{\"a\":1},\n"}, "a.json:1: record 1: the array is not closed"},
        {{"[{\"a\":1},{\"b\"]"}, "a.json:1: record 2: the array is not closed"},
        {{"[{\"a\":1},", "[{\"b\":2}]"}, "b.json:1: the array of the file before this one is not closed"},
        {{"[{\"a\":1},]"}, "a.json:1: record 2: a value is expected"},
        {{"[{\"a\":1}]\n]"}, NULL},
        {{"[{\"a\":1}] x"}, "a.json:1: record 1: more after the array"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer got = {0};
        struct run run = {{bad[i].file[0], bad[i].file[1]}, &got};
        if (bad[i].message)
            assert_dies(read_all, &run, bad[i].message);
        else
            assert_null(death_of(read_all, &run)); /* what the line has is no matter of cutting */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items),
        cmocka_unit_test(deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
