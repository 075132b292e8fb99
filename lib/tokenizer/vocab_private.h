/* vocab_private: what the files of vocab share: how a vocabulary is filled. */
#ifndef TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H
#define TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/file.h"
#include "tokenizer/vocab.h"

enum { VOCAB_MAX = 1 << 24, VOCAB_FILE_MAX = 256 << 20 };

/* Room for n pieces. */
void vocab_reserve(struct vocab *vocab, size_t n);
void vocab_set(struct vocab *vocab, struct str_short text, size_t id);
/* Make the pieces that are there so far ready for vocab_find. Returns how many different ones there are; 0 if a short
 * one is not UTF-8. */
size_t vocab_index(struct vocab *vocab);
/* The next merge of BPE; its texts must live until bpe_merges_read has indexed it. */
void vocab_add_merge(struct vocab *vocab, struct vocab_merge merge);
/* Give this memory to the vocabulary, which frees it. Returns it. */
char *vocab_keep(struct vocab *vocab, char *text);

/* Read and index the pieces of a tokenizer.json. What is left of its text, with an empty object in their place, goes to `rest`;
 * normalizer.charsmap may have been taken out, too. False, and no piece is read, if the file is not as tokenizers writes it (it
 * may be JSON nevertheless). */
bool vocab_json_pieces(struct vocab *vocab, const char *path, struct buffer *rest);

/* What follows white space at c. A string at c, copied to *to without its quotes and escapes: what follows it; NULL: it is none,
 * or has a NUL. FILE_NULS must follow the text. */
const char *vocab_json_skip(const char *c);
static inline const char *vocab_json_space(const char *c)
{
    return (unsigned char)*c > ' ' ? c : vocab_json_skip(c); /* mostly there is none */
}
const char *vocab_json_key(const char *c, char **to);
/* The same, in a short form, which vocab_index checks to be UTF-8; longer ones are copied to *to. */
const char *vocab_json_piece(const char *c, char **to, struct str_short *piece);

/* Add a piece with its score. */
void vocab_scores_add(struct vocab *vocab, struct str_short text, double score);
/* [["piece", score], ...] at c; the texts of the pieces are copied to *to. Returns what follows the list, or NULL. */
const char *vocab_scores_list(struct vocab *vocab, const char *c, char **to);
/* The same of a tree; nothing is done if vocab_json_pieces has read them. */
void vocab_scores_read(struct vocab *vocab, json_t *pieces, const char *path);

/* The pieces of a vocab.txt, one a line. */
void vocab_read_text(struct vocab *vocab, const char *path);
/* The pieces of an object {"piece": id, ...}; nothing is done if vocab_json_pieces has read them. */
void vocab_read_pieces(struct vocab *vocab, json_t *pieces, const char *path);

/* A model directory's files; json is NULL where one is not there, path is for messages. */
struct vocab_file {
    char *path;
    json_t *json;
};
struct vocab_files {
    struct vocab_file tokenizer, config, map, model, added;
    bool has_tokenizer; /* known before it is read */
};
/* The pieces of a vocab.json, and the merges of the merges.txt beside it, and those of a vocab.txt, in a directory; false if
 * there is none. */
bool vocab_read_bpe_files(struct vocab *vocab, const struct vocab_files *files, const char *dir);
bool vocab_read_bert_files(struct vocab *vocab, const struct vocab_files *files, const char *dir);
/* Special tokens that no file names; NULL: there is none. */
struct vocab_names {
    const char *bos, *eos, *unk, *sep, *pad, *cls, *mask;
};
extern const struct vocab_names vocab_roberta_names; /* those of XLM-RoBERTa and CamemBERT, too */
/* What a class of tokenizers stands for, whose options are in tokenizer_config.json: transformers makes the steps from these,
 * and takes only the pieces from tokenizer.json. */
struct vocab_family {
    const char *name;                       /* of the class, for messages */
    const char *const *class, *const *type; /* all its classes, without "Fast" at the end; model types that have it */
    const struct algorithm *algorithm;
    const char *files; /* that have the pieces where there is no tokenizer.json, for messages */
    bool (*read)(struct vocab *vocab, const struct vocab_files *files, const char *dir); /* them; false if they are not there */
    const struct vocab_names *names;
    void (*set)(struct vocab *vocab, const struct vocab_files *files); /* the steps */
    bool around_is_bos;                                                /* bos and eos stand around a sentence, not cls and sep */
    bool mask_strips_left;                                             /* if no file says how it is matched */
    const char *const *more; /* special tokens beyond these, if no file has a list of them */
};
/* The family of a tokenizer; NULL: tokenizer.json has all options. Dies, naming the class and its file, if it is of a class
 * that is not known here. */
const struct vocab_family *vocab_family(const struct vocab_files *files);
extern const struct vocab_family vocab_bert, vocab_xlm_roberta, vocab_camembert;

/* The model of tokenizer.json: its algorithm, pieces and options. */
void vocab_read_model(struct vocab *vocab, const struct vocab_file *tokenizer);
/* The steps of a tokenizer that is nothing but its tokenizer.json. */
void vocab_read_steps(struct vocab *vocab, const struct vocab_file *tokenizer);
/* Die unless the other parts of tokenizer.json go with the family. All other members of `vocab` must have been read. */
void vocab_check_parts(struct vocab *vocab, const struct vocab_file *tokenizer);
/* The post-processor of a tokenizer that is nothing but its tokenizer.json: the pieces around a sentence, and the place of a
 * piece. */
void vocab_read_post(struct vocab *vocab, const struct vocab_file *tokenizer);
/* The text of a special token, by its key; `otherwise` if no file has it. */
const char *vocab_token_text(const struct vocab_files *files, const char *key, const char *otherwise);
/* The text of a token that is a string or {"content": "..."}; NULL: it is null, or not there. `key` is for the message. */
const char *vocab_json_token(json_t *token, const char *path, const char *key);
/* Add a token that is given as a string or an object (NULL, null: it is called `otherwise`). Its id is that of its piece, or
 * else the next free one. */
int32_t vocab_add_token(struct vocab *vocab, json_t *json, const char *path, const char *key, const char *otherwise,
                        bool special);
/* The tokens of the lists of added ones. */
void vocab_read_added(struct vocab *vocab, const struct vocab_files *files);
/* Whether the files name a token among the special ones. */
bool vocab_is_special(const struct vocab_files *files, const char *text);
/* Added and special tokens. The pieces and the options must have been read. `name` is for messages. */
void vocab_read_tokens(struct vocab *vocab, const char *name, const struct vocab_files *files);

#endif
