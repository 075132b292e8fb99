/* score_tags: labels taken apart once, so that scoring a word costs a few look-ups. */
#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"

static struct str without(struct str s, size_t front, size_t back)
{
    return (struct str){s.data + front, s.size - front - back};
}

/* The first or last character of a tag, as a letter of a scheme; 0 for any other. Its size in bytes in *size. */
static char prefix_of(struct str tag, bool suffix, size_t *size)
{
    size_t offset = suffix ? tag.size - 1 : 0, end = suffix ? tag.size : 1;
    for (; offset > 0 && (tag.data[offset] & 0xc0) == 0x80; offset--)
        ;
    for (; end < tag.size && (tag.data[end] & 0xc0) == 0x80; end++)
        ;
    *size = end - offset;
    return *size == 1 && (unsigned char)tag.data[offset] < 0x80 ? tag.data[offset] : 0;
}

/* What follows the prefix, without all up to its first hyphen if it has one. With suffixes the same from the end. */
static struct str lenient_type(struct str tag, bool suffix, size_t prefix)
{
    struct str rest = suffix ? without(tag, 0, prefix) : without(tag, prefix, 0);
    for (size_t i = 0; i < rest.size; i++) {
        size_t offset = suffix ? rest.size - 1 - i : i;
        if (rest.data[offset] == '-')
            return suffix ? without(rest, 0, rest.size - offset) : without(rest, offset + 1, 0);
    }
    return rest;
}

/* What follows the prefix, without hyphens at both ends. */
static struct str strict_type(struct str tag, bool suffix, size_t prefix)
{
    struct str rest = suffix ? without(tag, 0, prefix) : without(tag, prefix, 0);
    while (rest.size > 0 && rest.data[0] == '-')
        rest = without(rest, 1, 0);
    while (rest.size > 0 && rest.data[rest.size - 1] == '-')
        rest = without(rest, 0, 1);
    return rest;
}

struct score_tag *score_tags_new(struct scorer *s, const struct label_set *labels)
{
    struct score_tag *tag = xcalloc(labels->n, sizeof *tag);
    for (size_t i = 0; i < labels->n; i++) {
        struct str name = {labels->name[i], strlen(labels->name[i])};
        size_t size;
        tag[i].prefix = prefix_of(name, s->options.suffix, &size);
        const char *letter = tag[i].prefix ? strchr(SCORE_LETTERS, tag[i].prefix) : NULL;
        tag[i].letter = letter ? (uint8_t)(letter - SCORE_LETTERS) : SCORE_NO_LETTER;
        struct str type =
            s->options.strict ? strict_type(name, s->options.suffix, size) : lenient_type(name, s->options.suffix, size);
        tag[i].type = (uint32_t)intern_add(&s->types, type.size ? type : (struct str){"_", 1});
        tag[i].name = (uint32_t)intern_add(&s->names, name);
    }
    return tag;
}
