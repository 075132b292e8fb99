/* entities: the entities of one text, gold against predicted. */
#include "tags/entities.h"

#include "stream/record.h"

struct entity *entities_add(struct entities *e, size_t start, size_t end, struct str type, double score)
{
    GROW(e->data, e->room, e->n + 1);
    e->data[e->n] = (struct entity){.start = start, .end = end, .type = type, .score = score};
    return &e->data[e->n++];
}

static bool overlap(const struct entity *a, const struct entity *b)
{
    return (a->start < b->end && b->start < a->end) || a->start == b->start; /* a word may be empty */
}

static bool same_extent(const struct entity *a, const struct entity *b)
{
    return a->start == b->start && a->end == b->end;
}

/* Both lists are in order: those that end before an entity begins, or ends, are passed once. */
static void judge(struct entities *of, const struct entities *against, enum entity_error alone)
{
    for (size_t i = 0, k = 0, e = 0; i < of->n; i++) {
        struct entity *m = &of->data[i];
        while (k < against->n && against->data[k].end <= m->start && against->data[k].start < m->start)
            k++;
        while (e < against->n && against->data[e].end < m->end)
            e++;
        size_t exact = e;
        while (exact < against->n && against->data[exact].end == m->end && !same_extent(&against->data[exact], m))
            exact++;
        bool found = exact < against->n && same_extent(&against->data[exact], m);
        m->other = found ? exact : k < against->n && overlap(&against->data[k], m) ? k : SIZE_MAX;
        m->error = m->other == SIZE_MAX                            ? alone
                   : !found                                        ? ENTITY_BOUNDARY
                   : str_equal(against->data[exact].type, m->type) ? ENTITY_RIGHT
                                                                   : ENTITY_TYPE;
    }
}

void entities_compare(struct entities *gold, struct entities *pred)
{
    judge(gold, pred, ENTITY_MISSED);
    judge(pred, gold, ENTITY_SPURIOUS);
}

struct entities_map entities_map_read(const struct record *record, size_t number, struct msg element)
{
    struct entities_map map = {.type = {0}};
    const struct {
        const char *key;
        struct msg *value;
    } known[] = {
        {"entity_group", &map.type},     {"entity", &map.label},
        {"score", &map.score},           {"word", &map.word},
        {"start", &map.start},           {"end", &map.end},
        {"start_byte", &map.start_byte}, {"end_byte", &map.end_byte},
        {"start_word", &map.start_word}, {"end_word", &map.end_word},
    };
    size_t n;
    if (!msg_map(&element, &n))
        record_die(record, "entities[%zu] is not a map", number);
    for (; n > 0; n--) {
        struct str name;
        if (!msg_str(&element, &name))
            record_die(record, "entities[%zu] has a key that is not a string", number);
        struct msg value = msg_value(&element);
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (str_is(name, known[k].key))
                *known[k].value = value;
    }
    if (!map.type.data)
        map.type = map.label;
    return map;
}
