/* Packed weights as parts: the bytes of each kernel's layout, the way there and back, and parts that are too short or forged. */
#include "support/amx_model.h"
#include "support/support.h"

#include <xxhash.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/rng.h"
#include "gemm/gemm.h"
#include "gemm/gemm_parts.h"

enum { N = 70, K = 50 };

/* The parts of one matrix one after the other, as in a file. */
struct packed {
    enum precision precision;
    struct gemm_packed *fp;
    struct gemm_int8_packed *int8;
    size_t size;
    uint8_t *bytes; /* aligned as a mapping is */
};

static float *random_matrix(uint64_t seed, size_t n)
{
    float *x = xmalloc(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(rng_uniform(seed, 0, i) - 0.5);
    return x;
}

static size_t parts_of(const struct packed *p, struct gemm_part part[GEMM_PARTS_MAX])
{
    return p->int8 ? gemm_int8_parts(p->int8, part) : gemm_packed_parts(p->fp, part);
}

static struct packed pack(enum precision precision, size_t n, size_t k)
{
    struct packed p = {.precision = precision};
    float *w = random_matrix(n * 1000 + k, n * k);
    const float **row = xmalloc(n, sizeof *row);
    for (size_t i = 0; i < n; i++)
        row[i] = w + i * k;
    if (precision == PRECISION_INT8)
        p.int8 = gemm_int8_pack(n, k, row);
    else
        p.fp = gemm_pack(precision, gemm_matrix(w, n, k, k));
    struct gemm_part part[GEMM_PARTS_MAX];
    size_t parts = parts_of(&p, part);
    for (size_t i = 0; i < parts; i++)
        p.size += gemm_part_room(part[i].bytes);
    p.bytes = (uint8_t *)memory_floats(p.size / sizeof(float), true);
    uint8_t *to = p.bytes;
    for (size_t i = 0; i < parts; to += gemm_part_room(part[i++].bytes))
        memcpy(to, part[i].data, part[i].bytes);
    free(row);
    free(w);
    return p;
}

static struct packed take(const struct packed *p, size_t n, size_t k, struct gemm_bytes *from)
{
    struct packed taken = {.precision = p->precision};
    if (p->precision == PRECISION_INT8)
        taken.int8 = gemm_int8_take(n, k, from);
    else
        taken.fp = gemm_packed_take(p->precision, n, k, from);
    return taken;
}

static bool is_taken(const struct packed *p, size_t n, size_t k, size_t size)
{
    struct gemm_bytes from = {p->bytes, size};
    struct packed taken = take(p, n, k, &from);
    bool is = taken.int8 || taken.fp;
    gemm_int8_free(taken.int8);
    gemm_packed_free(taken.fp);
    return is;
}

static void packed_free(struct packed *p)
{
    gemm_packed_free(p->fp);
    gemm_int8_free(p->int8);
    free(p->bytes);
}

static float *product(const struct packed *p, size_t n, size_t k)
{
    enum { M = 5 };
    float *x = random_matrix(7, M * k), *y = xmalloc(M * n, sizeof *y);
    if (p->fp)
        gemm_packed_multiply(gemm_matrix(x, M, k, k), p->fp, (struct gemm_result){y, n, false});
    size_t bytes = gemm_int8_row_bytes(k);
    uint8_t *q = xmalloc(M, bytes);
    struct gemm_int8_row row[M];
    for (size_t i = 0; i < M; i++)
        row[i] = gemm_int8_quantize(k, x + i * k, q + i * bytes);
    if (p->int8)
        gemm_int8(M, q, row, p->int8, NULL, y, n);
    free(q);
    free(x);
    return y;
}

static void there_and_back(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {16, 16}, {N, K}, {33, 129}, {96, 384}};
    for (enum precision precision = PRECISION_FP32; precision <= PRECISION_INT8; precision++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t n = sizes[i][0], k = sizes[i][1];
            struct packed p = pack(precision, n, k);
            struct gemm_bytes from = {p.bytes, p.size};
            struct packed taken = take(&p, n, k, &from);
            assert_true(taken.fp || taken.int8);
            assert_int_equal(from.left, 0);
            float *want = product(&p, n, k), *is = product(&taken, n, k);
            assert_memory_equal(is, want, 5 * n * sizeof *is);
            struct gemm_part a[GEMM_PARTS_MAX], b[GEMM_PARTS_MAX];
            size_t parts = parts_of(&p, a);
            assert_int_equal(parts_of(&taken, b), parts);
            for (size_t j = 0; j < parts; j++) {
                assert_int_equal(a[j].bytes, b[j].bytes);
                assert_memory_equal(a[j].data, b[j].data, a[j].bytes);
                assert_int_equal((uintptr_t)b[j].data % GEMM_PART_ALIGNMENT, 0);
            }
            for (size_t size = 0; size < p.size; size += GEMM_PART_ALIGNMENT)
                assert_false(is_taken(&p, n, k, size));
            assert_false(is_taken(&p, n, k, p.size - 1));
            assert_false(is_taken(&p, SIZE_MAX / 64, k, p.size));
            assert_false(is_taken(&p, n * 100, k, p.size));
            free(want);
            free(is);
            packed_free(&taken);
            packed_free(&p);
        }
}

