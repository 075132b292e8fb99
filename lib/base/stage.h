/* stage: the files of a folder that appear together.
 *
 * They are written into a folder of their own inside of the folder, .tagpipe-PID.new, and brought to the disk there. Only then
 * the old files go and the new ones are renamed into their places, the one last without which nobody takes the folder for a
 * model. So a process that is killed while it writes leaves the old files; in the instant of the renames it leaves a folder
 * without that file, never new files beside old ones. */
#ifndef TAGPIPE_BASE_STAGE_H
#define TAGPIPE_BASE_STAGE_H

#include "base/util.h"

/* Lock `dir` (lock.h), and remove what dead processes left there. */
void stage_lock(const char *dir);

struct stage;
/* In a folder that this process has locked. At exit a stage that is open is removed. */
struct stage *stage_open(const char *dir);
const char *stage_folder(const struct stage *stage); /* where to write */
const char *stage_target(const struct stage *stage); /* `dir` */
/* Each of the n names in `dir` is now the file of the stage, or is no more. The last name is the first to go and the last to
 * come. Frees the stage. */
void stage_commit(struct stage *stage, size_t n, const char *const *name);

#endif
