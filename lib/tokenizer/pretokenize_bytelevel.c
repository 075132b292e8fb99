/* pretokenize_bytelevel: a text by GPT-2's rule (split_rules), and its 256 characters for bytes. Each byte of a character has
 * the place of the character. */
#include "tokenizer/pretokenize_bytelevel.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/byte_level.h"
#include "text/utf8.h"
#include "tokenizer/split_rules.h"

struct bytelevel {
    bool prefix, splits;
};

static void push_bytes(struct symbols *to, struct symbol s)
{
    char text[4];
    size_t size = utf8_encode(s.code, text);
    for (size_t i = 0; i < size; i++)
        symbols_push(to, byte_level_code((unsigned char)text[i]), s);
}

static void split(const void *options, const struct symbol *s, size_t n, bool at_start, struct pretokens *out)
{
    const struct bytelevel *o = options;
    struct symbol *copy = NULL;
    (void)at_start;
    if (n == 0)
        return;
    if (o->prefix && s[0].code != ' ') { /* the blank has the place of the first character */
        copy = xmalloc(n + 1, sizeof *copy);
        copy[0] = (struct symbol){' ', s[0].start, s[0].end};
        memcpy(copy + 1, s, n * sizeof *s);
        s = copy;
        n++;
    }
    for (size_t end; n > 0; s += end, n -= end) {
        end = o->splits ? split_rules_gpt2.length(&split_rules_gpt2, s, n) : n;
        for (size_t i = 0; i < end; i++)
            push_bytes(&out->text, s[i]);
        pretokens_end(out);
    }
    free(copy);
}

static enum pretokenize_kind pretokenize_kind(const void *options, uint32_t c)
{
    const struct bytelevel *o = options;
    if (c > 0x7f || byte_level_code((unsigned char)c) != c)
        return PRETOKENIZE_UNKNOWN;
    return o->splits ? split_rules_kind(&split_rules_gpt2, c) : PRETOKENIZE_LETTER;
}

static struct pretokenize_step step_of(struct bytelevel *o)
{
    struct pretokenize_step step = {split, free, o, .bare_words = !o->prefix, .kind = pretokenize_kind, .prepends = o->prefix};
    step.blanks = o->splits ? PRETOKENIZE_BEFORE : PRETOKENIZE_ANYWHERE;
    step.blank_size = utf8_encode(PRETOKENIZE_BYTELEVEL_BLANK, step.blank);
    return step;
}

void pretokenize_bytelevel_add(struct pretokenizer *to, bool prefix, bool splits)
{
    struct bytelevel *o = xmalloc(1, sizeof *o);
    *o = (struct bytelevel){prefix, splits};
    pretokenize_add(to, step_of(o));
}

bool pretokenize_bytelevel_set_prefix(struct pretokenizer *of)
{
    bool is = of->n > 0 && of->step[0].split == split;
    if (is) {
        struct bytelevel *o = of->step[0].options;
        o->prefix = true;
        of->step[0] = step_of(o);
    }
    return is;
}

void pretokenize_bytelevel_read(void *to, json_t *json, const char *path)
{
    bool prefix = jsonfile_bool(json, path, "add_prefix_space", true), splits = jsonfile_bool(json, path, "use_regex", true);
    pretokenize_bytelevel_add(to, prefix, splits);
}
