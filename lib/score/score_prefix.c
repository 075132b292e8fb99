/* score_prefix: tags that have no prefix of a scheme, counted and named. */
#include "score/score_prefix.h"

#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"
#include "tags/labels.h"
#include "text/printable.h"

enum { SHOWN = 3 };

/* "PERSON, OBJ, THING and 4 more" */
static void add_names(struct buffer *to, const struct intern *names)
{
    for (size_t i = 0; i < names->n && i < SHOWN; i++) {
        buffer_add_string(to, i ? ", " : "");
        printable_add(to, (struct str){names->name[i], names->size[i]});
    }
    if (names->n > SHOWN)
        buffer_format(to, " and %zu more", names->n - SHOWN);
    buffer_add(to, "", 1);
}

/* ---- before: label sets ---- */

void score_prefix_auto(const struct label_set *gold, const struct label_set *pred, struct score_options *options)
{
    if (labels_have_scheme(gold) && (labels_have_types(gold) || labels_have_scheme(pred)))
        return;
    if (labels_have_suffix(gold)) {
        size_t i = strcmp(gold->name[0], "O") == 0;
        warn("the labels of %s have their letter at the end (%s): entities are scored, as with --suffix", gold->field,
             gold->name[i]);
        options->suffix = true;
        return;
    }
    struct intern without = {0};
    struct buffer text = {0};
    struct tag tag;
    options->tags = true;
    for (size_t i = 0; i < gold->n; i++)
        if (!labels_is_tag(gold->name[i], false, &tag))
            intern_add(&without, str_of(gold->name[i]));
    add_names(&text, &without);
    if (without.n < gold->n)
        warn("%zu of %zu labels of %s have no prefix (%s): every tag is scored by itself, as with --tags", without.n, gold->n,
             gold->field, text.data);
    intern_free(&without);
    free(text.data);
}

/* ---- afterwards: the tags that came ---- */

enum check { ANY_LETTER, LENIENT_LETTER };

/* As the package checks it. ANY_LETTER: or a letter that only strict scoring knows. The package does not know M either, but reads
 * what is well-formed as if it did. */
static bool has_prefix(struct str tag, bool suffix, enum check check)
{
    if (tag.size == 0)
        return false;
    size_t letter = suffix ? tag.size - 1 : 0, hyphen = suffix ? tag.size - 2 : 1;
    if (!tag.data[letter] || !strchr(check == LENIENT_LETTER ? "OBIESM" : SCORE_LETTERS, tag.data[letter]))
        return false;
    return tag.size == 1 || (tag.data[letter] != 'O' && tag.data[hyphen] == '-');
}

const char *score_prefix_advice(const struct scorer *s, struct str tag)
{
    bool suffix = s->options.suffix;
    if (has_prefix(tag, suffix, ANY_LETTER) || !has_prefix(tag, !suffix, ANY_LETTER))
        return "";
    return suffix ? "; its letter is in front: leave out --suffix" : "; its letter is at the end: see --suffix";
}

static void add_tags(struct intern *without, const struct scorer *s, bool suffix, enum check check)
{
    for (size_t i = 0; s && i < s->names.n; i++) {
        struct str tag = {s->names.name[i], s->names.size[i]};
        if (s->tag_count[i].gold + s->tag_count[i].pred > 0 && !has_prefix(tag, suffix, check))
            intern_add(without, tag);
    }
}

/* No tag of an entity came: a report of nothing but 0/0 is not left without a word. */
static void warn_of_nothing(const struct scorer *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->types.n; i++)
        n += s->count[i].gold + s->count[i].pred;
    if (n == 0)
        warn("no entity in %s and none in %s: the scores are 0/0", s->gold_labels->field, s->pred_labels->field);
}

bool score_prefix_report(const struct scorer *s, const struct scorer *other)
{
    bool suffix = s->options.suffix;
    struct intern without = {0}, reversed = {0}, unknown = {0};
    struct buffer text = {0};
    if (s->options.tags)
        return false;
    add_tags(&without, s, suffix, ANY_LETTER);
    add_tags(&without, other, suffix, ANY_LETTER);
    add_tags(&reversed, s, !suffix, ANY_LETTER);
    if (!s->options.strict)
        add_tags(&unknown, s, suffix, LENIENT_LETTER);
    add_names(&text, without.n ? &without : &unknown);
    const char *end = suffix ? "suffix" : "prefix", *advice = reversed.n > 0 ? "see "
                                                              : suffix       ? "leave out --suffix, or see "
                                                                             : "see --suffix, or ";
    if (without.n)
        warn("%zu tag%s no %s of a scheme (%s), and the %s character is read as one; %s--tags, which scores every tag "
             "by itself",
             without.n, without.n > 1 ? "s have" : " has", end, text.data, suffix ? "last" : "first", advice);
    else if (unknown.n)
        warn("%zu tag%s a %s that lenient scoring does not know (%s); see --mode strict", unknown.n,
             unknown.n > 1 ? "s have" : " has", end, text.data);
    else if (s->n_odd)
        warn("%zu tag%s with M that no entity of BMES has there, and that lenient scoring does not read as I; see --mode strict",
             s->n_odd, s->n_odd > 1 ? "s" : "");
    else
        warn_of_nothing(s);
    bool spoke = without.n > 0;
    intern_free(&without);
    intern_free(&reversed);
    intern_free(&unknown);
    free(text.data);
    return spoke;
}
