/* decode: logits of pieces to one tag a word. */
#ifndef TAGPIPE_PREDICT_DECODE_H
#define TAGPIPE_PREDICT_DECODE_H

#include <tagpipe/stream.h>

/* probability[n] = softmax(logits[n]) of one piece. The maximum is subtracted first, so that nothing overflows. */
void decode_softmax(size_t n, const float *logits, float *probability);
/* The index of the greatest value; of equal ones the first. */
size_t decode_argmax(size_t n, const float *x);

/* How a word of several pieces is decided: by its first piece, by the mean of its pieces' probabilities, or by the piece with
 * the highest probability. */
enum decode_rule { DECODE_FIRST, DECODE_AVERAGE, DECODE_MAX };
#define DECODE_RULES "first|average|max"

/* Probabilities [n_labels] of one word from those of its pieces [n, n_labels]. */
void decode_word(enum decode_rule rule, size_t n, size_t n_labels, const float *probability, float *out);

#endif
