/* charsmap: a trie of texts, and what they become.
 *
 * The file: the size of the trie in bytes (u32, little-endian), the trie as a double array of darts-clone, and the replacements,
 * each ended by a NUL. A unit of the array has a label (bits 0 to 7), whether a text ends there (bit 8), and how far its
 * children are (bits 10 to 31, times 256 if bit 9 is set); child b of unit i is at i ^ offset ^ b, and child 0, where there is
 * one, has bit 31 and the place of the replacement. charsmap_new checks every unit, so that a look-up cannot leave the array; it
 * takes one byte a step, so a loop in the array ends with the text.
 *
 * What a text becomes, after Precompiled of the tokenizers package: a grapheme cluster of less than 6 bytes that begins with a
 * text of the trie is replaced as a whole, by what the shortest such text becomes; else the same for each of its characters.
 * ASCII is looked up once, in charsmap_new. */
#include "tokenizer/charsmap.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/grapheme.h"

enum { ASCII = 128, BLOCK = 256, UNIT = 4, CLUSTER_MAX = 5, CODE_MAX = 4 };

struct charsmap {
    uint32_t *unit;
    size_t units;
    char *blob; /* the replacements, and a NUL */
    size_t blob_size;
    const char *ascii[ASCII]; /* what each becomes alone; NULL: itself */
    bool keeps_blanks;
    bool plain[256]; /* bytes that are ASCII characters, and beside others clusters of their own, which stay */
};

/* ---- the double array ---- */

static uint32_t offset_of(uint32_t unit)
{
    return unit >> 10 << (unit >> 6 & 8);
}
static bool has_value(uint32_t unit)
{
    return unit >> 8 & 1;
}
static bool is_value(uint32_t unit)
{
    return unit >> 31;
}
static uint32_t value_of(uint32_t unit)
{
    return unit & 0x7fffffff;
}

/* What the shortest text of the trie that text[0, size) begins with becomes; NULL if there is none. */
static const char *look_up(const struct charsmap *m, const char *text, size_t size)
{
    size_t at = offset_of(m->unit[0]);
    for (size_t i = 0; i < size && text[i]; i++) {
        at ^= (unsigned char)text[i];
        uint32_t unit = m->unit[at];
        if ((unit & 0x800000ff) != (unsigned char)text[i])
            return NULL;
        at ^= offset_of(unit);
        if (has_value(unit))
            return m->blob + value_of(m->unit[at]);
    }
    return NULL;
}

/* NULL, or what is wrong with unit i. */
static const char *check_unit(const struct charsmap *m, size_t i)
{
    uint32_t unit = m->unit[i];
    size_t children = i ^ offset_of(unit);
    if (is_value(unit))
        return NULL;
    if (children >= m->units)
        return "its trie leads out of itself";
    if (!has_value(unit))
        return NULL;
    uint32_t value = value_of(m->unit[children]);
    if (!is_value(m->unit[children]) || value > m->blob_size || (m->blob[value] & 0xc0) == 0x80)
        return "its trie leads to no replacement";
    return NULL;
}

