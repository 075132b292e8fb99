/* vocab_copy: the tokenizer's files of one model directory into another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/outfile.h"
#include "tokenizer/vocab.h"

const char *const vocab_file_name[VOCAB_FILES] = {
    "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "merges.txt", "vocab.json",
    "vocab.txt",         "sentencepiece.bpe.model", "tokenizer.json"};

/* The options that vocab_read_file uses for a bare vocab.txt, so that every reader of the copy uses the same. */
static const char plain_config[] = "{\n  \"do_lower_case\": true,\n  \"tokenizer_class\": \"BertTokenizer\"\n}\n";

static void write_file(const char *path, const void *bytes, size_t size)
{
    struct outfile *out = outfile_open(path);
    outfile_write(out, bytes, size);
    outfile_commit(out);
}

void vocab_copy(const char *from, const char *to_dir)
{
    char *inside = file_path(from, ".");
    bool is_dir = file_exists(inside);
    for (size_t i = 0; i < VOCAB_FILES; i++) {
        const char *name = vocab_file_name[i];
        char *source = file_path(from, name), *target = file_path(to_dir, name);
        if (is_dir && file_exists(source))
            outfile_copy(source, target);
        else if (!is_dir && strcmp(name, "vocab.txt") == 0)
            outfile_copy(from, target);
        else if (!is_dir && strcmp(name, "tokenizer_config.json") == 0)
            write_file(target, plain_config, sizeof plain_config - 1);
        else
            remove(target); /* a file of the tokenizer that was there before */
        free(source);
        free(target);
    }
    free(inside);
}
