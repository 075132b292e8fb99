/* writer: records into a stream on standard output. */
#include "stream.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <msgpack.h>

enum { FLUSH_SIZE = 128 << 10 };

struct writer {
    msgpack_packer packer;
    uint8_t *buffer;
    size_t room, n;
    size_t record_start;
    size_t keys_left;                   /* of those that writer_begin announced */
    uint64_t records;
};

static uint8_t *reserve(struct writer *w, size_t size)
{
    GROW(w->buffer, w->room, w->n + size);
    return w->buffer + w->n;
}

static int append(void *data, const char *bytes, size_t size)
{
    struct writer *w = data;
    memcpy(reserve(w, size), bytes, size);
    w->n += size;
    return 0;
}

static struct writer *open_output(void)
{
    if (isatty(STDOUT_FILENO))
        die_usage("writes a msgpack stream, and standard output is a terminal; pipe it into msgview, msg2json or a file");
    /* A closed pipe comes back as EPIPE, so that unfinished files are removed on the way out. */
    signal(SIGPIPE, SIG_IGN);
    struct writer *w = xcalloc(1, sizeof *w);
    msgpack_packer_init(&w->packer, w, append);
    return w;
}

struct writer *writer_open(const struct header *header)
{
    struct writer *w = open_output();
    header_put(w, header);
    return w;
}

struct writer *writer_open_as(struct msg header)
{
    struct writer *w = open_output();
    put_raw(w, header);
    return w;
}

void writer_flush(struct writer *w)
{
    for (size_t done = 0; done < w->n; ) {
        ssize_t put = write(STDOUT_FILENO, w->buffer + done, w->n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EPIPE)
            exit(1);                    /* nobody reads on: no message, as of any filter */
        if (put < 0)
            die("cannot write to standard output:");
        done += (size_t)put;
    }
    w->n = 0;
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
    w->record_start = w->n;
    put_map(w, kept + w->keys_left);
    if (!record)
        return;
    /* Fields lie one behind the other: copy what is kept in as few runs as there are. */
    struct msg from = record->bytes;
    size_t n;
    msg_map(&from, &n);
    for (size_t i = 0; i < record->n_fields; i++) {
        if (keep[i])
            continue;
        const uint8_t *name = i == 0 ? from.at : record->field[i - 1].value.end;
        put_raw(w, (struct msg){from.at, name});
        from.at = record->field[i].value.end;
    }
    put_raw(w, from);
}

void writer_begin_new(struct writer *w, size_t n)
{
    if (n > RECORD_FIELDS_MAX)
        die("record %llu would have %zu fields; at most %d are allowed", (unsigned long long)w->records + 1, n, RECORD_FIELDS_MAX);
    w->record_start = w->n;
    w->keys_left = n;
    put_map(w, n);
}

void writer_end(struct writer *w)
{
    if (w->keys_left)
        die("a record lacks %zu of the fields that were to be added", w->keys_left);
    if (w->n - w->record_start > RECORD_SIZE_MAX)
        die("record %llu would be larger than %d MiB", (unsigned long long)w->records + 1, RECORD_SIZE_MAX >> 20);
    w->records++;
    if (w->n >= FLUSH_SIZE)
        writer_flush(w);
}

void writer_close(struct writer *w)
{
    put_map(w, 2);
    put_str(w, "end", 3);
    put_bool(w, true);
    put_str(w, "records", 7);
    put_int(w, (int64_t)w->records);
    writer_flush(w);
    if (close(STDOUT_FILENO))
        die("cannot close standard output:");
    free(w->buffer);
    free(w);
}

void put_name(struct writer *w, struct str name)
{
    if (w->keys_left-- == 0)
        die("a record has more fields than were to be added: '%.*s'", (int)name.size, name.at);
    put_str(w, name.at, name.size);
}

void put_key(struct writer *w, const char *name)
{
    put_name(w, (struct str){name, strlen(name)});
}

void put_nil(struct writer *w)
{
    msgpack_pack_nil(&w->packer);
}

void put_bool(struct writer *w, bool value)
{
    value ? msgpack_pack_true(&w->packer) : msgpack_pack_false(&w->packer);
}

void put_int(struct writer *w, int64_t value)
{
    msgpack_pack_int64(&w->packer, value);
}

