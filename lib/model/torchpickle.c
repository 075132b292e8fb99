/* torchpickle: from the values of a state dict's pickle to tensors. Each size is checked against the storage, and the storage's
 * against its place in the file, before anything is read. */
#include "model/torchpickle.h"

#include <stdlib.h>
#include <string.h>

#define PARAMETER "torch._utils\n_rebuild_parameter"
#define TENSOR "torch._utils\n_rebuild_tensor_v2"

static const struct torchpickle_class {
    const char *global;
    size_t element_size; /* of a storage */
    enum tensors_dtype dtype;
} class_table[] = {
    {"torch\nFloatStorage", 4, TENSORS_F32},
    {"torch\nHalfStorage", 2, TENSORS_F16},
    {"torch\nBFloat16Storage", 2, TENSORS_BF16},
    {"torch\nDoubleStorage", 8, TENSORS_OTHER},
    {"torch\nLongStorage", 8, TENSORS_OTHER},
    {"torch\nIntStorage", 4, TENSORS_OTHER},
    {"torch\nShortStorage", 2, TENSORS_OTHER},
    {"torch\nCharStorage", 1, TENSORS_OTHER},
    {"torch\nByteStorage", 1, TENSORS_OTHER},
    {"torch\nBoolStorage", 1, TENSORS_OTHER},
    {"torch\nComplexFloatStorage", 8, TENSORS_OTHER},
    {"torch\nComplexDoubleStorage", 16, TENSORS_OTHER},
    {TENSOR, 0, TENSORS_OTHER},
    {PARAMETER, 0, TENSORS_OTHER},
    {"collections\nOrderedDict", 0, TENSORS_OTHER},
};

static const struct torchpickle_class *class_of(struct pickle_value global)
{
    for (size_t i = 0; i < sizeof class_table / sizeof *class_table; i++)
        if (pickle_is(global, PICKLE_GLOBAL, class_table[i].global))
            return &class_table[i];
    return NULL;
}

bool torchpickle_knows(struct pickle_value global)
{
    return class_of(global) != NULL;
}

/* The arguments of a call of `function` with `min` to `max` of them; NULL if it is none. */
static const struct pickle_value *arguments(struct pickle_value value, const char *function, size_t min, size_t max)
{
    if (value.type != PICKLE_CALL || !pickle_is(value.items->item[0], PICKLE_GLOBAL, function))
        return NULL;
    struct pickle_value tuple = value.items->item[1];
    return pickle_n(tuple) >= min && pickle_n(tuple) <= max ? tuple.items->item : NULL;
}

static size_t size_of(struct pickle_value value, const char *path, const char *name)
{
    if (value.type != PICKLE_INTEGER || value.integer < 0)
        die("%s: tensor %s: a size, an offset or a stride is no whole number from 0 on", path, name);
    return (size_t)value.integer;
}

/* ('storage', torch.FloatStorage, '7', 'cpu', 1024), in old files with a sixth item, None. */
static struct torchpickle_storage read_storage(struct pickle_value value, const char *path, const char *name)
{
    struct pickle_value id = value.type == PICKLE_PERSISTENT ? value.items->item[0] : value;
    size_t n = id.type == PICKLE_TUPLE ? pickle_n(id) : 0;
    const struct pickle_value *item = n ? id.items->item : NULL;
    if (value.type != PICKLE_PERSISTENT || n < 5 || n > 6 || !pickle_is(item[0], PICKLE_STRING, "storage")
        || item[1].type != PICKLE_GLOBAL || item[2].type != PICKLE_STRING)
        die("%s: tensor %s has no storage", path, name);
    if (n == 6 && item[5].type != PICKLE_NONE)
        die("%s: tensor %s lies in a view of a storage, as torch before 0.4 wrote it; save the model again in Python: "
            "model.save_pretrained(dir)",
            path, name);
    const struct torchpickle_class *class = class_of(item[1]);
    if (class->element_size == 0)
        die("%s: tensor %s has a storage of an unknown class", path, name);
    return (struct torchpickle_storage){
        item[2].text, item[2].size, class->dtype, class->element_size, size_of(item[4], path, name), NULL, 0};
}

