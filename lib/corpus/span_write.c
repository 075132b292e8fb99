/* span_write: which entities, and which fields besides. */
#include "corpus/span_write_private.h"

#include <stdlib.h>

#include "stream/fields.h"
#include "text/utf8.h"

struct span_writer span_writer_new(const struct reader *in, enum span_format format, const char *field, const char *folder)
{
    struct span_writer w = {.format = format, .header = reader_header(in), .field = field, .folder = folder};
    if (field) {
        reader_need(in, field);
        if (strcmp(field, "entities") != 0 && !header_labels(w.header, field))
            die("'%s' has no label names: neither entities nor tags", field);
        return w;
    }
    static const char *const usual[] = {"entities", "pred"};
    for (size_t i = 0; i < 2 && !w.field; i++)
        if (header_has_field(w.header, usual[i]))
            w.field = usual[i];
    bool has_tags = false;
    for (size_t i = 0; i < w.header->n_label_sets; i++)
        has_tags |= field_is_gold(w.header->label_set[i].field);
    if (!w.field && !has_tags)
        die("the stream has no entities: neither 'entities' (logit2span), nor 'pred' (logit2tag), nor tags with label names");
    return w;
}

void span_cursor_move(struct span_cursor *c, size_t byte)
{
    for (; c->byte < byte; c->byte++) {
        unsigned char b = (unsigned char)c->text.data[c->byte];
        c->code += (b & 0xc0) != 0x80;
        c->unit += ((b & 0xc0) != 0x80) + (b >= 0xf0);
    }
}

static bool is_predicted(const struct span_writer *w)
{
    return w->field && (strcmp(w->field, "entities") == 0 || strcmp(w->field, "pred") == 0);
}

const struct entities *span_writer_entities(const struct span_writer *w)
{
    return is_predicted(w) ? &w->sentence.pred : &w->sentence.gold;
}

struct str span_writer_slice(const struct span_writer *w, size_t start, size_t end)
{
    return (struct str){w->sentence.text.data + start, end - start};
}

/* Read text, words and entities of the record. */
static void read_sentence(struct span_writer *w, const struct record *r)
{
    bool predicted = is_predicted(w), by_tags = !w->field || strcmp(w->field, "entities") != 0;
    const char *gold = predicted ? NULL : w->field ? w->field : sentence_gold_field(w->header, r);
    if (!sentence_words(&w->sentence, r))
        record_die(r, "neither 'tokens' nor 'text'");
    if (utf8_invalid_at(w->sentence.text.data, w->sentence.text.size) < w->sentence.text.size)
        record_die(r, "the text is not valid UTF-8");
    sentence_entities(&w->sentence, w->header, gold, predicted && by_tags ? w->field : NULL, r);
    const struct entities *e = span_writer_entities(w);
    if (!e->known)
        record_die(r, "no field '%s'", w->field ? w->field : "ner_tags");
}

void span_put_key(struct buffer *to, const char *key)
{
    char last = to->n > 0 ? to->data[to->n - 1] : '{';
    buffer_format(to, "%s\"%s\":", last == '{' ? "" : ",", key);
}

void span_put_str(struct buffer *to, const struct record *r, struct str s)
{
    if (!json_write_str(to, s))
        record_die(r, "a text or a name that is not UTF-8");
}

void span_put_field(struct span_writer *w, struct buffer *to, const struct record *r, struct str name, struct msg value)
{
    if (to->data[to->n - 1] != '{')
        buffer_add(to, ",", 1);
    span_put_str(to, r, name);
    buffer_add(to, ":", 1);
    if (!json_write_value(&w->json, to, value, NULL))
        record_die(r, "field '%.*s' has no form in JSON: it holds %s", (int)name.size, name.data, w->json.error);
}

void span_put_id(struct span_writer *w, struct buffer *to, const struct record *r)
{
    struct msg id = record_find(r, "id");
    if (id.data)
        span_put_field(w, to, r, str_of("id"), id);
}

bool span_is_own(const struct span_writer *w, struct str name, const char *const *written)
{
    for (; *written; written++)
        if (str_is(name, *written))
            return false;
    for (size_t i = 0; i < w->header->n_label_sets; i++)
        if (str_is(name, w->header->label_set[i].field))
            return false;
    char text[64]; /* the names of the tools' fields are shorter */
    if (str_is(name, "id") || str_is(name, "window") || name.size >= sizeof text)
        return name.size >= sizeof text;
    memcpy(text, name.data, name.size);
    text[name.size] = 0;
    return !field_maker(text);
}

void span_put_others(struct span_writer *w, struct buffer *to, const struct record *r, const char *const *written)
{
    for (size_t i = 0; i < r->n_fields; i++)
        if (span_is_own(w, r->field[i].name, written))
            span_put_field(w, to, r, r->field[i].name, r->field[i].value);
}

void span_write(struct span_writer *w, struct buffer *to, const struct record *r)
{
    read_sentence(w, r);
    switch (w->format) {
    case SPAN_DOCCANO: span_write_pairs(w, to, r, "label"); break;
    case SPAN_SPACY: span_write_pairs(w, to, r, "entities"); break;
    case SPAN_PRODIGY: span_write_prodigy(w, to, r); break;
    case SPAN_LABELSTUDIO: span_write_task(w, to, r); break;
    case SPAN_BRAT: brat_write(w, to, r); break;
    }
}

void span_write_end(struct span_writer *w, struct buffer *to)
{
    if (w->format == SPAN_LABELSTUDIO)
        buffer_add_string(to, w->n > 0 ? "\n]\n" : "[]\n");
}

void span_writer_free(struct span_writer *w)
{
    sentence_free(&w->sentence);
    intern_free(&w->names);
    free(w->ann.data);
}
