/* loss: the cross-entropy of labelled pieces and its gradient, as torch.nn.functional.cross_entropy has it with `weight`,
 * `label_smoothing` and `ignore_index`: a negative label counts for nothing (LABEL_NONE of stream/fields.h is one). Torch's mean
 * is sum / weight. */
#ifndef TAGPIPE_MATH_LOSS_H
#define TAGPIPE_MATH_LOSS_H

#include <stddef.h>
#include <stdint.h>

/* weight: of the labels of the pieces, 1 each without weights */
struct loss {
    double sum, weight;
    size_t labelled;
};

/* smoothing: the share of a piece's target that is spread evenly over all C labels; class_weight [C], NULL: all 1. */
struct loss_rule {
    double smoothing;
    const float *class_weight;
};

/* Over the pieces with a label, in ascending order, in double. rule NULL: neither smoothing nor weights. */
struct loss loss_cross_entropy(const float *logits, const int32_t *labels, size_t n_pieces, size_t n_labels,
                               const struct loss_rule *rule);
/* d(sum)/d(logits) in place of the logits [N,C]; zero where there is no label. */
void loss_cross_entropy_backward(float *logits, const int32_t *labels, size_t n_pieces, size_t n_labels,
                                 const struct loss_rule *rule);

#endif
