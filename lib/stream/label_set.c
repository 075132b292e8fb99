/* label_set: the label names of one tag field. */
#include <tagpipe/stream.h>

int label_set_find(const struct label_set *labels, struct str name)
{
    for (size_t i = 0; i < labels->n; i++)
        if (str_is(name, labels->name[i]))
            return (int)i;
    return -1;
}
