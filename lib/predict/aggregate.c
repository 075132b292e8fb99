/* aggregate: pieces to entities. */
#include "predict/aggregate.h"

#include <stdlib.h>
#include <string.h>

#include "predict/spell.h"
#include "tags/labels.h"
#include "tags/scheme.h"
#include "text/utf8.h"

void aggregate_free(struct aggregate_spans *s)
{
    free(s->data);
    free(s->text.data);
    free(s->words.data);
    *s = (struct aggregate_spans){0};
}

static struct str slice(const struct aggregate_input *in, int32_t start, int32_t end)
{
    size_t n = in->n_codes, a = (size_t)start < n ? (size_t)start : n, b = (size_t)end < n ? (size_t)end : n;
    if (b < a)
        b = a;
    return (struct str){in->text.data + in->byte_at[a], in->byte_at[b] - in->byte_at[a]};
}

static bool is_unknown(const struct aggregate_input *in, size_t i)
{
    return in->unk.size > 0 && str_equal(in->piece[i], in->unk);
}

static bool is_blank(const struct aggregate_input *in, int32_t at)
{
    return (size_t)at < in->n_codes && in->text.data[in->byte_at[at]] == ' ';
}

/* As the pipeline does: a piece with "##" continues a word if it is longer or shorter than its source text; another piece if the
 * text has no blank before it and none at its beginning. An unknown piece never does. */
static bool continues_word(const struct aggregate_input *in, size_t i)
{
    int32_t start = in->start[i];
    if (is_unknown(in, i))
        return false;
    if (!header_spelling_is_wordpiece(in->spelling))
        return start > 0 && !is_blank(in, start - 1) && !is_blank(in, start);
    struct str source = slice(in, start, in->end[i]);
    return utf8_length(in->piece[i].data, in->piece[i].size) != utf8_length(source.data, source.size);
}

static struct str shown(const struct aggregate_input *in, size_t i)
{
    return is_unknown(in, i) ? slice(in, in->start[i], in->end[i]) : in->piece[i];
}

static struct aggregate_span *push(struct aggregate_spans *s)
{
    GROW(s->data, s->room, s->n + 1);
    memset(&s->data[s->n], 0, sizeof *s->data);
    return &s->data[s->n++];
}

static void set_label(struct aggregate_span *s, const struct label_set *labels, size_t n_labels, const float *probability)
{
    size_t best = decode_argmax(n_labels, probability);
    s->label = (struct str){labels->name[best], strlen(labels->name[best])};
    s->score = probability[best];
}

/* Every piece by itself. */
static void find_pieces(const struct aggregate_input *in, const struct label_set *labels, struct aggregate_spans *out)
{
    for (size_t i = 0; i < in->n; i++) {
        if (in->word_ids[i] == MSG_INT_NIL)
            continue;
        struct str text = shown(in, i);
        struct aggregate_span *p = push(out);
        set_label(p, labels, in->n_labels, in->probability + i * in->n_labels);
        p->index = i;
        p->word = out->text.n;
        p->word_size = text.size;
        buffer_add(&out->text, text.data, text.size);
        p->start = in->start[i];
        p->end = in->end[i];
        p->first_word = p->last_word = in->word_ids[i];
    }
}

/* Pieces [first, end) decide together. */
static void find_word(enum decode_rule rule, const struct aggregate_input *in, const struct label_set *labels, size_t first,
                      size_t end, struct aggregate_spans *out)
{
    float *p = xmalloc(in->n_labels, sizeof *p);
    decode_word(rule, end - first, in->n_labels, in->probability + first * in->n_labels, p);
    struct aggregate_span *s = push(out);
    set_label(s, labels, in->n_labels, p);
    free(p);
    s->word = out->text.n;
    for (size_t i = first; i < end; i++)
        spell_add(in->spelling, i == first, shown(in, i), &out->text);
    spell_end(in->spelling, s->word, &out->text);
    s->word_size = out->text.n - s->word;
    s->start = in->start[first];
    s->end = in->end[end - 1];
    s->first_word = in->word_ids[first];
    s->last_word = in->word_ids[end - 1];
}

