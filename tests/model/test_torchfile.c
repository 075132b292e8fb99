/* Tests of torchfile: the tensors of golden files by their formulas; forged archives, sizes and strides; files cut or damaged
 * anywhere. */
#include "support/support.h"

#include "base/rng.h"
#include "model/torchfile.h"
#include "model/torchzip.h"

#define GOLDEN "tests/golden/torchfile/"

static struct tensors *open_file(const char *path)
{
    struct tensors *all = calloc(1, sizeof *all);
    torchfile_add(all, path);
    tensors_sort(all);
    return all;
}

static void open_it(void *path)
{
    tensors_close(open_file(path));
}

/* ---- good files: torchfile.py has the same list ---- */

/* Element (i, j, k) of arange(24).reshape(2, 3, 4). */
static float a(size_t i, size_t j, size_t k)
{
    return (float)(12 * i + 4 * j + k);
}

static void assert_tensor(const struct tensors *all, const char *name, size_t n, const float *wanted, const char *shape)
{
    const struct tensor *t = tensors_find(all, name);
    float got[32];
    char *text = calloc(64, 1);
    assert_non_null(t);
    assert_int_equal(t->elements, n);
    for (size_t i = 0; i < t->rank; i++)
        sprintf(text + strlen(text), "%zu ", t->shape[i]);
    assert_string_equal(text, shape);
    tensors_floats(t, got);
    for (size_t i = 0; i < n; i++)
        assert_true(got[i] == wanted[i]);
    free(text);
}

static void floats_of_long(void *all)
{
    float out[32];
    tensors_floats(tensors_find(all, "long"), out);
}

static void check_kinds(const char *path)
{
    struct tensors *all = open_file(path);
    float plain[24], transposed[24], brain[24], half[24], step[8], expanded[6] = {0};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 4; k++) {
                plain[12 * i + 4 * j + k] = a(i, j, k);
                half[12 * i + 4 * j + k] = a(i, j, k) / 8;
                transposed[6 * k + 3 * i + j] = a(i, j, k);
                brain[6 * k + 2 * j + i] = a(i, j, k);
                if (j >= 1 && k % 2 == 0)
                    step[4 * i + 2 * (j - 1) + k / 2] = a(i, j, k);
            }
    assert_int_equal(all->n, 13);
    assert_tensor(all, "plain", 24, plain, "2 3 4 ");
    assert_tensor(all, "part", 12, plain + 12, "3 4 ");
    assert_tensor(all, "transposed", 24, transposed, "4 2 3 ");
    assert_tensor(all, "step", 8, step, "2 2 2 ");
    assert_tensor(all, "expanded", 6, expanded, "3 2 ");
    assert_tensor(all, "parameter", 12, plain, "3 4 ");
    assert_tensor(all, "half", 24, half, "2 3 4 ");
    assert_tensor(all, "brain", 24, brain, "4 3 2 ");
    assert_tensor(all, "scalar", 1, plain + 23, "");
    assert_tensor(all, "empty", 0, plain, "2 0 4 ");
    assert_int_equal(tensors_find(all, "long")->dtype, TENSORS_OTHER);
    assert_int_equal(tensors_find(all, "double")->elements, 12);
    assert_int_equal(tensors_find(all, "bool")->elements, 12);
    assert_true(tensors_is_plain(tensors_find(all, "part")) && !tensors_is_plain(tensors_find(all, "transposed")));
    assert_dies(floats_of_long, all, "tensor long is not fp32, fp16 or bf16");
    tensors_close(all);
}

static void test_kinds_of_tensors(void **state)
{
    (void)state;
    check_kinds(GOLDEN "new.bin");
    check_kinds(GOLDEN "old.bin");
}

/* ---- archives by hand ---- */

static uint32_t crc32_of(const uint8_t *data, size_t n)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void add_little(struct bytes *b, uint64_t value, int n)
{
    for (int i = 0; i < n; i++)
        add_bytes(b, &(uint8_t){(uint8_t)(i < 8 ? value >> (8 * i) : 0)}, 1);
}

/* An entry; those with an offset have a header elsewhere in the file already. */
struct entry {
    const char *name;
    const void *data;
    size_t size;
    int method, flags;
    size_t offset; /* 0: write it */
    size_t stored; /* compressed size, 0: as size */
    uint32_t crc;  /* 0: the right one */
};

