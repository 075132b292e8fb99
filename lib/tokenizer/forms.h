/* forms: the normalisation forms of Unicode (UAX 15), and lower case, of code points that know where they come from. */
#ifndef TAGPIPE_TOKENIZER_FORMS_H
#define TAGPIPE_TOKENIZER_FORMS_H

#include "tokenizer/symbols.h"

enum { FORMS_COMPATIBLE = 1, FORMS_COMPOSED = 2 };
enum forms {
    FORMS_NFD = 0,
    FORMS_NFKD = FORMS_COMPATIBLE,
    FORMS_NFC = FORMS_COMPOSED,
    FORMS_NFKC = FORMS_COMPATIBLE | FORMS_COMPOSED,
};
/* Change a text to a form, with the decompositions of Unicode 9.0, as the tokenizers package does. */
void forms_change(struct symbols *text, enum forms form);
/* To lower case, without context. */
void forms_lower(struct symbols *text);

#endif
