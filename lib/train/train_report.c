/* train_report: what trainstep tells of a step. */
#include "train/train_report.h"

void train_report_fields(struct filter *f)
{
    static const char *const field[] = {"step", "epoch", "batch", "loss", "learning_rate", "grad_norm", "tokens", "labelled"};
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        filter_adds(f, field[i], NULL);
}

void train_report_write(struct filter *f, const struct train_report *r)
{
    filter_begin(f, NULL);
    filter_put_int(f, "step", (int64_t)r->step);
    filter_put_int(f, "epoch", (int64_t)r->epoch);
    filter_put_int(f, "batch", (int64_t)r->batch);
    pack_double(filter_put(f, "loss"), r->loss);
    pack_double(filter_put(f, "learning_rate"), r->learning_rate);
    pack_double(filter_put(f, "grad_norm"), r->grad_norm);
    filter_put_int(f, "tokens", (int64_t)r->tokens);
    filter_put_int(f, "labelled", (int64_t)r->labelled);
    filter_end(f);
    filter_flush(f);
}
