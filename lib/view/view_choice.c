/* view_choice: which records are shown. */
#include "view/view_choice.h"

#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"

void view_choice_start(struct view_choice *c, const struct header *header)
{
    c->header = header;
    if (c->only == VIEW_ONLY_ERRORS && !header->any_fields) {
        if (!header_has_field(header, "pred") && !header_has_field(header, "entities"))
            die("--only errors: the stream has no predictions; run logit2tag or logit2span first");
        bool tags = header->n_label_sets == 0;
        for (size_t i = 0; i < header->n_label_sets; i++)
            tags |= field_is_gold(header->label_set[i].field);
        if (!tags)
            die("--only errors: the stream has no gold tags to compare with");
    }
    if (!c->pattern)
        return;
    /* A dot means a character, not a byte, in whatever locale the tool runs. */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    c->regex = xmalloc(1, sizeof(regex_t));
    int wrong = regcomp(c->regex, c->pattern, REG_EXTENDED | REG_NOSUB);
    if (wrong) {
        char reason[256];
        regerror(wrong, c->regex, reason, sizeof reason);
        die_usage("--grep: '%s' is not a regular expression: %s", c->pattern, reason);
    }
}

static bool has_id(const char *id, const struct record *record)
{
    struct msg value = record_find(record, "id");
    struct str text;
    int64_t number;
    if (value.data && msg_int(&value, &number)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%lld", (long long)number);
        return strcmp(digits, id) == 0;
    }
    return value.data && msg_str(&value, &text) && str_is(text, id);
}

static bool matches(struct view_choice *c)
{
    c->text.n = 0;
    buffer_add(&c->text, c->sentence.text.data, c->sentence.text.size);
    for (size_t i = 0; i < c->text.n; i++)
        if (c->text.data[i] == 0)
            c->text.data[i] = ' ';
    buffer_add(&c->text, "", 1);
    return regexec(c->regex, c->text.data, 0, NULL, 0) == 0;
}

static void need_sentence(struct view_choice *c, const struct record *record, const char *option)
{
    if (!sentence_words(&c->sentence, record))
        record_die(record, "no sentence: neither 'tokens' nor 'text'; %s does not apply", option);
}

bool view_choice_finds(struct view_choice *c, const struct record *record)
{
    if (c->id && !has_id(c->id, record))
        return false;
    if (!c->pattern)
        return true;
    need_sentence(c, record, "--grep");
    return matches(c);
}

bool view_choice_wants(struct view_choice *c, const struct record *record)
{
    struct sentence *s = &c->sentence;
    if (c->only == VIEW_ONLY_ALL)
        return true;
    need_sentence(c, record, "--only");
    const char *gold = c->gold ? c->gold : sentence_gold_field(c->header, record);
    sentence_entities(s, c->header, gold, c->pred ? c->pred : record_find(record, "pred").data ? "pred" : NULL, record);
    return c->only == VIEW_ONLY_ERRORS ? s->differs || (c->tags && s->tags_differ) : s->gold.n + s->pred.n > 0;
}

void view_choice_none(const struct view_choice *c)
{
    if (c->id)
        die("no record has the id %s%s", c->id, c->pattern || c->only ? " and all else that was asked for" : "");
    if (c->pattern)
        warn("no sentence matches %s", c->pattern);
    else if (c->only)
        warn("no sentence has %s", c->only == VIEW_ONLY_ERRORS ? "errors" : "entities");
}

void view_choice_end(struct view_choice *c)
{
    if (c->regex)
        regfree(c->regex);
    free(c->regex);
    free(c->text.data);
    sentence_free(&c->sentence);
}
