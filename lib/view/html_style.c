/* html_style: how the page looks: its style sheet, and a colour for each type. */
#include <stdlib.h>
#include <string.h>

#include "view/html_private.h"

#include "tags/labels.h"

/* Colours are in OKLCH: one lightness for all hues, so that each type's text has the same contrast. The panel comes last in
 * the page, when all is counted, and a browser shows it first. */
const char html_style[] =
    ":root{color-scheme:light dark;--page:#f7f6f3;--card:#fff;--ink:#21201d;--soft:#66625a;--line:#e4e0d8;--bad:#b3261e;\n"
    "--l:.93;--c:.06;--deep:.41;--deepc:.13}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#161718;--card:#1f2022;--ink:#e9e7e2;--soft:#a8a49b;--line:#36373a;--bad:#ff9a90;\n"
    "--l:.36;--c:.07;--deep:.88;--deepc:.08}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:0 1.25rem 4rem;max-width:88rem;display:flex;flex-direction:column;background:var(--page);color:var(--ink);\n"
    "font:1.0625rem/1.75 system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",\"DejaVu Sans\",sans-serif;counter-reset:n}\n"
    "header{order:-2;padding:2.25rem 0 1rem}\n"
    "h1{margin:0;font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}\n"
    "header p{margin:.35rem 0 0;color:var(--soft);font:.8125rem/1.6 ui-monospace,\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}\n"
    "article{display:grid;grid-template-columns:4.5rem 1fr;gap:.25rem 1.5rem;margin-bottom:.6rem;padding:.7rem 1.1rem .8rem .9rem;background:var(--card);\n"
    "border:1px solid var(--line);border-radius:.6rem;scroll-margin-top:9rem;counter-increment:n}\n"
    "article.er{grid-template-columns:4.5rem 1fr 1fr;box-shadow:inset .2rem 0 var(--bad)}\n"
    "article:target{outline:2px solid var(--soft)}\n"
    "article>a{color:var(--soft);font-size:.8125rem;line-height:1.86rem;text-decoration:none;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\n"
    "article>a:hover{text-decoration:underline}\n"
    "article p{margin:0;max-width:56rem;overflow-wrap:anywhere}\n"
    "h2{margin:0;color:var(--soft);font-size:.75rem;line-height:1.86rem;font-weight:600;letter-spacing:.02em}\n"
    "mark{--h:80;color:inherit;background:oklch(var(--l) var(--c) var(--h));padding:.14em .38em .18em;border-radius:.35em;\n"
    "-webkit-box-decoration-break:clone;box-decoration-break:clone}\n"
    "mark b,mark i,mark em{font-size:.7em;font-style:normal;white-space:nowrap}\n"
    "mark b{font-weight:700;letter-spacing:.03em;color:oklch(var(--deep) var(--deepc) var(--h))}\n"
    "mark i{font-variant-numeric:tabular-nums;opacity:.8}\n"
    "mark em{font-weight:600;color:var(--bad)}\n"
    "mark.mi,mark.in,mark.ty,mark.bo{background:none;outline:1.5px solid oklch(var(--deep) var(--deepc) var(--h));outline-offset:-1.5px}\n"
    "mark.mi{outline-style:dashed}\n"
    "mark.in{outline-style:dotted;outline-width:2px}\n"
    "mark.ty,mark.bo{background:oklch(var(--l) var(--c) var(--h))}\n"
    "mark.bo{outline-style:double;outline-width:3px;outline-offset:-2px}\n"
    "#panel{order:-1;position:sticky;top:0;z-index:1;max-height:45vh;overflow:auto;display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:end;margin:0 -1.25rem 1rem;padding:.7rem 1.25rem .8rem;\n"
    "background:var(--page);border-bottom:1px solid var(--line)}\n"
    "fieldset{margin:0;padding:0;border:0;min-width:0}\n"
    "legend{padding:0 0 .25rem;color:var(--soft);font-size:.75rem;font-weight:600;line-height:1.4}\n"
    "label{position:relative;display:inline-block;margin:0 .35rem .3rem 0;font-size:.875rem;line-height:1.4;cursor:pointer}\n"
    "label input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}\n"
    "label span{display:block;padding:.22rem .65rem;border:1px solid var(--line);border-radius:1rem;background:var(--card)}\n"
    "label b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}\n"
    "label[class] span{--h:80;background:oklch(var(--l) var(--c) var(--h));border-color:transparent}\n"
    "label[class] b{color:inherit}\n"
    "label:hover span{border-color:var(--soft)}\n"
    "label input:checked+span{border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}\n"
    "label input:focus-visible+span{outline:3px solid color-mix(in srgb,var(--ink) 45%,transparent);outline-offset:2px}\n"
    ".key{flex-basis:100%;margin:0;color:var(--soft);font-size:.8125rem;line-height:2}\n"
    ".key mark{--h:265;color:var(--ink);margin:0 .2rem 0 .9rem}\n"
    ".key mark:first-child{margin-left:0}\n"
    ".shown::before{content:counter(n)}\n"
    "@media(max-width:60rem){article.er{grid-template-columns:4.5rem 1fr}article.er div{grid-column:2}}\n"
    "@media(max-width:36rem){article,article.er{grid-template-columns:1fr}article.er div{grid-column:1}#panel{position:static}}\n"
    "@media print{#panel{position:static}body{background:none}}\n";

