/* torchpickle: what the values in a pickle of torch.save mean. */
#ifndef TAGPIPE_MODEL_TORCHPICKLE_H
#define TAGPIPE_MODEL_TORCHPICKLE_H

#include "model/pickle.h"
#include "model/tensors.h"

/* Where the bytes of a storage lie. */
struct torchpickle_storage {
    const uint8_t *key; /* its name: key_size bytes */
    size_t key_size;
    enum tensors_dtype dtype;
    size_t element_size, n; /* n elements */
    const uint8_t *data;    /* set by the caller of torchpickle_tensors; size bytes from there on are its own */
    size_t size;
};

/* The globals of a state dict, for pickle_read. */
bool torchpickle_knows(struct pickle_value global);
/* Add the tensors of a state dict. find(context, storage) sets data and size of a storage, or dies. */
void torchpickle_tensors(struct tensors *all, const struct tensors_file *file, struct pickle_value state_dict,
                         void (*find)(void *context, struct torchpickle_storage *storage), void *context);

#endif
