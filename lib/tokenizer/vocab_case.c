/* vocab_case: vocabularies with upper-case letters, and whether their text becomes lower case. */
#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/unicode.h"
#include "tokenizer/vocab_private.h"

static bool has_upper_case(struct str piece)
{
    uint32_t code, lower[2];
    for (const char *c = piece.data, *end = c + piece.size; c < end;) {
        c += utf8_decode(c, &code);
        if (code < 0x80 ? code >= 'A' && code <= 'Z' : unicode_lower(code, lower) != 1 || lower[0] != code)
            return true;
    }
    return false;
}

static bool is_ordinary(const struct vocab *v, size_t id)
{
    struct str piece = vocab_piece(v, id);
    char first = piece.size > 2 ? piece.data[0] : 0, last = first ? piece.data[piece.size - 1] : 0;
    if ((first == '[' && last == ']') || (first == '<' && last == '>'))
        return false;
    for (size_t i = 0; i < v->n_added; i++)
        if (v->added[i].id == (int32_t)id)
            return false;
    return true;
}

void vocab_warn_case(const struct vocab *v, const char *name)
{
    size_t n = 0, first = 0;
    bool lower = false;
    for (size_t i = 0; i < v->normalizer.n; i++)
        lower = lower || v->normalizer.step[i].lower;
    for (size_t id = 0; lower && id < v->n_indexed; id++)
        if (vocab_piece(v, id).data && has_upper_case(vocab_piece(v, id)) && is_ordinary(v, id) && n++ == 0)
            first = id;
    if (n == 0)
        return;
    struct str piece = vocab_piece(v, first);
    const char *from = v->lower_from ? v->lower_from : "no file has \"do_lower_case\"";
    warn(
        "%s: the vocabulary has upper-case pieces (%zu, the first is '%.*s'), but text becomes lower case: %s%s; if the model is "
        "cased, make a copy with bertinit --cased",
        name, n, (int)piece.size, piece.data, from, v->lower_from ? " says so" : ", and so it is in transformers");
}
