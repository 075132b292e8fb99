/* vocab_json: the pieces and merges of a tokenizer.json, read without a tree of JSON values. They are nearly all of the file,
 * and to make and free a tree of them takes longer than to tokenize most streams. */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

char *vocab_json_space(char *c)
{
    while (*c == ' ' || *c == '\n' || *c == '\t' || *c == '\r')
        c++;
    return c;
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
static char *read_escape(char *c, char **to)
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

char *vocab_json_key(char *c, char **to)
{
    if (*c++ != '"')
        return NULL;
    while (*c != '"') {
        if ((unsigned char)*c < ' ')
            return NULL;
        if (*c != '\\')
            *(*to)++ = *c++;
        else if (!(c = read_escape(c + 1, to)))
            return NULL;
    }
    return c + 1;
}

/* {"piece": id, ...} at c, with ids up to id_max; the texts of the pieces are moved to its front. Returns what follows the
 * object, or NULL. *n: how many pieces it has. */
static char *read_object(struct vocab *v, char *c, size_t id_max, size_t *n)
{
    char *to = c;
    for (*n = 0; *n == 0 || *c == ','; ++*n) {
        char *piece = to;
        size_t id = 0, digits = 0;
        c = vocab_json_key(vocab_json_space(c + 1), &to);
        if (!c || *(c = vocab_json_space(c)) != ':')
            return NULL;
        for (c = vocab_json_space(c + 1); *c >= '0' && *c <= '9'; c++, digits++)
            id = 10 * id + (size_t)(*c - '0');
        if (digits == 0 || digits > 9 || id > id_max || (c[-(ptrdiff_t)digits] == '0' && digits > 1))
            return NULL;
        vocab_set(v, (struct str){piece, (size_t)(to - piece)}, id);
        c = vocab_json_space(c);
    }
    return *c == '}' ? c + 1 : NULL;
}

/* [["a", "b"], ...] or ["a b", ...] at c, in memory that stays; the texts of the pieces are moved to its front. Returns what
 * follows the list, or NULL. */
static char *read_list(struct vocab *v, char *c)
{
    char *to = c;
    do {
        struct str part[2];
        bool is_pair = *(c = vocab_json_space(c + 1)) == '[';
        for (size_t i = 0; i < 1 + (size_t)is_pair; i++) {
            part[i].data = to;
            c = vocab_json_key(is_pair ? vocab_json_space(c + 1) : c, &to);
            if (!c)
                return NULL;
            part[i].size = (size_t)(to - part[i].data);
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
static char *find_merges(char *c, char *end)
{
    static const char name[] = "\"merges\"";
    char *found = memmem(c, (size_t)(end - c), name, sizeof name - 1);
    if (!found || memmem(found + 1, (size_t)(end - found - 1), name, sizeof name - 1))
        return NULL;
    found = vocab_json_space(found + sizeof name - 1);
    if (*found != ':')
        return NULL;
    found = vocab_json_space(found + 1);
    return *found == '[' && *vocab_json_space(found + 1) != ']' ? found : NULL;
}

static char *append(char *to, const char *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

char *vocab_json_pieces(struct vocab *v, const char *path, size_t *size)
{
    static const char name[] = "\"vocab\"";
    size_t n, given;
    char *text = file_read(path, VOCAB_FILE_MAX, &given), *end = text + given;
    char *object = memmem(text, given, name, sizeof name - 1), *rest = NULL, first = 0;
    if (object && utf8_invalid_at(text, given) == given && *(object = vocab_json_space(object + sizeof name - 1)) == ':')
        first = *(object = vocab_json_space(object + 1));
    if (first == '{')
        rest = read_object(v, object, given, &n);
    else if (first == '[')
        rest = vocab_scores_list(v, object);
    /* If there is another "vocab", that may be the right one. Of a piece that occurs twice in an object only the last id
     * counts. */
    bool good = rest && !memmem(rest, (size_t)(end - rest), name, sizeof name - 1) && (vocab_index(v) == n || first == '[');
    char *list = good ? find_merges(rest, end) : NULL, *behind = list ? read_list(v, list) : NULL;
    if (!good || (list && !behind)) {
        v->n = v->n_merges = 0;
        free(text);
        return NULL;
    }
    char *without = xmalloc(given + 1, 1), *to = append(without, text, (size_t)(object - text));
    to = append(to, first == '{' ? "{}" : "[]", 2);
    if (list) {
        to = append(to, rest, (size_t)(list - rest));
        to = append(to, "[]", 2);
        rest = behind;
    }
    to = append(to, rest, (size_t)(end - rest));
    *size = (size_t)(to - without);
    vocab_keep(v, text);
    return without;
}
