/* view_show: record by record. */
#include "view/view_show.h"

#include <stdlib.h>

#include "stream/window_order.h"
#include "view/view_order.h"
#include "view/view_summary.h"

static void start(struct view_show *v, struct filter *f)
{
    const struct header *header = filter_header(f);
    if (v->page)
        reader_need_kind(filter_reader(f), "sentence");
    if (v->sort == VIEW_ORDER_SCORE)
        view_order_start(header);
    v->html.header = v->view.header = header;
    v->html.sorted = v->sort == VIEW_ORDER_SCORE;
    if (v->fields) {
        v->view.field = json_write_fields(filter_reader(f), v->fields);
        v->choice.gold = v->html.gold = v->view.field[0];
        v->choice.pred = v->html.pred = v->view.field[1];
    }
    v->choice.tags = !v->page;
    view_choice_start(&v->choice, header);
}

static void show_record(struct view_show *v, struct view_summary *counts, struct buffer *to, const struct record *r, bool first)
{
    if (v->summary)
        view_summary_add(counts, r);
    else if (v->page)
        html_record(&v->html, to, r);
    else {
        buffer_add(to, "\n", !first);
        view_record(&v->view, to, r);
    }
}

/* Returns how many records are shown. A page has each sentence once: every window has all words of its sentence. */
static size_t show_records(struct view_show *v, struct filter *f, struct view_summary *counts, struct buffer *to)
{
    struct view_order order = {.limit = v->limit};
    bool sorted = v->sort == VIEW_ORDER_SCORE;
    size_t shown = 0, limit = sorted ? SIZE_MAX : v->limit, n_windows;
    for (const struct record *r; shown < limit && (r = filter_next(f));) {
        if (!view_choice_finds(&v->choice, r) || (v->page && window_order_number(r, &n_windows) > 0))
            continue;
        bool wanted = view_choice_wants(&v->choice, r);
        if (v->page)
            html_count(&v->html, r);
        if (wanted && sorted)
            view_order_add(&order, r);
        else if (wanted)
            show_record(v, counts, to, r, shown == 0);
        shown += wanted;
    }
    for (const struct record *r; (r = view_order_next(&order));)
        show_record(v, counts, to, r, order.next == 1);
    return shown;
}

void view_show(struct view_show *v, struct filter *f, struct buffer *to)
{
    struct view_summary counts = {0};
    start(v, f);
    char *title = v->html.title ? NULL : html_title(v->html.header, cli_operands());
    v->html.title = title ? title : v->html.title;
    if (v->page)
        html_begin(&v->html, to);
    if (show_records(v, f, &counts, to) == 0)
        view_choice_none(&v->choice);
    if (v->summary)
        view_summary_print(&counts, v->html.header, to);
    if (v->page)
        html_end(&v->html, to);
    view_choice_end(&v->choice);
    html_free(&v->html);
    view_free(&v->view);
    free(title);
}
