/* pretokenize: the steps, one after the other; what they are called in tokenizer.json. */
#include "tokenizer/pretokenize.h"

#include <stdlib.h>

#include "tokenizer/metaspace.h"
#include "tokenizer/pretokenize_bytelevel.h"
#include "tokenizer/pretokenize_split.h"
#include "tokenizer/steps.h"
#include "tokenizer/unicode.h"

/* ---- splits by classes of characters ---- */

/* At white space. A punctuation character is a pre-token of its own. */
static void split_bert(const void *options, const struct symbol *s, size_t n, bool at_start, struct pretokens *out)
{
    (void)options, (void)at_start;
    for (size_t i = 0; i < n; i++) {
        unsigned class = unicode_class(s[i].code);
        if (class & (UNICODE_SPACE | UNICODE_PUNCTUATION))
            pretokens_end(out);
        if (!(class & UNICODE_SPACE))
            symbols_push(&out->text, s[i].code, s[i]);
        if (class & UNICODE_PUNCTUATION)
            pretokens_end(out);
    }
    pretokens_end(out);
}

static enum pretokenize_kind kind_bert(const void *options, uint32_t c)
{
    unsigned class = unicode_class(c);
    (void)options;
    return class & UNICODE_SPACE ? PRETOKENIZE_UNKNOWN : class & UNICODE_PUNCTUATION ? PRETOKENIZE_ALONE : PRETOKENIZE_LETTER;
}

void pretokenize_bert_add(struct pretokenizer *to)
{
    pretokenize_add(to, (struct pretokenize_step){split_bert, .blanks = PRETOKENIZE_BETWEEN, .kind = kind_bert});
}

/* ---- tokenizer.json ---- */

static void read_bert(void *to, json_t *json, const char *path)
{
    (void)json, (void)path;
    pretokenize_bert_add(to);
}

static const struct steps_kind kinds[] = {
    {"BertPreTokenizer", read_bert},
    {"ByteLevel", pretokenize_bytelevel_read},
    {"Metaspace", metaspace_read},
    {"CharDelimiterSplit", pretokenize_split_read},
    {"Digits", pretokenize_split_read},
    {"Punctuation", pretokenize_split_read},
    {"Split", pretokenize_split_read},
    {"Whitespace", pretokenize_split_read},
    {"WhitespaceSplit", pretokenize_split_read},
    {NULL, NULL},
};

void pretokenize_read(struct pretokenizer *to, json_t *json, const char *path)
{
    steps_read(&(struct steps){"pre_tokenizer", "pretokenizers", kinds}, to, json, path);
}

/* ---- the steps ---- */

void pretokenize_add(struct pretokenizer *to, struct pretokenize_step step)
{
    to->step = xrealloc(to->step, to->n + 1, sizeof *to->step);
    to->step[to->n++] = step;
}

void pretokenize_free(struct pretokenizer *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->step[i].free)
            p->step[i].free(p->step[i].options);
    free(p->step);
}

void pretokenize_free_tokens(struct pretokens *p)
{
    free(p->text.data);
    free(p->end);
}

static void clear(struct pretokens *p)
{
    p->n = p->text.n = 0;
}

void pretokenize_run(const struct pretokenizer *p, const struct symbol *s, size_t n, bool at_start, struct pretokens *out,
                     struct pretokens *spare)
{
    clear(out);
    if (p->n == 0) {
        symbols_append(&out->text, s, n);
        pretokens_end(out);
        return;
    }
    p->step[0].split(p->step[0].options, s, n, at_start, out);
    for (size_t k = 1; k < p->n; k++) {
        struct pretokens from = *out;
        *out = *spare;
        *spare = from;
        clear(out);
        for (size_t i = 0, start = 0; i < from.n; start = from.end[i++])
            p->step[k].split(p->step[k].options, from.text.data + start, from.end[i] - start, at_start, out);
    }
}
