/* added: tokens that are matched as a whole in the text. */
#include "added.h"

#include <utf8proc.h>

#include "unicode.h"
#include "utf8.h"

/* Symbols that the token covers from s on; 0 if it does not match. A token that is matched after normalisation is
 * normalised itself. */
static size_t covers(const struct vocab *v, const struct added_token *t, const struct symbol *s, size_t n)
{
    static struct symbols raw, normal;
    if (!t->normalized) {
        size_t i = 0, k = 0;
        while (k < t->text.size) {
            uint32_t code;
            k += utf8_decode(t->text.at + k, &code);
            if (i == n || s[i].code != code)
                return 0;
            i++;
        }
        return i;
    }
    symbols_decode(t->text, 0, &raw);
    symbols_normalize(v, raw.at, raw.n, &normal);
    if (normal.n > n)
        return 0;
    for (size_t i = 0; i < normal.n; i++)
        if (s[i].code != normal.at[i].code)
            return 0;
    return normal.n;
}

/* \w of the regular expressions there: letters, marks, decimal digits, connectors, joiners. */
static bool is_word(uint32_t code)
{
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return code == 0x200c || code == 0x200d;
    }
}

static bool is_space(uint32_t code)
{
    return unicode_class(code) & CODE_SPACE;
}

bool added_find(const struct vocab *v, bool normalized, const struct symbol *s, size_t n, size_t at,
                struct added_match *match)
{
    bool any = false;
    for (size_t i = 0; i < v->n_added; i++)
        any = any || v->added[i].normalized == normalized;
    for (size_t i = at; any && i < n; i++) {
        const struct added_token *best = NULL;
        size_t most = 0;
        for (size_t k = 0; k < v->n_added; k++) {
            const struct added_token *t = &v->added[k];
            size_t size = t->normalized == normalized ? covers(v, t, s + i, n - i) : 0;
            if (size > most) {
                best = t;
                most = size;
            }
        }
        if (!best)
            continue;
        if (best->single_word && ((i > 0 && is_word(s[i - 1].code)) || (i + most < n && is_word(s[i + most].code)))) {
            i += most - 1;
            continue;
        }
        *match = (struct added_match){best->id, i, i + most};
        while (best->lstrip && match->from > at && is_space(s[match->from - 1].code))
            match->from--;
        while (best->rstrip && match->to < n && is_space(s[match->to].code))
            match->to++;
        return true;
    }
    return false;
}
