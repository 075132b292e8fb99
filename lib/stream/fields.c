/* fields: what each field of a stream is, once. */
#include "stream/fields.h"

#include <stdio.h>
#include <string.h>

const char *field_maker(const char *what)
{
    static const char *const table[][2] = {
        {"sentence", "conll2msg or text2msg"}, {"batch", "mkbatch"}, {"step", "trainstep"}, {"tokens", "conll2msg"},
        {"doc", "conll2msg"}, {"ner_tags", "conll2msg"}, {"pos_tags", "conll2msg"}, {"chunk_tags", "conll2msg"},
        {"text", "text2msg"},
        {"input_ids", "wptok"}, {"word_ids", "wptok"}, {"offsets", "wptok"}, {"pieces", "wptok"}, {"labels", "alignlbl"},
        {"logits", "bertfwd"}, {"loss", "bertfwd --loss"}, {"pred", "logit2tag"}, {"score", "logit2tag"},
        {"entities", "logit2span"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i][0], what) == 0)
            return table[i][1];
    return NULL;
}

const char *field_advice(const char *field)
{
    static char text[64];
    const char *tool = field_maker(field);
    snprintf(text, sizeof text, "; run %s first", tool ? tool : "");
    return tool ? text : "";
}
