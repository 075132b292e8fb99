/* compat: TEMPORARY. */
#include "stream/compat.h"
#undef writer_open
static void flush(void *w) { writer_flush(w); }
void input_tie(struct input *in, struct writer *w) { in->before_read = flush; in->before_read_data = w; }
void reader_tie(struct reader *r, struct writer *w) { input_tie(reader_input(r), w); reader_show_progress(r, cli_name(), cli_progress); }
struct writer *compat_writer_open(struct header *h)
{
    size_t n;
    const char *const *argument = cli_history(&n);
    header_add_history(h, cli_name(), TAGPIPE_VERSION, n, argument);
    return writer_open(h);
}
