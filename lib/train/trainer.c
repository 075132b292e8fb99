/* trainer: a stream of batches into steps of an optimiser. */
#include "train/trainer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "train/checkpoint.h"
#include "train/init.h"
#include "train/train_batch.h"
#include "train/train_rules.h"
#include "base/outfile.h"
#include "base/profile.h"
#include "base/progress.h"
#include "base/stage.h"
#include "tokenizer/trained.h"
#include "tokenizer/vocab.h"
#include "model/weights.h"

void trainer_adds(struct filter *f, const struct train_options *options)
{
    char *settings = train_options_text(options, 0);
    filter_set_text(f, "settings", settings);
    free(settings);
    train_report_fields(f);
}

/* What the batches of one step of the optimiser add up to. */
struct trainer_step {
    size_t n_batches, tokens, labelled, samples;
    double loss_sum, weight;
    uint64_t epoch, batch;
    char *ids;
};

struct trainer {
    const struct train_options *options;
    const char *dir, *save_dir;
    struct config *config;
    bool is_new; /* nothing of it is in save_dir yet */
    bool config_changed;
    struct params *params;
    float *weights, *gradients;
    bool *frozen;
    float *class_weights;
    double *rate_factors;
    struct loss_rule loss_rule;
    struct bert *bert;
    struct optimizer *optimizer;
    struct checkpoint state;
    uint64_t first_step, saved_step, warmup_steps;
    bool unfinished, saved_unfinished; /* its state on the disk has reports: at the start, now */
    struct filter *filter;
    struct progress progress;
};

/* A training of another length goes on where the learning rates of its steps so far are those of this one. */
static void change_length(struct trainer *t, uint64_t total)
{
    const struct checkpoint *state = &t->state;
    enum schedule schedule = (enum schedule)t->options->schedule;
    uint64_t before = schedule_warmup_steps(t->options->warmup, state->total),
             now = schedule_warmup_steps(t->options->warmup, total);
    if (state->step > total)
        die("%s has step %" PRIu64 " already, and this training has %" PRIu64 "; --restart begins anew from the weights", t->dir,
            state->step, total);
    for (uint64_t i = 0; i < state->step; i++)
        if (schedule_factor(schedule, i, before, state->total) != schedule_factor(schedule, i, now, total))
            die("%s comes from a training of %" PRIu64 " steps; in one of %" PRIu64
                " the learning rate differs from step %" PRIu64 " on; --restart begins anew from the weights",
                t->dir, state->total, total, i + 1);
}

/* What a stopped run has reported comes again: a stream without its end is of no use. */
static void report_again(struct trainer *t)
{
    if (t->options->dry_run)
        return;
    filter_start(t->filter);
    for (size_t i = 0; i < t->state.n_reports; i++)
        train_report_write(t->filter, &t->state.report[i]);
}

static void open_state(struct trainer *t, const struct header *header)
{
    int64_t examples = 0, batches = 0, epoch = 0;
    header_int(header, "examples", &examples);
    header_int(header, "batches", &batches);
    header_int(header, "epoch", &epoch);
    struct checkpoint *state = &t->state;
    bool goes_on = !t->options->restart && checkpoint_load(t->dir, t->weights, t->optimizer, state);
    t->unfinished = t->saved_unfinished = state->n_reports > 0;
    if (!goes_on || state->other_length) {
        uint64_t total = train_options_total_steps(t->options, batches);
        if (goes_on)
            change_length(t, total);
        state->total = total;
    }
    if (t->unfinished || (goes_on && epoch <= (int64_t)state->epoch && !t->options->stop_after)) /* else it was expected */
        if (!t->options->dry_run)
            warn("goes on after step %" PRIu64 " of %" PRIu64 " (epoch %" PRIu64 ", batch %" PRIu64 ")", state->step,
                 state->total, state->epoch, state->batch);
    t->saved_step = state->step;
    t->first_step = state->step - state->n_reports;
    t->warmup_steps = schedule_warmup_steps(t->options->warmup, state->total);
    report_again(t);
    double all = batches > 0 ? (double)state->total * (double)examples
                                   / (double)schedule_total_steps(1, (size_t)batches, t->options->accumulate)
                             : 0;
    if (!t->options->dry_run)
        t->progress = progress_start("training", "samples", all, (double)state->samples, t->options->progress);
}

