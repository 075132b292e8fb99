/* sentence: one record as a text with entities in it, gold and predicted, and how these differ. */
#ifndef TAGPIPE_TAGS_SENTENCE_H
#define TAGPIPE_TAGS_SENTENCE_H

#include "base/buffer.h"
#include "stream/header.h"
#include "tags/entities.h"

/* Set to {0} at first; what a record gave is valid as long as the record. */
struct sentence {
    struct str text;            /* raw, or where that is not known of words, these with a blank between */
    struct array_strs words;    /* parts of it; none where a raw text has not been through wptok */
    struct entities gold, pred; /* in the order of the text; none overlaps another of its side, and none is empty */
    bool every;                 /* the caller wants each element of `entities`, whatever it overlaps */
    bool differs, tags_differ;  /* some gold entity, or some gold tag, is not what was predicted, or the reverse */
    struct buffer joined;
    struct array_ints ints, other, spans;
    struct array_sizes start;
    struct array_floats scores;
};

/* The field of the gold tags: of those that the record has, the one with the names of `pred`, else ner_tags, else the first.
 * NULL: there is none. */
const char *sentence_gold_field(const struct header *header, const struct record *record);
/* Words and text; false if the record has neither. */
bool sentence_words(struct sentence *s, const struct record *record);
/* Gold entities from the tags of the field `gold` (NULL: none), predicted ones from `pred`, or else from `entities`; both
 * compared. Tags of a scheme are read as conlleval reads them, whatever its letters; where the label set follows no scheme, each
 * word's tag is an entity. Call sentence_words first. */
void sentence_entities(struct sentence *s, const struct header *header, const char *gold, const char *pred,
                       const struct record *record);
void sentence_free(struct sentence *s);

#endif
