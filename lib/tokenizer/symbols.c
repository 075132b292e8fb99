/* symbols: between UTF-8 and code points. */
#include "tokenizer/symbols.h"

#include <string.h>

#include "text/utf8.h"

void symbols_decode(struct str text, struct symbols *out)
{
    out->n = 0;
    GROW(out->data, out->room, text.size);
    for (size_t i = 0; i < text.size;) {
        uint32_t code, place = (uint32_t)out->n;
        i += utf8_decode(text.data + i, &code);
        out->data[out->n++] = (struct symbol){code, place, place + 1};
    }
}

size_t symbols_encode(const struct symbol *s, size_t n, char *text)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += utf8_encode(s[i].code, text + size);
    return size;
}

void symbols_append(struct symbols *to, const struct symbol *s, size_t n)
{
    GROW(to->data, to->room, to->n + n);
    if (n)
        memcpy(to->data + to->n, s, n * sizeof *s);
    to->n += n;
}

void symbols_find_places(const struct symbol *raw, size_t n, struct symbols *made)
{
    size_t at = 0;
    for (struct symbol *s = made->data; s < made->data + made->n; s++) {
        size_t taken = 1 - (size_t)(int32_t)s->start, from = at - (taken == 0 && at > 0);
        *s = from < n ? (struct symbol){s->code, raw[from].start, raw[from].end} : (struct symbol){s->code, 0, 0};
        at += taken;
    }
}
