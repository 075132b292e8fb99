load ../support/common

# Memory does not grow with the stream: after a few hundred records a tool needs no more. Each tool runs on a file
# and on the same file many times, 8 MiB in all; 3 MiB are allowed for buffers that fill later.
setup() {
    # AddressSanitizer keeps freed memory for a while; this limits it.
    export OMP_NUM_THREADS=1 ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=0:thread_local_quarantine_size_kb=0
    "$ROOT/pipelines/demo-corpus.sh" "$tmp/corpus" >"$tmp/log"
    head -n 6000 "$tmp/corpus/train.txt" >"$tmp/train.txt"
}

peak() { "$BUILD/tests/bench/cost" "$tmp/cost" "$@" >"$tmp/out"; cut -d' ' -f2 "$tmp/cost"; }

stays() { # FILE COMMAND...
    local file=$1 short long many=()
    shift
    for ((bytes = 0; bytes < 8 << 20; bytes += $(stat -c %s "$file"))); do many+=("$file"); done
    short=$(peak "$@" "$file" "$file")
    long=$(peak "$@" "${many[@]}")
    echo "$1: $short KiB for 2 files, $long KiB for ${#many[@]}"
    [ "$long" -le $((short + 3072)) ]
}

@test "growth: a stream a hundred times as long needs no more memory" {
    conll2msg "$tmp/train.txt" >"$tmp/words.msg"
    msg2json --fields tokens "$tmp/words.msg" | jq -r '.tokens | join(" ")' >"$tmp/text.txt"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' {a..z} {A..Z} {0..9} '##'{a..z} '##'{0..9} . , - "'" >"$tmp/vocab.txt"
    jq -n --argjson v "$(wc -l <"$tmp/vocab.txt")" '{architectures: ["BertForTokenClassification"], model_type: "bert", vocab_size: $v,
    hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 32, max_position_embeddings: 512}' >"$tmp/config.json"
    bertinit -c "$tmp/config.json" -v "$tmp/vocab.txt" -l "$tmp/words.msg" -o "$tmp/model" 2>"$tmp/log"
    wptok -m "$tmp/model" "$tmp/words.msg" | alignlbl >"$tmp/pieces.msg"
    bertfwd -m "$tmp/model" "$tmp/pieces.msg" >"$tmp/logits.msg"
    logit2tag "$tmp/logits.msg" >"$tmp/tags.msg"
    mkbatch --no-shuffle "$tmp/pieces.msg" >"$tmp/batches.msg"
    stays "$tmp/train.txt" conll2msg --labels-from "$tmp/words.msg"      # without, it reads all before it writes
    stays "$tmp/text.txt" text2msg
    stays "$tmp/words.msg" wptok -m "$tmp/model"
    stays "$tmp/pieces.msg" alignlbl
    stays "$tmp/pieces.msg" bertfwd -m "$tmp/model"
    stays "$tmp/pieces.msg" bertfwd -m "$tmp/model" -p int8
    stays "$tmp/logits.msg" logit2tag
    stays "$tmp/logits.msg" logit2span
    stays "$tmp/tags.msg" seqeval
    stays "$tmp/tags.msg" seqeval --confusion --errors 3 --seen "$tmp/words.msg"
    stays "$tmp/tags.msg" msg2json
    stays "$tmp/tags.msg" msg2conll
    msg2json --names -f id,tokens,ner_tags "$tmp/tags.msg" >"$tmp/tags.jsonl"
    stays "$tmp/tags.jsonl" json2msg --labels-from "$tmp/words.msg"      # the same; for the JSON of a stream its header has them
    msg2json --to spacy "$tmp/words.msg" >"$tmp/spans.jsonl"
    stays "$tmp/spans.jsonl" json2msg --labels-from "$tmp/words.msg"
    stays "$tmp/words.msg" msg2json --to labelstudio
    msg2json --header --trailer "$tmp/tags.msg" >"$tmp/stream.jsonl"
    stays "$tmp/stream.jsonl" json2msg
    stays "$tmp/tags.msg" msgview
    stays "$tmp/batches.msg" trainstep -m "$tmp/model" --restart --max-steps 100000 -o "$tmp/trained"
}