static void add_entry_head(struct bytes *b, const struct entry *e, bool central, size_t offset)
{
    size_t name = strlen(e->name);
    uint32_t crc = e->crc ? e->crc : crc32_of(e->data, e->size);
    add_bytes(b, central ? "PK\1\2" : "PK\3\4", 4);
    if (central)
        add_little(b, 20, 2);
    add_little(b, 20, 2);
    add_little(b, (uint64_t)e->flags, 2);
    add_little(b, (uint64_t)e->method, 2);
    add_little(b, 0x21, 4); /* time, date */
    add_little(b, crc, 4);
    add_little(b, e->stored ? e->stored : e->size, 4);
    add_little(b, e->size, 4);
    add_little(b, name, 2);
    add_little(b, 0, 2);
    if (central) {
        add_little(b, 0, 2 + 2 + 2 + 4);
        add_little(b, offset, 4);
    }
    add_bytes(b, e->name, name);
}

static const char *archive(size_t n, struct entry *entry)
{
    struct bytes b = {0};
    for (size_t i = 0; i < n; i++)
        if (!entry[i].offset || i == 0) {
            entry[i].offset = b.n;
            add_entry_head(&b, &entry[i], false, 0);
            add_bytes(&b, entry[i].data, entry[i].stored ? entry[i].stored : entry[i].size);
        }
    size_t directory = b.n;
    for (size_t i = 0; i < n; i++)
        add_entry_head(&b, &entry[i], true, entry[i].offset);
    size_t size = b.n - directory;
    add_bytes(&b, "PK\5\6\0\0\0\0", 8);
    add_little(&b, n, 2);
    add_little(&b, n, 2);
    add_little(&b, size, 4);
    add_little(&b, directory, 4);
    add_little(&b, 0, 2);
    const char *path = temp_file("made.bin", b.data, b.n);
    free(b.data);
    return path;
}

/* ---- pickles by hand: {"x": a tensor}, where the numbers may lie ---- */

struct tensor_said {
    const char *storage, *key; /* "FloatStorage", "0" */
    int64_t numel, offset;
    size_t rank, strides;
    int64_t shape[9], stride[9];
};

static void add_text(struct bytes *b, const char *text)
{
    add_bytes(b, "X", 1);
    add_little(b, strlen(text), 4);
    add_bytes(b, text, strlen(text));
}

static void add_number(struct bytes *b, int64_t number)
{
    add_bytes(b, "\x8a\x08", 2);
    add_little(b, (uint64_t)number, 8);
}

static void add_numbers(struct bytes *b, size_t n, const int64_t *number)
{
    add_bytes(b, "(", 1);
    for (size_t i = 0; i < n; i++)
        add_number(b, number[i]);
    add_bytes(b, "t", 1);
}

static void add_state_dict(struct bytes *b, const struct tensor_said *t, bool old)
{
    add_bytes(b, "\x80\x02}", 3);
    add_text(b, "x");
    add_bytes(b, "ctorch._utils\n_rebuild_tensor_v2\n((", 35);
    add_text(b, "storage");
    add_bytes(b, "ctorch\n", 7);
    add_bytes(b, t->storage, strlen(t->storage));
    add_bytes(b, "\n", 1);
    add_text(b, t->key);
    add_text(b, "cpu");
    add_number(b, t->numel);
    add_bytes(b, old ? "NtQ" : "tQ", old ? 3 : 2);
    add_number(b, t->offset);
    add_numbers(b, t->rank, t->shape);
    add_numbers(b, t->strides, t->stride);
    add_bytes(b, "\x89}tRs.", 6);
}

static const float six[6] = {1, 2, 3, 4, 5, 6};
static const struct tensor_said good = {"FloatStorage", "0", 6, 0, 2, 2, {2, 3}, {3, 1}};

static const char *new_file(struct tensor_said t)
{
    struct bytes b = {0};
    add_state_dict(&b, &t, false);
    struct entry e[] = {{"m/data.pkl", b.data, b.n, 0, 0, 0, 0, 0}, {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0}};
    const char *path = archive(2, e);
    free(b.data);
    return path;
}

static const char *old_file(struct tensor_said t, int64_t count)
{
    struct bytes b = {0};
    add_hex(&b, "80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d");
    add_text(&b, "little_endian");
    add_hex(&b, "88 73 2e");
    add_state_dict(&b, &t, true);
    add_hex(&b, "80 02 5d");
    add_text(&b, "0");
    add_hex(&b, "61 2e");
    add_little(&b, (uint64_t)count, 8);
    add_bytes(&b, six, sizeof six);
    const char *path = temp_file("made.bin", b.data, b.n);
    free(b.data);
    return path;
}

