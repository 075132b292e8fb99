/* reader: records out of a stream, checked before anything is believed. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"

enum { READ_SIZE = 256 << 10 };

struct reader {
    const char *const *path;            /* the files still to be read; ends with NULL */
    const char *name;                   /* of the file being read, for messages */
    int fd;
    uint8_t *buffer;
    size_t room, start, end;            /* bytes of the next values: buffer[start..end) */
    uint32_t mark[RECORD_MARKS];
    struct scan scan;                   /* how far the value at `start` has been looked through */
    bool at_end;                        /* of the current file */
    struct header *header;
    struct msg header_bytes;            /* a copy */
    struct record record;
    uint64_t in_stream;                 /* records since the last header */
    struct writer *tied;
    const volatile sig_atomic_t *stop;
    double got, size;                   /* bytes of all files, and how many they have */
    struct progress progress;
};

/* Which tool makes a field or a kind, for messages. */
static const char *maker(const char *what)
{
    static const char *const table[][2] = {
        {"sentence", "conll2msg or text2msg"}, {"batch", "mkbatch"}, {"step", "trainstep"}, {"tokens", "conll2msg"},
        {"doc", "conll2msg"}, {"ner_tags", "conll2msg"}, {"pos_tags", "conll2msg"}, {"chunk_tags", "conll2msg"},
        {"text", "text2msg"},
        {"input_ids", "wptok"}, {"word_ids", "wptok"}, {"offsets", "wptok"}, {"pieces", "wptok"}, {"labels", "alignlbl"},
        {"logits", "bertfwd"}, {"loss", "bertfwd --loss"}, {"pred", "logit2tag"}, {"score", "logit2tag"},
        {"entities", "logit2span"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i][0], what) == 0)
            return table[i][1];
    return NULL;
}

/* Open the next file; false after the last. */
static bool open_next(struct reader *r)
{
    if (!*r->path)
        return false;
    const char *path = *r->path++;
    r->at_end = false;
    if (strcmp(path, "-") == 0) {
        r->fd = STDIN_FILENO;
        r->name = "standard input";
        if (isatty(r->fd))
            die_usage("reads a msgpack stream, and standard input is a terminal");
        return true;
    }
    r->name = path;
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0)
        die("cannot open %s:", path);
    return true;
}

static bool is_stopped(const struct reader *r)
{
    return r->stop && *r->stop;
}

