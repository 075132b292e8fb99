/* span: texts by code points, and spans in messages. */
#include "corpus/span.h"

#include "text/printable.h"
#include "text/utf8.h"

void span_text_set(struct span_text *t, struct str utf8)
{
    t->text = utf8;
    t->n = 0;
    t->has_astral = t->has_crlf = false;
    GROW(t->byte_at.data, t->byte_at.room, utf8.size + 1);
    for (size_t i = 0; i < utf8.size; i++) {
        unsigned char c = (unsigned char)utf8.data[i];
        if ((c & 0xc0) != 0x80)
            t->byte_at.data[t->n++] = i;
        t->has_astral |= c >= 0xf0;
        t->has_crlf |= c == '\n' && i > 0 && utf8.data[i - 1] == '\r';
    }
    t->byte_at.data[t->n] = utf8.size;
}

uint32_t span_text_code(const struct span_text *t, size_t i)
{
    uint32_t code;
    utf8_decode(t->text.data + t->byte_at.data[i], &code);
    return code;
}

struct str span_text_slice(const struct span_text *t, size_t start, size_t end)
{
    return (struct str){t->text.data + t->byte_at.data[start], t->byte_at.data[end] - t->byte_at.data[start]};
}

void span_describe(struct buffer *to, const struct span_text *t, const struct span *s)
{
    enum { SHOWN = 40 };
    buffer_format(to, "[%lld,%lld) ", (long long)s->start, (long long)s->end);
    if (s->start >= 0 && s->start < s->end && (uint64_t)s->end <= t->n) {
        size_t start = (size_t)s->start, end = (size_t)s->end;
        bool is_long = end - start > SHOWN;
        buffer_add(to, "\"", 1);
        printable_add(to, span_text_slice(t, start, is_long ? start + SHOWN : end));
        buffer_add_string(to, is_long ? "...\" " : "\" ");
    }
    printable_add(to, s->label);
    if (s->line > 0)
        buffer_format(to, " (line %zu)", s->line);
}
