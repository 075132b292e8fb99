/* names: a list of names as text. */
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

char *names_join(size_t n, char *const *name)
{
    enum { SHOWN = 256 };
    struct buffer text = {0};
    for (size_t i = 0; i < n && i < SHOWN; i++)
        buffer_format(&text, "%s%s", i ? ", " : "", name[i]);
    if (n > SHOWN)
        buffer_format(&text, " and %zu more", n - SHOWN);
    buffer_add(&text, "", 1);
    return text.data;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(**(char *const *const *)a, **(char *const *const *)b);
}

int32_t *names_places(size_t n, char *const *name, size_t n_in, char *const *in)
{
    int32_t *place = xmalloc(n, sizeof *place);
    char *const **sorted = xmalloc(n_in, sizeof *sorted);
    for (size_t i = 0; i < n_in; i++)
        sorted[i] = &in[i];
    if (n_in)
        qsort(sorted, n_in, sizeof *sorted, by_text);
    for (size_t i = 0; i < n; i++) {
        char *const *key = &name[i], *const **found = n_in ? bsearch(&key, sorted, n_in, sizeof *sorted, by_text) : NULL;
        place[i] = found ? (int32_t)(*found - in) : -1;
    }
    free(sorted);
    return place;
}

int32_t *names_same(size_t n, char *const *name, size_t n_in, char *const *in)
{
    int32_t *place = names_places(n, name, n_in, in);
    bool *taken = xcalloc(n_in, sizeof *taken), same = n == n_in;
    for (size_t i = 0; same && i < n; i++) {
        if (place[i] >= 0 && strcmp(name[i], in[i]) == 0) /* of two with this name, the one in the same place */
            place[i] = (int32_t)i;
        same = place[i] >= 0 && !taken[place[i]];
        if (same)
            taken[place[i]] = true;
    }
    free(taken);
    if (same)
        return place;
    free(place);
    return NULL;
}

/* Add "; only WHO: x, y and 2 more". */
static void add_only(struct buffer *text, const char *who, size_t n, char *const *name, size_t n_in, char *const *in)
{
    enum { SHOWN = 6 };
    int32_t *place = names_places(n, name, n_in, in);
    size_t only = 0;
    for (size_t i = 0; i < n; i++) {
        if (place[i] >= 0 || only++ >= SHOWN)
            continue;
        if (only == 1)
            buffer_format(text, "%sonly %s ", text->n ? "; " : "", who);
        buffer_format(text, "%s%s", only > 1 ? ", " : "", name[i]);
    }
    if (only > SHOWN)
        buffer_format(text, " and %zu more", only - SHOWN);
    free(place);
}

char *names_difference(const char *here, size_t n, char *const *name, const char *there, size_t n_in, char *const *in)
{
    struct buffer text = {0};
    add_only(&text, here, n, name, n_in, in);
    add_only(&text, there, n_in, in, n, name);
    buffer_add(&text, "", 1);
    return text.data;
}
