/* list: "a,b,c", as options give it. */
#ifndef TAGPIPE_TEXT_LIST_H
#define TAGPIPE_TEXT_LIST_H

#include <tagpipe/str.h>

/* The next element of *rest, which moves past the element and its separator. False at the end. Elements may be empty ("a,,b" has
 * three), but there is none after a separator at the end ("a," has one) and none in "". */
bool list_next(const char **rest, char separator, struct str *element);

#endif
