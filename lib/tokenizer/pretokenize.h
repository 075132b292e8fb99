/* pretokenize: a normalised text into pre-tokens, which are cut into pieces alone (pre_tokenizers of the tokenizers package). */
#ifndef TAGPIPE_TOKENIZER_PRETOKENIZE_H
#define TAGPIPE_TOKENIZER_PRETOKENIZE_H

#include <jansson.h>

#include "tokenizer/symbols.h"

/* Pre-token i is text.data[end[i - 1], end[i]). Set to {0} at first; pretokenize_free_tokens at the end. */
struct pretokens {
    struct symbols text;
    size_t *end, n, room;
};
/* End the pre-token of what was appended to `text` since the last one ended; an empty one is none. */
static inline void pretokens_end(struct pretokens *p)
{
    if (p->text.n == (p->n ? p->end[p->n - 1] : 0))
        return;
    GROW(p->end, p->room, p->n + 1);
    p->end[p->n++] = p->text.n;
}

/* What a step makes of white space, so that a text can be cut there before any step: nothing is known; pre-tokens end before
 * and begin after it; each run of white space, which begins with a space, begins a pre-token; or nothing reaches across: if it
 * is cut there a pre-token ends, and there is no other change. */
enum pretokenize_blanks { PRETOKENIZE_ANYWHERE, PRETOKENIZE_BETWEEN, PRETOKENIZE_BEFORE, PRETOKENIZE_NEUTRAL };

/* What an ASCII character is to a step: it is not known, or the character does not stay as it is; it is a pre-token of its own;
 * or it stays with neighbours of its kind, and is split from others. */
enum pretokenize_kind { PRETOKENIZE_UNKNOWN, PRETOKENIZE_ALONE, PRETOKENIZE_LETTER, PRETOKENIZE_NUMBER, PRETOKENIZE_OTHER };

struct pretokenize_step {
    /* Append the pre-tokens of s[0, n). `at_start`: place 0 is the beginning of the whole text. */
    void (*split)(const void *options, const struct symbol *s, size_t n, bool at_start, struct pretokens *out);
    void (*free)(void *options); /* NULL: nothing to free */
    void *options;
    enum pretokenize_blanks blanks;
    bool needs_start; /* at_start makes a difference */
    bool bare_words;  /* a word that is given alone is not what it is after a blank */
    enum pretokenize_kind (*kind)(const void *options, uint32_t code); /* of an ASCII character; NULL: none is known */
    char blank[4]; /* what a space becomes before characters whose kind is known, in UTF-8 */
    size_t blank_size;
    bool prepends; /* the same is put before them if there is no space */
};

struct pretokenizer {
    size_t n;
    struct pretokenize_step *step;
};

void pretokenize_add(struct pretokenizer *to, struct pretokenize_step step);
/* Append the steps of "pre_tokenizer" of a tokenizer.json; null has none. Dies if one is not known here. */
void pretokenize_read(struct pretokenizer *to, json_t *json, const char *path);
void pretokenize_free(struct pretokenizer *pretokenizer);

/* The pre-tokens of s[0, n) replace what `out` held. `spare`: memory to work with. */
void pretokenize_run(const struct pretokenizer *pretokenizer, const struct symbol *s, size_t n, bool at_start,
                     struct pretokens *out, struct pretokens *spare);
void pretokenize_free_tokens(struct pretokens *pretokens);

/* BertPreTokenizer: at white space and around each punctuation character. */
void pretokenize_bert_add(struct pretokenizer *to);

#endif
