/* util: errors that end a tool, and memory that ends it if there is none. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/visible.h"

const char *util_program = "tagpipe";
void (*util_die_hook)(const char *message);
bool util_line_is_open;

/* In a build with LeakSanitizer: where a tool ends before its work is done, what its functions hold is no leak. (sanitizer/
 * lsan_interface.h wants a constant; gcc's and clang's look at the end only.) */
static bool is_leaving;
#ifndef __has_feature
#define __has_feature(feature) 0 /* clang's */
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return is_leaving;
}
#endif

void util_leave(int status)
{
    is_leaving = true;
    exit(status);
}

static void print_message(const char *format, va_list list, const char *tail)
{
    char text[4096], shown[2 * sizeof text]; /* one line, harmless to a terminal whatever the corpus holds */
    int saved = errno;
    int used = vsnprintf(text, sizeof text - 256, format, list);
    size_t size = used < 0 ? 0 : (size_t)used < sizeof text - 256 ? (size_t)used : sizeof text - 257;
    text[size] = 0;
    if (size > 0 && text[size - 1] == ':')
        size += (size_t)snprintf(text + size, sizeof text - size, " %s", strerror(saved));
    snprintf(text + size, sizeof text - size, "%s", tail);
    visible_copy(shown, sizeof shown, text);
    if (util_die_hook)
        util_die_hook(shown);
    fprintf(stderr, "%s%s: %s\n", util_line_is_open ? "\r\033[K" : "", util_program, shown);
    util_line_is_open = false;
}

void die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    print_message(format, list, "");
    va_end(list);
    util_leave(1);
}

void die_usage(const char *format, ...)
{
    char tail[64];
    size_t size = strlen(format);
    snprintf(tail, sizeof tail, "%s %.32s --help", size > 0 && format[size - 1] == '?' ? " See" : "; see", util_program);
    va_list list;
    va_start(list, format);
    print_message(format, list, tail);
    va_end(list);
    util_leave(2);
}

void warn(const char *format, ...)
{
    void (*hook)(const char *) = util_die_hook;
    util_die_hook = NULL;
    va_list list;
    va_start(list, format);
    print_message(format, list, "");
    va_end(list);
    util_die_hook = hook;
}

enum { PAGE = 4096, HUGE_PAGE = 2 << 20 };

static size_t product(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX)
        die("out of memory: %zu elements of %zu bytes", n, size);
    return bytes ? bytes : 1;
}

static void *checked(void *memory, size_t bytes)
{
    if (!memory)
        die("out of memory: %zu bytes", bytes);
    return memory;
}

/* Large arrays are asked for in huge pages: they come with fewer faults, and their places are found sooner. */
static void *in_huge_pages(void *memory, size_t bytes)
{
    int saved = errno;
    madvise((char *)memory - (uintptr_t)memory % PAGE, bytes, MADV_HUGEPAGE);
    errno = saved;
    return memory;
}

void *xmalloc(size_t n, size_t size)
{
    size_t bytes = product(n, size);
    if (bytes < HUGE_PAGE)
        return checked(malloc(bytes), bytes);
    /* malloc writes into the first page, which would not become a huge one. */
    void *memory = NULL;
    bytes = round_up(bytes, HUGE_PAGE);
    if (posix_memalign(&memory, HUGE_PAGE, bytes))
        memory = NULL;
    return in_huge_pages(checked(memory, bytes), bytes);
}

void *xcalloc(size_t n, size_t size)
{
    size_t bytes = product(n, size);
    return bytes < HUGE_PAGE ? checked(calloc(1, bytes), bytes) : memset(xmalloc(n, size), 0, bytes);
}

void *xrealloc(void *old, size_t n, size_t size)
{
    size_t bytes = product(n, size);
    if (!old)
        return xmalloc(n, size);
    void *memory = checked(realloc(old, bytes), bytes);
    return bytes < HUGE_PAGE ? memory : in_huge_pages(memory, bytes);
}

char *xstrndup(const char *text, size_t size)
{
    char *copy = xmalloc(size + 1, 1);
    memcpy(copy, text, size);
    copy[size] = 0;
    return copy;
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

char *xasprintf(const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    char *text = xmalloc((size_t)(size < 0 ? 0 : size) + 1, 1);
    vsnprintf(text, (size_t)(size < 0 ? 0 : size) + 1, format, again);
    va_end(again);
    va_end(list);
    return text;
}