/* Where the quads lie is read from the bytes. (That a pair of quads belongs to the panel before it cannot be seen.) */
static void forged_quads_are_refused(void **state)
{
    (void)state;
    struct packed p = pack(PRECISION_INT8, N, K);
    struct gemm_part part[GEMM_PARTS_MAX];
    size_t n = gemm_int8_parts(p.int8, part);
    uint64_t *first = (uint64_t *)(void *)p.bytes;
    size_t panels = part[0].bytes / sizeof *first - 1;
    assert_true(is_taken(&p, N, K, p.size));
    for (size_t i = 0; i <= panels; i++) {
        static const uint64_t forged[] = {1, 3, 1000, UINT64_MAX, UINT64_MAX / 2, (uint64_t)1 << 62};
        for (size_t j = 0; j < sizeof forged / sizeof *forged; j++) {
            uint64_t was = first[i];
            first[i] += forged[j];
            assert_false(is_taken(&p, N, K, p.size));
            first[i] = was;
        }
    }
    uint8_t *at = p.bytes;
    for (size_t i = 0; i < 3; i++)
        at += gemm_part_room(part[i].bytes);
    uint32_t *offset = (uint32_t *)(void *)at;
    for (size_t i = 0; n == GEMM_PARTS_MAX && i < part[3].bytes / sizeof *offset; i++) {
        uint32_t was = offset[i];
        for (uint32_t bad = (uint32_t)gemm_int8_row_bytes(K) - 3; bad; bad = bad == UINT32_MAX ? 0 : UINT32_MAX) {
            offset[i] = bad;
            assert_false(is_taken(&p, N, K, p.size));
        }
        offset[i] = was;
    }
    assert_true(is_taken(&p, N, K, p.size));
    packed_free(&p);
}

/* XXH3-64 of a matrix's parts. A kernel that packs other bytes needs another number of the layout: files that were written before
 * must not be taken for new ones. */
static void the_layout_is_that_of_its_number(void **state)
{
    (void)state;
    enum { OF_LAYOUT = 2 };
    static const struct {
        enum precision precision;
        const char *kernel;
        uint64_t hash;
    } known[] = {
        {PRECISION_FP32, "avx2", 0xd6eb915a1fdd4e26},
        {PRECISION_FP32, "portable", 0xd6eb915a1fdd4e26},
        {PRECISION_FP32, "openblas", 0xcab9d657fa4a0c89},
        {PRECISION_BF16, "avx2", 0x7a52091e073b35c6},
        {PRECISION_BF16, "portable", 0x7a52091e073b35c6},
        {PRECISION_BF16, "openblas", 0x6b18f7342ec483e3},
        {PRECISION_BF16, "amxbf16", 0x4576b149a97ecbe5},
        {PRECISION_BF16X3, "avx2", 0x875e39bf997d0ee9},
        {PRECISION_BF16X3, "portable", 0x875e39bf997d0ee9},
        {PRECISION_BF16X3, "openblas", 0x8421e1a9b19d15a6},
        {PRECISION_BF16X3, "amxbf16", 0x59ce2f5966dc1168},
        {PRECISION_INT8, "avx2", 0x4be9cf29f823f34e},
        {PRECISION_INT8, "c", 0x0ce39429eecb6225},
        {PRECISION_INT8, "amxint8", 0x591895bbed07ea7c},
        {PRECISION_FP32, "avx512", 0xdcb643753ff1f4d9},
        {PRECISION_BF16, "avx512", 0x3bf4b1df07896b39},
        {PRECISION_BF16X3, "avx512", 0xb0109cbbf718a09c},
        {PRECISION_BF16, "avx512bf16", 0x3395227c2e97e0e9},
        {PRECISION_BF16X3, "avx512bf16", 0xeba7b5d026265b81},
        {PRECISION_INT8, "avx512vnni", 0x0ce39429eecb6225},
    };
    assert_int_equal(GEMM_LAYOUT, OF_LAYOUT);
    for (enum precision precision = PRECISION_FP32; precision <= PRECISION_INT8; precision++) {
        const char *kernel = gemm_layout_kernel(precision);
        struct packed p = pack(precision, N, K);
        uint64_t hash = XXH3_64bits(p.bytes, p.size);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (known[i].precision == precision && strcmp(known[i].kernel, kernel) == 0 && known[i].hash != hash)
                fail_msg("%s, %s: the bytes are others, with hash 0x%016llx: raise GEMM_LAYOUT, and OF_LAYOUT here",
                         precision_name(precision), kernel, (unsigned long long)hash);
        packed_free(&p);
    }
}

static void layouts_tell_kernels_apart(void **state)
{
    (void)state;
    for (enum precision a = PRECISION_FP32; a <= PRECISION_INT8; a++)
        for (enum precision b = PRECISION_FP32; b <= PRECISION_INT8; b++) {
            char *x = gemm_layout(a), *y = gemm_layout(b);
            assert_int_equal(strcmp(x, y) == 0, a == b);
            assert_null(strpbrk(x, "\"\\\n"));
            free(x);
            free(y);
        }
    char *before = gemm_layout(PRECISION_BF16);
    gemm_backend_replace(&amx_model_bf16, &amx_model_int8); /* and the tests after this one run again, with these kernels */
    char *after = gemm_layout(PRECISION_BF16);
    assert_true(strcmp(before, after) != 0 || strcmp(gemm_backend_bf16(), "amxbf16") == 0);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(forged_quads_are_refused),
        cmocka_unit_test(the_layout_is_that_of_its_number),
        cmocka_unit_test(layouts_tell_kernels_apart),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(forged_quads_are_refused),
        cmocka_unit_test(the_layout_is_that_of_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