void put_float(struct writer *w, float value)
{
    msgpack_pack_float(&w->packer, value);
}

void put_double(struct writer *w, double value)
{
    msgpack_pack_double(&w->packer, value);
}

void put_str(struct writer *w, const char *at, size_t size)
{
    msgpack_pack_str(&w->packer, size);
    append(w, at, size);
}

void put_array(struct writer *w, size_t n)
{
    msgpack_pack_array(&w->packer, n);
}

void put_map(struct writer *w, size_t n)
{
    msgpack_pack_map(&w->packer, n);
}

void put_raw(struct writer *w, struct msg value)
{
    if (value.at < value.end)
        append(w, (const char *)value.at, (size_t)(value.end - value.at));
}

/* The loops below see every number of a stream: they write into the buffer without a call for each. */

static inline uint8_t *encode_int(uint8_t *to, int32_t v)
{
    uint32_t u = (uint32_t)v;
    if (v >= -32 && v < 0x80)
        *to++ = (uint8_t)v;
    else if (v == INT_NIL)
        *to++ = 0xc0;
    else if (v >= 0 && v < 0x10000) {       /* one or two bytes: which, no processor could guess */
        to[0] = v < 0x100 ? 0xcc : 0xcd;
        to[1] = (uint8_t)(v < 0x100 ? u : u >> 8);
        to[2] = (uint8_t)u;
        to += v < 0x100 ? 2 : 3;
    } else if (v < 0 && v >= -128) {
        *to++ = 0xd0;
        *to++ = (uint8_t)u;
    } else if (v < 0 && v >= -32768) {
        *to++ = 0xd1;
        *to++ = (uint8_t)(u >> 8);
        *to++ = (uint8_t)u;
    } else {
        *to++ = v < 0 ? 0xd2 : 0xce;
        for (int shift = 24; shift >= 0; shift -= 8)
            *to++ = (uint8_t)(u >> shift);
    }
    return to;
}

void put_ints(struct writer *w, const int32_t *at, size_t n)
{
    put_array(w, n);
    uint8_t *to = reserve(w, 5 * n);
    for (size_t i = 0; i < n; i++)
        to = encode_int(to, at[i]);
    w->n = (size_t)(to - w->buffer);
}

void put_pairs(struct writer *w, const int32_t *first, const int32_t *second, size_t n)
{
    put_array(w, n);
    uint8_t *to = reserve(w, 11 * n);
    for (size_t i = 0; i < n; i++) {
        *to++ = 0x92;
        to = encode_int(to, first[i]);
        to = encode_int(to, second[i]);
    }
    w->n = (size_t)(to - w->buffer);
}

void put_floats(struct writer *w, const float *at, size_t n)
{
    put_array(w, n);
    uint8_t *to = reserve(w, 5 * n);
    for (size_t i = 0; i < n; i++) {
        uint32_t u;
        memcpy(&u, &at[i], sizeof u);
        *to++ = 0xca;
        for (int shift = 24; shift >= 0; shift -= 8)
            *to++ = (uint8_t)(u >> shift);
    }
    w->n += 5 * n;
}

void put_strs(struct writer *w, const struct str *at, size_t n)
{
    put_array(w, n);
    for (size_t i = 0; i < n; i++) {
        if (at[i].size >= 32) {
            put_str(w, at[i].at, at[i].size);
            continue;
        }
        uint8_t *to = reserve(w, 32);
        *to = (uint8_t)(0xa0 | at[i].size);
        memcpy(to + 1, at[i].at, at[i].size);
        w->n += 1 + at[i].size;
    }
}

void put_names(struct writer *w, const struct short_str *short_form, const struct str *full, const int32_t *id, size_t n)
{
    put_array(w, n);
    uint8_t *to = reserve(w, n * sizeof *short_form);
    for (size_t i = 0; i < n; i++) {
        const struct short_str *s = &short_form[id[i]];
        if (s->bytes[0]) {                  /* all of it at once: the next one goes over what is too much */
            memcpy(to, s, sizeof *s);
            to += 1 + (s->bytes[0] & 31);
            continue;
        }
        w->n = (size_t)(to - w->buffer);
        put_str(w, full[id[i]].at, full[id[i]].size);
        to = reserve(w, (n - i) * sizeof *short_form);
    }
    w->n = (size_t)(to - w->buffer);
}
