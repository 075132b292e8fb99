/* brat_read: lines of annotations. */
#include "corpus/brat_read.h"

#include <stdlib.h>

#include "base/file.h"
#include "corpus/brat_paths.h"
#include "tags/labels.h"
#include "text/list.h"
#include "text/utf8.h"

enum { FILE_SIZE_MAX = 64 << 20 };

struct brat_reader brat_reader_open(const char *const *paths, struct span_import *spans)
{
    struct brat_reader b = {.spans = spans};
    spans->kind = SPAN_RECORDS;
    b.ann = brat_paths(paths, &b.n);
    return b;
}

static char *read_text(struct brat_reader *b, const char *path, size_t *size)
{
    char *text = file_read(path, FILE_SIZE_MAX, size);
    size_t bad = utf8_invalid_at(text, *size);
    b->place.in.name = path;
    b->place.number = 1;
    for (size_t i = 0; i < bad; i++)
        b->place.number += text[i] == '\n';
    if (bad < *size)
        lines_die(&b->place, "invalid UTF-8: byte 0x%02x; convert the file first, for example with iconv",
                  (unsigned char)text[bad]);
    b->place.number = 0;
    if (memchr(text, 0, *size))
        lines_die(&b->place, "a NUL byte: this is not text");
    return text;
}

static const char bom[] = "\xef\xbb\xbf";

static bool has_bom(const char *text)
{
    return strncmp(text, bom, 3) == 0;
}

static bool number(const char **c, const char *end, int64_t *value)
{
    const char *start = *c;
    for (*value = 0; *c < end && **c >= '0' && **c <= '9' && *value < INT32_MAX; ++*c)
        *value = 10 * *value + (**c - '0');
    return *c > start;
}

static bool is_blank_between(const struct span_text *t, int64_t start, int64_t end)
{
    bool blank = start <= end && (uint64_t)end <= t->n;
    for (; blank && start < end; start++) {
        uint32_t code = span_text_code(t, (size_t)start);
        blank = code == ' ' || code == '\t' || code == '\n' || code == '\r';
    }
    return blank;
}

/* "ORG 0 4" or "ORG 0 4;9 12"; false if it is something else. *in_parts: there is text between the parts. */
static bool read_place(struct str place, const struct span_text *t, struct span *span, bool *in_parts)
{
    const char *c = place.data, *end = c + place.size, *blank = memchr(c, ' ', place.size);
    int64_t from, to;
    *in_parts = false;
    if (!blank)
        return false;
    span->label = (struct str){c, (size_t)(blank - c)};
    for (c = blank + 1;; c++) {
        bool is_first = c == blank + 1;
        if (!number(&c, end, &from) || c == end || *c++ != ' ' || !number(&c, end, &to))
            return false;
        if (is_first)
            span->start = from;
        else
            *in_parts |= !is_blank_between(t, span->end, from);
        span->end = to;
        if (c == end)
            return true;
        if (*c != ';')
            return false;
    }
}

static void read_line(struct brat_reader *b, struct str line)
{
    struct span span = {.line = b->place.number};
    struct str column[3] = {{0}};
    size_t n = 0;
    bool in_parts;
    bool has_number = line.size > 1 && line.data[1] >= '0' && line.data[1] <= '9', is_span = line.data[0] == 'T';
    bool is_other = strchr("REAMN", line.data[0]) ? has_number : strchr("*#", line.data[0]) != NULL;
    if (!is_span && !(is_other && memchr(line.data, '\t', line.size)))
        lines_die(&b->place, "is not an annotation of brat: those begin with T1, R1, E1, A1, M1, N1, * or #1, and a tab");
    if (!is_span) {
        b->others++;
        return;
    }
    for (const char *c = line.data, *end = c + line.size; c <= end && n < 3; n++) {
        const char *tab = n < 2 ? memchr(c, '\t', (size_t)(end - c)) : NULL;
        column[n] = (struct str){c, (size_t)((tab ? tab : end) - c)};
        c += column[n].size + 1;
    }
    if (n < 2 || !read_place(column[1], &b->spans->as_text, &span, &in_parts))
        lines_die(&b->place, "is not a span: T1, a tab, a type and two offsets, a tab, the text");
    if (in_parts) {
        b->in_parts++;
        return;
    }
    span.text = column[2];
    GROW(b->found.data, b->found.room, b->found.n + 1);
    b->found.data[b->found.n++] = span;
}

