/* msgview: a stream for the eye: words over labels, pieces, entities, or a summary. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "view.h"

enum { AUTO, ALWAYS, NEVER };
static bool pieces, summary;
static int colour = AUTO;
static size_t limit = SIZE_MAX, width;
static const char *fields, *id;
static const struct cli_option options[] = {
    {'f', "field", "A,B,...", "tag fields to show (the gold tags, and pred beneath)", CLI_TEXT, &fields, 0},
    {'p', "pieces", NULL, "pieces over word ids and labels", CLI_FLAG, &pieces, 0},
    {'s', "summary", NULL, "only what the whole stream holds: counts, fields, labels", CLI_FLAG, &summary, 0},
    {'i', "id", "ID", "only the record with this id", CLI_TEXT, &id, 0},
    {'n', "records", "N", "only the first N records", CLI_COUNT, &limit, 1},
    {'w', "width", "N", "columns of a line; 0: any number (the terminal's width)", CLI_COUNT, &width, 0},
    {0, "color", "auto|always|never", "colours (auto: on a terminal, unless NO_COLOR is set)", CLI_CHOICE, &colour, 0},
    {0},
};
static const struct cli cli = {"msgview", "a stream for the eye: words over labels", "[FILE...]", options};

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

static bool has_id(const struct record *record)
{
    struct msg value = record_find(record, "id");
    struct str text;
    int64_t number;
    if (value.at && msg_int(&value, &number)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%lld", (long long)number);
        return strcmp(digits, id) == 0;
    }
    return value.at && msg_str(&value, &text) && str_is(text, id);
}

static void print(struct text *text)
{
    if (text->n > 0 && fwrite(text->at, 1, text->n, stdout) != text->n)
        die("cannot write to standard output:");
    text->n = 0;
}

int main(int argc, char **argv)
{
    width = SIZE_MAX;
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct reader *in = reader_open(paths, NULL);
    struct view view = {.header = reader_header(in), .pieces = pieces, .colour = want_colour(),
                        .width = width == SIZE_MAX ? terminal_width() : width};
    if (fields)
        view.field = msgjson_fields(in, fields);
    struct summary counts = {0};
    struct text text = {0};
    size_t shown = 0;
    while (shown < limit) {
        if (!reader_ready(in) && fflush(stdout))
            die("cannot write to standard output:");
        struct record *record = reader_next(in);
        if (!record)
            break;
        if (id && !has_id(record))
            continue;
        shown++;
        if (summary) {
            summary_add(&counts, record);
            continue;
        }
        if (shown > 1)
            text_add(&text, "\n", 1);
        view_record(&view, &text, record);
        print(&text);
    }
    if (id && shown == 0)
        die("no record has the id %s", id);
    if (summary)
        summary_print(&counts, view.header, &text);
    print(&text);
    view_free(&view);
    reader_close(in);
    free(text.at);
    if (fclose(stdout))
        die("cannot write to standard output:");
    return 0;
}
