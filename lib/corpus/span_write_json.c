/* span_write_json: doccano, spaCy and Prodigy, which count code points. */
#include "corpus/span_write_private.h"

#include <stdlib.h>

void span_write_pairs(struct span_writer *w, struct buffer *to, const struct record *r, const char *key)
{
    const char *const written[] = {key, NULL};
    const struct entities *e = span_writer_entities(w);
    struct span_cursor at = {.text = w->sentence.text};
    buffer_add(to, "{", 1);
    span_put_id(w, to, r);
    span_put_key(to, "text");
    span_put_str(to, r, w->sentence.text);
    span_put_key(to, key);
    buffer_add(to, "[", 1);
    for (size_t i = 0; i < e->n; i++) {
        span_cursor_move(&at, e->data[i].start);
        buffer_format(to, "%s[%lld,", i ? "," : "", (long long)at.code);
        span_cursor_move(&at, e->data[i].end);
        buffer_format(to, "%lld,", (long long)at.code);
        span_put_str(to, r, e->data[i].type);
        buffer_add(to, "]", 1);
    }
    buffer_add(to, "]", 1);
    span_put_others(w, to, r, written);
    buffer_add(to, "}\n", 2);
}

/* A token of the words, cut at the edges of entities: Prodigy's spans are of whole tokens. Returns its end. */
static size_t token_end(const struct entities *e, size_t *next, size_t start, size_t end)
{
    while (*next < e->n && e->data[*next].end <= start)
        ++*next;
    if (*next == e->n)
        return end;
    const struct entity *x = &e->data[*next];
    size_t edge = x->start > start ? x->start : x->end;
    return edge < end ? edge : end;
}

static void put_token(struct span_writer *w, struct buffer *to, const struct record *r, struct span_cursor *at, size_t id,
                      size_t start, size_t end)
{
    struct str text = w->sentence.text;
    buffer_add_string(to, id ? ",{\"text\":" : "{\"text\":");
    span_put_str(to, r, span_writer_slice(w, start, end));
    span_cursor_move(at, start);
    buffer_format(to, ",\"start\":%lld", (long long)at->code);
    span_cursor_move(at, end);
    buffer_format(to, ",\"end\":%lld,\"id\":%zu,\"ws\":%s}", (long long)at->code, id,
                  end < text.size && text.data[end] == ' ' ? "true" : "false");
}

/* The first and the last token of each entity, [2 * entity]; SIZE_MAX where no token begins, or ends, with it. */
static void note_token(const struct entities *e, size_t next, size_t *place, size_t id, size_t start, size_t end)
{
    if (next < e->n && e->data[next].start == start)
        place[2 * next] = id;
    if (next < e->n && e->data[next].end == end)
        place[2 * next + 1] = id;
}

static void put_tokens(struct span_writer *w, struct buffer *to, const struct record *r, size_t *place)
{
    const struct entities *e = span_writer_entities(w);
    struct span_cursor at = {.text = w->sentence.text};
    size_t id = 0, next = 0;
    for (size_t i = 0; i < w->sentence.words.n; i++) {
        struct str word = w->sentence.words.data[i];
        size_t start = (size_t)(word.data - w->sentence.text.data), end = start + word.size;
        while (start < end) {
            size_t stop = token_end(e, &next, start, end);
            note_token(e, next, place, id, start, stop);
            put_token(w, to, r, &at, id++, start, stop);
            start = stop;
        }
    }
}

void span_write_prodigy(struct span_writer *w, struct buffer *to, const struct record *r)
{
    /* a hash of other spans would tell Prodigy that this task is done */
    static const char *const written[] = {"tokens", "spans", "answer", "_task_hash", NULL};
    const struct entities *e = span_writer_entities(w);
    struct span_cursor at = {.text = w->sentence.text};
    size_t *place = xmalloc(2 * e->n + 1, sizeof *place);
    memset(place, 0xff, 2 * e->n * sizeof *place);
    buffer_add(to, "{", 1);
    span_put_id(w, to, r);
    span_put_key(to, "text");
    span_put_str(to, r, w->sentence.text);
    if (w->sentence.words.n > 0 || record_find(r, "tokens").data) {
        span_put_key(to, "tokens");
        buffer_add(to, "[", 1);
        put_tokens(w, to, r, place);
        buffer_add(to, "]", 1);
    }
    span_put_key(to, "spans");
    buffer_add(to, "[", 1);
    for (size_t i = 0; i < e->n; i++) {
        span_cursor_move(&at, e->data[i].start);
        buffer_format(to, "%s{\"start\":%lld", i ? "," : "", (long long)at.code);
        span_cursor_move(&at, e->data[i].end);
        buffer_format(to, ",\"end\":%lld", (long long)at.code);
        if (place[2 * i] != SIZE_MAX && place[2 * i + 1] != SIZE_MAX)
            buffer_format(to, ",\"token_start\":%zu,\"token_end\":%zu", place[2 * i], place[2 * i + 1]);
        span_put_key(to, "label");
        span_put_str(to, r, e->data[i].type);
        buffer_add(to, "}", 1);
    }
    buffer_add(to, "]", 1);
    span_put_others(w, to, r, written);
    buffer_add(to, "}\n", 2);
    free(place);
}
