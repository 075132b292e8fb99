/* html_page: what stands around the sentences: scores, index, legend, filters. */
#include "view/html_private.h"

#include <stdlib.h>
#include <string.h>

#include "stream/history.h"

/* The tools that the stream came through, with their arguments. */
static void add_history(struct html *h, struct buffer *to)
{
    struct history history = history_of(h->header);
    if (h->header->n_history == 0)
        return;
    buffer_add_string(to, "<details><summary>History</summary>\n<p><code>");
    for (bool first = true; history_next(&history); first = false) {
        buffer_add_string(to, first ? "" : " | ");
        for (size_t i = 0; i < history.words.n; i++) {
            buffer_add_string(to, i > 0 ? " " : "");
            html_text(h, to, history.words.data[i]);
        }
    }
    buffer_add_string(to, "</code></p></details>\n");
}

void html_begin(struct html *h, struct buffer *to)
{
    struct str title = {h->title, strlen(h->title)};
    buffer_add_string(to,
                      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">\n"
                      "<title>");
    html_text(h, to, title);
    buffer_add_string(to, "</title>\n<style>\n");
    buffer_add_string(to, html_style);
    for (size_t e = 0; e < ENTITY_ERRORS; e++)
        buffer_format(to, "body:has(#%s:checked) article:not(.%s){display:none}\n", html_error_class[e], html_error_class[e]);
    buffer_add_string(to, "body:has(#en:checked) article:not([class*=\" h\"]){display:none}\n</style>\n");
    palette_start(&h->palette, h->header, h->gold);
    html_style_types(h, to);
    buffer_add_string(to, "</head>\n<body>\n<header><h1>");
    html_text(h, to, title);
    buffer_add_string(to, "</h1></header>\n<main>\n");
}

static void add_choice(struct buffer *to, const char *group, const char *id, bool checked, const char *name, uint64_t n)
{
    buffer_format(to, "<label><input type=\"radio\" name=\"%s\" id=\"%s\"%s><span>%s <b>%llu</b></span></label>\n", group, id,
                  checked ? " checked" : "", name, (unsigned long long)n);
}

static void add_type_choices(struct html *h, struct buffer *to)
{
    uint64_t all = 0;
    int side = h->any_gold ? 0 : 1;
    for (size_t k = 0; k < h->n_types; k++)
        all += h->type[k].seen[side];
    buffer_format(to, "<fieldset><legend>%s %s</legend>\n", side == 0 ? "Gold" : "Predicted",
                  h->by_tag ? "tags" : "entities by type");
    add_choice(to, "type", "any", true, "all", all);
    for (size_t k = 0; k < h->n_types; k++) {
        if (h->type[k].seen[0] + h->type[k].seen[1] == 0)
            continue;
        buffer_format(to, "<label class=\"t%zu\"><input type=\"radio\" name=\"type\" id=\"t%zu\"><span>", k, k);
        html_text(h, to, (struct str){h->palette.types.name[k], h->palette.types.size[k]});
        buffer_format(to, " <b>%llu</b></span></label>\n", (unsigned long long)h->type[k].seen[side]);
    }
    buffer_add_string(to, "</fieldset>\n");
}

/* Parts of speech have one kind of error in the main; the others are shown if they occur (where some words have no tag). */
static void add_sentence_choices(struct html *h, struct buffer *to)
{
    buffer_add_string(to, "<fieldset><legend>Sentences (<span class=\"shown\"></span> shown)</legend>\n");
    add_choice(to, "show", "all", true, "all", h->sentences);
    if (!h->by_tag)
        add_choice(to, "show", "en", false, "with entities", h->with_entities);
    for (int e = 0; e < ENTITY_ERRORS && h->compared; e++)
        if (!h->by_tag || e == ENTITY_RIGHT || h->with_errors[e] > 0)
            add_choice(to, "show", html_error_class[e], false, html_error_name(h, e), h->with_errors[e]);
    if (h->jumps > 0)
        buffer_add_string(to, "<a href=\"#e1\">first error</a>\n");
    buffer_add_string(to, "</fieldset>\n");
}

static void add_key(struct html *h, struct buffer *to)
{
    static const char *const words[] = {NULL, "the same words", "words that overlap", "gold, not found", "found, not gold"};
    static const int order[] = {ENTITY_MISSED, ENTITY_SPURIOUS, ENTITY_TYPE, ENTITY_BOUNDARY};
    buffer_add_string(to, "<p class=\"key\"><mark>right</mark>");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        buffer_format(to, " <mark class=\"%s\">%s</mark> %s", html_error_class[order[i]], html_error_name(h, order[i]),
                      words[order[i]]);
    buffer_add_string(to, "</p>\n");
}

void html_end(struct html *h, struct buffer *to)
{
    if (h->jumps > 0)
        buffer_format(to, "<p id=\"e%llu\">No more errors. <a href=\"#e1\">First error</a></p>\n",
                      (unsigned long long)h->jumps + 1);
    buffer_add_string(to, "</main>\n");
    html_style_types(h, to);
    buffer_add_string(to, "<section id=\"about\" aria-label=\"scores and index\">\n");
    html_score(h, to);
    html_index(h, to);
    add_history(h, to);
    if (h->compared && !h->by_tag)
        add_key(h, to);
    buffer_add_string(to, "</section>\n<section id=\"panel\" aria-label=\"filters\">\n");
    add_sentence_choices(h, to);
    if (h->n_types > 0)
        add_type_choices(h, to);
    buffer_add_string(to, "</section>\n</body>\n</html>\n");
}
