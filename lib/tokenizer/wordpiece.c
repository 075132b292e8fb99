/* wordpiece: one chunk of text (a word, or a whole text) into pieces.
 *
 * A chunk goes through four steps. (1) Added tokens that are matched in the raw text are taken out. (2) What lies between them
 * is normalised; each code point keeps its place in the raw text (symbols.h). (3) Added tokens that are matched after
 * normalisation are taken out. (4) The rest is split at white space and punctuation into pre-tokens, and each pre-token is cut:
 * the longest piece of the vocabulary that is its prefix, then the longest one that continues it ("##..."), and so on. If there
 * is none at some place, or the pre-token is too long, all of it is [UNK].
 *
 * Cost: most words are ASCII that no step changes much; a table of 128 bytes maps them (run_simple), without code points. The
 * match hashes each rest of a pre-token once, byte by byte, which gives the hash of every prefix; a bit table tells for most of
 * them that they are not a piece (vocab.c). So a pre-token of n bytes and k pieces costs about k * n steps. The caller keeps
 * results (chunk_cache.h): in running text a few chunks in a hundred come here.
 *
 * Order: the matched text lies in w->text after room for the prefix "##", which is written over bytes that were matched before.
 * So text_room comes first, then the text is written, then match_text, and nothing else may use w->text in between. */
#include "tokenizer/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/added.h"
#include "tokenizer/unicode.h"

struct wordpiece {
    const struct vocab *vocab;
    struct added *added;
    bool cuts_at_blanks;
    char simple[128]; /* see find_simple */
    /* of one chunk */
    struct symbols raw, normal;
    char *text;
    size_t text_size; /* one pre-token, normalised, after room for the prefix */
};

/* Whether a token neither contains a blank nor takes those around it. */
static bool stays_within_a_chunk(const struct vocab *vocab, const struct added_token *token)
{
    struct symbols raw = {0}, normal = {0};
    bool within = !token->lstrip && !token->rstrip;
    for (size_t i = 0; i < token->text.size; i++)
        within = within && !chunk_is_blank(token->text.data[i]);
    if (token->normalized) {
        symbols_decode(token->text, &raw);
        normalize_bert(&vocab->normalizer, raw.data, raw.n, &normal);
        for (size_t i = 0; i < normal.n; i++)
            within = within && normal.data[i].code != ' ';
        free(raw.data);
        free(normal.data);
    }
    return within;
}

/* simple[c]: what the normalizer makes of an ASCII character, if that is one character, not punctuation, and no added token
 * begins with it; else 0. A chunk of simple characters is one pre-token. */
static void find_simple(struct wordpiece *w)
{
    for (uint32_t c = 0; c < sizeof w->simple; c++) {
        uint32_t code[2] = {c};
        if (unicode_class(c)
            & (UNICODE_SPACE | UNICODE_PUNCTUATION | UNICODE_REMOVED | UNICODE_CHINESE | UNICODE_CHANGES | UNICODE_MARK))
            continue;
        if (w->vocab->normalizer.lower)
            unicode_lower(c, code);
        if (!added_may_begin(w->added, false, c) && !added_may_begin(w->added, true, code[0]))
            w->simple[c] = (char)code[0];
    }
}

struct wordpiece *wordpiece_new(const struct vocab *vocab)
{
    struct wordpiece *w = xcalloc(1, sizeof *w);
    w->vocab = vocab;
    w->added = added_new(vocab);
    w->cuts_at_blanks = true; /* the algorithm itself never looks across a blank */
    for (size_t i = 0; i < vocab->n_added; i++)
        w->cuts_at_blanks = w->cuts_at_blanks && stays_within_a_chunk(vocab, &vocab->added[i]);
    find_simple(w);
    return w;
}

void wordpiece_free(struct wordpiece *w)
{
    if (!w)
        return;
    added_free(w->added);
    free(w->raw.data);
    free(w->normal.data);
    free(w->text);
    free(w);
}

bool wordpiece_cuts_at_blanks(const struct wordpiece *w)
{
    return w->cuts_at_blanks;
}

/* ---- one pre-token ---- */

/* Room for a pre-token of n code points. */
static char *text_room(struct wordpiece *w, size_t n)
{
    GROW(w->text, w->text_size, w->vocab->prefix_size + 4 * n);
    return w->text + w->vocab->prefix_size;
}

/* Cut the pre-token of n code points that text_room and the caller have laid down. `s`: where these come from; NULL: one from
 * each byte. */
