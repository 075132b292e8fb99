/* html_style: how the page looks: its style sheet, and a look for each type. */
#include <string.h>

#include "view/html_private.h"

/* Colours are in OKLCH: one lightness for all hues, so that each type's text has the same contrast. The panel comes last in
 * the page, when all is counted, and a browser shows it first. */
const char html_style[] =
    ":root{color-scheme:light dark;--page:#f7f6f3;--card:#fff;--ink:#21201d;--soft:#66625a;--line:#e4e0d8;--bad:#b3261e;\n"
    "--l:.92;--c:.07;--deep:.41;--deepc:.13;--mid:.8}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#161718;--card:#1f2022;--ink:#e9e7e2;--soft:#a8a49b;--line:#36373a;--bad:#ff9a90;\n"
    "--l:.36;--c:.08;--deep:.88;--deepc:.08;--mid:.46}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:0 1.25rem 4rem;max-width:88rem;display:flex;flex-direction:column;background:var(--page);color:var(--ink);\n"
    "font:1.0625rem/1.75 system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",\"DejaVu Sans\",sans-serif;counter-reset:n}\n"
    "header{order:-3;padding:1.4rem 0 .5rem}\n"
    "h1{margin:0;font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}\n"
    "#about{order:-2;font-size:.875rem;line-height:1.6;color:var(--soft)}\n"
    "#about p{margin:0 0 .35rem}\n"
    "#about b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}\n"
    "#about .sum{font-size:1rem}\n"
    ".sum span{margin-right:1.2rem;white-space:nowrap}\n"
    "details{display:inline-block;margin-right:1.5rem}\n"
    "details[open]{display:block}\n"
    "summary{cursor:pointer;width:fit-content}\n"
    "code{font:.8125rem/1.6 ui-monospace,\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse;margin:.3rem 0 .8rem;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.1rem .9rem .1rem 0;text-align:right;font-weight:400;color:var(--ink)}\n"
    "th{color:var(--soft)}\n"
    "th:first-child{text-align:left}\n"
    "tr+tr>*{border-top:1px solid var(--line)}\n"
    "ol{margin:.3rem 0 .8rem;padding:0;list-style:none;columns:22rem auto}\n"
    "li{display:flex;gap:.4rem;white-space:nowrap}\n"
    "li span{overflow:hidden;text-overflow:ellipsis}\n"
    "#about li b{color:var(--bad)}\n"
    "li b::before{content:\"\\2717\\a0\"}\n"
    "a{color:inherit}\n"
    "article{display:grid;grid-template-columns:2.4rem 1fr;gap:.25rem .7rem;margin-bottom:.6rem;padding:.6rem 1rem .7rem .8rem;background:var(--card);\n"
    "border:1px solid var(--line);border-radius:.6rem;counter-increment:n}\n"
    "article,.j,article div,article p,main>p{scroll-margin-top:12rem}\n"
    "article.er{grid-template-columns:2.4rem 1fr 1fr;box-shadow:inset .2rem 0 var(--bad)}\n"
    "article.d{margin-top:1.4rem}\n"
    "article>a{grid-column:1;color:var(--soft);font-size:.8125rem;line-height:1.86rem;text-decoration:none;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\n"
    "article a:hover{text-decoration:underline}\n"
    "article>p{grid-column:2/-1}\n"
    "article>div{position:relative;grid-column:2}\n"
    "article>div+div{grid-column:3}\n"
    "article>div+div+div:nth-of-type(odd){grid-column:2}\n"
    "article div>a{position:absolute;top:0;right:0;color:var(--soft);font-size:.75rem;line-height:1.86rem}\n"
    "article:target,.j:target+article,article div:target,article p:target{outline:2px solid var(--soft);outline-offset:3px;border-radius:.3rem}\n"
    "article p{margin:0;max-width:56rem;overflow-wrap:anywhere}\n"
    "main>p{color:var(--soft);font-size:.875rem}\n"
    "h2{margin:0;color:var(--soft);font-size:.75rem;line-height:1.86rem;font-weight:600;letter-spacing:.02em}\n"
    "mark{--h:80;display:inline-block;max-width:calc(100% - 1.5em);white-space:normal;color:inherit;background-color:oklch(var(--l) var(--c) var(--h));\n"
    "padding:0 .38em;margin:.1em 0;line-height:1.5;border-radius:.35em}\n"
    ".k{white-space:nowrap}\n"
    "mark b,mark i,mark em{font-size:.7em;font-style:normal;white-space:nowrap;unicode-bidi:isolate}\n"
    "mark b{font-weight:700;letter-spacing:.03em;color:oklch(var(--deep) var(--deepc) var(--h))}\n"
    "mark i{font-variant-numeric:tabular-nums;opacity:.8}\n"
    "mark em{font-weight:600;color:var(--bad)}\n"
    "mark.mi,mark.in,mark.ty,mark.bo{outline:1.5px solid oklch(var(--deep) var(--deepc) var(--h));outline-offset:-1.5px}\n"
    "mark.mi,mark.in{background:none}\n"
    "mark.mi{outline-style:dashed}\n"
    "mark.in{outline-style:dotted;outline-width:2px}\n"
    "mark.bo{outline-style:double;outline-width:3px;outline-offset:-2px}\n"
    "#panel{order:-1;position:sticky;top:0;z-index:1;max-height:45vh;overflow:auto;display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:end;margin:0 -1.25rem 1rem;padding:.7rem 1.25rem .6rem;\n"
    "background:var(--page);border-bottom:1px solid var(--line)}\n"
    "fieldset{margin:0;padding:0;border:0;min-width:0}\n"
    "fieldset a{margin-left:.4rem;color:var(--soft);font-size:.875rem;white-space:nowrap}\n"
    "legend{padding:0 0 .25rem;color:var(--soft);font-size:.75rem;font-weight:600;line-height:1.4}\n"
    "label{position:relative;display:inline-block;margin:0 .35rem .3rem 0;font-size:.875rem;line-height:1.4;cursor:pointer}\n"
    "label input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}\n"
    "label span{display:block;padding:.22rem .65rem;border:1px solid var(--line);border-radius:1rem;background-color:var(--card)}\n"
    "label b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}\n"
    "label[class] span{--h:80;background-color:oklch(var(--l) var(--c) var(--h));border-color:transparent;border-radius:.35em}\n"
    "label[class] b{color:inherit}\n"
    "label:hover span{border-color:var(--soft)}\n"
    "label input:checked+span{border-color:var(--ink);outline:1px solid var(--ink)}\n"
    "label input:focus-visible+span{outline:3px solid color-mix(in srgb,var(--ink) 45%,transparent);outline-offset:2px}\n"
    "#about .key{margin:.3rem 0 0;font-size:.8125rem;line-height:2}\n"
    ".key mark{--h:250;color:var(--ink);margin:0 .2rem 0 .9rem}\n"
    ".key mark:first-child{margin-left:0}\n"
    ".shown::before{content:counter(n)}\n"
    "@media(max-width:60rem){article.er{grid-template-columns:2.4rem 1fr}article.er>div,article>div+div:nth-of-type(n){grid-column:2}}\n"
    "@media(max-width:36rem){article,article.er{grid-template-columns:1fr}article>p,article.er>div,article>div+div:nth-of-type(n){grid-column:1}#panel{position:static}}\n"
    "@media print{#panel,main>p,article div>a{display:none}body{background:none}article{break-inside:avoid}*{print-color-adjust:exact}}\n";

