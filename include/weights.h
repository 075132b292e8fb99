/* weights: the parameters of a model directory (model.safetensors) as one array of floats. */
#ifndef TAGPIPE_WEIGHTS_H
#define TAGPIPE_WEIGHTS_H

#include "file.h"
#include "model.h"

/* Names of the file's tensors that have no place in the model, and of the model's that the file lacks. */
struct weights_report { size_t n_unused; char **unused; size_t n_missing; char **missing; };

/* Read DIR/model.safetensors into `out` [layout->n_floats]; old names (gamma, beta, no "bert." in front) are understood, F16
 * and BF16 converted. What the file lacks stays as it is in `out`. Dies on a damaged file and on another shape. */
struct weights_report weights_load(const char *dir, const struct layout *layout, float *out);
void weights_report_free(struct weights_report *report);
/* For tools that need a complete model: die if anything is missing, tell what was not used. */
float *weights_load_all(const char *dir, const struct layout *layout);
/* "a, b, c and 12 more", for messages; caller frees. */
char *names_join(size_t n, char *const *name);

/* Write all parameters to `out` in the layout of transformers' save_pretrained. */
void weights_write(struct outfile *out, const struct layout *layout, const float *weights);
/* Identity of the weights: XXH3, 16 hex digits. */
void weights_hash(const struct layout *layout, const float *weights, char hash[17]);

#endif
