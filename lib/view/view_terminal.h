/* view_terminal: what standard output shows. */
#ifndef TAGPIPE_VIEW_VIEW_TERMINAL_H
#define TAGPIPE_VIEW_VIEW_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum { VIEW_COLOUR_AUTO, VIEW_COLOUR_ALWAYS, VIEW_COLOUR_NEVER };
/* Auto: on a terminal, unless the environment has NO_COLOR (https://no-color.org). */
bool view_terminal_colour(int when);
/* The columns of the terminal; 0: it is none, or they are not known. */
size_t view_terminal_width(void);

#endif
