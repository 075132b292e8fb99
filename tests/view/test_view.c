/* test_view: which records are shown, and how; the tools that a stream came through. */
#include "support/support.h"

#include "stream/record.h"
#include "view/view.h"
#include "view/view_choice.h"
#include "view/view_summary.h"

static char kind[] = "sentence", gold[] = "ner_tags", o[] = "O", b_x[] = "B-X", *names[] = {o, b_x};
static struct label_set labels = {gold, 2, names};
static const struct header header = {.kind = kind, .n_label_sets = 1, .label_set = &labels, .any_fields = true};

/* "in Paris", tagged O B-X, with id 7. */
static struct bytes sentence(struct record *record)
{
    struct bytes b = {0};
    add_map(&b, 3);
    add_str(&b, "id");
    add_int(&b, 7);
    add_str(&b, "tokens");
    add_array(&b, 2);
    add_str(&b, "in");
    add_str(&b, "Paris");
    add_str(&b, "ner_tags");
    add_array(&b, 2);
    add_int(&b, 0);
    add_int(&b, 1);
    record_index(record, 1, (struct msg){b.data, b.data + b.n});
    return b;
}

static void assert_text(struct buffer *got, const char *expected)
{
    buffer_add(got, "", 1);
    assert_string_equal(got->data, expected);
    free(got->data);
}

static void words_stand_over_their_tags(void **state)
{
    (void)state;
    struct record record;
    struct bytes b = sentence(&record);
    struct view view = {.header = &header};
    struct buffer to = {0};
    view_record(&view, &to, &record);
    assert_text(&to, "in Paris\nO  B-X\n");
    view_free(&view);
    free(b.data);
}

static bool is_chosen(struct view_choice choice)
{
    struct record record;
    struct bytes b = sentence(&record);
    view_choice_start(&choice, &header);
    bool has = view_choice_finds(&choice, &record) && view_choice_wants(&choice, &record);
    view_choice_end(&choice);
    free(b.data);
    return has;
}

static void all_conditions_must_hold(void **state)
{
    (void)state;
    assert_true(is_chosen((struct view_choice){0}));
    assert_true(is_chosen((struct view_choice){.id = "7", .pattern = "^in P.ris$", .only = VIEW_ONLY_ENTITIES}));
    assert_false(is_chosen((struct view_choice){.id = "8", .pattern = "Paris"}));
    assert_false(is_chosen((struct view_choice){.id = "7", .pattern = "London"}));
}

static void choose_none(void *choice)
{
    view_choice_none(choice);
}

static void an_id_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    assert_dies(choose_none, (&(struct view_choice){.id = "8"}), "no record has the id 8");
    assert_dies(choose_none, (&(struct view_choice){.id = "8", .only = VIEW_ONLY_ERRORS}), "8 and all else that was asked for");
}

static void a_summary_counts_and_has_the_history(void **state)
{
    (void)state;
    struct record record;
    struct bytes b = sentence(&record);
    struct header *h = header_new("sentence");
    struct view_summary summary = {0};
    struct buffer to = {0};
    header_add_field(h, "tokens");
    header_add_history(h, "conll2msg", "1", 2, (const char *const[]){"-x", "a\x1b"});
    header_add_history(h, "wptok", "1", 0, NULL);
    view_summary_add(&summary, &record);
    view_summary_add(&summary, &record);
    view_summary_print(&summary, h, &to);
    assert_text(&to, "kind        sentence\nrecords     2\nwords       4\nfields      tokens\n"
                     "history     conll2msg -x a\\x1b\n            wptok\n");
    header_free(h);
    free(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stand_over_their_tags),
        cmocka_unit_test(all_conditions_must_hold),
        cmocka_unit_test(an_id_that_is_not_there_is_an_error),
        cmocka_unit_test(a_summary_counts_and_has_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
