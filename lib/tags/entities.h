/* entities: the entities of one text, and what is wrong with the predicted ones. */
#ifndef TAGPIPE_TAGS_ENTITIES_H
#define TAGPIPE_TAGS_ENTITIES_H

#include <tagpipe/stream.h>

#include "base/util.h"

/* What is wrong with an entity: the other side has another type for the same words, other words that overlap, or nothing
 * there. With nothing on the other side a gold entity is missed and a predicted one is spurious. */
enum entity_error { ENTITY_RIGHT, ENTITY_TYPE, ENTITY_BOUNDARY, ENTITY_MISSED, ENTITY_SPURIOUS, ENTITY_ERRORS };

struct entity {
    size_t start, end; /* bytes of the text, half open */
    struct str type;
    uint32_t number;         /* the number only from a scorer (score.h) */
    double score;            /* a probability; below 0: none is known */
    enum entity_error error; /* only where both sides are there */
    size_t other;            /* likewise: the one of the other side that it is compared with; SIZE_MAX: none */
};
/* `known`: the record has entities, even if there are 0 of them. Set to {0} at first; free(x.data) at the end. */
struct entities {
    struct entity *data;
    size_t n, room;
    bool known;
};

struct entity *entities_add(struct entities *entities, size_t start, size_t end, struct str type, double score);
/* Set error and other of gold and predicted entities of one text, each in the order of its ends. start and end may count anything
 * (bytes, words, tags). An entity is compared with the one of the same extent, or else with the first that overlaps it. */
void entities_compare(struct entities *gold, struct entities *pred);

/* The values of an element of the field `entities`, as logit2span writes it: {"entity_group" or "entity", "score", "word",
 * "start", "end", ...}, the keys of transformers' pipeline("token-classification") and some more. data is NULL where a key is
 * missing. Of a single piece, "entity" is a label that may have its prefix: then `type` is the same as `label`. */
struct entities_map {
    struct msg type, label, score, word, start, end, start_byte, end_byte, start_word, end_word;
};
/* Dies, naming the record, if the field's element `number` is not a map from strings. */
struct entities_map entities_map_read(const struct record *record, size_t number, struct msg element);

#endif
