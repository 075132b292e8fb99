/* spacing: properties of characters. */
#include "text/spacing.h"

#include <utf8proc.h>

/* Wide characters (Annex 11) are Chinese, Japanese, Korean, or pictures. The other scripts are those of Annex 14's class SA, in
 * which only a dictionary finds the words, and Tibetan. */
bool spacing_has_no_blanks(uint32_t code)
{
    utf8proc_int32_t c = (utf8proc_int32_t)code;
    if (code < 0x0e00)
        return false;
    if (code <= 0x109f || (code >= 0x1780 && code <= 0x17ff))
        return true;
    int class = utf8proc_get_property(c)->boundclass;
    bool picture = class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC && code != 0x3030 && code != 0x303d;
    bool hangul = class == UTF8PROC_BOUNDCLASS_L || class == UTF8PROC_BOUNDCLASS_V || class == UTF8PROC_BOUNDCLASS_T
                  || class == UTF8PROC_BOUNDCLASS_LV || class == UTF8PROC_BOUNDCLASS_LVT || (code >= 0x3130 && code <= 0x318f);
    return utf8proc_charwidth(c) == 2 && !picture && !hangul && class != UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR
           && (code < 0x1f000 || code >= 0x20000);
}

bool spacing_closes(uint32_t code)
{
    static const uint32_t other[] = {'.',    ',',    ';',    ':',    '!',    '?',    '%',    0x2026, 0x60c,  0x61b,  0x61f,
                                     0x6d4,  0x964,  0x965,  0x3001, 0x3002, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff01, 0xff1f,
                                     0xff05, 0x2030, 0x2032, 0x2033, 0x55d,  0x589,  0x1362, 0x104a, 0x104b, 0x17d4, 0x17d5};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (code == other[i])
            return true;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_PE || category == UTF8PROC_CATEGORY_PF;
}

bool spacing_opens(uint32_t code)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_PS || category == UTF8PROC_CATEGORY_PI;
}
