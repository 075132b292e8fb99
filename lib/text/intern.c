/* intern: strings to small numbers. */
#include "text/intern.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static size_t slot_of(const struct intern *t, struct str text)
{
    size_t i = (size_t)XXH3_64bits(text.data, text.size) & (t->slots - 1);
    while (t->slot[i]) {
        size_t number = t->slot[i] - 1;
        if (str_equal((struct str){t->name[number], t->size[number]}, text))
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
