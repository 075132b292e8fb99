/* pipeline: what the tokenizers package does with a text, step by step.
 *
 * (1) Added tokens that are matched in the raw text are taken out. (2) What lies between them is normalised; each code point
 * keeps its place in the raw text (symbols.h). (3) Added tokens that are matched after normalisation are taken out. (4) The rest
 * is split into pre-tokens. (5) The algorithm cuts each pre-token into pieces. (6) Where the post-processor says so, blanks at
 * the ends of a piece do not belong to its place.
 *
 * Cost: most words are ASCII that no step changes much; a table of 128 bytes maps them (run_simple), without code points. The
 * caller keeps results (chunk_cache.h): in running text a few chunks in a hundred come here. */
#define _GNU_SOURCE /* memmem */
#include "tokenizer/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/added.h"
#include "tokenizer/pretokenize_bytelevel.h"
#include "tokenizer/unicode.h"

struct pipeline {
    const struct vocab *vocab;
    const struct algorithm *algorithm;
    void *model;
    struct added *added;
    enum pipeline_cuts cuts;
    bool needs_place;
    char simple[128]; /* see find_simple */
    char prefix[4];   /* of a chunk of simple characters */
    size_t prefix_size;
    bool asks; /* a step of the normalizer has cuts_at */
    struct str *crossing;
    size_t n_crossing; /* texts with one of these tokens are not cut */
    /* of one chunk */
    struct pipeline_place place;
    struct symbols raw, normal, spare;
    struct pretokens pre[2];
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
        if (!v->added[i].normalized && (!within || p->asks))
            p->crossing[p->n_crossing++] = v->added[i].text;
    }
    return true;
}

static void find_cuts(struct pipeline *p)
{
    const struct vocab *v = p->vocab;
    enum pretokenize_blanks blanks = v->pretokenizer.n ? v->pretokenizer.step[0].blanks : PRETOKENIZE_ANYWHERE;
    bool within = blanks != PRETOKENIZE_ANYWHERE;
    p->cuts = blanks == PRETOKENIZE_BETWEEN ? PIPELINE_AT_BLANKS : PIPELINE_BEFORE_BLANKS;
    for (size_t i = 0; i < v->normalizer.n; i++) {
        const struct normalize_step *step = &v->normalizer.step[i];
        within = within && step->within;
        p->asks = p->asks || step->cuts_at;
        if (step->removes && p->cuts == PIPELINE_BEFORE_BLANKS)
            p->cuts = PIPELINE_AFTER_ASCII;
    }
    if (!within || !are_found_before(p))
        p->cuts = PIPELINE_WHOLE;
    p->needs_place = v->trims;
    for (size_t i = 0; i < v->pretokenizer.n; i++)
        p->needs_place = p->needs_place || v->pretokenizer.step[i].needs_start;
}

/* Whether all steps of the pre-tokenizer leave an ASCII character as it is, and with its neighbours. */
static bool joins(const struct pretokenizer *pretokenizer, uint32_t code)
{
    for (size_t i = 0; i < pretokenizer->n; i++) {
        const struct pretokenize_step *step = &pretokenizer->step[i];
        if (!step->joins || !step->joins(step->options, code))
            return false;
    }
    return pretokenizer->n > 0;
}

/* simple[c]: what the normalizer makes of an ASCII character, if that is one character, which the pre-tokenizer does not split
 * off, and no added token begins with it; else 0. A chunk of simple characters is one pre-token. */
static void find_simple(struct pipeline *p)
{
    const struct vocab *v = p->vocab;
    bool known = p->algorithm->cut_ascii;
    for (size_t i = 0; i < v->normalizer.n; i++)
        known = known && v->normalizer.step[i].alone;
    for (size_t i = 0; i < v->pretokenizer.n; i++) {
        const struct pretokenize_step *step = &v->pretokenizer.step[i];
        known = known && (p->prefix_size == 0 || step->prefix_size == 0);
        if (step->prefix_size) {
            memcpy(p->prefix, step->prefix, step->prefix_size);
            p->prefix_size = step->prefix_size;
        }
    }
    for (uint32_t c = 1; known && c < sizeof p->simple; c++) {
        normalize_run(&v->normalizer, &(struct symbol){c, 0, 1}, 1, &p->normal, &p->spare);
        uint32_t code = p->normal.n == 1 ? p->normal.data[0].code : 0;
        if (code && code < sizeof p->simple && joins(&v->pretokenizer, code) && !added_may_begin(p->added, false, c)
            && !added_may_begin(p->added, true, code))
            p->simple[c] = (char)code;
    }
}

struct pipeline *pipeline_new(const struct vocab *vocab)
{
    struct pipeline *p = xcalloc(1, sizeof *p);
    p->vocab = vocab;
    p->algorithm = vocab->algorithm;
    p->model = p->algorithm->new (vocab);
    p->added = added_new(vocab);
    find_cuts(p);
    find_simple(p);
    return p;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    p->algorithm->free(p->model);
    added_free(p->added);
    free(p->crossing);
    free(p->raw.data);
    free(p->normal.data);
    free(p->spare.data);
    pretokenize_free_tokens(&p->pre[0]);
    pretokenize_free_tokens(&p->pre[1]);
    free(p);
}

