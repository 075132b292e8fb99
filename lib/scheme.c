/* scheme: tags to entities and back. */
#include "scheme.h"

#include <string.h>

/* The letters of a scheme: inside, begin, end, single ('\0': the scheme has none). */
static const struct { char inside, begin, end, single; } letters[] = {
    [IOB1] = {'I', 'B', 0, 0},     [IOB2] = {'I', 'B', 0, 0},      [IOE1] = {'I', 0, 'E', 0},
    [IOE2] = {'I', 0, 'E', 0},     [IOBES] = {'I', 'B', 'E', 'S'}, [BILOU] = {'I', 'B', 'L', 'U'},
};

bool scheme_parse(enum scheme scheme, struct str tag, struct tag *parsed)
{
    if (str_is(tag, "O")) {
        *parsed = (struct tag){.prefix = 'O'};
        return true;
    }
    if (tag.size < 3 || tag.at[1] != '-')
        return false;
    char c = tag.at[0];
    if (c != letters[scheme].inside && c != letters[scheme].begin && c != letters[scheme].end && c != letters[scheme].single)
        return false;
    *parsed = (struct tag){c, {tag.at + 2, tag.size - 2}};
    return true;
}

static bool same_type(struct tag a, struct tag b)
{
    return a.type.size == b.type.size && memcmp(a.type.at, b.type.at, a.type.size) == 0;
}

/* Whether an entity ends between two neighbours of which the first is inside one. */
static bool ends_between(enum scheme s, struct tag a, struct tag b)
{
    if (b.prefix == 'O' || !same_type(a, b))
        return true;
    bool a_ends = a.prefix == letters[s].end || a.prefix == letters[s].single;
    bool b_begins = b.prefix == letters[s].begin || b.prefix == letters[s].single;
    return a_ends || b_begins;
}

/* Whether the scheme's own rules allow the entity [first, end) to be written as it is. */
static bool is_regular(enum scheme s, const struct tag *tag, size_t first, size_t end, size_t n)
{
    char head = tag[first].prefix, tail = tag[end - 1].prefix;
    bool touches_before = first > 0 && tag[first - 1].prefix != 'O' && same_type(tag[first - 1], tag[first]);
    bool touches_behind = end < n && tag[end].prefix != 'O' && same_type(tag[end], tag[end - 1]);
    switch (s) {
    case IOB1:  return head == (touches_before ? 'B' : 'I');
    case IOB2:  return head == 'B';
    case IOE1:  return tail == (touches_behind ? 'E' : 'I');
    case IOE2:  return tail == 'E';
    case IOBES:
    case BILOU:
        break;
    }
    if (end - first == 1)
        return head == letters[s].single;
    return head == letters[s].begin && tail == letters[s].end;
}

static char letter_for(enum scheme s, bool first, bool last, bool touches_before, bool touches_behind)
{
    char inside = letters[s].inside;
    switch (s) {
    case IOB1:  return first && touches_before ? 'B' : inside;
    case IOB2:  return first ? 'B' : inside;
    case IOE1:  return last && touches_behind ? 'E' : inside;
    case IOE2:  return last ? 'E' : inside;
    case IOBES:
    case BILOU:
        break;
    }
    return first && last ? letters[s].single : first ? letters[s].begin : last ? letters[s].end : inside;
}

size_t scheme_convert(enum scheme from, enum scheme to, size_t n, const struct tag *tag, struct tag *out)
{
    size_t broken = 0;
    for (size_t i = 0; i < n; ) {
        if (tag[i].prefix == 'O') {
            out[i] = tag[i];
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < n && !ends_between(from, tag[end - 1], tag[end]))
            end++;
        broken += !is_regular(from, tag, i, end, n);
        bool before = i > 0 && tag[i - 1].prefix != 'O' && same_type(tag[i - 1], tag[i]);
        bool behind = end < n && tag[end].prefix != 'O' && same_type(tag[end], tag[i]);
        for (size_t k = i; k < end; k++)
            out[k] = (struct tag){letter_for(to, k == i, k + 1 == end, before, behind), tag[k].type};
        i = end;
    }
    return broken;
}
