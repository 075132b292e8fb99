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

/* A model directory's files; NULL: not there. */
struct vocab_files {
    json_t *tokenizer, *config, *map, *model, *added;
};
/* Added and special tokens. The pieces and the options must have been read. `bert`: the class is BERT's, so that
 * tokenizer_config.json goes before tokenizer.json. `dir` is for messages. */
void vocab_read_tokens(struct vocab *vocab, const char *dir, const struct vocab_files *files, bool bert);

#endif
