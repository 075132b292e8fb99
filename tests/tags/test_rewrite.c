/* Tests of rewrite and type_map: tags under other names and in another scheme. */
#include "support/support.h"

#include "stream/fields.h"
#include "tags/labels.h"
#include "tags/rewrite.h"

enum { WORDS_MAX = 8, LABELS_MAX = 12 };

struct run {
    const char *labels, *tags, *map; /* NULL: no map */
    int from, to;
    bool repairs;
    size_t n_invalid;
    const char *out, *got; /* "labels | tags" */
};

static struct label_set read_labels(const char *text)
{
    struct label_set set = {.field = (char *)"ner_tags", .name = xcalloc(LABELS_MAX, sizeof *set.name)};
    for (const char *at = text; *at; set.n++) {
        size_t size = strcspn(at, " ");
        set.name[set.n] = xstrndup(at, size);
        at += size + (at[size] == ' ');
    }
    return set;
}

static void rewrite(void *data)
{
    struct run *r = data;
    struct label_set labels = read_labels(r->labels);
    struct cli_list given = {r->map != NULL, &r->map};
    struct type_map map = type_map_new(&given);
    struct rewriter w = rewriter_new(&labels, &(struct rewrite_options){r->from, r->to, &map, r->repairs});
    struct record record = {.number = 1};
    struct buffer text = {0};
    int32_t id[WORDS_MAX];
    size_t n = 0;
    for (const char *at = r->tags; *at; n++) {
        size_t size = strcspn(at, " ");
        id[n] = str_is((struct str){at, size}, "-100") ? LABEL_NONE : label_set_find(&labels, (struct str){at, size});
        at += size + (at[size] == ' ');
    }
    rewriter_record(&w, &record, n, id);
    r->n_invalid = w.n_invalid;
    for (size_t i = 0; i < w.out.n; i++)
        buffer_format(&text, "%s ", w.out.name[i]);
    buffer_add_string(&text, "|");
    for (size_t i = 0; i < n; i++)
        buffer_format(&text, " %s", id[i] == LABEL_NONE ? "-100" : w.out.name[id[i]]);
    r->got = xstrndup(text.data, text.n);
    free(text.data);
    rewriter_free(&w);
    type_map_free(&map);
}

static const char iob[] = "O B-X I-X B-Y I-Y";

