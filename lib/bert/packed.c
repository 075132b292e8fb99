/* packed: the matrices of a model's layers in a file beside the model. */
#include "bert/packed.h"

#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "bert/engine_private.h"
#include "gemm/gemm_parts.h"
#include "model/safetensors_sum.h"

#define PREFIX "model."
#define SUFFIX ".packed"
#define MODEL ",\"model\":\""

static char *path_of(const char *dir, enum precision precision)
{
    char *name = xasprintf(PREFIX "%s.%s" SUFFIX, precision_name(precision), gemm_layout_kernel(precision));
    char *path = file_path(dir, name);
    free(name);
    return path;
}

/* With a checksum of zeros. The parts after it are aligned. */
static char *head_of(enum precision precision, const struct weights_map *weights, size_t *size)
{
    char hash[17], *layout = gemm_layout(precision);
    weights_map_hash(weights, hash);
    char *text = xasprintf("{\"format\":\"tagpipe packed weights\",\"layout\":\"%s\"" MODEL "%s\",\"" SAFETENSORS_SUM_KEY
                           "\":\"" SAFETENSORS_SUM_NONE "\"}",
                           layout, hash);
    *size = round_up(strlen(text) + 1, GEMM_PART_ALIGNMENT);
    char *head = xasprintf("%-*s\n", (int)*size - 1, text);
    free(text);
    free(layout);
    return head;
}

/* ---- reading ---- */

static bool take_parts(struct bert *b, struct gemm_bytes from, struct weights_map *weights)
{
    const struct parameter *words = bert_words(b);
    b->words = weights_map_is_in_file(weights, words) ? weights_map_at(weights, words)
                                                      : gemm_part_take(&from, words->size, sizeof *b->words);
    bool all = b->words;
    for (size_t i = 0; all && i < bert_n_matrices(b); i++) {
        struct bert_linear *l = bert_matrix(b, i);
        if (b->precision == PRECISION_INT8)
            l->int8 = gemm_int8_take(l->out, l->in, &from);
        else
            l->packed = gemm_packed_take(b->precision, l->out, l->in, &from);
        all = l->int8 || l->packed;
    }
    if (all && from.left == 0)
        return true;
    bert_free_matrices(b);
    return false;
}

/* Returns why the file is not used; NULL: it is. */
static const char *take(struct bert *b, struct mapping map, struct weights_map *weights)
{
    size_t size;
    char digits[17], *head = head_of(b->precision, weights, &size);
    size_t place = safetensors_sum_place(head, size), model = (size_t)(strstr(head, MODEL) - head);
    const char *reason = NULL;
    if (map.size < size || memcmp(map.data, head, model) != 0)
        reason = "another version of tagpipe has written it, or it is damaged";
    else if (memcmp(map.data, head, place) != 0)
        reason = "it belongs to another model.safetensors";
    else
        safetensors_sum_of(map, place, digits);
    if (!reason && memcmp(map.data + place, digits, strlen(digits)) != 0)
        reason = "it is damaged: its checksum is another one";
    else if (!reason && !take_parts(b, (struct gemm_bytes){map.data + size, map.size - size}, weights))
        reason = "its matrices are not those of config.json";
    free(head);
    return reason;
}

static bool map_file(struct bert *b, const char *dir, struct weights_map *weights)
{
    char *path = path_of(dir, b->precision);
    const char *reason = "it is not there";
    if (file_exists(path)) {
        struct mapping map = file_map(path);
        reason = take(b, map, weights);
        if (!reason)
            b->packed_file = map;
        else {
            warn("%s is not used: %s; write it anew (bertfwd --pack -p %s -m %s), or remove it", path, reason,
                 precision_name(b->precision), dir);
            file_unmap(map);
        }
    }
    free(path);
    return !reason;
}

struct bert *bert_new_packed(const struct config *config, const struct params *params, enum precision precision, const char *dir,
                             struct weights_map *weights)
{
    struct bert_source from = {weights_map_at, weights};
    struct bert *b = bert_new_bare(config, params, precision, &from);
    if (!map_file(b, dir, weights))
        bert_pack(b, &from);
    weights_map_forget(weights, bert_words(b));
    return b;
}

/* ---- writing ---- */

static void write_part(struct safetensors_sum *out, struct gemm_part part)
{
    static const char nothing[2 * GEMM_PART_ALIGNMENT];
    safetensors_sum_write(out, part.data, part.bytes);
    safetensors_sum_write(out, nothing, gemm_part_room(part.bytes) - part.bytes);
}

static void write_parts(struct safetensors_sum *out, const struct bert *b, const struct weights_map *weights)
{
    const struct parameter *words = bert_words(b);
    if (!weights_map_is_in_file(weights, words))
        write_part(out, (struct gemm_part){b->words, words->size * sizeof *b->words});
    for (size_t i = 0; i < bert_n_matrices(b); i++) {
        const struct bert_linear *l = bert_matrix(b, i);
        struct gemm_part part[GEMM_PARTS_MAX];
        size_t n = l->int8 ? gemm_int8_parts(l->int8, part) : gemm_packed_parts(l->packed, part);
        for (size_t k = 0; k < n; k++)
            write_part(out, part[k]);
    }
}

void bert_packed_write(const char *dir, enum precision precision)
{
    struct config *config = config_read(dir);
    struct params *params = params_new(config);
    struct weights_map *weights = weights_map_new(dir, params);
    struct bert *b = bert_new_fixed(config, params, precision, weights_map_at, weights);
    size_t size;
    char *head = head_of(precision, weights, &size), *path = path_of(dir, precision);
    struct safetensors_sum sum = {.out = outfile_open(path)};
    safetensors_sum_write(&sum, head, size);
    write_parts(&sum, b, weights);
    safetensors_sum_end(&sum, head, size);
    bert_free(b);
    weights_map_free(weights); /* dies if the model was changed while it was read */
    outfile_commit(sum.out);
    params_free(params);
    config_free(config);
    free(head);
    free(path);
}

/* ---- removing ---- */

static bool is_packed(const char *name)
{
    size_t n = strlen(name), end = strlen(SUFFIX);
    bool is = false;
    for (enum precision p = PRECISION_FP32; !is && p <= PRECISION_INT8; p++) {
        char *start = xasprintf(PREFIX "%s.", precision_name(p));
        is = strncmp(name, start, strlen(start)) == 0 && n > strlen(start) + end && strcmp(name + n - end, SUFFIX) == 0;
        free(start);
    }
    return is;
}

void bert_packed_remove(const char *dir)
{
    file_each(dir, is_packed, file_remove);
}