/* Shape, strides, and where the elements begin; `args` as _rebuild_tensor_v2 has them. */
static void place(struct tensor *t, const struct torchpickle_storage *storage, const struct pickle_value *args)
{
    const char *path = t->file->path;
    size_t first = size_of(args[1], path, t->name), last = first, bytes;
    bool fits = true, overflow = false;
    t->rank = pickle_n(args[2]);
    if (args[2].type != PICKLE_TUPLE || args[3].type != PICKLE_TUPLE || pickle_n(args[3]) != t->rank)
        die("%s: tensor %s has a shape and strides that do not fit", path, t->name);
    if (t->rank > TENSORS_RANK_MAX)
        die("%s: tensor %s has %zu dimensions", path, t->name, t->rank);
    t->elements = 1;
    for (size_t i = 0; i < t->rank; i++) {
        size_t extent, size = size_of(args[2].items->item[i], path, t->name);
        t->shape[i] = size;
        t->stride[i] = size_of(args[3].items->item[i], path, t->name);
        overflow = overflow || __builtin_mul_overflow(t->elements, size, &t->elements);
        fits = fits && !__builtin_mul_overflow(size ? size - 1 : 0, t->stride[i], &extent)
               && !__builtin_add_overflow(last, extent, &last);
    }
    if (overflow)
        die("%s: tensor %s has a shape beyond all memory", path, t->name);
    if (t->elements == 0 ? first > storage->n : !fits || last >= storage->n)
        die("%s: tensor %s reaches beyond the %zu elements of its storage", path, t->name, storage->n);
    if (__builtin_mul_overflow(storage->n, storage->element_size, &bytes) || bytes > storage->size)
        die("%s: tensor %s has a storage of %zu elements, but the file has only %zu bytes for them: cut off?", path, t->name,
            storage->n, storage->size);
    t->data = storage->data ? storage->data + first * storage->element_size : NULL;
}

/* A training's state has the model's in one of its values. */
static void check_flat(struct pickle_value dict, const char *path)
{
    if (dict.type != PICKLE_DICT)
        die("%s: it holds no state dict", path);
    for (size_t i = 0; i < pickle_n(dict); i += 2) {
        struct pickle_value key = dict.items->item[i];
        if (dict.items->item[i + 1].type == PICKLE_DICT && key.type == PICKLE_STRING)
            die("%s: \"%.*s\" is a dict, so the tensors are not at the top: the state of a training? Save the model alone in "
                "Python: model.save_pretrained(dir)",
                path, key.size < 100 ? (int)key.size : 100, (const char *)key.text);
    }
}

/* One of a state dict's values. */
static const struct pickle_value *tensor_arguments(struct pickle_value value, const char *path, const char *name)
{
    const struct pickle_value *parameter = arguments(value, PARAMETER, 1, 3);
    const struct pickle_value *args = arguments(parameter ? parameter[0] : value, TENSOR, 6, 7);
    if (!args)
        die("%s: \"%s\" is no tensor; a state dict has nothing else", path, name);
    struct pickle_value tuple = (parameter ? parameter[0] : value).items->item[1];
    if (pickle_n(tuple) == 7 && args[6].type != PICKLE_NONE && (args[6].type != PICKLE_DICT || pickle_n(args[6])))
        die("%s: tensor %s has marks (negated or conjugated) that are not read", path, name);
    return args;
}

static char *name_of(struct pickle_value key, const char *path)
{
    if (key.type != PICKLE_STRING || key.size == 0 || memchr(key.text, 0, key.size))
        die("%s: the name of a tensor is no text; a state dict has names as keys", path);
    return xstrndup((const char *)key.text, key.size);
}

void torchpickle_tensors(struct tensors *all, const struct tensors_file *f, struct pickle_value dict,
                         void (*find)(void *context, struct torchpickle_storage *storage), void *context)
{
    check_flat(dict, f->path);
    for (size_t i = 0; i < pickle_n(dict); i += 2) {
        struct tensor t = {.name = name_of(dict.items->item[i], f->path), .file = f};
        const struct pickle_value *args = tensor_arguments(dict.items->item[i + 1], f->path, t.name);
        struct torchpickle_storage storage = read_storage(args[0], f->path, t.name);
        find(context, &storage);
        t.dtype = storage.dtype;
        place(&t, &storage, args);
        tensors_add(all, t);
    }
}
