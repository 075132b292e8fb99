/* files: readers of the files of a model, of a training's state, and of brat. Where one reader takes several, an input has them
 * one after the other, with a byte 0xff between (fuzz_part). */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "bert/packed.h"
#include "corpus/brat_read.h"
#include "corpus/json_import.h"
#include "gemm/gemm_parts.h"
#include "model/config.h"
#include "model/import.h"
#include "model/safetensors.h"
#include "model/safetensors_sum.h"
#include "model/weights.h"
#include "tokenizer/tokenizer.h"
#include "train/checkpoint.h"
#include "train/optimizer.h"

int brat2msg_main(int argc, char **argv);
int msg2json_main(int argc, char **argv);

/* ---- weights ---- */

static struct params *params;

static void read_params(void)
{
    if (params)
        return;
    char *dir = fuzz_path("model/bert");
    struct config *config = config_read(dir);
    params = params_new(config);
    config_free(config);
    free(dir);
}

static void read_tensors(void)
{
    enum { ELEMENTS_MAX = 1 << 20 };
    struct tensors *all = import_open(fuzz_folder());
    for (size_t i = 0; i < all->n; i++)
        if (all->tensor[i].dtype != TENSORS_OTHER && all->tensor[i].elements < ELEMENTS_MAX) {
            float *floats = xmalloc(all->tensor[i].elements, sizeof *floats);
            tensors_floats(&all->tensor[i], floats);
            free(floats);
        }
    tensors_close(all);
}

static void load_weights(void)
{
    read_params();
    float *weights = weights_new(params);
    struct weights_report report = weights_load(fuzz_folder(), params, weights);
    weights_report_free(&report);
    free(weights);
}

static void run_safetensors(struct str input)
{
    fuzz_file("model.safetensors", input);
    read_tensors();
    load_weights();
}

/* A header alone, with the right size before it: what is behind the first check. */
static void run_safetensors_header(struct str input)
{
    struct str header = fuzz_part(&input);
    char *bytes = xmalloc(8 + header.size + input.size, 1);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (char)(header.size >> 8 * i);
    memcpy(bytes + 8, header.data, header.size);
    memcpy(bytes + 8 + header.size, input.data, input.size);
    fuzz_file("model.safetensors", (struct str){bytes, 8 + header.size + input.size});
    free(bytes);
    read_tensors();
    load_weights();
}

static void run_shards(struct str input)
{
    fuzz_file("model.safetensors.index.json", fuzz_part(&input));
    fuzz_file("model-1.safetensors", input);
    read_tensors();
}

static void run_torchfile(struct str input)
{
    fuzz_file("pytorch_model.bin", input);
    read_tensors();
}

static void run_config(struct str input)
{
    struct config *config = config_read_file(fuzz_file("config.json", input));
    struct params *layout = params_new(config);
    params_free(layout);
    config_free(config);
}

static void run_state(struct str input)
{
    static float *weights;
    static const char *options;
    read_params();
    if (!weights) {
        char *dir = fuzz_path("model/trained"), *path = file_path(dir, "optimizer.safetensors");
        weights = weights_load_all(dir, params);
        options = tensors_metadata(safetensors_open(path), "options");
        free(dir);
        free(path);
    }
    fuzz_file("optimizer.safetensors", input);
    struct optimizer *optimizer = optimizer_new(params);
    struct checkpoint state = {.options = xstrdup(options)};
    checkpoint_load(fuzz_folder(), weights, optimizer, &state);
    free(state.options);
    free(state.report);
    optimizer_free(optimizer);
}