static uint32_t read_u32(const unsigned char *b)
{
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static const char *parse(struct charsmap *m, const unsigned char *data, size_t size)
{
    size_t trie = size >= UNIT ? read_u32(data) : 0;
    if (trie == 0 || trie > size - UNIT)
        return "it is cut off";
    if (trie % (BLOCK * UNIT) != 0)
        return "its trie is no double array of darts-clone";
    m->units = trie / UNIT;
    m->unit = xmalloc(m->units, sizeof *m->unit);
    for (size_t i = 0; i < m->units; i++)
        m->unit[i] = read_u32(data + UNIT * (i + 1));
    m->blob_size = size - UNIT - trie;
    m->blob = xmalloc(m->blob_size + 1, 1);
    memcpy(m->blob, data + UNIT + trie, m->blob_size);
    m->blob[m->blob_size] = '\0';
    if (utf8_invalid_at(m->blob, m->blob_size) < m->blob_size)
        return "its replacements are not valid UTF-8";
    const char *wrong = is_value(m->unit[0]) ? "its trie has no root" : NULL;
    for (size_t i = 0; i < m->units && !wrong; i++)
        wrong = check_unit(m, i);
    return wrong;
}

/* ---- what is known beforehand ---- */

/* Whether a blank stays or becomes white space, whatever follows it. */
static bool is_kept_blank(const struct charsmap *m, char blank)
{
    unsigned char byte = (unsigned char)blank;
    const char *to = look_up(m, &blank, 1);
    if (to)
        return *to && strspn(to, " \t\r\n") == strlen(to);
    return (m->unit[offset_of(m->unit[0]) ^ byte] & 0x800000ff) != byte; /* no longer text of the trie begins with it */
}

static void look_at_ascii(struct charsmap *m)
{
    for (int c = 1; c < ASCII; c++) {
        char byte = (char)c;
        m->ascii[c] = look_up(m, &byte, 1);
        m->plain[c] = !m->ascii[c] && c != '\r';
    }
    m->keeps_blanks = true;
    for (const char *c = " \t\r\n"; *c; c++)
        m->keeps_blanks = m->keeps_blanks && is_kept_blank(m, *c);
}

struct charsmap *charsmap_new(const void *data, size_t size, const char *path)
{
    struct charsmap *m = xcalloc(1, sizeof *m);
    const char *wrong = parse(m, data, size);
    if (wrong)
        die("%s: the precompiled_charsmap is damaged: %s", path, wrong);
    look_at_ascii(m);
    return m;
}

void charsmap_free(struct charsmap *m)
{
    if (!m)
        return;
    free(m->unit);
    free(m->blob);
    free(m);
}

/* ---- base64 (RFC 4648) ---- */

/* The value of a digit; 64: it is none. */
static unsigned digit_of(unsigned char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static unsigned char value[256];
    if (!value['/']) {
        memset(value, 64, sizeof value);
        for (unsigned i = 0; i < 64; i++)
            value[(unsigned char)digits[i]] = (unsigned char)i;
    }
    return value[c];
}

struct charsmap *charsmap_new_base64(const char *text, size_t size, const char *path)
{
    size_t padding = 0, n = 0;
    while (padding < 2 && padding < size && text[size - 1 - padding] == '=')
        padding++;
    unsigned char *data = xmalloc(size / 4 + 1, 3);
    uint32_t bits = 0;
    if (size % 4 != 0)
        die("%s: the precompiled_charsmap is damaged: its base64 is cut off", path);
    for (size_t i = 0; i < size; i++) {
        unsigned value = i < size - padding ? digit_of((unsigned char)text[i]) : 0;
        if (value > 63)
            die("%s: the precompiled_charsmap is damaged: its character %zu is not base64", path, i + 1);
        bits = bits << 6 | value;
        if (i % 4 == 3)
            for (int k = 16; k >= 0; k -= 8)
                data[n++] = (unsigned char)(bits >> k);
    }
    struct charsmap *m = charsmap_new(data, n - padding, path);
    free(data);
    return m;
}

/* ---- a text ---- */

/* n characters become `to`, as changes (symbols_push_change). What is removed without a trace counts for the character before
 * it, if there is one. */
static void replace(struct symbols *out, size_t n, const char *to)
{
    size_t first = out->n;
    for (uint32_t code; *to; to += utf8_decode(to, &code), symbols_push_change(out, code, 0))
        utf8_decode(to, &code);
    size_t made = out->n - first;
    for (size_t i = n; i < made; i++)
        out->data[first + i].start = 1;
    if (made < n && out->n)
        out->data[out->n - 1].start -= (uint32_t)(n - made);
}

static void run_one(const struct charsmap *m, uint32_t code, struct symbols *out)
{
    char text[CODE_MAX];
    const char *to = code < ASCII ? m->ascii[code] : look_up(m, text, utf8_encode(code, text));
    if (to)
        replace(out, 1, to);
    else
        symbols_push_change(out, code, 0);
}

/* What a cluster becomes as a whole; NULL: nothing. */
static const char *look_up_cluster(const struct charsmap *m, const struct symbol *s, size_t n)
{
    char text[CLUSTER_MAX * CODE_MAX];
    if (n > CLUSTER_MAX)
        return NULL;
    size_t size = symbols_encode(s, n, text);
    return size <= CLUSTER_MAX ? look_up(m, text, size) : NULL;
}

void charsmap_run(const struct charsmap *m, const struct symbol *raw, size_t n, struct symbols *out)
{
    out->n = 0;
    for (size_t i = 0; i < n;) {
        bool alone = i + 1 == n || (raw[i].code < ASCII && raw[i + 1].code < ASCII && raw[i].code != '\r');
        size_t size = alone ? 1 : grapheme_size(raw + i, n - i);
        const char *to = size > 1 ? look_up_cluster(m, raw + i, size) : NULL;
        if (to)
            replace(out, size, to);
        else
            for (size_t k = 0; k < size; k++)
                run_one(m, raw[i + k].code, out);
        i += size;
    }
    symbols_find_places(raw, n, out);
}

/* ---- where a text can be cut ---- */

static bool is_ascii(char c)
{
    return (unsigned char)c < ASCII;
}

/* Whether the first cluster of a text is removed: then all that follows is moved. */
static bool removes_first(const struct charsmap *m, const char *text, size_t size)
{
    struct symbol s[CLUSTER_MAX + 1];
    size_t n = 0;
    const char *to;
    for (size_t i = 0; i < size && n <= CLUSTER_MAX; n++) {
        uint32_t code;
        i += utf8_decode(text + i, &code);
        s[n] = (struct symbol){code, 0, 0};
    }
    size_t cluster = n ? grapheme_size(s, n) : 0;
    if (cluster > 1 && (to = look_up_cluster(m, s, cluster)))
        return !*to;
    char first[CODE_MAX];
    to = n ? look_up(m, first, utf8_encode(s[0].code, first)) : NULL;
    return to && !*to;
}

static bool is_plain(const struct charsmap *m, char c)
{
    return m->plain[(unsigned char)c];
}

bool charsmap_cuts_at(const struct charsmap *m, struct str text, size_t start, size_t end)
{
    uint32_t before = ' ', after = ' ';
    if (start > 0 && end + 1 < text.size && is_plain(m, text.data[start - 1]) && is_plain(m, text.data[end])
        && is_ascii(text.data[end + 1]))
        return true;
    if (start > 0) {
        do
            start--;
        while (start > 0 && (text.data[start] & 0xc0) == 0x80);
        utf8_decode(text.data + start, &before);
    }
    if (end < text.size)
        utf8_decode(text.data + end, &after);
    const char *becomes = before != ' ' && before < ASCII ? m->ascii[before] : NULL;
    if (becomes && (!*becomes || becomes[strlen(becomes) - 1] == ' '))
        return false; /* blanks may come together */
    return grapheme_ends(before, after) && !removes_first(m, text.data + end, text.size - end);
}

enum normalize_cuts charsmap_cuts(const struct charsmap *m, struct str text)
{
    bool plain = true;
    for (size_t i = 0; i < text.size; i++)
        plain = plain && is_plain(m, text.data[i]);
    if (!m->keeps_blanks || (!plain && !charsmap_cuts_at(m, text, 0, 0)))
        return NORMALIZE_CUTS_NOWHERE;
    return plain ? NORMALIZE_CUTS_ANYWHERE : NORMALIZE_CUTS_ASK;
}
