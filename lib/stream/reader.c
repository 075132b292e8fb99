/* reader: records out of a stream, checked before anything is believed. */
#include "stream/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/magic.h"
#include "base/progress.h"
#include "stream/checksum.h"
#include "stream/failure.h"
#include "stream/fields.h"
#include "stream/window_fields.h"

struct reader {
    struct input in;
    uint32_t mark[RECORD_MARKS];
    struct msg_scan scan; /* how far the value at in.start has been looked through */
    bool has_bad_text;    /* of the last value: a string in it is not UTF-8 */
    struct header *header;
    const char *header_name; /* of its file */
    struct msg header_bytes; /* a copy */
    struct record record;
    struct window_fields windows;
    uint64_t in_stream; /* records since the last header */
    struct checksum checksum;
    struct progress progress;
};

static bool open_next(struct reader *r)
{
    if (!input_next_file(&r->in))
        return false;
    if (r->in.fd == STDIN_FILENO && isatty(STDIN_FILENO))
        die_usage("reads a msgpack stream, and standard input is a terminal");
    return true;
}

static const char *place(const struct reader *r)
{
    static char text[64]; /* one message at a time */
    if (!r->header)
        return "the header";
    snprintf(text, sizeof text, "record %llu", (unsigned long long)r->record.number + 1);
    return text;
}

/* The size of the value at `start` if all of it is in the buffer, else MSG_CUT. */
static size_t scan(struct reader *r)
{
    const uint8_t *bytes = (const uint8_t *)r->in.buffer;
    size_t size = r->in.start == r->in.end ? MSG_CUT : msg_scan_more(&r->scan, bytes + r->in.start, bytes + r->in.end);
    if (size == MSG_INVALID)
        die("%s: %s: not a msgpack stream: the bytes are not msgpack", r->in.name, place(r));
    if (size == MSG_DEEP)
        die("%s: %s is nested deeper than %d", r->in.name, place(r), MSG_NESTING_MAX);
    if (size == MSG_HUGE || (size == MSG_CUT && r->in.end - r->in.start > RECORD_SIZE_MAX)
        || (msg_is_size(size) && size > RECORD_SIZE_MAX))
        die("%s: %s is larger than %d MiB", r->in.name, place(r), RECORD_SIZE_MAX >> 20);
    return size;
}

static void scan_anew(struct reader *r)
{
    r->scan = (struct msg_scan){.mark = r->mark, .marks_max = RECORD_MARKS, .checks_text = true};
}

/* The next value's bytes, which count as read; data is NULL at the end of the file. */
static struct msg next_value(struct reader *r)
{
    size_t size;
    while ((size = scan(r)) == MSG_CUT)
        if (!input_fill(&r->in)) {
            if (r->in.start < r->in.end && !input_is_stopped(&r->in))
                die("%s: cut off inside %s; did the tool that wrote it fail?", r->in.name, place(r));
            return (struct msg){0};
        }
    const uint8_t *start = (const uint8_t *)r->in.buffer + r->in.start;
    struct msg value = {start, start + size};
    r->in.start += size;
    r->has_bad_text = r->scan.has_bad_text;
    scan_anew(r);
    return value;
}

/* Text given by mistake is the commonest wrong input: say so. */
static void check_not_text(struct reader *r, struct msg value)
{
    if (value.data && msg_type(value) == MSG_MAP)
        return;
    if (!value.data)
        failure_empty(&r->in);
    const char *advice = magic_advice(value.data, (size_t)((const uint8_t *)r->in.buffer + r->in.end - value.data));
    char shown[24];
    size_t n = 0;
    const char *end = r->in.buffer + r->in.end;
    for (const char *c = (const char *)value.data; n + 1 < sizeof shown && c < end && *c >= ' ' && *c < 0x7f; c++)
        shown[n++] = *c;
    shown[n] = 0;
    if (advice)
        die("%s %s", r->in.name, advice);
    if (n > 1)
        die("%s: not a msgpack stream: it begins with '%s'; %s first", r->in.name, shown,
            shown[0] == '{' ? "JSON goes through json2msg" : "text goes through conll2msg or text2msg");
    die("%s: not a msgpack stream: it begins with %s", r->in.name, msg_type_name(msg_type(value)));
}

static struct header *parse_header(const struct reader *r, struct msg value)
{
    struct header *header = header_parse(value);
    if (r->has_bad_text)
        header_die_of_bad_text(value);
    return header;
}

void reader_need_kind(const struct reader *r, const char *kind)
{
    if (strcmp(r->header->kind, kind) == 0)
        return;
    const char *tool = field_maker(kind);
    die("the stream holds records of kind '%s', not '%s'%s%s", r->header->kind, kind, tool ? "; those come from " : "",
        tool ? tool : "");
}

struct reader *reader_open(const char *const *paths, const char *kind)
{
    struct reader *r = xcalloc(1, sizeof *r);
    r->in = input_new(paths);
    scan_anew(r);
    open_next(r);
    struct msg value = next_value(r);
    check_not_text(r, value);
    r->header = parse_header(r, value);
    r->header_bytes = msg_copy(value);
    checksum_begin(&r->checksum, r->header, value);
    r->header_name = r->in.name;
    if (kind)
        reader_need_kind(r, kind);
    return r;
}

