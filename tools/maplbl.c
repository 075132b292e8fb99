/* maplbl: tags with other types, or in another scheme. */
#include <stdlib.h>

#include "stream/fields.h"
#include "stream/filter.h"
#include "tags/labels.h"
#include "tags/rewrite.h"

static const char *field = "ner_tags";
static struct cli_list map;
static struct cli_found from = SCHEME_CHOICE, to = SCHEME_CHOICE;
static bool suffix, repair;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the tags to rewrite (ner_tags)", CLI_TEXT, &field, 0},
    {0, "map", "OLD=NEW,...|@FILE", "other names of types; =O drops a type; may be given again", CLI_LIST, &map, 0},
    {0, "to", SCHEME_NAMES, "scheme to write the tags in (that of the stream)", CLI_FOUND, &to, 0},
    {0, "from", SCHEME_NAMES, "scheme of the tags in the stream (found by their letters; B and I: iob2)", CLI_FOUND, &from, 0},
    {0, "suffix", NULL, "tags are PER-B, and become B-PER", CLI_FLAG, &suffix, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (map.n == 0 && to.value < 0 && !suffix)
        die_usage("nothing to do: --map OLD=NEW,... gives types other names, --to SCHEME writes tags in another scheme");
}

static const struct cli cli = {"maplbl", "tags with other types, or in another scheme", "[FILE...]", options, check};

/* Labels of pieces are made of tags of words, and would no longer agree with them. */
static void check_fields(const struct filter *f, const struct label_set *tags)
{
    const struct label_set *pieces = header_labels(filter_header(f), "labels");
    if (!field_has_ids(field))
        die("%s holds no tags", field);
    bool same = pieces && pieces->n == tags->n;
    for (size_t i = 0; same && i < tags->n; i++)
        same = strcmp(pieces->name[i], tags->name[i]) == 0;
    if (same)
        die("the stream has labels of pieces already ('labels'); run maplbl before alignlbl");
}

static void read_ids(const struct record *r, const struct label_set *labels, struct array_ints *ids)
{
    record_ints(r, field, ids);
    for (size_t i = 0; i < ids->n; i++)
        if (ids->data[i] != LABEL_NONE && (ids->data[i] < 0 || (size_t)ids->data[i] >= labels->n))
            record_die(r, "%s[%zu] is %d; the header names %zu labels", field, i, ids->data[i], labels->n);
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_need(f, field);
    const struct label_set *labels = filter_labels(f, field);
    check_fields(f, labels);
    struct type_map types = type_map_new(&map);
    struct rewrite_options o = {.from = from.value, .to = to.value, .map = &types, .repairs = repair};
    struct label_set turned = suffix ? labels_from_suffix(labels) : *labels;
    struct rewriter w = rewriter_new(&turned, &o);
    struct array_ints ids = {0};
    filter_adds(f, field, &w.out);
    for (struct record *r; (r = filter_next(f));) {
        read_ids(r, labels, &ids);
        rewriter_record(&w, r, ids.n, ids.data);
        filter_begin(f, r);
        filter_put_ints(f, field, ids.data, ids.n);
        filter_end(f);
    }
    rewrite_finish(w.n_invalid, repair);
    rewriter_free(&w);
    type_map_free(&types);
    free(ids.data);
    return filter_close(f);
}
