/* support: what the unit tests share. */
#include "support/support.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"

/* sanitizer/lsan_interface.h; NULL in a build without it */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static jmp_buf death;
static char last_words[4096];

static void on_death(const char *message)
{
    snprintf(last_words, sizeof last_words, "%s", message);
    longjmp(death, 1);
}

/* Who dies leaves memory behind, which is no leak; nor is what a run allocates that lives. */
const char *death_of(void (*run)(void *data), void *data)
{
    const char *volatile message = NULL;
    util_die_hook = on_death;
    if (__lsan_disable)
        __lsan_disable();
    if (setjmp(death) == 0)
        run(data);
    else
        message = last_words;
    if (__lsan_enable)
        __lsan_enable();
    util_die_hook = NULL;
    return message;
}

void assert_died(const char *message, const char *text, const char *file, int line)
{
    if (!message)
        print_error("lives, but should die of '%s'\n", text);
    else if (!strstr(message, text))
        print_error("dies of '%s', but should of '%s'\n", message, text);
    else
        return;
    _fail(file, line);
}

static char folder[64];
static pid_t owner; /* a child that ends must not take the folder away */

static void remove_folder(void)
{
    if (getpid() != owner)
        return;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlink(temp_path(entry->d_name));
    if (dir)
        closedir(dir);
    rmdir(folder);
}

const char *temp_path(const char *name)
{
    static char path[4][512];
    static int turn;
    if (!*folder) {
        strcpy(folder, "/tmp/tagpipe-test.XXXXXX");
        if (!mkdtemp(folder))
            fail_msg("no temporary folder");
        owner = getpid();
        atexit(remove_folder);
    }
    char *text = path[turn++ % 4];
    snprintf(text, sizeof path[0], "%s/%s", folder, name);
    return text;
}

const char *temp_file(const char *name, const void *bytes, size_t size)
{
    const char *path = temp_path(name);
    FILE *file = fopen(path, "w");
    if (!file || (size > 0 && fwrite(bytes, 1, size, file) != size) || fclose(file))
        fail_msg("cannot write %s", path);
    return path;
}

void add_bytes(struct bytes *b, const void *at, size_t size)
{
    GROW(b->data, b->room, b->n + size);
    if (size > 0)
        memcpy(b->data + b->n, at, size);
    b->n += size;
}

static void add_byte(struct bytes *b, unsigned value)
{
    add_bytes(b, &(uint8_t){(uint8_t)value}, 1);
}

void add_hex(struct bytes *b, const char *hex)
{
    unsigned value;
    for (int used; sscanf(hex, "%2x%n", &value, &used) == 1; hex += used)
        add_byte(b, value);
}

static void add_big_endian(struct bytes *b, uint64_t value, int size)
{
    while (size-- > 0)
        add_byte(b, (unsigned)(value >> (8 * size) & 255));
}

void add_map(struct bytes *b, size_t n)
{
    if (n < 16)
        add_byte(b, 0x80 | (unsigned)n);
    else {
        add_byte(b, 0xde);
        add_big_endian(b, n, 2);
    }
}

void add_array(struct bytes *b, size_t n)
{
    if (n < 16)
        add_byte(b, 0x90 | (unsigned)n);
    else {
        add_byte(b, 0xdd);
        add_big_endian(b, n, 4);
    }
}

void add_str(struct bytes *b, const char *text)
{
    size_t size = strlen(text);
    if (size < 32)
        add_byte(b, 0xa0 | (unsigned)size);
    else {
        add_byte(b, 0xda);
        add_big_endian(b, size, 2);
    }
    add_bytes(b, text, size);
}

void add_int(struct bytes *b, uint64_t value)
{
    if (value >= 128) {
        add_byte(b, 0xcf);
        add_big_endian(b, value, 8);
    } else
        add_byte(b, (unsigned)value);
}

void add_trailer(struct bytes *b, uint64_t records)
{
    add_map(b, 2);
    add_str(b, "end");
    add_hex(b, "c3");
    add_str(b, "records");
    add_int(b, records);
}

