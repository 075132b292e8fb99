/* unicode: what tokenizers ask of a code point. Classes are those of the tokenizers package (Unicode 8.0),
 * decompositions those of Unicode 9.0, lower case that of 17.0. */
#ifndef TAGPIPE_TOKENIZER_UNICODE_H
#define TAGPIPE_TOKENIZER_UNICODE_H

#include "base/util.h"

enum {
    UNICODE_REMOVED = 1, /* control, format, private use; NUL; U+FFFD */
    UNICODE_SPACE = 2,
    UNICODE_PUNCTUATION = 4, /* a token of its own */
    UNICODE_MARK = 8,        /* a non-spacing mark: stripped with accents */
    UNICODE_CHINESE = 16,    /* a token of its own, if tokenize_chinese_chars */
    UNICODE_CHANGES = 32,    /* has a decomposition or a combining class: NFD may change it, or move it */
    UNICODE_WORD = 64,       /* a letter of a word: \w of the package's regular expressions */
    UNICODE_LETTER = 128,    /* \p{L} and \p{N} of these */
    UNICODE_NUMBER = 256,
    UNICODE_COMPATIBLE = 512, /* has a compatibility decomposition: NFKD changes it */
    UNICODE_COMBINING = 1024, /* a mark of any kind */
    UNICODE_NUMERIC = 2048,   /* a number of a newer Unicode than UNICODE_NUMBER */
};
/* Classes, in pages of 256 code points. A page is made when one of its code points is asked for, and then kept: most texts need
 * a few of them. */
extern const uint16_t *unicode_page[0x1100];
unsigned unicode_first_class(uint32_t code); /* makes the page of this code point */
static inline unsigned unicode_class(uint32_t code)
{
    return code < 0x110000 && unicode_page[code >> 8] ? unicode_page[code >> 8][code & 255] : unicode_first_class(code);
}

/* Canonical combining class; 0 for starters. */
unsigned unicode_combining_class(uint32_t code);

/* Full decomposition of one code point: canonical (NFD), or that of compatibility (NFKD); returns how many code points it has. */
enum { UNICODE_DECOMPOSITION_MAX = 18 };
size_t unicode_decompose(uint32_t code, bool compatibly, uint32_t out[UNICODE_DECOMPOSITION_MAX]);
/* The code point that two become in NFC; 0 if there is none. */
uint32_t unicode_compose(uint32_t first, uint32_t second);

/* Lower case without context: one code point; U+0130 gives two. Returns their number. */
size_t unicode_lower(uint32_t code, uint32_t out[2]);

#endif
