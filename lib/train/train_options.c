/* train_options: the options of a training as text, and its length. */
#include "train/train_options.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "text/decimal.h"

static void add_real(struct buffer *to, const char *name, double value)
{
    char digits[DECIMAL_SIZE];
    size_t n = decimal_double(digits, value);
    buffer_format(to, " --%s %.*s", name, (int)n, digits);
}

char *train_options_text(const struct train_options *o, int64_t examples)
{
    static const char *const schedule[] = {"linear", "constant", "cosine"};
    struct buffer to = {0};
    if (o->class_weights)
        buffer_format(&to, "--class-weights %s ", o->class_weights);
    if (o->precision != PRECISION_FP32)
        buffer_format(&to, "--precision %s ", precision_name((enum precision)o->precision));
    buffer_format(&to, "--schedule %s --accumulate %zu --max-steps %zu --seed %" PRIu64, schedule[o->schedule], o->accumulate,
                  o->max_steps, o->seed);
    if (o->no_dropout)
        buffer_add_string(&to, " --no-dropout");
    if (o->freeze)
        buffer_format(&to, " --freeze %s", o->freeze);
    add_real(&to, "lr", o->learning_rate);
    add_real(&to, "weight-decay", o->weight_decay);
    add_real(&to, "epochs", o->epochs);
    add_real(&to, "warmup", o->warmup);
    add_real(&to, "clip", o->clip);
    add_real(&to, "beta1", o->beta1);
    add_real(&to, "beta2", o->beta2);
    add_real(&to, "epsilon", o->epsilon);
    /* Newer options only where they change something: older states still fit. */
    if (o->label_smoothing != 0)
        add_real(&to, "label-smoothing", o->label_smoothing);
    if (o->layer_decay != 1)
        add_real(&to, "layer-decay", o->layer_decay);
    if (examples > 0)
        buffer_format(&to, ", on %" PRId64 " sentences", examples);
    buffer_add(&to, "", 1);
    return to.data;
}

/* Past an option that gives the length. */
static const char *skip_length(const char *text)
{
    static const char *const option[] = {" --max-steps ", " --epochs "};
    for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
        size_t n = strlen(option[i]);
        if (strncmp(text, option[i], n) == 0)
            return text + n + strcspn(text + n, " ");
    }
    return text;
}

bool train_options_fit(const char *a, const char *b)
{
    for (;; a++, b++) {
        a = skip_length(a);
        b = skip_length(b);
        if (*a != *b)
            return false;
        if (!*a)
            return true;
    }
}

uint64_t train_options_total_steps(const struct train_options *o, int64_t batches)
{
    if (o->max_steps)
        return o->max_steps;
    if (batches <= 0)
        die("the stream does not tell how many batches an epoch has (\"batches\" in its header); give --max-steps");
    return schedule_total_steps(o->epochs, (size_t)batches, o->accumulate);
}
