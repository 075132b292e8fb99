/* msgview: a stream for the eye: words over labels, pieces, entities, or a summary. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "json/json_write.h"
#include "stream/filter.h"
#include "view/html.h"
#include "view/view.h"
#include "view/view_choice.h"
#include "view/view_summary.h"
#include "view/view_terminal.h"

static bool summary, page;
static int colour = VIEW_COLOUR_AUTO;
static size_t limit = SIZE_MAX;
static const char *fields;
static struct view view = {.width = SIZE_MAX};
static struct html html;
static struct view_choice choice;
static const struct cli_option options[] = {
    {'f', "field", "A,B,...", "tag fields to show (the gold tags, and pred beneath)", CLI_TEXT, &fields, 0},
    {'p', "pieces", NULL, "pieces over word ids and labels", CLI_FLAG, &view.pieces, 0},
    {'s', "summary", NULL, "only what the whole stream holds: counts, fields, labels", CLI_FLAG, &summary, 0},
    {0, "html", NULL, "a page for a browser, on standard output", CLI_FLAG, &page, 0},
    {0, "title", "TEXT", "the page's title (the file's name)", CLI_TEXT, &html.title, 0},
    {'i', "id", "ID", "only the record with this id", CLI_TEXT, &choice.id, 0},
    {'g', "grep", "REGEX", "only sentences that match this extended regular expression", CLI_TEXT, &choice.pattern, 0},
    {'o', "only", "all|errors|entities", "only sentences with errors, or with entities (all)", CLI_CHOICE, &choice.only, 0},
    {'n', "records", "N", "only the first N of these records", CLI_COUNT, &limit, 1},
    {'w', "width", "N", "columns of a line; 0: any number (the terminal's width)", CLI_COUNT, &view.width, 0},
    {0, "color", "auto|always|never", "colours (auto: on a terminal, unless NO_COLOR is set)", CLI_CHOICE, &colour, 0},
    {0},
};

static void check(void)
{
    if (page + view.pieces + summary > 1)
        die_usage("one of --html, --pieces and --summary");
    if (html.title && !page)
        die_usage("--title is the title of a page: --html");
    const char *const *path = cli_operands();
    if (!html.title)
        html.title = *path && !path[1] && strcmp(*path, "-") != 0 ? file_name(*path) : "tagpipe";
}

static const struct cli cli = {"msgview", "a stream for the eye: words over labels", "[FILE...]", options, check};

/* Returns how many records are shown. */
static size_t show(struct filter *f, struct view_summary *counts, struct buffer *text)
{
    size_t shown = 0;
    for (struct record *r; shown < limit && (r = filter_next(f));) {
        if (!view_choice_has(&choice, r))
            continue;
        if (summary)
            view_summary_add(counts, r);
        else if (page)
            html_record(&html, text, r);
        else {
            buffer_add(text, "\n", shown > 0);
            view_record(&view, text, r);
        }
        shown++;
    }
    return shown;
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, NULL);
    struct buffer *text = filter_prints(f);
    struct view_summary counts = {0};
    if (page)
        reader_need_kind(filter_reader(f), "sentence");
    html.header = view.header = filter_header(f);
    if (fields) {
        view.field = json_write_fields(filter_reader(f), fields);
        choice.gold = html.gold = view.field[0];
        choice.pred = html.pred = view.field[1];
    }
    view.colour = view_terminal_colour(colour);
    view.width = view.width == SIZE_MAX ? view_terminal_width() : view.width;
    choice.tags = !page;
    view_choice_start(&choice, view.header);
    if (page)
        html_begin(&html, text);
    if (show(f, &counts, text) == 0)
        view_choice_none(&choice);
    if (summary)
        view_summary_print(&counts, view.header, text);
    if (page)
        html_end(&html, text);
    view_choice_end(&choice);
    html_free(&html);
    view_free(&view);
    return filter_close(f);
}
