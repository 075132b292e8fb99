/* json_write_ascii: JSON text without a byte above ASCII. */
#include "json/json_write.h"
#include "text/utf8.h"

/* Outside of strings JSON has neither a slash nor a byte above ASCII. */
void json_write_ascii(struct buffer *to, struct str json)
{
    uint32_t code;
    for (size_t i = 0, size; i < json.size; i += size) {
        size = utf8_decode(json.data + i, &code);
        if (code == '/')
            buffer_add(to, "\\/", 2);
        else if (code < 0x80)
            buffer_add(to, json.data + i, 1);
        else if (code < 0x10000)
            buffer_format(to, "\\u%04x", (unsigned)code);
        else /* a pair of surrogates */
            buffer_format(to, "\\u%04x\\u%04x", (unsigned)(0xd800 | (code - 0x10000) >> 10),
                          (unsigned)(0xdc00 | ((code - 0x10000) & 0x3ff)));
    }
}
