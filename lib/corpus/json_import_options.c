/* json_import_options: the new names of fields. */
#include "corpus/json_import_private.h"

#include <stdlib.h>

#include "tags/labels.h"
#include "text/list.h"

void json_import_rename(struct json_import *im, const char *list)
{
    struct str pair;
    for (const char *rest = list; list_next(&rest, ',', &pair);) {
        pair = labels_trim(pair);
        const char *equals = memchr(pair.data, '=', pair.size), *end = pair.data + pair.size;
        if (!equals || equals == pair.data || equals + 1 == end)
            die_usage("fields are renamed as words=tokens,tags=ner_tags, not '%s'", list);
        im->rename = xrealloc(im->rename, im->n_renames + 1, sizeof *im->rename);
        im->rename[im->n_renames].from = xstrndup(pair.data, (size_t)(equals - pair.data));
        im->rename[im->n_renames].to = xstrndup(equals + 1, (size_t)(end - equals - 1));
        im->rename[im->n_renames++].is_used = false;
    }
}
