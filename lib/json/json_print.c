/* json_print: JSON of reports. */
#include "json/json_print.h"

#include <math.h>
#include <stdlib.h>

#include "json/json_write.h"
#include "text/decimal.h"
#include "text/printable.h"

void json_print_str(struct buffer *to, struct str s)
{
    struct buffer printable = {0};
    if (json_write_str(to, s))
        return;
    printable_add(&printable, s);
    json_write_str(to, (struct str){printable.data, printable.n});
    free(printable.data);
}

void json_print_string(struct buffer *to, const char *string)
{
    json_print_str(to, (struct str){string, strlen(string)});
}

void json_print_number(struct buffer *to, const char *before, double value)
{
    buffer_add_string(to, before);
    if (isfinite(value))
        to->n += decimal_double(buffer_reserve(to, DECIMAL_SIZE), value);
    else
        buffer_add_string(to, "null");
}

void json_print_count(struct buffer *to, const char *before, uint64_t value)
{
    buffer_add_string(to, before);
    to->n += decimal_uint(buffer_reserve(to, DECIMAL_SIZE), value);
}
