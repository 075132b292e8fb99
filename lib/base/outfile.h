/* outfile: output files that appear whole or not at all, whenever the process dies. */
#ifndef TAGPIPE_BASE_OUTFILE_H
#define TAGPIPE_BASE_OUTFILE_H

#include "base/util.h"

/* A file under a temporary name in the same folder. outfile_commit flushes it, fsyncs it and renames it over `path`. Until then
 * die, exit, SIGINT and SIGTERM remove it, and kill -9 leaves the old file untouched. */
struct outfile;
struct outfile *outfile_open(const char *path);
void outfile_write(struct outfile *out, const void *bytes, size_t size);
/* Bring the bytes to the disk under the temporary name, without renaming. outfile_commit begins with this. */
void outfile_sync(struct outfile *out);
void outfile_commit(struct outfile *out);
void outfile_discard(struct outfile *out);
/* A whole file from the contents of another one. */
void outfile_copy(const char *from, const char *path);

#endif
