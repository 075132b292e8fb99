/* span_write: the entities of a record as annotation tools import them: places in its text, counted as the tool counts.
 *
 *     doccano      {"id": 1, "text": "Acme.", "label": [[0, 4, "ORG"]]}
 *     spacy        {"id": 1, "text": "Acme.", "entities": [[0, 4, "ORG"]]}
 *     prodigy      {"text": "Acme.", "tokens": [{"text": "Acme", "start": 0, "end": 4, "id": 0, "ws": false}, ...],
 *                   "spans": [{"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "ORG"}]}
 *     labelstudio  [{"id": 1, "data": {"text": "Acme."}, "predictions": [{"model_version": ..., "result": [...]}]}, ...]
 *     brat         T1 <tab> ORG 0 4 <tab> Acme
 */
#ifndef TAGPIPE_CORPUS_SPAN_WRITE_H
#define TAGPIPE_CORPUS_SPAN_WRITE_H

#include "json/json_write.h"
#include "tags/sentence.h"
#include "text/intern.h"

enum span_format { SPAN_DOCCANO, SPAN_LABELSTUDIO, SPAN_PRODIGY, SPAN_SPACY, SPAN_BRAT };
#define SPAN_FORMATS "doccano|labelstudio|prodigy|spacy|brat"

struct span_writer {
    enum span_format format;
    const struct header *header;
    const char *field;  /* with the entities; NULL: the gold tags, which each record may have in another field */
    const char *folder; /* brat: a .txt and a .ann for each record go there; NULL: all records are lines of one text */
    /* the rest is {0} at first */
    struct sentence sentence;
    struct json_writer json;
    struct buffer ann;
    struct intern names; /* brat: of the documents */
    int64_t base;        /* brat: code points of the lines before */
    size_t n;            /* records; brat: annotations, too */
};

/* `field` NULL: `entities`, else `pred`, else the gold tags, whichever the header promises first. Dies if there is nothing. */
struct span_writer span_writer_new(const struct reader *in, enum span_format format, const char *field, const char *folder);
/* Append a record. Fields that are no tool's (stream/fields.h) go along where the format has a place for them. Dies, naming the
 * record, if it has neither text nor words, or a label or id that the format cannot have. */
void span_write(struct span_writer *writer, struct buffer *to, const struct record *record);
/* Append what comes after the last record. */
void span_write_end(struct span_writer *writer, struct buffer *to);
void span_writer_free(struct span_writer *writer);

#endif
