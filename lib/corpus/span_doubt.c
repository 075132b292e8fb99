/* span_doubt: ends inside of words. */
#include "corpus/span_doubt.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/utf8.h"
#include "tokenizer/unicode.h"

/* Whether there is a place between two characters of one word. */
static bool is_inside(const struct span_text *t, int64_t place)
{
    const unsigned edge = UNICODE_SPACE | UNICODE_PUNCTUATION | UNICODE_CHINESE | UNICODE_REMOVED;
    size_t i = (size_t)place;
    return i > 0 && i < t->n && !(unicode_class(span_text_code(t, i - 1)) & edge)
           && !(unicode_class(span_text_code(t, i)) & edge);
}

/* The number of words, if a field has words of the text, one after the other; else 0. */
static size_t words_of(struct msg value, struct str text)
{
    struct str word;
    size_t n, at = 0;
    if (!msg_array(&value, &n))
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (!msg_str(&value, &word) || word.size == 0)
            return 0;
        while (at + word.size <= text.size && memcmp(text.data + at, word.data, word.size) != 0)
            at++;
        if (at + word.size > text.size)
            return 0;
        at += word.size;
    }
    return n;
}

static void compare_words(struct span_doubts *d, const struct record *r, struct str text, const struct spans *spans)
{
    for (size_t i = 0; i < r->n_fields; i++) {
        size_t n = words_of(r->field[i].value, text);
        bool fit = true;
        if (n < 2)
            continue;
        for (size_t k = 0; k < spans->n; k++)
            fit = fit && (uint64_t)spans->data[k].end <= n;
        d->fit_words += fit;
        d->beyond += !fit;
        if (!d->words)
            d->words = xstrndup(r->field[i].name.data, r->field[i].name.size);
        return;
    }
}

void span_doubt_add(struct span_doubts *d, const struct record *r, const struct span_text *t, const struct spans *spans,
                    const struct lines *lines)
{
    struct buffer example = {0};
    for (size_t i = 0; i < spans->n; i++) {
        if (!is_inside(t, spans->data[i].start) && !is_inside(t, spans->data[i].end))
            continue;
        d->unproved += !spans->data[i].text.data;
        if (d->cut++ > 0)
            continue;
        span_describe(&example, t, &spans->data[i]);
        snprintf(d->example, sizeof d->example, "%.*s", (int)utf8_floor(example.data, example.n, sizeof d->example - 1),
                 example.data);
        d->file = lines->in.name;
        d->line = lines->number;
        d->record = lines->record;
        free(example.data);
    }
    d->spans += spans->n;
    if (spans->n > 0)
        compare_words(d, r, t->text, spans);
}

void span_doubt_report(const struct span_doubts *d, bool is_told)
{
    char place[64] = "";
    if (d->cut == 0)
        return;
    if (d->line > 0)
        snprintf(place, sizeof place, d->record > 0 ? ":%zu: record %zu" : ":%zu", d->line, d->record);
    if (!is_told && d->unproved > 0 && d->fit_words > 0 && d->beyond == 0)
        die("%s%s: the span %s ends inside of a word, and no span ends after the last word in '%s': its numbers count words, it "
            "seems, and characters are wanted; --offsets chars takes them as they are",
            d->file, place, d->example, d->words);
    warn("%zu of %zu spans begin or end inside of a word, and cut it in two, the first in %s%s: %s%s", d->cut, d->spans, d->file,
         place, d->example,
         2 * d->unproved > d->spans ? "; do the numbers count characters, and is the end the first character after the span?"
                                    : "");
}
