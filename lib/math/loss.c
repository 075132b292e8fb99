/* loss: the cross-entropy of labelled pieces and its gradient. */
#include "math/loss.h"

#include <string.h>

#include "base/elementary.h"
#include "math/ops.h"

static double weight_of(const struct loss_rule *rule, size_t label)
{
    return rule && rule->class_weight ? (double)rule->class_weight[label] : 1;
}

/* log(sum of exp(x - max)), where max is the largest number of the row. */
static double log_sum(const float *row, size_t c, double *max)
{
    double peak = row[0], sum = 0;
    for (size_t k = 1; k < c; k++)
        peak = row[k] > peak ? row[k] : peak;
    for (size_t k = 0; k < c; k++)
        sum += elementary_exp((double)row[k] - peak);
    *max = peak;
    return elementary_log(sum);
}

struct loss loss_cross_entropy(const float *logits, const int32_t *labels, size_t n, size_t c, const struct loss_rule *rule)
{
    struct loss loss = {0};
    double smoothing = rule ? rule->smoothing : 0;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] < 0)
            continue;
        const float *row = logits + i * c;
        double max, norm = log_sum(row, c, &max), weight = weight_of(rule, (size_t)labels[i]), spread = 0;
        for (size_t k = 0; smoothing > 0 && k < c; k++)
            spread += weight_of(rule, k) * (norm - ((double)row[k] - max));
        loss.sum += (1 - smoothing) * weight * (norm - ((double)row[labels[i]] - max)) + smoothing / (double)c * spread;
        loss.weight += weight;
        loss.labelled++;
    }
    return loss;
}

void loss_cross_entropy_backward(float *logits, const int32_t *labels, size_t n, size_t c, const struct loss_rule *rule)
{
    double share = rule ? rule->smoothing / (double)c : 0, all = 0;
    for (size_t k = 0; k < c; k++)
        all += weight_of(rule, k);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) {
        float *row = logits + i * c;
        if (labels[i] < 0) {
            memset(row, 0, c * sizeof *row);
            continue;
        }
        ops_softmax(c, row, 1);
        double own = (rule ? 1 - rule->smoothing : 1) * weight_of(rule, (size_t)labels[i]);
        for (size_t k = 0; rule && k < c; k++)
            row[k] = row[k] * (float)(own + share * all) - (float)(share * weight_of(rule, k));
        row[labels[i]] -= (float)own;
    }
}
