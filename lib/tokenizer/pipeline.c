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

/* What the normalizer makes of an ASCII character, if that is one of ASCII, no added token begins with it, and its kind is known;
 * else 0. Of the others a run of one kind is a pre-token. */
struct pipeline_simple {
    char code;
    bool alone;    /* each is a pre-token */
    uint32_t kind; /* of all steps */
};

struct pipeline {
    const struct vocab *vocab;
    const struct algorithm *algorithm;
    void *model;
    struct added *added;
    enum pipeline_cuts cuts;
    bool needs_place;
    struct pipeline_simple simple[128];
    const struct pretokenize_step *blank; /* that says what the space before simple characters becomes; NULL: none does */
    bool space_is_simple;                 /* it comes to that step as it is */
    bool blank_is_trimmed;                /* what it becomes does not belong to a piece's place */
    const struct normalize_step **asking; /* the steps that have cuts_at */
    size_t n_asking;
    struct str *crossing;
    size_t n_crossing;        /* texts with one of these tokens are not cut */
    char crossing_first[256]; /* the bytes that they begin with, and a NUL */
    /* of one chunk */
    struct pipeline_place place;
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

/* Of those at the ends of a piece, for ByteLevel's process_offsets. */
static bool is_blank(uint32_t code)
{
    return code == PRETOKENIZE_BYTELEVEL_BLANK || (unicode_class(code) & UNICODE_SPACE);
}

/* Whether what a normalizer makes of a space before a letter is that. */
static bool keeps_space(struct pipeline *p)
{
    normalize_run(&p->vocab->normalizer, (struct symbol[]){{' ', 0, 1}, {'a', 1, 2}}, 2, &p->normal, &p->spare);
    return p->normal.n == 2 && p->normal.data[0].code == ' ';
}

/* Whether an added token may begin with a character, as it is or as the normalizer leaves it. */
static bool begins_added(const struct pipeline *p, uint32_t raw, uint32_t normal)
{
    return added_may_begin(p->added, false, raw) || added_may_begin(p->added, true, normal);
}

/* What comes before the step that puts blanks must not split. */
static bool find_kind(const struct pipeline *p, uint32_t code, struct pipeline_simple *simple)
{
    enum { KINDS = 8, STEPS_MAX = 10 };
    const struct pretokenizer *t = &p->vocab->pretokenizer;
    for (size_t i = 0; i < t->n; i++) {
        const struct pretokenize_step *step = &t->step[i];
        enum pretokenize_kind kind = step->kind ? step->kind(step->options, code) : PRETOKENIZE_UNKNOWN;
        if (kind == PRETOKENIZE_UNKNOWN || (kind != PRETOKENIZE_LETTER && p->blank > step))
            return false;
        simple->alone = simple->alone || kind == PRETOKENIZE_ALONE;
        simple->kind = simple->kind * KINDS + kind;
    }
    return t->n > 0 && t->n <= STEPS_MAX;
}

static void find_simple(struct pipeline *p)
{
    const struct vocab *v = p->vocab;
    const struct pretokenizer *t = &v->pretokenizer;
    bool known = true;
    for (size_t i = 0; i < v->normalizer.n; i++)
        known = known && v->normalizer.step[i].alone;
    for (size_t i = 0; i < t->n; i++)
        if (t->step[i].blank_size) {
            p->blank = &t->step[i];
            known = known && i + 1 == t->n && (!v->trims || vocab_find_piece(v, p->blank->blank, p->blank->blank_size) >= 0);
            p->space_is_simple = t->n == 1 && keeps_space(p) && !begins_added(p, ' ', ' ');
            uint32_t code;
            utf8_decode(p->blank->blank, &code);
            p->blank_is_trimmed = is_blank(code);
        }
    for (uint32_t c = 1; known && c < sizeof p->simple / sizeof *p->simple; c++) {
        struct pipeline_simple *simple = &p->simple[c];
        normalize_run(&v->normalizer, &(struct symbol){c, 0, 1}, 1, &p->normal, &p->spare);
        uint32_t code = p->normal.n == 1 ? p->normal.data[0].code : 0;
        if (code && code < sizeof p->simple / sizeof *p->simple && find_kind(p, code, simple) && !begins_added(p, c, code))
            simple->code = (char)code;
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

enum pipeline_cuts pipeline_cuts(const struct pipeline *p, struct str text)
{
    if (has_crossing(p, text))
        return PIPELINE_WHOLE;
    return p->cuts == PIPELINE_WHOLE || !pipeline_cuts_at(p, text, 0, 0) ? PIPELINE_WHOLE : p->cuts;
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

/* ---- places without blanks: process_offsets of ByteLevel ---- */

struct blanks {
    uint32_t before, after;
};

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

/* ---- the short way ---- */

/* The same as trim_pieces, mostly without a look at the pieces: only the first one has a blank. */
static void trim_simple(struct pipeline *p, size_t blank_size, struct chunk_pieces *out)
{
    bool known = true;
    for (size_t i = 0; i < out->n; i++)
        known = known && out->data[i].id != p->vocab->unknown && out->data[i].id != p->vocab->unk;
    if (!known)
        trim_pieces(p, 0, out);
    else if (blank_size && out->n && p->blank_is_trimmed) {
        size_t n = out->n;
        uint32_t after = out->data[0].end == 1 && p->vocab->piece[out->data[0].id].size == blank_size;
        out->n = 1;
        trim(p, out, (struct blanks){1, after});
        out->n = n;
    }
}

/* For a chunk of simple characters, as most are, after one space or none. False, and nothing is done, for any other chunk. */
static bool run_simple(struct pipeline *p, struct str text, struct chunk_pieces *out)
{
    enum { SIZE_MAX_SIMPLE = 64 }; /* a longer one is rare, and may be a whole text */
    bool space = text.size > 0 && text.data[0] == ' ' && p->space_is_simple;
    size_t blank_size = p->blank && (space || p->blank->prepends) ? p->blank->blank_size : 0, n = text.size - space;
    char room[sizeof p->blank->blank + SIZE_MAX_SIMPLE], *to = room + blank_size;
    const struct pipeline_simple *of[SIZE_MAX_SIMPLE];
    if (n == 0 || n > SIZE_MAX_SIMPLE)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text.data[space + i];
        if (c >= 0x80 || !p->simple[c].code)
            return false;
        of[i] = &p->simple[c];
        to[i] = of[i]->code;
    }
    if (blank_size)
        memcpy(room, p->blank->blank, blank_size);
    for (size_t i = 0, end, prefix = blank_size; i < n; i = end, prefix = 0) {
        for (end = i + 1; end < n && of[end]->kind == of[i]->kind && !of[i]->alone;)
            end++;
        struct places from = {.prefix = prefix, .place = (uint32_t)(space + i)};
        p->algorithm->cut(p->model, (struct str){to + i - prefix, end - i + prefix}, from, out->words++, out);
    }
    out->codes = (uint32_t)text.size;
    if (p->vocab->trims)
        trim_simple(p, blank_size, out);
    return true;
}

/* ---- any chunk ---- */

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
    p->place = place;
    if (run_simple(p, text, out))
        return;
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
