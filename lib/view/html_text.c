/* html_text: text with entities in it, by paragraphs. */
#include <string.h>

#include "text/printable.h"
#include "text/utf8.h"
#include "view/html_private.h"

/* A paragraph of more bytes ends at the next end of a sentence, so that both sides of a long one stay side by side; what is kept
 * together at a line's end; what the index shows of a paragraph. */
enum { PART_SIZE = 1200, KEPT_SIZE = 100, SNIPPET_SIZE = 60 };

void html_text(struct html *h, struct buffer *to, struct str s)
{
    h->text.n = 0;
    printable_add(&h->text, s);
    for (size_t i = 0; i < h->text.n; i++)
        switch (h->text.data[i]) {
        case '&': buffer_add_string(to, "&amp;"); break;
        case '<': buffer_add_string(to, "&lt;"); break;
        case '>': buffer_add_string(to, "&gt;"); break;
        case '"': buffer_add_string(to, "&quot;"); break;
        case '\'': buffer_add_string(to, "&#39;"); break;
        default: buffer_add(to, h->text.data + i, 1);
        }
}

/* ---- paragraphs ---- */

static bool ends_sentence(struct str text, size_t at)
{
    uint32_t last = html_char_at(text, html_char_before(text, at));
    return last == 0x3002 || last == 0xff01 || last == 0xff1f
           || (html_is_blank(text.data[at])
               && (last == '.' || last == '!' || last == '?' || last == 0x964 || last == 0x6d4 || last == 0x61f));
}

bool html_next_part(const struct sentence *s, struct html_part *p)
{
    const struct entities *side[] = {&s->gold, &s->pred};
    struct str text = s->text;
    size_t at = p->to;
    while (at < text.size && html_is_blank(text.data[at]) && text.data[at] != '\t') /* a tab is shown */
        at++;
    if (at == text.size && p->begun)
        return false;
    for (int k = 0; k < 2; k++)
        if (p->last[k] < side[k]->n && side[k]->data[p->last[k]].start < at)
            at = side[k]->data[p->last[k]].start;
    *p = (struct html_part){.begun = true, .from = at, .first = {p->last[0], p->last[1]}, .last = {p->last[0], p->last[1]}};
    for (; at < text.size; at++) {
        bool inside = false;
        for (int k = 0; k < 2; k++) {
            size_t *last = &p->last[k];
            while (*last < side[k]->n && side[k]->data[*last].start < at && side[k]->data[*last].end <= at)
                ++*last;
            inside |= *last < side[k]->n && side[k]->data[*last].start < at;
        }
        bool character = ((unsigned char)text.data[at] & 0xc0) != 0x80;
        if (!inside && at > p->from
            && (text.data[at] == '\n' || (character && at - p->from > PART_SIZE && ends_sentence(text, at))))
            break;
    }
    p->to = at;
    for (int k = 0; k < 2; k++)
        while (p->last[k] < side[k]->n && (at == text.size || side[k]->data[p->last[k]].end <= at))
            p->last[k]++;
    return true;
}

/* ---- the running text ---- */

/* `kept`: the lines do not end here anyhow. */
static void add_text(struct html *h, struct buffer *to, struct str text, size_t from, size_t end, bool kept)
{
    for (size_t i = from; i < end; i++) {
        char gap = h->gaps.data[i];
        if (!gap && text.data[i] != '\n' && text.data[i] != '\r')
            continue;
        html_text(h, to, (struct str){text.data + from, i - from});
        buffer_add_string(to, gap == HTML_GAP_UNBROKEN && !kept                  ? "&nbsp;"
                              : gap == HTML_GAP_UNBROKEN || text.data[i] == '\n' ? " "
                                                                                 : "");
        from = i + 1;
    }
    html_text(h, to, (struct str){text.data + from, end - from});
}

static void add_entity(struct html *h, struct buffer *to, struct str text, const struct entity *m)
{
    bool right = m->error == ENTITY_RIGHT;
    buffer_format(to, "<mark class=\"t%zu%s%s\">", html_type(h, m->type), right ? "" : " ",
                  right ? "" : html_error_class[m->error]);
    add_text(h, to, text, m->start, m->end, false);
    buffer_add_string(to, "&nbsp;<b>");
    html_text(h, to, m->type);
    buffer_add_string(to, "</b>");
    if (m->score >= 0)
        buffer_format(to, "&nbsp;<i>%.3f</i>", m->score);
    if (!right)
        buffer_format(to, "&nbsp;<em>%s</em>", html_error_name(h, (int)m->error));
    buffer_add_string(to, "</mark>");
}

/* From a place where a line may end to the next one; what is in it beside entities is kept together with them. */
static size_t add_unit(struct html *h, struct buffer *to, struct str text, size_t from, size_t end, const struct entity **next,
                       const struct entity *last)
{
    const struct entity *m = *next;
    size_t at = from;
    do {
        if (m < last && m->start == at) {
            at = m->end;
            m++;
        } else
            at += utf8_offset(text.data + at, end - at, 1);
    } while (at < end && ((m < last && m->start == m->end && m->start == at) || !html_may_break(h, text, at)));
    bool alone = m == *next || (m == *next + 1 && (*next)->start == from && (*next)->end == at) || at - from > KEPT_SIZE;
    buffer_add_string(to, alone ? "" : "<span class=\"k\">");
    for (size_t done = from;; (*next)++) {
        add_text(h, to, text, done, *next < m ? (*next)->start : at, !alone);
        if (*next == m)
            break;
        add_entity(h, to, text, *next);
        done = (*next)->end;
    }
    buffer_add_string(to, alone ? "" : "</span>");
    return at;
}

void html_running(struct html *h, struct buffer *to, const struct sentence *s, const struct html_part *p, int side,
                  const char *anchor)
{
    const struct entity *data = side == 0 ? s->gold.data : s->pred.data;
    const struct entity *next = data ? data + p->first[side] : NULL, *last = data ? data + p->last[side] : NULL;
    if (anchor)
        buffer_format(to, "<p dir=\"auto\" id=\"%s\">", anchor);
    else
        buffer_add_string(to, "<p dir=\"auto\">");
    size_t at = p->from, plain = at;
    while (at < p->to) {
        size_t begin = at; /* a unit without entities is plain text, together with those around it */
        if (next == last)
            at = p->to;
        else
            do
                at += utf8_offset(s->text.data + at, p->to - at, 1);
            while (at < p->to && at <= next->start && !html_may_break(h, s->text, at));
        if (next < last && at > next->start) {
            add_text(h, to, s->text, plain, begin, false);
            plain = at = add_unit(h, to, s->text, begin, p->to, &next, last);
        }
    }
    add_text(h, to, s->text, plain, p->to, false);
    for (; next < last; next++) /* without a character of its own, at the end */
        add_entity(h, to, s->text, next);
    buffer_add_string(to, "</p>");
}

void html_snippet(struct html *h, struct buffer *to, const struct sentence *s, const struct html_part *p)
{
    size_t size = utf8_floor(s->text.data + p->from, p->to - p->from, SNIPPET_SIZE);
    add_text(h, to, s->text, p->from, p->from + size, true);
    buffer_add_string(to, size < p->to - p->from ? "…" : "");
}
