/* msgview: a stream for the eye: words over labels, pieces, entities, or a summary. */
#include "stream/filter.h"
#include "view/view_order.h"
#include "view/view_show.h"
#include "view/view_terminal.h"

static int colour = VIEW_COLOUR_AUTO;
static struct view_show show = {.limit = SIZE_MAX, .view.width = SIZE_MAX};
static const struct cli_option options[] = {
    {'f', "field", "A,B,...", "tag fields to show (the gold tags, and pred beneath)", CLI_TEXT, &show.fields, 0},
    {'p', "pieces", NULL, "pieces over word ids and labels", CLI_FLAG, &show.view.pieces, 0},
    {'s', "summary", NULL, "only what the whole stream holds: counts, fields, labels", CLI_FLAG, &show.summary, 0},
    {0, "html", NULL, "a page for a browser, on standard output", CLI_FLAG, &show.page, 0},
    {0, "title", "TEXT", "the page's title (the file's name)", CLI_TEXT, &show.html.title, 0},
    {'i', "id", "ID", "only the record with this id", CLI_TEXT, &show.choice.id, 0},
    {'g', "grep", "REGEX", "only sentences that match this extended regular expression", CLI_TEXT, &show.choice.pattern, 0},
    {'o', "only", "all|errors|entities", "only sentences with errors, or with entities (all)", CLI_CHOICE, &show.choice.only, 0},
    {0, "sort", "input|score", "score: the least sure sentences first (input)", CLI_CHOICE, &show.sort, 0},
    {'n', "records", "N", "only the first N of these records", CLI_COUNT, &show.limit, 1},
    {'w', "width", "N", "columns of a line; 0: any number (the terminal's width)", CLI_COUNT, &show.view.width, 0},
    {0, "color", "auto|always|never", "colours (auto: on a terminal, unless NO_COLOR is set)", CLI_CHOICE, &colour, 0},
    {0},
};

static void check(void)
{
    if (show.page + show.view.pieces + show.summary > 1)
        die_usage("one of --html, --pieces and --summary");
    if (show.html.title && !show.page)
        die_usage("--title is the title of a page: --html");
    if (show.summary && show.sort == VIEW_ORDER_SCORE)
        die_usage("--sort: a summary has no order");
}

static const struct cli cli = {"msgview", "a stream for the eye: words over labels", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, NULL);
    show.view.colour = view_terminal_colour(colour);
    if (show.view.width == SIZE_MAX)
        show.view.width = view_terminal_width();
    view_show(&show, f, filter_prints(f));
    return filter_close(f);
}
