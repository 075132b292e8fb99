/* trim: the places of pieces without blanks. */
#include "tokenizer/trim.h"

#include "tokenizer/pretokenize_bytelevel.h"
#include "tokenizer/unicode.h"

bool trim_is_blank(uint32_t code)
{
    return code == PRETOKENIZE_BYTELEVEL_BLANK || (unicode_class(code) & UNICODE_SPACE);
}

struct trim_blanks trim_count(const struct symbol *s, size_t n)
{
    struct trim_blanks count = {0};
    while (count.before < n && trim_is_blank(s[count.before].code))
        count.before++;
    while (count.after < n && trim_is_blank(s[n - 1 - count.after].code))
        count.after++;
    return count;
}

void trim_piece(const struct vocab *v, struct chunk_place place, struct chunk_pieces *pieces, size_t i, struct trim_blanks blanks)
{
    struct chunk_piece *piece = &pieces->data[i];
    bool first = (place.is_first && i == 0) || (place.at_start && piece->start == 0);
    if (blanks.before == 1 && first && v->trims_prefix)
        blanks.before = 0;
    piece->start = piece->start + blanks.before < piece->end ? piece->start + blanks.before : piece->end;
    if (blanks.after && piece->end >= blanks.after)
        piece->end = piece->end - blanks.after > piece->start ? piece->end - blanks.after : piece->start;
}

void trim_pieces(const struct vocab *v, struct chunk_place place, struct chunk_pieces *pieces, size_t from,
                 const struct symbol *s, struct symbols *spare)
{
    for (size_t i = from, at = 0; i < pieces->n; i++) {
        size_t n = pieces->symbols[i];
        symbols_decode(vocab_piece(v, (size_t)pieces->data[i].id), spare);
        bool own = n == CHUNK_OWN_TEXT || pieces->data[i].id != v->unknown;
        trim_piece(v, place, pieces, i, own ? trim_count(spare->data, spare->n) : trim_count(s + at, n));
        at += n == CHUNK_OWN_TEXT ? spare->n : n;
    }
}
