/* normalize_unicode: no step takes a blank together with what stands before or after it, so a text can be cut there. */
#include "tokenizer/normalize_unicode.h"

#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/forms.h"
#include "tokenizer/unicode.h"

static void run_form(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    out->n = 0;
    symbols_append(out, raw, n);
    forms_change(out, *(const enum forms *)options);
}

static void run_lower(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    (void)options;
    out->n = 0;
    symbols_append(out, raw, n);
    forms_lower(out);
}

/* Marks of all kinds go, where they stand alone. */
static void run_accents(const void *options, const struct symbol *raw, size_t n, struct symbols *out)
{
    (void)options;
    out->n = 0;
    for (size_t i = 0; i < n; i++)
        if (!(unicode_class(raw[i].code) & UNICODE_COMBINING))
            symbols_append(out, &raw[i], 1);
}

void normalize_unicode_read(void *to, json_t *json, const char *path)
{
    static enum forms form[] = {FORMS_NFC, FORMS_NFD, FORMS_NFKC, FORMS_NFKD};
    static const struct {
        const char *name;
        void (*run)(const void *options, const struct symbol *raw, size_t n, struct symbols *out);
        enum forms *form;
        bool removes;
    } kinds[] = {{"NFC", run_form, &form[0], false},        {"NFD", run_form, &form[1], false},
                 {"NFKC", run_form, &form[2], false},       {"NFKD", run_form, &form[3], false},
                 {"StripAccents", run_accents, NULL, true}, {"Lowercase", run_lower, NULL, false}};
    const char *type = jsonfile_text(json, path, "type");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, type) == 0)
            normalize_add(to, (struct normalize_step){kinds[i].run, NULL, kinds[i].form, .alone = true, .within = true,
                                                      .removes = kinds[i].removes});
}
