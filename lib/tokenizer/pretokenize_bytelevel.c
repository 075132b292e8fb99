/* pretokenize_bytelevel: GPT-2's rule by hand, and its 256 characters for bytes.
 *
 * The rule is 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ : the first of these that fits at a
 * place is the next pre-token. So a run of letters, of numbers, or of other characters takes one blank before it along; of other
 * white space the last character stays for itself. Each byte of a character has the place of the character. */
#include "tokenizer/pretokenize_bytelevel.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/byte_level.h"
#include "text/utf8.h"
#include "tokenizer/unicode.h"

struct bytelevel {
    bool prefix, splits;
};

/* ---- the rule ---- */

enum kind { SPACE, LETTER, NUMBER, OTHER };

static enum kind kind_of(uint32_t code)
{
    unsigned class = unicode_class(code);
    return class & UNICODE_LETTER ? LETTER : class & UNICODE_NUMBER ? NUMBER : class & UNICODE_SPACE ? SPACE : OTHER;
}

/* How long the English ending at s[0, n) is; 0 if there is none. */
static size_t ending(const struct symbol *s, size_t n)
{
    uint32_t a = n > 1 ? s[1].code : 0, b = n > 2 ? s[2].code : 0;
    if (s[0].code != '\'')
        return 0;
    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return 2;
    return (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l') ? 3 : 0;
}

/* How long the pre-token at s[0, n) is; n > 0. */
static size_t length(const struct symbol *s, size_t n)
{
    size_t i = ending(s, n);
    if (i)
        return i;
    i = s[0].code == ' ' && n > 1;
    enum kind kind = kind_of(s[i].code);
    if (kind == SPACE) {
        for (i = 1; i < n && kind_of(s[i].code) == SPACE; i++)
            ;
        return i < n && i > 1 ? i - 1 : i;
    }
    for (i++; i < n && kind_of(s[i].code) == kind; i++)
        ;
    return i;
}

/* ---- bytes ---- */

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
        end = o->splits ? length(s, n) : n;
        for (size_t i = 0; i < end; i++)
            push_bytes(&out->text, s[i]);
        pretokens_end(out);
    }
    free(copy);
}

/* An apostrophe may begin an ending. */
static enum pretokenize_kind pretokenize_kind(const void *options, uint32_t c)
{
    static const enum pretokenize_kind same[] = {
        [SPACE] = PRETOKENIZE_UNKNOWN, [LETTER] = PRETOKENIZE_LETTER, [NUMBER] = PRETOKENIZE_NUMBER, [OTHER] = PRETOKENIZE_OTHER};
    const struct bytelevel *o = options;
    if (c > 0x7f || byte_level_code((unsigned char)c) != c)
        return PRETOKENIZE_UNKNOWN;
    return !o->splits ? PRETOKENIZE_LETTER : c == '\'' ? PRETOKENIZE_UNKNOWN : same[kind_of(c)];
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