static void match_text(struct wordpiece *w, size_t size, const struct symbol *s, size_t n, uint32_t word,
                       struct chunk_pieces *out)
{
    const struct vocab *v = w->vocab;
    size_t before = out->n, symbol = 0;
    bool unknown = n > v->max_input_chars;
    char *text = w->text + v->prefix_size;
    for (size_t offset = 0; offset < size && !unknown;) {
        size_t prefix = offset > 0 ? v->prefix_size : 0, matched;
        memcpy(text + offset - prefix, v->prefix, prefix); /* over what was matched already */
        int32_t id = vocab_longest_prefix(v, text + offset - prefix, prefix, prefix + size - offset, &matched);
        if (id < 0) {
            unknown = true;
            break;
        }
        size_t codes = s ? utf8_length(text + offset, matched - prefix) : matched - prefix;
        chunk_push(out, (struct chunk_piece){id, word, s ? s[symbol].start : (uint32_t)symbol,
                                             s ? s[symbol + codes - 1].end : (uint32_t)(symbol + codes)});
        symbol += codes;
        offset += matched - prefix;
    }
    if (unknown) {
        out->n = before;
        chunk_push(out, (struct chunk_piece){v->unk, word, s ? s[0].start : 0, s ? s[n - 1].end : (uint32_t)n});
    }
}

static void match(struct wordpiece *w, const struct symbol *s, size_t n, uint32_t word, struct chunk_pieces *out)
{
    size_t size = symbols_encode(s, n, text_room(w, n));
    match_text(w, size, s, n, word, out);
}

/* ---- one chunk ---- */

/* The short way for a chunk of simple characters, as most are. False, and nothing is done, for any other chunk. */
static bool run_simple(struct wordpiece *w, struct str text, struct chunk_pieces *out)
{
    enum { SIZE_MAX_SIMPLE = 64 }; /* a longer one is rare, and may be a whole text */
    if (text.size == 0 || text.size > SIZE_MAX_SIMPLE)
        return false;
    char *to = text_room(w, text.size);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= sizeof w->simple || !w->simple[c])
            return false;
        to[i] = w->simple[c];
    }
    match_text(w, text.size, NULL, text.size, 0, out);
    out->words = 1;
    out->codes = (uint32_t)text.size;
    return true;
}

/* Split at white space. A punctuation character is a pre-token of its own. */
static void pretokenize(struct wordpiece *w, const struct symbol *s, size_t n, struct chunk_pieces *out)
{
    size_t start = 0;
    for (size_t i = 0; i <= n; i++) {
        unsigned class = i < n ? unicode_class(s[i].code) : UNICODE_SPACE;
        if (!(class & (UNICODE_SPACE | UNICODE_PUNCTUATION)))
            continue;
        if (start < i)
            match(w, s + start, i - start, out->words++, out);
        if (class & UNICODE_PUNCTUATION)
            match(w, s + i, 1, out->words++, out);
        start = i + 1;
    }
}

static void push_added(const struct added_match *m, const struct symbol *s, struct chunk_pieces *out)
{
    chunk_push(out, (struct chunk_piece){m->id, out->words++, s[m->start].start, s[m->end - 1].end});
}

/* A stretch between added tokens of the raw text. */
static void run_stretch(struct wordpiece *w, const struct symbol *raw, size_t n, struct chunk_pieces *out)
{
    struct added_match m;
    size_t done = 0, search = 0;
    normalize_bert(&w->vocab->normalizer, raw, n, &w->normal);
    const struct symbol *s = w->normal.data;
    while (added_find(w->added, true, s, w->normal.n, search, done, &m)) {
        if (done < m.start)
            pretokenize(w, s + done, m.start - done, out);
        push_added(&m, s, out);
        done = m.end;
        search = m.resume;
    }
    pretokenize(w, s + done, w->normal.n - done, out);
}

void wordpiece_chunk(struct wordpiece *w, struct str text, struct chunk_pieces *out)
{
    struct added_match m;
    size_t done = 0, search = 0;
    out->n = out->words = 0;
    if (run_simple(w, text, out))
        return;
    symbols_decode(text, &w->raw);
    const struct symbol *s = w->raw.data;
    out->codes = (uint32_t)w->raw.n;
    while (added_find(w->added, false, s, w->raw.n, search, done, &m)) {
        if (done < m.start)
            run_stretch(w, s + done, m.start - done, out);
        push_added(&m, s, out);
        done = m.end;
        search = m.resume;
    }
    if (done < w->raw.n)
        run_stretch(w, s + done, w->raw.n - done, out);
}
