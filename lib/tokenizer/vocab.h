/* vocab: the tokenizer's files of a model directory: tokenizer.json, vocab.txt, tokenizer_config.json,
 * special_tokens_map.json (transformers 4 writes all, transformers 5 the first and the third). */
#ifndef TAGPIPE_TOKENIZER_VOCAB_H
#define TAGPIPE_TOKENIZER_VOCAB_H

#include "stream/header.h"
#include "text/str_short.h"
#include "text/utf8.h"
#include "tokenizer/algorithm.h"
#include "tokenizer/normalize.h"
#include "tokenizer/pretokenize.h"

/* A token that is matched as a whole before anything else happens to the text (tokenizers' AddedToken). */
struct added_token {
    struct str text;
    int32_t id;
    bool single_word, lstrip, rstrip, normalized, special;
};

/* Two pieces that become one. */
struct vocab_merge {
    struct str left, right;
};

struct vocab {
    size_t n, room;
    struct str_short *piece; /* [n] by id; see vocab_piece */
    size_t slots;
    uint64_t *slot; /* open addressing over the pieces; see vocab_table.c */
    size_t marks;
    uint64_t *mark; /* vocab_mark */
    size_t n_indexed;
    bool repeats;             /* ids before the added tokens; whether one of their pieces occurs twice */
    bool guesses_miss;        /* vocab_guess_texts does not find one of the pieces */
    size_t longest;           /* bytes of the longest piece */
    size_t n_added, n_listed; /* the first ones are from a list of added tokens, the others are special tokens */
    struct added_token *added;
    size_t n_more;
    struct str *more; /* special tokens that the file of a sentencepiece model names */
    enum header_spelling spelling;
    int32_t unk, sep, pad, cls, mask; /* -1: there is none */
    /* WordPiece: how pieces inside a word begin, "##"; a longer word is one [UNK] */
    const char *prefix;
    size_t prefix_size, max_input_chars;
    size_t model_max_length;          /* 0: no limit */
    size_t max_positions, embeddings; /* of the model's config.json: rows of its tables; 0: it does not say */
    bool truncates_left;              /* truncation_side */
    bool splits_special;              /* special tokens in a text are text */
    struct normalizer normalizer;
    struct pretokenizer pretokenizer;
    const struct algorithm *algorithm;
    const struct vocab_family *family; /* of its class; NULL: tokenizer.json has all options */
    /* blanks at the ends of a piece do not belong to its place, but at the beginning of a text a single one does if a blank is
     * put there */
    bool trims, trims_prefix;
    const char *lower_from; /* the key that says whether text becomes lower case; NULL: no file does */
    int32_t unknown;        /* BPE, Unigram: the piece for unknown characters; -1: they are left out */
    /* BPE: what is merged (until it is indexed, as it is in the file), whether unknown neighbours are one piece, and whether a
     * word that is a piece is not merged */
    struct bpe_merges *merges;
    size_t n_merges, merge_room;
    struct vocab_merge *merge;
    bool fuse_unknown, ignore_merges;
    /* Unigram: the score of each piece [n_indexed]; whether bytes stand for what is unknown */
    double *score;
    size_t score_room;
    bool byte_fallback;
    size_t n_texts;
    char **text; /* memory that the pieces point into */
};

/* Read the files of a model directory, with the precedence of transformers 5. Dies if there is no vocabulary, a damaged
 * one, or that of a tokenizer which is not BERT's, naming the file. */
struct vocab *vocab_read(const char *dir);
/* The same for a bare vocab.txt: all other options have their default (lower case). */
struct vocab *vocab_read_file(const char *path);
/* Whether a directory has a vocabulary. */
bool vocab_exists(const char *dir);
void vocab_free(struct vocab *vocab);

