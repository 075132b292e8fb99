/* span_offsets: units of texts. */
#include "corpus/span_offsets.h"

#include <stdlib.h>

#include "text/printable.h"

/* The code point at which each unit of the text begins, and its end; -1 in the middle of one. */
struct units {
    int64_t *code;
    size_t n;
    bool lf; /* CR LF is one */
};

static struct units units_of(enum span_unit unit, const struct span_text *t)
{
    bool utf16 = unit == SPAN_UTF16 || unit == SPAN_UTF16_LF;
    struct units u = {.code = xmalloc(2 * t->n + 1, sizeof *u.code), .lf = unit == SPAN_CHARS_LF || unit == SPAN_UTF16_LF};
    for (size_t i = 0; i < t->n; i++) {
        uint32_t code = span_text_code(t, i);
        if (u.lf && code == '\r' && i + 1 < t->n && span_text_code(t, i + 1) == '\n')
            continue;
        u.code[u.n++] = (int64_t)i;
        if (utf16 && code > 0xffff)
            u.code[u.n++] = -1;
    }
    u.code[u.n++] = (int64_t)t->n;
    return u;
}

/* Where CR LF is one, an end before it is an end before its CR. */
static int64_t end_at(const struct units *u, const struct span_text *t, int64_t end)
{
    int64_t code = u->code[end];
    return u->lf && code > 0 && (size_t)code < t->n && span_text_code(t, (size_t)code) == '\n'
                   && span_text_code(t, (size_t)code - 1) == '\r'
               ? code - 1
               : code;
}

static bool is_inside(const struct units *u, int64_t offset)
{
    return offset >= 0 && (uint64_t)offset < u->n && u->code[offset] >= 0;
}

/* As far outside of the text as it was; below 0 in the middle of a character. */
static int64_t outside(const struct units *u, const struct span_text *t, int64_t offset)
{
    return offset < 0 || (uint64_t)offset < u->n ? -1 : offset - (int64_t)u->n + 1 + (int64_t)t->n;
}

/* Returns whether both numbers lie in the text, at the edges of characters. */
static bool convert(const struct units *u, const struct span_text *t, const struct span *from, struct span *to)
{
    bool start = is_inside(u, from->start), end = is_inside(u, from->end);
    *to = *from;
    to->start = start ? u->code[from->start] : outside(u, t, from->start);
    to->end = end ? end_at(u, t, from->end) : outside(u, t, from->end);
    return start && end;
}

/* The next byte that is compared: neither white space nor a "\n" as two characters, which some exports have. */
static bool next_byte(struct str *s, char *c)
{
    while (s->size > 0) {
        bool letters = s->size > 1 && s->data[0] == '\\' && strchr("nrt", s->data[1]);
        if (!letters && !strchr(" \t\r\n", s->data[0]))
            break;
        s->data += letters ? 2 : 1;
        s->size -= letters ? 2 : 1;
    }
    if (s->size == 0)
        return false;
    *c = *s->data++;
    s->size--;
    return true;
}

static bool same_text(struct str a, struct str b)
{
    char x, y;
    for (;;) {
        bool more = next_byte(&a, &x);
        if (more != next_byte(&b, &y))
            return false;
        if (!more)
            return true;
        if (x != y)
            return false;
    }
}

static bool has_its_text(const struct span_text *t, const struct span *s)
{
    return !s->text.data
           || (s->start >= 0 && s->start <= s->end && (uint64_t)s->end <= t->n
               && same_text(span_text_slice(t, (size_t)s->start, (size_t)s->end), s->text));
}

/* Whether all spans have their texts in this unit; *to is them. With `always`, *to is made in any case. */
static bool try(enum span_unit unit, bool always, const struct span_text *t, const struct spans *from, struct spans *to)
{
    struct units u = units_of(unit, t);
    bool good = true;
    GROW(to->data, to->room, from->n);
    for (to->n = 0; to->n < from->n && (good || always); to->n++)
        good = (convert(&u, t, &from->data[to->n], &to->data[to->n]) || !from->data[to->n].text.data)
               && has_its_text(t, &to->data[to->n]) && good;
    free(u.code);
    return good || always;
}

static bool is_known(const struct spans *spans)
{
    for (size_t i = 0; i < spans->n; i++)
        if (spans->data[i].text.data)
            return true;
    return false;
}

static void explain(const struct span_text *t, const struct spans *spans, struct buffer *why)
{
    size_t i = 0;
    while (i + 1 < spans->n && has_its_text(t, &spans->data[i]))
        i++;
    buffer_add_string(why, "the span ");
    span_describe(why, t, &spans->data[i]);
    buffer_add_string(why, " should be \"");
    printable_add(why, spans->data[i].text);
    buffer_add_string(why, "\", by its own text; --offsets chars takes the numbers as they are");
}

bool span_offsets(enum span_unit unit, bool browser, const struct span_text *t, struct spans *spans, struct buffer *why)
{
    static const enum span_unit python[] = {SPAN_CHARS, SPAN_UTF16, SPAN_CHARS_LF, SPAN_UTF16_LF},
                                web[] = {SPAN_UTF16, SPAN_UTF16_LF, SPAN_CHARS, SPAN_CHARS_LF};
    struct spans made = {0};
    bool good = false, simple = !t->has_astral && !t->has_crlf;
    if (unit != SPAN_AUTO)
        good = try(unit, true, t, spans, &made);
    else if (!is_known(spans)) {
        good = simple || !browser || spans->n == 0;
        if (good)
            try(SPAN_CHARS, true, t, spans, &made);
        else
            buffer_add_string(
                why, "the spans have no text with them, and the text has emoji or CR LF: it is not known what the offsets "
                     "count; --offsets says it");
    } else {
        for (size_t i = 0; i < 4 && !good && !(simple && i > 0); i++)
            good = try((browser ? web : python)[i], false, t, spans, &made);
        if (!good)
            explain(t, spans, why);
    }
    if (good) {
        for (size_t i = 0; i < made.n; i++)
            spans->data[i] = made.data[i];
    }
    free(made.data);
    return good;
}
