/* vocab_private: what the files of vocab share: how a vocabulary is filled. */
#ifndef TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H
#define TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H

#include <jansson.h>

#include "tokenizer/vocab.h"

enum { VOCAB_MAX = 1 << 24, VOCAB_FILE_MAX = 256 << 20 };

/* `text` must live as long as the vocabulary. */
void vocab_set(struct vocab *vocab, struct str text, size_t id);
/* Make the pieces that are there so far ready for vocab_find. Returns how many different ones there are. */
size_t vocab_index(struct vocab *vocab);
/* Give this memory to the vocabulary, which frees it. Returns it. */
char *vocab_keep(struct vocab *vocab, char *text);

/* Read and index the pieces of a tokenizer.json. Returns the rest of its text [size], with an empty object in their place; the
 * caller frees it. NULL, and no piece is read, if the file is not as tokenizers writes it (it may be JSON nevertheless). */
char *vocab_json_pieces(struct vocab *vocab, const char *path, size_t *size);

/* A model directory's files; json is NULL where one is not there, path is for messages. */
struct vocab_file {
    char *path;
    json_t *json;
};
struct vocab_files {
    struct vocab_file tokenizer, config, map, model, added;
};
/* Whether the tokenizer is of BERT's class, so that tokenizer_config.json goes before tokenizer.json; else tokenizer.json is used
 * as it is. Dies, naming the class and its file, if it is of a class that is not known here. */
bool vocab_is_bert(const struct vocab_files *files);
/* Die unless all parts of tokenizer.json are those of BERT. All other members of `vocab` must have been read. */
void vocab_check_parts(const struct vocab *vocab, const struct vocab_file *tokenizer, bool bert);
/* Added and special tokens. The pieces and the options must have been read. `name` is for messages. */
void vocab_read_tokens(struct vocab *vocab, const char *name, const struct vocab_files *files, bool bert);

#endif
