/* spacing: where text has blanks and where a line may end, by the properties of its characters (Unicode Annexes 11 and 14). */
#ifndef TAGPIPE_TEXT_SPACING_H
#define TAGPIPE_TEXT_SPACING_H

#include "base/util.h"

/* A character of a script that writes no blank between words: Chinese, Japanese, Yi, Thai, Lao, Khmer, Burmese, Tibetan. Korean
 * has blanks; emoji are no script. */
bool spacing_has_no_blanks(uint32_t code);
/* Punctuation that belongs to what is before it, and does not begin a line: . , ) ! ? and the like of all scripts. */
bool spacing_closes(uint32_t code);
/* Punctuation that belongs to what follows it, and does not end a line: ( [ and the like. */
bool spacing_opens(uint32_t code);

#endif
