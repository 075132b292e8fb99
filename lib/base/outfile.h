/* outfile: output files that appear whole or not at all, whenever the process dies. */
#ifndef TAGPIPE_BASE_OUTFILE_H
#define TAGPIPE_BASE_OUTFILE_H

#include "base/util.h"

/* A file under a temporary name of this process in the same folder. outfile_commit flushes it, fsyncs it and renames it over
 * `path`. Until then die, exit, SIGINT and SIGTERM remove it. kill -9 leaves the old file untouched, and the temporary one, which
 * the next process removes that writes a file into the folder. */
struct outfile;
struct outfile *outfile_open(const char *path);
void outfile_write(struct outfile *out, const void *bytes, size_t size);
/* Put other bytes at a place of what was written so far. */
void outfile_rewrite(struct outfile *out, size_t place, const void *bytes, size_t size);
/* Bring the bytes to the disk under the temporary name, without renaming. outfile_commit begins with this. */
void outfile_sync(struct outfile *out);
void outfile_commit(struct outfile *out);
/* The same, but a rename that fails is left to the caller: false, with errno, and the outfile is still there. */
bool outfile_replace(struct outfile *out);
void outfile_discard(struct outfile *out);
/* A whole file from the contents of another one. */
void outfile_copy(const char *from, const char *path);

#endif
