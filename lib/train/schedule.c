/* schedule: the learning rate's factor over the steps. */
#include "train/schedule.h"

#include <math.h>

#include "base/elementary.h"

double schedule_factor(enum schedule schedule, size_t step, size_t warmup_steps, size_t total)
{
    if (step < warmup_steps)
        return (double)step / (double)warmup_steps;
    if (schedule == SCHEDULE_CONSTANT)
        return 1;
    if (step >= total)
        return 0;
    double left = (double)(total > warmup_steps + 1 ? total - warmup_steps : 1);
    if (schedule == SCHEDULE_LINEAR)
        return (double)(total - step) / left;
    double cosine = 0.5 * (1 + elementary_cos(3.14159265358979323846 * ((double)(step - warmup_steps) / left)));
    return cosine > 0 ? cosine : 0;
}

size_t schedule_warmup_steps(double warmup, size_t total)
{
    return warmup < 1 ? (size_t)ceil((double)total * warmup) : (size_t)warmup;
}

size_t schedule_total_steps(double epochs, size_t batches, size_t accumulate)
{
    return (size_t)ceil(epochs * (double)((batches + accumulate - 1) / accumulate));
}
