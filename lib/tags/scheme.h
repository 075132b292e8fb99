/* scheme: how tags mark where an entity begins and ends. IOB1: Ramshaw & Marcus, "Text chunking using transformation-based
 * learning", 1995; IOB2, IOE1, IOE2: Tjong Kim Sang & Veenstra, "Representing text chunks", 1999; IOBES and BILOU are one
 * scheme with other letters. */
#ifndef TAGPIPE_TAGS_SCHEME_H
#define TAGPIPE_TAGS_SCHEME_H

#include <tagpipe/stream.h>

#include "base/util.h"

enum scheme { IOB1, IOB2, IOE1, IOE2, IOBES, BILOU };
#define SCHEME_NAMES "iob1|iob2|ioe1|ioe2|iobes|bilou"
const char *scheme_name(enum scheme scheme);

/* "B-PER": prefix 'B', type "PER". "O": prefix 'O', no type. */
struct tag { char prefix; struct str type; };
/* False if the tag is neither "O" nor a letter of the scheme, a hyphen and a type. */
bool scheme_parse(enum scheme scheme, struct str tag, struct tag *parsed);

/* Where an entity is not written as its scheme wants: the tag [at] cannot stand behind the one before it or, if `behind`, in front
 * of the one behind it. */
struct invalid_transition { size_t position; bool behind; };
struct invalid_transitions { struct invalid_transition *data; size_t n, room; };
/* "I-PER after O breaks iob2", of the n tags in which it is; valid until the next call. */
const char *scheme_transition_text(enum scheme scheme, size_t n, const struct tag *tag, struct invalid_transition invalid_transition);

/* Rewrite the tags of one sentence. The entities are those that `from` describes; where a sequence is broken (an orphan I,
 * an E without beginning) it is read as conlleval does: an entity begins. Returns the number of such entities,
 * and where they are in *broken (NULL: not wanted). `tag` [n] is read, `out` [n] written; the types point into the input. */
size_t scheme_convert(enum scheme from, enum scheme to, size_t n, const struct tag *tag, struct tag *out, struct invalid_transitions *broken);

#endif
