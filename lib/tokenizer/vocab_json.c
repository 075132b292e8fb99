/* vocab_json: the pieces and merges of a tokenizer.json, read without a tree of JSON values. They are nearly all of the file,
 * and to make and free a tree of them takes longer than to tokenize most streams. */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "text/eight.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

const char *vocab_json_skip(const char *c)
{
    for (;; c++) {
        while (EIGHT_IN_ORDER && *c == ' ') { /* mostly many of them follow a newline */
            uint64_t other = eight_load(c) ^ EIGHT_ONES * ' ';
            c += other ? eight_before(other) : 8;
        }
        if (*c != ' ' && *c != '\n' && *c != '\t' && *c != '\r')
            return c;
    }
}

/* \u1234 behind its backslash; -1: it is none. */
static int32_t read_code(const char *c)
{
    int32_t code = 0;
    for (int i = 1; i <= 4; i++) {
        char lower = (char)(c[i] | 32);
        if (!(c[i] >= '0' && c[i] <= '9') && !(lower >= 'a' && lower <= 'f'))
            return -1;
        code = 16 * code + (c[i] <= '9' ? c[i] - '0' : lower - 'a' + 10);
    }
    return code;
}

/* An escape at c, behind its backslash, as UTF-8 to *to. Returns what follows it, or NULL. */
static const char *read_escape(const char *c, char **to)
{
    static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    const char *known = *c ? strchr(letter, *c) : NULL;
    if (known) {
        *(*to)++ = meaning[known - letter];
        return c + 1;
    }
    int32_t code = *c == 'u' ? read_code(c) : -1, low;
    if (code >= 0xd800 && code < 0xdc00 && c[5] == '\\' && c[6] == 'u' && (low = read_code(c + 6)) >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        c += 6;
    }
    if (code <= 0 || (code >= 0xd800 && code < 0xe000))
        return NULL;
    *to += utf8_encode((uint32_t)code, *to);
    return c + 5;
}

/* What ends the plain part of a string. */
static inline uint64_t stops(uint64_t x)
{
    return eight_equal(x, '"') | eight_equal(x, '\\') | eight_below(x, ' ');
}

const char *vocab_json_key(const char *c, char **to)
{
    char *first = *to;
    uint64_t high = 0;
    if (*c++ != '"')
        return NULL;
    while (*c != '"') {
        uint64_t x = eight_load(c), stop = stops(x);
        if (EIGHT_IN_ORDER && (!stop || eight_before(stop) > 0)) {
            size_t n = stop ? eight_before(stop) : sizeof x;
            memcpy(*to, &x, sizeof x);
            *to += n;
            c += n;
            high |= x;
        } else if ((unsigned char)*c < ' ')
            return NULL;
        else if (*c != '\\')
            high |= (unsigned char)(*(*to)++ = *c++);
        else if (!(c = read_escape(c + 1, to)))
            return NULL;
    }
    bool valid = !(high & EIGHT_HIGH) || utf8_is_valid(first, (size_t)(*to - first));
    return valid ? c + 1 : NULL;
}

const char *vocab_json_piece(const char *c, char **to, struct str_short *piece)
{
    if (EIGHT_IN_ORDER && *c == '"') {
        uint64_t low = eight_load(c + 1), high = eight_load(c + 9), in_low = stops(low), in_high = stops(high);
        unsigned n = in_low ? eight_before(in_low) : in_high ? 8 + eight_before(in_high) : STR_SHORT_MAX + 1;
        if (n <= STR_SHORT_MAX && c[1 + n] == '"') {
            *piece = str_short_of_words(low, high, n);
            return c + n + 2;
        }
    }
    struct str text = {*to, 0};
    const char *behind = vocab_json_key(c, to);
    text.size = behind ? (size_t)(*to - text.data) : 0;
    *piece = str_short_of(text);
    return behind;
}

/* {"piece": id, ...} at c, with ids up to id_max; the texts of the pieces are copied to *to. Returns what follows the object, or
 * NULL. *n: how many pieces it has. */
static const char *read_object(struct vocab *v, const char *c, size_t id_max, size_t *n, char **to)
{
    for (*n = 0; *n == 0 || *c == ','; ++*n) {
        struct str_short piece;
        size_t id = 0, digits = 0;
        c = vocab_json_piece(vocab_json_space(c + 1), to, &piece);
        if (!c || *(c = vocab_json_space(c)) != ':')
            return NULL;
        for (c = vocab_json_space(c + 1); *c >= '0' && *c <= '9'; c++, digits++)
            id = 10 * id + (size_t)(*c - '0');
        if (digits == 0 || digits > 9 || id > id_max || (c[-(ptrdiff_t)digits] == '0' && digits > 1))
            return NULL;
        vocab_set(v, piece, id);
        c = vocab_json_space(c);
    }
    return *c == '}' ? c + 1 : NULL;
}

