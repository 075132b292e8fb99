/* score_watch: sentence by sentence, the entities that a mode reads. */
#include "score/score_watch.h"

#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"
#include "stream/record.h"

struct score_watch {
    score_watcher *watcher;
    void *data;
    struct score_sentence sentence;
    struct score_chunk gold_state, pred_state;
    size_t position; /* lenient: as in the scorer */
    struct {
        struct msg bytes;
        uint64_t number;
    } * kept;
    size_t n_kept, room;
    struct record record;
};

void scorer_watch(struct scorer *s, score_watcher *watcher, void *data)
{
    s->watch = xcalloc(1, sizeof *s->watch);
    s->watch->watcher = watcher;
    s->watch->data = data;
    s->watch->gold_state = s->watch->pred_state = s->outside;
}

void score_watch_free(struct score_watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_kept; i++)
        msg_copy_free(w->kept[i].bytes);
    free(w->kept);
    free(w->sentence.gold.data);
    free(w->sentence.pred.data);
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

static void add_spans(struct entities *to, const struct intern *types, size_t n, const struct score_span *span)
{
    for (size_t i = 0; i < n; i++)
        add(to, types, span[i].start, span[i].end, span[i].type);
}

/* The chunks that end in a sentence. Starts and ends count over all sentences: in hostile sequences a chunk may end here that
 * started long ago. */
static void add_chunks(const struct scorer *s, struct entities *to, struct score_chunk *state, const struct score_tag *table,
                       size_t n, const int32_t *id)
{
    size_t position = s->watch->position;
    for (size_t i = 0; i <= n; i++) {
        char prefix = i < n ? table[id[i]].prefix : 'O';
        uint32_t type = i < n ? table[id[i]].type : s->outside.type;
        if (score_lenient_ends(state, prefix, type))
            add(to, &s->types, state->start, position + i, state->type);
        if (score_lenient_starts(state, prefix, type))
            state->start = position + i;
        state->prefix = prefix;
        state->type = type;
    }
}

/* Start and end from the sentence's first tag on. */
static void make_relative(struct entities *m, size_t position)
{
    for (size_t i = 0; i < m->n; i++) {
        m->data[i].start = m->data[i].start > position ? m->data[i].start - position : 0;
        m->data[i].end -= position;
    }
}

void score_watch_add(struct scorer *s, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred)
{
    struct score_watch *w = s->watch;
    struct score_sentence *sentence = &w->sentence;
    sentence->record = record;
    sentence->n = n;
    sentence->n_equal = sentence->gold.n = sentence->pred.n = 0;
    for (size_t i = 0; i < n; i++)
        sentence->n_equal += s->gold[gold[i]].name == s->pred[pred[i]].name;
    if (s->options.tags) {
        add_tags(&sentence->gold, &s->names, s->gold, n, gold);
        add_tags(&sentence->pred, &s->names, s->pred, n, pred);
    } else if (s->options.strict) {
        add_spans(&sentence->gold, &s->types, s->n_gold, s->span);
        add_spans(&sentence->pred, &s->types, s->n_pred, s->span + n);
    } else {
        add_chunks(s, &sentence->gold, &w->gold_state, s->gold, n, gold);
        add_chunks(s, &sentence->pred, &w->pred_state, s->pred, n, pred);
    }
    entities_compare(&sentence->gold, &sentence->pred);
    if (!s->options.tags && !s->options.strict) {
        make_relative(&sentence->gold, w->position);
        make_relative(&sentence->pred, w->position);
        w->position += n + 1;
    }
    w->watcher(w->data, sentence);
}

/* ---- copies, while the scheme is not known ---- */

void score_watch_keep(struct score_watch *w, const struct record *record)
{
    GROW(w->kept, w->room, w->n_kept + 1);
    w->kept[w->n_kept].bytes = msg_copy(record->bytes);
    w->kept[w->n_kept++].number = record->number;
}

const struct record *score_watch_kept(struct score_watch *w, size_t i)
{
    record_index(&w->record, w->kept[i].number, w->kept[i].bytes);
    return &w->record;
}
