/* msgjson_record: a stream's records and its header as JSON. */
#include "msgjson.h"

#include <stdlib.h>
#include <string.h>

#include "decimal.h"

const char *const *msgjson_fields(const struct reader *in, const char *list)
{
    const char **name = xcalloc(strlen(list) + 2, sizeof *name);
    char *copy = xstrdup(list);
    size_t n = 0;
    for (char *c = strtok(copy, ","); c; c = strtok(NULL, ",")) {
        reader_need(in, c);
        name[n++] = c;
    }
    if (n == 0)
        die_usage("the list of fields is empty");
    return name;
}

static const struct inventory *names_of(const struct header *labels, struct str field)
{
    for (size_t i = 0; labels && i < labels->n_inventories; i++)
        if (str_is(field, labels->inventory[i].field) && !str_is(field, "logits"))  /* its names are of columns */
            return &labels->inventory[i];
    return NULL;
}

void msgjson_record(struct msgjson *state, struct text *to, const struct record *record, const char *const *chosen,
                    const struct header *labels)
{
    size_t start = to->n;
    text_add(to, "{", 1);
    for (size_t i = 0; chosen ? chosen[i] != NULL : i < record->n_fields; i++) {
        struct str name = chosen ? (struct str){chosen[i], strlen(chosen[i])} : record->field[i].name;
        struct msg value = chosen ? record_find(record, chosen[i]) : record->field[i].value;
        if (!value.at)
            continue;
        if (to->n > start + 1)
            text_add(to, ",", 1);
        if (!msgjson_str(to, name))
            record_die(record, "has a field whose name is not UTF-8");
        text_add(to, ":", 1);
        if (!msgjson_value(state, to, value, names_of(labels, name)))
            record_die(record, "field '%.*s' has no form in JSON: it holds %s", (int)name.size, name.at, state->error);
    }
    text_add(to, "}", 1);
}

static void put_string(struct text *to, const char *string)
{
    if (!msgjson_str(to, (struct str){string, strlen(string)}))
        die("the stream's header holds a string that is not UTF-8");
}

static void put_strings(struct text *to, const char *const *string, size_t n)
{
    text_add(to, "[", 1);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_add(to, ",", 1);
        put_string(to, string[i]);
    }
    text_add(to, "]", 1);
}

static void put_value(struct msgjson *state, struct text *to, struct msg value)
{
    if (!msgjson_value(state, to, value, NULL))
        die("the stream's header has no form in JSON: it holds %s", state->error);
}

void msgjson_header(struct msgjson *state, struct text *to, const struct header *header, const char *const *chosen)
{
    size_t n_chosen = 0;
    while (chosen && chosen[n_chosen])
        n_chosen++;
    text_add_string(to, "{\"msgstream\":1,\"kind\":");
    put_string(to, header->kind);
    if (chosen || !header->any_fields) {
        text_add_string(to, ",\"fields\":");
        put_strings(to, chosen ? chosen : (const char *const *)header->field, chosen ? n_chosen : header->n_fields);
    }
    text_add_string(to, ",\"labels\":{");
    for (size_t i = 0; i < header->n_inventories; i++) {
        const struct inventory *labels = &header->inventory[i];
        if (i > 0)
            text_add(to, ",", 1);
        put_string(to, labels->field);
        text_add(to, ":", 1);
        put_strings(to, (const char *const *)labels->name, labels->n);
    }
    text_add(to, "}", 1);
    if (header->vocab_hash) {
        char number[DECIMAL_SIZE];
        text_add_string(to, ",\"vocab\":{\"size\":");
        text_add(to, number, decimal_int(number, header->vocab_size));
        text_add_string(to, ",\"hash\":");
        put_string(to, header->vocab_hash);
        text_add(to, "}", 1);
    }
    for (size_t i = 0; i < header->n_extras; i++) {
        const struct extra *extra = &header->extra[i];
        text_add(to, ",", 1);
        put_string(to, extra->key);
        text_add(to, ":", 1);
        put_value(state, to, (struct msg){extra->at, extra->at + extra->size});
    }
    text_add_string(to, ",\"history\":[");
    struct msg history = {header->history, header->history + header->history_size};
    for (size_t i = 0; i < header->n_history; i++) {
        if (i > 0)
            text_add(to, ",", 1);
        put_value(state, to, msg_value(&history));
    }
    text_add_string(to, "]}");
}
