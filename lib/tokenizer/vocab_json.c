/* vocab_json: the pieces of a tokenizer.json, read without a tree of JSON values. The pieces are nearly all of the file, and to
 * make and free a tree of them takes longer than to tokenize most streams. */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

static char *skip_space(char *c)
{
    while (*c == ' ' || *c == '\n' || *c == '\t' || *c == '\r')
        c++;
    return c;
}

/* A string at c, moved to *to without its quotes. Returns what follows it; NULL for an escape that tokenizers does not write. */
static char *read_key(char *c, char **to)
{
    if (*c++ != '"')
        return NULL;
    for (; *c != '"'; *(*to)++ = *c++)
        if ((unsigned char)*c < ' ' || (*c == '\\' && *++c != '"' && *c != '\\'))
            return NULL;
    return c + 1;
}

/* {"piece": id, ...} at c; the texts of the pieces are moved to its front. Returns what follows the object, or NULL. *n: how
 * many pieces it has. */
static char *read_object(struct vocab *v, char *c, size_t *n)
{
    char *to = c;
    for (*n = 0; *n == 0 || *c == ','; ++*n) {
        char *piece = to;
        size_t id = 0, digits = 0;
        c = read_key(skip_space(c + 1), &to);
        if (!c || *(c = skip_space(c)) != ':')
            return NULL;
        for (c = skip_space(c + 1); *c >= '0' && *c <= '9'; c++, digits++)
            id = 10 * id + (size_t)(*c - '0');
        if (digits == 0 || digits > 9 || (c[-(ptrdiff_t)digits] == '0' && digits > 1))
            return NULL;
        vocab_set(v, (struct str){piece, (size_t)(to - piece)}, id);
        c = skip_space(c);
    }
    return *c == '}' ? c + 1 : NULL;
}

char *vocab_json_pieces(struct vocab *v, const char *path, size_t *size)
{
    static const char name[] = "\"vocab\"";
    size_t n, given;
    char *text = file_read(path, VOCAB_FILE_MAX, &given), *end = text + given;
    char *object = memmem(text, given, name, sizeof name - 1), *rest = NULL;
    if (object && utf8_invalid_at(text, given) == given && *(object = skip_space(object + sizeof name - 1)) == ':'
        && *(object = skip_space(object + 1)) == '{')
        rest = read_object(v, object, &n);
    /* If there is another "vocab", that may be the right one. Of a piece that occurs twice only the last id counts. */
    if (!rest || memmem(rest, (size_t)(end - rest), name, sizeof name - 1) || vocab_index(v) < n) {
        v->n = 0;
        free(text);
        return NULL;
    }
    size_t before = (size_t)(object - text), after = (size_t)(end - rest);
    char *without = xmalloc(before + 2 + after, 1);
    memcpy(without, text, before);
    memcpy(without + before, "{}", 2);
    memcpy(without + before + 2, rest, after);
    *size = before + 2 + after;
    vocab_keep(v, text);
    return without;
}
