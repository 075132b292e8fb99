#!/usr/bin/env bash
# demo-model.sh: writes the configuration and vocabulary of a small BERT for a corpus; `bertinit --config` makes a model of them.
set -euo pipefail
usage='usage: demo-model.sh TRAIN.txt DIR

Writes DIR/config.json (2 layers of 128), DIR/vocab.txt and DIR/tokenizer_config.json. The vocabulary comes from the first
column of TRAIN.txt: each printable ASCII character, each other character that occurs, the frequent words, and the frequent
beginnings and endings of the other words. Words of another corpus are cut into these pieces, or into characters.

  -h, --help  this text
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

option() { :; }
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 2 ] || misused "give a training file and a directory"
readable "$1"
train=$1 out=$2
make_folder "$out"
work_in "$out"

# The script itself joins the bytes of UTF-8: mawk knows only bytes, and so does every awk under LC_ALL=C.
LC_ALL=C awk '
    function letters(word,    i, n, c) {
        n = 0
        for (i = 1; i <= length(word); i++) {
            c = substr(word, i, 1)
            if (c ~ /[\200-\277]/ && n > 0)
                letter[n] = letter[n] c
            else
                letter[++n] = c
        }
        return n
    }
    function put(rank, piece) { if (!(piece in there)) { there[piece] = 1; printf "%d\t%s\n", rank, piece } }
    function part(from, to,    i, s) { for (i = from; i <= to; i++) s = s letter[i]; return s }
    NF { count[$1]++ }
    END {
        n = split("[PAD] [UNK] [CLS] [SEP] [MASK]", special, " ")
        for (i = 1; i <= n; i++)
            put(i, special[i])
        for (i = 33; i < 127; i++) {
            c = sprintf("%c", i)
            put(6, c)
            if (c ~ /[0-9A-Za-z]/)
                put(7, "##" c)
        }
        for (word in count) {
            n = letters(word)
            for (i = 1; i <= n; i++) {
                put(6, letter[i])
                put(7, "##" letter[i])
            }
            if (count[word] >= 4)
                put(8, word)
            else {
                for (i = 2; i <= 3 && i < n; i++)
                    starts[part(1, i)]++
                for (i = 2; i <= 4 && i < n; i++)
                    ends["##" part(n - i + 1, n)]++
            }
        }
        for (piece in starts)
            if (starts[piece] >= 12)
                put(9, piece)
        for (piece in ends)
            if (ends[piece] >= 12)
                put(9, piece)
    }' <"$train" | LC_ALL=C sort -k1,1n -k2 | cut -f2- >"$work/vocab.txt"

cat >"$work/config.json" <<END
{
  "architectures": ["BertForTokenClassification"],
  "model_type": "bert",
  "attention_probs_dropout_prob": 0.1,
  "hidden_act": "gelu",
  "hidden_dropout_prob": 0.1,
  "hidden_size": 128,
  "initializer_range": 0.02,
  "intermediate_size": 512,
  "layer_norm_eps": 1e-12,
  "max_position_embeddings": 256,
  "num_attention_heads": 4,
  "num_hidden_layers": 2,
  "pad_token_id": 0,
  "type_vocab_size": 2,
  "vocab_size": $(wc -l <"$work/vocab.txt")
}
END
cat >"$work/tokenizer_config.json" <<'END'
{
  "do_lower_case": false,
  "model_max_length": 256,
  "tokenizer_class": "BertTokenizer"
}
END
for file in config.json tokenizer_config.json vocab.txt; do
    mv "$work/$file" "$out/$file"
done
