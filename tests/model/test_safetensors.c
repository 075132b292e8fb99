/* Tests of safetensors: the package's own bytes, conversions, every lie a header can tell. */
#include "support/support.h"

#include <fcntl.h>
#include <unistd.h>
#include "base/outfile.h"

#include "model/safetensors.h"

/* A file of a header (its size put before it) and n bytes 0, 1, 2, ... of data. */
static const char *file_of(const char *header, size_t n)
{
    struct bytes b = {0};
    uint8_t size[8] = {(uint8_t)strlen(header), (uint8_t)(strlen(header) >> 8)}, data[256];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    add_bytes(&b, size, 8);
    add_bytes(&b, header, strlen(header));
    add_bytes(&b, data, n);
    const char *path = temp_file("x.safetensors", b.data, b.n);
    free(b.data);
    return path;
}

static void open_file(void *path)
{
    safetensors_open(path);
}

static void assert_refused(const char *header, size_t n, const char *message)
{
    assert_dies(open_file, (void *)(uintptr_t)file_of(header, n), message);
}

#define T(name, dtype, shape, offsets)                                                                                           \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"

static void test_reads_tensors_in_any_order(void **state)
{
    (void)state;
    struct tensors *f = safetensors_open(
        file_of("{" T("b", "F32", "2", "4,12") "," T("a", "U8", "2,2", "0,4") "," T("none", "F32", "0,3", "12,12") "," T(
                    "scalar", "F32", "", "12,16") ",\"__metadata__\":{\"format\":\"pt\"}}   ",
                16));
    assert_int_equal(f->n, 4);
    assert_string_equal(tensors_metadata(f, "format"), "pt");
    assert_null(tensors_metadata(f, "other"));
    const struct tensor *b = tensors_find(f, "b");
    assert_int_equal(b->elements, 2);
    assert_int_equal(b->data[0], 4);
    assert_int_equal(tensors_find(f, "none")->elements, 0);
    assert_int_equal(tensors_find(f, "scalar")->rank, 0);
    assert_null(tensors_find(f, "c"));
    tensors_close(f);
}

static void test_conversion_is_exact(void **state)
{
    (void)state;
    /* F16 and BF16 bits, and the fp32 bits of the same number: 1, -2, smallest and greatest subnormal, smallest normal, greatest,
     * infinity, -0, NaN. */
    static const uint32_t half[][2] = {{0x3c00, 0x3f800000}, {0xc000, 0xc0000000}, {0x0001, 0x33800000}, {0x03ff, 0x387fc000},
                                       {0x0400, 0x38800000}, {0x7bff, 0x477fe000}, {0x7c00, 0x7f800000}, {0xfc00, 0xff800000},
                                       {0x8000, 0x80000000}, {0x7e01, 0x7fc02000}, {0x3555, 0x3eaaa000}, {0x8200, 0xb8000000}};
    static const uint32_t brain[][2] = {{0x3f80, 0x3f800000}, {0x0001, 0x00010000}, {0x7f80, 0x7f800000},
                                        {0xff7f, 0xff7f0000}, {0x7fc1, 0x7fc10000}, {0x8000, 0x80000000}};
    for (int kind = 0; kind < 2; kind++) {
        size_t n = kind ? sizeof brain / sizeof *brain : sizeof half / sizeof *half;
        const uint32_t(*wanted)[2] = kind ? brain : half;
        char *header =
            xasprintf("{\"x\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}", kind ? "BF16" : "F16", n, 2 * n);
        struct bytes b = {0};
        uint8_t size[8] = {(uint8_t)strlen(header)};
        add_bytes(&b, size, 8);
        add_bytes(&b, header, strlen(header));
        for (size_t i = 0; i < n; i++) {
            uint8_t pair[2] = {(uint8_t)wanted[i][0], (uint8_t)(wanted[i][0] >> 8)};
            add_bytes(&b, pair, 2);
        }
        struct tensors *f = safetensors_open(temp_file("x.safetensors", b.data, b.n));
        uint32_t out[16];
        tensors_floats(&f->tensor[0], (float *)out);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(out[i], wanted[i][1]);
        tensors_close(f);
        free(b.data);
        free(header);
    }
}

