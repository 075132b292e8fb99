/* scheme: tags to entities and back. */
#include "tags/scheme.h"

#include <stdio.h>
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
    if (tag.size < 3 || tag.data[1] != '-')
        return false;
    char c = tag.data[0];
    if (c != letters[scheme].inside && c != letters[scheme].begin && c != letters[scheme].end && c != letters[scheme].single)
        return false;
    *parsed = (struct tag){c, {tag.data + 2, tag.size - 2}};
    return true;
}

static bool same_type(struct tag a, struct tag b)
{
    return a.type.size == b.type.size && memcmp(a.type.data, b.type.data, a.type.size) == 0;
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

enum regularity { REGULAR, BROKEN_HEAD, BROKEN_TAIL };

/* Whether the scheme's own rules allow the entity [first, end) to be written as it is. */
static enum regularity regularity(enum scheme s, const struct tag *tag, size_t first, size_t end, size_t n)
{
    char head = tag[first].prefix, tail = tag[end - 1].prefix;
    bool touches_before = first > 0 && tag[first - 1].prefix != 'O' && same_type(tag[first - 1], tag[first]);
    bool touches_behind = end < n && tag[end].prefix != 'O' && same_type(tag[end], tag[end - 1]);
    switch (s) {
    case IOB1:  return head == (touches_before ? 'B' : 'I') ? REGULAR : BROKEN_HEAD;
    case IOB2:  return head == 'B' ? REGULAR : BROKEN_HEAD;
    case IOE1:  return tail == (touches_behind ? 'E' : 'I') ? REGULAR : BROKEN_TAIL;
    case IOE2:  return tail == 'E' ? REGULAR : BROKEN_TAIL;
    case IOBES:
    case BILOU:
        break;
    }
    if (end - first == 1 && head == letters[s].single)
        return REGULAR;
    if (head != letters[s].begin)
        return BROKEN_HEAD;
    return end - first > 1 && tail == letters[s].end ? REGULAR : BROKEN_TAIL;
}

const char *scheme_name(enum scheme scheme)
{
    static const char *const name[] = {"iob1", "iob2", "ioe1", "ioe2", "iobes", "bilou"};
    return name[scheme];
}

const char *scheme_transition_text(enum scheme scheme, size_t n, const struct tag *tag, struct invalid_transition b)
{
    enum { SHOWN = 100 };       /* bytes of a type */
    static char text[3 * SHOWN + 64];
    char part[2][SHOWN + 8];
    size_t other = b.behind ? b.position + 1 : b.position - 1;      /* before the first it wraps around: not < n either */
    for (int k = 0; k < 2; k++) {
        size_t at = k ? other : b.position;
        if (at >= n)
            snprintf(part[k], sizeof part[k], b.behind ? "the end of the sentence" : "the start of the sentence");
        else if (tag[at].prefix == 'O')
            snprintf(part[k], sizeof part[k], "O");
        else
            snprintf(part[k], sizeof part[k], "%c-%.*s", tag[at].prefix,
                     (int)(tag[at].type.size < SHOWN ? tag[at].type.size : SHOWN), tag[at].type.data);
    }
    snprintf(text, sizeof text, "%s %s %s breaks %s", part[0], other >= n ? "at" : b.behind ? "before" : "after", part[1],
             scheme_name(scheme));
    return text;
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

size_t scheme_convert(enum scheme from, enum scheme to, size_t n, const struct tag *tag, struct tag *out, struct invalid_transitions *invalid_transitions)
{
    size_t broken = 0;
    if (invalid_transitions)
        invalid_transitions->n = 0;
    for (size_t i = 0; i < n; ) {
        if (tag[i].prefix == 'O') {
            out[i] = tag[i];
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < n && !ends_between(from, tag[end - 1], tag[end]))
            end++;
        enum regularity r = regularity(from, tag, i, end, n);
        broken += r != REGULAR;
        if (invalid_transitions && r != REGULAR) {
            GROW(invalid_transitions->data, invalid_transitions->room, invalid_transitions->n + 1);
            invalid_transitions->data[invalid_transitions->n++] = (struct invalid_transition){r == BROKEN_HEAD ? i : end - 1, r == BROKEN_TAIL};
        }
        bool before = i > 0 && tag[i - 1].prefix != 'O' && same_type(tag[i - 1], tag[i]);
        bool behind = end < n && tag[end].prefix != 'O' && same_type(tag[end], tag[i]);
        for (size_t k = i; k < end; k++)
            out[k] = (struct tag){letter_for(to, k == i, k + 1 == end, before, behind), tag[k].type};
        i = end;
    }
    return broken;
}
