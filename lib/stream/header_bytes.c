/* header_bytes: a header from its msgpack map, and back. */
#include <stdlib.h>
#include <string.h>

#include "stream/header.h"
#include "stream/pack.h"
#include "text/printable.h"
#include "text/utf8.h"

/* A name used as a C string must not hide anything after a NUL. */
static char *text_copy(struct str s, const char *what)
{
    if (s.size && memchr(s.data, 0, s.size))
        die("the stream's header has an empty %s, or one with a NUL", what);
    if (!utf8_is_valid(s.data, s.size)) {
        struct buffer shown = {0};
        printable_add(&shown, s);
        die("the stream's header has a %s that is not UTF-8: %.*s", what, (int)shown.n, shown.data);
    }
    return xstrndup(s.data, s.size);
}

static char *name_copy(struct str s, const char *what)
{
    if (s.size == 0)
        die("the stream's header has an empty %s, or one with a NUL", what);
    return text_copy(s, what);
}

/* No key of a map comes twice: readers would not agree on which one counts. What else is wrong with it, others say. */
static void check_keys(struct msg map, const char *what)
{
    struct str key[RECORD_FIELDS_MAX];
    size_t n = 0;
    msg_map(&map, &n);
    for (size_t i = 0; i < n && i < RECORD_FIELDS_MAX && msg_str(&map, &key[i]); i++) {
        for (size_t k = 0; k < i; k++)
            if (str_equal(key[k], key[i]))
                die("the stream's header%s has the key '%.*s' twice", what, (int)key[i].size, key[i].data);
        msg_value(&map);
    }
}

static void parse_fields(struct header *h, struct msg value)
{
    struct array_strs names = {0};
    if (!msg_strs(value, &names))
        die("the stream's header: fields is not an array of names");
    if (names.n > RECORD_FIELDS_MAX)
        die("the stream's header names %zu fields; at most %d are allowed", names.n, RECORD_FIELDS_MAX);
    for (size_t i = 0; i < names.n; i++) {
        char *name = name_copy(names.data[i], "field name");
        header_add_field(h, name);
        free(name);
    }
    free(names.data);
}

static void parse_labels(struct header *h, struct msg value)
{
    size_t n;
    check_keys(value, ": labels");
    if (!msg_map(&value, &n) || n > RECORD_FIELDS_MAX)
        die("the stream's header: labels is not a map from (at most %d) fields to label names", RECORD_FIELDS_MAX);
    struct array_strs names = {0};
    for (size_t i = 0; i < n; i++) {
        struct str field;
        if (!msg_str(&value, &field) || !msg_strs(msg_value(&value), &names))
            die("the stream's header: labels is not a map from fields to label names");
        char *key = name_copy(field, "field name");
        const char **copy = xmalloc(names.n, sizeof *copy);
        for (size_t k = 0; k < names.n; k++)
            copy[k] = name_copy(names.data[k], "label name");
        header_set_labels(h, key, names.n, copy);
        for (size_t k = 0; k < names.n; k++)
            free((char *)copy[k]);
        free(copy);
        free(key);
    }
    free(names.data);
}

static void parse_vocab(struct header *h, struct msg value)
{
    size_t n;
    int64_t size = -1, pad = 0;
    struct str hash = {0}, spelling = {0}, unk = {0}, key;
    check_keys(value, ": vocab");
    bool good = msg_map(&value, &n);
    for (size_t i = 0; good && i < n; i++) {
        good = msg_str(&value, &key);
        if (good && str_is(key, "size"))
            good = msg_int(&value, &size);
        else if (good && str_is(key, "hash"))
            good = msg_str(&value, &hash);
        else if (good && str_is(key, "pieces"))
            good = msg_str(&value, &spelling);
        else if (good && str_is(key, "unk"))
            good = msg_str(&value, &unk);
        else if (good && str_is(key, "pad"))
            good = msg_int(&value, &pad) && pad >= 0 && pad <= INT32_MAX;
        else if (good)
            msg_value(&value);
    }
    if (!good || size < 0 || !hash.data)
        die("the stream's header: vocab is not {\"size\": integer, \"hash\": string}, its \"pieces\" and \"unk\" strings, its "
            "\"pad\" an id");
    char *copy = name_copy(hash, "vocabulary hash");
    header_set_vocab(h, size, copy);
    free(copy);
    h->spelling = spelling.data ? name_copy(spelling, "kind of pieces") : NULL;
    h->unk = unk.data ? text_copy(unk, "unknown piece") : NULL;
    header_set_pad(h, (int32_t)pad);
}

