/* weights: the parameters of a model directory as one array of floats. */
#define _DEFAULT_SOURCE             /* madvise */
#include "weights.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xxhash.h>

#include "safetensors.h"

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), n = strlen(end);
    return size >= n && strcmp(text + size - n, end) == 0;
}

/* The name that today's transformers gives to a tensor of an older file. */
static char *modern_name(const char *name)
{
    static const char *const old[][2] = {{"LayerNorm.gamma", "weight"}, {"LayerNorm.beta", "bias"}};
    const char *prefix = strncmp(name, "embeddings.", 11) == 0 || strncmp(name, "encoder.", 8) == 0 ? "bert." : "";
    for (size_t i = 0; i < 2; i++)
        if (ends_with(name, old[i][0])) {
            const char *last = strrchr(name, '.');
            return xasprintf("%s%.*s.%s", prefix, (int)(last - name), name, old[i][1]);
        }
    return xasprintf("%s%s", prefix, name);
}

static void add_name(char ***names, size_t *n, const char *name)
{
    *names = xrealloc(*names, *n + 1, sizeof **names);
    (*names)[(*n)++] = xstrdup(name);
}

static char *shape_text(const struct tensor *t)
{
    char *text = xstrdup("");
    for (size_t i = 0; i < t->rank; i++) {
        char *more = xasprintf("%s%s%zu", text, i ? "," : "", t->shape[i]);
        free(text);
        text = more;
    }
    return text;
}

static void check_shape(const struct safetensors *f, const struct tensor *t, const struct parameter *p)
{
    bool same = p->is_vector ? t->rank == 1 && t->shape[0] == p->columns
                             : t->rank == 2 && t->shape[0] == p->rows && t->shape[1] == p->columns;
    if (same)
        return;
    char *wanted = p->is_vector ? xasprintf("%zu", p->columns) : xasprintf("%zu,%zu", p->rows, p->columns);
    die("%s: tensor %s has the shape [%s], the config asks for [%s]", f->path, t->name, shape_text(t), wanted);
}

static const char *model_file(const char *dir)
{
    char *path = path_join(dir, "model.safetensors");
    if (file_exists(path))
        return path;
    if (file_exists(path_join(dir, "model.safetensors.index.json")))
        die("%s: the checkpoint is in several files; save it again in one: save_pretrained(dir, max_shard_size=\"100GB\")", dir);
    if (file_exists(path_join(dir, "pytorch_model.bin")))
        die("%s: only pytorch_model.bin there; load and save it once with transformers to get model.safetensors", dir);
    die("%s: no model.safetensors there", dir);
}

struct weights_report weights_load(const char *dir, const struct layout *layout, float *out)
{
    struct weights_report report = {0};
    const char *path = model_file(dir);
    struct safetensors *f = safetensors_open(path);
    bool *found = xcalloc(layout->n_parameters, sizeof *found);
    for (size_t i = 0; i < f->n; i++) {
        char *name = modern_name(f->tensor[i].name);
        const struct parameter *p = layout_find(layout, name);
        if (p && found[p - layout->parameter])
            die("%s: two tensors for %s", path, name);
        if (p) {
            check_shape(f, &f->tensor[i], p);
            tensor_floats(f, &f->tensor[i], out + p->offset);
            found[p - layout->parameter] = true;
        } else if (!ends_with(name, "position_ids"))
            add_name(&report.unused, &report.n_unused, f->tensor[i].name);
        free(name);
    }
    for (size_t i = 0; i < layout->n_parameters; i++)
        if (!found[i])
            add_name(&report.missing, &report.n_missing, layout->parameter[i].name);
    free(found);
    safetensors_close(f);
    return report;
}

void weights_report_free(struct weights_report *r)
{
    for (size_t i = 0; i < r->n_unused; i++)
        free(r->unused[i]);
    for (size_t i = 0; i < r->n_missing; i++)
        free(r->missing[i]);
    free(r->unused);
    free(r->missing);
}

char *names_join(size_t n, char *const *name)
{
    enum { SHOWN = 256 };
    char *text = xstrdup("");
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        char *more = xasprintf("%s%s%s", text, i ? ", " : "", name[i]);
        free(text);
        text = more;
    }
    if (n > SHOWN) {
        char *more = xasprintf("%s and %zu more", text, n - SHOWN);
        free(text);
        text = more;
    }
    return text;
}

float *floats_new(size_t n, bool zero)
{
    enum { HUGE_PAGE = 2 << 20, CACHE_LINE = 64, SLACK = 16 };
    size_t size = (n + SLACK) * sizeof(float);
    bool large = size >= 2 * HUGE_PAGE;
    float *memory;
    if (n > SIZE_MAX / sizeof(float) - SLACK || posix_memalign((void **)&memory, large ? HUGE_PAGE : CACHE_LINE, size))
        die("out of memory: %zu numbers", n);
    if (large)
        madvise(memory, size, MADV_HUGEPAGE);
    if (!zero)
        return memory;
#pragma omp parallel for schedule(static)
    for (size_t at = 0; at < size; at += HUGE_PAGE)
        memset((char *)memory + at, 0, size - at < HUGE_PAGE ? size - at : HUGE_PAGE);
    return memory;
}

float *weights_new(const struct layout *layout)
{
    float *weights = floats_new(layout->n_floats, false);
    /* Only the gaps between the tensors; the caller fills the rest. */
    for (size_t i = 0; i < layout->n_parameters; i++) {
        const struct parameter *p = &layout->parameter[i];
        size_t next = i + 1 < layout->n_parameters ? p[1].offset : layout->n_floats;
        memset(weights + p->offset + p->size, 0, (next - p->offset - p->size) * sizeof *weights);
    }
    return weights;
}

float *weights_load_all(const char *dir, const struct layout *layout)
{
    float *weights = weights_new(layout);
    struct weights_report report = weights_load(dir, layout, weights);
    if (report.n_missing)
        die("%s: the model lacks %s; bertinit makes a complete one from it", dir,
            names_join(report.n_missing, report.missing));
    if (report.n_unused)
        warn("%s: not used: %s", dir, names_join(report.n_unused, report.unused));
    weights_report_free(&report);
    return weights;
}

void weights_write(struct outfile *out, const struct layout *layout, const float *weights)
{
    static const char *const metadata[] = {"format", "pt", NULL};
    struct tensor_out *tensor = xmalloc(layout->n_parameters, sizeof *tensor);
    for (size_t i = 0; i < layout->n_parameters; i++) {
        const struct parameter *p = &layout->parameter[i];
        tensor[i] = (struct tensor_out){p->name, p->is_vector ? 0 : p->rows, p->columns, weights + p->offset};
    }
    safetensors_write(out, layout->n_parameters, tensor, metadata);
    free(tensor);
}

void weights_hash(const struct layout *layout, const float *weights, char hash[17])
{
    static const char digit[] = "0123456789abcdef";
    XXH64_hash_t h = XXH3_64bits(weights, layout->n_floats * sizeof *weights);
    for (int i = 0; i < 16; i++)
        hash[i] = digit[h >> (60 - 4 * i) & 15];
    hash[16] = 0;
}
