/* html: one sentence on the page. */
#include "view/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/printable.h"
#include "view/html_private.h"

const char *const html_error_class[] = {"er", "ty", "bo", "mi", "in"};
const char *const html_error_name[] = {"any error", "type", "boundary", "missed", "spurious"};

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

size_t html_type(struct html *h, struct str type)
{
    size_t k = intern_add(&h->types, type);
    GROW(h->type, h->room, k + 1);
    for (; h->n_types <= k; h->n_types++)
        h->type[h->n_types] = (struct html_type){0};
    return k;
}

/* ---- classes: which filters a sentence passes ---- */

static void count(struct html *h, const struct entities *m, int side, bool *error)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t type = html_type(h, m->data[i].type);
        h->type[type].seen[side]++;
        if (m->data[i].error != ENTITY_RIGHT)
            error[ENTITY_RIGHT] = error[m->data[i].error] = true;
    }
}

/* Once for the sentence, once for each type: h3 has an entity of type 3, er3 an error, mi3 a missed one. */
static void add_classes(struct html *h, struct buffer *to, const struct sentence *s)
{
    const struct entities *side[] = {&s->gold, &s->pred};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < side[k]->n; i++) {
            const struct entity *m = &side[k]->data[i];
            size_t type = html_type(h, m->type);
            if (h->type[type].last[m->error] == h->sentences)
                continue;
            h->type[type].last[m->error] = h->sentences;
            buffer_format(to, " h%zu", type);
            if (m->error != ENTITY_RIGHT)
                buffer_format(to, " er er%zu %s %s%zu", type, html_error_class[m->error], html_error_class[m->error], type);
        }
}

/* ---- the running text ---- */

static void add_entity(struct html *h, struct buffer *to, const struct sentence *s, const struct entity *m)
{
    buffer_format(to, "<mark class=\"t%zu%s%s\">", html_type(h, m->type), m->error == ENTITY_RIGHT ? "" : " ",
                  m->error == ENTITY_RIGHT ? "" : html_error_class[m->error]);
    html_text(h, to, (struct str){s->text.data + m->start, m->end - m->start});
    buffer_add_string(to, "&nbsp;<b>");
    html_text(h, to, m->type);
    buffer_add_string(to, "</b>");
    if (m->score >= 0)
        buffer_format(to, "&nbsp;<i>%.3f</i>", m->score);
    if (m->error != ENTITY_RIGHT)
        buffer_format(to, "&nbsp;<em>%s</em>", html_error_name[m->error]);
    buffer_add_string(to, "</mark>");
}

static void add_running(struct html *h, struct buffer *to, const struct sentence *s, const struct entities *m)
{
    size_t done = 0;
    buffer_add_string(to, "<p dir=\"auto\">");
    for (size_t i = 0; i < m->n; i++) {
        html_text(h, to, (struct str){s->text.data + done, m->data[i].start - done});
        add_entity(h, to, s, &m->data[i]);
        done = m->data[i].end;
    }
    html_text(h, to, (struct str){s->text.data + done, s->text.size - done});
    buffer_add_string(to, "</p>");
}

/* The id as the page's anchor, in which HTML allows no white space. */
static void add_anchor(struct html *h, struct buffer *to, struct str id)
{
    size_t from = to->n;
    html_text(h, to, id);
    for (size_t i = from; i < to->n; i++)
        if (to->data[i] == ' ')
            to->data[i] = '_';
}

static struct str id_of(const struct record *record, char *room, size_t size)
{
    struct msg value = record_find(record, "id");
    struct str text;
    int64_t number = (int64_t)record->number - 1;
    if (value.data && msg_str(&value, &text))
        return text;
    if (value.data)
        msg_int(&value, &number);
    return (struct str){room, (size_t)snprintf(room, size, "%lld", (long long)number)};
}

void html_record(struct html *h, struct buffer *to, const struct record *record)
{
    struct sentence *s = &h->sentence;
    bool error[ENTITY_ERRORS] = {false};
    char digits[32];
    struct str id = id_of(record, digits, sizeof digits);
    if (!sentence_words(s, record))
        record_die(record, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
    sentence_entities(s, h->header, h->gold ? h->gold : sentence_gold_field(h->header, record),
                      h->pred                            ? h->pred
                      : record_find(record, "pred").data ? "pred"
                                                         : NULL,
                      record);
    count(h, &s->gold, 0, error);
    count(h, &s->pred, 1, error);
    h->sentences++;
    h->with_entities += s->gold.n + s->pred.n > 0;
    h->any_gold |= s->gold.known;
    h->compared |= s->gold.known && s->pred.known;
    for (int k = 0; k < ENTITY_ERRORS; k++)
        h->with_errors[k] += error[k];

    buffer_add_string(to, "<article id=\"s");
    add_anchor(h, to, id);
    buffer_add_string(to, "\" class=\"s");
    add_classes(h, to, s);
    buffer_add_string(to, "\"><a href=\"#s");
    add_anchor(h, to, id);
    buffer_add_string(to, "\">");
    html_text(h, to, id);
    buffer_add_string(to, "</a>");
    if (error[ENTITY_RIGHT]) {
        buffer_add_string(to, "<div><h2>gold</h2>");
        add_running(h, to, s, &s->gold);
        buffer_add_string(to, "</div><div><h2>predicted</h2>");
        add_running(h, to, s, &s->pred);
        buffer_add_string(to, "</div></article>\n");
    } else {
        add_running(h, to, s, s->pred.known ? &s->pred : &s->gold);
        buffer_add_string(to, "</article>\n");
    }
}

void html_free(struct html *h)
{
    intern_free(&h->types);
    sentence_free(&h->sentence);
    free(h->type);
    free(h->text.data);
}
