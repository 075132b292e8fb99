/* Packed files: the same logits with and without one, in each precision; files that are damaged, forged or of another model. */
#include "support/support.h"

#include <fcntl.h>
#include <omp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"
#include "base/rng.h"
#include "bert/engine_private.h"
#include "bert/packed.h"
#include "gemm/gemm_parts.h"
#include "model/safetensors_sum.h"
#include "support/bert_cases.h"

/* ---- a model in a folder ---- */

struct model {
    struct bert_case c;
    char *dir, *path[PRECISION_INT8 + 1]; /* of the packed files */
};

static void write_weights(const struct model *m)
{
    char *path = file_path(m->dir, "model.safetensors");
    struct outfile *out = outfile_open(path);
    weights_write(out, m->c.params, m->c.weights);
    outfile_commit(out);
    free(path);
}

static struct model model_new(const char *name)
{
    static int number;
    char *folder = xasprintf("%s-%d", name, number++);
    struct model m = {bert_case_load(name), xstrdup(temp_path(folder)), {NULL}};
    free(folder);
    file_make_folder(m.dir);
    config_write(m.c.config, m.dir);
    write_weights(&m);
    for (enum precision p = PRECISION_FP32; p <= PRECISION_INT8; p++)
        m.path[p] = xasprintf("%s/model.%s.%s.packed", m.dir, precision_name(p), gemm_layout_kernel(p));
    return m;
}

static void model_free(struct model *m)
{
    for (enum precision p = PRECISION_FP32; p <= PRECISION_INT8; p++)
        free(m->path[p]);
    free(m->dir);
    bert_case_free(&m->c);
}

/* The logits of the model in the folder, and whether they come from the packed file. */
static float *logits_of(const struct model *m, enum precision precision, bool *mapped)
{
    struct weights_map *weights = weights_map_new(m->dir, m->c.params);
    struct bert *bert = bert_new_packed(m->c.config, m->c.params, precision, m->dir, weights);
    *mapped = bert->packed_file.data;
    float *logits = xmalloc(m->c.n_pieces, m->c.config->num_labels * sizeof *logits);
    bert_forward(bert, &m->c.batch, logits);
    bert_free(bert);
    weights_map_free(weights);
    return logits;
}

static size_t logits_size(const struct model *m)
{
    return m->c.n_pieces * m->c.config->num_labels * sizeof(float);
}

/* The same, and what was said on standard error meanwhile; free it. */
static float *logits_and_warnings(const struct model *m, enum precision precision, bool *mapped, char **text)
{
    const char *path = temp_path("stderr");
    int real = dup(STDERR_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    dup2(fd, STDERR_FILENO);
    close(fd);
    float *logits = logits_of(m, precision, mapped);
    dup2(real, STDERR_FILENO);
    close(real);
    *text = file_read(path, 1 << 20, NULL);
    return logits;
}

/* The right logits, and one line that says why the file is not used. */
static void assert_unused(const struct model *m, enum precision precision, const float *want, const char *reason)
{
    bool mapped;
    char *text;
    float *logits = logits_and_warnings(m, precision, &mapped, &text);
    assert_false(mapped);
    assert_memory_equal(logits, want, logits_size(m));
    if (!strstr(text, reason) || !strstr(text, m->path[precision]) || strchr(text, '\n') != text + strlen(text) - 1)
        fail_msg("not a line about '%s': %s", reason, text);
    free(text);
    free(logits);
}

/* ---- bytes of a file ---- */

static struct bytes read_file(const char *path)
{
    struct bytes b = {0};
    b.data = (uint8_t *)file_read(path, 1 << 24, &b.n);
    return b;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, data, size), size);
    close(fd);
}

/* With the checksum that these bytes should have. */
static void write_forged(const char *path, uint8_t *data, size_t size)
{
    write_file(path, data, size);
    struct mapping map = file_map(path);
    size_t place = safetensors_sum_place((const char *)data, size);
    char digits[17];
    assert_true(place);
    safetensors_sum_of(map, place, digits);
    file_unmap(map);
    memcpy(data + place, digits, 16);
    write_file(path, data, size);
}

/* ---- tests ---- */

static void the_same_bits_with_the_file(void **state)
{
    (void)state;
    static const char *const names[] = {"tiny", "odd", "electra", "roberta", "distilbert", "flat"};
    int before = omp_get_max_threads();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct model m = model_new(names[i]);
        for (enum precision precision = PRECISION_FP32; precision <= PRECISION_INT8; precision++) {
            bool mapped;
            float *want = logits_of(&m, precision, &mapped);
            assert_false(mapped);
            bert_packed_write(m.dir, precision);
            for (int threads = 1; threads <= 3; threads++) {
                omp_set_num_threads(threads);
                float *logits = logits_of(&m, precision, &mapped);
                assert_true(mapped);
                assert_memory_equal(logits, want, logits_size(&m));
                free(logits);
            }
            omp_set_num_threads(before);
            free(want);
        }
        model_free(&m);
    }
}

