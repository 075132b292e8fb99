/* html_index: the page's index: documents, paragraphs of long ones, or every hundredth sentence. */
#include <string.h>

#include "view/html_private.h"

static void close_section(struct html *h)
{
    if (h->n_sections == 0)
        return;
    buffer_add(&h->index, h->section.data, h->section.n);
    if (h->section_errors > 0)
        buffer_format(&h->index, " <b>%llu</b>", (unsigned long long)h->section_errors);
    buffer_add_string(&h->index, "</li>\n");
    h->section.n = 0;
    h->section_errors = h->section_sentences = 0;
}

void html_section(struct html *h, const char *anchor, const struct sentence *s, const struct html_part *part)
{
    close_section(h);
    h->n_sections++;
    buffer_format(&h->section, "<li><a href=\"#%s\">%s</a><span>", anchor, anchor + 1);
    html_snippet(h, &h->section, s, part);
    buffer_add_string(&h->section, "</span>");
}

void html_index(struct html *h, struct buffer *to)
{
    close_section(h);
    if (h->n_sections < 2)
        return;
    buffer_format(to, "<details><summary>Index (%zu)</summary>\n<ol>\n", h->n_sections);
    buffer_add(to, h->index.data, h->index.n);
    buffer_add_string(to, "</ol></details>\n");
}