static void parse_history(struct header *h, struct msg value)
{
    if (!msg_array(&value, &h->n_history))
        die("the stream's header: history is not an array");
    h->history_size = (size_t)(value.end - value.data);
    h->history = xmalloc(h->history_size, 1);
    memcpy(h->history, value.data, h->history_size);
}

/* Whether a map has a key "msgstream": whatever else it is, it was meant as a header. */
static bool is_header(struct msg map)
{
    size_t n;
    for (msg_map(&map, &n); n > 0; n--) {
        struct msg key = msg_value(&map);
        struct str name;
        if (msg_str(&key, &name) && str_is(name, "msgstream"))
            return true;
        msg_value(&map);
    }
    return false;
}

struct header *header_parse(struct msg map)
{
    struct header *h = header_new("");
    size_t n;
    int64_t version = 0;
    if (msg_type(map) != MSG_MAP)
        die("not a msgpack stream of these tools: it begins with %s", msg_type_name(msg_type(map)));
    if (!is_header(map))
        die("not a msgpack stream of these tools: its first map has no \"msgstream\"");
    check_keys(map, "");
    msg_map(&map, &n);
    if (n > RECORD_FIELDS_MAX)
        die("the stream's header has %zu keys; at most %d are allowed", n, RECORD_FIELDS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct str key, text;
        if (!msg_str(&map, &key))
            die("the stream's header has a key that is not a string");
        struct msg value = msg_value(&map);
        if (str_is(key, "msgstream")) {
            if (!msg_int(&value, &version))
                die("the stream's header: msgstream is not a number");
        } else if (str_is(key, "kind")) {
            if (!msg_str(&value, &text))
                die("the stream's header: kind is not a string");
            free(h->kind);
            h->kind = name_copy(text, "kind");
        } else if (str_is(key, "fields"))
            parse_fields(h, value);
        else if (str_is(key, "labels"))
            parse_labels(h, value);
        else if (str_is(key, "vocab"))
            parse_vocab(h, value);
        else if (str_is(key, "history"))
            parse_history(h, value);
        else {
            char *name = name_copy(key, "key");
            header_set_raw(h, str_of(name), value);
            free(name);
        }
    }
    if (version != 1)
        die("the stream has version %lld; this tool reads version 1", (long long)version);
    if (!*h->kind)
        die("the stream's header has no kind");
    h->any_fields = h->n_fields == 0;
    return h;
}

void header_die_of_bad_text(struct msg map)
{
    size_t n;
    for (msg_map(&map, &n); n > 0; n--) {
        struct str key;
        msg_str(&map, &key);
        if (msg_has_bad_text(msg_value(&map)))
            die("the stream's header: %.*s holds a string that is not UTF-8", (int)key.size, key.data);
    }
}

static void pack_text(struct buffer *to, const char *key, const char *value)
{
    if (!value)
        return;
    pack_string(to, key);
    pack_string(to, value);
}

void header_pack(struct buffer *to, const struct header *h)
{
    pack_map(to, 4 + h->n_extras + (h->any_fields ? 0 : 1) + (h->vocab_hash ? 1 : 0));
    pack_string(to, "msgstream");
    pack_int(to, 1);
    pack_string(to, "kind");
    pack_string(to, h->kind);
    if (!h->any_fields) {
        pack_string(to, "fields");
        pack_array(to, h->n_fields);
        for (size_t i = 0; i < h->n_fields; i++)
            pack_string(to, h->field[i]);
    }
    pack_string(to, "labels");
    pack_map(to, h->n_label_sets);
    for (size_t i = 0; i < h->n_label_sets; i++) {
        pack_string(to, h->label_set[i].field);
        pack_array(to, h->label_set[i].n);
        for (size_t k = 0; k < h->label_set[i].n; k++)
            pack_string(to, h->label_set[i].name[k]);
    }
    if (h->vocab_hash) {
        pack_string(to, "vocab");
        pack_map(to, 2 + (h->spelling ? 1u : 0u) + (h->unk ? 1u : 0u) + (h->pad ? 1u : 0u));
        pack_string(to, "size");
        pack_int(to, h->vocab_size);
        pack_string(to, "hash");
        pack_string(to, h->vocab_hash);
        pack_text(to, "pieces", h->spelling);
        pack_text(to, "unk", h->unk);
        if (h->pad) {
            pack_string(to, "pad");
            pack_int(to, h->pad);
        }
    }
    for (size_t i = 0; i < h->n_extras; i++) {
        pack_string(to, h->extra[i].key);
        pack_raw(to, (struct msg){h->extra[i].data, h->extra[i].data + h->extra[i].size});
    }
    pack_string(to, "history");
    pack_array(to, h->n_history);
    pack_raw(to, (struct msg){h->history, h->history + h->history_size});
}
