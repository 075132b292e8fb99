/* byte_level: bytes as printable characters. */
#include "text/byte_level.h"

#include <stddef.h>

enum { MOVED = 256 }; /* where the characters begin that stand for other bytes */

/* Bytes that are not printable, and their place among the characters from MOVED on. */
static const struct {
    uint32_t first, last, place;
} moved[] = {{0, 32, 0}, {127, 160, 33}, {173, 173, 67}};
enum { RUNS = sizeof moved / sizeof *moved };

uint32_t byte_level_code(unsigned char byte)
{
    for (size_t i = 0; i < RUNS; i++)
        if (byte >= moved[i].first && byte <= moved[i].last)
            return MOVED + moved[i].place + (byte - moved[i].first);
    return byte;
}

int byte_level_byte(uint32_t code)
{
    for (size_t i = 0; i < RUNS; i++) {
        uint32_t size = moved[i].last - moved[i].first, begin = MOVED + moved[i].place;
        if (code >= moved[i].first && code <= moved[i].last)
            return -1;
        if (code >= begin && code <= begin + size)
            return (int)(moved[i].first + (code - begin));
    }
    return code < MOVED ? (int)code : -1;
}
