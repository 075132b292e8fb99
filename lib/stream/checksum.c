/* checksum: the checksums of a stream. */
#include "stream/checksum.h"

#include <xxhash.h>

#include "base/hash.h"
#include "stream/pack.h"

static const char key[] = "checksum", kind[] = "xxh64", of_records[] = "xxh64", of_header[] = "header";

void checksum_announce(struct header *h)
{
    header_set_text(h, key, kind);
}

static bool is_announced(const struct header *h)
{
    for (size_t i = 0; i < h->n_extras; i++)
        if (strcmp(h->extra[i].key, key) == 0) {
            struct msg at = {h->extra[i].data, h->extra[i].data + h->extra[i].size};
            struct str text;
            if (!msg_str(&at, &text) || !str_is(text, kind))
                die("the stream's header: \"checksum\" is not \"%s\", the only kind that is known here", kind);
            return true;
        }
    return false;
}

void checksum_begin(struct checksum *c, const struct header *h, struct msg bytes)
{
    c->wanted = is_announced(h);
    if (!c->wanted)
        return;
    c->header = XXH64(bytes.data, (size_t)(bytes.end - bytes.data), 0);
    if (!c->state && !(c->state = XXH64_createState()))
        die("out of memory: the state of a checksum");
    XXH64_reset(c->state, 0);
}

void checksum_add(struct checksum *c, struct msg record)
{
    if (c->wanted)
        XXH64_update(c->state, record.data, (size_t)(record.end - record.data));
}

void checksum_pack(const struct checksum *c, struct buffer *to)
{
    char digits[17];
    pack_string(to, of_records);
    hash_text(XXH64_digest(c->state), digits);
    pack_string(to, digits);
    pack_string(to, of_header);
    hash_text(c->header, digits);
    pack_string(to, digits);
}

bool checksum_is_in(const struct record *t)
{
    return record_find(t, of_records).data && record_find(t, of_header).data;
}

static bool is_same(const struct record *t, const char *field, uint64_t hash)
{
    char digits[17];
    struct msg value = record_find(t, field);
    struct str text;
    hash_text(hash, digits);
    return value.data && msg_str(&value, &text) && str_is(text, digits);
}

void checksum_check(const struct checksum *c, const struct record *t, const char *name)
{
    if (c->wanted != checksum_is_in(t))
        die("%s: damaged: the %s says that the stream has a checksum, the %s does not", name, c->wanted ? "header" : "trailer",
            c->wanted ? "trailer" : "header");
    if (!c->wanted)
        return;
    if (!is_same(t, of_header, c->header))
        die("%s: damaged: the header has another checksum than when it was written", name);
    if (!is_same(t, of_records, XXH64_digest(c->state)))
        die("%s: damaged: the records have another checksum than when they were written", name);
}

void checksum_free(struct checksum *c)
{
    XXH64_freeState(c->state);
    c->state = NULL;
}
