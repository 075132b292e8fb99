/* import: which reader for which file. */
#include "model/import.h"

#include <stdlib.h>
#include <string.h>

#include "model/safetensors.h"
#include "model/shards.h"
#include "model/torchfile.h"

struct tensors *import_open(const char *dir)
{
    const char *name = tensors_main_file(dir);
    if (!name)
        die("%s: no weights there: neither model.safetensors nor pytorch_model.bin", dir);
    struct tensors *all = xcalloc(1, sizeof *all);
    void (*add)(struct tensors *, const char *) = strncmp(name, "model.", 6) == 0 ? safetensors_add : torchfile_add;
    char *path = file_path(dir, name);
    if (strstr(name, ".index."))
        shards_add(all, dir, name, add);
    else
        add(all, path);
    tensors_sort(all);
    free(path);
    return all;
}
