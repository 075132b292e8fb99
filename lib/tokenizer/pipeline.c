/* pipeline: what the tokenizers package does with a text, step by step.
 *
 * (1) Added tokens that are matched in the raw text are taken out. (2) What lies between them is normalised; each code point
 * keeps its place in the raw text (symbols.h). (3) Added tokens that are matched after normalisation are taken out. (4) The rest
 * is split into pre-tokens. (5) The algorithm cuts each pre-token into pieces. (6) Where the post-processor says so, blanks at
 * the ends of a piece do not belong to its place.
 *
 * Cost: most words are ASCII that no step changes much, and have a short way (ascii.h). The caller keeps results (chunk_cache.h):
 * in running text a few chunks in a hundred come here. */
#define _GNU_SOURCE /* memmem */
#include "tokenizer/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/added.h"
#include "tokenizer/ascii.h"
#include "tokenizer/trim.h"

struct pipeline {
    const struct vocab *vocab;
    const struct algorithm *algorithm;
    void *model;
    struct added *added;
    struct ascii *ascii;
    enum pipeline_cuts cuts;
    bool needs_place;
    const struct normalize_step **asking; /* the steps that have cuts_at */
    size_t n_asking;
    struct str *crossing;
    size_t n_crossing;        /* texts with one of these tokens are not cut */
    char crossing_first[256]; /* the bytes that they begin with, and a NUL */
    /* of one chunk */
    struct chunk_place place;
    struct symbols raw, normal, spare;
    struct pretokens pre[2];
    char *text; /* a pre-token in UTF-8 */
    size_t text_room;
};

/* ---- what can be said before any text ---- */

/* Whether a token neither contains a blank nor takes those around it; where chunks begin with their blanks it may take those on
 * its left. */
static bool stays_within_a_chunk(struct pipeline *p, const struct added_token *token)
{
    bool within = !token->rstrip && (!token->lstrip || p->cuts != PIPELINE_AT_BLANKS);
    for (size_t i = 0; i < token->text.size; i++)
        within = within && !chunk_is_blank(token->text.data[i]);
    if (token->normalized) {
        symbols_decode(token->text, &p->raw);
        normalize_run(&p->vocab->normalizer, p->raw.data, p->raw.n, &p->normal, &p->spare);
        for (size_t i = 0; i < p->normal.n; i++)
            within = within && p->normal.data[i].code != ' ';
    }
    return within;
}

static void add_crossing(struct pipeline *p, struct str text)
{
    p->crossing[p->n_crossing++] = text;
    if (!strchr(p->crossing_first, text.data[0]))
        p->crossing_first[strlen(p->crossing_first)] = text.data[0];
}

/* Tokens that are matched in the raw text are looked for before a text is cut, those that would be cut and, if the normalizer
 * asks where it is, all: it begins anew behind each of them. */
static bool are_found_before(struct pipeline *p)
{
    const struct vocab *v = p->vocab;
    p->crossing = xcalloc(v->n_added + 1, sizeof *p->crossing);
    for (size_t i = 0; i < v->n_added; i++) {
        bool within = stays_within_a_chunk(p, &v->added[i]);
        if (v->added[i].normalized && !within)
            return false;
        if (!v->added[i].normalized && (!within || p->n_asking))
            add_crossing(p, v->added[i].text);
    }
    return true;
}

/* The first step that does something with blanks decides: the later ones get the stretches that it makes. */
static enum pretokenize_blanks blanks_of(const struct pretokenizer *pretokenizer)
{
    for (size_t i = 0; i < pretokenizer->n; i++)
        if (pretokenizer->step[i].blanks != PRETOKENIZE_NEUTRAL)
            return pretokenizer->step[i].blanks;
    return PRETOKENIZE_ANYWHERE;
}

static void find_cuts(struct pipeline *p)
{
    const struct vocab *v = p->vocab;
    enum pretokenize_blanks blanks = blanks_of(&v->pretokenizer);
    bool within = blanks != PRETOKENIZE_ANYWHERE;
    p->asking = xcalloc(v->normalizer.n + 1, sizeof *p->asking);
    p->cuts = blanks == PRETOKENIZE_BETWEEN ? PIPELINE_AT_BLANKS : PIPELINE_BEFORE_BLANKS;
    for (size_t i = 0; i < v->normalizer.n; i++) {
        const struct normalize_step *step = &v->normalizer.step[i];
        within = within && step->within;
        if (step->cuts_at)
            p->asking[p->n_asking++] = step;
        if (step->removes && p->cuts == PIPELINE_BEFORE_BLANKS)
            p->cuts = PIPELINE_AFTER_ASCII;
    }
    if (!within || !are_found_before(p))
        p->cuts = PIPELINE_WHOLE;
    p->needs_place = v->trims;
    for (size_t i = 0; i < v->pretokenizer.n; i++)
        p->needs_place = p->needs_place || v->pretokenizer.step[i].needs_start;
}

