/* wordpiece: one pre-token into pieces.
 *
 * The longest piece of the vocabulary that is its prefix, then the longest one that continues it ("##..."), and so on. If there
 * is none at some place, or the pre-token is too long, all of it is [UNK].
 *
 * Cost: the match hashes each rest of a pre-token once, byte by byte, which gives the hash of every prefix; a bit table tells
 * for most of them that they are not a piece (vocab.c). So a pre-token of n bytes and k pieces costs about k * n steps.
 */
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

static void cut(void *model, struct str pretoken, struct places from, uint32_t word, struct chunk_pieces *out)
{
    struct wordpiece *w = model;
    const struct vocab *v = w->vocab;
    size_t size = pretoken.size, before = out->n;
    bool unknown = size > v->max_input_chars && utf8_length(pretoken.data, size) > v->max_input_chars;
    struct places whole = from;
    GROW(w->text, w->text_size, v->prefix_size + size);
    char *text = w->text + v->prefix_size;
    memcpy(text, pretoken.data, size);
    for (size_t offset = 0; offset < size && !unknown;) {
        size_t prefix = offset > 0 ? v->prefix_size : 0, matched;
        memcpy(text + offset - prefix, v->prefix, prefix); /* over what was matched already */
        int32_t id = vocab_longest_prefix(v, text + offset - prefix, prefix, prefix + size - offset, &matched);
        unknown = id < 0;
        if (unknown)
            break;
        uint32_t start = places_start(&from, offset);
        offset += matched - prefix;
        chunk_push(out, (struct chunk_piece){id, word, start, places_end(&from, offset)});
    }
    if (unknown) {
        uint32_t start = places_start(&whole, 0);
        out->n = before;
        chunk_push(out, (struct chunk_piece){v->unk, word, start, places_end(&whole, size)});
    }
}

const struct algorithm wordpiece_algorithm = {"WordPiece", read_options, new_model, free_model, cut};
