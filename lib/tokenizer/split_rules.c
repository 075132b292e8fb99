/* split_rules: the first alternative of a regular expression that fits at a place is what it takes there.
 *
 * GPT-2's rule (Radford et al., 2019) is 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ : a run of
 * letters, of numbers, or of other characters takes one blank before it along; of other white space the last character stays
 * for itself. The later one of GPT-4 and Llama 3 also takes another character before letters along, and the ends of lines after
 * other characters, or after white space; it takes a few digits only. */
#include "tokenizer/split_rules.h"

#include <string.h>

#include "tokenizer/unicode.h"

enum kind { SPACE, LETTER, NUMBER, OTHER };

static enum kind kind_of(uint32_t code)
{
    unsigned class = unicode_class(code);
    return class & UNICODE_LETTER ? LETTER : class & UNICODE_NUMBER ? NUMBER : class & UNICODE_SPACE ? SPACE : OTHER;
}

/* Where the run of a kind ends that may begin at s[i]. */
static size_t end_of_run(const struct symbol *s, size_t i, size_t n, enum kind kind)
{
    while (i < n && kind_of(s[i].code) == kind)
        i++;
    return i;
}

/* How long the English ending at s[0, n) is; 0 if there is none. */
static size_t ending(const struct symbol *s, size_t n, bool any_case)
{
    uint32_t c[2] = {0};
    for (size_t i = 0; i < 2 && i + 1 < n; i++)
        c[i] = s[i + 1].code | (any_case && s[i + 1].code < 0x80 ? 0x20 : 0);
    if (any_case && c[0] == 0x17f) /* long s */
        c[0] = 's';
    if (s[0].code != '\'')
        return 0;
    if (c[0] == 's' || c[0] == 't' || c[0] == 'm' || c[0] == 'd')
        return 2;
    return (c[0] == 'r' && c[1] == 'e') || (c[0] == 'v' && c[1] == 'e') || (c[0] == 'l' && c[1] == 'l') ? 3 : 0;
}

/* Of s[0, n), which begins with white space. */
static size_t white(const struct symbol *s, size_t n)
{
    size_t i = end_of_run(s, 0, n, SPACE);
    return i < n && i > 1 ? i - 1 : i;
}

static size_t gpt2(const struct split_rule *rule, const struct symbol *s, size_t n)
{
    (void)rule;
    size_t i = ending(s, n, false), blank = s[0].code == ' ' && n > 1;
    if (i)
        return i;
    enum kind kind = kind_of(s[blank].code);
    return kind == SPACE ? white(s, n) : end_of_run(s, blank, n, kind);
}

static bool is_newline(uint32_t code)
{
    return code == '\r' || code == '\n';
}

static size_t gpt4(const struct split_rule *rule, const struct symbol *s, size_t n)
{
    size_t i = ending(s, n, true), blank = s[0].code == ' ';
    enum kind kind = kind_of(s[0].code), next = n > 1 ? kind_of(s[1].code) : SPACE;
    if (i)
        return i;
    if (kind == LETTER || (kind != NUMBER && next == LETTER && !is_newline(s[0].code)))
        return end_of_run(s, 1, n, LETTER);
    if (kind == NUMBER)
        return end_of_run(s, 1, n < rule->most ? n : rule->most, NUMBER);
    if (kind == OTHER || (blank && next == OTHER)) {
        i = end_of_run(s, blank, n, OTHER);
        while (i < n && is_newline(s[i].code))
            i++;
        return i;
    }
    for (i = end_of_run(s, 0, n, SPACE); i > 0; i--) /* up to the last end of a line in it */
        if (is_newline(s[i - 1].code))
            return i;
    return white(s, n);
}

static size_t run_of_class(const struct split_rule *rule, const struct symbol *s, size_t n)
{
    size_t i = 0;
    while (i < n && i < rule->most && (unicode_class(s[i].code) & rule->class))
        i++;
    return i;
}

const struct split_rule split_rules_gpt2 = {"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                                            gpt2, 0, SIZE_MAX};

/* An apostrophe may begin an ending; GPT-4's rule takes other characters and letters together. */
enum pretokenize_kind split_rules_kind(const struct split_rule *rule, uint32_t code)
{
    static const enum pretokenize_kind same[] = {
        [SPACE] = PRETOKENIZE_UNKNOWN, [LETTER] = PRETOKENIZE_LETTER, [NUMBER] = PRETOKENIZE_NUMBER, [OTHER] = PRETOKENIZE_OTHER};
    enum kind kind = kind_of(code);
    return code == '\'' || (kind != LETTER && rule->length != gpt2) ? PRETOKENIZE_UNKNOWN : same[kind];
}

#define GPT4(numbers)                                                                                                            \
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" numbers                                                        \
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

static const struct split_rule rules[] = {
    {GPT4("\\p{N}{1,3}"), gpt4, 0, 3},
    {GPT4("\\p{N}"), gpt4, 0, 1},
    {"\\s", run_of_class, UNICODE_SPACE, 1},
    {"\\s+", run_of_class, UNICODE_SPACE, SIZE_MAX},
    {"\\p{L}+", run_of_class, UNICODE_LETTER, SIZE_MAX},
    {"\\p{N}", run_of_class, UNICODE_NUMBER, 1},
    {"\\p{N}{1,3}", run_of_class, UNICODE_NUMBER, 3},
    {"\\p{N}+", run_of_class, UNICODE_NUMBER, SIZE_MAX},
};

const struct split_rule *split_rules_find(const char *regex)
{
    if (strcmp(split_rules_gpt2.regex, regex) == 0)
        return &split_rules_gpt2;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].regex, regex) == 0)
            return &rules[i];
    return NULL;
}
