/* score_known: gold types that the labels of the predictions do not have: no model with these labels can find them. */
#ifndef TAGPIPE_SCORE_SCORE_KNOWN_H
#define TAGPIPE_SCORE_SCORE_KNOWN_H

#include "score/score.h"

/* Name them, with their numbers, in one line, after all sentences: a warning, or, if `must`, the reason to die. `where`:
 * before the names of the fields, for messages ("other.msg: "). Labels without any type, such as O alone, say nothing. */
void score_known_check(const struct scorer *scorer, const char *where, bool must);

#endif
