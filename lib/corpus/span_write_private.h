/* span_write_private: what the formats of span_write share. */
#ifndef TAGPIPE_CORPUS_SPAN_WRITE_PRIVATE_H
#define TAGPIPE_CORPUS_SPAN_WRITE_PRIVATE_H

#include "corpus/span_write.h"

/* A place in a text that moves on: bytes, code points, and units of UTF-16. */
struct span_cursor {
    struct str text;
    size_t byte;
    int64_t code, unit;
};
/* Move to a byte, not backwards. */
void span_cursor_move(struct span_cursor *cursor, size_t byte);

/* The entities of the record at hand, in the order of its text. */
const struct entities *span_writer_entities(const struct span_writer *writer);
struct str span_writer_slice(const struct span_writer *writer, size_t start, size_t end);

/* Append "key":value and a comma before it, unless the object has just begun. */
void span_put_key(struct buffer *to, const char *key);
void span_put_str(struct buffer *to, const struct record *record, struct str s);
void span_put_field(struct span_writer *writer, struct buffer *to, const struct record *record, struct str name,
                    struct msg value);
/* The record's id, if it has one. */
void span_put_id(struct span_writer *writer, struct buffer *to, const struct record *record);
/* Whether a field goes along: it is the user's own. `written`: the keys that the format writes, ended by NULL. */
bool span_is_own(const struct span_writer *writer, struct str name, const char *const *written);
void span_put_others(struct span_writer *writer, struct buffer *to, const struct record *record, const char *const *written);

void span_write_pairs(struct span_writer *writer, struct buffer *to, const struct record *record, const char *key);
void span_write_prodigy(struct span_writer *writer, struct buffer *to, const struct record *record);
void span_write_task(struct span_writer *writer, struct buffer *to, const struct record *record);
void brat_write(struct span_writer *writer, struct buffer *to, const struct record *record);

#endif
