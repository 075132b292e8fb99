/* writer: records into a stream on standard output. */
#include "stream/writer.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/output.h"
#include "stream/checksum.h"
#include "stream/failure.h"
#include "stream/pack.h"

struct writer {
    struct buffer out;
    size_t record_start;
    size_t keys_left; /* of those that writer_begin announced */
    uint64_t records;
    struct checksum checksum;
};

static struct writer *open_output(void)
{
    if (isatty(STDOUT_FILENO))
        die_usage("writes a msgpack stream, and standard output is a terminal; pipe it into msgview, msg2json or a file");
    /* A closed pipe comes back as EPIPE, so that unfinished files are removed on the way out. */
    signal(SIGPIPE, SIG_IGN);
    return xcalloc(1, sizeof(struct writer));
}

struct writer *writer_open(const struct header *header)
{
    struct writer *w = open_output();
    header_pack(&w->out, header);
    checksum_begin(&w->checksum, header, packed_msg(&w->out));
    return w;
}

struct writer *writer_open_as(struct msg header)
{
    struct writer *w = open_output();
    struct header *parsed = header_parse(header);
    pack_raw(&w->out, header);
    checksum_begin(&w->checksum, parsed, header);
    header_free(parsed);
    return w;
}

/* A part of a record may be out if a write fails: no mark may follow it. */
static void flush(struct writer *w)
{
    failure_mark_at_exit(false);
    output_flush(&w->out);
    failure_mark_at_exit(true);
}

void writer_flush(struct writer *w)
{
    if (w->out.n)
        flush(w);
}

static bool is_added(struct str name, const char *const *added)
{
    for (; *added; added++)
        if (str_is(name, *added))
            return true;
    return false;
}

void writer_begin(struct writer *w, const struct record *record, const char *const *added)
{
    size_t kept = 0;
    bool keep[RECORD_FIELDS_MAX];
    for (w->keys_left = 0; added[w->keys_left]; w->keys_left++)
        ;
    for (size_t i = 0; record && i < record->n_fields; i++)
        kept += keep[i] = !is_added(record->field[i].name, added);
    if (kept + w->keys_left > RECORD_FIELDS_MAX)
        record_die(record, "would grow to %zu fields; at most %d are allowed", kept + w->keys_left, RECORD_FIELDS_MAX);
    w->record_start = w->out.n;
    pack_map(&w->out, kept + w->keys_left);
    if (!record)
        return;
    /* Fields lie one after the other: copy neighbours that are kept together. */
    struct msg from = record->bytes;
    size_t n;
    msg_map(&from, &n);
    for (size_t i = 0; i < record->n_fields; i++) {
        if (keep[i])
            continue;
        const uint8_t *name = i == 0 ? from.data : record->field[i - 1].value.end;
        pack_raw(&w->out, (struct msg){from.data, name});
        from.data = record->field[i].value.end;
    }
    pack_raw(&w->out, from);
}

void writer_begin_new(struct writer *w, size_t n)
{
    if (n > RECORD_FIELDS_MAX)
        die("record %llu would have %zu fields; at most %d are allowed", (unsigned long long)w->records + 1, n,
            RECORD_FIELDS_MAX);
    w->record_start = w->out.n;
    w->keys_left = n;
    pack_map(&w->out, n);
}

void writer_end(struct writer *w)
{
    if (w->keys_left)
        die("a record lacks %zu of the fields that were to be added", w->keys_left);
    if (w->out.n - w->record_start > RECORD_SIZE_MAX)
        die("record %llu would be larger than %d MiB", (unsigned long long)w->records + 1, RECORD_SIZE_MAX >> 20);
    w->records++;
    const uint8_t *bytes = (const uint8_t *)w->out.data;
    checksum_add(&w->checksum, (struct msg){bytes + w->record_start, bytes + w->out.n});
    if (w->out.n >= OUTPUT_SIZE)
        flush(w);
}

void writer_trailer(struct buffer *to, uint64_t records, const struct checksum *checksum)
{
    pack_map(to, checksum->wanted ? 2 + CHECKSUM_FIELDS : 2);
    pack_string(to, "end");
    pack_bool(to, true);
    pack_string(to, "records");
    pack_int(to, (int64_t)records);
    if (checksum->wanted)
        checksum_pack(checksum, to);
}

void writer_close(struct writer *w)
{
    writer_trailer(&w->out, w->records, &w->checksum);
    checksum_free(&w->checksum);
    failure_mark_at_exit(false);
    output_close(&w->out);
    free(w);
}

struct buffer *writer_key(struct writer *w, struct str name)
{
    if (w->keys_left-- == 0)
        die("a record has more fields than were to be added: '%.*s'", (int)name.size, name.data);
    pack_str(&w->out, name);
    return &w->out;
}
