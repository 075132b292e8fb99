/* ascii: a table of 128 characters. */
#include "tokenizer/ascii.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"
#include "tokenizer/trim.h"

enum { ASCII = 128, SIZE_LIMIT = 64 }; /* a longer chunk is rare, and may be a whole text */

/* What the normalizer makes of a character, if that is one of ASCII whose kind is known; else 0. Of the others a run of one kind
 * is a pre-token. */
struct ascii_char {
    char code;
    bool alone;    /* each is a pre-token */
    uint32_t kind; /* of all steps */
};

struct ascii {
    const struct vocab *vocab;
    struct ascii_char of[ASCII];
    const struct pretokenize_step *blank; /* that says what a space before these characters becomes; NULL: none does */
    bool takes_space;                     /* one comes to that step as it is */
    bool trims_blank;                     /* what it becomes does not belong to a piece's place */
};

/* ---- the table ---- */

/* Whether an added token may begin with a character, as it is or as the normalizer leaves it. */
static bool begins_added(const struct added *added, uint32_t raw, uint32_t normal)
{
    return added_may_begin(added, false, raw) || added_may_begin(added, true, normal);
}

/* What comes before the step that puts blanks must not split. */
static bool find_kind(const struct ascii *a, uint32_t code, struct ascii_char *of)
{
    enum { KINDS = 8, STEPS_MAX = 10 };
    const struct pretokenizer *t = &a->vocab->pretokenizer;
    for (size_t i = 0; i < t->n; i++) {
        const struct pretokenize_step *step = &t->step[i];
        enum pretokenize_kind kind = step->kind ? step->kind(step->options, code) : PRETOKENIZE_UNKNOWN;
        if (kind == PRETOKENIZE_UNKNOWN || (kind != PRETOKENIZE_LETTER && a->blank > step))
            return false;
        of->alone = of->alone || kind == PRETOKENIZE_ALONE;
        of->kind = of->kind * KINDS + kind;
    }
    return t->n > 0 && t->n <= STEPS_MAX;
}

/* How blanks are put. False: there is no short way. */
static bool find_blank(struct ascii *a, const struct added *added, struct symbols *normal, struct symbols *spare)
{
    const struct vocab *v = a->vocab;
    const struct pretokenizer *t = &v->pretokenizer;
    for (size_t i = 0; i < t->n; i++)
        a->blank = t->step[i].blank_size ? &t->step[i] : a->blank;
    if (!a->blank)
        return true;
    uint32_t code;
    utf8_decode(a->blank->blank, &code);
    a->trims_blank = v->trims && trim_is_blank(code);
    normalize_run(&v->normalizer, (struct symbol[]){{' ', 0, 1}, {'a', 1, 2}}, 2, normal, spare);
    a->takes_space = t->n == 1 && normal->n == 2 && normal->data[0].code == ' ' && !begins_added(added, ' ', ' ');
    bool is_piece = vocab_find_piece(v, a->blank->blank, a->blank->blank_size) >= 0; /* else it may be left out */
    return a->blank == &t->step[t->n - 1] && (is_piece || !a->trims_blank);
}

static void fill(struct ascii *a, const struct added *added, struct symbols *normal, struct symbols *spare)
{
    const struct normalizer *z = &a->vocab->normalizer;
    for (size_t i = 0; i < z->n; i++)
        if (!z->step[i].alone)
            return;
    if (!find_blank(a, added, normal, spare))
        return;
    for (uint32_t c = 1; c < ASCII; c++) {
        normalize_run(z, &(struct symbol){c, 0, 1}, 1, normal, spare);
        uint32_t code = normal->n == 1 ? normal->data[0].code : 0;
        if (code && code < ASCII && find_kind(a, code, &a->of[c]) && !begins_added(added, c, code))
            a->of[c].code = (char)code;
    }
}

struct ascii *ascii_new(const struct vocab *vocab, const struct added *added)
{
    struct ascii *a = xcalloc(1, sizeof *a);
    struct symbols normal = {0}, spare = {0};
    a->vocab = vocab;
    fill(a, added, &normal, &spare);
    free(normal.data);
    free(spare.data);
    return a;
}

void ascii_free(struct ascii *a)
{
    free(a);
}

/* ---- one chunk ---- */

/* The same as trim_pieces, without a look at the pieces: only the first one has a blank. False if one is unknown. */
static bool trim(const struct ascii *a, size_t blank_size, struct chunk_place place, struct chunk_pieces *out)
{
    const struct vocab *v = a->vocab;
    for (size_t i = 0; i < out->n; i++)
        if (out->data[i].id == v->unknown || out->data[i].id == v->unk)
            return false;
    if (blank_size && out->n && a->trims_blank) {
        uint32_t after = out->data[0].end == 1 && vocab_piece(v, (size_t)out->data[0].id).size == blank_size;
        trim_piece(v, place, out, 0, (struct trim_blanks){1, after});
    }
    return true;
}

bool ascii_run(const struct ascii *a, void *model, struct str text, struct chunk_place place, struct chunk_pieces *out)
{
    bool space = text.size > 0 && text.data[0] == ' ' && a->takes_space;
    size_t blank_size = a->blank && (space || a->blank->prepends) ? a->blank->blank_size : 0, n = text.size - space;
    char room[sizeof a->blank->blank + SIZE_LIMIT], *to = room + blank_size;
    const struct ascii_char *of[SIZE_LIMIT];
    if (n == 0 || n > SIZE_LIMIT)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text.data[space + i];
        if (c >= ASCII || !a->of[c].code)
            return false;
        of[i] = &a->of[c];
        to[i] = of[i]->code;
    }
    if (blank_size)
        memcpy(room, a->blank->blank, blank_size);
    for (size_t i = 0, end, prefix = blank_size; i < n; i = end, prefix = 0) {
        for (end = i + 1; end < n && of[end]->kind == of[i]->kind && !of[i]->alone;)
            end++;
        struct places from = {.prefix = prefix, .place = (uint32_t)(space + i)};
        a->vocab->algorithm->cut(model, (struct str){to + i - prefix, end - i + prefix}, from, out->words++, out);
    }
    out->codes = (uint32_t)text.size;
    return !a->vocab->trims || trim(a, blank_size, place, out);
}
