/* filter: a tool that reads records on its left and writes them, with what it adds, on its right.
 *
 *     struct filter *f = filter_open(&cli, argc, argv, "sentence");
 *     filter_need(f, "tokens");
 *     filter_adds(f, "n_tokens", NULL);
 *     for (struct record *r; (r = filter_next(f)); ) {
 *         filter_begin(f, r);
 *         filter_put_int(f, "n_tokens", ...);
 *         filter_end(f);
 *     }
 *     return filter_close(f);
 *
 * All functions die (util.h) on a broken stream, with the record's number and id. A filter that dies writes no trailer, so
 * that the next tool fails, too. */
#ifndef TAGPIPE_FILTER_H
#define TAGPIPE_FILTER_H

#include <tagpipe/cli.h>
#include <tagpipe/stream.h>

struct filter;

/* Parse the command line, open the files that it names (none, or "-": standard input) and read the header. Dies if the stream
 * is of another kind (NULL: any kind), naming the tool that makes the right one. */
struct filter *filter_open(const struct cli *cli, int argc, char **argv, const char *kind);

/* Whether the header promises a field; filter_need dies if it does not, with the name of the tool that adds it. */
bool filter_has(const struct filter *filter, const char *field);
void filter_need(const struct filter *filter, const char *field);
/* The labels of a tag field; dies without. */
const struct label_set *filter_labels(const struct filter *filter, const char *field);

/* ---- before the first filter_next ---- */

/* Each record that is written will have this field; one of the same name is replaced. `labels` (NULL: none) are its names. */
void filter_adds(struct filter *filter, const char *field, const struct label_set *labels);
/* One more key of the header. */
void filter_set_int(struct filter *filter, const char *key, int64_t value);
void filter_set_text(struct filter *filter, const char *key, const char *value);

/* ---- record by record ---- */

/* The next record, valid until the next call; NULL after a complete trailer. The first call writes the header; what was
 * written goes out before a read that may block. */
struct record *filter_next(struct filter *filter);
/* Begin a record with all fields of `record` (NULL: none) but those that filter_adds named. The caller puts each of these
 * once; filter_end checks that all came. */
void filter_begin(struct filter *filter, const struct record *record);
void filter_put_int(struct filter *filter, const char *field, int64_t value);
void filter_put_float(struct filter *filter, const char *field, float value);
void filter_put_str(struct filter *filter, const char *field, struct str value);
void filter_put_ints(struct filter *filter, const char *field, const int32_t *data, size_t n); /* MSG_INT_NIL as nil */
void filter_put_floats(struct filter *filter, const char *field, const float *data, size_t n);
void filter_put_strs(struct filter *filter, const char *field, const struct str *data, size_t n);
void filter_put_raw(struct filter *filter, const char *field, struct msg value);
void filter_end(struct filter *filter);

/* Write the trailer, close the output and report a failed write (a full disk); the only way to a valid stream. Frees the
 * filter. Returns main's exit status, 0. */
int filter_close(struct filter *filter);

#endif
