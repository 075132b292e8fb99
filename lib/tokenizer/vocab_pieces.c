/* vocab_pieces: the pieces of a vocabulary and their ids, from the files that have them. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "text/utf8.h"
#include "tokenizer/unicode.h"
#include "tokenizer/vocab_private.h"

/* White space at the end of a line does not belong to the piece. */
static size_t trimmed(const char *line, size_t size)
{
    while (size > 0) {
        size_t start = size - 1;
        while (start > 0 && (line[start] & 0xc0) == 0x80)
            start--;
        uint32_t code;
        utf8_decode(line + start, &code);
        if (!(unicode_class(code) & UNICODE_SPACE))
            break;
        size = start;
    }
    return size;
}

void vocab_read_text(struct vocab *v, const char *path)
{
    size_t size;
    const char *text = vocab_keep(v, file_read(path, VOCAB_FILE_MAX, &size)), *end = text + size;
    size_t bad = utf8_invalid_at(text, size), id = 0;
    if (bad < size)
        die("%s: invalid UTF-8 at byte %zu", path, bad);
    for (const char *line = text; line < end; id++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        vocab_set(v, str_short_of((struct str){line, trimmed(line, (size_t)(stop - line))}), id);
        line = stop + 1;
    }
    if (v->n == 0)
        die("%s: an empty vocabulary", path);
    vocab_index(v);
}

void vocab_read_pieces(struct vocab *v, json_t *pieces, const char *path)
{
    if (!json_is_object(pieces) || (v->n == 0 && json_object_size(pieces) == 0))
        die("%s: no vocabulary in it", path);
    if (v->n > 0)
        return;
    enum { GAP_MAX = 1 << 16 }; /* of ids without a piece: each takes memory */
    size_t total = 0, used = 0, id_max = GAP_MAX;
    const char *text;
    json_t *id;
    json_object_foreach(pieces, text, id)
    {
        total += strlen(text);
        id_max++;
    }
    char *memory = xmalloc(total, 1);
    vocab_keep(v, memory);
    json_object_foreach(pieces, text, id)
    {
        size_t size = strlen(text);
        if (!json_is_integer(id) || json_integer_value(id) < 0)
            die("%s: the id of '%s' is not a whole number", path, text);
        if (json_integer_value(id) > (json_int_t)id_max)
            die("%s: the id of '%s' is %lld, in a vocabulary of %zu pieces", path, text, (long long)json_integer_value(id),
                id_max - GAP_MAX);
        memcpy(memory + used, text, size);
        vocab_set(v, str_short_of((struct str){memory + used, size}), (size_t)json_integer_value(id));
        used += size;
    }
    vocab_index(v);
}

bool vocab_read_bert_files(struct vocab *v, const struct vocab_files *f, const char *dir)
{
    (void)f;
    char *path = file_path(dir, "vocab.txt");
    bool there = file_exists(path);
    if (there)
        vocab_read_text(v, path);
    if (there)
        v->algorithm->read(v, NULL, path);
    free(path);
    return there;
}

bool vocab_read_bpe_files(struct vocab *v, const struct vocab_files *f, const char *dir)
{
    (void)f;
    char *path = file_path(dir, "vocab.json"), *merges = file_path(dir, "merges.txt");
    bool there = file_exists(path);
    if (there && !file_exists(merges))
        die("%s: there is vocab.json, but no merges.txt", dir);
    if (there) {
        json_t *pieces = jsonfile_read(path, VOCAB_FILE_MAX, 0);
        vocab_read_pieces(v, pieces, path);
        v->algorithm->read(v, NULL, merges);
        json_decref(pieces);
    }
    free(path);
    free(merges);
    return there;
}
