/* names: a list of names as text. */
#include "base/names.h"

#include "base/buffer.h"

char *names_join(size_t n, char *const *name)
{
    enum { SHOWN = 256 };
    struct buffer text = {0};
    for (size_t i = 0; i < n && i < SHOWN; i++)
        buffer_format(&text, "%s%s", i ? ", " : "", name[i]);
    if (n > SHOWN)
        buffer_format(&text, " and %zu more", n - SHOWN);
    buffer_add(&text, "", 1);
    return text.data;
}
