/* torchfile: the files of torch.save: which of its formats, and the newer one. */
#include "model/torchfile.h"

#include <stdlib.h>
#include <string.h>

#include "model/torchold.h"
#include "model/torchpickle.h"
#include "model/torchzip.h"

struct torchfile_zip {
    const char *path;
    const struct torchzip *zip;
};

static void find(void *context, struct torchpickle_storage *s)
{
    struct torchfile_zip *c = context;
    char *name = xasprintf("data/%.*s", (int)s->key_size, (const char *)s->key);
    const struct torchzip_entry *e = torchzip_find(c->zip, name);
    if (!e)
        die("%s: a tensor lies in the storage '%s', but the archive has no entry %s", c->path, name + strlen("data/"), name);
    s->data = e->data;
    s->size = e->size;
    free(name);
}

static void read_zip(struct tensors *all, const struct tensors_file *f)
{
    struct torchzip *zip = torchzip_open(f);
    const struct torchzip_entry *order = torchzip_find(zip, "byteorder"), *program = torchzip_find(zip, "data.pkl");
    if (!program)
        die("%s: a zip archive, but not of torch.save: no data.pkl in it", f->path);
    if (order && (order->size != 6 || memcmp(order->data, "little", 6) != 0))
        die("%s: written on a machine with another order of bytes (%.*s); save it again on a usual one", f->path,
            order->size < 16 ? (int)order->size : 16, (const char *)order->data);
    struct pickle *pickle = pickle_read(f->path, program->data, program->size, torchpickle_knows);
    if (pickle->used != program->size)
        die("%s: %zu bytes after the pickle in data.pkl", f->path, program->size - pickle->used);
    torchpickle_tensors(all, f, pickle->value, find, &(struct torchfile_zip){f->path, zip});
    pickle_free(pickle);
    torchzip_close(zip);
}

static bool begins(const struct tensors_file *f, size_t at, const char *text)
{
    size_t n = strlen(text);
    return f->map.size >= at + n && memcmp(f->map.data + at, text, n) == 0;
}

void torchfile_add(struct tensors *all, const char *path)
{
    const struct tensors_file *f = tensors_map(all, path);
    if (torchzip_is(f))
        read_zip(all, f);
    else if (torchold_is(f))
        torchold_add(all, f);
    else if (begins(f, 257, "ustar"))
        die("%s: a tar archive, as torch before 0.1.10 wrote it; load it in Python and save it again: model.save_pretrained(dir)",
            path);
    else if (begins(f, 0, "version https://git-lfs"))
        die("%s: this is only the pointer of git-lfs; get the file itself: git lfs pull", path);
    else
        die("%s: not a file of torch.save", path);
}
