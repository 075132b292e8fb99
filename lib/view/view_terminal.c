/* view_terminal: what standard output shows. */
#include "view/view_terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool view_terminal_colour(int when)
{
    const char *no = getenv("NO_COLOR");
    return when == VIEW_COLOUR_ALWAYS || (when == VIEW_COLOUR_AUTO && isatty(STDOUT_FILENO) && !(no && *no));
}

size_t view_terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