/* [["a", "b"], ...] or ["a b", ...] at c; the texts of the pieces are copied to *to. Returns what follows the list, or NULL. */
static const char *read_list(struct vocab *v, const char *c, char **to)
{
    do {
        struct str part[2];
        bool is_pair = *(c = vocab_json_space(c + 1)) == '[';
        for (size_t i = 0; i < 1 + (size_t)is_pair; i++) {
            part[i].data = *to;
            c = vocab_json_key(is_pair ? vocab_json_space(c + 1) : c, to);
            if (!c)
                return NULL;
            part[i].size = (size_t)(*to - part[i].data);
            c = vocab_json_space(c);
            if (is_pair && *c != ",]"[i])
                return NULL;
        }
        if (!is_pair) {
            const char *blank = memchr(part[0].data, ' ', part[0].size);
            if (!blank || part[0].data[0] == '#')
                return NULL; /* it may be the version */
            part[1] = (struct str){blank + 1, part[0].size - (size_t)(blank + 1 - part[0].data)};
            part[0].size = (size_t)(blank - part[0].data);
            if (memchr(part[1].data, ' ', part[1].size))
                return NULL;
        }
        vocab_add_merge(v, (struct vocab_merge){part[0], part[1]});
        c = is_pair ? vocab_json_space(c + 1) : c;
    } while (*c == ',');
    return *c == ']' ? c + 1 : NULL;
}

/* Where the list "merges" begins in [c, end); NULL: nowhere, or it is not sure. */
static const char *find_merges(const char *c, const char *end)
{
    static const char name[] = "\"merges\"";
    const char *found = memmem(c, (size_t)(end - c), name, sizeof name - 1);
    if (!found || memmem(found + 1, (size_t)(end - found - 1), name, sizeof name - 1))
        return NULL;
    found = vocab_json_space(found + sizeof name - 1);
    if (*found != ':')
        return NULL;
    found = vocab_json_space(found + 1);
    return *found == '[' && *vocab_json_space(found + 1) != ']' ? found : NULL;
}

/* A charsmap is a long text, which a tree of JSON takes its time for: in `left` it becomes an empty one. */
static void take_charsmap(struct vocab *v, struct buffer *left, char *to)
{
    static const char name[] = "\"precompiled_charsmap\"";
    memset(buffer_reserve(left, FILE_NULS), 0, FILE_NULS);
    const char *end = left->data + left->n, *first = to, *behind;
    char *at = memmem(left->data, left->n, name, sizeof name - 1);
    if (!at || memmem(at + 1, (size_t)(end - at - 1), name, sizeof name - 1))
        return;
    const char *c = vocab_json_space(at + sizeof name - 1);
    if (*c != ':' || !(behind = vocab_json_key(c = vocab_json_space(c + 1), &to)))
        return;
    v->normalizer.charsmap = (struct str){first, (size_t)(to - first)};
    memmove(left->data + (c - left->data) + 1, behind - 1, (size_t)(end - behind) + 1);
    left->n -= (size_t)(behind - c) - 2;
}

/* The texts of the pieces go to `to`, which has room for the whole file; what is left of the file goes to `left`. */
static bool read_pieces(struct vocab *v, struct mapping file, char *to, struct buffer *left)
{
    static const char name[] = "\"vocab\"";
    enum { PIECE_BYTES = 16 }; /* hardly a file has more pieces */
    const char *text = (const char *)file.data, *end = text + file.size, *rest = NULL;
    const char *object = memmem(text, file.size, name, sizeof name - 1);
    size_t n = 0;
    if (!object || *(object = vocab_json_space(object + sizeof name - 1)) != ':')
        return false;
    object = vocab_json_space(object + 1);
    vocab_reserve(v, file.size / PIECE_BYTES);
    if (*object == '{')
        rest = read_object(v, object, file.size, &n, &to);
    else if (*object == '[')
        rest = vocab_scores_list(v, object, &to);
    /* If there is another "vocab", that may be the right one. Of a piece that occurs twice in an object only the last id
     * counts. */
    size_t distinct = rest && !memmem(rest, (size_t)(end - rest), name, sizeof name - 1) ? vocab_index(v) : 0;
    if (distinct == 0 || (*object == '{' && distinct != n))
        return false;
    buffer_add(left, text, (size_t)(object - text));
    buffer_add(left, *object == '{' ? "{}" : "[]", 2);
    const char *list = find_merges(rest, end);
    if (list) {
        buffer_add(left, rest, (size_t)(list - rest));
        buffer_add(left, "[]", 2);
        if (!(rest = read_list(v, list, &to)))
            return false;
    }
    buffer_add(left, rest, (size_t)(end - rest));
    take_charsmap(v, left, to);
    return true;
}

bool vocab_json_pieces(struct vocab *v, const char *path, struct buffer *rest)
{
    struct mapping file = file_map_within(path, VOCAB_FILE_MAX);
    bool good = read_pieces(v, file, vocab_keep(v, xmalloc(file.size + sizeof(uint64_t), 1)), rest);
    file_unmap(file);
    if (!good)
        v->n = v->n_merges = 0; /* and no scores */
    return good;
}
