/* type_map: other names for types of entities: "LOCderiv=LOC,OTH=O". */
#ifndef TAGPIPE_TAGS_TYPE_MAP_H
#define TAGPIPE_TAGS_TYPE_MAP_H

#include <tagpipe/cli.h>
#include <tagpipe/str.h>

#include "text/intern.h"

struct type_map {
    struct intern from;
    char **to; /* [from.n] "O": the type is dropped */
};
/* What the option --map says: OLD=NEW,... or @FILE with OLD=NEW a line. Dies (exit 2) on anything else. All names are replaced
 * at once, so A=B,B=A swaps two. */
struct type_map type_map_new(const struct cli_list *given);
/* The new name of a type; itself if nothing is said of it. */
struct str type_map_of(const struct type_map *map, struct str type);
/* Die if the map names a type that is not among those of `field`. */
void type_map_check(const struct type_map *map, const char *field, const struct intern *types);
void type_map_free(struct type_map *map);

#endif
