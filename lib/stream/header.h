/* header: what the first map of a stream says about the records after it. */
#ifndef TAGPIPE_STREAM_HEADER_H
#define TAGPIPE_STREAM_HEADER_H

#include "base/buffer.h"
#include "stream/msg.h"

struct header_extra {
    char *key;
    uint8_t *data;
    size_t size;
};

/* How the pieces of a vocabulary spell a text. WORDPIECE: a piece inside a word begins with "##". BYTE_LEVEL: each character of a
 * piece is a byte of UTF-8 (GPT-2's table). METASPACE: U+2581 is a blank, the first one that of no text; METASPACE_BARE: it is
 * always one. WORDPIECE_RAW: as WORDPIECE, but blanks before punctuation stay. There may be no way to spell a text: then pieces
 * stand with blanks between them (WORDPIECE_SPACED, where "##" says what continues a word; SPACED). */
enum header_spelling {
    HEADER_SPELLING_WORDPIECE,
    HEADER_SPELLING_BYTE_LEVEL,
    HEADER_SPELLING_METASPACE,
    HEADER_SPELLING_METASPACE_BARE,
    HEADER_SPELLING_WORDPIECE_RAW,
    HEADER_SPELLING_WORDPIECE_SPACED,
    HEADER_SPELLING_SPACED,
};
/* Whether a piece that is longer than its text continues a word. */
static inline bool header_spelling_is_wordpiece(enum header_spelling spelling)
{
    return spelling == HEADER_SPELLING_WORDPIECE || spelling == HEADER_SPELLING_WORDPIECE_RAW
           || spelling == HEADER_SPELLING_WORDPIECE_SPACED;
}

struct header {
    char *kind; /* "sentence", "batch" or "step" */
    size_t n_fields;
    char **field;    /* what the records hold */
    bool any_fields; /* the header does not list them: no field is known to be missing */
    size_t n_label_sets;
    struct label_set *label_set;
    int64_t vocab_size;
    char *vocab_hash;     /* of the tokenizer that made input_ids; NULL: not known */
    char *spelling, *unk; /* NULL: that of BERT. What a newer tool writes is kept, too */
    int32_t pad;          /* id of the padding piece; 0: it is BERT's, or there is none */
    size_t n_extras;
    struct header_extra *extra; /* every other key, as its bytes */
    uint8_t *history;
    size_t history_size; /* the elements of the history array, as their bytes */
    size_t n_history;
};

/* A new header, or a copy of one to change before writer_open. */
struct header *header_new(const char *kind);
struct header *header_copy(const struct header *in);
void header_free(struct header *header);
/* The records that come out are of another kind. Their fields are still to be added; labels, vocabulary and history stay. */
void header_become(struct header *header, const char *kind);
void header_add_field(struct header *header, const char *field); /* does nothing if it is there */
bool header_has_field(const struct header *header, const char *field);
/* Names are copied. A label set of the same field is replaced. */
void header_set_labels(struct header *header, const char *field, size_t n, const char *const *name);
const struct label_set *header_labels(const struct header *header, const char *field); /* NULL: none */
void header_set_vocab(struct header *header, int64_t size, const char *hash);
/* How the pieces spell a text, and how an unknown one is written ("": there is none). Only with a vocabulary. */
void header_set_spelling(struct header *header, enum header_spelling spelling, struct str unk);
/* HEADER_SPELLING_WORDPIECE if the header does not say it; dies of one that is not known here. */
enum header_spelling header_spelling(const struct header *header);
const char *header_unk(const struct header *header); /* "[UNK]" if the header does not say it */
const char *header_spelling_name(const struct header *header);
/* The id of the padding piece. Only with a vocabulary. */
void header_set_pad(struct header *header, int32_t pad);
void header_set_raw(struct header *header, struct str key, struct msg value);
void header_set_text(struct header *header, const char *key, const char *value);
void header_set_int(struct header *header, const char *key, int64_t value);
bool header_int(const struct header *header, const char *key, int64_t *value);

/* One more entry of the history: a tool, its version and its arguments. */
void header_add_history(struct header *header, const char *tool, const char *version, size_t n, const char *const *argument);

/* Decode a map that msg_scan has passed; dies if it is not a header. Encode a header. */
struct header *header_parse(struct msg map);
/* Die, naming the key of the map that holds a string that is not UTF-8, if header_parse has not. */
void header_die_of_bad_text(struct msg map);
void header_pack(struct buffer *to, const struct header *header);
/* Die unless two streams that follow one another agree in kind, labels and vocabulary; the names are those of their files. */
void header_check_same(const struct header *a, const char *a_name, const struct header *b, const char *b_name);

#endif
