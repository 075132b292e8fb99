/* lock: one writer at a time in a folder.
 *
 * The lock is flock(2) on the folder itself: no file is left, and the lock ends with its process, however that ends. It is
 * advice: only those who ask for it heed it, so reading a model is never refused. */
#ifndef TAGPIPE_BASE_LOCK_H
#define TAGPIPE_BASE_LOCK_H

/* Lock a folder until this process ends. Makes it if it is missing; a folder that was made and is empty at the end goes again.
 * Dies at once if another process has the lock. */
void lock_folder(const char *dir);

#endif
