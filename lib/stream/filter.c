/* filter: header, reader, writer and the way between them. */
#include "stream/filter.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/output.h"
#include "stream/checksum.h"
#include "stream/window_merge.h"

struct filter {
    struct reader *reader;               /* NULL: no stream on the left */
    struct window_merger *window_merger; /* NULL: windows stay windows */
    struct header *header;               /* of the output */
    struct msg header_bytes;             /* written instead of it, if any */
    const char **added;
    size_t n_added;        /* fields, ended by NULL */
    struct writer *writer; /* NULL: the header is not yet written */
    struct buffer text;
    bool prints;
    size_t n_whole; /* bytes of the text that belong to whole records */
};

/* A tool that dies in the middle of a stream still prints the records before, as stdio does: exit() calls print_rest. The text of
 * the record at hand is left out. */
static struct filter *printing;

static void print_rest(void)
{
    if (!printing)
        return;
    const char *text = printing->text.data;
    size_t left = printing->n_whole;
    for (ssize_t n; left > 0 && (n = write(STDOUT_FILENO, text, left)) > 0; left -= (size_t)n)
        text += n;
}

static void flush(void *filter)
{
    filter_flush(filter);
}

struct filter *filter_new(const char *kind)
{
    struct filter *f = xcalloc(1, sizeof *f);
    filter_set_header(f, header_new(kind));
    f->added = xcalloc(1, sizeof *f->added);
    return f;
}

struct filter *filter_open(const struct cli *cli, int argc, char **argv, const char *kind)
{
    const char *const *paths = cli_parse(cli, argc, argv);
    struct reader *reader = reader_open(paths, kind);
    struct filter *f = filter_new("");
    f->reader = reader;
    filter_set_header(f, header_copy(reader_header(reader)));
    reader_show_progress(reader, cli->name, cli_progress);
    filter_reads(f, reader_input(reader));
    return f;
}

void filter_reads(struct filter *f, struct input *in)
{
    in->before_read = flush;
    in->before_read_data = f;
}

struct buffer *filter_prints(struct filter *f)
{
    f->prints = true;
    printing = f;
    atexit(print_rest);
    return &f->text;
}

void filter_becomes(struct filter *f, const char *kind)
{
    header_become(f->header, kind);
}

void filter_merges_windows(struct filter *f)
{
    f->window_merger = window_merge_open(f->reader);
}

/* ---- the header ---- */

const struct header *filter_header(const struct filter *f)
{
    return reader_header(f->reader);
}

struct header *filter_new_header(struct filter *f)
{
    return f->header;
}

void filter_writes_header(struct filter *f, struct msg header)
{
    f->header_bytes = header;
}

void filter_set_header(struct filter *f, struct header *header)
{
    header_free(f->header);
    f->header = header;
    if (cli_checksum)
        checksum_announce(header);
}

struct reader *filter_reader(struct filter *f)
{
    return f->reader;
}

bool filter_has(const struct filter *f, const char *field)
{
    return header_has_field(reader_header(f->reader), field);
}

void filter_need(const struct filter *f, const char *field)
{
    reader_need(f->reader, field);
}

const struct label_set *filter_labels(const struct filter *f, const char *field)
{
    return reader_labels(f->reader, field);
}

void filter_adds(struct filter *f, const char *field, const struct label_set *labels)
{
    header_add_field(f->header, field);
    if (labels)
        header_set_labels(f->header, field, labels->n, (const char *const *)labels->name);
    f->added = xrealloc(f->added, f->n_added + 2, sizeof *f->added);
    f->added[f->n_added++] = xstrdup(field);
    f->added[f->n_added] = NULL;
}

void filter_set_int(struct filter *f, const char *key, int64_t value)
{
    header_set_int(f->header, key, value);
}

void filter_set_text(struct filter *f, const char *key, const char *value)
{
    header_set_text(f->header, key, value);
}

void filter_start(struct filter *f)
{
    if (f->writer || f->prints)
        return;
    size_t n;
    const char *const *argument = cli_history(&n);
    if (f->header_bytes.data && !cli_checksum) {
        f->writer = writer_open_as(f->header_bytes);
        return;
    }
    if (f->header_bytes.data) { /* of a stream that was one before; it gets a checksum now */
        struct header *h = header_parse(f->header_bytes);
        checksum_announce(h);
        f->writer = writer_open(h);
        header_free(h);
        return;
    }
    header_add_history(f->header, cli_name(), TAGPIPE_VERSION, n, argument);
    f->writer = writer_open(f->header);
}

/* ---- records ---- */

struct record *filter_gather(struct filter *f)
{
    return f->window_merger ? window_merge_next(f->window_merger) : reader_next(f->reader);
}

struct record *filter_next(struct filter *f)
{
    if (f->prints && f->text.n >= OUTPUT_SIZE)
        filter_flush(f);
    f->n_whole = f->text.n;
    filter_start(f);
    return filter_gather(f);
}

void filter_begin(struct filter *f, const struct record *record)
{
    filter_start(f);
    writer_begin(f->writer, record, f->added);
}

void filter_begin_new(struct filter *f, size_t n)
{
    filter_start(f);
    writer_begin_new(f->writer, n);
}

struct buffer *filter_put(struct filter *f, const char *field)
{
    return filter_put_name(f, (struct str){field, strlen(field)});
}

struct buffer *filter_put_name(struct filter *f, struct str name)
{
    return writer_key(f->writer, name);
}

void filter_put_int(struct filter *f, const char *field, int64_t value)
{
    pack_int(filter_put(f, field), value);
}

void filter_put_float(struct filter *f, const char *field, float value)
{
    pack_float(filter_put(f, field), value);
}

void filter_put_str(struct filter *f, const char *field, struct str value)
{
    pack_str(filter_put(f, field), value);
}

void filter_put_ints(struct filter *f, const char *field, const int32_t *data, size_t n)
{
    pack_ints(filter_put(f, field), data, n);
}

void filter_put_floats(struct filter *f, const char *field, const float *data, size_t n)
{
    pack_floats(filter_put(f, field), data, n);
}

void filter_put_strs(struct filter *f, const char *field, const struct str *data, size_t n)
{
    pack_strs(filter_put(f, field), data, n);
}

void filter_put_raw(struct filter *f, const char *field, struct msg value)
{
    pack_raw(filter_put(f, field), value);
}

void filter_end(struct filter *f)
{
    writer_end(f->writer);
}

void filter_flush(struct filter *f)
{
    f->n_whole = 0;
    if (f->prints)
        output_flush(&f->text);
    else if (f->writer)
        writer_flush(f->writer);
}

int filter_close(struct filter *f)
{
    filter_start(f);
    if (f->prints) {
        printing = NULL;
        output_close(&f->text);
    } else
        writer_close(f->writer);
    window_merge_close(f->window_merger);
    reader_close(f->reader);
    header_free(f->header);
    for (size_t i = 0; i < f->n_added; i++)
        free((char *)f->added[i]);
    free(f->added);
    free(f);
    return 0;
}
