/* score_figures_print: figures as text and JSON. */
#include <string.h>

#include "json/json_print.h"
#include "score/score_figures.h"
#include "text/utf8.h"

/* Code points, as Python counts and pads. */
static int width_of(const char *name)
{
    return (int)utf8_length(name, strlen(name));
}

static void add_row(struct buffer *to, int width, const char *name, const struct score_prf *f, int digits)
{
    buffer_format(to, "%*s%s  %9.*f %9.*f %9.*f %9zu\n", width - width_of(name), "", name, digits, f->precision, digits,
                  f->recall, digits, f->f1, f->support);
}

void score_figures_text(const struct score_figures *r, struct buffer *to, int digits)
{
    int width = (int)strlen("weighted avg");
    width = digits > width ? digits : width;
    for (size_t i = 0; i < r->n_types; i++)
        width = width_of(r->type[i].name) > width ? width_of(r->type[i].name) : width;
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
