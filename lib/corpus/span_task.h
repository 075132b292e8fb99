/* span_task: a task of Label Studio:
 *
 *     {"id": 1, "data": {"text": "Acme."}, "annotations": [{"was_cancelled": false, "result": [
 *         {"type": "labels", "to_name": "text", "value": {"start": 0, "end": 4, "text": "Acme", "labels": ["ORG"]}}, ...]}]}
 */
#ifndef TAGPIPE_CORPUS_SPAN_TASK_H
#define TAGPIPE_CORPUS_SPAN_TASK_H

#include "corpus/span_read.h"

struct span_task {
    struct str source; /* the field with the spans that are taken: "annotations" */
    struct str key;    /* of the text in `data` */
    struct str text;
};
/* Of all tasks so far. */
struct span_task_counts {
    size_t without, cancelled;   /* tasks that nobody has annotated; that were skipped by all */
    size_t with_several, unused; /* tasks with several annotations, and how many of these were not taken */
    size_t other_results;        /* choices, relations: results that are no spans */
};
enum span_task_read { SPAN_TASK_READ, SPAN_TASK_LEFT_OUT, SPAN_TASK_BAD };

/* Append the spans of a task. `source` (NULL: the annotations) and `key` (NULL: the only text, or the one that the results name)
 * are the user's choice. Of several annotations it is the one that is marked as ground truth, else the one that was changed last.
 * SPAN_TASK_LEFT_OUT: there is none. SPAN_TASK_BAD: `why` says what is wrong. */
enum span_task_read span_task_read(const struct record *record, const char *source, const char *key, struct span_task *task,
                                   struct spans *spans, struct span_task_counts *counts, struct buffer *why);

#endif