static void a_damaged_file_is_not_used(void **state)
{
    (void)state;
    enum { FLIPS = 250 };
    struct model m = model_new("tiny");
    for (enum precision precision = PRECISION_FP32; precision <= PRECISION_INT8; precision += PRECISION_INT8) {
        bool mapped;
        float *want = logits_of(&m, precision, &mapped);
        bert_packed_write(m.dir, precision);
        struct bytes b = read_file(m.path[precision]);
        for (size_t i = 0; i < FLIPS; i++) {
            size_t at = i < 128 ? i : (size_t)(rng_uniform(1, precision, i) * (double)b.n);
            b.data[at] ^= (uint8_t)(1 << i % 8);
            write_file(m.path[precision], b.data, b.n);
            assert_unused(&m, precision, want, "is not used: ");
            b.data[at] ^= (uint8_t)(1 << i % 8);
        }
        for (size_t size = 0; size < b.n; size += size < 130 ? 3 : 997) {
            write_file(m.path[precision], b.data, size);
            assert_unused(&m, precision, want, "it is damaged");
        }
        struct bytes more = {0};
        add_bytes(&more, b.data, b.n);
        add_bytes(&more, b.data, GEMM_PART_ALIGNMENT);
        write_file(m.path[precision], more.data, more.n);
        assert_unused(&m, precision, want, "it is damaged");
        write_forged(m.path[precision], more.data, more.n);
        assert_unused(&m, precision, want, "its matrices are not those of config.json");
        write_forged(m.path[precision], more.data, b.n - GEMM_PART_ALIGNMENT);
        assert_unused(&m, precision, want, "its matrices are not those of config.json");
        free(more.data);
        write_file(m.path[precision], b.data, b.n);
        free(logits_of(&m, precision, &mapped));
        assert_true(mapped);
        free(b.data);
        free(want);
    }
    model_free(&m);
}

/* Whoever forges a file can have any logits, but nothing outside of the file and of the rows is read. */
static void forged_files_are_harmless(void **state)
{
    (void)state;
    struct model m = model_new("tiny");
    bert_packed_write(m.dir, PRECISION_INT8);
    struct bytes b = read_file(m.path[PRECISION_INT8]);
    size_t used = 0, head = (size_t)((uint8_t *)memchr(b.data, '\n', b.n) - b.data) + 1;
    for (size_t i = 0; i < 200; i++) {
        size_t at = head + (size_t)(rng_uniform(2, 0, i) * (double)(i % 2 ? b.n - head : 32)); /* first the numbers of quads */
        uint8_t was = b.data[at];
        b.data[at] = (uint8_t)(rng_uniform(3, 0, i) * 256);
        write_forged(m.path[PRECISION_INT8], b.data, b.n);
        bool mapped;
        char *text;
        free(logits_and_warnings(&m, PRECISION_INT8, &mapped, &text));
        free(text);
        used += mapped;
        b.data[at] = was;
    }
    assert_in_range(used, 50, 199);
    free(b.data);
    model_free(&m);
}

static void a_file_of_another_model_is_not_used(void **state)
{
    (void)state;
    struct model m = model_new("tiny");
    bert_packed_write(m.dir, PRECISION_FP32);
    m.c.weights[m.c.params->parameter[m.c.params->n_parameters - 1].offset] += 1;
    write_weights(&m);
    bool mapped;
    char *away = xasprintf("%s.away", m.path[PRECISION_FP32]);
    assert_int_equal(rename(m.path[PRECISION_FP32], away), 0);
    float *want = logits_of(&m, PRECISION_FP32, &mapped);
    assert_int_equal(rename(away, m.path[PRECISION_FP32]), 0);
    assert_unused(&m, PRECISION_FP32, want, "it belongs to another model.safetensors");
    assert_int_equal(rename(m.path[PRECISION_FP32], m.path[PRECISION_BF16]), 0); /* of another precision */
    free(want);
    want = logits_of(&m, PRECISION_INT8, &mapped);
    assert_int_equal(rename(m.path[PRECISION_BF16], m.path[PRECISION_INT8]), 0);
    assert_unused(&m, PRECISION_INT8, want, "another version of tagpipe has written it, or it is damaged");
    free(want);
    free(away);
    model_free(&m);
}

static void a_new_model_removes_them(void **state)
{
    (void)state;
    static const char *const stays[] = {"model.safetensors", "config.json",        "model.packed",
                                        "model.fp32.packed", "x.fp32.avx2.packed", "model.fp32.avx2.packed.txt"};
    struct model m = model_new("tiny");
    for (enum precision p = PRECISION_FP32; p <= PRECISION_INT8; p++)
        bert_packed_write(m.dir, p);
    for (size_t i = 2; i < sizeof stays / sizeof *stays; i++) {
        char *path = file_path(m.dir, stays[i]);
        write_file(path, (const uint8_t *)"", 0);
        free(path);
    }
    bert_packed_remove(m.dir);
    for (enum precision p = PRECISION_FP32; p <= PRECISION_INT8; p++)
        assert_false(file_exists(m.path[p]));
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        assert_true(file_is_in(m.dir, stays[i]));
    model_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bits_with_the_file), cmocka_unit_test(a_damaged_file_is_not_used),
        cmocka_unit_test(forged_files_are_harmless),   cmocka_unit_test(a_file_of_another_model_is_not_used),
        cmocka_unit_test(a_new_model_removes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