static bool is_deferred(void *optimizer, size_t first, size_t n)
{
    return optimizer_is_deferred(optimizer, first, n);
}

static void apply(void *optimizer, size_t first, size_t rows, size_t stride, size_t n)
{
    optimizer_apply(optimizer, first, rows, stride, n);
}

static void applied(void *optimizer, size_t first, size_t n)
{
    optimizer_applied(optimizer, first, n);
}

/* The optimizer defers what the model's products can apply. */
static void connect_optimizer(struct trainer *t)
{
    struct optimizer *o = t->optimizer;
    struct bert_deferral deferral = {o, is_deferred, apply, applied, {t->gradients, o->m, o->v}};
    bool *parameters = xcalloc(t->params->n_parameters, sizeof *parameters);
    bert_deferrable(t->bert, parameters);
    optimizer_defer(o, parameters);
    bert_set_deferral(t->bert, &deferral);
    optimizer_sparse(o, params_of(t->params, ARCH_WORDS, 0, false), bert_touched(t->bert));
    free(parameters);
}

/* A run with another -o that was stopped goes on from what it left there, not from the model that it began with. */
static void find_stopped_run(struct trainer *t)
{
    int64_t examples = 0;
    header_int(filter_header(t->filter), "examples", &examples);
    t->state.options = train_options_text(t->options, examples);
    weights_hash(t->params, t->weights, t->state.began);
    if (t->options->restart || strcmp(t->dir, t->save_dir) == 0
        || !checkpoint_unfinished(t->save_dir, t->state.began, t->state.options))
        return;
    t->dir = t->save_dir;
    free(t->weights);
    t->weights = weights_load_all(t->dir, t->params);
}

static void open_model(struct trainer *t)
{
    const struct train_options *o = t->options;
    t->config = config_read(t->dir);
    t->config_changed = trained_save(filter_header(t->filter), t->config->json);
    t->params = params_new(t->config);
    t->frozen = train_rules_freeze(t->params, o->freeze);
    t->weights = weights_load_all(t->dir, t->params);
    find_stopped_run(t);
    t->gradients = params_zeros(t->params);
    t->optimizer = optimizer_new(t->params);
    t->optimizer->beta1 = o->beta1;
    t->optimizer->beta2 = o->beta2;
    t->optimizer->epsilon = o->epsilon;
    t->optimizer->weight_decay = o->weight_decay;
    t->optimizer->frozen = t->frozen;
    t->rate_factors = train_rules_rate_factors(t->params, t->config->num_hidden_layers, o->layer_decay);
    t->optimizer->rate_factor = t->rate_factors;
    t->bert = bert_new(t->config, t->params, (enum precision)o->precision, t->weights);
    connect_optimizer(t);
    t->class_weights = train_rules_class_weights(t->config, o->class_weights);
    t->loss_rule = (struct loss_rule){o->label_smoothing, t->class_weights};
    if (t->class_weights || o->label_smoothing > 0)
        bert_set_loss(t->bert, &t->loss_rule);
}

/* The first save into another directory than the model's own: all files of a model, and none of those that were there before. */
static void save_new(struct trainer *t)
{
    int64_t size;
    char hash[17];
    bool has_vocab = vocab_identify(t->dir, &size, hash);
    struct stage *stage = stage_open(t->save_dir);
    if (has_vocab)
        vocab_copy(t->dir, stage_folder(stage));
    config_write(t->config, stage_folder(stage));
    checkpoint_save(stage_folder(stage), t->weights, t->optimizer, &t->state);
    init_commit(stage, has_vocab);
}