/* Whether the first and the last character of a span are those of its text. */
static bool has_ends(const struct span_text *t, const struct span *s)
{
    uint32_t first, last;
    size_t at = s->text.size;
    if (at == 0 || s->start >= s->end || (uint64_t)s->end > t->n)
        return false;
    do
        at--;
    while (at > 0 && (s->text.data[at] & 0xc0) == 0x80);
    utf8_decode(s->text.data, &first);
    utf8_decode(s->text.data + at, &last);
    return span_text_code(t, (size_t)s->start) == first && span_text_code(t, (size_t)s->end - 1) == last;
}

/* Read b->annotations, with offsets in `text`. Returns how many spans seem to be where they should. */
static size_t read_spans(struct brat_reader *b, struct str text)
{
    size_t good = 0;
    struct str line;
    span_text_set(&b->spans->as_text, text);
    b->found.n = b->place.number = 0;
    for (const char *rest = b->annotations + (has_bom(b->annotations) ? 3 : 0); list_next(&rest, '\n', &line);) {
        b->place.number++;
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (labels_trim(line).size > 0)
            read_line(b, line);
    }
    b->place.number = 0;
    for (size_t i = 0; i < b->found.n; i++)
        good += has_ends(&b->spans->as_text, &b->found.data[i]);
    return good;
}

/* The text loses its byte order mark. brat counts it, other programs do not: the texts of the spans tell. */
static void read_behind_bom(struct brat_reader *b, struct str *text)
{
    size_t in_parts = b->in_parts, others = b->others, counted = read_spans(b, *text);
    *text = (struct str){text->data + 3, text->size - 3};
    b->in_parts = in_parts;
    b->others = others;
    if (read_spans(b, *text) > counted)
        return;
    b->in_parts = in_parts;
    b->others = others;
    read_spans(b, (struct str){text->data - 3, text->size + 3});
    for (size_t i = 0; i < b->found.n; i++) {
        struct span *s = &b->found.data[i];
        if (s->start == 0 && s->text.size >= 3 && has_bom(s->text.data))
            s->text = (struct str){s->text.data + 3, s->text.size - 3};
        s->start -= s->start > 0;
        s->end -= s->end > 0;
    }
}

struct record *brat_reader_next(void *data)
{
    struct brat_reader *b = data;
    progress_share(&b->place.progress, (double)b->next, (double)b->next / (double)b->n);
    if (b->next == b->n) {
        progress_end(&b->place.progress, NULL);
        return NULL;
    }
    const char *path = b->ann[b->next++];
    char *text_path = brat_paths_other(path, ".txt");
    size_t text_size, size;
    free(b->text);
    free(b->annotations);
    b->text = read_text(b, text_path, &text_size);
    b->annotations = read_text(b, path, &size);
    free(text_path);
    struct str text = {b->text, text_size};
    if (has_bom(b->text))
        read_behind_bom(b, &text);
    else
        read_spans(b, text);
    const char *name = file_name(path);
    return span_import_document(b->spans, (struct str){name, strlen(name) - 4}, text, &b->found);
}

void brat_reader_close(struct brat_reader *b)
{
    if (b->in_parts)
        warn("%zu span%s in several parts %s left out: tags cannot mark them", b->in_parts, b->in_parts == 1 ? "" : "s",
             b->in_parts == 1 ? "was" : "were");
    if (b->others)
        warn("%zu annotation%s other than spans (relations, events, attributes, notes) %s left out", b->others,
             b->others == 1 ? "" : "s", b->others == 1 ? "was" : "were");
    for (size_t i = 0; i < b->n; i++)
        free(b->ann[i]);
    free(b->ann);
    free(b->found.data);
    free(b->text);
    free(b->annotations);
}
