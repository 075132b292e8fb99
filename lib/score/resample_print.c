/* resample_print: intervals and comparisons as text and JSON. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "score/analysis.h"
#include "score/resample.h"
#include "view/view.h"

static const char *unit_name(const struct resampled *r)
{
    return r->options.by_document ? "document" : "sentence";
}

/* With --tags all overall figures are the accuracy. */
static size_t first_measure(const struct resampled *r)
{
    return r->options.tags ? MEASURE_ACCURACY : 0;
}

static void add_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_cell(struct table *t, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    table_add(t, (struct str){text, strlen(text)}, STYLE_PLAIN);
}

void resampled_text(const struct resampled *r, const char *name, struct buffer *to, int digits)
{
    struct table t = {.right = true};
    const struct resample_options *o = &r->options;
    if (r->two) {
        buffer_add_string(to, "Compared with ");
        view_clean(to, (struct str){name, strlen(name)});
        buffer_format(to, ": %zu of %zu %ss differ; %g %% intervals of the difference, p by randomisation;\n%zu rounds, seed %llu\n\n",
                    r->n_differ, r->n_units, unit_name(r), o->confidence, o->rounds, (unsigned long long)o->seed);
    } else
        buffer_format(to, "%g %% intervals: bootstrap over %zu %ss, %zu rounds, seed %llu\n\n", o->confidence, r->n_units, unit_name(r),
                    o->rounds, (unsigned long long)o->seed);
    static const char *const one[] = {"", "value", "low", "high"}, *const two[] = {"", "here", "there", "difference", "low", "high", "p"};
    size_t n_columns = r->two ? 7 : 4;
    table_clear(&t, n_columns);
    for (size_t i = 0; i < n_columns; i++)
        add_cell(&t, "%s", r->two ? two[i] : one[i]);
    for (size_t i = first_measure(r); i < r->n; i++) {
        const struct measure *m = &r->measure[i];
        table_add(&t, (struct str){m->name, strlen(m->name)}, STYLE_PLAIN);
        add_cell(&t, "%9.*f", digits, m->here);
        if (r->two) {
            add_cell(&t, "%9.*f", digits, m->there);
            add_cell(&t, "%+9.*f", digits, m->difference);
        }
        add_cell(&t, r->two ? "%+9.*f" : "%9.*f", digits, m->low);
        add_cell(&t, r->two ? "%+9.*f" : "%9.*f", digits, m->high);
        if (r->two)
            add_cell(&t, "%9.*f", digits, m->p);
    }
    table_print(&t, to, 0, false);
    table_free(&t);
}

static void add_number(struct buffer *to, const char *before, double value)
{
    buffer_add_string(to, before);
    json_number(to, value);
}

static void add_measure(struct buffer *to, const struct resampled *r, const struct measure *m)
{
    if (r->two) {
        add_number(to, "{\"here\": ", m->here);
        add_number(to, ", \"there\": ", m->there);
        add_number(to, ", \"difference\": ", m->difference);
        buffer_add_string(to, ", \"interval\": ");
    }
    add_number(to, "[", m->low);
    add_number(to, ", ", m->high);
    buffer_add_string(to, "]");
    if (r->two) {
        add_number(to, ", \"p\": ", m->p);
        buffer_add_string(to, "}");
    }
}

void resampled_json(const struct resampled *r, const char *name, struct buffer *to)
{
    const struct resample_options *o = &r->options;
    buffer_add_string(to, "{");
    if (r->two) {
        buffer_add_string(to, "\"with\": ");
        view_json(to, (struct str){name, strlen(name)});
        buffer_format(to, ", \"differ\": %zu, ", r->n_differ);
    }
    buffer_format(to, "\"by\": \"%s\", \"units\": %zu, \"rounds\": %zu, \"seed\": %llu", unit_name(r), r->n_units, o->rounds,
                (unsigned long long)o->seed);
    add_number(to, ", \"confidence\": ", o->confidence);
    for (size_t i = first_measure(r); i < MEASURE_TYPES; i++) {
        buffer_format(to, ", \"overall_%s\": ", r->measure[i].name);
        add_measure(to, r, &r->measure[i]);
    }
    buffer_add_string(to, ", \"types\": {");
    for (size_t i = MEASURE_TYPES; i < r->n; i++) {
        buffer_add_string(to, i > MEASURE_TYPES ? ", " : "");
        view_json(to, (struct str){r->measure[i].name, strlen(r->measure[i].name)});
        buffer_add_string(to, ": ");
        add_measure(to, r, &r->measure[i]);
    }
    buffer_add_string(to, "}}");
}