struct pipeline *pipeline_new(const struct vocab *vocab)
{
    struct pipeline *p = xcalloc(1, sizeof *p);
    p->vocab = vocab;
    p->algorithm = vocab->algorithm;
    p->model = p->algorithm->new (vocab);
    p->added = added_new(vocab);
    find_cuts(p);
    p->ascii = ascii_new(vocab, p->added);
    return p;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    p->algorithm->free(p->model);
    added_free(p->added);
    ascii_free(p->ascii);
    free(p->crossing);
    free(p->asking);
    free(p->raw.data);
    free(p->normal.data);
    free(p->spare.data);
    pretokenize_free_tokens(&p->pre[0]);
    pretokenize_free_tokens(&p->pre[1]);
    free(p->text);
    free(p);
}

/* Mostly one byte begins all of the tokens, and no text has it. */
static bool has_crossing(const struct pipeline *p, struct str text)
{
    bool may = false;
    for (const char *c = p->crossing_first; *c && !may; c++)
        may = memchr(text.data, *c, text.size);
    for (size_t i = 0; may && i < p->n_crossing; i++)
        if (memmem(text.data, text.size, p->crossing[i].data, p->crossing[i].size))
            return true;
    return false;
}

enum pipeline_cuts pipeline_cuts(const struct pipeline *p, struct str text, bool *asks)
{
    *asks = false;
    if (p->cuts == PIPELINE_WHOLE || has_crossing(p, text))
        return PIPELINE_WHOLE;
    for (size_t i = 0; i < p->n_asking; i++) {
        enum normalize_cuts cuts = p->asking[i]->cuts(p->asking[i]->options, text);
        if (cuts == NORMALIZE_CUTS_NOWHERE)
            return PIPELINE_WHOLE;
        *asks = *asks || cuts == NORMALIZE_CUTS_ASK;
    }
    return p->cuts;
}

bool pipeline_asks(const struct pipeline *p)
{
    return p->n_asking > 0;
}

bool pipeline_cuts_at(const struct pipeline *p, struct str text, size_t start, size_t end)
{
    for (size_t i = 0; i < p->n_asking; i++)
        if (!p->asking[i]->cuts_at(p->asking[i]->options, text, start, end))
            return false;
    return true;
}

bool pipeline_needs_place(const struct pipeline *p)
{
    return p->needs_place;
}

/* ---- one chunk ---- */

/* A stretch without added tokens. */
static void run_rest(struct pipeline *p, const struct symbol *s, size_t n, struct chunk_pieces *out)
{
    struct pretokens *pre = &p->pre[0];
    size_t before = out->n;
    pretokenize_run(&p->vocab->pretokenizer, s, n, p->place.at_start, pre, &p->pre[1]);
    GROW(p->text, p->text_room, 4 * pre->text.n);
    for (size_t i = 0, start = 0; i < pre->n; start = pre->end[i++]) {
        const struct symbol *first = pre->text.data + start;
        struct str text = {p->text, symbols_encode(first, pre->end[i] - start, p->text)};
        p->algorithm->cut(p->model, text, places_of_symbols(first), out->words++, out);
    }
    if (p->vocab->trims)
        trim_pieces(p->vocab, p->place, out, before, pre->text.data, &p->spare);
}

static void push_added(struct pipeline *p, const struct added_match *m, const struct symbol *s, struct chunk_pieces *out)
{
    chunk_push(out, (struct chunk_piece){m->id, out->words++, s[m->start].start, s[m->end - 1].end});
    if (p->vocab->trims)
        trim_piece(p->vocab, p->place, out, out->n - 1, trim_count(s + m->start, m->end - m->start));
}

/* A stretch between added tokens of the raw text. */
static void run_stretch(struct pipeline *p, const struct symbol *raw, size_t n, struct chunk_pieces *out)
{
    struct added_match m;
    size_t done = 0, search = 0;
    normalize_run(&p->vocab->normalizer, raw, n, &p->normal, &p->spare);
    const struct symbol *s = p->normal.data;
    while (added_find(p->added, true, s, p->normal.n, search, done, &m)) {
        if (done < m.start)
            run_rest(p, s + done, m.start - done, out);
        push_added(p, &m, s, out);
        done = m.end;
        search = m.resume;
    }
    run_rest(p, s + done, p->normal.n - done, out);
}

void pipeline_chunk(struct pipeline *p, struct str text, struct chunk_place place, struct chunk_pieces *out)
{
    struct added_match m;
    size_t done = 0, search = 0;
    out->n = out->words = 0;
    p->place = place;
    if (ascii_run(p->ascii, p->model, text, place, out))
        return;
    out->n = out->words = 0;
    symbols_decode(text, &p->raw);
    const struct symbol *s = p->raw.data;
    out->codes = (uint32_t)p->raw.n;
    while (added_find(p->added, false, s, p->raw.n, search, done, &m)) {
        if (done < m.start)
            run_stretch(p, s + done, m.start - done, out);
        push_added(p, &m, s, out);
        done = m.end;
        search = m.resume;
    }
    if (done < p->raw.n)
        run_stretch(p, s + done, p->raw.n - done, out);
}