static void assert_refused(const char *path, const char *text)
{
    const char *message = death_of(open_it, (void *)(uintptr_t)path);
    if (!message || !strstr(message, text))
        fail_msg("'%s', but should be '%s'", message ? message : "lives", text);
}

static void test_sizes_and_strides(void **state)
{
    (void)state;
    static const struct {
        struct tensor_said t;
        const char *text; /* NULL: good */
    } cases[] = {
        {{"FloatStorage", "0", 6, 0, 2, 2, {2, 3}, {3, 1}}, NULL},
        {{"FloatStorage", "0", 6, 0, 2, 2, {3, 2}, {1, 3}}, NULL},
        {{"FloatStorage", "0", 6, 5, 2, 2, {1, 1}, {900, 900}}, NULL},
        {{"FloatStorage", "0", 6, 6, 2, 2, {0, 9}, {9, 9}}, NULL},
        {{"FloatStorage", "0", 6, 0, 1, 1, {1LL << 40}, {0}}, NULL},
        {{"HalfStorage", "0", 12, 0, 1, 1, {12}, {1}}, NULL},
        {{"FloatStorage", "0", 5, 0, 1, 1, {5}, {1}}, NULL}, /* a storage may be longer */
        {{"FloatStorage", "0", 6, 7, 2, 2, {0, 9}, {9, 9}}, "reaches beyond the 6 elements of its storage"},
        {{"FloatStorage", "0", 6, 1, 2, 2, {2, 3}, {3, 1}}, "reaches beyond the 6 elements of its storage"},
        {{"FloatStorage", "0", 6, 0, 2, 2, {2, 3}, {4, 1}}, "reaches beyond"},
        {{"FloatStorage", "0", 6, 0, 2, 2, {3, 3}, {3, 1}}, "reaches beyond"},
        {{"FloatStorage", "0", 6, 0, 1, 1, {2}, {INT64_MAX}}, "reaches beyond"},
        {{"FloatStorage", "0", 6, INT64_MAX, 1, 1, {1}, {1}}, "reaches beyond"},
        {{"FloatStorage", "0", 6, 2, 2, 2, {3, 3}, {INT64_MAX, INT64_MAX}}, "reaches beyond"},
        {{"FloatStorage", "0", 6, 0, 3, 3, {1LL << 31, 1LL << 31, 4}, {0, 0, 0}}, "a shape beyond all memory"},
        {{"FloatStorage", "0", 7, 0, 1, 1, {7}, {1}}, "storage of 7 elements, but the file has only 24 bytes for them"},
        {{"FloatStorage", "0", INT64_MAX, 0, 1, 1, {7}, {1}}, "but the file has only 24 bytes"},
        {{"DoubleStorage", "0", 6, 0, 1, 1, {6}, {1}}, "storage of 6 elements, but the file has only 24 bytes"},
        {{"FloatStorage", "0", -1, 0, 1, 1, {1}, {1}}, "no whole number from 0 on"},
        {{"FloatStorage", "0", 6, -1, 1, 1, {1}, {1}}, "no whole number from 0 on"},
        {{"FloatStorage", "0", 6, 0, 1, 1, {-1}, {1}}, "no whole number from 0 on"},
        {{"FloatStorage", "0", 6, 5, 1, 1, {2}, {-1}}, "no whole number from 0 on"},
        {{"FloatStorage", "0", 6, 0, 2, 1, {2, 3}, {3}}, "a shape and strides that do not fit"},
        {{"FloatStorage", "0", 6, 0, 9, 9, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1}}, "has 9 dimensions"},
        {{"FloatStorage", "1", 6, 0, 1, 1, {6}, {1}}, "the archive has no entry data/1"},
        {{"FloatStorage", "../x", 6, 0, 1, 1, {6}, {1}}, "the archive has no entry data/../x"},
        {{"QInt8Storage", "0", 6, 0, 1, 1, {6}, {1}}, "it needs torch.QInt8Storage, which is not part of a state dict"},
        {{"_utils", "0", 6, 0, 1, 1, {6}, {1}}, "it needs torch._utils"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cases[i].text)
            assert_refused(new_file(cases[i].t), cases[i].text);
        else
            open_it((void *)(uintptr_t)new_file(cases[i].t));
}

