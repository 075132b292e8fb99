/* history: the tools that a stream came through. */
#include "stream/history.h"

#include <stdlib.h>

struct history history_of(const struct header *header)
{
    size_t size = header->history_size;
    return (struct history){.rest = {header->history, size > 0 ? header->history + size : header->history}};
}

static void add_word(struct array_strs *words, struct str word)
{
    GROW(words->data, words->room, words->n + 1);
    words->data[words->n++] = word;
}

bool history_next(struct history *history)
{
    history->words.n = 0;
    if (history->rest.data == history->rest.end) {
        free(history->words.data);
        history->words = (struct array_strs){0};
        return false;
    }
    struct msg entry = msg_value(&history->rest);
    struct str key, text;
    size_t n, n_args;
    if (!msg_map(&entry, &n))
        n = 0;
    for (; n > 0 && msg_str(&entry, &key); n--) {
        struct msg value = msg_value(&entry);
        if (str_is(key, "tool") && msg_str(&value, &text))
            add_word(&history->words, text);
        else if (str_is(key, "args") && msg_array(&value, &n_args))
            for (; n_args > 0 && msg_str(&value, &text); n_args--)
                add_word(&history->words, text);
    }
    return true;
}
