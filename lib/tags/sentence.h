/* sentence: one record as a text with entities in it, gold and predicted, and how these differ. */
#ifndef TAGPIPE_TAGS_SENTENCE_H
#define TAGPIPE_TAGS_SENTENCE_H

#include "json/json_write.h"

/* What is wrong with an entity: the other side has another type for the same words, other words that overlap, or nothing
 * there. Of a gold entity that is one missed, of a predicted one an invention. */
enum entity_error { ENTITY_RIGHT, ENTITY_TYPE, ENTITY_BOUNDARY, ENTITY_MISSED, ENTITY_SPURIOUS, ENTITY_ERRORS };

struct entity {
    size_t start, end;              /* bytes of the text, half open */
    struct str type; uint32_t number;   /* the number only from a scorer (score.h) */
    double score;                   /* a probability; below 0: none is known */
    enum entity_error error;       /* only where both sides are there */
    size_t other;                   /* likewise: the one of the other side that it is compared with; SIZE_MAX: none */
};
struct entities { struct entity *data; size_t n, room; bool known; };     /* known: the record has them, be they none */

/* Set to {0} at first; what a record gave is valid as long as the record. */
struct sentence {
    struct str text;                /* raw, or the words with a blank between */
    struct array_strs words;              /* parts of it; none where a raw text has not been through wptok */
    struct entities gold, pred;     /* in the order of the text; none overlaps another of its side */
    bool differs, tags_differ;      /* some gold entity, or some gold tag, is not what was predicted, or the reverse */
    struct buffer joined; struct array_ints ints, other, spans; struct array_sizes start; struct array_floats scores;
};

/* The gold tags are those of the first such field that the record has; one with the names of `pred` goes before
 * ner_tags, and that before others. NULL: none. */
const char *sentence_gold_field(const struct header *header, const struct record *record);
/* Words and text; false if the record has neither. Dies if they do not fit one another. */
bool sentence_words(struct sentence *s, const struct record *record);
/* Whether all labels are O or a letter of some scheme, a hyphen and a type. */
bool sentence_has_scheme(const struct label_set *labels);
/* Gold entities from the tags of `gold` (NULL: none), predicted ones from `pred`, or else from `entities`, compared. Tags of a scheme
 * are read as conlleval does, L and U as E and S; where the inventory has others, each word's tag is an entity. */
void sentence_entities(struct sentence *s, const struct header *header, const char *gold, const char *pred,
                       const struct record *record);
/* Set error and other of gold and predicted entities of one text, each in the order of its ends, whatever these count. An entity is
 * compared with the one of the same extent, or else with the first that overlaps it. */
void entities_compare(struct entities *gold, struct entities *pred);
struct entity *entities_add(struct entities *entities, size_t start, size_t end, struct str type, double score);
void sentence_free(struct sentence *s);

#endif
