/* steps: a part of a tokenizer.json that is one step, or a "Sequence" of them. */
#ifndef TAGPIPE_TOKENIZER_STEPS_H
#define TAGPIPE_TOKENIZER_STEPS_H

#include <jansson.h>

/* What a step is called, and how it is added to the steps `to`. */
struct steps_kind {
    const char *name;
    void (*read)(void *to, json_t *step, const char *path);
};
/* A part: its name for messages, the key of the list in its "Sequence", and its kinds; the last one has no name. */
struct steps {
    const char *part, *list;
    const struct steps_kind *kind;
};

/* Read each step, in its order; null has none. Dies if one is not known here. `path` is for messages. */
void steps_read(const struct steps *steps, void *to, json_t *json, const char *path);

#endif
