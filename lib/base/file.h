/* file: whole files in, whole files out. */
#ifndef TAGPIPE_BASE_FILE_H
#define TAGPIPE_BASE_FILE_H

#include <stdio.h>
#include "base/util.h"

/* A file mapped read-only: processes that map the same model share its memory. */
struct mapping { const uint8_t *data; size_t size; };
struct mapping file_map(const char *path);                /* dies; an empty file gives {NULL, 0} */
void file_unmap(struct mapping map);
/* A part of it was copied: its pages need not count for this process any more. They come back if they are touched. */
void file_forget(struct mapping map, const uint8_t *at, size_t size);

/* The whole text, ended by NUL; dies if it is missing or larger than `limit` bytes. */
char *file_read(const char *path, size_t limit, size_t *size);
bool file_exists(const char *path);
char *path_join(const char *dir, const char *name);
const char *file_name(const char *path);              /* what follows its last slash */

/* An output file under a temporary name in the same folder; commit flushes, fsyncs and renames it over `path`. Until then
 * die, exit, SIGINT and SIGTERM remove it, and kill -9 leaves the old file untouched. */
struct outfile;
struct outfile *outfile_open(const char *path);
void outfile_write(struct outfile *out, const void *bytes, size_t size);
/* Bring the bytes to the disk under the temporary name, without renaming; commit does this first by itself. */
void outfile_sync(struct outfile *out);
void outfile_commit(struct outfile *out);
void outfile_discard(struct outfile *out);

/* Make a folder, and what is missing above it. */
void dir_make(const char *path);

#endif