/* config.json is on the disk before the weights come, and gets its name after them. */
static void save_again(struct trainer *t)
{
    struct outfile *config = t->config_changed ? config_write_sync(t->config, t->save_dir) : NULL;
    checkpoint_save(t->save_dir, t->weights, t->optimizer, &t->state);
    if (config)
        outfile_commit(config);
}

static void save(struct trainer *t)
{
    optimizer_flush(t->optimizer, t->weights);
    if (t->is_new)
        save_new(t);
    else
        save_again(t);
    t->is_new = t->config_changed = false;
    t->saved_unfinished = t->state.n_reports > 0;
    t->saved_step = t->state.step;
    profile_lap("saving", "", 0, 0);
}

_Noreturn static void stop_at(const struct trainer *t, const struct trainer_step *s, const char *what, double value)
{
    char *kept = t->saved_step > t->first_step ? xasprintf("what step %" PRIu64 " left is saved", t->saved_step)
                                               : xstrdup("nothing was saved");
    die("step %" PRIu64 " (epoch %" PRIu64 ", batch %" PRIu64 "): %s is %s; sentences %s; %s; try a smaller --lr, or a "
        "warm-up",
        t->state.step + 1, s->epoch, s->batch, what, isnan(value) ? "NaN" : "infinite", s->ids, kept);
}

static void add_batch(struct trainer *t, struct trainer_step *s, const struct train_batch *b, const struct record *record)
{
    struct bert_dropout dropout = {!t->options->no_dropout, t->options->seed, t->state.batches + s->n_batches};
    optimizer_flush_rows(t->optimizer, b->packed.start[b->packed.n_sentences], b->packed.input_ids, t->weights);
    struct loss loss = bert_train(t->bert, &b->packed, &dropout, t->frozen, s->n_batches > 0, t->gradients);
    s->loss_sum += loss.sum;
    s->weight += loss.weight;
    s->labelled += loss.labelled;
    s->tokens += b->start.data[b->packed.n_sentences];
    s->samples += b->packed.n_sentences;
    s->n_batches++;
    s->epoch = b->epoch;
    s->batch = b->number;
    s->ids = train_batch_ids(s->ids, record);
    if (!isfinite(loss.sum))
        stop_at(t, s, "the loss", loss.sum);
}

static void report(struct trainer *t, const struct trainer_step *s, double loss, double rate, double norm)
{
    struct checkpoint *state = &t->state;
    GROW(state->report, state->room, state->n_reports + 1);
    struct train_report *r = &state->report[state->n_reports++];
    *r = (struct train_report){state->step, s->epoch, s->batch, s->tokens, s->labelled, loss, rate, norm};
    train_report_write(t->filter, r);
}

/* One step of the optimiser. A step without any label has a gradient of zero, but weights decay and moments fade. */
static void finish_step(struct trainer *t, struct trainer_step *s)
{
    const struct train_options *o = t->options;
    struct checkpoint *state = &t->state;
    double mean = s->weight > 0 ? 1 / s->weight : 0;
    double norm = optimizer_norm(t->optimizer, t->gradients, bert_squares(t->bert)) * mean;
    if (!isfinite(norm))
        stop_at(t, s, "the norm of the gradient", norm);
    double rate = o->learning_rate * schedule_factor((enum schedule)o->schedule, state->step, t->warmup_steps, state->total);
    state->step++;
    optimizer_step(t->optimizer, state->step, rate, mean * optimizer_clip_factor(norm, o->clip), t->gradients, t->weights);
    state->epoch = s->epoch;
    state->batch = s->batch;
    state->batches += s->n_batches;
    state->samples += s->samples;
    double loss = s->loss_sum * mean;
    report(t, s, loss, rate, norm);
    char note[96];
    snprintf(note, sizeof note, "step %" PRIu64 "/%" PRIu64 ", epoch %" PRIu64 ", loss %.4f", state->step, state->total,
             state->epoch, loss);
    progress_update(&t->progress, (double)state->samples, note);
    profile_lap("reporting", "", 0, 0);
    free(s->ids);
    *s = (struct trainer_step){0};
    if (o->save_every && (state->step - t->first_step) % o->save_every == 0)
        save(t);
}

