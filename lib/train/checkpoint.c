/* checkpoint: a model directory with the state of its training. */
#include "train/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outfile.h"
#include "bert/packed.h"
#include "model/safetensors.h"
#include "model/weights.h"
#include "train/train_options.h"

#define REMEDY "; --restart begins anew from the weights"

static const struct {
    const char *key;
    size_t offset;
} number[] = {
    {"step", offsetof(struct checkpoint, step)},       {"total", offsetof(struct checkpoint, total)},
    {"epoch", offsetof(struct checkpoint, epoch)},     {"batch", offsetof(struct checkpoint, batch)},
    {"batches", offsetof(struct checkpoint, batches)}, {"samples", offsetof(struct checkpoint, samples)},
};
enum { NUMBERS = sizeof number / sizeof *number, TEXTS = 3, REPORT_FLOATS = sizeof(struct train_report) / sizeof(float) };

static uint64_t *number_of(const struct checkpoint *state, size_t i)
{
    return (uint64_t *)(uintptr_t)((const char *)state + number[i].offset);
}

/* ---- reading ---- */

static const char *text_of(const struct tensors *f, const char *key)
{
    const char *text = tensors_metadata(f, key);
    if (!text)
        die("%s: no \"%s\" in its metadata: not a state of trainstep" REMEDY, f->file[0]->path, key);
    return text;
}

static void read_numbers(const struct tensors *f, struct checkpoint *state)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        const char *text = text_of(f, number[i].key);
        char *end;
        errno = 0;
        *number_of(state, i) = strtoull(text, &end, 10);
        if (errno || end == text || *end || *text == '-')
            die("%s: \"%s\" is '%s', not a whole number" REMEDY, f->file[0]->path, number[i].key, text);
    }
}

/* The rows of a matrix that the file has, n of them; NULL: all. */
static int32_t *read_rows(const struct tensors *f, const struct parameter *p, size_t *n)
{
    char *name = xasprintf("rows.%s", p->name);
    const struct tensor *t = tensors_find(f, name);
    int32_t *rows = t ? xmalloc(t->elements, sizeof *rows) : NULL;
    *n = t ? t->elements : p->rows;
    if (t && t->dtype == TENSORS_F32)
        memcpy(rows, t->data, *n * sizeof *rows);
    for (size_t i = 0; t && i < *n; i++)
        if (t->dtype != TENSORS_F32 || rows[i] < 0 || (size_t)rows[i] >= p->rows || (i && rows[i] <= rows[i - 1]))
            die("%s: tensor %s is damaged" REMEDY, f->file[0]->path, name);
    free(name);
    return rows;
}

/* Of one parameter, into to [p->size]. */
static void read_moment(const struct tensors *f, const char *kind, const struct parameter *p, size_t n, const int32_t *rows,
                        float *to)
{
    char *name = xasprintf("%s.%s", kind, p->name);
    const struct tensor *t = tensors_find(f, name);
    if (!t || t->elements != n * p->columns || (rows && t->dtype != TENSORS_F32))
        die("%s: tensor %s %s" REMEDY, f->file[0]->path, name, t ? "has another size than the model's" : "is missing");
    if (!rows)
        tensors_floats(t, to);
    size_t bytes = p->columns * sizeof *to;
    for (size_t i = 0; rows && i < n; i++)
        memcpy(to + (size_t)rows[i] * p->columns, t->data + i * bytes, bytes);
    free(name);
}

static void read_moments(const struct tensors *f, struct optimizer *o)
{
    for (size_t i = 0; i < o->params->n_parameters; i++) {
        const struct parameter *p = &o->params->parameter[i];
        if (o->frozen && o->frozen[i])
            continue;
        size_t n;
        int32_t *rows = read_rows(f, p, &n);
        read_moment(f, "exp_avg", p, n, rows, o->m + p->offset);
        read_moment(f, "exp_avg_sq", p, n, rows, o->v + p->offset);
        if (o->touched && i == o->sparse)
            optimizer_set_rows(o, n, rows);
        free(rows);
    }
}

static void read_reports(const struct tensors *f, struct checkpoint *state)
{
    const struct tensor *t = tensors_find(f, "reports");
    state->n_reports = 0;
    if (!t)
        return;
    if (t->dtype != TENSORS_F32 || t->elements % REPORT_FLOATS)
        die("%s: its reports are damaged" REMEDY, f->file[0]->path);
    state->n_reports = t->elements / REPORT_FLOATS;
    GROW(state->report, state->room, state->n_reports);
    memcpy(state->report, t->data, state->n_reports * sizeof *state->report);
}

/* Finish, or take back, a save that was interrupted between its renames. */
static void finish_renames(const char *path, const char *hash)
{
    char *next = xasprintf("%s.next", path);
    if (file_exists(next)) {
        struct tensors *f = safetensors_open(next);
        const char *model = tensors_metadata(f, "model");
        bool fits = model && strcmp(model, hash) == 0;
        tensors_close(f);
        if (fits ? rename(next, path) : unlink(next))
            die("cannot rename or remove %s:", next);
    }
    free(next);
}

