/* printable: text as a terminal may show it. */
#include "text/printable.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

/* Characters that would act on the terminal, reorder the line or cannot be seen at all. ZWJ and ZWNJ join letters and
 * emoji: they stay, and so do the tags that make a black flag that of a country's part. */
static bool is_hidden(utf8proc_int32_t c, utf8proc_int32_t base)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    case UTF8PROC_CATEGORY_CF: return c != 0x200c && c != 0x200d && !(base == 0x1f3f4 && c >= 0xe0020 && c <= 0xe007f);
    default: return false;
    }
}

/* Vowels and final consonants of Hangul written letter by letter join the syllable's first, as terminals draw it. */
static size_t char_width(utf8proc_int32_t c)
{
    bool joins = (c >= 0x1160 && c <= 0x11ff) || (c >= 0xd7b0 && c <= 0xd7ff);
    return joins ? 0 : (size_t)utf8proc_charwidth(c);
}

static size_t add_escape(struct buffer *to, utf8proc_int32_t c)
{
    char escape[16];
    if (c == '\t' || c == '\n' || c == '\r')
        snprintf(escape, sizeof escape, "\\%c", c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
    else if (c < 0x100)
        snprintf(escape, sizeof escape, "\\x%02x", (unsigned)c);
    else
        snprintf(escape, sizeof escape, c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    buffer_add_string(to, escape);
    return strlen(escape);
}

/* What one more character adds to the cluster that begins with `base` and takes `width` columns so far. */
static size_t joined_width(utf8proc_int32_t base, utf8proc_int32_t c, size_t width)
{
    int class = utf8proc_get_property(c)->boundclass, of_base = utf8proc_get_property(base)->boundclass;
    bool keycap = base == '#' || base == '*' || (base >= '0' && base <= '9');
    bool emoji = of_base == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || of_base == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR;
    if (c == 0xfe0f)
        return (emoji || keycap) && width < 2 ? 2 - width : 0;
    if (emoji && class == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR)
        return width < 2 ? 2 - width : 0;
    bool skin_tone = c >= 0x1f3fb && c <= 0x1f3ff;
    if (emoji && (skin_tone || class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC))
        return width < 2 ? 2 - width : 0;
    return char_width(c);
}

size_t printable_add(struct buffer *to, struct str s)
{
    size_t width = 0, cluster = 0;
    utf8proc_int32_t base = 0, last = 0, state = 0;
    for (size_t i = 0; i < s.size;) {
        const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)s.data + i;
        utf8proc_int32_t c;
        utf8proc_ssize_t size = utf8proc_iterate(at, (utf8proc_ssize_t)(s.size - i), &c);
        bool valid = size > 0, joins = valid && last && !utf8proc_grapheme_break_stateful(last, c, &state);
        if (!joins)
            cluster = (size_t)(base = state = 0);
        if (!valid || is_hidden(c, base)) {
            width += add_escape(to, valid ? c : *at);
            last = 0;
        } else {
            size_t more = joins && base ? joined_width(base, c, cluster) : char_width(c);
            base = joins && base ? base : c;
            last = c;
            cluster += more;
            width += more;
            buffer_add(to, s.data + i, (size_t)size);
        }
        i += valid ? (size_t)size : 1;
    }
    return width;
}
