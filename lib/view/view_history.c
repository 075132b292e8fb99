/* view_history: the tools that a stream came through. */
#include "view/view_history.h"

struct view_history view_history_of(const struct header *h)
{
    return (struct view_history){{h->history, h->history + h->history_size}, h->n_history};
}

bool view_history_next(struct view_history *history, struct buffer *to)
{
    struct str key, text;
    size_t n, n_args;
    if (history->n == 0)
        return false;
    history->n--;
    struct msg entry = msg_value(&history->rest);
    if (!msg_map(&entry, &n))
        n = 0;
    for (; n > 0 && msg_str(&entry, &key); n--) {
        struct msg value = msg_value(&entry);
        if (str_is(key, "tool") && msg_str(&value, &text))
            buffer_add(to, text.data, text.size);
        else if (str_is(key, "args") && msg_array(&value, &n_args))
            for (; n_args > 0 && msg_str(&value, &text); n_args--) {
                buffer_add(to, " ", 1);
                buffer_add(to, text.data, text.size);
            }
    }
    return true;
}