static void test_old_files(void **state)
{
    (void)state;
    struct tensor_said t = good;
    open_it((void *)(uintptr_t)old_file(t, 6));
    assert_refused(old_file(t, 5), "the storage '0' has 5 elements, a tensor says 6");
    assert_refused(old_file(t, -1), "the storage '0' has 18446744073709551615 elements, a tensor says 6");
    t.numel = 7;
    assert_refused(old_file(t, 7), "the storage '0' of 7 elements begins at byte");
    t.numel = (int64_t)1 << 61;
    assert_refused(old_file(t, t.numel), "the file is cut off");
    t.numel = 5;
    t.shape[0] = 1;
    assert_refused(old_file(t, 5), "4 bytes after the last storage");
    t.key = "1";
    assert_refused(old_file(t, 5), "its list of storages has one that no tensor uses");
    t = good;
    t.shape[1] = 4;
    assert_refused(old_file(t, 6), "reaches beyond the 6 elements");
}

static void test_archives(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_state_dict(&b, &good, false);
#define PICKLE {"m/data.pkl", b.data, b.n, 0, 0, 0, 0, 0}
#define WITH(...) archive(2 + 1, (struct entry[]){PICKLE, {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0}, {__VA_ARGS__}})
    open_it((void *)(uintptr_t)WITH("m/version", "3\n", 2, 0, 0, 0, 0, 0));
    open_it((void *)(uintptr_t)WITH("m/byteorder", "little", 6, 0, 0, 0, 0, 0));
    assert_refused(WITH("m/byteorder", "big", 3, 0, 0, 0, 0, 0), "another order of bytes (big)");
    assert_refused(WITH("m/../x", "3", 1, 0, 0, 0, 0, 0), "the entry 'm/../x' leads out of the archive's folder");
    assert_refused(WITH("../x", "3", 1, 0, 0, 0, 0, 0), "the entry '../x' leads out of the archive's folder");
    assert_refused(WITH("m/..", "3", 1, 0, 0, 0, 0, 0), "the entry 'm/..' leads out of the archive's folder");
    assert_refused(WITH("/m/x", "3", 1, 0, 0, 0, 0, 0), "the entry '/m/x' is not in the folder of the others");
    assert_refused(WITH("n/x", "3", 1, 0, 0, 0, 0, 0), "the entry 'n/x' is not in the folder of the others");
    assert_refused(WITH("m/data/0", six, sizeof six, 0, 0, 0, 0, 0), "a damaged zip archive: File already exists");
    assert_refused(WITH("m/z", "3", 1, 0, 0, 0, 0, 12345), "the entry 'm/z': CRC error: the file is damaged");
    assert_refused(WITH("m/z", "\x4b\x4c\4\0", 2, 8, 0, 0, 4, 0), "the entry 'm/z' is compressed or encrypted");
    assert_refused(WITH("m/z", "xxxxxxxxxxxxxx", 2, 0, 1, 0, 14, 0), "the entry 'm/z' is compressed or encrypted");
    /* Without the storage, without the pickle, with nothing. */
    assert_refused(archive(1, (struct entry[]){PICKLE}), "the archive has no entry data/0");
    assert_refused(archive(1, (struct entry[]){{"m/x", "", 0, 0, 0, 0, 0, 0}}), "a zip archive, but not of torch.save");
    assert_refused(archive(0, NULL), "not a file of torch.save");
    /* An entry whose bytes are another entry, with its header; two entries that are the same bytes. */
    struct bytes inner = {0};
    struct entry hidden = {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0};
    add_entry_head(&inner, &hidden, false, 0);
    add_bytes(&inner, six, sizeof six);
    hidden.offset = 30 + strlen("m/data.pkl") + b.n + 30 + strlen("m/z");
    assert_refused(archive(3, (struct entry[]){PICKLE, {"m/z", inner.data, inner.n, 0, 0, 0, 0, 0}, hidden}),
                   "the entry 'data/0' overlaps another one");
    hidden.offset = 30 + strlen("m/data.pkl") + b.n;
    assert_refused(archive(3, (struct entry[]){PICKLE, {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0}, hidden}),
                   "a damaged zip archive");
    hidden.name = "m/data/1";
    assert_refused(archive(3, (struct entry[]){PICKLE, {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0}, hidden}),
                   "a damaged zip archive");
    free(inner.data);
    /* Bytes after the pickle. */
    add_bytes(&b, "N.", 2);
    assert_refused(archive(2, (struct entry[]){PICKLE, {"m/data/0", six, sizeof six, 0, 0, 0, 0, 0}}),
                   "2 bytes after the pickle");
    free(b.data);
}

