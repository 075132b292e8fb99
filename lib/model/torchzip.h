/* torchzip: the zip archive that torch.save writes: where each entry lies in the mapped file. Nothing is unpacked. */
#ifndef TAGPIPE_MODEL_TORCHZIP_H
#define TAGPIPE_MODEL_TORCHZIP_H

#include "model/tensors.h"

struct torchzip_entry {
    char *name;          /* without the folder that all of them are in */
    const uint8_t *data; /* inside the mapping */
    size_t size;
};
struct torchzip {
    size_t n;
    struct torchzip_entry *entry; /* sorted by name */
};

/* Whether the file begins as a zip archive does. */
bool torchzip_is(const struct tensors_file *file);
/* Check the archive: all entries in one folder, none compressed, encrypted, twice there, or in the place of another, and the
 * CRC of each. Reads the whole file once. Dies with what is wrong. */
struct torchzip *torchzip_open(const struct tensors_file *file);
void torchzip_close(struct torchzip *zip);
const struct torchzip_entry *torchzip_find(const struct torchzip *zip, const char *name); /* NULL: none */

#endif
