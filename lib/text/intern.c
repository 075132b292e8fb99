/* intern: strings to small numbers. */
#include "text/intern.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Names are short: memcmp's call would cost more. */
static bool is_same(const char *a, const char *b, size_t n)
{
    while (n > 0 && a[n - 1] == b[n - 1])
        n--;
    return n == 0;
}

static size_t slot_of(const struct intern *t, struct str text)
{
    size_t i = (size_t)XXH3_64bits(text.data, text.size) & (t->slots - 1);
    while (t->slot[i]) {
        size_t number = t->slot[i] - 1;
        if (t->size[number] == text.size && is_same(t->name[number], text.data, text.size))
            break;
        i = (i + 1) & (t->slots - 1);
    }
    return i;
}

size_t intern_find(const struct intern *t, struct str text)
{
    if (t->slots == 0)
        return SIZE_MAX;
    size_t i = slot_of(t, text);
    return t->slot[i] ? t->slot[i] - 1 : SIZE_MAX;
}

static void widen(struct intern *t)
{
    t->slots = t->slots ? 2 * t->slots : 64;
    free(t->slot);
    t->slot = xcalloc(t->slots, sizeof *t->slot);
    for (size_t n = 0; n < t->n; n++)
        t->slot[slot_of(t, (struct str){t->name[n], t->size[n]})] = (uint32_t)n + 1;
}

size_t intern_add(struct intern *t, struct str text)
{
    if (2 * (t->n + 1) > t->slots)
        widen(t);
    size_t i = slot_of(t, text);
    if (!t->slot[i]) {
        GROW(t->name, t->room, t->n + 1);
        GROW(t->size, t->size_room, t->n + 1);
        t->name[t->n] = xstrndup(text.data, text.size);
        t->size[t->n] = text.size;
        t->slot[i] = (uint32_t)++t->n;
    }
    return t->slot[i] - 1;
}

void intern_free(struct intern *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->name[i]);
    free(t->name);
    free(t->size);
    free(t->slot);
    *t = (struct intern){0};
}