bool checkpoint_load(const char *dir, const float *weights, struct optimizer *o, struct checkpoint *state)
{
    char hash[17], *path = file_path(dir, "optimizer.safetensors");
    weights_hash(o->params, weights, hash);
    finish_renames(path, hash);
    bool there = file_exists(path);
    if (there) {
        struct tensors *f = safetensors_open(path);
        if (strcmp(text_of(f, "model"), hash) != 0)
            die("%s belongs to other weights than those of %s/model.safetensors" REMEDY, path, dir);
        if (!train_options_fit(text_of(f, "options"), state->options))
            die("%s comes from a training with other options: there '%s', now '%s'" REMEDY, path, text_of(f, "options"),
                state->options);
        state->other_length = strcmp(text_of(f, "options"), state->options) != 0;
        read_numbers(f, state);
        read_reports(f, state);
        read_moments(f, o);
        tensors_close(f);
    }
    free(path);
    return there;
}

static bool is_unfinished(const char *path, const char *began, const char *options)
{
    if (!file_exists(path))
        return false;
    struct tensors *f = safetensors_open(path);
    const char *from = tensors_metadata(f, "began"), *saved = tensors_metadata(f, "options");
    bool it_is = from && saved && strcmp(from, began) == 0 && train_options_fit(saved, options);
    tensors_close(f);
    return it_is;
}

bool checkpoint_unfinished(const char *dir, const char *began, const char *options)
{
    char *path = file_path(dir, "optimizer.safetensors"), *next = xasprintf("%s.next", path);
    char *model = file_path(dir, "model.safetensors"); /* a run that was killed in its first save has none */
    bool it_is = file_exists(model) && (is_unfinished(path, began, options) || is_unfinished(next, began, options));
    free(model);
    free(path);
    free(next);
    return it_is;
}

/* ---- writing ---- */

/* The moments of one parameter: two tensors, or three. The caller frees the names, and `rows`. */
static size_t add_moments(const struct optimizer *o, size_t i, struct safetensors_out *to, int32_t **rows)
{
    const struct parameter *p = &o->params->parameter[i];
    size_t n = p->is_vector ? 0 : p->rows, added = 2;
    int32_t *list = NULL;
    if (o->touched && i == o->sparse) {
        list = *rows = optimizer_rows(o, &n);
        n += n == 0; /* a tensor has a row; list[0] is 0 then */
        to[added++] =
            (struct safetensors_out){xasprintf("rows.%s", p->name), 0, n, (const float *)(const void *)list, NULL, NULL};
    }
    to[0] = (struct safetensors_out){xasprintf("exp_avg.%s", p->name), n, p->columns, o->m + p->offset, list, NULL};
    to[1] = (struct safetensors_out){xasprintf("exp_avg_sq.%s", p->name), n, p->columns, o->v + p->offset, list, NULL};
    return added;
}

static void write_state(struct outfile *out, const char *hash, const struct optimizer *o, const struct checkpoint *state)
{
    const struct params *params = o->params;
    const char *metadata[2 * (TEXTS + NUMBERS + 1) + 1] = {"format", "tagpipe.optimizer", "model",
                                                           hash,     "options",           state->options};
    char digits[NUMBERS][24];
    for (size_t i = 0; i < NUMBERS; i++) {
        snprintf(digits[i], sizeof digits[i], "%" PRIu64, *number_of(state, i));
        metadata[2 * (TEXTS + i)] = number[i].key;
        metadata[2 * (TEXTS + i) + 1] = digits[i];
    }
    if (state->n_reports) {
        metadata[2 * (TEXTS + NUMBERS)] = "began";
        metadata[2 * (TEXTS + NUMBERS) + 1] = state->began;
    }
    struct safetensors_out *tensor = xcalloc(2 * params->n_parameters + 2, sizeof *tensor);
    int32_t *rows = NULL;
    size_t n = 0;
    for (size_t i = 0; i < params->n_parameters; i++)
        if (!o->frozen || !o->frozen[i])
            n += add_moments(o, i, tensor + n, &rows);
    if (state->n_reports)
        tensor[n++] = (struct safetensors_out){
            xstrdup("reports"), state->n_reports, REPORT_FLOATS, (const float *)(const void *)state->report, NULL, NULL};
    safetensors_write(out, n, tensor, metadata);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)tensor[i].name);
    free(rows);
    free(tensor);
}

void checkpoint_save(const char *dir, const float *weights, const struct optimizer *o, const struct checkpoint *state)
{
    char hash[17];
    char *model_path = file_path(dir, "model.safetensors"), *state_path = file_path(dir, "optimizer.safetensors");
    char *next_path = xasprintf("%s.next", state_path);
    weights_hash(o->params, weights, hash);
    struct outfile *model = outfile_open(model_path), *moments = outfile_open(next_path);
    weights_write(model, o->params, weights);
    write_state(moments, hash, o, state);
    outfile_sync(model);
    outfile_sync(moments);
    outfile_commit(moments);
    bert_packed_remove(dir);
    if (!outfile_replace(model)) {
        int reason = errno;
        unlink(next_path); /* the state of weights that will never be there */
        errno = reason;
        die("cannot replace %s:", model_path);
    }
    if (rename(next_path, state_path))
        die("cannot rename %s to %s:", next_path, state_path);
    free(model_path);
    free(state_path);
    free(next_path);
}
