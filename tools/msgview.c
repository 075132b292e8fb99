/* msgview: a stream for the eye: words over labels, pieces, entities, or a summary. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "stream/compat.h"
#include "view/html.h"
#include "view/view.h"

enum { AUTO, ALWAYS, NEVER };
static bool pieces, summary, page;
static int colour = AUTO;
static size_t limit = SIZE_MAX, width = SIZE_MAX;
static const char *fields, *title;
static struct choice choice;
static const struct cli_option options[] = {
    {'f', "field", "A,B,...", "tag fields to show (the gold tags, and pred beneath)", CLI_TEXT, &fields, 0},
    {'p', "pieces", NULL, "pieces over word ids and labels", CLI_FLAG, &pieces, 0},
    {'s', "summary", NULL, "only what the whole stream holds: counts, fields, labels", CLI_FLAG, &summary, 0},
    {0, "html", NULL, "a page for a browser, on standard output", CLI_FLAG, &page, 0},
    {0, "title", "TEXT", "the page's title (the file's name)", CLI_TEXT, &title, 0},
    {'i', "id", "ID", "only the record with this id", CLI_TEXT, &choice.id, 0},
    {'g', "grep", "REGEX", "only sentences that match this extended regular expression", CLI_TEXT, &choice.pattern, 0},
    {'o', "only", "all|errors|entities", "only sentences with errors, or with entities (all)", CLI_CHOICE, &choice.only, 0},
    {'n', "records", "N", "only the first N of these records", CLI_COUNT, &limit, 1},
    {'w', "width", "N", "columns of a line; 0: any number (the terminal's width)", CLI_COUNT, &width, 0},
    {0, "color", "auto|always|never", "colours (auto: on a terminal, unless NO_COLOR is set)", CLI_CHOICE, &colour, 0},
    {0},
};
static const struct cli cli = {"msgview", "a stream for the eye: words over labels", "[FILE...]", options, NULL};

static size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool want_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return colour == ALWAYS || (colour == AUTO && isatty(STDOUT_FILENO) && !(no && *no));
}

static void print(struct buffer *text)
{
    if (text->n > 0 && fwrite(text->data, 1, text->n, stdout) != text->n)
        die("cannot write to standard output:");
    text->n = 0;
}

static const char *page_title(const char *const *paths)
{
    if (title)
        return title;
    if (!*paths || paths[1] || strcmp(*paths, "-") == 0)
        return "tagpipe";
    const char *slash = strrchr(*paths, '/');
    return slash ? slash + 1 : *paths;
}

static void none_shown(void)
{
    if (choice.id)
        die("no record has the id %s%s", choice.id, choice.pattern || choice.only ? " and all else that was asked for" : "");
    if (choice.pattern || choice.only)
        warn("no sentence %s%s%s", choice.pattern ? "matches " : "has ", choice.pattern ? choice.pattern : "",
             choice.pattern ? "" : choice.only == ONLY_ERRORS ? "errors" : "entities");
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (page + pieces + summary > 1)
        die_usage("one of --html, --pieces and --summary");
    if (title && !page)
        die_usage("--title is the title of a page: --html");
    struct reader *in = reader_open(paths, page ? "sentence" : NULL);
    const char *const *chosen = fields ? json_write_fields(in, fields) : NULL;
    struct view view = {.header = reader_header(in), .field = chosen, .pieces = pieces, .colour = want_colour(),
                        .width = width == SIZE_MAX ? terminal_width() : width};
    struct html html = {.header = view.header, .title = page_title(paths)};
    if (chosen) {
        choice.gold = html.gold = chosen[0];
        choice.pred = html.pred = chosen[1];
    }
    choice.tags = !page;
    choice_start(&choice, view.header);
    struct summary counts = {0};
    struct buffer text = {0};
    size_t shown = 0;
    if (page)
        html_begin(&html, &text);
    while (shown < limit) {
        print(&text);
        if (!reader_ready(in) && fflush(stdout))
            die("cannot write to standard output:");
        struct record *record = reader_next(in);
        if (!record)
            break;
        if (!choice_has(&choice, record))
            continue;
        shown++;
        if (summary)
            summary_add(&counts, record);
        else if (page)
            html_record(&html, &text, record);
        else {
            if (shown > 1)
                buffer_add(&text, "\n", 1);
            view_record(&view, &text, record);
        }
    }
    if (shown == 0)
        none_shown();
    if (summary)
        summary_print(&counts, view.header, &text);
    if (page)
        html_end(&html, &text);
    print(&text);
    choice_end(&choice);
    html_free(&html);
    view_free(&view);
    reader_close(in);
    free(text.data);
    if (fclose(stdout))
        die("cannot write to standard output:");
    return 0;
}
