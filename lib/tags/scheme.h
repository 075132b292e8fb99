/* scheme: how tags mark where an entity begins and ends. IOB1: Ramshaw & Marcus, "Text chunking using transformation-based
 * learning", 1995; IOB2, IOE1, IOE2: Tjong Kim Sang & Veenstra, "Representing text chunks", 1999; IOBES, BILOU and BMES (M:
 * middle) are one scheme with other letters. */
#ifndef TAGPIPE_TAGS_SCHEME_H
#define TAGPIPE_TAGS_SCHEME_H

#include <tagpipe/stream.h>

#include "tags/tag.h"

enum scheme { IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, BMES, SCHEMES };
#define SCHEME_NAMES "iob1|iob2|ioe1|ioe2|iobes|bilou|bmes"
/* The target of an option (CLI_FOUND) that names a scheme: none is given so far. */
#define SCHEME_CHOICE                                                                                                            \
    {                                                                                                                            \
        -1, scheme_find                                                                                                          \
    }
const char *scheme_name(enum scheme scheme);
/* The scheme of a name as people spell it: its letters in any order, upper or lower case, with O or without, and with or without
 * the letter of a single word where there are four ("BIO", "BIOES", "BMEO"). IOB and IOE without a number are IOB2 and IOE2. -1:
 * none. */
int scheme_find(const char *given);

/* What a letter means in all schemes that have it, as IOBES's letter: M is I, L is E, U is S. 0: in none. */
char scheme_role(char prefix);
#define SCHEME_ROLES "BIES" /* in the order in which the tags of a type stand in label sets */
/* The scheme's letter of a role; 0: it has none. */
char scheme_letter(enum scheme scheme, char role);

/* False if the name is neither "O" nor a letter of the scheme, alone or with a hyphen and a type. */
bool scheme_parse(enum scheme scheme, struct str name, struct tag *tag);

/* The scheme by the letters of the labels: BILOU if there is an L or U, BMES if an M, IOBES if an S, or B and E; IOE2 if an E
 * alone; else IOB2. IOB1 and IOE1 use the same letters as these: the user must name them. */
enum scheme scheme_guess(const struct label_set *labels);

/* Whether the entity of `last` goes on in `tag`, its neighbour, as conlleval reads tags of any scheme: after a begin or an
 * inside, in an inside or an end of the same type. */
bool scheme_goes_on(struct tag last, struct tag tag);

/* Whether `next` may follow `tag` in a sentence. An O stands before its first word and after its last. A sequence of which all
 * neighbours are allowed is one in which scheme_convert finds no invalid transition. */
bool scheme_allows(enum scheme scheme, struct tag tag, struct tag next);

/* An invalid transition: the tag at `position` cannot follow the one before it or, if `with_next`, be followed by the one after
 * it. */
struct scheme_transition {
    size_t position;
    bool with_next;
};
struct scheme_transitions {
    struct scheme_transition *data;
    size_t n, room;
};
/* Write "I-PER after O is invalid in iob2" into `text` and return it. `tag` [n]: the sentence in which the transition is. */
enum { SCHEME_TEXT_SIZE = 320 };
/* How many of them a tool shows; then it counts. */
enum { SCHEME_SHOWN = 10 };
const char *scheme_transition_text(char text[SCHEME_TEXT_SIZE], enum scheme scheme, size_t n, const struct tag *tag,
                                   struct scheme_transition transition);

/* Rewrite the tags of one sentence. The entities are those that `from` describes; where a sequence is invalid (an I without a
 * beginning, an E without one) it is read as conlleval reads it: an entity begins. Returns the number of such entities, and
 * their transitions in *invalid (NULL: not wanted). `tag` [n] is read, `out` [n] is written; its types and rests are
 * those of `tag`, so that B and I stay without a type, and B- with its hyphen. */
size_t scheme_convert(enum scheme from, enum scheme to, size_t n, const struct tag *tag, struct tag *out,
                      struct scheme_transitions *invalid);

#endif