/* The bytes after the head, which seeds.sh has written, with the right checksum: what is behind the first checks. */
static void run_packed(struct str input)
{
    static const int32_t piece[] = {2, 5, 3};
    char *dir = fuzz_path("model/bert"), *name = xasprintf("model.int8.%s.packed", gemm_layout_kernel(PRECISION_INT8));
    char *path = file_path(dir, name), *bytes = file_read(path, 1 << 20, NULL), digits[17];
    size_t head = (size_t)(strchr(bytes, '\n') - bytes) + 1, place = safetensors_sum_place(bytes, head);
    bytes = xrealloc(bytes, head + input.size, 1);
    memcpy(bytes + head, input.data, input.size);
    struct mapping map = {.data = (const uint8_t *)bytes, .size = head + input.size};
    safetensors_sum_of(map, place, digits);
    memcpy(bytes + place, digits, strlen(digits));
    fuzz_file(name, (struct str){bytes, map.size});
    struct config *config = config_read(dir);
    read_params();
    struct weights_map *weights = weights_map_new(dir, params);
    struct bert *bert = bert_new_packed(config, params, PRECISION_INT8, fuzz_folder(), weights);
    float *logits = xmalloc(3, config->num_labels * sizeof *logits);
    bert_forward(bert, &(struct bert_batch){1, (const size_t[]){0, 3}, piece, NULL}, logits);
    bert_free(bert);
    weights_map_free(weights);
    config_free(config);
    free(logits);
    free(bytes);
    free(path);
    free(name);
    free(dir);
}

/* ---- tokenizers ---- */

/* As a raw text, and its lines as words. */
static void cut(struct str text)
{
    struct vocab *vocab = vocab_read(fuzz_folder());
    char hash[17];
    vocab_hash(vocab, hash);
    struct tokenizer *tokenizer = tokenizer_new(vocab);
    struct pieces pieces = {0};
    tokenizer_text(tokenizer, text, &pieces);
    struct str word[64];
    size_t n = 0;
    for (const char *end; n < 64 && text.size && (end = memchr(text.data, '\n', text.size)); n++) {
        word[n] = (struct str){text.data, (size_t)(end - text.data)};
        text = (struct str){end + 1, text.size - word[n].size - 1};
    }
    tokenizer_words(tokenizer, word, n, &pieces);
    pieces_free(&pieces);
    tokenizer_free(tokenizer);
    vocab_free(vocab);
}

static const char sample[] =
    "The  caf\xc3\xa9 of Bj\xc3\xb6rk\n\xe6\xbc\xa2\xe5\xad\x97 <mask> 12,5\xe2\x82\xac\n it's\xf0\x9f\x98\x80\n[CLS]a\n";

static void run_tokenizer_json(struct str input)
{
    fuzz_file("tokenizer.json", fuzz_part(&input));
    struct str config = fuzz_part(&input);
    if (config.size)
        fuzz_file("tokenizer_config.json", config);
    else
        fuzz_remove("tokenizer_config.json");
    cut(input.size ? input : str_of(sample));
}

static void run_vocab(struct str input)
{
    fuzz_file("vocab.txt", fuzz_part(&input));
    cut(input.size ? input : str_of(sample));
}

static void run_bpe(struct str input)
{
    fuzz_file("tokenizer_config.json", str_of("{\"tokenizer_class\":\"RobertaTokenizer\"}"));
    fuzz_file("vocab.json", fuzz_part(&input));
    fuzz_file("merges.txt", fuzz_part(&input));
    cut(input.size ? input : str_of(sample));
}

static void run_sentencepiece(struct str input)
{
    fuzz_file("config.json", str_of("{\"model_type\":\"xlm-roberta\"}"));
    fuzz_file("sentencepiece.bpe.model", input);
    cut(str_of(sample));
}

/* ---- brat ---- */

static void run_brat(struct str input)
{
    fuzz_file("d.txt", fuzz_part(&input));
    fuzz_file("d.ann", input);
    char *path = xasprintf("%s/d.ann", fuzz_folder());
    char *argument[] = {
        (char[]){"brat2msg"}, (char[]){"--overlap"}, (char[]){"first"}, (char[]){"--bad-spans"}, (char[]){"drop"}, path, NULL};
    brat2msg_main(6, argument);
    free(path);
}

const struct fuzz_target fuzz_files[] = {
    {"brat", .run = run_brat, .then = {msg2json_main, {"msg2json", "@"}}},
    {"safetensors", .run = run_safetensors},
    {"safetensors-header", .run = run_safetensors_header},
    {"shards", .run = run_shards},
    {"torchfile", .run = run_torchfile},
    {"config", .run = run_config},
    {"state", .run = run_state},
    {"packed", .run = run_packed},
    {"tokenizer-json", .run = run_tokenizer_json},
    {"vocab", .run = run_vocab},
    {"bpe", .run = run_bpe},
    {"sentencepiece", .run = run_sentencepiece},
    {0},
};
