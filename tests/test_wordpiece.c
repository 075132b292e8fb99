/* Every code point of Unicode between two letters, tokenized as the tokenizers package does it: hashes of blocks of 4096. */
#include "support.h"

#include <xxhash.h>

#include "utf8.h"
#include "wordpiece.h"

#define GOLDEN "tests/golden/unicode.txt"
#define VOCAB "tests/golden/wptok/vocab.txt"

enum { BLOCK = 4096, BLOCKS = 0x110000 / BLOCK };

static void add_line(XXH3_state_t *state, uint32_t code, const struct pieces *p)
{
    char text[512];
    int size = snprintf(text, sizeof text, "%u", (unsigned)code);
    for (size_t i = 0; i < p->id.n; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, " %d/%d/%d/%d", p->id.at[i], p->word.at[i], p->start.at[i],
                         p->end.at[i]);
    size += snprintf(text + size, sizeof text - (size_t)size, p->id.n ? "\n" : " \n");
    XXH3_64bits_update(state, text, (size_t)size);
}

static XXH64_hash_t hash_block(struct wordpiece *w, uint32_t block)
{
    struct pieces pieces = {0};
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    for (uint32_t code = block * BLOCK; code < (block + 1) * BLOCK; code++) {
        char text[8] = "a";
        if (code >= 0xD800 && code < 0xE000)
            continue;
        size_t size = 1 + utf8_encode(code, text + 1);
        text[size++] = 'b';
        pieces_clear(&pieces);
        wordpiece_text(w, (struct str){text, size}, &pieces);
        add_line(state, code, &pieces);
    }
    XXH64_hash_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

static void every_code_point(void **state)
{
    (void)state;
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(f);
    char kind[32], last[32] = "";
    unsigned block, n = 0;
    unsigned long long want;
    struct vocab *vocab = NULL;
    struct wordpiece *w = NULL;
    while (fscanf(f, "%31s %u %llx", kind, &block, &want) == 3) {
        if (strcmp(kind, last) != 0) {
            wordpiece_free(w);
            vocab_free(vocab);
            vocab = vocab_read_file(VOCAB);
            vocab->n_added = 0;                         /* the golden tokenizer has none */
            vocab->lower = strcmp(kind, "uncased") == 0 || strcmp(kind, "accents") == 0;
            vocab->strip_accents = strcmp(kind, "uncased") == 0 || strcmp(kind, "stripped") == 0;
            w = wordpiece_new(vocab);
            snprintf(last, sizeof last, "%s", kind);
        }
        if (hash_block(w, block) != want)
            fail_msg("%s: a code point from U+%04X on differs", kind, block * BLOCK);
        n++;
    }
    fclose(f);
    wordpiece_free(w);
    vocab_free(vocab);
    assert_int_equal(n, 4 * BLOCKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_point)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
