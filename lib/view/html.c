/* html: one sentence on the page. */
#include "view/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tags/labels.h"
#include "view/html_private.h"

const char *const html_error_class[] = {"er", "ty", "bo", "mi", "in"};

const char *html_error_name(const struct html *h, int error)
{
    static const char *const name[] = {"any error", "wrong type", "boundary", "missed", "spurious"};
    return error == ENTITY_TYPE && h->by_tag ? "wrong tag" : name[error];
}

size_t html_type(struct html *h, struct str type)
{
    size_t k = palette_type(&h->palette, type);
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

/* ---- anchors ---- */

/* The record's id as an anchor, in which HTML allows no white space, and of which there must be one only. */
static struct str anchor_of(struct html *h, struct str id, struct buffer *to)
{
    buffer_add_string(to, "s");
    html_text(h, to, id);
    for (size_t i = 0; i < to->n; i++)
        if (to->data[i] == ' ')
            to->data[i] = '_';
    size_t size = to->n, known = h->ids.n;
    for (unsigned copy = 2; intern_add(&h->ids, (struct str){to->data, to->n}) < known; copy++) {
        to->n = size;
        buffer_format(to, "_%u", copy);
    }
    buffer_add(to, "", 1);
    return (struct str){to->data, to->n - 1};
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

/* ---- the sentence ---- */

static bool is_wrong(const struct sentence *s, const struct html_part *p)
{
    bool wrong = false;
    for (size_t i = p->first[0]; i < p->last[0]; i++)
        wrong |= s->gold.data[i].error != ENTITY_RIGHT;
    for (size_t i = p->first[1]; i < p->last[1]; i++)
        wrong |= s->pred.data[i].error != ENTITY_RIGHT;
    return wrong;
}

/* Where a document is longer, the index has every hundredth of its sentences. */
enum { SECTION_SENTENCES = 100 };

/* The paragraphs, each once, or gold beside predicted. The first error's anchor is before the sentence, where a browser finds it
 * even if a filter hides the sentence. */
static void add_parts(struct html *h, struct buffer *to, const char *anchor, bool any_error, bool in_index)
{
    const struct sentence *s = &h->sentence;
    struct html_part p = {0}, all = {0};
    bool several = html_next_part(s, &all) && html_next_part(s, &all);
    char id[512];
    size_t first = h->jumps + any_error;
    for (size_t number = 1; html_next_part(s, &p); number++) {
        bool wrong = is_wrong(s, &p);
        snprintf(id, sizeof id, "%.480s.%zu", anchor, number);
        const char *own = several ? id : NULL;
        if (several && (number > 1 || !in_index))
            html_section(h, id, s, &p);
        h->section_errors += wrong;
        if (!wrong) {
            html_running(h, to, s, &p, s->pred.known, own);
            continue;
        }
        if (++h->jumps == first)
            buffer_add_string(to, "<div><h2>gold</h2>");
        else
            buffer_format(to, "<div id=\"e%llu\"><h2>gold</h2>", (unsigned long long)h->jumps);
        html_running(h, to, s, &p, 0, own);
        buffer_add_string(to, "</div><div><h2>predicted</h2>");
        buffer_format(to, "<a href=\"#e%llu\">next error</a>", (unsigned long long)h->jumps + 1);
        html_running(h, to, s, &p, 1, NULL);
        buffer_add_string(to, "</div>");
    }
    if (several) /* what comes next is another text */
        h->section_sentences = SECTION_SENTENCES;
}

static bool begins_document(struct html *h, const struct record *record)
{
    uint64_t last = h->documents.number;
    bool begun = h->documents.begun;
    return !h->sorted && record_find(record, "doc").data && (document_of(&h->documents, record) != last || !begun);
}

static void add_article(struct html *h, struct buffer *to, const struct record *record, bool any_error)
{
    struct sentence *s = &h->sentence;
    struct buffer anchor = {0};
    char digits[32];
    struct str id = id_of(record, digits, sizeof digits), name = anchor_of(h, id, &anchor);
    bool document = begins_document(h, record);
    struct html_part first = {0};
    html_gaps(h, s);
    html_next_part(s, &first);
    bool in_index = document || h->n_sections == 0 || h->section_sentences >= SECTION_SENTENCES;
    if (in_index)
        html_section(h, name.data, s, &first);
    h->section_sentences++;
    if (any_error)
        buffer_format(to, "<a class=\"j\" id=\"e%llu\"></a>\n", (unsigned long long)h->jumps + 1);
    buffer_format(to, "<article id=\"%s\" class=\"s%s", name.data, document && h->sentences > 1 ? " d" : "");
    add_classes(h, to, s);
    buffer_format(to, "\"><a href=\"#%s\">", name.data);
    html_text(h, to, id);
    buffer_add_string(to, "</a>");
    add_parts(h, to, name.data, any_error, in_index);
    buffer_add_string(to, "</article>\n");
    free(anchor.data);
}

/* Whether seqeval --unit auto would score words. */
static bool labels_are_of_words(const struct header *header, const char *gold, const char *pred)
{
    const struct label_set *g = gold ? header_labels(header, gold) : NULL, *p = pred ? header_labels(header, pred) : g;
    g = g ? g : p;
    return g && !(labels_have_scheme(g) && (labels_have_types(g) || labels_have_scheme(p)));
}

/* Read the record into h->sentence; returns the fields of the gold and the predicted tags. */
static void read_sentence(struct html *h, const struct record *record, const char *field[2])
{
    if (!sentence_words(&h->sentence, record))
        record_die(record, "neither 'tokens' nor 'text'; run conll2msg or text2msg first");
    field[0] = h->gold ? h->gold : sentence_gold_field(h->header, record);
    field[1] = h->pred ? h->pred : record_find(record, "pred").data ? "pred" : NULL;
    sentence_entities(&h->sentence, h->header, field[0], field[1], record);
}

void html_count(struct html *h, const struct record *record)
{
    const struct sentence *s = &h->sentence;
    const char *field[2];
    read_sentence(h, record, field);
    h->any_gold |= s->gold.known;
    h->compared |= s->gold.known && s->pred.known;
    if (h->read++ == 0)
        h->by_tag = (field[1] || !s->pred.known) && labels_are_of_words(h->header, field[0], field[1]);
    html_score_add(h, record, field[0], field[1]);
}

void html_record(struct html *h, struct buffer *to, const struct record *record)
{
    const struct sentence *s = &h->sentence;
    bool error[ENTITY_ERRORS] = {false};
    const char *field[2];
    read_sentence(h, record, field);
    count(h, &s->gold, 0, error);
    count(h, &s->pred, 1, error);
    h->sentences++;
    h->with_entities += s->gold.n + s->pred.n > 0;
    for (int k = 0; k < ENTITY_ERRORS; k++)
        h->with_errors[k] += error[k];
    add_article(h, to, record, error[ENTITY_RIGHT]);
}

void html_free(struct html *h)
{
    scorer_free(h->scorer);
    palette_free(&h->palette);
    intern_free(&h->ids);
    sentence_free(&h->sentence);
    free(h->type);
    free(h->text.data);
    free(h->gaps.data);
    free(h->index.data);
    free(h->section.data);
}
