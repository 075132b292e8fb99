/* Tests of init: where labels come from, and what a folder of another model must lose. */
#include "support/support.h"

#include "base/file.h"
#include "base/stage.h"
#include "train/init.h"

static struct config *new_config(void)
{
    static const char json[] = "{\"vocab_size\": 9}";
    return config_read_file(temp_file("config.json", json, sizeof json - 1));
}

static void assert_labels(struct config *config, size_t n, const char *const *label)
{
    assert_int_equal(config->num_labels, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(config->label[i], label[i]);
    config_free(config);
}

static void from_list(void *list)
{
    init_labels_from_list(new_config(), list);
}

static void test_labels_from_a_list(void **state)
{
    (void)state;
    struct config *config = new_config();
    init_labels_from_list(config, "O,B-X,I-X");
    assert_labels(config, 3, (const char *const[]){"O", "B-X", "I-X"});
    assert_dies(from_list, (void *)"O,A,O", "--labels has 'O' twice");
    assert_dies(from_list, (void *)",", "--labels has no name");
    char *many = xstrdup("x");
    for (int i = 0; i < INIT_LABELS_MAX; i++) {
        char *more = xasprintf("%s,%d", many, i);
        free(many);
        many = more;
    }
    assert_dies(from_list, many, "--labels: more than 1024");
    free(many);
}

/* A stream of no records with the label sets of these fields, each its own name and "O". */
static const char *stream_of(size_t n, const char *const *field)
{
    struct header *h = header_new("sentence");
    for (size_t i = 0; i < n; i++) {
        header_add_field(h, field[i]);
        header_set_labels(h, field[i], 2, (const char *const[]){"O", field[i]});
    }
    capture_begin();
    writer_close(writer_open(h));
    struct bytes b = capture_end();
    const char *path = temp_file("in", b.data, b.n);
    header_free(h);
    free(b.data);
    return path;
}

static void check_stream(size_t n, const char *const *fields, const char *field, const char *chosen)
{
    struct config *config = new_config();
    init_labels_from_stream(config, stream_of(n, fields), field);
    assert_labels(config, 2, (const char *const[]){"O", chosen});
}

static void no_field(void *path)
{
    init_labels_from_stream(new_config(), path, NULL);
}

static void test_labels_from_a_stream(void **state)
{
    (void)state;
    static const char *const fields[] = {"pos_tags", "ner_tags", "labels", "chunk_tags"};
    check_stream(4, fields, NULL, "labels");
    check_stream(2, fields, NULL, "ner_tags");
    check_stream(1, fields, NULL, "pos_tags");
    check_stream(4, fields, "chunk_tags", "chunk_tags");
    const char *path = stream_of(2, (const char *const[]){"pos_tags", "chunk_tags"});
    assert_dies(no_field, (void *)(uintptr_t)path,
                "no labels of 'ner_tags'; it has labels of: pos_tags, chunk_tags; see --field");
    path = stream_of(0, NULL);
    assert_dies(no_field, (void *)(uintptr_t)path, "it has labels of: nothing");
}

/* The names that are in a folder, of a few, one bit each. */
static int names_in(const char *dir)
{
    static const char *const file[] = {"model.safetensors", "optimizer.safetensors", "optimizer.safetensors.next",
                                       "vocab.txt",         "tokenizer.json",        "mine.txt"};
    int found = 0;
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        char *path = file_path(dir, file[i]);
        found |= file_exists(path) << i;
        free(path);
    }
    return found;
}

static void put(const char *dir, const char *name)
{
    char *path = file_path(dir, name);
    fclose(fopen(path, "w"));
    free(path);
}

static void test_a_staged_model_replaces_all_of_the_old_one(void **state)
{
    (void)state;
    char *dir = xstrdup(temp_path("old"));
    stage_lock(dir);
    static const char *const old[] = {"model.safetensors", "optimizer.safetensors", "optimizer.safetensors.next", "vocab.txt",
                                      "mine.txt"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        put(dir, old[i]);
    struct stage *stage = stage_open(dir);
    char *folder = xstrdup(stage_folder(stage));
    put(folder, "model.safetensors");
    put(folder, "tokenizer.json");
    assert_int_equal(names_in(dir), 1 | 2 | 4 | 8 | 32);
    init_commit(stage, true);
    assert_int_equal(names_in(dir), 1 | 16 | 32);
    assert_false(file_exists(folder));
    stage = stage_open(dir);
    init_commit(stage, false); /* nothing was staged: the weights go, the tokenizer stays */
    assert_int_equal(names_in(dir), 16 | 32);
    free(folder);
    free(dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_from_a_list),
        cmocka_unit_test(test_labels_from_a_stream),
        cmocka_unit_test(test_a_staged_model_replaces_all_of_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
