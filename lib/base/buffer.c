/* buffer: bytes that grow at their end. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buffer_add_string(struct buffer *to, const char *string)
{
    buffer_add(to, string, strlen(string));
}

void buffer_format(struct buffer *to, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (size > 0)
        vsnprintf(buffer_reserve(to, (size_t)size + 1), (size_t)size + 1, format, again);
    va_end(again);
    to->n += size > 0 ? (size_t)size : 0;
}
