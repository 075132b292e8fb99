/* normalize_text: what stands in place of something is at the place of its last character. */
#include "tokenizer/normalize_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/unicode.h"

/* ---- Precompiled ---- */

static void run_charsmap(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    charsmap_run(options, raw, n, out);
}

static bool cuts_at(const void *options, struct str text, size_t start, size_t end)
{
    return charsmap_cuts_at(options, text, start, end);
}

static enum normalize_cuts cuts(const void *options, struct str text)
{
    return charsmap_cuts(options, text);
}

static void free_charsmap(void *options)
{
    charsmap_free(options);
}

void normalize_text_add_charsmap(struct normalizer *to, struct charsmap *map)
{
    normalize_add(to, (struct normalize_step){run_charsmap, free_charsmap, map, .cuts_at = cuts_at, .cuts = cuts, .alone = true,
                                              .within = true, .removes = true});
}

void normalize_text_read_charsmap(void *to, json_t *json, const char *path)
{
    json_t *map = json_object_get(json, "precompiled_charsmap");
    if (!json_is_string(map))
        jsonfile_die(path, "precompiled_charsmap", map, "a text");
    struct str text = {json_string_value(map), json_string_length(map)}, out = ((struct normalizer *)to)->charsmap;
    if (text.size == 0 && out.data)
        text = out;
    normalize_text_add_charsmap(to, charsmap_new_base64(text.data, text.size, path));
}

/* ---- Replace ---- */

/* A text, or a run of spaces, or of white space, becomes another text. */
struct replace {
    size_t least; /* how long the run is, at least; 0: it is a text */
    bool white;
    struct symbols pattern, content;
};

/* How many of s[0, n) the pattern takes; 0: it does not fit. */
static size_t match(const struct replace *r, const struct symbol *s, size_t n)
{
    size_t i = 0;
    if (r->least > 0) {
        while (i < n && (s[i].code == ' ' || (r->white && (unicode_class(s[i].code) & UNICODE_SPACE))))
            i++;
        return i >= r->least ? i : 0;
    }
    while (i < n && i < r->pattern.n && s[i].code == r->pattern.data[i].code)
        i++;
    return i == r->pattern.n ? i : 0;
}

static void run_replace(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    const struct replace *r = options;
    out->n = 0;
    for (size_t i = 0; i < n;) {
        size_t size = match(r, raw + i, n - i);
        for (size_t k = 0; size > 0 && k < r->content.n; k++)
            symbols_push(out, r->content.data[k].code, raw[i + size - 1]);
        if (size == 0)
            symbols_push(out, raw[i].code, raw[i]);
        i += size > 0 ? size : 1;
    }
}

static void free_replace(void *options)
{
    struct replace *r = options;
    free(r->pattern.data);
    free(r->content.data);
    free(r);
}

static bool has_white(const struct symbols *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (unicode_class(s->data[i].code) & UNICODE_SPACE)
            return true;
    return false;
}

static bool is_blanks(const struct symbols *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->data[i].code != ' ')
            return false;
    return s->n > 0;
}

/* The regular expressions that are known. */
static void read_regex(struct replace *r, const char *regex, const char *path)
{
    static const struct {
        const char *regex;
        size_t least;
        bool white;
    } known[] = {{" {2,}", 2, false}, {" +", 1, false}, {"\\s{2,}", 2, true}, {"\\s+", 1, true}};
    size_t i = 0, n = sizeof known / sizeof *known;
    while (i < n && strcmp(known[i].regex, regex) != 0)
        i++;
    if (i == n)
        die("%s: the normalizer Replace has the pattern '%s'; of regular expressions only ' {2,}', ' +', '\\s{2,}' and '\\s+' "
            "are known here",
            path, regex);
    r->least = known[i].least;
    r->white = known[i].white;
}

void normalize_text_read_replace(void *to, json_t *json, const char *path)
{
    json_t *pattern = json_object_get(json, "pattern");
    const char *content = jsonfile_text(json, path, "content");
    const char *text = jsonfile_text(pattern, path, "String"), *regex = text ? NULL : jsonfile_text(pattern, path, "Regex");
    if (!content || (!text && !regex))
        die("%s: the normalizer Replace has no \"pattern\" or no \"content\"", path);
    struct replace *r = xcalloc(1, sizeof *r);
    if (regex)
        read_regex(r, regex, path);
    symbols_decode(str_of(content), &r->content);
    symbols_decode(str_of(text ? text : ""), &r->pattern);
    /* a run of white space stays one, or no blank comes or goes */
    bool within = regex ? is_blanks(&r->content) : r->content.n > 0 && !has_white(&r->content) && !has_white(&r->pattern);
    normalize_add(to,
                  (struct normalize_step){run_replace, free_replace, r, .alone = regex || r->pattern.n == 1, .within = within});
}

/* ---- Strip ---- */

struct strip {
    bool left, right;
};

static void run_strip(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    const struct strip *o = options;
    while (o->right && n > 0 && (unicode_class(raw[n - 1].code) & UNICODE_SPACE))
        n--;
    for (; o->left && n > 0 && (unicode_class(raw->code) & UNICODE_SPACE); n--)
        raw++;
    out->n = 0;
    symbols_append(out, raw, n);
}

void normalize_text_read_strip(void *to, json_t *json, const char *path)
{
    struct strip *o = xmalloc(1, sizeof *o);
    *o = (struct strip){jsonfile_bool(json, path, "strip_left", true), jsonfile_bool(json, path, "strip_right", true)};
    normalize_add(to, (struct normalize_step){run_strip, free, o, .alone = true, .within = !o->left});
}

/* ---- Prepend ---- */

/* A text that is put before each one that is not empty; it is at the place of its first character. */
static void run_prepend(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    const struct symbols *text = options;
    out->n = 0;
    for (size_t i = 0; n > 0 && i < text->n; i++)
        symbols_push(out, text->data[i].code, raw[0]);
    symbols_append(out, raw, n);
}

static void free_prepend(void *options)
{
    struct symbols *text = options;
    free(text->data);
    free(text);
}

void normalize_text_read_prepend(void *to, json_t *json, const char *path)
{
    const char *text = jsonfile_text(json, path, "prepend");
    if (!text)
        jsonfile_die(path, "prepend", json_object_get(json, "prepend"), "a text");
    struct symbols *o = xcalloc(1, sizeof *o);
    symbols_decode(str_of(text), o);
    normalize_add(to, (struct normalize_step){.run = run_prepend, .free = free_prepend, .options = o});
}
