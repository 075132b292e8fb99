/* span_task: one annotation of a task, its results, and the text that they are about. */
#include "corpus/span_task.h"

static bool is_true(struct msg map, const char *key)
{
    struct msg value = span_key(map, key);
    bool truth = false;
    return value.data && msg_bool(&value, &truth) && truth;
}

static struct str str_key(struct msg map, const char *key)
{
    struct msg value = span_key(map, key);
    struct str s = {0};
    if (value.data)
        msg_str(&value, &s);
    return s;
}

/* Times are written so that their order is that of their texts. */
static bool is_later(struct str a, struct str b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int c = size ? memcmp(a.data, b.data, size) : 0;
    return c ? c > 0 : a.size >= b.size;
}

/* The annotation that counts; data is NULL where there is none. */
static struct msg choose(struct msg list, struct span_task_counts *counts)
{
    struct msg best = {0};
    struct str changed = {0};
    size_t n = 0, n_good = 0, n_cancelled = 0;
    bool is_truth = false;
    if (list.data)
        msg_array(&list, &n);
    for (size_t i = 0; i < n; i++) {
        struct msg one = msg_value(&list);
        if (is_true(one, "was_cancelled") || is_true(one, "skipped")) {
            n_cancelled++;
            continue;
        }
        struct str when = str_key(one, "updated_at");
        bool truth = is_true(one, "ground_truth");
        if (n_good++ == 0 || (truth && !is_truth) || (truth == is_truth && is_later(when, changed))) {
            best = one;
            changed = when;
            is_truth = truth;
        }
    }
    counts->with_several += n_good > 1;
    counts->unused += n_good > 1 ? n_good - 1 : 0;
    counts->without += n_good + n_cancelled == 0;
    counts->cancelled += n_good == 0 && n_cancelled > 0;
    return best;
}

/* The spans of a result; false if they do not count characters of a text. */
static bool read_result(struct msg result, struct spans *spans, struct str *about, struct span_task_counts *counts,
                        struct buffer *why)
{
    struct str type = str_key(result, "type"), to_name = str_key(result, "to_name");
    struct msg value = span_key(result, "value");
    size_t before = spans->n;
    bool browser;
    if (!str_ends(type, "labels") || !span_key(value, "start").data) {
        counts->other_results++;
        return true;
    }
    if (!str_is(type, "labels") || !span_read(value, spans, &browser)) {
        struct msg labels = span_key(value, "labels");
        size_t n;
        if (str_is(type, "labels") && (!labels.data || (msg_array(&labels, &n) && n == 0))) { /* marked, but not labelled */
            counts->other_results++;
            return true;
        }
        buffer_format(why, "a result of type '%.*s' does not count characters of a plain text", (int)type.size, type.data);
        return false;
    }
    if (about->data && !str_equal(*about, to_name)) {
        buffer_format(why, "labels of two texts, '%.*s' and '%.*s'", (int)about->size, about->data, (int)to_name.size,
                      to_name.data);
        return false;
    }
    if (spans->n > before)
        *about = to_name;
    return true;
}

/* The only text of `data`. */
static bool only_text(struct msg data, struct span_task *task)
{
    size_t n, found = 0;
    struct str key, text;
    msg_map(&data, &n);
    for (; n > 0; n--) {
        if (!msg_str(&data, &key))
            return false;
        if (msg_str(&data, &text)) {
            task->key = key;
            task->text = text;
            found++;
        } else
            msg_value(&data);
    }
    return found == 1;
}

static bool text_at(struct msg data, struct str key, struct span_task *task)
{
    size_t n;
    struct str name;
    msg_map(&data, &n);
    for (; n > 0; n--) {
        if (!msg_str(&data, &name))
            return false;
        if (str_equal(name, key)) {
            task->key = name;
            return msg_str(&data, &task->text);
        }
        msg_value(&data);
    }
    return false;
}

static bool find_text(struct msg data, const char *key, struct str about, struct span_task *task)
{
    if (key)
        return text_at(data, str_of(key), task);
    return only_text(data, task) || (about.data && text_at(data, about, task)) || text_at(data, str_of("text"), task);
}

enum span_task_read span_task_read(const struct record *r, const char *source, const char *key, struct span_task *task,
                                   struct spans *spans, struct span_task_counts *counts, struct buffer *why)
{
    bool is_old = !source && !record_find(r, "annotations").data && record_find(r, "completions").data;
    task->source = str_of(source ? source : is_old ? "completions" : "annotations");
    struct msg one = choose(record_find(r, task->source.data), counts), results = span_key(one, "result");
    struct str about = {0};
    size_t n = 0;
    if (!one.data)
        return SPAN_TASK_LEFT_OUT;
    if (results.data)
        msg_array(&results, &n);
    for (; n > 0; n--)
        if (!read_result(msg_value(&results), spans, &about, counts, why))
            return SPAN_TASK_BAD;
    if (find_text(record_find(r, "data"), key, about, task))
        return SPAN_TASK_READ;
    buffer_format(why, "'data' has no text '%s'; --text says its name", key ? key : "text");
    return SPAN_TASK_BAD;
}
