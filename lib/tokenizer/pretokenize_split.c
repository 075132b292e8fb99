/* pretokenize_split: a text is cut into stretches that match and stretches between them; a behaviour says which neighbours stay
 * together, and whether those that match are left out. */
#include "tokenizer/pretokenize_split.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/split_rules.h"
#include "tokenizer/unicode.h"

enum behaviour { REMOVED, ISOLATED, MERGED_WITH_PREVIOUS, MERGED_WITH_NEXT, CONTIGUOUS };

struct splitter {
    const struct split_rule *rule; /* what matches: this, or else the text */
    struct symbols text;
    enum behaviour behaviour;
    bool invert; /* what lies between is what matches */
};

/* ---- what matches ---- */

static size_t word_or_other(const struct split_rule *rule, const struct symbol *s, size_t n)
{
    unsigned first = unicode_class(s[0].code) & (UNICODE_WORD | UNICODE_SPACE);
    size_t i = 0;
    (void)rule;
    while (first != UNICODE_SPACE && i < n && (unicode_class(s[i].code) & (UNICODE_WORD | UNICODE_SPACE)) == first)
        i++;
    return i;
}

static size_t one_of_class(const struct split_rule *rule, const struct symbol *s, size_t n)
{
    (void)n;
    return (unicode_class(s[0].code) & rule->class) != 0;
}

/* Not those of split_rules: here \w is that of another library of the package, and the numbers are those of Rust. */
static const struct split_rule words = {NULL, word_or_other, 0, SIZE_MAX}, white = {NULL, one_of_class, UNICODE_SPACE, 1},
                               digit = {NULL, one_of_class, UNICODE_NUMERIC, 1},
                               punctuation = {NULL, one_of_class, UNICODE_PUNCTUATION, 1};

static size_t match(const struct splitter *o, const struct symbol *s, size_t n)
{
    if (o->rule)
        return o->rule->length(o->rule, s, n);
    size_t i = 0;
    while (i < n && i < o->text.n && s[i].code == o->text.data[i].code)
        i++;
    return i == o->text.n ? i : 0;
}

/* ---- the step ---- */

struct stretch {
    size_t size;
    bool matches;
};

/* The first stretch of s[0, n); n > 0. */
static struct stretch first_stretch(const struct splitter *o, const struct symbol *s, size_t n)
{
    size_t size = match(o, s, n), i = size;
    while (size == 0 && ++i < n && match(o, s + i, n - i) == 0)
        ;
    return (struct stretch){i, (size > 0) != o->invert};
}

/* Whether a stretch stays together with the one before it. */
static bool stays(enum behaviour behaviour, bool before_matches, bool matches)
{
    switch (behaviour) {
    case MERGED_WITH_PREVIOUS: return matches && !before_matches;
    case MERGED_WITH_NEXT: return before_matches && !matches;
    case CONTIGUOUS: return before_matches == matches;
    default: return false;
    }
}

static void split(const void *options, const struct symbol *s, size_t n, bool at_start, struct pretokens *out)
{
    const struct splitter *o = options;
    (void)at_start;
    bool before = false;
    for (struct stretch next; n > 0; s += next.size, n -= next.size) {
        next = first_stretch(o, s, n);
        if (!stays(o->behaviour, before, next.matches))
            pretokens_end(out);
        if (!next.matches || o->behaviour != REMOVED)
            symbols_append(&out->text, s, next.size);
        before = next.matches;
    }
    pretokens_end(out);
}

static void free_splitter(void *options)
{
    struct splitter *o = options;
    free(o->text.data);
    free(o);
}

/* ---- what can be said before any text ---- */

static bool is_in(const struct splitter *o, uint32_t c)
{
    bool is = o->rule && (unicode_class(c) & o->rule->class);
    for (size_t i = 0; i < o->text.n; i++)
        is = is || o->text.data[i].code == c;
    return is;
}

/* White space is left to the long way. */
static enum pretokenize_kind kind(const void *options, uint32_t c)
{
    const struct splitter *o = options;
    bool single = o->rule ? o->rule->most == 1 : o->text.n == 1;
    if (unicode_class(c) & UNICODE_SPACE)
        return PRETOKENIZE_UNKNOWN;
    if (o->rule == &words)
        return unicode_class(c) & UNICODE_WORD ? PRETOKENIZE_LETTER : PRETOKENIZE_OTHER;
    if (o->rule && o->rule->class == 0) {
        bool each = o->behaviour != CONTIGUOUS && (o->behaviour != REMOVED || o->invert);
        return each ? split_rules_kind(o->rule, c) : PRETOKENIZE_UNKNOWN;
    }
    if (o->invert || (is_in(o, c) && !single))
        return PRETOKENIZE_UNKNOWN;
    if (!is_in(o, c))
        return PRETOKENIZE_LETTER;
    return o->behaviour == ISOLATED ? PRETOKENIZE_ALONE : o->behaviour == CONTIGUOUS ? PRETOKENIZE_NUMBER : PRETOKENIZE_UNKNOWN;
}

