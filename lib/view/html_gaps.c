/* html_gaps: which blanks of a sentence are not shown, and where its lines end. */
#include <string.h>

#include "text/spacing.h"
#include "view/html_private.h"

/* Whether nothing but such characters are there up to a blank, to the right or to the left. */
static bool all_close(struct str text, size_t at)
{
    bool any = false;
    for (; at < text.size && !html_is_blank(text.data[at]); any = true) {
        uint32_t code;
        size_t size = utf8_decode(text.data + at, &code);
        if (!spacing_closes(code))
            return false;
        at += size;
    }
    return any;
}

static bool all_open(struct str text, size_t at)
{
    bool any = false;
    for (; at > 0 && !html_is_blank(text.data[at - 1]); any = true) {
        at = html_char_before(text, at);
        if (!spacing_opens(html_char_at(text, at)))
            return false;
    }
    return any;
}

/* How the words of a text that is not known were written: each a character of a text without blanks; most in a script without
 * blanks, which then stand around no other word either. */
enum words { WITH_BLANKS, MOSTLY_WITHOUT, CHARACTERS };

static enum words words_of(const struct sentence *s)
{
    size_t without = 0, with = 0, characters = 0;
    for (size_t i = 0; i < s->words.n; i++) {
        struct str word = s->words.data[i];
        uint32_t code = html_char_at(word, 0);
        bool letter = (code | 32) >= 'a' && (code | 32) <= 'z';
        without += spacing_has_no_blanks(code);
        with += letter || (code >= 0xc0 && !spacing_has_no_blanks(code));
        characters += utf8_length(word.data, word.size) == 1;
    }
    return without && characters == s->words.n ? CHARACTERS : without > with ? MOSTLY_WITHOUT : WITH_BLANKS;
}

void html_gaps(struct html *h, const struct sentence *s)
{
    struct str text = s->text;
    bool joined = s->words.n > 0 && text.data == s->joined.data;
    enum words words = joined ? words_of(s) : WITH_BLANKS;
    h->gaps.n = 0;
    memset(buffer_reserve(&h->gaps, text.size + 1), HTML_GAP_NONE, text.size + 1);
    h->gaps.n = text.size;
    for (size_t i = 1; i + 1 < text.size; i++) {
        if (text.data[i] != ' ')
            continue;
        bool left = spacing_has_no_blanks(html_char_at(text, html_char_before(text, i)));
        bool right = spacing_has_no_blanks(html_char_at(text, i + 1));
        if (joined && (words == CHARACTERS || (words == MOSTLY_WITHOUT ? left || right : left && right)))
            h->gaps.data[i] = HTML_GAP_DROPPED;
        else if (all_close(text, i + 1) || all_open(text, i))
            h->gaps.data[i] = HTML_GAP_UNBROKEN;
    }
}

bool html_may_break(const struct html *h, struct str text, size_t at)
{
    const char *gap = h->gaps.data;
    if (at == 0)
        return true;
    if ((html_is_blank(text.data[at]) && gap[at] == HTML_GAP_NONE)
        || (html_is_blank(text.data[at - 1]) && gap[at - 1] == HTML_GAP_NONE))
        return true;
    if (gap[at] || gap[at - 1] == HTML_GAP_UNBROKEN)
        return false;
    uint32_t left = html_char_at(text, html_char_before(text, gap[at - 1] ? at - 1 : at)), right = html_char_at(text, at);
    return (spacing_has_no_blanks(left) || spacing_has_no_blanks(right)) && !spacing_closes(right) && !spacing_opens(left);
}
