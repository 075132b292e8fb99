/* html_title: the files that a page shows. */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "stream/history.h"
#include "view/html_private.h"

enum { TITLE_FILES = 3 };

/* What may be the name of a file, and no option's value such as 1=tokens or 0.5. */
static bool is_file(struct str word)
{
    const char *dot = NULL;
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == '=' || word.data[i] == ',')
            return false;
        dot = word.data[i] == '.' ? word.data + i : dot;
    }
    return dot && dot + 1 < word.data + word.size && isalpha((unsigned char)dot[1]);
}

static void add_name(struct buffer *to, struct str name, size_t number)
{
    if (number >= TITLE_FILES)
        return;
    buffer_add_string(to, number > 0 ? ", " : "");
    buffer_add(to, name.data, name.size);
}

/* The words of the first tool after its last option. The first of these can be the option's value. */
static size_t add_history(struct buffer *to, const struct header *header)
{
    struct history history = history_of(header);
    size_t n = 0, first = 1;
    if (!history_next(&history))
        return 0;
    const struct str *word = history.words.data;
    for (size_t i = 1; i < history.words.n; i++)
        if (str_begins(word[i], "--"))
            first = i + 1;
    for (size_t i = first; i < history.words.n; i++) {
        bool value = i == first && first > 1 && !is_file(word[i]);
        if (!value)
            add_name(to, word[i], n++);
    }
    while (history_next(&history))
        ;
    return n;
}

char *html_title(const struct header *header, const char *const *paths)
{
    struct buffer title = {0};
    size_t n = 0;
    for (; *paths; paths++)
        if (strcmp(*paths, "-") != 0)
            add_name(&title, str_of(file_name(*paths)), n++);
    n = n ? n : add_history(&title, header);
    if (n > TITLE_FILES)
        buffer_format(&title, " and %zu more", n - TITLE_FILES);
    buffer_add_string(&title, n ? "" : "tagpipe");
    buffer_add(&title, "", 1);
    return title.data;
}
