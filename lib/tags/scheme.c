/* scheme: tags to entities and back. */
#include "tags/scheme.h"

#include <stdio.h>

#include "text/utf8.h"

/* The letters of a scheme: inside, begin, end, single ('\0': the scheme has none). */
static const struct {
    char inside, begin, end, single;
} letters[] = {
    [IOB1] = {'I', 'B', 0, 0}, [IOB2] = {'I', 'B', 0, 0},      [IOE1] = {'I', 0, 'E', 0},
    [IOE2] = {'I', 0, 'E', 0}, [IOBES] = {'I', 'B', 'E', 'S'}, [BILOU] = {'I', 'B', 'L', 'U'},
};

const char *scheme_name(enum scheme scheme)
{
    static const char *const name[] = {"iob1", "iob2", "ioe1", "ioe2", "iobes", "bilou"};
    return name[scheme];
}

bool scheme_parse(enum scheme scheme, struct str name, struct tag *tag)
{
    if (!tag_parse(name, tag))
        return false;
    char c = tag->prefix;
    return c == 'O' || c == letters[scheme].inside || c == letters[scheme].begin || c == letters[scheme].end
           || c == letters[scheme].single;
}

enum scheme scheme_guess(const struct label_set *labels)
{
    bool has[256] = {false};
    for (size_t i = 0; i < labels->n; i++) {
        struct tag tag;
        if (tag_parse(str_of(labels->name[i]), &tag))
            has[(unsigned char)tag.prefix] = true;
    }
    if (has['L'] || has['U'])
        return BILOU;
    if (has['S'] || (has['B'] && has['E']))
        return IOBES;
    return has['E'] ? IOE2 : IOB2;
}

bool scheme_allows(enum scheme scheme, struct tag a, struct tag b)
{
    bool same = a.prefix != 'O' && b.prefix != 'O' && tag_same_type(a, b);
    switch (scheme) {
    case IOB1: return b.prefix != 'B' || same; /* B only separates neighbours of one type */
    case IOB2: return b.prefix != 'I' || same;
    case IOE1: return a.prefix != 'E' || same;
    case IOE2: return a.prefix != 'I' || same;
    case IOBES:
    case BILOU: break;
    }
    bool open = a.prefix == 'B' || a.prefix == 'I', goes_on = b.prefix == 'I' || b.prefix == 'E' || b.prefix == 'L';
    return open == goes_on && (!open || same);
}

const char *scheme_transition_text(char text[SCHEME_TEXT_SIZE], enum scheme scheme, size_t n, const struct tag *tag,
                                   struct scheme_transition t)
{
    enum { SHOWN = 100 }; /* bytes of what follows a prefix */
    char part[2][SHOWN + 8];
    size_t other = t.with_next ? t.position + 1 : t.position - 1; /* before the first it wraps around: not < n either */
    for (int k = 0; k < 2; k++) {
        size_t i = k ? other : t.position;
        if (i >= n)
            snprintf(part[k], sizeof part[k], t.with_next ? "the end of the sentence" : "the start of the sentence");
        else {
            struct str rest = tag[i].rest;
            snprintf(part[k], sizeof part[k], "%c%.*s", tag[i].prefix, (int)utf8_floor(rest.data, rest.size, SHOWN), rest.data);
        }
    }
    snprintf(text, SCHEME_TEXT_SIZE, "%s %s %s is invalid in %s", part[0],
             other >= n    ? "at"
             : t.with_next ? "before"
                           : "after",
             part[1], scheme_name(scheme));
    return text;
}

/* ---- conversion ---- */

/* Whether an entity ends between two neighbours of which the first is inside one. */
static bool ends_between(enum scheme s, struct tag a, struct tag b)
{
    if (b.prefix == 'O' || !tag_same_type(a, b))
        return true;
    bool a_ends = a.prefix == letters[s].end || a.prefix == letters[s].single;
    bool b_begins = b.prefix == letters[s].begin || b.prefix == letters[s].single;
    return a_ends || b_begins;
}

enum regularity { REGULAR, INVALID_HEAD, INVALID_TAIL };

/* Whether the scheme's own rules allow the entity [first, end) to be written as it is. */
static enum regularity regularity(enum scheme s, const struct tag *tag, size_t first, size_t end, size_t n)
{
    char head = tag[first].prefix, tail = tag[end - 1].prefix;
    bool touches_previous = first > 0 && tag[first - 1].prefix != 'O' && tag_same_type(tag[first - 1], tag[first]);
    bool touches_next = end < n && tag[end].prefix != 'O' && tag_same_type(tag[end], tag[end - 1]);
    switch (s) {
    case IOB1: return head == (touches_previous ? 'B' : 'I') ? REGULAR : INVALID_HEAD;
    case IOB2: return head == 'B' ? REGULAR : INVALID_HEAD;
    case IOE1: return tail == (touches_next ? 'E' : 'I') ? REGULAR : INVALID_TAIL;
    case IOE2: return tail == 'E' ? REGULAR : INVALID_TAIL;
    case IOBES:
    case BILOU: break;
    }
    if (end - first == 1 && head == letters[s].single)
        return REGULAR;
    if (head != letters[s].begin)
        return INVALID_HEAD;
    return end - first > 1 && tail == letters[s].end ? REGULAR : INVALID_TAIL;
}

static char letter_for(enum scheme s, bool first, bool last, bool touches_previous, bool touches_next)
{
    char inside = letters[s].inside;
    switch (s) {
    case IOB1: return first && touches_previous ? 'B' : inside;
    case IOB2: return first ? 'B' : inside;
    case IOE1: return last && touches_next ? 'E' : inside;
    case IOE2: return last ? 'E' : inside;
    case IOBES:
    case BILOU: break;
    }
    return first && last ? letters[s].single : first ? letters[s].begin : last ? letters[s].end : inside;
}

size_t scheme_convert(enum scheme from, enum scheme to, size_t n, const struct tag *tag, struct tag *out,
                      struct scheme_transitions *invalid)
{
    size_t n_invalid = 0;
    if (invalid)
        invalid->n = 0;
    for (size_t i = 0; i < n;) {
        if (tag[i].prefix == 'O') {
            out[i] = tag[i];
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < n && !ends_between(from, tag[end - 1], tag[end]))
            end++;
        enum regularity r = regularity(from, tag, i, end, n);
        n_invalid += r != REGULAR;
        if (invalid && r != REGULAR) {
            GROW(invalid->data, invalid->room, invalid->n + 1);
            invalid->data[invalid->n++] = (struct scheme_transition){r == INVALID_HEAD ? i : end - 1, r == INVALID_TAIL};
        }
        bool touches_previous = i > 0 && tag[i - 1].prefix != 'O' && tag_same_type(tag[i - 1], tag[i]);
        bool touches_next = end < n && tag[end].prefix != 'O' && tag_same_type(tag[end], tag[i]);
        for (size_t k = i; k < end; k++)
            out[k] = (struct tag){letter_for(to, k == i, k + 1 == end, touches_previous, touches_next), tag[k].type, tag[k].rest};
        i = end;
    }
    return n_invalid;
}
