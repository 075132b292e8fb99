/* Tests of document: where a document begins, in one stream and in concatenated ones. */
#include "support/support.h"

#include "stream/document.h"

/* The document of a record with these two integers; id below 0: it has none. */
static uint64_t document(struct documents *documents, int64_t id, int64_t doc)
{
    struct buffer bytes = {0};
    pack_map(&bytes, id < 0 ? 1 : 2);
    if (id >= 0) {
        pack_string(&bytes, "id");
        pack_int(&bytes, id);
    }
    pack_string(&bytes, "doc");
    pack_int(&bytes, doc);
    struct record record;
    record_index(&record, 1, packed_msg(&bytes));
    uint64_t number = document_of(documents, &record);
    free(bytes.data);
    return number;
}

static void documents_are_counted(void **state)
{
    (void)state;
    static const struct {
        int64_t id, doc;
        uint64_t number;
    } record[] = {{0, 7, 0}, {1, 7, 0}, {2, 8, 1}, {3, 8, 1}, {4, 7, 2}};
    struct documents documents = {0};
    for (size_t i = 0; i < sizeof record / sizeof *record; i++)
        assert_int_equal(document(&documents, record[i].id, record[i].doc), record[i].number);
}

static void ids_that_begin_again_are_another_stream(void **state)
{
    (void)state;
    struct documents documents = {0};
    assert_int_equal(document(&documents, 0, 0), 0);
    assert_int_equal(document(&documents, 1, 0), 0);
    assert_int_equal(document(&documents, 0, 0), 1);
    assert_int_equal(document(&documents, -1, 0), 1); /* without an id nothing begins again */
    assert_int_equal(document(&documents, -1, 1), 2);
}

static void without_a_document(void *data)
{
    struct documents documents = {0};
    struct record record;
    record_index(&record, 3, *(struct msg *)data);
    document_of(&documents, &record);
}

static void a_record_without_one_is_named(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_hex(&b, "81 a2 69 64 05");
    struct msg map = {b.data, b.data + b.n};
    assert_dies(without_a_document, &map, "record 3 (id 5): no field 'doc'");
    b.n = 0;
    add_hex(&b, "81 a3 64 6f 63 a1 78");
    map = (struct msg){b.data, b.data + b.n};
    assert_dies(without_a_document, &map, "record 3: field 'doc' is not a number");
    free(b.data);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_counted),
        cmocka_unit_test(ids_that_begin_again_are_another_stream),
        cmocka_unit_test(a_record_without_one_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
