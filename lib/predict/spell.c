/* spell: pieces back to text. */
#include "predict/spell.h"

#include <stdlib.h>

#include "text/byte_level.h"
#include "text/utf8.h"

/* ---- WordPiece ---- */

/* Replace in the text from `start` on. No replacement may be longer than what it replaces. */
static void replace(struct buffer *text, size_t start, const char *what, const char *by)
{
    size_t size = strlen(what), new_size = strlen(by), to = start;
    for (size_t i = start; i < text->n;) {
        if (text->n - i >= size && memcmp(text->data + i, what, size) == 0) {
            memcpy(text->data + to, by, new_size);
            to += new_size;
            i += size;
        } else
            text->data[to++] = text->data[i++];
    }
    text->n = to;
}

/* The decoder's clean-up of English, piece by piece. */
static void clean(struct buffer *text, size_t from)
{
    static const char *const rule[][2] = {
        {" .", "."},   {" ?", "?"},           {" !", "!"},   {" ,", ","},     {" ' ", "'"},    {" n't", "n't"},
        {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
    };
    if (!memchr(text->data + from, ' ', text->n - from))
        return;
    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++)
        replace(text, from, rule[i][0], rule[i][1]);
}

/* After a blank, or, if it begins with "##", without these and without a blank. */
static void add_wordpiece_raw(bool first, struct str piece, struct buffer *to)
{
    if (!first && piece.size >= 2 && memcmp(piece.data, "##", 2) == 0)
        piece = (struct str){piece.data + 2, piece.size - 2};
    else if (!first)
        buffer_add(to, " ", 1);
    buffer_add(to, piece.data, piece.size);
}

static void add_wordpiece(bool first, struct str piece, struct buffer *to)
{
    size_t from = to->n;
    add_wordpiece_raw(first, piece, to);
    if (to->n > from)
        clean(to, from);
}

/* ---- no decoder ---- */

static void add_spaced(bool first, struct str piece, struct buffer *to)
{
    if (!first)
        buffer_add(to, " ", 1);
    buffer_add(to, piece.data, piece.size);
}

/* ---- byte level ---- */

/* A piece with a character that is no byte (an added token, a word that was text before) is taken as it is. */
static void add_byte_level(bool first, struct str piece, struct buffer *to)
{
    (void)first;
    size_t begin = to->n;
    for (size_t i = 0; i < piece.size;) {
        uint32_t code;
        i += utf8_decode(piece.data + i, &code);
        int byte = byte_level_byte(code);
        if (byte < 0) {
            to->n = begin;
            buffer_add(to, piece.data, piece.size);
            return;
        }
        buffer_add(to, &(char){(char)byte}, 1);
    }
}

/* Bytes become text: what is no UTF-8 becomes U+FFFD. */
static void end_byte_level(size_t from, struct buffer *to)
{
    size_t valid = utf8_invalid_at(to->data + from, to->n - from);
    if (valid == to->n - from)
        return;
    struct buffer text = {0};
    utf8_add_lossy(&text, to->data + from + valid, to->n - from - valid);
    to->n = from + valid;
    buffer_add(to, text.data, text.n);
    free(text.data);
}

/* ---- Metaspace ---- */

static void add_blanks(const char *blank, struct str piece, struct buffer *to)
{
    static const char metaspace[] = "\xe2\x96\x81";
    enum { SIZE = sizeof metaspace - 1 };
    for (size_t i = 0; i < piece.size;) {
        bool is = piece.size - i >= SIZE && memcmp(piece.data + i, metaspace, SIZE) == 0;
        if (is)
            buffer_add(to, blank, strlen(blank));
        else
            buffer_add(to, piece.data + i, 1);
        i += is ? SIZE : 1;
    }
}

/* All those of the first piece are left out, inside of it, too. */
static void add_metaspace(bool first, struct str piece, struct buffer *to)
{
    add_blanks(first ? "" : " ", piece, to);
}

static void add_metaspace_bare(bool first, struct str piece, struct buffer *to)
{
    (void)first;
    add_blanks(" ", piece, to);
}

static const struct {
    void (*add)(bool first, struct str piece, struct buffer *to);
    void (*end)(size_t from, struct buffer *to);
} decoder[] = {
    [HEADER_SPELLING_WORDPIECE] = {add_wordpiece, NULL},
    [HEADER_SPELLING_BYTE_LEVEL] = {add_byte_level, end_byte_level},
    [HEADER_SPELLING_METASPACE] = {add_metaspace, NULL},
    [HEADER_SPELLING_METASPACE_BARE] = {add_metaspace_bare, NULL},
    [HEADER_SPELLING_WORDPIECE_RAW] = {add_wordpiece_raw, NULL},
    [HEADER_SPELLING_WORDPIECE_SPACED] = {add_spaced, NULL},
    [HEADER_SPELLING_SPACED] = {add_spaced, NULL},
};

void spell_add(enum header_spelling spelling, bool first, struct str piece, struct buffer *to)
{
    decoder[spelling].add(first, piece, to);
}

void spell_end(enum header_spelling spelling, size_t from, struct buffer *to)
{
    if (decoder[spelling].end)
        decoder[spelling].end(from, to);
}
