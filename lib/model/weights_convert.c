/* weights_convert: the weights of a checkpoint in one model.safetensors, with nothing new in it: what from_pretrained, of any
 * class, finds in the checkpoint, it finds in the file. Tensors are written from where they are mapped: none is in memory. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/outfile.h"
#include "model/safetensors.h"
#include "model/weights.h"

struct item {
    const struct tensor *tensor;
    const struct parameter *parameter; /* NULL: none of a model for token classification */
};

/* 0 if two tensors are the same elements of the same memory, which tied weights are. */
static int compare_places(const struct tensor *a, const struct tensor *b)
{
    if (a->data != b->data)
        return a->data < b->data ? -1 : 1;
    if (a->dtype != b->dtype)
        return a->dtype < b->dtype ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int shapes = memcmp(a->shape, b->shape, a->rank * sizeof *a->shape);
    return shapes ? shapes : memcmp(a->stride, b->stride, a->rank * sizeof *a->stride);
}

/* Of those that are the same, a parameter is first, else the first name. */
static int by_place(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    int places = compare_places(a->tensor, b->tensor);
    if (places)
        return places;
    if (!a->parameter != !b->parameter)
        return a->parameter ? -1 : 1;
    return strcmp(a->tensor->name, b->tensor->name);
}

static bool is_tied(const struct item *item, size_t i)
{
    return i > 0 && !item[i].parameter && item[i].tensor->elements > 0 && compare_places(item[i - 1].tensor, item[i].tensor) == 0;
}

/* Whether the names of the encoder lack their prefix. Then it is a file of the encoder alone, and so do all others. */
static bool lacks_prefix(const struct params *params, size_t n, const struct item *item)
{
    const char *prefix = params->arch->prefix;
    for (size_t i = 0; i < n; i++)
        if (item[i].parameter && strncmp(item[i].parameter->name, prefix, strlen(prefix)) == 0)
            return strncmp(item[i].tensor->name, prefix, strlen(prefix)) != 0;
    return false;
}

/* Tensors of other shapes may overlap, too; those of all could be as large as a forged file wants. */
static void check_sizes(const struct tensors *all, size_t n, const struct item *item)
{
    size_t room = 0, bytes;
    for (size_t i = 0; i < all->n_files; i++)
        room += all->file[i]->map.size;
    for (size_t i = 0; i < n; i++) {
        const struct tensor *t = item[i].tensor;
        if (item[i].parameter || is_tied(item, i)) /* a parameter has the shape of the model's */
            continue;
        if (__builtin_mul_overflow(t->elements, tensors_element_size(t), &bytes) || bytes > room)
            die("%s: tensor %s overlaps others: together they are larger than their files", t->file->path, t->name);
        room -= bytes;
    }
}

static void say(const struct weights_report *report, size_t n_left, char **left, const char *dir)
{
    char *missing = names_join(report->n_missing, report->missing), *names = names_join(n_left, left);
    if (n_left)
        warn("left out, neither fp32, fp16 nor bf16: %s", names);
    if (report->n_missing)
        warn("%s has no %s: its source has none; train.sh and bertinit --from add it", dir, missing);
    free(missing);
    free(names);
}

void weights_convert(const char *from, const struct params *params, const char *dir, const char *name)
{
    static const char *const metadata[] = {"format", "pt", NULL};
    struct weights_report report;
    struct weights_map *map = weights_map_import(from, params, &report);
    const struct tensors *all = weights_map_tensors(map);
    struct item *item = xmalloc(all->n, sizeof *item);
    struct safetensors_out *out = xcalloc(all->n, sizeof *out);
    char **left = xmalloc(all->n, sizeof *left), *path = file_path(dir, "model.safetensors");
    size_t n = 0, n_out = 0, n_left = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct tensor *t = &all->tensor[i];
        const struct parameter *p = weights_parameter(params, t->name);
        if (p && t->dtype == TENSORS_OTHER)
            die("%s: tensor %s is not fp32, fp16 or bf16", t->file->path, t->name);
        if (t->dtype != TENSORS_OTHER)
            item[n++] = (struct item){t, p};
        else if (!arch_is_buffer(params->arch, t->name))
            left[n_left++] = t->name;
    }
    qsort(item, n, sizeof *item, by_place);
    check_sizes(all, n, item);
    bool bare = lacks_prefix(params, n, item);
    for (size_t i = 0; i < n; i++)
        if (!is_tied(item, i)) {
            const struct parameter *p = item[i].parameter;
            char *tensor = p ? xstrdup(p->name) : arch_modern_name(params->arch, item[i].tensor->name, bare);
            out[n_out++] = (struct safetensors_out){.name = tensor, .tensor = item[i].tensor};
        }
    struct outfile *file = outfile_open(path);
    safetensors_write(file, n_out, out, metadata);
    outfile_commit(file);
    say(&report, n_left, left, name);
    for (size_t i = 0; i < n_out; i++)
        free((char *)(uintptr_t)out[i].name);
    free(path);
    free(left);
    free(out);
    free(item);
    weights_report_free(&report);
    weights_map_free(map);
}
