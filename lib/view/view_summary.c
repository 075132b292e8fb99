/* view_summary: what a stream holds, counted. */
#include "view/view_summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_write.h"
#include "stream/history.h"
#include "stream/window_order.h"
#include "text/printable.h"

static size_t length(struct msg array)
{
    size_t n;
    return array.data && msg_array(&array, &n) ? n : 0;
}

/* Elements of the rows, if the value is an array of arrays; else its own. */
static size_t inner_length(struct msg array)
{
    struct msg c = array;
    size_t n, sum = 0;
    if (!array.data || !msg_array(&c, &n) || n == 0 || msg_type(c) != MSG_ARRAY)
        return length(array);
    for (size_t i = 0; i < n; i++)
        sum += length(msg_value(&c));
    return sum;
}

void view_summary_add(struct view_summary *s, const struct record *record)
{
    size_t n_windows;
    s->records++;
    if (window_order_number(record, &n_windows) == 0) { /* each window has all words of its sentence */
        s->sentences++;
        s->words += length(record_find(record, "tokens"));
    }
    s->pieces += inner_length(record_find(record, "input_ids"));
}

static void add_word(struct buffer *to, const char *word)
{
    buffer_add(to, " ", 1);
    printable_add(to, (struct str){word, strlen(word)});
}

static void add_name(struct buffer *to, const char *name)
{
    size_t width = printable_add(to, (struct str){name, strlen(name)});
    buffer_add(to, "           ", width < 11 ? 11 - width : 0);
}

static void add_count(struct buffer *to, const char *name, uint64_t n)
{
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)n);
    add_name(to, name);
    add_word(to, number);
    buffer_add(to, "\n", 1);
}

/* One tool a line, with its arguments. */
static void add_history(struct buffer *to, const struct header *h)
{
    struct history history = history_of(h);
    for (bool first = true; history_next(&history); first = false) {
        add_name(to, first ? "history" : "");
        for (size_t i = 0; i < history.words.n; i++) {
            buffer_add(to, " ", 1);
            printable_add(to, history.words.data[i]);
        }
        buffer_add(to, "\n", 1);
    }
}

static void add_extras(struct buffer *to, const struct header *h)
{
    struct buffer json = {0};
    for (size_t i = 0; i < h->n_extras; i++) {
        struct json_writer state = {0};
        struct msg value = {h->extra[i].data, h->extra[i].data + h->extra[i].size};
        json.n = 0;
        if (!json_write_value(&state, &json, value, NULL))
            die("the stream's header: %s holds %s", h->extra[i].key, state.error);
        add_name(to, h->extra[i].key);
        buffer_add(to, " ", 1);
        printable_add(to, (struct str){json.data, json.n});
        buffer_add(to, "\n", 1);
    }
    free(json.data);
}

static void add_named(struct buffer *to, const char *name, const char *value)
{
    if (!value)
        return;
    add_word(to, name);
    add_word(to, value);
}

void view_summary_print(const struct view_summary *s, const struct header *h, struct buffer *to)
{
    char number[64];
    add_name(to, "kind");
    add_word(to, h->kind);
    buffer_add(to, "\n", 1);
    add_count(to, "records", s->records);
    if (s->sentences < s->records)
        add_count(to, "sentences", s->sentences);
    if (s->words)
        add_count(to, "words", s->words);
    if (s->pieces)
        add_count(to, "pieces", s->pieces);
    add_name(to, "fields");
    for (size_t i = 0; i < h->n_fields; i++)
        add_word(to, h->field[i]);
    buffer_add_string(to, h->any_fields ? " (the header does not say)\n" : "\n");
    for (size_t i = 0; i < h->n_label_sets; i++) {
        const struct label_set *labels = &h->label_set[i];
        snprintf(number, sizeof number, "%zu labels:", labels->n);
        add_name(to, labels->field);
        add_word(to, number);
        for (size_t k = 0; k < labels->n; k++)
            add_word(to, labels->name[k]);
        buffer_add(to, "\n", 1);
    }
    if (h->vocab_hash) {
        snprintf(number, sizeof number, "%lld pieces, hash", (long long)h->vocab_size);
        add_name(to, "vocab");
        add_word(to, number);
        add_word(to, h->vocab_hash);
        add_named(to, "pieces", h->spelling);
        add_named(to, "unk", h->unk);
        buffer_add(to, "\n", 1);
    }
    add_extras(to, h);
    add_history(to, h);
}