static void test_other_files(void **state)
{
    (void)state;
    char tar[512] = "storages";
    strcpy(tar + 257, "ustar");
    assert_refused(temp_file("x", tar, sizeof tar), "a tar archive, as torch before 0.1.10 wrote it");
    assert_refused(temp_file("x", "", 0), "not a file of torch.save");
    assert_refused(temp_file("x", "\x80\x02N.", 4), "not a file of torch.save");
    assert_refused(temp_file("x", "version https://git-lfs.github.com/spec/v1\n", 43), "only the pointer of git-lfs");
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    static const char *const files[] = {GOLDEN "new.bin", GOLDEN "old.bin"};
    for (size_t i = 0; i < 2; i++) {
        struct mapping whole = file_map(files[i]);
        for (size_t n = 0; n < whole.size; n += n < 100 || n + 100 > whole.size ? 1 : 11)
            assert_non_null(death_of(open_it, (void *)(uintptr_t)temp_file("cut.bin", whole.data, n)));
        file_unmap(whole);
    }
}

/* Whatever the file says: it dies, or all tensors can be read where they are said to lie. */
static void read_all(void *path)
{
    struct tensors *all = open_file(path);
    for (size_t i = 0; i < all->n; i++)
        if (all->tensor[i].dtype != TENSORS_OTHER && all->tensor[i].elements < 1000) {
            float out[1000];
            tensors_floats(&all->tensor[i], out);
        }
    tensors_close(all);
}

/* Some bytes of n become others. */
static void damage(uint8_t *data, size_t n, uint64_t i)
{
    for (uint64_t k = 0; k <= i % 3; k++)
        data[(size_t)(rng_uniform(2, i, 2 * k) * (double)n)] = (uint8_t)(rng_uniform(2, i, 2 * k + 1) * 256);
}

static void test_damaged_anywhere(void **state)
{
    (void)state;
    static const char *const files[] = {GOLDEN "new.bin", GOLDEN "old.bin"};
    for (uint64_t i = 0; i < 400; i++) {
        struct mapping whole = file_map(files[i % 2]);
        uint8_t *copy = malloc(whole.size);
        memcpy(copy, whole.data, whole.size);
        damage(copy, whole.size, i / 2);
        death_of(read_all, (void *)(uintptr_t)temp_file("damaged.bin", copy, whole.size));
        free(copy);
        file_unmap(whole);
    }
}

/* The same for the pickle in an archive that is right otherwise. */
static void test_damaged_pickles(void **state)
{
    (void)state;
    struct tensors_file f = {(char *)(uintptr_t) "x", file_map(GOLDEN "new.bin")};
    struct torchzip *zip = torchzip_open(&f);
    struct entry e[16];
    uint8_t *pickle = NULL;
    size_t at = 0, died = 0;
    assert_in_range(zip->n, 8, 16);
    for (size_t k = 0; k < zip->n; k++)
        if (strcmp(zip->entry[k].name, "data.pkl") == 0)
            at = k;
    pickle = malloc(zip->entry[at].size);
    for (uint64_t i = 0; i < 600; i++) {
        for (size_t k = 0; k < zip->n; k++)
            e[k] = (struct entry){xasprintf("m/%s", zip->entry[k].name), zip->entry[k].data, zip->entry[k].size, 0, 0, 0, 0, 0};
        memcpy(pickle, e[at].data, e[at].size);
        damage(pickle, e[at].size, i);
        e[at].data = pickle;
        died += death_of(read_all, (void *)(uintptr_t)archive(zip->n, e)) != NULL;
        for (size_t k = 0; k < zip->n; k++)
            free((char *)(uintptr_t)e[k].name);
    }
    assert_in_range(died, 200, 599);
    free(pickle);
    torchzip_close(zip);
    file_unmap(f.map);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_of_tensors), cmocka_unit_test(test_sizes_and_strides), cmocka_unit_test(test_old_files),
        cmocka_unit_test(test_archives),         cmocka_unit_test(test_other_files),       cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_damaged_anywhere), cmocka_unit_test(test_damaged_pickles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
