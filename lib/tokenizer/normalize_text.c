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

static void free_charsmap(void *options)
{
    charsmap_free(options);
}

void normalize_text_add_charsmap(struct normalizer *to, struct charsmap *map)
{
    normalize_add(to, (struct normalize_step){run_charsmap, free_charsmap, map, .cuts_at = cuts_at, .alone = true, .within = true,
                                              .removes = true});
}

void normalize_text_read_charsmap(struct normalizer *to, json_t *json, const char *path)
{
    json_t *map = json_object_get(json, "precompiled_charsmap");
    if (!json_is_string(map))
        jsonfile_die(path, "precompiled_charsmap", map, "a text");
    normalize_text_add_charsmap(to, charsmap_new_base64(json_string_value(map), json_string_length(map), path));
}

/* ---- Replace ---- */

/* A text, or several spaces, becomes another text. */
struct replace {
    bool spaces;
    struct symbols pattern, content;
};

/* How many of s[0, n) the pattern takes; 0: it does not fit. */
static size_t match(const struct replace *r, const struct symbol *s, size_t n)
{
    size_t i = 0;
    if (r->spaces) {
        while (i < n && s[i].code == ' ')
            i++;
        return i > 1 ? i : 0;
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

void normalize_text_read_replace(struct normalizer *to, json_t *json, const char *path)
{
    json_t *pattern = json_object_get(json, "pattern");
    const char *content = jsonfile_text(json, path, "content");
    const char *text = jsonfile_text(pattern, path, "String"), *regex = text ? NULL : jsonfile_text(pattern, path, "Regex");
    if (!content || (!text && !regex))
        die("%s: the normalizer Replace has no \"pattern\" or no \"content\"", path);
    if (regex && strcmp(regex, " {2,}") != 0)
        die("%s: the normalizer Replace has the pattern '%s'; of regular expressions only ' {2,}' is known here", path, regex);
    struct replace *r = xcalloc(1, sizeof *r);
    r->spaces = regex;
    symbols_decode(str_of(content), &r->content);
    symbols_decode(str_of(text ? text : ""), &r->pattern);
    bool plain = r->content.n > 0 && !has_white(&r->content) && !has_white(&r->pattern); /* no blank comes or goes */
    normalize_add(
        to, (struct normalize_step){run_replace, free_replace, r, .alone = regex || r->pattern.n == 1, .within = regex || plain});
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

void normalize_text_read_strip(struct normalizer *to, json_t *json, const char *path)
{
    struct strip *o = xmalloc(1, sizeof *o);
    *o = (struct strip){jsonfile_bool(json, path, "strip_left", true), jsonfile_bool(json, path, "strip_right", true)};
    normalize_add(to, (struct normalize_step){run_strip, free, o, .alone = true, .within = !o->left});
}