/* Added pieces are at both ends only, so all pieces between them are neighbours. */
static void find_words(enum decode_rule rule, const struct aggregate_input *in, const struct label_set *labels,
                       struct aggregate_spans *out)
{
    for (size_t i = 0; i < in->n;) {
        if (in->word_ids[i] == MSG_INT_NIL) {
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < in->n && in->word_ids[end] != MSG_INT_NIL && continues_word(in, end))
            end++;
        find_word(rule, in, labels, i, end, out);
        i = end;
    }
}

/* B- and I- are prefixes; any other label is a type as a whole. */
static struct str type_of(const struct aggregate_span *s, bool *begins)
{
    struct str label = s->label;
    *begins = label.size >= 2 && memcmp(label.data, "B-", 2) == 0;
    bool inside = label.size >= 2 && memcmp(label.data, "I-", 2) == 0;
    return *begins || inside ? (struct str){label.data + 2, label.size - 2} : label;
}

/* The pipeline knows B- and I- alone. Entities of other schemes are whole in all groups, and those of tags B and I in groups of
 * words; simple groups of these are the pipeline's. */
static bool reads_scheme(enum aggregation aggregation, const struct label_set *labels)
{
    if (!labels_have_scheme(labels))
        return false;
    return scheme_guess(labels) != IOB2 || (aggregation != AGGREGATE_SIMPLE && !labels_have_types(labels));
}

/* By the scheme. Pieces of one word, where each has the word's label, are no entities by themselves. */
static bool continues_entity(const struct aggregate_span *last, const struct aggregate_span *next)
{
    struct tag a, b;
    tag_parse(last->label, &a);
    tag_parse(next->label, &b);
    if (a.prefix == 'O' || b.prefix == 'O')
        return a.prefix == b.prefix;
    return scheme_goes_on(a, b) || (last->last_word == next->first_word && tag_same_type(a, b));
}

static bool continues_group(const struct aggregate_span *last, const struct aggregate_span *next)
{
    bool begins, unused;
    struct str type = type_of(next, &begins), last_type = type_of(last, &unused);
    return !begins && str_equal(type, last_type);
}

/* Of a tag what is after its first hyphen; by the scheme a tag without a type has the type "_". */
static struct str group_label(struct str label, bool by_scheme)
{
    struct tag tag;
    const char *hyphen = memchr(label.data, '-', label.size);
    if (hyphen)
        return (struct str){hyphen + 1, label.size - (size_t)(hyphen + 1 - label.data)};
    return by_scheme && tag_parse(label, &tag) && tag.prefix != 'O' ? tag.type : label;
}

/* Words are spelled once more, as if they were pieces: so the pipeline does it. */
static struct aggregate_span join(struct aggregate_spans *s, size_t first, size_t end, enum header_spelling spelling,
                                  bool by_scheme)
{
    struct aggregate_span group = s->data[first];
    double sum = 0;
    group.word = s->text.n;
    for (size_t i = first; i < end; i++) {
        spell_add(spelling, i == first, (struct str){s->words.data + s->data[i].word, s->data[i].word_size}, &s->text);
        sum += (double)s->data[i].score;
    }
    spell_end(spelling, group.word, &s->text);
    group.word_size = s->text.n - group.word;
    group.score = (float)(sum / (double)(end - first));
    group.end = s->data[end - 1].end;
    group.last_word = s->data[end - 1].last_word;
    group.label = group_label(group.label, by_scheme);
    return group;
}

void aggregate_find(enum aggregation aggregation, const struct aggregate_input *in, const struct label_set *labels,
                    struct aggregate_spans *out)
{
    out->n = out->text.n = 0;
    if (aggregation <= AGGREGATE_SIMPLE)
        find_pieces(in, labels, out);
    else
        find_words((enum decode_rule)(aggregation - AGGREGATE_FIRST), in, labels, out);
    if (aggregation == AGGREGATE_NONE)
        return;
    struct buffer words = out->text;
    out->text = out->words;
    out->words = words;
    out->text.n = 0;
    size_t groups = 0;
    bool by_scheme = reads_scheme(aggregation, labels);
    for (size_t i = 0; i < out->n;) {
        size_t end = i + 1;
        while (end < out->n && (by_scheme ? continues_entity : continues_group)(&out->data[end - 1], &out->data[end]))
            end++;
        struct aggregate_span group = join(out, i, end, in->spelling, by_scheme);
        out->data[groups++] = group;
        i = end;
    }
    out->n = groups;
}