/* Read what there is behind `end`; false at the end of the file. */
static bool fill(struct reader *r)
{
    if (r->at_end)
        return false;
    if (r->start > 0) {
        memmove(r->buffer, r->buffer + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    GROW(r->buffer, r->room, r->end + READ_SIZE);
    if (r->tied)
        writer_flush(r->tied);
    ssize_t got;
    do
        got = read(r->fd, r->buffer + r->end, r->room - r->end);
    while (got < 0 && errno == EINTR && !is_stopped(r));
    if (got < 0 && is_stopped(r))
        got = 0;
    if (got < 0)
        die("cannot read %s:", r->name);
    r->at_end = got == 0;
    r->end += (size_t)got;
    r->got += (double)got;
    return got > 0;
}

static const char *place(const struct reader *r)
{
    static char text[64];
    if (!r->header)
        return "the header";
    snprintf(text, sizeof text, "record %llu", (unsigned long long)r->record.number + 1);
    return text;
}

/* The size of the value at `start` if all of it is in the buffer, else MSG_CUT. */
static size_t scan(struct reader *r)
{
    size_t size = r->start == r->end ? MSG_CUT : msg_scan_more(&r->scan, r->buffer + r->start, r->buffer + r->end);
    if (size == MSG_INVALID)
        die("%s: %s: not a msgpack stream: the bytes are no msgpack", r->name, place(r));
    if (size == MSG_DEEP)
        die("%s: %s is nested deeper than %d", r->name, place(r), MSG_NESTING_MAX);
    if (size == MSG_HUGE || (size == MSG_CUT && r->end - r->start > RECORD_SIZE_MAX)
        || (msg_is_size(size) && size > RECORD_SIZE_MAX))
        die("%s: %s is larger than %d MiB", r->name, place(r), RECORD_SIZE_MAX >> 20);
    return size;
}

/* The next value's bytes, moved behind; at is NULL at the end of the file. */
static struct msg next_value(struct reader *r)
{
    size_t size;
    while ((size = scan(r)) == MSG_CUT)
        if (!fill(r)) {
            if (r->start < r->end && !is_stopped(r))
                die("%s: cut off inside %s; did the tool that wrote it fail?", r->name, place(r));
            return (struct msg){0};
        }
    struct msg value = {r->buffer + r->start, r->buffer + r->start + size};
    r->start += size;
    r->scan = (struct scan){.mark = r->mark, .marks_max = RECORD_MARKS};
    return value;
}

/* Text given by mistake is the commonest wrong input: say so. */
static void check_not_text(struct reader *r, struct msg value)
{
    if (value.at && msg_type(value) == MSG_MAP)
        return;
    if (!value.at)
        die("%s is empty: not even a header; did the tool before this one fail?", r->name);
    char shown[24];
    size_t n = 0;
    for (const uint8_t *c = value.at; n + 1 < sizeof shown && c < r->buffer + r->end && *c >= ' ' && *c < 0x7f; c++)
        shown[n++] = (char)*c;
    shown[n] = 0;
    if (n > 1)
        die("%s: not a msgpack stream: it begins with '%s'; %s first", r->name, shown,
            shown[0] == '{' ? "JSON goes through json2msg" : "text goes through conll2msg or text2msg");
    die("%s: not a msgpack stream: it begins with %s", r->name, msg_type_name(msg_type(value)));
}

struct reader *reader_open(const char *const *paths, const char *kind)
{
    static const char *const standard_input[] = {"-", NULL};
    struct reader *r = xcalloc(1, sizeof *r);
    r->path = paths && *paths ? paths : standard_input;
    r->scan = (struct scan){.mark = r->mark, .marks_max = RECORD_MARKS};
    open_next(r);
    struct msg value = next_value(r);
    check_not_text(r, value);
    r->header = header_parse(value);
    size_t size = (size_t)(value.end - value.at);
    uint8_t *copy = xmalloc(size, 1);
    memcpy(copy, value.at, size);
    r->header_bytes = (struct msg){copy, copy + size};
    if (kind && strcmp(r->header->kind, kind) != 0) {
        const char *tool = maker(kind);
        die("the stream holds records of kind '%s', not '%s'%s%s", r->header->kind, kind, tool ? "; those come from " : "",
            tool ? tool : "");
    }
    const char *unit = strcmp(r->header->kind, "sentence") == 0 ? "sentences" : strcmp(r->header->kind, "batch") == 0 ? "batches" : "records";
    r->progress = progress_reading(unit);
    r->size = progress_size(paths);
    return r;
}

const struct header *reader_header(const struct reader *r)
{
    return r->header;
}

struct msg reader_header_bytes(const struct reader *r)
{
    return r->header_bytes;
}

void reader_tie(struct reader *r, struct writer *writer)
{
    r->tied = writer;
}

void reader_close(struct reader *r)
{
    if (!r)
        return;
    r->progress.shown = r->progress.shown && r->record.number > 0;     /* of some only the header is wanted */
    progress_end(&r->progress, NULL);
    if (r->fd > STDERR_FILENO)
        close(r->fd);
    header_free(r->header);
    free((uint8_t *)r->header_bytes.at);
    free(r->buffer);
    free(r);
}

static const char *advice(const char *field)
{
    static char text[64];
    const char *tool = maker(field);
    snprintf(text, sizeof text, "; run %s first", tool ? tool : "");
    return tool ? text : "";
}

void reader_need(const struct reader *r, const char *field)
{
    if (!r->header->any_fields && !header_has_field(r->header, field))
        die("the stream has no field '%s'%s", field, advice(field));
}

const struct inventory *reader_labels(const struct reader *r, const char *field)
{
    const struct inventory *labels = header_labels(r->header, field);
    if (!labels)
        die("the stream's header has no labels of '%s'%s", field, advice(field));
    return labels;
}

/* {"end": true, "records": N} */
static bool is_trailer(const struct reader *r)
{
    const struct record *t = &r->record;
    struct msg flag = record_find(t, "end"), count = record_find(t, "records");
    bool end = false;
    int64_t n;
    if (t->n_fields != 2 || !flag.at || !count.at)
        return false;
    if (!msg_bool(&flag, &end) || !end)
        return false;
    if (!msg_int(&count, &n) || n < 0 || (uint64_t)n != r->in_stream)
        die("%s: the trailer counts other than the %llu records before it: some are lost", r->name,
            (unsigned long long)r->in_stream);
    return true;
}

/* After a trailer: nothing, or the header of one more stream, here or in the next file. */
static bool next_stream(struct reader *r)
{
    struct msg value = next_value(r);
    while (!value.at) {
        if (r->fd > STDERR_FILENO)
            close(r->fd);
        r->fd = -1;
        if (!open_next(r))
            return false;
        value = next_value(r);
        check_not_text(r, value);
    }
    struct header *more = header_parse(value);
    header_check_same(r->header, more);
    header_free(more);
    r->in_stream = 0;
    return true;
}

double reader_share(const struct reader *r)
{
    return r->size > 0 ? (r->got - (double)(r->end - r->start)) / r->size : 0;
}

struct record *reader_next(struct reader *r)
{
    for (;;) {
        if (r->fd < 0)
            return NULL;
        struct msg value = next_value(r);
        if (!value.at && is_stopped(r))
            return NULL;
        if (!value.at)
            die("%s: ends without its trailer, after record %llu; did the tool that wrote it fail?", r->name,
                (unsigned long long)r->record.number);
        record_index_marked(&r->record, r->record.number + 1, value, r->mark);
        if (!is_trailer(r)) {
            r->in_stream++;
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

void reader_stop_on(struct reader *r, const volatile sig_atomic_t *stop)
{
    r->stop = stop;
}

bool reader_ready(struct reader *r)
{
    while (r->fd >= 0 && scan(r) == MSG_CUT && !r->at_end) {
        struct pollfd p = {.fd = r->fd, .events = POLLIN};
        if (poll(&p, 1, 0) <= 0)
            return false;
        fill(r);
    }
    return true;
}

/* ---- fields ---- */

static struct msg need(const struct record *record, const char *field)
{
    struct msg value = record_find(record, field);
    if (!value.at)
        record_die(record, "no field '%s'%s", field, advice(field));
    return value;
}

void record_ints(const struct record *record, const char *field, struct ints *out)
{
    if (!msg_ints(need(record, field), out))
        record_die(record, "field '%s' is no array of 32 bit integers", field);
}

void record_strs(const struct record *record, const char *field, struct strs *out)
{
    if (!msg_strs(need(record, field), out))
        record_die(record, "field '%s' is no array of strings", field);
}

struct str record_str(const struct record *record, const char *field)
{
    struct msg value = need(record, field);
    struct str text;
    if (!msg_str(&value, &text))
        record_die(record, "field '%s' is no string", field);
    return text;
}

void record_ragged(const struct record *record, const char *field, struct ints *out, struct sizes *start)
{
    if (!msg_ragged(need(record, field), out, start))
        record_die(record, "field '%s' is no array of arrays of 32 bit integers", field);
}

void record_matrix(const struct record *record, const char *field, struct floats *out, size_t *rows, size_t *columns)
{
    if (!msg_matrix(need(record, field), out, rows, columns))
        record_die(record, "field '%s' is no array of equally long arrays of numbers", field);
}

void record_tags(const struct record *record, const struct inventory *labels, struct ints *out)
{
    record_ints(record, labels->field, out);
    bool outside = false;
    for (size_t i = 0; i < out->n; i++)
        outside |= (uint32_t)out->at[i] >= labels->n;
    for (size_t i = 0; outside && i < out->n; i++)
        if (out->at[i] < 0 || (size_t)out->at[i] >= labels->n)
            record_die(record, "%s[%zu] is %d; the header names %zu labels", labels->field, i, out->at[i], labels->n);
}
