/* score_prefix: tags that have no prefix of a scheme. The scorer reads the first character of any tag as its prefix, as the
 * seqeval package does: ORGANIZATION is outside of all entities, PERSON is one of the type ERSON. */
#ifndef TAGPIPE_SCORE_SCORE_PREFIX_H
#define TAGPIPE_SCORE_SCORE_PREFIX_H

#include "score/score.h"

/* What is scored. AUTO: entities, if the labels are tags of a scheme. */
enum score_unit { SCORE_UNIT_ENTITY, SCORE_UNIT_TAG, SCORE_UNIT_AUTO };
#define SCORE_UNITS "entity|tag|auto"

/* Whether AUTO scores tags: not all gold labels are tags of a scheme (labels.h). Single letters alone can be parts of speech:
 * then the predicted labels decide, too. Reports labels without a prefix where others have one, or are O. */
bool score_prefix_auto(const struct label_set *gold, const struct label_set *pred);

/* Report, in one line, the tags without a prefix that came, if entities were scored (other: NULL, or a second scorer). */
void score_prefix_report(const struct scorer *scorer, const struct scorer *other);

#endif