static void test_names(void **state)
{
    (void)state;
    static const struct run cases[] = {
        {iob, "B-X I-X B-Y O", "Y=X", -1, -1, false, 0, "O B-X I-X | B-X I-X B-X O", NULL},
        {iob, "B-X I-X B-Y O", "X=O", -1, -1, false, 0, "O B-Y I-Y | O O B-Y O", NULL},
        {iob, "B-X I-X B-Y O", "X=Y,Y=X", -1, -1, false, 0, "O B-Y I-Y B-X I-X | B-Y I-Y B-X O", NULL},
        {iob, "B-X -100 B-Y", "X=a-b", -1, -1, false, 0, "O B-a-b I-a-b B-Y I-Y | B-a-b -100 B-Y", NULL},
        /* neighbours that get one type stay two entities: B where nothing was needed */
        {"O I-X I-Y", "I-X I-X I-Y O", "Y=X", IOB1, -1, false, 0, "O I-X B-X | I-X I-X B-X O", NULL},
        {"O I-X I-Y", "I-X I-Y I-Y O", "Y=X", IOE1, -1, false, 0, "O I-X E-X | E-X I-X I-X O", NULL},
        /* and the separator goes where the neighbour went */
        {"O I-X B-X I-Y", "I-X B-X I-Y", "Y=O", IOB1, -1, false, 0, "O I-X B-X | I-X B-X O", NULL},
        {"B-X I-X", "B-X I-X", "X=O", -1, -1, false, 0, "O | O O", NULL},
        {"O B I", "B I O", "_=DIS", -1, -1, false, 0, "O B-DIS I-DIS | B-DIS I-DIS O", NULL},
        {"O B-X E-X S-Y", "B-X E-X S-Y", "Y=X", -1, -1, false, 0, "O B-X E-X S-X | B-X E-X S-X", NULL},
        {"O B-X M-X E-X S-Y", "B-X M-X E-X S-Y", "Y=X", -1, -1, false, 0, "O B-X M-X E-X S-X | B-X M-X E-X S-X", NULL},
        {"NN , :", "NN ,", ",=PUNCT,:=PUNCT", -1, -1, false, 0, "NN PUNCT | NN PUNCT", NULL},
        {"NN , =", "= ,", "NN=N,,=P,==E", -1, -1, false, 0, "N P E | E P", NULL},
        /* no scheme: the label is the name; single letters are labels like others */
        {"NN VB S", "NN S VB", "NN=NOUN,S=O", -1, -1, false, 0, "O NOUN VB | NOUN O VB", NULL},
        {"O B-X I-X Z", "B-X I-X Z O", "Z=X", -1, -1, false, 0, "O B-X I-X X | B-X I-X X O", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run r = cases[i];
        assert_null(death_of(rewrite, &r));
        assert_string_equal(r.got, r.out);
        assert_int_equal(r.n_invalid, 0);
    }
}

static void test_schemes(void **state)
{
    (void)state;
    static const struct run cases[] = {
        {iob, "B-X I-X B-Y O", NULL, -1, IOBES, false, 0, "O B-X I-X E-X S-X B-Y I-Y E-Y S-Y | B-X E-X S-Y O", NULL},
        {iob, "B-X I-X I-X", NULL, -1, BMES, false, 0, "O B-X M-X E-X S-X B-Y M-Y E-Y S-Y | B-X M-X E-X", NULL},
        {iob, "B-X I-X B-Y", "Y=X", -1, BILOU, false, 0, "O B-X I-X L-X U-X | B-X L-X U-X", NULL},
        {iob, "B-X B-Y O", "Y=O", -1, IOB1, false, 0, "O B-X I-X | I-X O O", NULL},
        {"O B-X M-X E-X S-X", "B-X M-X E-X S-X", NULL, -1, IOB2, false, 0, "O B-X I-X | B-X I-X I-X B-X", NULL},
        {"O I-X B-X", "I-X I-X B-X", NULL, IOB1, IOB2, false, 0, "O B-X I-X | B-X I-X B-X", NULL},
        {iob, "B-X I-X", NULL, -1, IOB2, false, 0, "O B-X I-X B-Y I-Y | B-X I-X", NULL},
        {"O B-X I-X Z", "B-X Z", "Z=O", -1, IOBES, false, 0, "O B-X I-X E-X S-X | S-X O", NULL},
        /* repaired as conlleval reads them */
        {"O I-X", "O I-X I-X", NULL, -1, IOBES, true, 1, "O B-X I-X E-X S-X | O B-X E-X", NULL},
        {"O I-X", "O I-X I-X", "X=Y", -1, -1, true, 1, "O I-Y B-Y | O B-Y I-Y", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run r = cases[i];
        assert_null(death_of(rewrite, &r));
        assert_string_equal(r.got, r.out);
        assert_int_equal(r.n_invalid, cases[i].n_invalid);
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct run cases[] = {
        {iob, "O", "Z=X", -1, -1, false, 0, "--map: ner_tags has no 'Z'; it has X, Y", NULL},
        {iob, "O", "B-X=X", -1, -1, false, 0, "--map: ner_tags has no 'B-X'; it has X, Y", NULL},
        {"NN VB", "NN", "NP=X", -1, -1, false, 0, "--map: ner_tags has no 'NP'; it has NN, VB", NULL},
        {"O", "O", "NP=X", -1, -1, false, 0, "--map: ner_tags has no 'NP'; it has nothing but O", NULL},
        {"NN VB", "NN", NULL, -1, IOB2, false, 0, "the label 'NN' of ner_tags is not a tag of iob2; see --from", NULL},
        {"O B-X E-X", "O", NULL, IOB2, IOB1, false, 0, "the label 'E-X' of ner_tags is not a tag of iob2; see --from", NULL},
        {iob, "O", "X", -1, -1, false, 0, "--map is given as OLD=NEW", NULL},
        {iob, "O", "X=", -1, -1, false, 0, "--map is given as OLD=NEW", NULL},
        {iob, "O", "=X", -1, -1, false, 0, "--map is given as OLD=NEW", NULL},
        {iob, "O", "X=Y,X=O", -1, -1, false, 0, "--map: 'X' comes twice", NULL},
        {iob, "O", "", -1, -1, false, 0, "--map has no names", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run r = cases[i];
        assert_dies(rewrite, &r, cases[i].out);
    }
}

static void test_map_from_a_file(void **state)
{
    (void)state;
    static const char text[] = "X=Y\r\n\n,=PUNCT\n===EQ\n";
    char *at = xasprintf("@%s", temp_file("map", text, sizeof text - 1));
    const char *given[] = {at};
    struct type_map map = type_map_new(&(struct cli_list){1, given});
    assert_int_equal(map.from.n, 3);
    assert_true(str_is(type_map_of(&map, str_of("X")), "Y"));
    assert_true(str_is(type_map_of(&map, str_of(",")), "PUNCT"));
    assert_true(str_is(type_map_of(&map, str_of("==")), "EQ"));
    assert_true(str_is(type_map_of(&map, str_of("Z")), "Z"));
    type_map_free(&map);
    free(at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_map_from_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
