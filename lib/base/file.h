/* file: whole files read, and their names. */
#ifndef TAGPIPE_BASE_FILE_H
#define TAGPIPE_BASE_FILE_H

#include "base/util.h"

/* What follows the bytes of a file in memory, so that from any place in it a byte and sixteen more can be read at once. */
enum { FILE_NULS = 24 };

/* A file mapped read-only, and FILE_NULS bytes: processes that map the same model share its memory.
 *
 * Who writes into the file meanwhile (cp, not mv) changes what is read here: file_unmap dies if the file is not the one that it
 * was, by its size and the time of its last change. Where the file has become shorter, reading ends with SIGBUS; a handler names
 * the file and ends the process with 1. A file that was replaced by rename(2) is no danger: the mapping is still the old one. */
struct mapping {
    const uint8_t *data;
    size_t size;
    struct file_watch *watch;
};
struct mapping file_map(const char *path);                      /* dies; a pipe, device or folder is refused, too */
struct mapping file_map_within(const char *path, size_t limit); /* dies if it is larger, too */
void file_unmap(struct mapping map);
/* The bytes of this part were copied: their pages need not count for this process any more. They come back if they are read. */
void file_forget(struct mapping map, const uint8_t *data, size_t size);

/* The whole text, and FILE_NULS bytes that are NUL; dies if it is missing, larger than `limit` bytes, or changed meanwhile. */
char *file_read(const char *path, size_t limit, size_t *size);
bool file_exists(const char *path);
bool file_is_in(const char *dir, const char *name);
char *file_path(const char *dir, const char *name);
const char *file_name(const char *path); /* what follows its last slash */

/* Bring the names in the folder of `path` to the disk: a rename must survive a power cut, too. */
void file_sync_names(const char *path);

/* Call `each` with the path of every entry of a folder whose name `wanted` takes (NULL: all); none if it cannot be read. */
void file_each(const char *dir, bool (*wanted)(const char *name), void (*each)(const char *path));

void file_remove(const char *path); /* for file_each; what cannot go stays */

/* Make a folder, and the folders above it that are missing. */
void file_make_folder(const char *path);

#endif
