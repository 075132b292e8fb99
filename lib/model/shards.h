/* shards: checkpoints in several files, with an index: {"weight_map": {"NAME OF A TENSOR": "NAME OF A FILE"}}. */
#ifndef TAGPIPE_MODEL_SHARDS_H
#define TAGPIPE_MODEL_SHARDS_H

#include "model/tensors.h"

/* Add the tensors of all files that the index of this name in `dir` names; add(all, path) reads one. The files must be in the
 * same directory. Each tensor must be in the file that the index says; tensors that it does not name are taken as well, as
 * transformers does. Sorts. Dies with what is wrong. */
void shards_add(struct tensors *all, const char *dir, const char *index, void (*add)(struct tensors *all, const char *path));

#endif
