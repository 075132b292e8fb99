/* train_rules: options about single labels and parameters. Patterns are those of fnmatch(3). */
#ifndef TAGPIPE_TRAIN_TRAIN_RULES_H
#define TAGPIPE_TRAIN_TRAIN_RULES_H

#include "model/params.h"

/* Parameters to freeze [params->n_parameters], from "PATTERN,...". Dies if a pattern matches no parameter, or all are matched.
 * NULL: none. */
bool *train_rules_freeze(const struct params *params, const char *patterns);

/* Weights [C] of labels from "PATTERN=X,...": of the last pattern that fits; 1 where none does. Dies if a pattern matches no
 * label. NULL: none. */
float *train_rules_class_weights(const struct config *config, const char *text);

/* Factors [params->n_parameters] of the learning rate: 1 for the classifier, `decay` for the last of n_layers layers, and so on
 * down to decay^(n_layers + 1) for the embeddings. NULL if decay is 1. */
double *train_rules_rate_factors(const struct params *params, size_t n_layers, double decay);

#endif
