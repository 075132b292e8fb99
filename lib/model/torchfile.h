/* torchfile: a state dict that torch.save wrote (pytorch_model.bin), read without running anything of it.
 *
 * Since torch 1.6 the file is a zip archive: a pickle names the tensors and says for each its storage, its offset there, its
 * shape and its strides; each storage is an entry. Before, the same pickle stood in a file of its own kind (torchold.h).
 * Tensors may share a storage. Source: torch/serialization.py and torch/_utils.py. */
#ifndef TAGPIPE_MODEL_TORCHFILE_H
#define TAGPIPE_MODEL_TORCHFILE_H

#include "model/tensors.h"

/* Map a file, check all of it, and add its tensors. Dies with what is wrong. The caller calls tensors_sort. */
void torchfile_add(struct tensors *all, const char *path);

#endif
