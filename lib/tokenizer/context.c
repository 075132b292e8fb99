/* context: a queue of sentences, and the last pieces of those that were given out. */
#include "tokenizer/context.h"

#include <stdlib.h>
#include <string.h>

#include "stream/document.h"

struct context_item {
    struct record record;
    struct pieces pieces;
    uint64_t document;
};

struct context {
    size_t n; /* pieces on each side */
    struct context_item **queue;
    size_t first, end, room;  /* queue[first..end) */
    struct context_item *out; /* what context_next gave last */
    struct array_ints left, right;
    struct documents documents;
    bool ended;
};

struct context *context_new(size_t n)
{
    struct context *c = xcalloc(1, sizeof *c);
    c->n = n;
    return c;
}

static void free_item(struct context_item *item)
{
    if (!item)
        return;
    msg_copy_free(item->record.bytes);
    pieces_free(&item->pieces);
    free(item);
}

void context_free(struct context *c)
{
    if (!c)
        return;
    for (size_t i = c->first; i < c->end; i++)
        free_item(c->queue[i]);
    free_item(c->out);
    free(c->queue);
    free(c->left.data);
    free(c->right.data);
    free(c);
}

static struct array_ints copy(const struct array_ints *from)
{
    struct array_ints to = {.data = xmalloc(from->n, sizeof *from->data), .n = from->n, .room = from->n};
    if (from->n)
        memcpy(to.data, from->data, from->n * sizeof *from->data);
    return to;
}

void context_add(struct context *c, const struct record *record, const struct pieces *pieces)
{
    uint64_t document = document_of(&c->documents, record);
    if (c->first > c->end / 2) {
        memmove(c->queue, c->queue + c->first, (c->end - c->first) * sizeof *c->queue);
        c->end -= c->first;
        c->first = 0;
    }
    struct context_item *item = xcalloc(1, sizeof *item);
    record_index(&item->record, record->number, msg_copy(record->bytes));
    item->pieces = (struct pieces){copy(&pieces->id), copy(&pieces->word), copy(&pieces->start), copy(&pieces->end)};
    item->document = document;
    GROW(c->queue, c->room, c->end + 1);
    c->queue[c->end++] = item;
}

void context_end(struct context *c)
{
    c->ended = true;
}

/* The pieces after the first sentence of the queue. False if more of them may still come. */
static bool look_right(struct context *c)
{
    const struct context_item *head = c->queue[c->first];
    c->right.n = 0;
    for (size_t i = c->first + 1; i < c->end && c->right.n < c->n; i++) {
        const struct array_ints *id = &c->queue[i]->pieces.id;
        if (c->queue[i]->document != head->document)
            return true;
        size_t n = c->n - c->right.n < id->n ? c->n - c->right.n : id->n;
        GROW(c->right.data, c->right.room, c->right.n + n);
        if (n)
            memcpy(c->right.data + c->right.n, id->data, n * sizeof *id->data);
        c->right.n += n;
    }
    return c->right.n == c->n || c->ended;
}

/* The sentence that was given out last is now at the left of the next one. */
static void look_left(struct context *c, uint64_t document)
{
    const struct context_item *last = c->out;
    if (!last || last->document != document) {
        c->left.n = 0;
        return;
    }
    const struct array_ints *id = &last->pieces.id;
    size_t all = c->left.n + id->n, drop = all > c->n ? all - c->n : 0;
    GROW(c->left.data, c->left.room, all);
    if (id->n)
        memcpy(c->left.data + c->left.n, id->data, id->n * sizeof *id->data);
    if (drop)
        memmove(c->left.data, c->left.data + drop, (all - drop) * sizeof *c->left.data);
    c->left.n = all - drop;
}

bool context_next(struct context *c, struct context_sentence *out)
{
    if (c->first == c->end || !look_right(c))
        return false;
    struct context_item *head = c->queue[c->first++];
    look_left(c, head->document);
    free_item(c->out);
    c->out = head;
    *out = (struct context_sentence){&head->record, &head->pieces, c->left, c->right};
    return true;
}
