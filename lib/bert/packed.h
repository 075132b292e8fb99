/* packed: the matrices of a model's layers as the products take them, in a file beside the model:
 * DIR/model.PRECISION.KERNEL.packed.
 *
 * What it is for: all processes that tag with a model map the file, so it is in memory once. Without the file each process packs
 * the matrices into memory of its own, which is as large, and takes longer.
 *
 * How it works: the file begins with a line of JSON. Its layout (gemm_parts.h), the hash of model.safetensors and the checksum of
 * all bytes must be the ones that are expected; then the parts of each matrix follow, and must end where the file ends. Before
 * them are the embeddings of the words in fp32, if model.safetensors has them in another form. A file that is not so is not used,
 * and a message says why. So the logits are the same with the file, without it, and with a wrong one.
 *
 * What it costs: at the start of each process the file is read once for its checksum, and the hash of a model.safetensors that
 * has no checksum of its own is computed. On the disk it is about as large as the matrices. */
#ifndef TAGPIPE_BERT_PACKED_H
#define TAGPIPE_BERT_PACKED_H

#include "bert/engine.h"
#include "model/weights.h"

/* bert_new_fixed for the weights of the model directory `dir`: from its packed file, if that is there. The weights must stay
 * until bert_free, which dies if the packed file was changed in place meanwhile. */
struct bert *bert_new_packed(const struct config *config, const struct params *params, enum precision precision, const char *dir,
                             struct weights_map *weights);
/* Write the file of this precision and this processor's kernel, as outfile.h does. This needs no lock on the folder: if another
 * model comes meanwhile, the file belongs to the old one, and is not used. */
void bert_packed_write(const char *dir, enum precision precision);
/* Remove all such files of a folder, where another model comes. */
void bert_packed_remove(const char *dir);

#endif
