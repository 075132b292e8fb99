/* score_watch: sentence by sentence, the entities that a mode reads. */
#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"

struct watch {
    scored_to *to; void *data;
    struct scored scored;
    struct chunk gold_state, pred_state; size_t place;      /* lenient: as in the scorer */
    struct { uint8_t *bytes; size_t size; uint64_t number; } *kept; size_t n_kept, room;
    struct record record;
};

void scorer_watch(struct scorer *s, scored_to *to, void *data)
{
    s->watch = xcalloc(1, sizeof *s->watch);
    s->watch->to = to;
    s->watch->data = data;
    s->watch->gold_state = s->watch->pred_state = s->outside;
}

char *const *scorer_types(const struct scorer *s, size_t *n)
{
    const struct intern *names = s->options.tags ? &s->names : &s->types;
    *n = names->n;
    return names->name;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_kept; i++)
        free(w->kept[i].bytes);
    free(w->kept);
    free(w->scored.gold.data);
    free(w->scored.pred.data);
    free(w);
}

static void add(struct entities *to, const struct intern *names, size_t start, size_t end, uint32_t type)
{
    entities_add(to, start, end, (struct str){names->name[type], names->size[type]}, -1)->number = type;
}

static void add_tags(struct entities *to, const struct intern *names, const struct score_tag *table, size_t n, const int32_t *id)
{
    for (size_t i = 0; i < n; i++)
        add(to, names, i, i + 1, table[id[i]].name);
}

static void add_spans(struct entities *to, const struct intern *types, size_t n, const struct span *span)
{
    for (size_t i = 0; i < n; i++)
        add(to, types, span[i].start, span[i].end, span[i].type);
}

/* The chunks that end in a sentence, and where each starts, counted over all sentences: in hostile sequences one may end that
 * started long ago. */
static void add_chunks(const struct scorer *s, struct entities *to, struct chunk *state, const struct score_tag *table, size_t n,
                       const int32_t *id)
{
    size_t place = s->watch->place;
    for (size_t i = 0; i <= n; i++) {
        char prefix = i < n ? table[id[i]].prefix : 'O';
        uint32_t type = i < n ? table[id[i]].type : s->outside.type;
        if (chunk_ends(state, prefix, type))
            add(to, &s->types, state->start, place + i, state->type);
        if (chunk_starts(state, prefix, type))
            state->start = place + i;
        state->prefix = prefix;
        state->type = type;
    }
}

/* From the sentence's first tag on. */
static void make_relative(struct entities *m, size_t place)
{
    for (size_t i = 0; i < m->n; i++) {
        m->data[i].start = m->data[i].start > place ? m->data[i].start - place : 0;
        m->data[i].end -= place;
    }
}

void watch_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
{
    struct watch *w = s->watch;
    struct scored *scored = &w->scored;
    scored->record = record;
    scored->n = n;
    scored->n_equal = scored->gold.n = scored->pred.n = 0;
    for (size_t i = 0; i < n; i++)
        scored->n_equal += s->gold[gold[i]].name == s->pred[pred[i]].name;
    if (s->options.tags) {
        add_tags(&scored->gold, &s->names, s->gold, n, gold);
        add_tags(&scored->pred, &s->names, s->pred, n, pred);
    } else if (s->options.strict) {
        add_spans(&scored->gold, &s->types, s->n_gold, s->span);
        add_spans(&scored->pred, &s->types, s->n_pred, s->span + n);
    } else {
        add_chunks(s, &scored->gold, &w->gold_state, s->gold, n, gold);
        add_chunks(s, &scored->pred, &w->pred_state, s->pred, n, pred);
    }
    entities_compare(&scored->gold, &scored->pred);
    if (!s->options.tags && !s->options.strict) {
        make_relative(&scored->gold, w->place);
        make_relative(&scored->pred, w->place);
        w->place += n + 1;
    }
    w->to(w->data, scored);
}

/* ---- copies, while the scheme is not known ---- */

void watch_keep(struct watch *w, const struct record *record)
{
    size_t size = (size_t)(record->bytes.end - record->bytes.data);
    GROW(w->kept, w->room, w->n_kept + 1);
    w->kept[w->n_kept].bytes = xmalloc(size, 1);
    w->kept[w->n_kept].size = size;
    w->kept[w->n_kept].number = record->number;
    memcpy(w->kept[w->n_kept++].bytes, record->bytes.data, size);
}

const struct record *watch_kept(struct watch *w, size_t i)
{
    record_index(&w->record, w->kept[i].number, (struct msg){w->kept[i].bytes, w->kept[i].bytes + w->kept[i].size});
    return &w->record;
}
