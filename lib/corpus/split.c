/* split: a corpus in parts, each a file of its own. */
#include "corpus/split.h"

#include <stdlib.h>
#include <string.h>

#include "corpus/split_plan.h"
#include "stream/checksum.h"
#include "stream/pack.h"
#include "stream/window_order.h"

/* The document's number among all. One that goes on after others is the same document; but where the first id comes again,
 * another stream begins, which counts its documents anew. */
static size_t document_unit(struct split *s, const struct record *r)
{
    struct msg doc = record_find(r, "doc"), id = record_find(r, "id");
    if (!doc.data)
        record_die(r, "no field 'doc', and whole documents are wanted; see --by sentence");
    size_t id_size = (size_t)(id.end - id.data);
    if (s->n == 0 && id.data)
        buffer_add(&s->first_id, id.data, id_size);
    else if (id.data && s->first_id.n == id_size && memcmp(s->first_id.data, id.data, id_size) == 0)
        s->stream++;
    s->key.n = 0;
    buffer_add(&s->key, &s->stream, sizeof s->stream);
    buffer_add(&s->key, doc.data, (size_t)(doc.end - doc.data));
    return intern_add(&s->documents, (struct str){s->key.data, s->key.n});
}

void split_add(struct split *s, const struct record *r)
{
    size_t n_windows;
    bool begins = window_order_number(r, &n_windows) == 0 || s->n == 0;
    bool has_document = s->by == SPLIT_DOCUMENT || record_find(r, "doc").data;
    size_t document = begins && has_document ? document_unit(s, r) : 0, unit = s->sentences;
    if (!begins)
        unit = s->unit.data[s->n - 1];
    else if (s->by == SPLIT_DOCUMENT)
        unit = document;
    s->sentences += begins;
    if (unit >= s->size.n) {
        GROW(s->size.data, s->size.room, unit + 1);
        s->size.data[s->size.n++] = 0;
    }
    s->size.data[unit] += begins;
    GROW(s->unit.data, s->unit.room, s->n + 1);
    GROW(s->start.data, s->start.room, s->n + 2);
    s->unit.data[s->n] = unit;
    s->start.data[s->n++] = s->bytes.n;
    buffer_add(&s->bytes, r->bytes.data, (size_t)(r->bytes.end - r->bytes.data));
    s->start.data[s->n] = s->bytes.n;
}

void split_decide(const struct split *s, size_t n_parts, const double *share, uint64_t seed, size_t *part)
{
    bool by_document = s->by == SPLIT_DOCUMENT;
    if (s->size.n < n_parts)
        die("%zu %s%s for %zu parts%s", s->size.n, by_document ? "document" : "sentence", s->size.n == 1 ? "" : "s", n_parts,
            by_document && s->sentences >= n_parts ? "; see --by sentence" : "");
    split_plan(s->size.n, s->size.data, n_parts, share, seed, part);
}

size_t split_write(const struct split *s, const size_t *part, size_t k, const struct header *header, struct outfile *out,
                   size_t *units)
{
    struct buffer edge = {0};
    size_t records = 0, sentences = 0;
    header_pack(&edge, header);
    outfile_write(out, edge.data, edge.n);
    struct checksum checksum = {0};
    checksum_begin(&checksum, header, packed_msg(&edge));
    for (size_t i = 0, end; i < s->n; i = end) { /* neighbours go together */
        for (end = i; end < s->n && part[s->unit.data[end]] == k; end++)
            ;
        if (end > i) {
            const uint8_t *bytes = (const uint8_t *)s->bytes.data;
            struct msg records_here = {bytes + s->start.data[i], bytes + s->start.data[end]};
            outfile_write(out, records_here.data, s->start.data[end] - s->start.data[i]);
            checksum_add(&checksum, records_here);
        }
        records += end - i;
        end += end == i;
    }
    edge.n = 0;
    writer_trailer(&edge, records, &checksum);
    checksum_free(&checksum);
    outfile_write(out, edge.data, edge.n);
    free(edge.data);
    *units = 0;
    for (size_t unit = 0; unit < s->size.n; unit++)
        if (part[unit] == k) {
            sentences += s->size.data[unit];
            ++*units;
        }
    return sentences;
}

void split_free(struct split *s)
{
    free(s->bytes.data);
    free(s->start.data);
    free(s->unit.data);
    free(s->size.data);
    free(s->first_id.data);
    free(s->key.data);
    intern_free(&s->documents);
}