static void read_other(void *path)
{
    struct tensors *f = safetensors_open(path);
    float out[4];
    tensors_floats(&f->tensor[0], out);
}

static void test_other_types_are_not_converted(void **state)
{
    (void)state;
    assert_dies(read_other, (void *)(uintptr_t)file_of("{" T("x", "I64", "1", "0,8") "}", 8),
                "tensor x is not fp32, fp16 or bf16");
}

static void test_lies(void **state)
{
    (void)state;
    assert_dies(open_file, (void *)(uintptr_t)temp_file("x", "1234567", 7), "not a safetensors file");
    assert_dies(open_file, (void *)(uintptr_t)temp_file("x", "", 0), "not a safetensors file");
    assert_dies(open_file, (void *)(uintptr_t)temp_file("x", "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10), "a header of");
    assert_dies(open_file, (void *)(uintptr_t)temp_file("x", "\3\0\0\0\0\0\0\0{}", 10), "a header of 3 bytes in a file of 10");
    assert_dies(open_file, (void *)(uintptr_t)temp_file("x", "\0\0\0\0\0\0\0\0", 8), "not a JSON object");
    assert_refused("[]", 0, "not a JSON object");
    assert_refused("{\"x\":", 0, "not a JSON object");
    assert_refused("{\"x\":3}", 0, "lacks dtype, shape or data_offsets");
    assert_refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "lacks dtype, shape or data_offsets");
    assert_refused("{" T("x", "F32", "1", "0,4") "," T("x", "F32", "1", "4,8") "}", 8, "not a JSON object: duplicate");
    assert_refused("{" T("x", "F99", "1", "0,4") "}", 4, "unknown dtype 'F99'");
    assert_refused("{" T("x", "F32", "-1", "0,4") "}", 4, "not a whole number");
    assert_refused("{" T("x", "F32", "1.0", "0,4") "}", 4, "not a whole number");
    assert_refused("{" T("x", "F32", "1", "-4,0") "}", 4, "not a whole number");
    assert_refused("{" T("x", "F32", "1,1,1,1,1,1,1,1,1", "0,4") "}", 4, "9 dimensions");
    assert_refused("{" T("x", "F32", "4294967296,4294967296,4", "0,4") "}", 4, "its shape and dtype do not give");
    assert_refused("{" T("x", "F32", "4611686018427387904", "0,0") "}", 0, "its shape and dtype do not give");
    assert_refused("{" T("x", "F32", "2", "0,4") "}", 4, "its shape and dtype do not give");
    assert_refused("{" T("x", "F32", "1", "0,4") "}", 3, "the file is cut off, or its header is wrong");
    assert_refused("{" T("x", "F32", "1", "4,0") "}", 4, "the file is cut off, or its header is wrong");
    assert_refused("{" T("x", "F32", "1", "0,4") "}", 5, "1 bytes after the last tensor");
    assert_refused("{" T("x", "F32", "1", "0,4") "," T("y", "F32", "1", "0,4") "}", 4, "overlaps");
    assert_refused("{" T("x", "F32", "2", "0,8") "," T("y", "F32", "1", "4,8") "}", 8, "overlaps");
    assert_refused("{" T("x", "F32", "1", "0,4") "," T("y", "F32", "1", "8,12") "}", 12, "leaves a gap");
    assert_refused("{" T("x", "F32", "1", "4,8") "}", 8, "leaves a gap");
    assert_refused("{\"__metadata__\":{\"a\":1}}", 0, "a value that is not a string");
    assert_refused("{\"__metadata__\":[]}", 0, "is not an object");
}

static void test_nesting_ends(void **state)
{
    (void)state;
    struct bytes b = {0};
    uint8_t size[8] = {0, 0, 16}; /* a megabyte of brackets */
    add_bytes(&b, size, 8);
    for (size_t i = 0; i < 1 << 20; i++)
        add_bytes(&b, "[", 1);
    assert_dies(open_file, (void *)(uintptr_t)temp_file("deep", b.data, b.n), "not a JSON object");
    free(b.data);
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    struct mapping whole = file_map("tests/golden/train/model/model.safetensors");
    for (size_t n = 0; n < whole.size; n += n < 64 ? 1 : 997)
        assert_non_null(death_of(open_file, (void *)(uintptr_t)temp_file("cut", whole.data, n)));
    file_unmap(whole);
}

/* Four tensors as safetensors.torch.save_file(..., metadata={"format": "pt"}) writes them (0.8, the names out of order). */
static void test_writes_the_bytes_of_the_package(void **state)
{
    (void)state;
    static const char header[] = "{\"__metadata__\":{\"format\":\"pt\"}," T("a.bias", "F32", "3", "0,12") "," T(
        "a.weight", "F32", "3,2", "12,36") "," T("b", "F32", "1,1", "36,40") "}";
    static const float x[] = {0, 1, 2, 3, 4, 5};
    static const char *const metadata[] = {"format", "pt", NULL};
    struct safetensors_out out[] = {
        {"b", 1, 1, x + 3, NULL, NULL}, {"a.weight", 3, 2, x, NULL, NULL}, {"a.bias", 0, 3, x, NULL, NULL}};
    char *path = xstrdup(temp_path("written"));
    struct outfile *file = outfile_open(path);
    safetensors_write(file, 3, out, metadata);
    outfile_commit(file);
    without_checksum(path);
    struct mapping map = file_map(path);
    size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    assert_int_equal(map.size, 8 + padded + 40);
    assert_int_equal(map.data[0], padded & 255);
    assert_int_equal(map.data[1], padded >> 8);
    assert_memory_equal(map.data + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++)
        assert_int_equal(map.data[8 + i], ' ');
    assert_memory_equal(map.data + 8 + padded, x, 12);
    assert_memory_equal(map.data + 8 + padded + 12, x, 24);
    assert_memory_equal(map.data + 8 + padded + 36, x + 3, 4);
    file_unmap(map);
    free(path);
}

static void open_it(void *path)
{
    tensors_close(safetensors_open(path));
}

/* Every bit of the header and of some of the data, through the edge of the first block. */
static void test_no_bit_is_damaged_in_silence(void **state)
{
    (void)state;
    enum { ROWS = 3 << 10, COLUMNS = 500 }; /* two blocks of 4 MiB */
    float *x = xcalloc(ROWS * COLUMNS, sizeof *x);
    static const char *const metadata[] = {"format", "pt", NULL};
    struct safetensors_out out[] = {{"b", ROWS, COLUMNS, x, NULL, NULL}};
    char *path = xstrdup(temp_path("summed"));
    struct outfile *file = outfile_open(path);
    safetensors_write(file, 1, out, metadata);
    outfile_commit(file);
    open_it(path);
    int fd = open(path, O_RDWR);
    for (off_t i = 0; i < 8192; i++) {
        off_t at = i < 300 ? i : i * (4 << 10);
        unsigned char byte, bad;
        if (pread(fd, &byte, 1, at) != 1)
            break;
        bad = byte ^ (unsigned char)(1 << i % 8);
        assert_int_equal(pwrite(fd, &bad, 1, at), 1);
        if (i < 300 || i % 64 == 0)
            assert_dies(open_it, path, "");
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
    open_it(path);
    free(path);
    free(x);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_tensors_in_any_order),
        cmocka_unit_test(test_conversion_is_exact),
        cmocka_unit_test(test_other_types_are_not_converted),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_nesting_ends),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_writes_the_bytes_of_the_package),
        cmocka_unit_test(test_no_bit_is_damaged_in_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
