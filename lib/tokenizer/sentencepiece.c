/* sentencepiece: fields of messages, one after the other; what is not asked for is passed over. Every length is checked against
 * the message that it is in. */
#include "tokenizer/sentencepiece.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };
enum { MODEL_PIECE = 1, MODEL_TRAINER = 2, MODEL_NORMALIZER = 3 };
enum { PIECE_TEXT = 1, PIECE_SCORE = 2, PIECE_TYPE = 3, TRAINER_MODEL_TYPE = 3, NORMALIZER_CHARSMAP = 2, UNIGRAM = 1 };

struct message {
    const char *at, *end, *path;
};
struct field {
    uint64_t number, wire, value; /* value: of VARINT */
    struct str bytes;             /* of the others */
};

_Noreturn static void die_damaged(const struct message *m)
{
    die("%s: no sentencepiece model, or a damaged one", m->path);
}

static uint64_t read_varint(struct message *m)
{
    uint64_t value = 0;
    for (unsigned shift = 0; m->at < m->end && shift < 64; shift += 7) {
        unsigned char byte = (unsigned char)*m->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    die_damaged(m);
}

/* The next field; false at the end of the message. */
static bool next(struct message *m, struct field *f)
{
    if (m->at == m->end)
        return false;
    uint64_t tag = read_varint(m), size = 0;
    *f = (struct field){.number = tag >> 3, .wire = tag & 7};
    if (f->number == 0)
        die_damaged(m);
    switch (f->wire) {
    case VARINT: f->value = read_varint(m); return true;
    case FIXED64: size = 8; break;
    case FIXED32: size = 4; break;
    case BYTES: size = read_varint(m); break;
    default: die_damaged(m);
    }
    if (size > (uint64_t)(m->end - m->at))
        die_damaged(m);
    f->bytes = (struct str){m->at, (size_t)size};
    m->at += size;
    return true;
}

/* Whether a field has this number; it must have this wire type then. */
static bool is(const struct message *m, const struct field *f, uint64_t number, uint64_t wire)
{
    if (f->number == number && f->wire != wire)
        die_damaged(m);
    return f->number == number;
}

static struct message inside(const struct message *m, struct str bytes)
{
    return (struct message){bytes.data, bytes.data + bytes.size, m->path};
}

static float read_float(struct str bytes)
{
    const unsigned char *b = (const unsigned char *)bytes.data;
    uint32_t bits = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void read_piece(struct sentencepiece *model, struct message m)
{
    struct sentencepiece_piece piece = {.text = {"", 0}, .type = 1};
    for (struct field f; next(&m, &f);) {
        if (is(&m, &f, PIECE_TEXT, BYTES))
            piece.text = f.bytes;
        else if (is(&m, &f, PIECE_SCORE, FIXED32))
            piece.score = read_float(f.bytes);
        else if (is(&m, &f, PIECE_TYPE, VARINT))
            piece.type = f.value <= INT32_MAX ? (int)f.value : 0;
    }
    if (!utf8_is_valid(piece.text.data, piece.text.size))
        die("%s: piece %zu is not valid UTF-8", m.path, model->n);
    if (!isfinite(piece.score))
        die("%s: the score of piece %zu ('%.*s') is not a number", m.path, model->n, (int)piece.text.size, piece.text.data);
    GROW(model->piece, model->room, model->n + 1);
    model->piece[model->n++] = piece;
}

struct sentencepiece sentencepiece_read(const char *data, size_t size, const char *path)
{
    struct sentencepiece model = {.model_type = UNIGRAM};
    struct message m = {data, data + size, path};
    bool has_trainer = false, has_normalizer = false;
    for (struct field f, g; next(&m, &f);) {
        if (is(&m, &f, MODEL_PIECE, BYTES))
            read_piece(&model, inside(&m, f.bytes));
        else if (is(&m, &f, MODEL_TRAINER, BYTES)) {
            has_trainer = true;
            for (struct message trainer = inside(&m, f.bytes); next(&trainer, &g);)
                if (is(&trainer, &g, TRAINER_MODEL_TYPE, VARINT))
                    model.model_type = g.value;
        } else if (is(&m, &f, MODEL_NORMALIZER, BYTES)) {
            has_normalizer = true;
            for (struct message normalizer = inside(&m, f.bytes); next(&normalizer, &g);)
                if (is(&normalizer, &g, NORMALIZER_CHARSMAP, BYTES))
                    model.charsmap = g.bytes;
        }
    }
    if (model.model_type != UNIGRAM)
        die("%s: a sentencepiece model of another type than unigram", path);
    if (model.n == 0 || !has_trainer || !has_normalizer) /* these two come last */
        die_damaged(&m);
    if (model.charsmap.size == 0)
        model.charsmap.data = NULL;
    return model;
}

void sentencepiece_free(struct sentencepiece *model)
{
    free(model->piece);
}
