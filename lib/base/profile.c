/* profile: where the time goes, by operator. */
#include "base/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct operator
{
    const char *name, *pass;
    double seconds, flops, bytes;
    size_t calls;
};

enum { OPERATORS_MAX = 64 };
static struct operator table[OPERATORS_MAX];
static size_t n_operators;
static bool runs;
static double last;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void profile_start(void)
{
    runs = true;
    n_operators = 0;
    last = now();
}

bool profile_runs(void)
{
    return runs;
}

static struct operator* find(const char *name, const char *pass)
{
    for (size_t i = 0; i < n_operators; i++)
        if (strcmp(table[i].name, name) == 0 && strcmp(table[i].pass, pass) == 0)
            return &table[i];
    if (n_operators == OPERATORS_MAX)
        die("profile: more than %d operators", OPERATORS_MAX);
    table[n_operators] = (struct operator){.name = name, .pass = pass};
    return &table[n_operators++];
}

void profile_lap(const char *name, const char *pass, double flops, double bytes)
{
    if (!runs)
        return;
    struct operator* o = find(name, pass);
    double t = now();
    o->seconds += t - last;
    o->flops += flops;
    o->bytes += bytes;
    o->calls++;
    last = t;
}

void profile_part(const char *name, const char *pass, double seconds, double bytes)
{
    if (!runs)
        return;
    struct operator* o = find(name, pass);
    o->seconds += seconds;
    o->bytes += bytes;
    last += seconds;
}

double profile_clock(void)
{
    return runs ? now() : 0;
}

static int by_seconds(const void *a, const void *b)
{
    double x = ((const struct operator*)a)->seconds, y = ((const struct operator*)b)->seconds;
    return (x < y) - (x > y);
}

static void print_row(const struct operator* o, double whole)
{
    char flops[16] = "-", bytes[16] = "-";
    if (o->flops > 0)
        snprintf(flops, sizeof flops, "%.1f", o->flops / o->seconds * 1e-9);
    if (o->bytes > 0)
        snprintf(bytes, sizeof bytes, "%.1f", o->bytes / o->seconds * 1e-9);
    fprintf(stderr, "%-24s %-8s %9.3f %6.1f %9s %7s %8zu\n", o->name, o->pass, o->seconds, 100 * o->seconds / whole, flops, bytes,
            o->calls);
}

void profile_print(const char *note)
{
    struct operator whole = {.name = "all", .pass = ""};
    for (size_t i = 0; i < n_operators; i++) {
        whole.seconds += table[i].seconds;
        whole.flops += table[i].flops;
        whole.calls += table[i].calls;
    }
    if (!runs || whole.calls == 0)
        return;
    qsort(table, n_operators, sizeof *table, by_seconds);
    fprintf(stderr, "%-24s %-8s %9s %6s %9s %7s %8s\n", "operator", "pass", "seconds", "%", "GFLOP/s", "GB/s", "calls");
    for (size_t i = 0; i < n_operators; i++)
        print_row(&table[i], whole.seconds);
    print_row(&whole, whole.seconds);
    fprintf(stderr, "%s\n", note);
}
