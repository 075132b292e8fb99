/* score_figures_print: figures as text and JSON. */
#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "score/score_figures.h"
#include "text/printable.h"
#include "text/utf8.h"

/* Code points, as Python counts and pads. */
static int width_of(const struct buffer *shown)
{
    return (int)utf8_length(shown->data, shown->n);
}

/* A name as a terminal may show it. */
static void show(struct buffer *shown, const char *name)
{
    shown->n = 0;
    printable_add(shown, str_of(name));
}

static void add_row(struct buffer *to, int width, const char *name, const struct score_prf *f, int digits)
{
    struct buffer shown = {0};
    show(&shown, name);
    buffer_format(to, "%*s", width - width_of(&shown), "");
    buffer_add(to, shown.data, shown.n);
    buffer_format(to, "  %9.*f %9.*f %9.*f %9zu\n", digits, f->precision, digits, f->recall, digits, f->f1, f->support);
    free(shown.data);
}

void score_figures_text(const struct score_figures *r, struct buffer *to, int digits)
{
    int width = (int)strlen("weighted avg");
    width = digits > width ? digits : width;
    struct buffer shown = {0};
    for (size_t i = 0; i < r->n_types; i++) {
        show(&shown, r->type[i].name);
        width = width_of(&shown) > width ? width_of(&shown) : width;
    }
    free(shown.data);
    buffer_format(to, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support");
    for (size_t i = 0; i < r->n_types; i++)
        add_row(to, width, r->type[i].name, &r->type[i].prf, digits);
    buffer_add_string(to, "\n");
    add_row(to, width, "micro avg", &r->micro, digits);
    add_row(to, width, "macro avg", &r->macro, digits);
    add_row(to, width, "weighted avg", &r->weighted, digits);
    buffer_format(to, "\n%*s  %9.*f %29zu\n", width, "accuracy", digits, r->accuracy, r->n_tags);
}

void score_figures_json(const struct score_figures *r, struct buffer *to)
{
    buffer_add_string(to, "{");
    for (size_t i = 0; i < r->n_types; i++) {
        const struct score_type *t = &r->type[i];
        json_print_string(to, t->name);
        json_print_number(to, ": {\"precision\": ", t->prf.precision);
        json_print_number(to, ", \"recall\": ", t->prf.recall);
        json_print_number(to, ", \"f1\": ", t->prf.f1);
        json_print_count(to, ", \"number\": ", t->gold);
        buffer_add_string(to, "}, ");
    }
    json_print_number(to, "\"overall_precision\": ", r->micro.precision);
    json_print_number(to, ", \"overall_recall\": ", r->micro.recall);
    json_print_number(to, ", \"overall_f1\": ", r->micro.f1);
    json_print_number(to, ", \"overall_accuracy\": ", r->accuracy);
}
