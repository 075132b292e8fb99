/* window_order: the windows of a sentence follow one another. */
#include "stream/window_order.h"

#include <string.h>

static struct msg id_of(const struct record *record)
{
    return record_find(record, "id");
}

static void remember(struct window_order *o, const struct record *record)
{
    struct msg id = id_of(record);
    o->id_size = id.data ? (size_t)(id.end - id.data) : 0;
    GROW(o->id, o->id_room, o->id_size + 1);
    if (id.data)
        memcpy(o->id, id.data, o->id_size);
}

static bool same_id(const struct window_order *o, const struct record *record)
{
    struct msg id = id_of(record);
    size_t size = id.data ? (size_t)(id.end - id.data) : 0;
    return size == o->id_size && (size == 0 || memcmp(o->id, id.data, size) == 0);
}

bool window_order_parse(const struct record *record, size_t *number, size_t *count)
{
    struct msg window = record_find(record, "window");
    int64_t k, n;
    size_t size;
    if (!msg_array(&window, &size) || size != 2 || !msg_int(&window, &k) || !msg_int(&window, &n) || k < 0 || k >= n)
        return false;
    *number = (size_t)k;
    *count = (size_t)n;
    return true;
}

size_t window_order_number(const struct record *record, size_t *count)
{
    size_t number;
    if (window_order_parse(record, &number, count))
        return number;
    if (record_find(record, "window").data)
        record_die(record, "field 'window' is not [number, count] as wptok writes it");
    *count = 1;
    return 0;
}

size_t window_order_next(struct window_order *o, const struct record *record, size_t *count)
{
    size_t number = window_order_number(record, count);
    if (number != o->next || (number > 0 && (*count != o->count || !same_id(o, record)))) {
        char *wanted = o->next ? xasprintf("window %zu of %zu of record %llu's sentence", o->next + 1, o->count,
                                           (unsigned long long)o->record)
                               : xstrdup("a first window");
        record_die(record, "window %zu of %zu stands where %s should: windows of a sentence must stay together, in their order",
                   number + 1, *count, wanted);
    }
    if (number == 0) {
        o->record = record->number;
        o->count = *count;
        if (*count > 1)
            remember(o, record);
    }
    o->next = number + 1 == *count ? 0 : number + 1;
    return number;
}

void window_order_finish(const struct window_order *o)
{
    if (o->next)
        die("record %llu: the stream ends before window %zu of %zu of its sentence", (unsigned long long)o->record, o->next + 1,
            o->count);
}