void reader_show_progress(struct reader *r, const char *what, bool wanted)
{
    const char *kind = r->header->kind;
    r->progress = progress_reading(what,
                                   strcmp(kind, "sentence") == 0 ? "sentences"
                                   : strcmp(kind, "batch") == 0  ? "batches"
                                                                 : "records",
                                   wanted);
}

const struct header *reader_header(const struct reader *r)
{
    return r->header;
}

struct msg reader_header_bytes(const struct reader *r)
{
    return r->header_bytes;
}

struct input *reader_input(struct reader *r)
{
    return &r->in;
}

void reader_close(struct reader *r)
{
    if (!r)
        return;
    r->progress.shown = r->progress.shown && r->record.number > 0; /* of some streams only the header is wanted */
    progress_end(&r->progress, NULL);
    input_close(&r->in);
    header_free(r->header);
    checksum_free(&r->checksum);
    msg_copy_free(r->header_bytes);
    free(r->windows.bytes.data);
    free(r);
}

const char *reader_advice(const struct reader *r, const char *field)
{
    struct str has[RECORD_FIELDS_MAX];
    size_t n = 0;
    for (; n < r->header->n_fields && n < RECORD_FIELDS_MAX; n++)
        has[n] = str_of(r->header->field[n]);
    return field_advice(field, n, has);
}

void reader_need(const struct reader *r, const char *field)
{
    if (!r->header->any_fields && !header_has_field(r->header, field))
        die("the stream has no field '%s'%s", field, reader_advice(r, field));
}

const struct label_set *reader_labels(const struct reader *r, const char *field)
{
    const struct label_set *labels = header_labels(r->header, field);
    if (!labels)
        die("the stream's header has no labels of '%s'%s", field,
            header_has_field(r->header, field) && field_is_gold(field) ? ", whose ids have no names; json2msg --labels gives them"
                                                                       : reader_advice(r, field));
    return labels;
}

/* {"end": true, "records": N}, perhaps with a checksum */
static bool is_trailer(const struct reader *r)
{
    const struct record *t = &r->record;
    struct msg flag = record_find(t, "end"), count = record_find(t, "records");
    bool end = false;
    int64_t n;
    if ((t->n_fields != 2 && !(t->n_fields == 2 + CHECKSUM_FIELDS && checksum_is_in(t))) || !flag.data || !count.data)
        return false;
    if (!msg_bool(&flag, &end) || !end)
        return false;
    if (!msg_int(&count, &n) || n < 0 || (uint64_t)n != r->in_stream)
        die("%s: the trailer counts other than the %llu records before it: some are lost", r->in.name,
            (unsigned long long)r->in_stream);
    checksum_check(&r->checksum, t, r->in.name);
    return true;
}

/* After a trailer: nothing, or the header of one more stream, here or in the next file. */
static bool next_stream(struct reader *r)
{
    struct msg value = next_value(r);
    while (!value.data) {
        if (!open_next(r))
            return false;
        value = next_value(r);
        check_not_text(r, value);
    }
    struct header *more = parse_header(r, value);
    header_check_same(r->header, r->header_name, more, r->in.name);
    checksum_begin(&r->checksum, more, value);
    header_free(more);
    r->in_stream = 0;
    return true;
}

double reader_share(const struct reader *r)
{
    return input_share(&r->in);
}

struct record *reader_next(struct reader *r)
{
    for (;;) {
        if (r->in.fd < 0)
            return NULL;
        struct msg value = next_value(r);
        if (!value.data && input_is_stopped(&r->in))
            return NULL;
        if (!value.data)
            die("%s: ends without its trailer, after record %llu; did the tool that wrote it fail?", r->in.name,
                (unsigned long long)r->record.number);
        record_index_marked(&r->record, r->record.number + 1, value, r->mark);
        if (r->has_bad_text)
            record_die_of_bad_text(&r->record);
        failure_check(&r->record, &r->in);
        if (!is_trailer(r)) {
            r->in_stream++;
            checksum_add(&r->checksum, value);
            if (r->header->any_fields || header_has_field(r->header, "window"))
                window_fields_find(&r->windows, &r->record);
            progress_share(&r->progress, (double)r->record.number, reader_share(r));
            return &r->record;
        }
        r->record.number--;
        if (!next_stream(r)) {
            progress_share(&r->progress, (double)r->record.number, reader_share(r));
            progress_end(&r->progress, NULL);
            return NULL;
        }
    }
}

bool reader_ready(struct reader *r)
{
    while (r->in.fd >= 0 && scan(r) == MSG_CUT && !r->in.at_end) {
        if (!input_is_ready(&r->in))
            return false;
        input_fill(&r->in);
    }
    return true;
}

struct header *reader_header_of(const char *path)
{
    struct reader *r = reader_open((const char *const[]){path, NULL}, NULL);
    struct header *h = header_copy(r->header);
    reader_close(r);
    return h;
}
