/* metaspace: blanks as characters of the pieces. A character that is put before a text is at the place of the text's first
 * one. */
#include "tokenizer/metaspace.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"

struct metaspace {
    uint32_t replacement;
    enum metaspace_prepend prepend;
    bool split;
};

static void split(const void *options, const struct symbol *s, size_t n, bool at_start, struct pretokens *out)
{
    const struct metaspace *o = options;
    if (n == 0)
        return;
    bool begins = s[0].code == ' ' || s[0].code == o->replacement;
    if (!begins && (o->prepend == METASPACE_ALWAYS || (o->prepend == METASPACE_FIRST && at_start && s[0].start == 0)))
        symbols_push(&out->text, o->replacement, s[0]);
    for (size_t i = 0; i < n; i++) {
        uint32_t code = s[i].code == ' ' ? o->replacement : s[i].code;
        if (o->split && code == o->replacement)
            pretokens_end(out);
        symbols_push(&out->text, code, s[i]);
    }
    pretokens_end(out);
}

static enum pretokenize_kind kind(const void *options, uint32_t c)
{
    const struct metaspace *o = options;
    return c == ' ' || c == o->replacement ? PRETOKENIZE_UNKNOWN : PRETOKENIZE_LETTER;
}

void metaspace_add(struct pretokenizer *to, uint32_t replacement, enum metaspace_prepend prepend, bool split_too)
{
    struct metaspace *o = xmalloc(1, sizeof *o);
    *o = (struct metaspace){replacement, prepend, split_too};
    struct pretokenize_step step = {split, free, o, .needs_start = prepend == METASPACE_FIRST};
    step.blanks = split_too ? PRETOKENIZE_BEFORE : PRETOKENIZE_ANYWHERE;
    if (prepend != METASPACE_FIRST)
        step.kind = kind;
    step.blank_size = utf8_encode(replacement, step.blank);
    step.prepends = prepend == METASPACE_ALWAYS;
    pretokenize_add(to, step);
}

static enum metaspace_prepend read_prepend(json_t *json, const char *path)
{
    static const char *const name[] = {"never", "first", "always"};
    const char *scheme = jsonfile_text(json, path, "prepend_scheme");
    int known = METASPACE_ALWAYS;
    while (scheme && known >= 0 && strcmp(scheme, name[known]) != 0)
        known--;
    if (known < 0)
        die("%s: \"prepend_scheme\" is %s, not one of always, first and never", path, scheme);
    /* its name in older files */
    bool old = jsonfile_is_missing(json, "add_prefix_space") || jsonfile_bool(json, path, "add_prefix_space", true);
    if (!old && known != METASPACE_NEVER)
        die("%s: \"add_prefix_space\" is false, but \"prepend_scheme\" is %s; the package does not take that", path, name[known]);
    return (enum metaspace_prepend)known;
}

void metaspace_read(void *to, json_t *json, const char *path)
{
    const char *text = jsonfile_text(json, path, "replacement");
    uint32_t replacement = 0;
    if (!text || utf8_length(text, strlen(text)) != 1)
        jsonfile_die(path, "replacement", json_object_get(json, "replacement"), "one character");
    utf8_decode(text, &replacement);
    bool split_too = jsonfile_is_missing(json, "split") || jsonfile_bool(json, path, "split", true);
    metaspace_add(to, replacement, read_prepend(json, path), split_too);
}
