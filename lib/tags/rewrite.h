/* rewrite: the tags of a field in another scheme, and with other types. */
#ifndef TAGPIPE_TAGS_REWRITE_H
#define TAGPIPE_TAGS_REWRITE_H

#include "tags/scheme.h"
#include "tags/type_map.h"

struct rewrite_options {
    int from, to;               /* enum scheme; -1: by the letters of the labels, and the same as it was */
    const struct type_map *map; /* NULL: types stay */
    bool repairs;               /* invalid transitions are read as conlleval reads them; else the caller will die of them */
};

struct rewriter {
    const struct label_set *labels; /* those that go in */
    struct label_set out;           /* those that come out; ids count these */
    enum scheme from, to;
    struct tag *tag;            /* [labels->n]; prefix 'O': no entity, the label stays as it is or has another name */
    struct tag *mapped;         /* [labels->n] with the new type; prefix 'O': the type is dropped */
    int32_t *id;                /* [labels->n][5] the label that comes out: if its prefix stays, then by the roles of scheme.h */
    size_t n_invalid;           /* invalid transitions in all records so far; the first ones were shown */
    struct intern names, rests; /* of out, and what is after a prefix */
    struct scheme_transitions invalid;
    struct tag *now, *begins, *done;
    size_t now_room, begins_room, done_room;
};

/* The first label that is no tag of the scheme `from`; NULL: all are. */
const char *rewrite_misfit(const struct label_set *labels, enum scheme from);
/* Labels that are not tags of entities stay, or get another name as a whole. The labels that come out: those that go in, with
 * their new names, in the same order; in another scheme type by type, all tags of a type. Dies if the map names what is not
 * there and, where the scheme changes, if a label is no tag of `from`. `labels` must outlive the rewriter. */
struct rewriter rewriter_new(const struct label_set *labels, const struct rewrite_options *options);
/* Replace the n ids of a record's tags; LABEL_NONE stays. */
void rewriter_record(struct rewriter *rewriter, const struct record *record, size_t n, int32_t *id);
void rewriter_free(struct rewriter *rewriter);
/* At the end: invalid transitions are an error, or, if they were repaired, a warning. */
void rewrite_finish(size_t n_invalid, bool repairs);

#endif
