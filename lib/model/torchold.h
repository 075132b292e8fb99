/* torchold: the files of torch.save before torch 1.6: five pickles (a magic number, the version of the format, the machine, the
 * state dict, the storages' names), then for each storage its number of elements (8 bytes) and the elements. */
#ifndef TAGPIPE_MODEL_TORCHOLD_H
#define TAGPIPE_MODEL_TORCHOLD_H

#include "model/tensors.h"

bool torchold_is(const struct tensors_file *file);
/* Add the tensors. Dies with what is wrong. */
void torchold_add(struct tensors *all, const struct tensors_file *file);

#endif
