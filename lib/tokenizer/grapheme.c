/* grapheme: the rules GB3 to GB11 of UAX #29 over one cluster, code point by code point. The classes of a page of 256 code
 * points are laid out when one of them is asked for: most texts need a few pages. */
#include "tokenizer/grapheme.h"

#include "tokenizer/grapheme_tables.h"

enum { PAGE = 256, CODES = 0x110000, ASCII = 0x80, RANGES = sizeof grapheme_range / sizeof *grapheme_range };
enum { HANGUL_FIRST = 0xac00, HANGUL_LAST = 0xd7a3, HANGUL_TAILS = 28 };

static uint8_t *page_of[CODES / PAGE];

static uint8_t *make_page(uint32_t start)
{
    uint8_t *page = page_of[start / PAGE] = xcalloc(PAGE, 1);
    size_t low = 0, high = RANGES;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (grapheme_range[middle].last < start)
            low = middle + 1;
        else
            high = middle;
    }
    for (const struct grapheme_range *r = &grapheme_range[low]; r < grapheme_range + RANGES && r->first < start + PAGE; r++)
        for (uint32_t c = r->first > start ? r->first : start; c <= r->last && c < start + PAGE; c++)
            page[c - start] = (uint8_t)r->class;
    return page;
}

static enum grapheme_class class_of(uint32_t code)
{
    if (code < ASCII)
        return code == '\r' ? CR : code < ' ' || code == 0x7f ? CONTROL : OTHER;
    if (code >= HANGUL_FIRST && code <= HANGUL_LAST)
        return (code - HANGUL_FIRST) % HANGUL_TAILS ? HANGUL_LVT : HANGUL_LV;
    if (code >= CODES)
        return OTHER;
    const uint8_t *page = page_of[code / PAGE];
    return (enum grapheme_class)(page ? page : make_page(code / PAGE * PAGE))[code % PAGE];
}

static bool joins_before(enum grapheme_class class)
{
    return class >= EXTEND && class <= SPACING;
}

/* GB6 to GB8 */
static bool is_syllable(enum grapheme_class a, enum grapheme_class b)
{
    return (a == HANGUL_L && (b == HANGUL_L || b == HANGUL_V || b == HANGUL_LV || b == HANGUL_LVT))
           || ((a == HANGUL_LV || a == HANGUL_V) && (b == HANGUL_V || b == HANGUL_T))
           || ((a == HANGUL_LVT || a == HANGUL_T) && b == HANGUL_T);
}

/* What can still be completed: a conjunct (a consonant, then extending characters, with a linker among them) or a picture that
 * is made of several (a picture, extending characters, one ZWJ). */
struct grapheme_open {
    bool consonant, linker, picture, picture_zwj;
};

static void follow(struct grapheme_open *open, enum grapheme_class class)
{
    bool extends = class == EXTEND || class == EXTEND_APART || class == LINKER;
    open->picture_zwj = class == ZWJ && open->picture;
    open->picture = class == PICTURE || (extends && open->picture);
    open->linker = (class == LINKER && open->consonant) || ((class == EXTEND || class == ZWJ) && open->linker);
    open->consonant = class == CONSONANT || ((class == EXTEND || class == LINKER || class == ZWJ) && open->consonant);
}

size_t grapheme_size(const struct symbol *s, size_t n)
{
    enum grapheme_class before = class_of(s[0].code);
    if (before == CR)
        return n > 1 && s[1].code == '\n' ? 2 : 1; /* GB3 */
    if (before == CONTROL)
        return 1;
    struct grapheme_open open = {0};
    size_t i = 1;
    for (; i < n; i++) {
        follow(&open, before);
        enum grapheme_class class = class_of(s[i].code);
        bool joined = class != CONTROL && class != CR
                      && (joins_before(class) || before == PREPEND || is_syllable(before, class)
                          || (class == CONSONANT && open.linker) || (class == PICTURE && open.picture_zwj));
        if (!joined)
            break;
        before = class;
    }
    return i;
}

bool grapheme_ends(uint32_t before, uint32_t after)
{
    return class_of(before) != PREPEND && !joins_before(class_of(after));
}
