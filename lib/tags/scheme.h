/* scheme: how tags mark where an entity begins and ends. IOB1: Ramshaw & Marcus, "Text chunking using transformation-based
 * learning", 1995; IOB2, IOE1, IOE2: Tjong Kim Sang & Veenstra, "Representing text chunks", 1999; IOBES and BILOU are one
 * scheme with other letters. */
#ifndef TAGPIPE_TAGS_SCHEME_H
#define TAGPIPE_TAGS_SCHEME_H

#include <tagpipe/stream.h>

#include "tags/tag.h"

enum scheme { IOB1, IOB2, IOE1, IOE2, IOBES, BILOU };
#define SCHEME_NAMES "iob1|iob2|ioe1|ioe2|iobes|bilou"
const char *scheme_name(enum scheme scheme);

/* False if the name is neither "O" nor a letter of the scheme, alone or with a hyphen and a type. */
bool scheme_parse(enum scheme scheme, struct str name, struct tag *tag);

/* The scheme by the letters of the labels: BILOU if there is an L or U, IOBES if an S, or B and E; IOE2 if an E alone; else
 * IOB2. IOB1 and IOE1 use the same letters as these: the user must name them. */
enum scheme scheme_guess(const struct label_set *labels);

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
