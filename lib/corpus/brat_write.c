/* brat_write: annotations of brat, of one text whose lines the records are, or of a document a record. */
#include "corpus/span_write_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/outfile.h"

static void check_label(const struct record *r, struct str label)
{
    for (size_t i = 0; i < label.size; i++)
        if (strchr(" \t\r\n", label.data[i]))
            record_die(r, "the label '%.*s' has a blank, which the types of brat cannot have", (int)label.size, label.data);
}

/* The next part of [*start, end) that is on one line; false if there is none. A line ends before its CR. */
static bool next_part(struct str text, size_t *start, size_t end, size_t *stop)
{
    while (*start < end && strchr("\r\n", text.data[*start]))
        ++*start;
    const char *c = *start < end ? memchr(text.data + *start, '\n', end - *start) : NULL;
    *stop = c ? (size_t)(c - text.data) : end;
    while (*stop > *start && text.data[*stop - 1] == '\r')
        --*stop;
    return *start < end;
}

static void put_entity(struct span_writer *w, struct buffer *to, const struct record *r, const struct entity *e,
                       struct span_cursor *at)
{
    struct str text = w->sentence.text;
    size_t stop;
    check_label(r, e->type);
    buffer_format(to, "T%zu\t%.*s", ++w->n, (int)e->type.size, e->type.data);
    char before = ' ';
    for (size_t start = e->start; next_part(text, &start, e->end, &stop); start = stop, before = ';') {
        span_cursor_move(at, start);
        buffer_format(to, "%c%" PRId64, before, w->base + at->code);
        span_cursor_move(at, stop);
        buffer_format(to, " %" PRId64, w->base + at->code);
    }
    before = '\t';
    for (size_t start = e->start; next_part(text, &start, e->end, &stop); start = stop, before = ' ') {
        buffer_add(to, &before, 1);
        buffer_add(to, text.data + start, stop - start);
    }
    buffer_add(to, "\n", 1);
}

/* The name of a document's files. */
static struct str name_of(const struct record *r, char number[32])
{
    struct msg id = record_find(r, "id");
    struct str name = {0};
    int64_t value;
    if (id.data && msg_int(&id, &value))
        snprintf(number, 32, "%lld", (long long)value);
    else if (!id.data)
        snprintf(number, 32, "%llu", (unsigned long long)r->number);
    else if (!msg_str(&id, &name) || name.size == 0 || name.size > 200 || name.data[0] == '.' || memchr(name.data, '/', name.size)
             || memchr(name.data, 0, name.size))
        record_die(r, "its id cannot be the name of a file");
    return name.data ? name : str_of(number);
}

static void write_file(const char *folder, struct str name, const char *ending, struct str text)
{
    char *file = xasprintf("%.*s%s", (int)name.size, name.data, ending), *path = file_path(folder, file);
    struct outfile *out = outfile_open(path);
    outfile_write(out, text.data, text.size);
    outfile_commit(out);
    free(path);
    free(file);
}

void brat_write(struct span_writer *w, struct buffer *to, const struct record *r)
{
    const struct entities *e = span_writer_entities(w);
    struct span_cursor at = {.text = w->sentence.text};
    struct buffer *lines = w->folder ? &w->ann : to;
    char number[32];
    if (w->folder) {
        w->ann.n = w->n = 0;
        w->base = 0;
    }
    for (size_t i = 0; i < e->n; i++)
        put_entity(w, lines, r, &e->data[i], &at);
    span_cursor_move(&at, w->sentence.text.size);
    w->base += at.code + 1; /* the line's end */
    if (!w->folder)
        return;
    struct str name = name_of(r, number);
    size_t known = w->names.n;
    if (intern_add(&w->names, name) < known)
        record_die(r, "a record before it has the same id, and so the same files");
    if (known == 0)
        file_make_folder(w->folder);
    write_file(w->folder, name, ".txt", w->sentence.text);
    write_file(w->folder, name, ".ann", (struct str){w->ann.data ? w->ann.data : "", w->ann.n});
}
