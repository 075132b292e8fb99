/* split_rules: the regular expressions that tokenizers cut texts with, each by hand. */
#ifndef TAGPIPE_TOKENIZER_SPLIT_RULES_H
#define TAGPIPE_TOKENIZER_SPLIT_RULES_H

#include "tokenizer/pretokenize.h"

struct split_rule {
    const char *regex;
    /* How much of s[0, n) it takes from its beginning on; 0: it does not fit there. n > 0. */
    size_t (*length)(const struct split_rule *rule, const struct symbol *s, size_t n);
    unsigned class; /* of unicode.h: it takes only these; 0: it takes everything, and text up to white space at least */
    size_t most;    /* so many of them, or of numbers, at most */
};
extern const struct split_rule split_rules_gpt2;
/* What an ASCII character is to a rule without a class. */
enum pretokenize_kind split_rules_kind(const struct split_rule *rule, uint32_t code);
/* NULL: it is none of those that are known. */
const struct split_rule *split_rules_find(const char *regex);

#endif
