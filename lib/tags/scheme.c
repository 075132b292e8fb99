/* scheme: tags to entities and back. */
#include "tags/scheme.h"

#include <stdio.h>

#include "text/utf8.h"

/* All that differs between the schemes: their names, and their letters for inside, begin, end, single ('\0': the scheme has
 * none). In all of them a letter has the same role, so that a tag can be read without its scheme. */
static const struct {
    const char *name;
    char inside, begin, end, single;
} schemes[SCHEMES] = {
    [IOB1] = {"iob1", 'I', 'B', 0, 0},     [IOB2] = {"iob2", 'I', 'B', 0, 0},       [IOE1] = {"ioe1", 'I', 0, 'E', 0},
    [IOE2] = {"ioe2", 'I', 0, 'E', 0},     [IOBES] = {"iobes", 'I', 'B', 'E', 'S'}, [BILOU] = {"bilou", 'I', 'B', 'L', 'U'},
    [BMES] = {"bmes", 'M', 'B', 'E', 'S'},
};

/* ---- names and letters ---- */

const char *scheme_name(enum scheme scheme)
{
    return schemes[scheme].name;
}

char scheme_letter(enum scheme scheme, char role)
{
    switch (role) {
    case 'I': return schemes[scheme].inside;
    case 'B': return schemes[scheme].begin;
    case 'E': return schemes[scheme].end;
    default: return schemes[scheme].single;
    }
}

char scheme_role(char prefix)
{
    for (const char *role = prefix ? SCHEME_ROLES : ""; *role; role++)
        for (int s = 0; s < SCHEMES; s++)
            if (scheme_letter((enum scheme)s, *role) == prefix)
                return *role;
    return 0;
}

static bool has_letter(enum scheme scheme, char c)
{
    return c && scheme_letter(scheme, scheme_role(c)) == c && scheme_role(c);
}

/* Whether the letters of a name are O, or not, and each of the scheme once; "BMEO" has no single. */
static bool is_spelled(enum scheme scheme, const char *given, size_t n)
{
    char want[] = {schemes[scheme].inside, schemes[scheme].begin, schemes[scheme].end, 'O', schemes[scheme].single};
    bool has_end = schemes[scheme].begin && schemes[scheme].end;
    size_t found = 0;
    for (size_t i = 0; i < sizeof want; i++) {
        size_t times = 0;
        for (size_t k = 0; k < n; k++)
            times += want[i] && (given[k] == want[i] || given[k] == want[i] - 'A' + 'a');
        bool may_lack = want[i] == 0 || want[i] == 'O' || (i == sizeof want - 1 && has_end);
        if (times > 1 || (times == 0 && !may_lack))
            return false;
        found += times;
    }
    return found == n;
}

int scheme_find(const char *given)
{
    size_t n = strlen(given);
    char version = n > 0 && (given[n - 1] == '1' || given[n - 1] == '2') ? given[n - 1] : 0;
    for (int s = 0; s < SCHEMES; s++) {
        const char *name = schemes[s].name;
        char own = name[strlen(name) - 1];
        bool has_versions = own == '1' || own == '2';
        if ((has_versions ? own == (version ? version : '2') : !version)
            && is_spelled((enum scheme)s, given, version ? n - 1 : n))
            return s;
    }
    return -1;
}

bool scheme_parse(enum scheme scheme, struct str name, struct tag *tag)
{
    return tag_parse(name, tag) && (tag->prefix == 'O' || has_letter(scheme, tag->prefix));
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
    if (has['M'])
        return BMES;
    if (has['S'] || (has['B'] && has['E']))
        return IOBES;
    return has['E'] ? IOE2 : IOB2;
}

/* ---- neighbours ---- */

bool scheme_goes_on(struct tag last, struct tag tag)
{
    if (last.prefix == 'O' || tag.prefix == 'O') /* most are */
        return false;
    char a = scheme_role(last.prefix), b = scheme_role(tag.prefix);
    return (a == 'B' || a == 'I') && (b == 'I' || b == 'E') && tag_same_type(last, tag);
}

bool scheme_allows(enum scheme scheme, struct tag a, struct tag b)
{
    bool same = a.prefix != 'O' && b.prefix != 'O' && tag_same_type(a, b);
    switch (scheme) {
    case IOB1: return b.prefix != 'B' || same; /* B only separates neighbours of one type */
    case IOB2: return b.prefix != 'I' || same;
    case IOE1: return a.prefix != 'E' || same;
    case IOE2: return a.prefix != 'I' || same;
    default: break;
    }
    char from = scheme_role(a.prefix), to = scheme_role(b.prefix);
    bool open = from == 'B' || from == 'I', goes_on = to == 'I' || to == 'E';
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
    default: break;
    }
    if (end - first == 1 && head == schemes[s].single)
        return REGULAR;
    if (head != schemes[s].begin)
        return INVALID_HEAD;
    return end - first > 1 && tail == schemes[s].end ? REGULAR : INVALID_TAIL;
}

static char letter_for(enum scheme s, bool first, bool last, bool touches_previous, bool touches_next)
{
    char inside = schemes[s].inside;
    switch (s) {
    case IOB1: return first && touches_previous ? 'B' : inside;
    case IOB2: return first ? 'B' : inside;
    case IOE1: return last && touches_next ? 'E' : inside;
    case IOE2: return last ? 'E' : inside;
    default: break;
    }
    return first && last ? schemes[s].single : first ? schemes[s].begin : last ? schemes[s].end : inside;
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
        while (end < n && scheme_goes_on(tag[end - 1], tag[end]))
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
