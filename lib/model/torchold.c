/* torchold: the older format. How large an element of a storage is, only its tensors say: so the state dict is gone through
 * twice, first for the storages that it names, then with their places. */
#include "model/torchold.h"

#include <stdlib.h>
#include <string.h>

#include "model/torchpickle.h"

static const uint8_t magic[] = {0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

bool torchold_is(const struct tensors_file *f)
{
    return f->map.size >= sizeof magic && memcmp(f->map.data, magic, sizeof magic) == 0;
}

struct torchold {
    const char *path;
    struct torchpickle_storage *storage; /* as tensors name them; sorted by key, each once, when their places are known */
    size_t n, room;
};

static int by_key(const void *a, const void *b)
{
    const struct torchpickle_storage *x = a, *y = b;
    size_t n = x->key_size < y->key_size ? x->key_size : y->key_size;
    int order = n ? memcmp(x->key, y->key, n) : 0;
    return order ? order : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

/* The first time: the storage's size is not known yet, and all that it says is taken for true. */
static void note(void *context, struct torchpickle_storage *s)
{
    struct torchold *old = context;
    GROW(old->storage, old->room, old->n + 1);
    old->storage[old->n++] = *s;
    s->size = SIZE_MAX;
}

static void find(void *context, struct torchpickle_storage *s)
{
    struct torchold *old = context;
    const struct torchpickle_storage *found = bsearch(s, old->storage, old->n, sizeof *old->storage, by_key);
    if (!found->data)
        die("%s: a tensor lies in the storage '%.*s', which the file does not have", old->path, (int)s->key_size,
            (const char *)s->key);
    s->data = found->data;
    s->size = found->size;
}

static void keep_one_of_each(struct torchold *old)
{
    size_t n = 0;
    if (old->n)
        qsort(old->storage, old->n, sizeof *old->storage, by_key);
    for (size_t i = 0; i < old->n; i++) {
        struct torchpickle_storage *s = &old->storage[i], *last = n ? &old->storage[n - 1] : NULL;
        if (!last || by_key(last, s) != 0)
            old->storage[n++] = *s;
        else if (last->n != s->n || last->element_size != s->element_size || last->dtype != s->dtype)
            die("%s: two tensors say different things of their storage '%.*s'", old->path, (int)s->key_size,
                (const char *)s->key);
    }
    old->n = n;
}

/* Set where each storage lies, from `at` on. */
static void find_places(struct torchold *old, const struct tensors_file *f, struct pickle_value keys, size_t at)
{
    for (size_t i = 0; i < pickle_n(keys); i++) {
        struct pickle_value key = keys.items->item[i];
        struct torchpickle_storage wanted = {.key = key.text, .key_size = key.size}, *s = NULL;
        if (key.type == PICKLE_STRING && old->n)
            s = bsearch(&wanted, old->storage, old->n, sizeof *old->storage, by_key);
        if (!s || s->data)
            die("%s: its list of storages has one that no tensor uses, or one twice", f->path);
        uint64_t n = 0;
        if (f->map.size - at < sizeof n)
            die("%s: cut off at byte %zu", f->path, f->map.size);
        for (size_t k = sizeof n; k-- > 0;)
            n = n << 8 | f->map.data[at + k];
        at += sizeof n;
        if (n != s->n)
            die("%s: the storage '%.*s' has %llu elements, a tensor says %zu", f->path, (int)s->key_size, (const char *)s->key,
                (unsigned long long)n, s->n);
        if (n > (f->map.size - at) / s->element_size)
            die("%s: the storage '%.*s' of %zu elements begins at byte %zu of %zu: the file is cut off", f->path,
                (int)s->key_size, (const char *)s->key, s->n, at, f->map.size);
        s->data = f->map.data + at;
        s->size = s->n * s->element_size;
        at += s->size;
    }
    if (at != f->map.size)
        die("%s: %zu bytes after the last storage", f->path, f->map.size - at);
}

static struct pickle *next_pickle(const struct tensors_file *f, size_t *at)
{
    struct pickle *pickle = pickle_read(f->path, f->map.data + *at, f->map.size - *at, torchpickle_knows);
    *at += pickle->used;
    return pickle;
}

/* {'protocol_version': 1001, 'little_endian': True, 'type_sizes': ...} */
static void check_machine(const struct tensors_file *f, struct pickle_value machine)
{
    for (size_t i = 0; i < pickle_n(machine); i += 2) {
        const struct pickle_value *item = machine.items->item + i;
        if (machine.type == PICKLE_DICT && pickle_is(item[0], PICKLE_STRING, "little_endian") && item[1].type == PICKLE_BOOL
            && item[1].integer)
            return;
    }
    die("%s: written on a machine with another order of bytes; save it again on a usual one", f->path);
}

void torchold_add(struct tensors *all, const struct tensors_file *f)
{
    struct torchold old = {.path = f->path};
    struct tensors *first = xcalloc(1, sizeof *first);
    size_t at = sizeof magic;
    struct pickle *version = next_pickle(f, &at), *machine = next_pickle(f, &at);
    if (version->value.type != PICKLE_INTEGER || version->value.integer != 1001)
        die("%s: a version of torch's format that is not known", f->path);
    check_machine(f, machine->value);
    struct pickle *dict = next_pickle(f, &at), *keys = next_pickle(f, &at);
    torchpickle_tensors(first, f, dict->value, note, &old);
    keep_one_of_each(&old);
    find_places(&old, f, keys->value, at);
    torchpickle_tensors(all, f, dict->value, find, &old);
    tensors_close(first);
    free(old.storage);
    pickle_free(version);
    pickle_free(machine);
    pickle_free(dict);
    pickle_free(keys);
}
