/* import: the weights of a checkpoint in any form that transformers loads: model.safetensors, or several such files with an
 * index, or pytorch_model.bin, or several of these. Only bertinit calls this; all others read what bertinit has written. */
#ifndef TAGPIPE_MODEL_IMPORT_H
#define TAGPIPE_MODEL_IMPORT_H

#include "model/tensors.h"

/* Dies if there are no weights in the directory, and with what is wrong in them. */
struct tensors *import_open(const char *dir);

#endif