static bool has_white(const struct symbols *s)
{
    bool has = false;
    for (size_t i = 0; i < s->n; i++)
        has = has || (unicode_class(s->data[i].code) & UNICODE_SPACE);
    return has;
}

static enum pretokenize_blanks blanks(const struct splitter *o)
{
    bool space = o->text.n == 1 && o->text.data[0].code == ' ', is_white = o->rule && o->rule->class == UNICODE_SPACE;
    if (o->rule == &words)
        return PRETOKENIZE_BETWEEN;
    if (o->rule && o->rule->class == 0)
        return o->behaviour == CONTIGUOUS ? PRETOKENIZE_ANYWHERE : PRETOKENIZE_BEFORE;
    if (!is_white && !has_white(&o->text))
        return PRETOKENIZE_NEUTRAL;
    if ((!is_white && !space) || o->invert || o->behaviour == MERGED_WITH_PREVIOUS)
        return PRETOKENIZE_ANYWHERE;
    return is_white && o->behaviour == REMOVED ? PRETOKENIZE_BETWEEN : PRETOKENIZE_BEFORE;
}

static void add(struct pretokenizer *to, struct splitter splitter)
{
    struct splitter *o = xmalloc(1, sizeof *o);
    *o = splitter;
    pretokenize_add(to, (struct pretokenize_step){split, free_splitter, o, .blanks = blanks(o), .kind = kind});
}

void pretokenize_split_add_white(struct pretokenizer *to)
{
    add(to, (struct splitter){.rule = &white, .behaviour = REMOVED});
}

/* ---- tokenizer.json ---- */

static enum behaviour read_behaviour(json_t *json, const char *path, const char *otherwise)
{
    static const char *const name[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"};
    const char *text = jsonfile_text(json, path, "behavior");
    if (!text)
        text = otherwise;
    for (int i = REMOVED; text && i <= CONTIGUOUS; i++)
        if (strcmp(name[i], text) == 0)
            return (enum behaviour)i;
    die("%s: \"behavior\" of a pre_tokenizer is %s; known are Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous",
        path, text ? text : "missing");
}

static struct splitter read_split(json_t *json, const char *path)
{
    json_t *pattern = json_object_get(json, "pattern");
    const char *text = jsonfile_text(pattern, path, "String"), *regex = text ? NULL : jsonfile_text(pattern, path, "Regex");
    struct splitter o = {.behaviour = read_behaviour(json, path, NULL), .invert = jsonfile_bool(json, path, "invert", false)};
    if (text ? !*text : !regex)
        die("%s: the pre_tokenizer Split has no \"pattern\", or an empty one", path);
    o.rule = regex ? split_rules_find(regex) : NULL;
    if (regex && !o.rule)
        die("%s: the pre_tokenizer Split has the pattern '%s'; of regular expressions only those of GPT-2, GPT-4 (Llama 3, "
            "Qwen 2), and \\s, \\s+, \\p{L}+, \\p{N}, \\p{N}{1,3}, \\p{N}+ are known here",
            path, regex);
    symbols_decode(str_of(text ? text : ""), &o.text);
    return o;
}

static struct splitter read_delimiter(json_t *json, const char *path)
{
    const char *text = jsonfile_text(json, path, "delimiter");
    struct splitter o = {.behaviour = REMOVED};
    if (!text || utf8_length(text, strlen(text)) != 1)
        jsonfile_die(path, "delimiter", json_object_get(json, "delimiter"), "one character");
    symbols_decode(str_of(text), &o.text);
    return o;
}

void pretokenize_split_read(void *to, json_t *json, const char *path)
{
    const char *type = jsonfile_text(json, path, "type");
    struct splitter o = {0};
    if (strcmp(type, "Whitespace") == 0)
        o = (struct splitter){.rule = &words, .behaviour = REMOVED, .invert = true};
    else if (strcmp(type, "WhitespaceSplit") == 0)
        o = (struct splitter){.rule = &white, .behaviour = REMOVED};
    else if (strcmp(type, "Digits") == 0)
        o = (struct splitter){.rule = &digit,
                              .behaviour = jsonfile_bool(json, path, "individual_digits", false) ? ISOLATED : CONTIGUOUS};
    else if (strcmp(type, "Punctuation") == 0)
        o = (struct splitter){.rule = &punctuation, .behaviour = read_behaviour(json, path, "Isolated")};
    else
        o = strcmp(type, "Split") == 0 ? read_split(json, path) : read_delimiter(json, path);
    add(to, o);
}
