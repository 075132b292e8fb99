/* score_prefix: tags that have no prefix of a scheme. The scorer reads the first character of any tag as its prefix, as the
 * seqeval package does: ORGANIZATION is outside of all entities, PERSON is one of the type ERSON. */
#ifndef TAGPIPE_SCORE_SCORE_PREFIX_H
#define TAGPIPE_SCORE_SCORE_PREFIX_H

#include "score/score.h"

/* What is scored. AUTO: entities, if the labels are tags of a scheme. */
enum score_unit { SCORE_UNIT_ENTITY, SCORE_UNIT_TAG, SCORE_UNIT_AUTO };
#define SCORE_UNITS "entity|tag|auto"

/* What AUTO scores: sets options->tags if not all gold labels are tags of a scheme (labels.h), or options->suffix if they
 * have their letters at the end. Single letters alone can be parts of speech: then the predicted labels decide, too. Reports
 * letters at the end, and labels without a prefix where others have one, or are O. */
void score_prefix_auto(const struct label_set *gold, const struct label_set *pred, struct score_options *options);

/* For a message about a tag that fits no scheme: what to do if its letter is at the other end; else "". */
const char *score_prefix_advice(const struct scorer *scorer, struct str tag);

/* Report, in one line, the tags without a prefix that came, if entities were scored (other: NULL, or a second scorer); or
 * that there was no entity. Returns whether there were tags without a prefix: then the types are not those that were meant. */
bool score_prefix_report(const struct scorer *scorer, const struct scorer *other);

#endif
