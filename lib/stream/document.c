/* document: the field `doc`, through concatenated streams. */
#include "stream/document.h"

uint64_t document_of(struct documents *d, const struct record *record)
{
    struct msg doc = record_find(record, "doc"), id = record_find(record, "id");
    int64_t number, id_number = 0;
    if (!doc.data)
        record_die(record, "no field 'doc': which sentences belong to one document? conll2msg writes it");
    if (!msg_int(&doc, &number))
        record_die(record, "field 'doc' is not a number");
    bool has_id = id.data && msg_int(&id, &id_number);
    bool anew = has_id && d->has_id && id_number <= d->last_id;
    if (d->begun && (number != d->last_doc || anew))
        d->number++;
    d->begun = true;
    d->last_doc = number;
    d->has_id = has_id;
    d->last_id = id_number;
    return d->number;
}
