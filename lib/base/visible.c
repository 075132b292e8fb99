/* visible: text of others in a message. */
#include "base/visible.h"

#include <stdio.h>
#include <string.h>

/* One character of UTF-8 (RFC 3629): how many bytes it has, 0 if it is broken. The NUL at the end breaks any. */
static size_t decode(const unsigned char *c, uint32_t *code)
{
    size_t size = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
    *code = size < 2 ? c[0] : c[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (c[i] & 63);
    }
    bool overlong = (size == 3 && *code < 0x800) || (size == 4 && *code < 0x10000);
    return overlong || (*code >= 0xd800 && *code < 0xe000) || *code > 0x10ffff ? 0 : size;
}

/* C0, C1, and the format characters of Unicode but for ZWNJ and ZWJ, which join letters and emoji. */
static bool is_hidden(uint32_t c)
{
    static const uint32_t range[][2] = {
        {0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},
        {0x70f, 0x70f},   {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe000, 0xf8ff}, {0x1d173, 0x1d17a}, {0xe0001, 0xe007f}, {0xf0000, 0x10ffff}};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        if (c >= range[i][0] && c <= range[i][1])
            return true;
    return false;
}

void visible_copy(char *to, size_t size, const char *text)
{
    for (size_t n; *text; text += n) {
        uint32_t code;
        char shown[16];
        n = decode((const unsigned char *)text, &code);
        if (*text == '\n' || *text == '\r')
            snprintf(shown, sizeof shown, " ");
        else if (n == 0)
            snprintf(shown, sizeof shown, "\\x%02x", (unsigned char)*text);
        else if (!is_hidden(code))
            snprintf(shown, sizeof shown, "%.*s", (int)n, text);
        else
            snprintf(shown, sizeof shown, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)code);
        n = n ? n : 1;
        size_t used = strlen(shown);
        if (used + 1 > size)
            break;
        memcpy(to, shown, used);
        to += used;
        size -= used;
    }
    *to = 0;
}
