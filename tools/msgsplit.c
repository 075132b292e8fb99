/* msgsplit: a corpus into parts: for training, for development, for the test. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpus/split.h"
#include "corpus/split_plan.h"
#include "text/list.h"

static const char *folder, *parts = "80:10:10", *names;
static int by = SPLIT_SENTENCE;
static uint64_t seed = 1;
static double share[SPLIT_PARTS_MAX];
static size_t n_parts;

static const struct cli_option options[] = {
    {'o', "output", "DIR", "where the files go (needed)", CLI_PATH, &folder, 0},
    {'p', "parts", "N:N...", "the shares of the parts (80:10:10)", CLI_TEXT, &parts, 0},
    {'b', "by", SPLIT_BY, "what stays whole (sentence)", CLI_CHOICE, &by, 0},
    {'s', "seed", "N", "seed of the choice (1)", CLI_SEED, &seed, 0},
    {'n', "names", "A,B,...", "names of the files, without .msg (train,dev,test; two parts: train,dev)", CLI_TEXT, &names, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (!folder)
        die_usage("where to? -o DIR");
    n_parts = split_shares(parts, share);
    if (!names && n_parts > 3)
        die_usage("--names of the %zu parts", n_parts);
    if (!names)
        names = n_parts == 2 ? "train,dev" : "train,dev,test";
    const char *rest = names;
    struct str name;
    size_t n = 0;
    struct intern seen = {0};
    for (; list_next(&rest, ',', &name); n++) {
        if (name.size == 0 || memchr(name.data, '/', name.size))
            die_usage("--names %s: a name is empty, or has a slash", names);
        if (intern_add(&seen, name) < n)
            die_usage("--names %s: %.*s comes twice", names, (int)name.size, name.data);
    }
    intern_free(&seen);
    if (n != n_parts)
        die_usage("--names %s: %zu for %zu parts", names, n, n_parts);
}

static const struct cli cli = {"msgsplit", "a corpus into parts: train, dev, test", "[FILE...]", options, check};

static void write_parts(const struct split *split, const size_t *part, const struct header *header, struct buffer *text)
{
    const char *rest = names;
    struct str name;
    struct outfile *out[SPLIT_PARTS_MAX];
    file_make_folder(folder);
    for (size_t k = 0; list_next(&rest, ',', &name); k++) {
        char *path = xasprintf("%s/%.*s.msg", folder, (int)name.size, name.data);
        out[k] = outfile_open(path);
        size_t units, sentences = split_write(split, part, k, header, out[k], &units);
        outfile_sync(out[k]);
        buffer_format(text, "%-*s %7zu sentences %5.1f %%", (int)strlen(folder) + 10, path, sentences,
                      100 * (double)sentences / (double)split->sentences);
        if (split->by == SPLIT_DOCUMENT)
            buffer_format(text, " %6zu documents", units);
        buffer_add(text, "\n", 1);
        free(path);
    }
    if (split->by == SPLIT_SENTENCE && split->documents.n >= n_parts)
        buffer_format(text, "by sentence; --by document keeps the %zu documents whole\n", split->documents.n);
    for (size_t k = 0; k < n_parts; k++) /* all of them or none */
        outfile_commit(out[k]);
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct buffer *text = filter_prints(f);
    struct split split = {.by = (enum split_by)by};
    if (by == SPLIT_DOCUMENT)
        filter_need(f, "doc");
    for (struct record *r; (r = filter_next(f));)
        split_add(&split, r);
    size_t n, *part = xcalloc(split.n, sizeof *part);
    const char *const *argument = cli_history(&n);
    split_decide(&split, n_parts, share, seed, part);
    header_add_history(filter_new_header(f), cli.name, TAGPIPE_VERSION, n, argument);
    write_parts(&split, part, filter_new_header(f), text);
    free(part);
    split_free(&split);
    return filter_close(f);
}