/* Hues 30 degrees apart, by the type's name, so that PER has one colour on all pages. The start value was chosen so that the
 * types of CoNLL-2003, WNUT-17, OntoNotes' commonest and chunks meet as little as can be. */
enum { HUES = 12, HUE_FIRST = 25, HUE_STEP = 30, HUE_NEXT = 5 };
static const uint32_t FNV_PRIME = 16777619, FNV_START = 2166136261u ^ 52399;

static size_t hue_slot(const char *name)
{
    uint32_t hash = FNV_START;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * FNV_PRIME;
    return (hash ^ hash >> 15) % HUES;
}

/* Each type's hue. A type takes the next free slot if its own is taken, while there are free ones. */
static size_t hue(const struct html *h, size_t type)
{
    unsigned taken = 0;
    for (size_t i = 0;; i++) {
        size_t slot = hue_slot(h->types.name[i]);
        while (i < HUES && taken & 1u << slot)
            slot = (slot + HUE_NEXT) % HUES;
        if (i == type)
            return HUE_FIRST + HUE_STEP * slot;
        taken |= 1u << slot;
    }
}

void html_style_types(struct html *h, struct buffer *to)
{
    if (h->n_styled == h->n_types)
        return;
    buffer_add_string(to, "<style>\n");
    for (size_t k = h->n_styled; k < h->n_types; k++) {
        buffer_format(to, "mark.t%zu,label.t%zu span{--h:%zu}\n", k, k, hue(h, k));
        buffer_format(to, "body:has(#t%zu:checked) article:not(.h%zu)", k, k);
        for (size_t e = 0; e < ENTITY_ERRORS; e++)
            buffer_format(to, ",body:has(#t%zu:checked):has(#%s:checked) article:not(.%s%zu)", k, html_error_class[e],
                          html_error_class[e], k);
        buffer_format(to,
                      "{display:none}\nbody:has(#t%zu:checked) main mark:not(.t%zu){background:none;outline-color:var(--line)}\n",
                      k, k);
    }
    buffer_add_string(to, "</style>\n");
    h->n_styled = h->n_types;
}

static int by_name(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    size_t shorter = x->size < y->size ? x->size : y->size;
    int order = memcmp(x->data, y->data, shorter);
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

/* The types that the header announces, in alphabetic order: colours do not depend on the order of the labels. */
void html_style_add_types(struct html *h)
{
    for (size_t i = 0; i < h->header->n_label_sets; i++) {
        const struct label_set *labels = &h->header->label_set[i];
        const char *gold = h->gold ? h->gold : "ner_tags";
        if (strcmp(labels->field, gold) != 0 && strcmp(labels->field, "pred") != 0 && strcmp(labels->field, "logits") != 0)
            continue;
        struct str *type = xcalloc(labels->n, sizeof *type);
        bool has_scheme = labels_have_scheme(labels);
        size_t n = 0;
        for (size_t k = 0; k < labels->n; k++)
            if (strcmp(labels->name[k], "O") != 0)
                type[n++] = labels_tag(labels->name[k], has_scheme).type;
        qsort(type, n, sizeof *type, by_name);
        for (size_t k = 0; k < n; k++)
            html_type(h, type[k]);
        free(type);
    }
}
