/* jsonfile: settings that stand in a file of JSON. */
#include "base/jsonfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static void *allocate(size_t size)
{
    return xmalloc(size, 1);
}

void jsonfile_setup(void)
{
    json_set_alloc_funcs(allocate, free);
}

json_t *jsonfile_read(const char *path, size_t size_max, size_t flags)
{
    json_error_t error;
    size_t size;
    char *text = file_read(path, size_max, &size);
    json_t *json = json_loadb(text, size, flags, &error);
    free(text);
    if (!json)
        die("%s:%d: not JSON: %s", path, error.line, strstr(error.text, "ALLOW_NUL") ? "a text with \\u0000" : error.text);
    if (!json_is_object(json))
        die("%s: not a JSON object", path);
    return json;
}

void jsonfile_die(const char *path, const char *key, const json_t *value, const char *what)
{
    enum { SHOWN = 60 };
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (!value)
        die("%s: \"%s\" is missing; it should be %s", path, key, what);
    die("%s: \"%s\" is not %s, but %s%.*s", path, key, what, json_is_string(value) ? "the text " : "", SHOWN, text ? text : "?");
}

bool jsonfile_is_missing(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return !value || json_is_null(value);
}

bool jsonfile_bool(const json_t *object, const char *path, const char *key, bool otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_boolean(value))
        jsonfile_die(path, key, value, "true or false");
    return value ? json_is_true(value) : otherwise;
}

size_t jsonfile_size(const json_t *object, const char *path, const char *key, size_t min, size_t max, size_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (!value)
        return otherwise;
    if (!json_is_integer(value) || json_integer_value(value) < (json_int_t)min || json_integer_value(value) > (json_int_t)max)
        jsonfile_die(path, key, value, xasprintf("a whole number from %zu to %zu", min, max));
    return (size_t)json_integer_value(value);
}

double jsonfile_real(const json_t *object, const char *path, const char *key, double max, double otherwise)
{
    const json_t *value = json_object_get(object, key);
    double x = value ? json_number_value(value) : otherwise;
    if (value && (!json_is_number(value) || !(x >= 0) || !(x <= max)))
        jsonfile_die(path, key, value, xasprintf("a number from 0 to %g", max));
    return x;
}

const char *jsonfile_text(const json_t *object, const char *path, const char *key)
{
    if (jsonfile_is_missing(object, key))
        return NULL;
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        jsonfile_die(path, key, value, "a string");
    return json_string_value(value);
}
