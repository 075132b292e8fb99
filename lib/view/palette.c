/* palette: types to looks. */
#include "view/palette.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "tags/labels.h"

/* A hue follows from the type's name, so that PER has one colour on all pages. The start value was chosen so that the types of
 * CoNLL-2003, WNUT-17, OntoNotes' commonest, parts of speech and chunks meet as little as can be. */
enum { HUE_NEXT = 3 };
static const uint32_t FNV_PRIME = 16777619, FNV_START = 2166136261u ^ 16134;

static size_t hue_of(struct str name)
{
    uint32_t hash = FNV_START;
    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ (unsigned char)name.data[i]) * FNV_PRIME;
    return (hash ^ hash >> 15) % PALETTE_HUES;
}

/* If its hue is taken, a type has the next free one. Eight types have one form. */
size_t palette_type(struct palette *p, struct str type)
{
    size_t n = p->types.n, k = intern_add(&p->types, type), hue = hue_of(type);
    if (k < n)
        return k;
    GROW(p->hue, p->room, k + 1);
    for (size_t i = k - k % PALETTE_HUES; i < k; i++)
        if (p->hue[i] == hue) {
            hue = (hue + HUE_NEXT) % PALETTE_HUES;
            i = k - k % PALETTE_HUES - 1; /* look again from the form's first */
        }
    p->hue[k] = (uint8_t)hue;
    return k;
}

size_t palette_look(const struct palette *p, size_t type)
{
    return type < PALETTE_LOOKS ? p->hue[type] + type / PALETTE_HUES * PALETTE_HUES : PALETTE_LOOKS;
}

static int by_name(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    size_t shorter = x->size < y->size ? x->size : y->size;
    int order = memcmp(x->data, y->data, shorter);
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

static void add_labels(struct palette *p, const struct label_set *labels)
{
    struct str *type = xcalloc(labels->n, sizeof *type);
    bool has_scheme = labels_have_scheme(labels);
    size_t n = 0;
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->name[i], "O") != 0)
            type[n++] = labels_tag(labels->name[i], has_scheme).type;
    qsort(type, n, sizeof *type, by_name);
    for (size_t i = 0; i < n; i++)
        palette_type(p, type[i]);
    free(type);
}

void palette_start(struct palette *p, const struct header *header, const char *gold)
{
    const struct label_set *first = NULL;
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *labels = &header->label_set[i];
        if (strcmp(labels->field, gold ? gold : "ner_tags") == 0 || strcmp(labels->field, "pred") == 0
            || strcmp(labels->field, "logits") == 0)
            add_labels(p, labels);
        if (!first && field_is_gold(labels->field))
            first = labels;
    }
    if (p->types.n == 0 && first)
        add_labels(p, first);
}

void palette_free(struct palette *p)
{
    intern_free(&p->types);
    free(p->hue);
    *p = (struct palette){0};
}
