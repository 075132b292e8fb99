/* conll_private: what conll_read.c and conll_row.c share. */
#ifndef TAGPIPE_CORPUS_CONLL_PRIVATE_H
#define TAGPIPE_CORPUS_CONLL_PRIVATE_H

#include "corpus/conll_read.h"

/* Add a line's token and tags to the current sentence. The first row tells what the columns are, unless the user did. */
void conll_add_row(struct conll *conll, struct str row);
/* Rewrite one field's tags of the sentence in the scheme `to`; the numbers then belong to the new names. */
void conll_convert_field(struct conll *conll, size_t field);

#endif
