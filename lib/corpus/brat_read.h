/* brat_read: documents of brat, a file of text and a file of annotations each, as records with words and tags
 * (https://brat.nlplab.org/standoff.html).
 *
 *     T1 <tab> ORG 0 4 <tab> Acme       a span; 0 4;9 12 is one in parts
 *     R, E, A, M, N, *, #               relations, events, attributes, normalisations, equivalence, notes
 *
 * Offsets count code points. */
#ifndef TAGPIPE_CORPUS_BRAT_READ_H
#define TAGPIPE_CORPUS_BRAT_READ_H

#include "corpus/span_import.h"

struct brat_reader {
    char **ann;     /* the files of annotations, ended by NULL, with their .txt beside them */
    size_t n, next; /* documents; the next one */
    struct lines place;
    struct span_import *spans;
    struct spans found;
    char *text, *annotations; /* of the document at hand */
    size_t in_parts, others;  /* spans in several parts, other annotations: all that were left out */
};

/* `paths`: .ann and .txt files, and folders, of which all such files are taken, in the order of their names. Dies on a path that
 * is none of these, on a folder without documents, and on one of the two files without the other. */
struct brat_reader brat_reader_open(const char *const *paths, struct span_import *spans);
/* The next document (`data` is the reader), valid until the next call; NULL after the last. Its id is the file's name without
 * .ann. Parts of a span with nothing but white space between are one: brat cuts spans at the ends of lines. Dies with
 * file:line. */
struct record *brat_reader_next(void *data);
/* Say what was left out. */
void brat_reader_close(struct brat_reader *reader);

#endif
