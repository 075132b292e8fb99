/* visible: text of others in a message, so that a terminal shows it and does not obey it. */
#ifndef TAGPIPE_BASE_VISIBLE_H
#define TAGPIPE_BASE_VISIBLE_H

#include "base/util.h"

/* A copy of a C string of any bytes in to[size], cut where the room ends. What acts on a terminal, turns the direction of a line
 * or is not seen becomes \x1b, \x9b, \u202e, bytes that are not UTF-8 \xff; the end of a line becomes a blank. text/printable.h
 * does more, with the tables of Unicode; messages need no memory for this. */
void visible_copy(char *to, size_t size, const char *text);

#endif