static bool is_done(const struct checkpoint *state, const struct train_batch *b)
{
    return state->step > 0 && (b->epoch < state->epoch || (b->epoch == state->epoch && b->number <= state->batch));
}

static bool is_over(const struct trainer *t)
{
    return t->state.step >= t->state.total || (t->options->stop_after && t->state.step - t->first_step >= t->options->stop_after);
}

/* The last batches of an epoch are a step, even if they are fewer than --accumulate. */
static void run(struct trainer *t, const volatile sig_atomic_t *stop)
{
    struct train_batch b = {.stream_labels = t->options->stream_labels};
    struct trainer_step s = {0};
    size_t skipped = 0, left = 0;
    for (struct record *record; !*stop && (record = filter_next(t->filter));) {
        if (is_over(t) && !t->options->dry_run) {
            left++; /* read on: the tool on the left shall not fail */
            continue;
        }
        train_batch_read(&b, record, t->config);
        profile_lap("reading", "", 0, 0);
        if (t->options->dry_run)
            continue;
        if (s.n_batches == 0 && is_done(&t->state, &b)) {
            skipped++;
            continue;
        }
        if (s.n_batches > 0 && b.epoch != s.epoch)
            finish_step(t, &s);
        if (is_over(t)) {
            left++;
            continue;
        }
        add_batch(t, &s, &b, record);
        if (s.n_batches == t->options->accumulate)
            finish_step(t, &s);
    }
    if (s.n_batches > 0 && !*stop)
        finish_step(t, &s);
    if (skipped && !t->unfinished && !t->options->stop_after)
        warn("skipped %zu batches that the state of %s has already seen; --restart begins anew", skipped, t->dir);
    if (left && t->state.step >= t->state.total)
        warn("left out %zu batches after step %" PRIu64 ", the last of this training", left, t->state.total);
    free(s.ids);
    train_batch_free(&b);
}

/* Hours of work end with a save: find out before them whether something can be written. */
static void try_folder(const char *dir)
{
    bool there = file_exists(dir);
    file_make_folder(dir);
    char *path = file_path(dir, "model.safetensors");
    outfile_discard(outfile_open(path));
    free(path);
    if (!there)
        rmdir(dir); /* a training that fails leaves no folder */
}

/* A run that has ended leaves no reports; those of a stopped one belong to the stream that the next run writes. One that was
 * killed between the renames of save_again left the old config.json. */
static void end(struct trainer *t, bool stopped)
{
    if (!stopped)
        t->state.n_reports = 0;
    bool old_config = t->config_changed && t->state.step > 0;
    if (t->state.step > t->saved_step || t->is_new || (t->saved_unfinished && !stopped) || old_config)
        save(t);
    if (stopped)
        warn("stopped by a signal; %s has step %" PRIu64 ", and the same command continues from there", t->save_dir,
             t->state.step);
}

bool trainer_run(const char *dir, const char *save_dir, struct filter *filter, const struct train_options *options,
                 const volatile sig_atomic_t *stop)
{
    struct trainer t = {.options = options, .dir = dir, .save_dir = save_dir, .filter = filter};
    if (!options->dry_run)
        stage_lock(save_dir);
    open_model(&t);
    t.is_new = strcmp(t.dir, save_dir) != 0;
    open_state(&t, filter_header(filter));
    profile_lap("loading", "", 0, 0);
    reader_input(filter_reader(filter))->stop = stop;
    try_folder(save_dir);
    run(&t, stop);
    progress_end(&t.progress, NULL); /* before the save, whose time is not part of the rate */
    bool ended = !*stop;
    if (!options->dry_run)
        end(&t, !ended);
    bert_free(t.bert);
    optimizer_free(t.optimizer);
    free(t.weights);
    free(t.gradients);
    free(t.frozen);
    free(t.class_weights);
    free(t.rate_factors);
    free(t.state.options);
    free(t.state.report);
    params_free(t.params);
    config_free(t.config);
    return ended;
}