/* Hues 45 degrees apart; forms: plain, a bar below, stripes. Types beyond have no colour. */
static void add_look(struct buffer *to, size_t k, size_t look)
{
    static const char *const form[PALETTE_FORMS] = {
        "",
        ";box-shadow:inset 0 -.2em oklch(var(--mid) .11 var(--h))",
        ";background-image:repeating-linear-gradient(135deg,oklch(var(--mid) var(--c) var(--h)) 0 .16em,transparent .16em .5em)",
    };
    buffer_format(to, "mark.t%zu,label.t%zu span{", k, k);
    if (look < PALETTE_LOOKS)
        buffer_format(to, "--h:%zu%s}\n", 25 + 360 / PALETTE_HUES * (look % PALETTE_HUES), form[look / PALETTE_HUES]);
    else
        buffer_add_string(to, "--c:0;--deepc:0}\n");
}

void html_style_types(struct html *h, struct buffer *to)
{
    if (h->n_styled == h->palette.types.n)
        return;
    buffer_add_string(to, "<style>\n");
    for (size_t k = h->n_styled; k < h->palette.types.n; k++) {
        add_look(to, k, palette_look(&h->palette, k));
        buffer_format(to, "body:has(#t%zu:checked) article:not(.h%zu)", k, k);
        for (size_t e = 0; e < ENTITY_ERRORS; e++)
            buffer_format(to, ",body:has(#t%zu:checked):has(#%s:checked) article:not(.%s%zu)", k, html_error_class[e],
                          html_error_class[e], k);
        buffer_format(to,
                      "{display:none}\nbody:has(#t%zu:checked) main mark:not(.t%zu){background:none;outline-color:var(--line)}\n",
                      k, k);
    }
    buffer_add_string(to, "</style>\n");
    h->n_styled = h->palette.types.n;
}