/* The text of a piece; data is NULL where an id has none. It may move when another piece is added. */
static inline struct str vocab_piece(const struct vocab *vocab, size_t id)
{
    return str_short_text(&vocab->piece[id]);
}
/* The id of a piece of the model; -1 if there is none. */
int32_t vocab_find_piece(const struct vocab *vocab, const char *text, size_t size);
/* The same, of an added token, too. */
int32_t vocab_find(const struct vocab *vocab, const char *text, size_t size);
bool vocab_piece_is(const struct vocab *vocab, int32_t id, const char *text, size_t size);
/* The hash of a text, which is valid UTF-8, grows by one character after the other, so one pass gives those of all prefixes. */
#define VOCAB_HASH_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t vocab_hash_code(uint64_t hash, uint32_t code)
{
    return (hash ^ code) * UINT64_C(0x9e3779b97f4a7c15);
}
static inline size_t vocab_hash_char(uint64_t *hash, const char *text)
{
    uint32_t code;
    size_t size = utf8_decode(text, &code);
    *hash = vocab_hash_code(*hash, code);
    return size;
}
static inline uint64_t vocab_hash_text(const char *text, size_t size)
{
    uint64_t hash = VOCAB_HASH_START;
    for (size_t i = 0; i < size;)
        i += vocab_hash_char(&hash, text + i);
    return hash;
}
/* Two bits for the hash of a text: whether a longer piece may begin with it, and whether it may be one. */
enum { VOCAB_BEGINS = 1, VOCAB_IS = 2, VOCAB_MARKS_PER_WORD = 32 };
static inline size_t vocab_mark_at(const struct vocab *v, uint64_t hash, unsigned *shift)
{
    size_t i = hash >> 32 & (v->marks - 1);
    *shift = (unsigned)(i % VOCAB_MARKS_PER_WORD * 2);
    return i / VOCAB_MARKS_PER_WORD;
}
static inline uint64_t vocab_mark(const struct vocab *v, uint64_t hash)
{
    unsigned shift;
    size_t at = vocab_mark_at(v, hash, &shift);
    return v->mark[at] >> shift & (VOCAB_BEGINS | VOCAB_IS);
}
/* The same as vocab_find_piece for texts whose hash is known; they wait for the memory together. */
struct vocab_text {
    uint64_t hash; /* vocab_hash_text */
    const char *text;
    uint32_t size;
    int32_t id; /* is set */
};
void vocab_find_texts(const struct vocab *vocab, struct vocab_text *text, size_t n);
/* Without a look at the pieces: once in many millions the id is that of a piece with another text (vocab_piece_is). */
void vocab_guess_texts(const struct vocab *vocab, struct vocab_text *text, size_t n);
/* Longest piece that is a prefix of text[0, size) and longer than `prefix` bytes; its id, or -1. Its size goes to *matched. */
int32_t vocab_longest_prefix(const struct vocab *vocab, const char *text, size_t prefix, size_t size, size_t *matched);

/* Identity: XXH3 over the pieces in the order of their ids, as 16 hex digits. */
void vocab_hash(const struct vocab *vocab, char hash[17]);
/* Size and hash of a directory's vocabulary; false if it has no tokenizer files. */
bool vocab_identify(const char *dir, int64_t *size, char hash[17]);

/* One line on standard error if text becomes lower case, but the vocabulary has pieces with upper-case letters: nothing can
 * match these then. Special and added tokens, and names in brackets ([unused1], <S>), do not count. */
void vocab_warn_case(const struct vocab *vocab, const char *name);

/* Copy the tokenizer's files of a model directory, or make them from a bare vocab.txt, so that transformers 4 and 5 and these
 * tools load the copy. */
void vocab_copy(const char *from, const char *to_dir);
/* The names of these files; without one of the last no tokenizer is there. */
enum { VOCAB_FILES = 8 };
extern const char *const vocab_file_name[VOCAB_FILES];
/* Say in the tokenizer's files of a directory whether text becomes lower case; that a text, and each given word, gets a blank
 * before it (add_prefix_space of byte-level BPE); or their class, if they do not tell it. */
void vocab_set_lower(const char *dir, bool lower);
void vocab_set_prefix_space(const char *dir);
void vocab_set_class(const char *dir, const char *class);
/* The class for vocab_set_class; NULL: that of BERT, which it is without. */
const char *vocab_class(const struct vocab *vocab);
/* Whether a given word is cut as the beginning of a text, but could be cut as after a blank. */
bool vocab_has_bare_words(const struct vocab *vocab);
/* Do what vocab_set_prefix_space says; false, and nothing is done, if the tokenizer has no such option. */
bool vocab_add_prefix_space(struct vocab *vocab);
/* Whether there is an option for lower case. */
bool vocab_has_case(const struct vocab *vocab);

#endif
