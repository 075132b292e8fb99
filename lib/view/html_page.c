/* html_page: what stands around the sentences: counts, legend, filters. */
#include "view/html_private.h"

#include <stdlib.h>
#include <string.h>

#include "stream/history.h"

/* The tools that the stream came through, with their arguments. */
static void add_history(struct html *h, struct buffer *to)
{
    struct history history = history_of(h->header);
    for (bool first = true; history_next(&history); first = false) {
        buffer_add_string(to, first ? "<p>" : " | ");
        for (size_t i = 0; i < history.words.n; i++) {
            buffer_add_string(to, i > 0 ? " " : "");
            html_text(h, to, history.words.data[i]);
        }
    }
    if (h->header->n_history > 0)
        buffer_add_string(to, "</p>\n");
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
    html_style_add_types(h);
    html_style_types(h, to);
    buffer_add_string(to, "</head>\n<body>\n<header><h1>");
    html_text(h, to, title);
    buffer_add_string(to, "</h1>\n");
    add_history(h, to);
    buffer_add_string(to, "</header>\n<main>\n");
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
    buffer_format(to, "<fieldset><legend>Types (%s)</legend>\n", side == 0 ? "gold" : "predicted");
    add_choice(to, "type", "any", true, "all", all);
    for (size_t k = 0; k < h->n_types; k++) {
        if (h->type[k].seen[0] + h->type[k].seen[1] == 0)
            continue;
        buffer_format(to, "<label class=\"t%zu\"><input type=\"radio\" name=\"type\" id=\"t%zu\"><span>", k, k);
        html_text(h, to, (struct str){h->types.name[k], h->types.size[k]});
        buffer_format(to, " <b>%llu</b></span></label>\n", (unsigned long long)h->type[k].seen[side]);
    }
    buffer_add_string(to, "</fieldset>\n");
}

void html_end(struct html *h, struct buffer *to)
{
    buffer_add_string(to, "</main>\n");
    html_style_types(h, to);
    buffer_add_string(to, "<section id=\"panel\" aria-label=\"filters\">\n"
                          "<fieldset><legend>Sentences (<span class=\"shown\"></span> shown)</legend>\n");
    add_choice(to, "show", "all", true, "all", h->sentences);
    add_choice(to, "show", "en", false, "with entities", h->with_entities);
    for (size_t e = 0; e < ENTITY_ERRORS && h->compared; e++)
        add_choice(to, "show", html_error_class[e], false, html_error_name[e], h->with_errors[e]);
    buffer_add_string(to, "</fieldset>\n");
    if (h->n_types > 0)
        add_type_choices(h, to);
    if (h->compared)
        buffer_add_string(to, "<p class=\"key\"><mark>right</mark> "
                              "<mark class=\"mi\">missed</mark> gold, and nothing found there "
                              "<mark class=\"in\">spurious</mark> found, and not gold "
                              "<mark class=\"ty\">type</mark> the right words under another type "
                              "<mark class=\"bo\">boundary</mark> other words that overlap</p>\n");
    buffer_add_string(to, "</section>\n</body>\n</html>\n");
}
