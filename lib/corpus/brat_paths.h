/* brat_paths: the documents that paths name. */
#ifndef TAGPIPE_CORPUS_BRAT_PATHS_H
#define TAGPIPE_CORPUS_BRAT_PATHS_H

#include "base/util.h"

/* The .ann files, ended by NULL; free each and all. See brat_reader_open. */
char **brat_paths(const char *const *paths, size_t *n);
/* The .txt beside an .ann, or the reverse. */
char *brat_paths_other(const char *path, const char *ending);

#endif
