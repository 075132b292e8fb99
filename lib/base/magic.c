/* magic: what a file is, by its first bytes. */
#include "base/magic.h"

#include <string.h>

static const struct {
    const char *bytes;
    size_t size;
    const char *advice;
} table[] = {
    {"\x1f\x8b", 2, "is compressed by gzip; unpack it first: gzip -dc"},
    {"\xfd"
     "7zXZ",
     5, "is compressed by xz; unpack it first: xz -dc"},
    {"\x28\xb5\x2f\xfd", 4, "is compressed by zstd; unpack it first: zstd -dc"},
    {"PK\x03\x04", 4, "is a zip file; unpack it first; if it is a document or a spreadsheet, save it as text"},
    {"%PDF-", 5, "is a PDF file; take its text first: pdftotext"},
    {"PAR1\x15", 5, "is a Parquet file; write it as JSON lines first (datasets: to_json)"},
    {"\xff\xfe", 2, "is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff", 2, "is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"},
};

static int begins_with(const void *bytes, size_t n, const char *start, size_t size)
{
    return n >= size && memcmp(bytes, start, size) == 0;
}

const char *magic_advice(const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (begins_with(bytes, n, table[i].bytes, table[i].size))
            return table[i].advice;
    if (n >= 10 && memcmp(b, "BZh", 3) == 0 && memcmp(b + 4, "1AY&SY", 6) == 0)
        return "is compressed by bzip2; unpack it first: bzip2 -dc";
    /* a map of up to 15 keys, the first of them "msgstream" */
    if (n > 10 && (b[0] & 0xf0) == 0x80 && memcmp(b + 1, "\xa9msgstream", 10) == 0)
        return "is a stream already: wptok, msgview, msg2json and the other filters read it";
    return NULL;
}
