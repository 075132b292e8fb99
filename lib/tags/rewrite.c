/* rewrite: the tags of a field in another scheme, and with other types. */
#include "tags/rewrite.h"

#include <stdlib.h>

#include "stream/fields.h"
#include "tags/labels.h"

enum { STAYS, N_ROLES = sizeof SCHEME_ROLES }; /* columns of id */

const char *rewrite_misfit(const struct label_set *labels, enum scheme from)
{
    struct tag tag;
    for (size_t i = 0; i < labels->n; i++)
        if (!scheme_parse(from, str_of(labels->name[i]), &tag))
            return labels->name[i];
    return NULL;
}

/* ---- the labels that come out ---- */

static int32_t add_name(struct rewriter *w, struct tag tag, struct buffer *name)
{
    name->n = 0;
    tag_add(name, tag);
    return (int32_t)intern_add(&w->names, (struct str){name->data, name->n});
}

/* A label's tag, and what becomes of it; returns whether that is O. Of a label that is no tag the name counts as its type,
 * and its new name stands in mapped.type, with the prefix 0. */
static bool parse(struct rewriter *w, const struct rewrite_options *o, size_t i, bool has_scheme, struct intern *types)
{
    struct str name = str_of(w->labels->name[i]);
    struct tag *tag = &w->tag[i], *mapped = &w->mapped[i], fits;
    bool is_tag = labels_is_tag(w->labels->name[i], has_scheme, tag);
    *mapped = *tag;
    if (is_tag && tag->prefix == 'O')
        return false;
    struct str type = is_tag ? tag->type : name, now = o->map ? type_map_of(o->map, type) : type;
    bool drops = str_is(now, "O");
    intern_add(types, type);
    if (is_tag ? !scheme_parse(w->from, name, &fits) : o->to >= 0 && !drops)
        die("the label '%s' of %s is not a tag of %s; see --from", w->labels->name[i], w->labels->field, scheme_name(w->from));
    if (!is_tag) {
        *tag = TAG_OUTSIDE;
        *mapped = (struct tag){.type = now};
    } else if (drops)
        *mapped = TAG_OUTSIDE;
    else if (now.data != type.data) {
        char *rest = xasprintf("-%.*s", (int)now.size, now.data);
        size_t k = intern_add(&w->rests, str_of(rest));
        free(rest);
        mapped->rest = str_of(w->rests.name[k]);
        mapped->type = (struct str){mapped->rest.data + 1, now.size};
    }
    return drops;
}

/* The labels of one that goes in: as it is, or all of its type. */
static void add_labels(struct rewriter *w, size_t i, bool all, struct buffer *name)
{
    struct tag tag = w->tag[i], mapped = w->mapped[i];
    int32_t *id = w->id + i * N_ROLES;
    if (mapped.prefix == 0)
        id[STAYS] = (int32_t)intern_add(&w->names, mapped.type);
    else if (mapped.prefix == 'O')
        id[STAYS] = add_name(w, TAG_OUTSIDE, name);
    for (size_t k = 1; tag.prefix != 'O' && mapped.prefix != 'O' && k < N_ROLES; k++) {
        mapped.prefix = scheme_letter(w->to, SCHEME_ROLES[k - 1]);
        bool is_own = mapped.prefix == tag.prefix;
        if (mapped.prefix && (all || is_own))
            id[k] = add_name(w, mapped, name);
        if (is_own)
            id[STAYS] = id[k];
    }
}

struct rewriter rewriter_new(const struct label_set *labels, const struct rewrite_options *o)
{
    struct rewriter w = {
        .labels = labels, .tag = xcalloc(labels->n, sizeof *w.tag), .mapped = xcalloc(labels->n, sizeof *w.mapped)};
    struct intern types = {0};
    struct buffer name = {0};
    bool has_scheme = labels_have_scheme(labels), drops = false;
    w.id = xmalloc(labels->n, N_ROLES * sizeof *w.id);
    memset(w.id, 0xff, labels->n * N_ROLES * sizeof *w.id); /* -1: there is none */
    w.from = o->from < 0 ? scheme_guess(labels) : (enum scheme)o->from;
    w.to = o->to < 0 ? w.from : (enum scheme)o->to;
    for (size_t i = 0; i < labels->n; i++)
        drops = parse(&w, o, i, has_scheme, &types) || drops;
    if (o->map)
        type_map_check(o->map, labels->field, &types);
    intern_free(&types);
    if (drops && label_set_find(labels, str_of("O")) < 0)
        add_name(&w, TAG_OUTSIDE, &name);
    bool converts = w.to != w.from;
    for (size_t i = 0; i < labels->n; i++)
        add_labels(&w, i, converts, &name);
    /* Where O comes between entities, or a type gets another's neighbours, other tags of the type can be needed. */
    for (size_t i = 0; !converts && i < labels->n && (o->repairs || w.from == IOB1 || w.from == IOE1); i++)
        add_labels(&w, i, true, &name);
    free(name.data);
    w.out = (struct label_set){labels->field, w.names.n, w.names.name};
    return w;
}

/* ---- one record ---- */

static void show_invalid(struct rewriter *w, const struct record *record, size_t n, size_t shown)
{
    char text[SCHEME_TEXT_SIZE];
    for (size_t i = 0; i < w->invalid.n && shown < SCHEME_SHOWN; i++, shown++)
        warn("%s: %s[%zu]: %s", record_name(record), w->labels->field, w->invalid.data[i].position,
             scheme_transition_text(text, w->from, n, w->now, w->invalid.data[i]));
}

void rewriter_record(struct rewriter *w, const struct record *record, size_t n, int32_t *id)
{
    GROW(w->now, w->now_room, n);
    GROW(w->begins, w->begins_room, n);
    GROW(w->done, w->done_room, n);
    for (size_t i = 0; i < n; i++)
        w->now[i] = id[i] == LABEL_NONE ? TAG_OUTSIDE : w->tag[id[i]];
    size_t found = scheme_convert(w->from, IOB2, n, w->now, w->begins, &w->invalid);
    show_invalid(w, record, n, w->n_invalid);
    w->n_invalid += found;
    for (size_t i = 0; i < n; i++) {
        char prefix = w->begins[i].prefix;
        if (prefix != 'O')
            w->begins[i] = w->mapped[id[i]];
        if (w->begins[i].prefix != 'O')
            w->begins[i].prefix = prefix;
    }
    scheme_convert(IOB2, w->to, n, w->begins, w->done, NULL);
    for (size_t i = 0; i < n; i++) {
        char role = scheme_role(w->done[i].prefix);
        size_t column = role ? 1 + (size_t)(strchr(SCHEME_ROLES, role) - SCHEME_ROLES) : STAYS;
        if (id[i] == LABEL_NONE)
            continue;
        const int32_t *becomes = w->id + (size_t)id[i] * N_ROLES;
        id[i] = becomes[column] >= 0 ? becomes[column] : becomes[STAYS]; /* the latter only in an invalid transition */
    }
}

void rewriter_free(struct rewriter *w)
{
    intern_free(&w->names);
    intern_free(&w->rests);
    free(w->tag);
    free(w->mapped);
    free(w->id);
    free(w->invalid.data);
    free(w->now);
    free(w->begins);
    free(w->done);
}

void rewrite_finish(size_t n_invalid, bool repairs)
{
    const char *s = n_invalid > 1 ? "s" : "";
    if (n_invalid && !repairs)
        die("%zu invalid transition%s; --repair begins a new entity at each, as conlleval does", n_invalid, s);
    if (n_invalid)
        warn("%zu invalid transition%s repaired", n_invalid, s);
}
