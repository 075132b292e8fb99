/* trained: how the sentences were cut that a model was trained with. wptok writes it into the header of its stream, the tools
 * between pass it on, trainstep writes it into config.json of the model, and wptok --as-trained reads it there. */
#ifndef TAGPIPE_TOKENIZER_TRAINED_H
#define TAGPIPE_TOKENIZER_TRAINED_H

#include <jansson.h>

#include "stream/header.h"

/* What was given as an option; TRAINED_NONE has nothing. */
struct trained {
    size_t max_length; /* 0: not given */
    int overflow;      /* enum encode_overflow; -1 */
    size_t stride;     /* SIZE_MAX */
    size_t context;    /* SIZE_MAX */
    bool prefix_space; /* not in config.json: the tokenizer's files of the model say it */
};
#define TRAINED_NONE                                                                                                             \
    {                                                                                                                            \
        .overflow = -1, .stride = SIZE_MAX, .context = SIZE_MAX                                                                  \
    }

void trained_put(const struct trained *trained, struct header *header);
/* Whether the words of a stream were cut as after a blank, whatever the tokenizer's files said. */
bool trained_has_prefix_space(const struct header *header);
/* Bring what the header says into the contents of a config.json. Returns whether that changed them. */
bool trained_save(const struct header *header, json_t *config);
/* Complete what was not given by what config.json of a model says, and print that on standard error. A stream without documents
 * gets no context. */
void trained_complete(struct trained *trained, const char *dir, bool has_documents);

#endif
