/* decode: logits of pieces to one tag a word. */
#include "predict/decode.h"

#include <string.h>

#include "base/elementary.h"

size_t decode_argmax(size_t n, const float *x)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

void decode_softmax(size_t n, const float *logits, float *probability)
{
    float max = logits[decode_argmax(n, logits)], sum = 0;
    for (size_t i = 0; i < n; i++)
        probability[i] = logits[i] - max;
    elementary_exp_floats(n, probability);
    for (size_t i = 0; i < n; i++)
        sum += probability[i];
    for (size_t i = 0; i < n; i++)
        probability[i] /= sum;
}

void decode_word(enum decode_rule rule, size_t n, size_t n_labels, const float *probability, float *out)
{
    size_t chosen = 0;
    if (rule == DECODE_AVERAGE) {
        for (size_t c = 0; c < n_labels; c++) {
            float sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += probability[i * n_labels + c];
            out[c] = sum / (float)n;
        }
        return;
    }
    for (size_t i = 1; rule == DECODE_MAX && i < n; i++) {
        const float *p = probability + i * n_labels, *best = probability + chosen * n_labels;
        if (p[decode_argmax(n_labels, p)] > best[decode_argmax(n_labels, best)])
            chosen = i;
    }
    memcpy(out, probability + chosen * n_labels, n_labels * sizeof *out);
}
