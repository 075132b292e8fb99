/* conll_write: sentences of a stream as rows of columns, a token each; what conll.h reads. */
#ifndef TAGPIPE_CORPUS_CONLL_WRITE_H
#define TAGPIPE_CORPUS_CONLL_WRITE_H

#include "corpus/conll_read.h"
#include "json/json_write.h"

struct conll_writer;

/* Columns of these fields, "tokens,ner_tags,pred": arrays of as many elements as the first has. Ids of labels become their names;
 * strings are written as they are, numbers as in JSON. Dies unless the header promises all. */
struct conll_writer *conll_writer_new(const struct reader *in, const char *fields, char separator);
/* Write tags in the scheme `to`. `from` -1: as constrain_guess tells for each field. Fields of which a label is no tag of the scheme
 * are written as they are, but for ner_tags and chunk_tags, where that is an error. Each broken sequence is a warning that names
 * the record, and is read as conlleval does. */
void conll_writer_convert(struct conll_writer *writer, int from, enum scheme to);
/* Write -DOCSTART- as CoNLL-2003 does where the field `doc` changes. */
void conll_writer_documents(struct conll_writer *writer);
/* Append a sentence with its empty line; nothing for one without words. Dies, naming record and field, on a value that cannot be
 * read back as a column: an empty one, one with the separator in it or with a line's end. */
void conll_write(struct conll_writer *writer, struct buffer *to, const struct record *record);
size_t conll_writer_broken(const struct conll_writer *writer);      /* sequences so far */
void conll_writer_free(struct conll_writer *writer);

#endif
