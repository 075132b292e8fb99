/* conll_write: sentences of a stream as rows of columns, a token each: what conll_read reads. */
#ifndef TAGPIPE_CORPUS_CONLL_WRITE_H
#define TAGPIPE_CORPUS_CONLL_WRITE_H

#include "json/json_write.h"
#include "tags/scheme.h"

struct conll_writer;

/* Columns of these fields, "tokens,ner_tags,pred": arrays of as many elements as the first has. Ids of labels become their names;
 * strings are written as they are, numbers as in JSON. Dies unless the header promises all. */
struct conll_writer *conll_writer_new(const struct reader *in, const char *fields, char separator);
/* Write tags in the scheme `to`. `from` -1: what scheme_guess says of each field. A field with a label that is not a tag of the
 * scheme is written as it is if none of its labels has a prefix and a type; else that is an error, and it always is one for
 * ner_tags and chunk_tags. The first ten invalid transitions are warnings that name the record; the tags are read as
 * conlleval reads them. */
void conll_writer_convert(struct conll_writer *writer, int from, enum scheme to);
/* Write -DOCSTART- as CoNLL-2003 does where the field `doc` changes. */
void conll_writer_documents(struct conll_writer *writer);
/* Append a sentence and its empty line; nothing for one without words. Dies, naming record and field, on a value that cannot be
 * read back as a column: an empty one, one with the separator or the end of a line in it. */
void conll_write(struct conll_writer *writer, struct buffer *to, const struct record *record);
size_t conll_writer_invalid(const struct conll_writer *writer); /* invalid transitions so far */
void conll_writer_free(struct conll_writer *writer);

#endif
