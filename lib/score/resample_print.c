/* resample_print: intervals and comparisons as text and JSON. */
#include <string.h>

#include "json/json_print.h"
#include "score/resample.h"
#include "text/printable.h"
#include "text/table.h"

static const char *unit_name(const struct resample_result *r)
{
    return r->options.by_document ? "document" : "sentence";
}

/* With --tags all overall figures are the accuracy. */
static size_t first_figure(const struct resample_result *r)
{
    return r->options.tags ? RESAMPLE_ACCURACY : 0;
}

void resample_text(const struct resample_result *r, const char *name, struct buffer *to, int digits)
{
    struct table t = {.right = true};
    const struct resample_options *o = &r->options;
    if (r->two) {
        buffer_add_string(to, "Compared with ");
        printable_add(to, (struct str){name, strlen(name)});
        buffer_format(to, ": %zu of %zu %ss differ; %g %% intervals of the difference, p by randomisation;\n", r->n_differ,
                      r->n_units, unit_name(r), o->confidence);
    } else
        buffer_format(to, "%g %% intervals: bootstrap over %zu %ss, ", o->confidence, r->n_units, unit_name(r));
    buffer_format(to, "%zu rounds, seed %llu\n\n", o->rounds, (unsigned long long)o->seed);
    static const char *const one[] = {"", "value", "low", "high"};
    static const char *const two[] = {"", "here", "there", "difference", "low", "high", "p"};
    size_t n_columns = r->two ? 7 : 4;
    table_clear(&t, n_columns);
    for (size_t i = 0; i < n_columns; i++)
        table_add_string(&t, r->two ? two[i] : one[i]);
    for (size_t i = first_figure(r); i < r->n; i++) {
        const struct resample_figure *f = &r->figure[i];
        table_add_string(&t, f->name);
        table_add_format(&t, "%9.*f", digits, f->here);
        if (r->two) {
            table_add_format(&t, "%9.*f", digits, f->there);
            table_add_format(&t, "%+9.*f", digits, f->difference);
        }
        table_add_format(&t, r->two ? "%+9.*f" : "%9.*f", digits, f->low);
        table_add_format(&t, r->two ? "%+9.*f" : "%9.*f", digits, f->high);
        if (r->two)
            table_add_format(&t, "%9.*f", digits, f->p);
    }
    table_print(&t, to, 0, false);
    table_free(&t);
}

static void add_figure(struct buffer *to, const struct resample_result *r, const struct resample_figure *f)
{
    if (r->two) {
        json_print_number(to, "{\"here\": ", f->here);
        json_print_number(to, ", \"there\": ", f->there);
        json_print_number(to, ", \"difference\": ", f->difference);
        buffer_add_string(to, ", \"interval\": ");
    }
    json_print_number(to, "[", f->low);
    json_print_number(to, ", ", f->high);
    buffer_add_string(to, "]");
    if (r->two) {
        json_print_number(to, ", \"p\": ", f->p);
        buffer_add_string(to, "}");
    }
}

void resample_json(const struct resample_result *r, const char *name, struct buffer *to)
{
    const struct resample_options *o = &r->options;
    buffer_add_string(to, "{");
    if (r->two) {
        buffer_add_string(to, "\"with\": ");
        json_print_string(to, name);
        buffer_format(to, ", \"differ\": %zu, ", r->n_differ);
    }
    buffer_format(to, "\"by\": \"%s\", \"units\": %zu, \"rounds\": %zu, \"seed\": %llu", unit_name(r), r->n_units, o->rounds,
                  (unsigned long long)o->seed);
    json_print_number(to, ", \"confidence\": ", o->confidence);
    for (size_t i = first_figure(r); i < RESAMPLE_TYPES; i++) {
        buffer_format(to, ", \"overall_%s\": ", r->figure[i].name);
        add_figure(to, r, &r->figure[i]);
    }
    buffer_add_string(to, ", \"types\": {");
    for (size_t i = RESAMPLE_TYPES; i < r->n; i++) {
        buffer_add_string(to, i > RESAMPLE_TYPES ? ", " : "");
        json_print_string(to, r->figure[i].name);
        buffer_add_string(to, ": ");
        add_figure(to, r, &r->figure[i]);
    }
    buffer_add_string(to, "}}");
}