void add_header(struct bytes *b, const char *kind, const char *const *name, size_t n)
{
    add_map(b, 4);
    add_str(b, "msgstream"), add_int(b, 1);
    add_str(b, "kind"), add_str(b, kind);
    add_str(b, "fields"), add_array(b, 2), add_str(b, "id"), add_str(b, "ner_tags");
    add_str(b, "labels"), add_map(b, 1), add_str(b, "ner_tags"), add_array(b, n);
    for (size_t i = 0; i < n; i++)
        add_str(b, name[i]);
}

void add_record(struct bytes *b, uint64_t id)
{
    add_map(b, 2);
    add_str(b, "id"), add_int(b, id);
    add_str(b, "ner_tags"), add_array(b, 2), add_int(b, 1), add_int(b, 0);
}

const char *const two_names[] = {"O", "B-X"};

struct bytes small_stream(void)
{
    struct bytes b = {0};
    add_header(&b, "sentence", two_names, 2);
    add_record(&b, 17);
    add_record(&b, 300);
    add_trailer(&b, 2);
    return b;
}

struct bytes minimal_header(void)
{
    struct bytes b = {0};
    add_map(&b, 2);
    add_str(&b, "msgstream"), add_int(&b, 1);
    add_str(&b, "kind"), add_str(&b, "sentence");
    return b;
}

void assert_bytes(struct bytes got, struct bytes expected)
{
    assert_int_equal(got.n, expected.n);
    assert_memory_equal(got.data, expected.data, expected.n);
}

bool has_bytes(const void *hay, size_t n, const void *needle, size_t size)
{
    for (size_t i = 0; i + size <= n; i++)
        if (memcmp((const char *)hay + i, needle, size) == 0)
            return true;
    return false;
}

static int saved = -1;

void capture_begin(void)
{
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    int fd = open(temp_path("captured"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (saved < 0 || fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
        fail_msg("cannot capture standard output");
    close(fd);
}

struct bytes capture_end(void)
{
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    struct mapping map = file_map(temp_path("captured"));
    struct bytes out = {0};
    add_bytes(&out, map.data, map.size);
    file_unmap(map);
    return out;
}

void without_checksum(const char *path)
{
    static const char key[] = ",\"checksum\":\"xxh3:", whole[] = ",\"checksum\":\"xxh3:0123456789abcdef\"";
    size_t size, n = 0;
    char *bytes = file_read(path, 64 << 20, &size);
    for (int i = 7; i >= 0; i--)
        n = n << 8 | (uint8_t)bytes[i];
    char *header = xstrndup(bytes + 8, n), *at = strstr(header, key);
    if (at) {
        memmove(at, at + sizeof whole - 1, strlen(at + sizeof whole - 1) + 1);
        size_t left = strlen(header);
        while (header[left - 1] == ' ')
            left--;
        FILE *file = fopen(path, "wb");
        for (int i = 0; i < 8; i++)
            putc((int)(round_up(left, 8) >> 8 * i & 255), file);
        fwrite(header, 1, left, file);
        fprintf(file, "%*s", (int)(round_up(left, 8) - left), "");
        fwrite(bytes + 8 + n, 1, size - 8 - n, file);
        fclose(file);
    }
    free(header);
    free(bytes);
}

/* The simplest filter: it adds `added` to header and records, or replaces it. */
const char *const *filter_paths;
const char *filter_added;
void run_filter(void *data)
{
    static const struct cli_option options[] = {{0}};
    static const struct cli cli = {"tagpipe", "a filter", "[FILE...]", options, NULL};
    char *argv[8] = {(char *)"tagpipe"};
    int argc = 1;
    (void)data;
    for (; filter_paths && filter_paths[argc - 1]; argc++)
        argv[argc] = (char *)filter_paths[argc - 1];
    struct filter *f = filter_open(&cli, argc, argv, NULL);
    if (filter_added)
        filter_adds(f, filter_added, NULL);
    for (struct record *r; (r = filter_next(f));) {
        filter_begin(f, r);
        if (filter_added)
            filter_put_int(f, filter_added, 7);
        filter_end(f);
    }
    filter_close(f);
}

struct bytes filtered(struct bytes in, const char *field)
{
    const char *const paths[] = {temp_file("filtered", in.data, in.n), NULL};
    filter_paths = paths;
    filter_added = field;
    capture_begin();
    const char *message = death_of(run_filter, NULL);
    struct bytes out = capture_end();
    if (message)
        fail_msg("the filter died: %s", message);
    return out;
}
