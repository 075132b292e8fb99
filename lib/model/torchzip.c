/* torchzip: zip archives by libzip, which knows zip64 and data descriptors.
 *
 * libzip gives an entry's bytes but not its place, and a tensor shall be read where it lies in the mapping. So libzip reads
 * from a source of ours, which notes where libzip reads: an entry that is not compressed is one piece of the file, and its
 * bytes are asked of the source one after the other. All entries are read in this way, which also compares their CRC. */
#include "model/torchzip.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PART = 1 << 16, LOCAL_HEADER = 30 };

struct torchzip_source {
    const struct tensors_file *file;
    size_t at; /* of the next byte that will be read */
    zip_error_t error;
};

static zip_int64_t serve(void *user, void *data, zip_uint64_t size, zip_source_cmd_t command)
{
    struct torchzip_source *s = user;
    struct mapping map = s->file->map;
    switch (command) {
    case ZIP_SOURCE_OPEN: s->at = 0; return 0;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: return 0;
    case ZIP_SOURCE_READ:
        if (size > map.size - s->at)
            size = map.size - s->at;
        if (size > 0)
            memcpy(data, map.data + s->at, size);
        s->at += size;
        return (zip_int64_t)size;
    case ZIP_SOURCE_SEEK: {
        zip_int64_t to = zip_source_seek_compute_offset(s->at, map.size, data, size, &s->error);
        if (to < 0)
            return -1;
        s->at = (size_t)to;
        return 0;
    }
    case ZIP_SOURCE_TELL: return (zip_int64_t)s->at;
    case ZIP_SOURCE_STAT: {
        zip_stat_t *st = data;
        zip_stat_init(st);
        st->valid = ZIP_STAT_SIZE;
        st->size = map.size;
        return sizeof *st;
    }
    case ZIP_SOURCE_ERROR: return zip_error_to_data(&s->error, data, size);
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                              ZIP_SOURCE_SUPPORTS, -1);
    default: zip_error_set(&s->error, ZIP_ER_OPNOTSUPP, 0); return -1;
    }
}

/* The name without the folder before it, which is that of `first`; dies if it is not inside of that folder. */
static const char *inner_name(const struct tensors_file *f, const char *name, const char *first)
{
    size_t folder = strcspn(first, "/") + 1;
    for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (strcmp(part, "..") == 0 || strncmp(part, "../", 3) == 0)
            die("%s: the entry '%s' leads out of the archive's folder; torch.save writes no such name", f->path, name);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): libzip has a name for each entry */
    if (name[0] == '/' || !strchr(first, '/') || strncmp(name, first, folder) != 0)
        die("%s: the entry '%s' is not in the folder of the others: not an archive of torch.save", f->path, name);
    return name + folder;
}

static void check_kind(const struct tensors_file *f, const zip_stat_t *st)
{
    zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if ((st->valid & needed) != needed || st->comp_method != ZIP_CM_STORE || st->encryption_method != ZIP_EM_NONE
        || st->size != st->comp_size)
        die("%s: the entry '%s' is compressed or encrypted; torch.save writes neither; pack it anew with zip -0", f->path,
            st->name);
    if (st->size > f->map.size)
        die("%s: the entry '%s' has %llu bytes in a file of %zu", f->path, st->name, (unsigned long long)st->size, f->map.size);
}

/* Read the entry to its end; sets its place. */
static void find_place(const struct torchzip_source *s, zip_t *archive, zip_uint64_t i, const char *name,
                       struct torchzip_entry *e)
{
    uint8_t part[PART];
    zip_file_t *file = zip_fopen_index(archive, i, 0);
    if (!file)
        die("%s: the entry '%s': %s", s->file->path, name, zip_strerror(archive));
    zip_int64_t n;
    size_t done = 0;
    while ((n = zip_fread(file, part, PART)) > 0) {
        if (done == 0)
            e->data = s->file->map.data + s->at - n;
        done += (size_t)n;
        if (e->data + done != s->file->map.data + s->at || done > e->size)
            die("%s: the entry '%s' does not lie in one piece", s->file->path, name);
        size_t recent = done < 2 * PART ? done : 2 * PART; /* with the pages that the last two parts share */
        file_forget(s->file->map, e->data + done - recent, recent);
    }
    if (n < 0)
        die("%s: the entry '%s': %s: the file is damaged", s->file->path, name, zip_error_strerror(zip_file_get_error(file)));
    if (done != e->size)
        die("%s: the entry '%s' has %zu bytes, not %zu", s->file->path, name, done, e->size);
    zip_fclose(file);
}

static int by_place(const void *a, const void *b)
{
    const struct torchzip_entry *x = a, *y = b;
    return (x->data > y->data) - (x->data < y->data);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct torchzip_entry *)a)->name, ((const struct torchzip_entry *)b)->name);
}

/* Each entry has a header with its name before its bytes. */
static void check_places(const struct tensors_file *f, struct torchzip *zip)
{
    size_t end = 0;
    qsort(zip->entry, zip->n, sizeof *zip->entry, by_place);
    for (size_t i = 0; i < zip->n; i++) {
        const struct torchzip_entry *e = &zip->entry[i];
        if (e->size == 0)
            continue;
        size_t begin = (size_t)(e->data - f->map.data);
        if (begin < end + LOCAL_HEADER + strlen(e->name))
            die("%s: the entry '%s' overlaps another one", f->path, e->name);
        end = begin + e->size;
    }
    qsort(zip->entry, zip->n, sizeof *zip->entry, by_name);
}

bool torchzip_is(const struct tensors_file *f)
{
    return f->map.size >= 4 && memcmp(f->map.data, "PK\3\4", 4) == 0;
}

struct torchzip *torchzip_open(const struct tensors_file *f)
{
    struct torchzip_source s = {.file = f};
    zip_error_t error;
    zip_error_init(&error);
    zip_error_init(&s.error);
    zip_source_t *source = zip_source_function_create(serve, &s, &error);
    /* CHECKCONS: local headers like those of the directory, no name twice. */
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
    if (!archive)
        die("%s: a damaged zip archive: %s", f->path, zip_error_strerror(&error));
    zip_int64_t n = zip_get_num_entries(archive, 0);
    if (n <= 0)
        die("%s: a zip archive with nothing in it", f->path);
    struct torchzip *zip = xcalloc(1, sizeof *zip);
    zip->entry = xcalloc((size_t)n, sizeof *zip->entry);
    const char *first = zip_get_name(archive, 0, ZIP_FL_ENC_RAW);
    for (; zip->n < (size_t)n; zip->n++) {
        struct torchzip_entry *e = &zip->entry[zip->n];
        zip_stat_t st;
        if (!first || zip_stat_index(archive, zip->n, ZIP_FL_ENC_RAW, &st))
            die("%s: a damaged zip archive: %s", f->path, zip_strerror(archive));
        e->name = xstrdup(inner_name(f, st.name, first));
        check_kind(f, &st);
        e->size = (size_t)st.size;
        find_place(&s, archive, zip->n, st.name, e);
    }
    check_places(f, zip);
    zip_discard(archive);
    return zip;
}

void torchzip_close(struct torchzip *zip)
{
    for (size_t i = 0; i < zip->n; i++)
        free(zip->entry[i].name);
    free(zip->entry);
    free(zip);
}

const struct torchzip_entry *torchzip_find(const struct torchzip *zip, const char *name)
{
    struct torchzip_entry key = {.name = (char *)(uintptr_t)name};
    return bsearch(&key, zip->entry, zip->n, sizeof *zip->entry, by_name);
}
