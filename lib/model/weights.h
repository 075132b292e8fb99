/* weights: the parameters of a model directory (model.safetensors) as one array of floats. */
#ifndef TAGPIPE_MODEL_WEIGHTS_H
#define TAGPIPE_MODEL_WEIGHTS_H

#include "base/file.h"
#include "base/outfile.h"
#include "model/params.h"
#include "model/tensors.h"

/* Names of tensors: those of the file that the model does not use, those of the model that the file does not have. */
struct weights_report {
    size_t n_unused;
    char **unused;
    size_t n_missing;
    char **missing;
};

/* Read DIR/model.safetensors into out [params->n_floats]. Names of older files are understood (arch.h), F16 and BF16 converted.
 * Parameters that the file does not have stay as they are in `out`. Dies on a damaged file and on another shape. */
struct weights_report weights_load(const char *dir, const struct params *params, float *out);
/* The parameter that a tensor of a file is, by its name: today's, that of an older file, or of the encoder alone; NULL: none. */
const struct parameter *weights_parameter(const struct params *params, const char *name);
void weights_report_free(struct weights_report *report);
/* Memory for weights [params->n_floats]; only the gaps between the parameters are cleared. */
float *weights_new(const struct params *params);
/* Weights of a model that must be complete. Dies if a parameter is missing, and warns of tensors that are not used. */
float *weights_load_all(const char *dir, const struct params *params);

/* The same without a copy, for tagging: parameters where they lie in the mapped file (those that are not fp32 are converted).
 * weights_map_at takes the map as void *, as bert_new_fixed calls it. */
struct weights_map;
struct weights_map *weights_map_new(const char *dir, const struct params *params);
const float *weights_map_at(void *map, const struct parameter *p);
void weights_map_free(struct weights_map *map);
/* A hash of the whole file, 16 hex digits: its checksum, if it has one. */
void weights_map_hash(const struct weights_map *map, char hash[17]);
/* Whether weights_map_at gives a place in the file, not a converted copy. */
bool weights_map_is_in_file(const struct weights_map *map, const struct parameter *p);
/* Nothing that weights_map_at gave is used any more, but what it gave for `kept`: copies go, and the pages of the file that were
 * read need not count for this process. */
void weights_map_forget(struct weights_map *map, const struct parameter *kept);
/* The map of a checkpoint that need not be complete; it owns `tensors`. `p` is one of `params`; what the checkpoint does not
 * have is not copied, and weights_map_at may not be asked for it. */
struct weights_map *weights_map_of(struct tensors *tensors, const struct params *params, struct weights_report *report);
void weights_map_copy(const struct weights_map *map, const struct parameter *p, float *out);
const struct tensors *weights_map_tensors(const struct weights_map *map);
/* That of a checkpoint in any form (import.h). Dies if it holds no encoder of this family. Only bertinit calls this. */
struct weights_map *weights_map_import(const char *dir, const struct params *params, struct weights_report *report);

/* Weights to start a training from [params->n_floats]: those of the checkpoint `from` (NULL: none). Parameters that it does
 * not have are drawn as transformers' _init_weights does: matrices from N(0, initializer_range), the row of the padding piece
 * 0, biases 0, LayerNorm's weights 1. A drawn number is a pure function of seed, name and index. The head is drawn, too,
 * unless the checkpoint has config's labels; if it has them in another order, the rows of its head change places. Warns which
 * tensors are not used and which are new. */
float *weights_start(const char *from, const struct config *config, const struct params *params, uint64_t seed);

/* Make DIR/model.safetensors of the checkpoint `from`, whatever its form: the same tensors, in their precision, under the names
 * of today. Of tensors that share their memory one is written, the encoder's if it is there, as from_pretrained ties the others
 * to it. Warns which parameters of the model are not there, and which tensors are left out because of their dtype. `name` is that
 * of the directory for messages. */
void weights_convert(const char *from, const struct params *params, const char *dir, const char *name);

/* Write all parameters as transformers' save_pretrained does. */
void weights_write(struct outfile *out, const struct params *params, const float *weights);
/* The weights' identity: XXH3-64 of all floats, 16 hex digits. */
void weights_hash(const struct params *params, const float *weights, char hash[17]);

#endif
