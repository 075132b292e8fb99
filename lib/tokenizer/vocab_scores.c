/* vocab_scores: the pieces of a Unigram model, in the order of their ids, with their scores. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "text/decimal.h"
#include "tokenizer/scores.h"
#include "tokenizer/vocab_private.h"

void vocab_scores_add(struct vocab *v, struct str_short text, double score)
{
    size_t id = v->n;
    vocab_set(v, text, id);
    GROW(v->score, v->score_room, id + 1);
    v->score[id] = score;
}

const char *vocab_scores_list(struct vocab *v, const char *c, char **to)
{
    GROW(v->score, v->score_room, v->room);
    do {
        struct str_short piece;
        double score;
        if (*(c = vocab_json_space(c + 1)) != '[' || !(c = vocab_json_piece(vocab_json_space(c + 1), to, &piece)))
            return NULL;
        if (*(c = vocab_json_space(c)) != ',' || !(c = scores_read(vocab_json_space(c + 1), !v->family, &score))
            || *(c = vocab_json_space(c)) != ']')
            return NULL;
        vocab_scores_add(v, piece, score);
        c = vocab_json_space(c + 1);
    } while (*c == ',');
    return *c == ']' ? c + 1 : NULL;
}

void vocab_scores_read(struct vocab *v, json_t *pieces, const char *path)
{
    json_t *item;
    size_t i;
    if (!json_is_array(pieces) || (v->n == 0 && json_array_size(pieces) == 0))
        die("%s: no vocabulary of pieces with scores in it", path);
    if (v->n > 0)
        return;
    json_array_foreach(pieces, i, item)
    {
        json_t *text = json_array_get(item, 0), *number = json_array_get(item, 1);
        double score = json_number_value(number);
        char digits[DECIMAL_SIZE + FILE_NULS] = "";
        if (json_array_size(item) != 2 || !json_is_string(text))
            die("%s: item %zu of \"vocab\" is not a piece and its score", path, i);
        if (!json_is_number(number) || !isfinite(score))
            die("%s: the score of the piece '%s' (item %zu of \"vocab\") is not a number", path, json_string_value(text), i);
        memset(digits + decimal_double(digits, score), 0, FILE_NULS); /* what programs write */
        scores_read(digits, !v->family, &score);
        char *copy = vocab_keep(v, xstrndup(json_string_value(text), json_string_length(text)));
        vocab_scores_add(v, str_short_of((struct str){copy, json_string_length(text)}), score);
    }
    vocab_index(v);
}
