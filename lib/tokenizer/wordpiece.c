/* wordpiece: one pre-token into pieces.
 *
 * The longest piece of the vocabulary that is its prefix, then the longest one that continues it ("##..."), and so on. If there
 * is none at some place, or the pre-token is too long, all of it is [UNK].
 *
 * Cost: the match hashes each rest of a pre-token once, byte by byte, which gives the hash of every prefix; a bit table tells
 * for most of them that they are not a piece (vocab.c). So a pre-token of n bytes and k pieces costs about k * n steps.
 *
 * Order: the matched text lies in w->text after room for the prefix "##", which is written over bytes that were matched before.
 * So text_room comes first, then the text is written, then match_text, and nothing else may use w->text in between. */
#include "tokenizer/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/vocab.h"

struct wordpiece {
    const struct vocab *vocab;
    char *text;
    size_t text_size; /* one pre-token, after room for the prefix */
};

enum { CHARS_DEFAULT = 100 };

/* Those of a class do not count, but they must be right. */
static void read_options(struct vocab *v, const json_t *model, const char *path)
{
    const char *prefix = jsonfile_text(model, path, "continuing_subword_prefix");
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s: pieces inside a word begin with '%s'; only '##' is known here", path, prefix);
    v->prefix = "##";
    v->prefix_size = 2;
    size_t chars = jsonfile_size(model, path, "max_input_chars_per_word", 1, INT32_MAX, CHARS_DEFAULT);
    v->max_input_chars = v->family ? CHARS_DEFAULT : chars;
}

static void *new_model(const struct vocab *vocab)
{
    struct wordpiece *w = xcalloc(1, sizeof *w);
    w->vocab = vocab;
    return w;
}

static void free_model(void *model)
{
    struct wordpiece *w = model;
    free(w->text);
    free(w);
}

/* Room for a pre-token of n bytes. */
static char *text_room(struct wordpiece *w, size_t n)
{
    GROW(w->text, w->text_size, w->vocab->prefix_size + n);
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

static void cut(void *model, const struct symbol *s, size_t n, uint32_t word, struct chunk_pieces *out)
{
    struct wordpiece *w = model;
    size_t size = symbols_encode(s, n, text_room(w, 4 * n));
    match_text(w, size, s, n, word, out);
}

static void cut_ascii(void *model, const char *text, size_t size, size_t prefix, struct chunk_pieces *out)
{
    (void)prefix;
    memcpy(text_room(model, size), text, size);
    match_text(model, size, NULL, size, 0, out);
}

const struct algorithm wordpiece_algorithm = {"WordPiece", read_options, new_model, free_model, cut, cut_ascii};