enum pipeline_cuts pipeline_cuts(const struct pipeline *p, struct str text)
{
    for (size_t i = 0; i < p->n_crossing; i++)
        if (memmem(text.data, text.size, p->crossing[i].data, p->crossing[i].size))
            return PIPELINE_WHOLE;
    return p->cuts == PIPELINE_WHOLE || !pipeline_cuts_at(p, text, 0, 0) ? PIPELINE_WHOLE : p->cuts;
}

bool pipeline_asks(const struct pipeline *p)
{
    return p->asks;
}

bool pipeline_cuts_at(const struct pipeline *p, struct str text, size_t start, size_t end)
{
    const struct normalizer *z = &p->vocab->normalizer;
    for (size_t i = 0; p->asks && i < z->n; i++)
        if (z->step[i].cuts_at && !z->step[i].cuts_at(z->step[i].options, text, start, end))
            return false;
    return true;
}

bool pipeline_needs_place(const struct pipeline *p)
{
    return p->needs_place;
}

/* ---- one chunk ---- */

/* The short way for a chunk of simple characters, as most are. False, and nothing is done, for any other chunk. */
static bool run_simple(struct pipeline *p, struct str text, struct chunk_pieces *out)
{
    enum { SIZE_MAX_SIMPLE = 64 }; /* a longer one is rare, and may be a whole text */
    char room[sizeof p->prefix + SIZE_MAX_SIMPLE], *to = room + p->prefix_size;
    if (text.size == 0 || text.size > SIZE_MAX_SIMPLE)
        return false;
    memcpy(room, p->prefix, sizeof p->prefix);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= sizeof p->simple || !p->simple[c])
            return false;
        to[i] = p->simple[c];
    }
    p->algorithm->cut_ascii(p->model, room, p->prefix_size + text.size, p->prefix_size, out);
    out->words = 1;
    out->codes = (uint32_t)text.size;
    return true;
}

/* ---- places without blanks: process_offsets of ByteLevel ---- */

struct blanks {
    uint32_t before, after;
};

static bool is_blank(uint32_t code)
{
    return code == PRETOKENIZE_BYTELEVEL_BLANK || (unicode_class(code) & UNICODE_SPACE);
}

static struct blanks count_blanks(const struct symbol *s, size_t n)
{
    struct blanks count = {0};
    while (count.before < n && is_blank(s[count.before].code))
        count.before++;
    while (count.after < n && is_blank(s[n - 1 - count.after].code))
        count.after++;
    return count;
}

/* Of the last piece. At the beginning of a sentence, or of a word, a single blank is taken for one that was put there, which has
 * no place of its own. */
static void trim(struct pipeline *p, struct chunk_pieces *out, struct blanks count)
{
    struct chunk_piece *piece = &out->data[out->n - 1];
    bool first = (p->place.is_first && out->n == 1) || (p->place.at_start && piece->start == 0);
    if (count.before == 1 && first && p->vocab->trims_prefix)
        count.before = 0;
    piece->start = piece->start + count.before < piece->end ? piece->start + count.before : piece->end;
    if (count.after && piece->end >= count.after)
        piece->end = piece->end - count.after > piece->start ? piece->end - count.after : piece->start;
}

static void trim_pieces(struct pipeline *p, size_t from, struct chunk_pieces *out)
{
    size_t n = out->n;
    for (out->n = from; out->n++ < n;) {
        symbols_decode(p->vocab->piece[out->data[out->n - 1].id], &p->spare);
        trim(p, out, count_blanks(p->spare.data, p->spare.n));
    }
    out->n = n;
}

/* A stretch without added tokens. */
static void run_rest(struct pipeline *p, const struct symbol *s, size_t n, struct chunk_pieces *out)
{
    struct pretokens *pre = &p->pre[0];
    size_t before = out->n;
    pretokenize_run(&p->vocab->pretokenizer, s, n, p->place.at_start, pre, &p->pre[1]);
    for (size_t i = 0, start = 0; i < pre->n; start = pre->end[i++])
        p->algorithm->cut(p->model, pre->text.data + start, pre->end[i] - start, out->words++, out);
    if (p->vocab->trims)
        trim_pieces(p, before, out);
}

static void push_added(struct pipeline *p, const struct added_match *m, const struct symbol *s, struct chunk_pieces *out)
{
    chunk_push(out, (struct chunk_piece){m->id, out->words++, s[m->start].start, s[m->end - 1].end});
    if (p->vocab->trims)
        trim(p, out, count_blanks(s + m->start, m->end - m->start));
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

void pipeline_chunk(struct pipeline *p, struct str text, struct pipeline_place place, struct chunk_pieces *out)
{
    struct added_match m;
    size_t done = 0, search = 0;
    out->n = out->words = 0;
    if (run_simple(p, text, out))
        return;
    p->place = place;
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
