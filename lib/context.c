/* context: a queue of sentences, and the last pieces of those that have left it. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"

struct waiting { struct record record; uint8_t *bytes; struct pieces pieces; uint64_t document; };

struct context {
    size_t n;                                               /* pieces on each side */
    struct waiting **queue; size_t first, end, room;        /* queue[first..end) */
    struct waiting *out;                                    /* what context_next gave last */
    struct ints left, right;
    struct documents documents;
    bool ended;
};

struct context *context_new(size_t n)
{
    struct context *c = xcalloc(1, sizeof *c);
    c->n = n;
    return c;
}

static void free_waiting(struct waiting *w)
{
    if (!w)
        return;
    free(w->bytes);
    free(w->pieces.id.at);
    free(w->pieces.word.at);
    free(w->pieces.start.at);
    free(w->pieces.end.at);
    free(w);
}

void context_free(struct context *c)
{
    if (!c)
        return;
    for (size_t i = c->first; i < c->end; i++)
        free_waiting(c->queue[i]);
    free_waiting(c->out);
    free(c->queue);
    free(c->left.at);
    free(c->right.at);
    free(c);
}

static struct ints copy(const struct ints *from)
{
    struct ints to = {.at = xmalloc(from->n, sizeof *from->at), .n = from->n, .room = from->n};
    if (from->n)
        memcpy(to.at, from->at, from->n * sizeof *from->at);
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
    struct waiting *w = xcalloc(1, sizeof *w);
    size_t size = (size_t)(record->bytes.end - record->bytes.at);
    w->bytes = xmalloc(size, 1);
    memcpy(w->bytes, record->bytes.at, size);
    record_index(&w->record, record->number, (struct msg){w->bytes, w->bytes + size});
    w->pieces = (struct pieces){copy(&pieces->id), copy(&pieces->word), copy(&pieces->start), copy(&pieces->end)};
    w->document = document;
    GROW(c->queue, c->room, c->end + 1);
    c->queue[c->end++] = w;
}

void context_end(struct context *c)
{
    c->ended = true;
}

/* The pieces behind the first sentence. False if more of them may still come. */
static bool look_right(struct context *c)
{
    const struct waiting *head = c->queue[c->first];
    c->right.n = 0;
    for (size_t i = c->first + 1; i < c->end && c->right.n < c->n; i++) {
        const struct ints *id = &c->queue[i]->pieces.id;
        if (c->queue[i]->document != head->document)
            return true;
        size_t n = c->n - c->right.n < id->n ? c->n - c->right.n : id->n;
        GROW(c->right.at, c->right.room, c->right.n + n);
        if (n)
            memcpy(c->right.at + c->right.n, id->at, n * sizeof *id->at);
        c->right.n += n;
    }
    return c->right.n == c->n || c->ended;
}

/* The sentence given last now lies at the left of the next one. */
static void look_left(struct context *c, uint64_t document)
{
    const struct waiting *last = c->out;
    if (!last || last->document != document) {
        c->left.n = 0;
        return;
    }
    const struct ints *id = &last->pieces.id;
    size_t all = c->left.n + id->n, drop = all > c->n ? all - c->n : 0;
    GROW(c->left.at, c->left.room, all);
    if (id->n)
        memcpy(c->left.at + c->left.n, id->at, id->n * sizeof *id->at);
    memmove(c->left.at, c->left.at + drop, (all - drop) * sizeof *c->left.at);
    c->left.n = all - drop;
}

bool context_next(struct context *c, struct in_context *out)
{
    if (c->first == c->end || !look_right(c))
        return false;
    struct waiting *head = c->queue[c->first++];
    look_left(c, head->document);
    free_waiting(c->out);
    c->out = head;
    *out = (struct in_context){&head->record, &head->pieces, c->left, c->right};
    return true;
}
