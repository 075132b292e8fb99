/* view_words: the words of a sentence over their tags. */
#include <string.h>

#include "stream/window_order.h"
#include "view/view_private.h"

/* Below the last two rows: where they differ. */
static void mark_errors(struct view *v)
{
    struct table *t = &v->table;
    size_t n = t->n_columns, gold = t->n - 2 * n, pred = t->n - n;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        struct table_cell *g = &t->cell[gold + i], *p = &t->cell[pred + i];
        bool same = g->size == p->size && memcmp(t->text.data + g->start, t->text.data + p->start, g->size) == 0;
        p->style = same ? p->style : TABLE_ERROR;
        any |= !same;
    }
    for (size_t i = 0; any && i < n; i++) {
        struct table_cell pred_cell = t->cell[pred + i];
        char marks[64];
        size_t size = pred_cell.style != TABLE_ERROR ? 0 : pred_cell.width < sizeof marks ? pred_cell.width : sizeof marks;
        memset(marks, '^', sizeof marks);
        table_add(t, (struct str){marks, size}, TABLE_ERROR);
    }
}

/* The words that count in a window, and those between them: [*first, *first + *n) of the sentence's *n. */
static void words_of_window(struct view *v, const struct record *record, size_t *first, size_t *n)
{
    struct array_ints *words = &v->sentence.ints;
    size_t count, from = *n, to = 0;
    window_order_number(record, &count);
    if (count == 1 || !record_find(record, "word_ids").data)
        return;
    record_ints(record, "word_ids", words);
    for (size_t i = 0; i < words->n; i++) {
        if (words->data[i] < 0 || (size_t)words->data[i] >= *n)
            continue;
        from = (size_t)words->data[i] < from ? (size_t)words->data[i] : from;
        to = (size_t)words->data[i] + 1;
    }
    *first = from < to ? from : 0;
    *n = to - *first;
}

void view_words(struct view *v, struct buffer *to, const struct record *record)
{
    const char *gold = sentence_gold_field(v->header, record), *pred = record_find(record, "pred").data ? "pred" : NULL;
    const char *const found[] = {gold ? gold : pred, gold ? pred : NULL, NULL};
    const char *const *field = v->field ? v->field : found;
    const struct array_strs *words = &v->sentence.words;
    sentence_words(&v->sentence, record);
    size_t first = 0, n = words->n;
    words_of_window(v, record, &first, &n);
    table_clear(&v->table, n);
    for (size_t i = first; i < first + n; i++)
        table_add(&v->table, words->data[i], TABLE_PLAIN);
    for (; *field; field++) {
        struct msg value = record_find(record, *field);
        if (!value.data)
            record_die(record, "no field '%s'", *field);
        view_row_add(v, record, *field, value, "words", first, words->n);
    }
    if (!v->field && gold && pred)
        mark_errors(v);
    table_print(&v->table, to, v->width, v->colour);
}
