/* span_write_task: tasks of Label Studio. Its interface counts units of UTF-16; the text of each span is there to tell. */
#include "corpus/span_write_private.h"

#include "text/decimal.h"

/* What a task has besides its data. Anything else that a user has belongs to the data. */
static const char *const of_task[] = {"meta",
                                      "project",
                                      "created_at",
                                      "updated_at",
                                      "updated_by",
                                      "inner_id",
                                      "total_annotations",
                                      "cancelled_annotations",
                                      "total_predictions",
                                      "comment_count",
                                      "unresolved_comment_count",
                                      "last_comment_updated_at",
                                      "comment_authors",
                                      "file_upload",
                                      "drafts",
                                      "overlap",
                                      "is_labeled",
                                      NULL};
static const char *const written[] = {"annotations", "predictions", "completions", "data", NULL};

static bool is_of_task(struct str name)
{
    for (const char *const *known = of_task; *known; known++)
        if (str_is(name, *known))
            return true;
    return false;
}

static void put_score(struct buffer *to, double score)
{
    if (score < 0)
        return;
    span_put_key(to, "score");
    to->n += decimal_float(buffer_reserve(to, DECIMAL_SIZE), (float)score);
}

static void put_result(struct span_writer *w, struct buffer *to, const struct record *r, size_t i, struct span_cursor *at)
{
    const struct entity *e = &span_writer_entities(w)->data[i];
    buffer_format(to, "%s{\"id\":\"e%zu\",\"from_name\":\"label\",\"to_name\":\"text\",\"type\":\"labels\"", i ? "," : "", i + 1);
    put_score(to, e->score);
    span_cursor_move(at, e->start);
    buffer_format(to, ",\"value\":{\"start\":%lld", (long long)at->unit);
    span_cursor_move(at, e->end);
    buffer_format(to, ",\"end\":%lld,\"text\":", (long long)at->unit);
    span_put_str(to, r, span_writer_slice(w, e->start, e->end));
    buffer_add_string(to, ",\"labels\":[");
    span_put_str(to, r, e->type);
    buffer_add_string(to, "]}}");
}

static void put_data(struct span_writer *w, struct buffer *to, const struct record *r)
{
    struct msg id = record_find(r, "id"), data = record_find(r, "data");
    size_t n = 0;
    span_put_key(to, "data");
    buffer_add(to, "{", 1);
    span_put_key(to, "text");
    span_put_str(to, r, w->sentence.text);
    if (data.data && msg_map(&data, &n))
        for (; n > 0; n--) {
            struct str key;
            if (!msg_str(&data, &key))
                record_die(r, "'data' has a key that is not a string");
            struct msg value = msg_value(&data);
            if (!str_is(key, "text"))
                span_put_field(w, to, r, key, value);
        }
    if (id.data && msg_type(id) != MSG_INT) /* the id of a task is a number */
        span_put_field(w, to, r, str_of("id"), id);
    for (size_t i = 0; i < r->n_fields; i++)
        if (!is_of_task(r->field[i].name) && span_is_own(w, r->field[i].name, written))
            span_put_field(w, to, r, r->field[i].name, r->field[i].value);
    buffer_add(to, "}", 1);
}

/* The mean of the entities' scores; below 0: there is none. */
static double mean_score(const struct entities *e)
{
    double sum = 0;
    for (size_t i = 0; i < e->n; i++) {
        if (e->data[i].score < 0)
            return -1;
        sum += e->data[i].score;
    }
    return e->n > 0 ? sum / (double)e->n : -1;
}

void span_write_task(struct span_writer *w, struct buffer *to, const struct record *r)
{
    const struct entities *e = span_writer_entities(w);
    bool is_gold = e == &w->sentence.gold;
    struct span_cursor at = {.text = w->sentence.text};
    struct msg id = record_find(r, "id");
    buffer_add_string(to, w->n++ ? ",\n{" : "[\n{");
    if (id.data && msg_type(id) == MSG_INT)
        span_put_id(w, to, r);
    put_data(w, to, r);
    for (size_t i = 0; i < r->n_fields; i++)
        if (is_of_task(r->field[i].name))
            span_put_field(w, to, r, r->field[i].name, r->field[i].value);
    span_put_key(to, is_gold ? "annotations" : "predictions");
    buffer_add_string(to, "[{");
    if (!is_gold) {
        buffer_add_string(to, "\"model_version\":\"tagpipe\"");
        put_score(to, mean_score(e));
    }
    span_put_key(to, "result");
    buffer_add(to, "[", 1);
    for (size_t i = 0; i < e->n; i++)
        put_result(w, to, r, i, &at);
    buffer_add_string(to, "]}]}");
}
