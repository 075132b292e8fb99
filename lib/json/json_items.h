/* json_items: the texts of the JSON values in files, one by one: a line each, or the elements of an array that a file is. */
#ifndef TAGPIPE_JSON_JSON_ITEMS_H
#define TAGPIPE_JSON_JSON_ITEMS_H

#include "base/buffer.h"
#include "text/lines.h"

struct json_items {
    struct lines *lines;
    bool in_array, wants_comma; /* inside an array; after an element of it */
    bool is_new_file;           /* nothing but empty lines was in the file so far */
    struct str rest;            /* of the line at hand */
    const char *line;           /* its start */
    size_t column;              /* bytes of the line before the text; 0 where that is on several lines */
    struct buffer kept;         /* the text of an element that is on several lines */
};

/* `paths` as lines_open takes them. No line may be longer than `max_size`, and no element. */
struct json_items json_items_open(const char *const *paths, size_t max_size);
/* The next value's text, not empty, from its first character on; valid until the next call. False at the end of the last file.
 * A line that begins a file and has an array of objects or of arrays begins such an array, which may go on over many lines. Dies,
 * with file:line, if an array is not closed or something other than a comma is between its elements. */
bool json_items_next(struct json_items *in, struct str *text);
void json_items_close(struct json_items *in);

#endif
