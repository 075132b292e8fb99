/* weights: the parameters of a model directory (model.safetensors) as one array of floats. */
#ifndef TAGPIPE_MODEL_WEIGHTS_H
#define TAGPIPE_MODEL_WEIGHTS_H

#include "base/file.h"
#include "base/outfile.h"
#include "model/params.h"

/* Names of the file's tensors that have no place in the model, and of the model's that the file lacks. */
struct weights_report { size_t n_unused; char **unused; size_t n_missing; char **missing; };

/* Read DIR/model.safetensors into `out` [params->n_floats]; old names (gamma, beta, no "bert." in front) are understood, F16
 * and BF16 converted. What the file lacks stays as it is in `out`. Dies on a damaged file and on another shape. */
struct weights_report weights_load(const char *dir, const struct params *params, float *out);
void weights_report_free(struct weights_report *report);
/* [params->n_floats], zero between the tensors. */
float *weights_new(const struct params *params);
/* For tools that need a complete model: die if anything is missing, tell what was not used. */
float *weights_load_all(const char *dir, const struct params *params);
/* The same without a copy: parameters where they lie in the mapped file, for tagging. `map` is a struct weights_map. */
struct weights_map;
struct weights_map *weights_map_new(const char *dir, const struct params *params);
const float *weights_map_at(void *map, const struct parameter *p);
void weights_map_free(struct weights_map *map);

/* A model to train [params->n_floats]: all that the checkpoint of `from` (NULL: none) has, and new what it lacks, as
 * transformers' _init_weights makes it: N(0, initializer_range), the padding's row zero, biases 0, LayerNorm's weights 1;
 * a pure function of seed, name and place. The head is new unless the checkpoint's labels are config's. Tells on stderr
 * which tensors were not used and which are new. */
float *weights_start(const char *from, const struct config *config, const struct params *params, uint64_t seed);

/* Write all parameters to `out` in the layout of transformers' save_pretrained. */
void weights_write(struct outfile *out, const struct params *params, const float *weights);
/* Identity of the weights: XXH3, 16 hex digits. */
void weights_hash(const struct params *params, const float *weights, char hash[17]);

#endif
