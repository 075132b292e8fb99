# bench-parts.sh: the parts of bench.sh, one function each. Each round puts figures under names, then `row` makes rows of them.
# shellcheck shell=bash disable=SC2154   # bench.sh sets the other variables

# ---- corpus and models ----

corpus() {
    local split name
    if [ -r "$data/conll2003/train.txt" ]; then
        for split in train valid test; do cp "$data/conll2003/$split.txt" "$work/$split.txt"; done
        tag_column=4
    else
        "$here/demo-corpus.sh" "$work" >/dev/null
        mv "$work/dev.txt" "$work/valid.txt"
        tag_column=2
    fi
    "$here/demo-model.sh" "$work/train.txt" "$work/small"
    for split in train valid test; do awk 1 "$work/$split.txt"; echo; done >"$work/all.txt"
    awk -v n="$sentences" 'BEGIN { RS = ""; ORS = "\n\n" } !/^-DOCSTART-/ && k++ < n' "$work/test.txt" >"$work/part.txt"
    awk -v n=1000 'BEGIN { RS = ""; ORS = "\n\n" } !/^-DOCSTART-/ && k++ < n' "$work/train.txt" >"$work/thousand.txt"
    tags_are=1=tokens,$tag_column=ner_tags
    conll2msg -c "$tags_are" "$work/train.txt" >"$work/train.msg"
    for name in part thousand all; do
        conll2msg -c "$tags_are" --labels-from "$work/train.msg" "$work/$name.txt" >"$work/$name.msg"
    done
    words=$(awk 'NF && $1 != "-DOCSTART-"' "$work/all.txt" | wc -l)
    bertinit --config "$work/small/config.json" --vocab "$work/small" --labels-from "$work/train.msg" -o "$work/tiny" 2>/dev/null
    wptok -m "$work/tiny" --overflow truncate "$work/thousand.msg" >"$work/tiny.thousand.msg"
}
# The precisions of this build and processor, for each of the two tools. bf16x3 is of use only with AMX.
precisions() {
    local p
    tag_precisions='' train_precisions=''
    for p in fp32 bf16 bf16x3 int8; do
        [ "$p" != bf16x3 ] || [ "$class" = amx ] || continue
        if bertfwd --precision "$p" -m "$work/tiny" "$work/tiny.thousand.msg" >/dev/null 2>"$work/said"; then
            tag_precisions="$tag_precisions $p"
        else
            say "no tagging in $p: $(tail -n 1 "$work/said")"
        fi
        [ "$p" != int8 ] || break          # of tagging alone
        if alignlbl "$work/tiny.thousand.msg" | mkbatch -b 8 \
            | trainstep --precision "$p" -m "$work/tiny" -o "$work/trained" --stop-after 1 2>"$work/said" >/dev/null; then
            train_precisions="$train_precisions $p"
        else
            say "no training in $p: $(tail -n 1 "$work/said")"
        fi
        rm -rf "$work/trained"
    done
    [[ $tag_precisions = *fp32* && $train_precisions = *fp32* ]] || fail "bertfwd or trainstep fails"
}
# NAME: its directory in $work, its sentences to train and to tag, and its sizes
declare -A hidden=([base]=768 [minilm]=384) intermediate=([base]=3072 [minilm]=1536) layers=([base]=12 [minilm]=6) flops=()
model() {
    local h=${hidden[$1]} i=${intermediate[$1]} l=${layers[$1]}
    flops[$1]=$((2 * l * (4 * h * h + 2 * h * i)))              # of the wide products, forward, a piece
    [ ! -d "$work/$1" ] || return 0
    if [ -n "$python" ]; then
        bertinit --from "$peers/models/$1" --labels-from "$work/train.msg" -o "$work/$1" 2>/dev/null
    else
        printf '{"model_type": "bert", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": 12,
            "vocab_size": %d}\n' "$h" "$i" "$l" "$(wc -l <"$work/small/vocab.txt")" >"$work/$1.json"
        bertinit --config "$work/$1.json" --vocab "$work/small" --labels-from "$work/train.msg" -o "$work/$1" 2>/dev/null
    fi
    wptok -m "$work/$1" "$work/train.msg" | alignlbl >"$work/$1.train.msg"
    wptok -m "$work/$1" "$work/part.msg" >"$work/$1.part.msg"
}
# Pieces in the first N records of FILE; records in FILE.
pieces() { msg2json -f input_ids "$1" | awk -F, -v n="${2:-1e9}" 'NR <= n { sum += NF } END { print sum }'; }
records() { msg2json -f input_ids "$1" | wc -l; }
# The last line of --progress, in records a second.
rate_of() { sed -n 's/.*, \([-+.e0-9]*\) [a-z]*\/s, took .*/\1/p' "$1" | tail -n 1; }
has() { cut -f1 "$work/figures" | grep -qx "$1"; }
a_pause() { sleep 0.3; }         # until the threads of the previous program sleep

# ---- the machine ----

part_machine() { measure machine machine_rows; }
machine_rows() {
    "$bin/tests/bench/machine" "$rounds" >"$work/machine"
    awk -F'\t' -v OFS='\t' -v rounds="$rounds" -v commit="$commit" -v date="$(date -u +%F)" '
        function out(work, unit, figure) {
            print "machine", work, unit, figure, "-", "-", "-", "-", "-", "-", "-", "-", rounds, commit, date
        }
        $1 == "peak" { out($2 " in registers, " $3 ", threads: " $4, "GFLOP/s", $5) }
        $1 == "copy" { out("copying, read and written, threads: " $2, "GB/s", $3) }' "$work/machine" >"$work/rows"
}

# ---- matrix products ----

part_products() {
    local p
    for p in $tag_precisions; do measure "products-$p" product_rounds "$p"; done
}
product_rounds() {              # PRECISION; bf16x3 stands beside fp32: no peer has it
    local p=$1 number=0 round name form m n k precisions kind peer_precision=${1/bf16x3/fp32}
    limits
    while IFS=$'\t' read -r name form m n k precisions; do
        [[ " $precisions " == *" $p "* ]] || continue
        number=$((number + 1))
        for ((round = 1; round <= rounds; round++)); do
            product "$name" "$p"
            put "ours$number" "$rate"
            put_share "share$number" "$(compute "$rate * 1e9")" "${p%x3}"
            if peer product "$form" "$m" "$n" "$k" "$peer_precision"; then put "torch$number" "${answer[0]}"; fi
            [ "$p" = fp32 ] || continue
            product "$name" openblas
            put "blas$number" "$rate"
        done
        case $name in
            *'one sentence') kind=sentence ;;
            scores* | context*) kind=attention ;;
            minilm*) kind=minilm ;;
            *) kind=base ;;
        esac
        row "product-$kind-$p" "product $name, ${m}x${n}x$k, $p" GFLOP/s "ours$number" "share$number" \
            "torch=torch$number" "OpenBLAS=blas$number"
    done < <("$bin/tests/bench/products")
}
product() { rate=$("$bin/tests/bench/products" "$1" "$2"); }     # NAME PRECISION: sets $rate

# ---- text ----

part_text() {
    tokenizer=$work/small
    [ -z "$python" ] || tokenizer=$peers/models/base
    measure wptok wptok_rounds
    measure seqeval seqeval_rounds
    measure text text_rounds
}
millions() { compute "$1 / $2 / 1e6"; }
wptok_rounds() {
    # The words as plain lines, one sentence a line
    awk '$1 == "-DOCSTART-" { next } NF { line = line sep $1; sep = " "; next }
        line != "" { print line; line = sep = "" } END { if (line != "") print line }' "$work/all.txt" >"$work/lines.txt"
    text2msg "$work/lines.txt" >"$work/lines.msg"
    local round
    for ((round = 1; round <= rounds; round++)); do
        cost wptok -m "$tokenizer" "$work/all.msg" >"$work/out.msg"
        put words "$(millions "$words" "$seconds")"
        if peer tokenize base words; then put words-peer "${answer[0]}"; fi
        cost wptok -m "$tokenizer" "$work/lines.msg" >"$work/out.msg"
        put raw "$(millions "$(wc -c <"$work/lines.txt")" "$seconds")"
        if peer tokenize base raw; then put raw-peer "${answer[0]}"; fi
    done
    row wptok-words 'wptok, words given' 'M words/s' words - tokenizers=words-peer
    row wptok-raw 'wptok, raw text' 'MB/s' raw - tokenizers=raw-peer
}
seqeval_rounds() {
    # The gold tags, 3 % of them changed
    awk -v OFS=' ' 'BEGIN { srand(1); n = split("O B-PER I-PER B-ORG I-ORG B-LOC I-LOC B-MISC I-MISC", tag, " ") }
        !NF || $1 == "-DOCSTART-" { print ""; next }
        { print $1, $NF, (rand() < 0.03 ? tag[1 + int(rand() * n)] : $NF) }' "$work/all.txt" >"$work/scored.txt"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$work/scored.txt" >"$work/scored.msg"
    local round
    for ((round = 1; round <= rounds; round++)); do
        cost seqeval "$work/scored.msg" >/dev/null
        put lenient "$(millions "$words" "$seconds")"
        if peer seqeval lenient; then put lenient-peer "${answer[0]}"; fi
        cost seqeval --mode strict --scheme iob2 "$work/scored.msg" >/dev/null
        put strict "$(millions "$words" "$seconds")"
        if peer seqeval strict; then put strict-peer "${answer[0]}"; fi
    done
    row seqeval-lenient 'seqeval, lenient' 'M tags/s' lenient - seqeval=lenient-peer
    row seqeval-strict 'seqeval, strict' 'M tags/s' strict - seqeval=strict-peer
}
text_rounds() {
    local round
    cat "$work"/all.txt "$work"/all.txt "$work"/all.txt "$work"/all.txt >"$work/four.txt"
    wptok -m "$tokenizer" "$work/all.msg" >"$work/pieces.msg"
    wptok -m "$work/tiny" --overflow truncate "$work/all.msg" | bertfwd -m "$work/tiny" >"$work/logits.msg"
    for ((round = 1; round <= rounds; round++)); do
        cost conll2msg -c "$tags_are" "$work/four.txt" >"$work/out.msg"
        put conll2msg "$(millions "$(wc -c <"$work/four.txt")" "$seconds")"
        cost msg2json "$work/pieces.msg" >"$work/out.json"
        put msg2json "$(millions "$(wc -c <"$work/pieces.msg")" "$seconds")"
        cost logit2tag "$work/logits.msg" >"$work/out.msg"
        put logit2tag "$(millions "$(wc -c <"$work/logits.msg")" "$seconds")"
    done
    row conll2msg 'conll2msg, of its input' MB/s conll2msg
    row msg2json 'msg2json, of its input' MB/s msg2json
    row logit2tag 'logit2tag, of its input' MB/s logit2tag
}

# ---- one sentence ----

part_shell() { model minilm; measure shell shell_rounds; }
shell_rounds() {
    local round
    echo "My name is Sylvain and I work at Hugging Face in Brooklyn." >"$work/sentence.txt"
    for ((round = 1; round <= rounds; round++)); do
        # shellcheck disable=SC2016    # sh is to expand them
        cost sh -c 'text2msg "$2" | wptok -m "$1" | bertfwd -m "$1" | logit2span | msg2json' sh "$work/minilm" \
            "$work/sentence.txt" >/dev/null
        put ours "$seconds"
        if [ -n "$python" ] && cost env HF_HUB_OFFLINE=1 "$python" -W ignore -c 'import sys; from transformers import pipeline
print(pipeline("token-classification", model=sys.argv[1], aggregation_strategy="simple")(open(sys.argv[2]).read()))' \
            "$work/minilm" "$work/sentence.txt" >/dev/null 2>"$peer_log"; then
            put theirs "$seconds"
        elif [ -n "$python" ]; then
            say "no figure of pipeline: $(tail -n 1 "$peer_log")"
        fi
    done
    row one-sentence 'one sentence, from start to end, MiniLM' s ours - pipeline=theirs
}

# ---- tagging ----

fp32_peers='CTranslate2 OpenVINO ONNX-Runtime torch torch.compile'
declare -A tag_peers=([fp32]=$fp32_peers [bf16]='OpenVINO torch torch.compile' [bf16x3]=$fp32_peers
    [int8]='OpenVINO CTranslate2 ONNX-Runtime')
part_tag() {
    local name p
    for name in minilm base; do
        model "$name"
        for p in $tag_precisions; do measure "tag-$name-$p" tag_rounds "$name" "$p"; done
    done
}
# MODEL PRECISION STREAM [OPTION...]: sets $gb of the process, $rate in pieces a second without loading, $whole with loading
tagging() {
    local name=$1 p=$2 stream=$3 files=("$3") n
    shift 3
    [ "$name" != minilm ] || files=("$stream" "$stream" "$stream" "$stream")    # else it takes only a third of a second
    cost bertfwd -m "$work/$name" --precision "$p" --progress "$@" "${files[@]}" 2>"$work/progress" >"$work/out.msg"
    n=$(pieces "$stream")
    rate=$(compute "$(rate_of "$work/progress") * $n / $(records "$stream")")
    whole=$(compute "$n * ${#files[@]} / $seconds")
}
tag_rounds() {
    local name=$1 p=$2 stream=$work/$1.part.msg round engine peer_precision=${2/bf16x3/fp32} beside=()
    for ((round = 1; round <= rounds; round++)); do
        a_pause
        limits
        a_pause
        tagging "$name" "$p" "$stream"
        put ours "$rate"
        put memory "$gb"
        put whole "$whole"
        [ "$p" = bf16x3 ] || put_share share "$(compute "$rate * ${flops[$name]}")" "$p"
        for engine in ${tag_peers[$p]}; do
            a_pause
            if peer tag "$name" "$engine" "$peer_precision"; then put "$engine" "${answer[0]}"; fi
        done
    done
    for engine in ${tag_peers[$p]}; do beside+=("$engine=$engine"); done
    row "tag-$name-$p" "tagging, $name, $p" pieces/s ours share "${beside[@]}"
    row - '  the whole process, loading counted' pieces/s whole
    row - '  its peak memory' GB memory
}

# ---- growth ----

part_growth() {
    model minilm
    measure growth-tiny growth_rounds tiny "$many"
    measure growth-minilm growth_rounds minilm $((many / 20))
    measure growth-memory memory_rounds
    measure growth-long long_rounds
}
# FILE, with its thousand sentences, as often as needed for N sentences
files_of() { local k; files=(); for ((k = 0; k < $2; k += 1000)); do files+=("$1"); done; }
growth_rounds() {
    local name=$1 n=$2 round size files
    wptok -m "$work/$name" "$work/thousand.msg" >"$work/$name.thousand.msg"
    for ((round = 1; round <= rounds; round++)); do
        for size in 1000 "$n"; do
            files_of "$work/$name.thousand.msg" "$size"
            a_pause
            cost bertfwd -m "$work/$name" --progress "${files[@]}" 2>"$work/progress" >/dev/null
            rate=$(rate_of "$work/progress")
            if [ "$size" = 1000 ]; then put short "$rate"; fi
            if [ "$size" = "$n" ]; then put long "$rate"; fi
        done
    done
    row "growth-$name" "bertfwd, $((${#files[@]} * 1000)) sentences, $name" sent./s long - '1000 sentences=short'
}
memory_rounds() {
    local round size files
    for ((round = 1; round <= rounds; round++)); do
        for size in 1000 "$many"; do
            files_of "$work/thousand.msg" "$size"
            # shellcheck disable=SC2016    # sh is to expand them
            cost sh -c 'm=$1; shift; wptok -m "$m" --overflow truncate "$@" | bertfwd -m "$m" | logit2tag | seqeval' sh "$work/tiny" "${files[@]}" >/dev/null
            if [ "$size" = 1000 ]; then put short "$gb"; fi
            if [ "$size" = "$many" ]; then put long "$gb"; fi
        done
    done
    row growth-memory "most memory of a tool, ${#files[@]}000 sentences" GB long - '1000 sentences=short'
}
# The cost of a hundred pieces is that of their products: those of attention grow with the length of the sentence.
long_rounds() {
    local round t gflops h=${hidden[minilm]} l=${layers[minilm]}
    for t in 64 512; do
        awk -v t="$t" 'BEGIN { for (s = 0; s < 16384 / t; s++) { for (i = 2; i < t; i++) print ". O"; print "" } }' \
            | conll2msg -c 1=tokens,2=ner_tags --labels-from "$work/train.msg" | wptok -m "$work/minilm" >"$work/long.$t.msg"
    done
    for ((round = 1; round <= rounds; round++)); do
        limits
        for t in 64 512; do
            a_pause
            tagging minilm fp32 "$work/long.$t.msg"
            gflops=$(compute "$rate * (${flops[minilm]} + 4 * $t * $h * $l) / 1e9")
            put "long$t" "$gflops"
            put_share "share$t" "$(compute "$gflops * 1e9")" fp32
        done
    done
    row growth-long 'tagging sentences of 512 pieces, minilm' GFLOP/s long512 share512 'of 64 pieces=long64'
}

# ---- training ----

part_train() {
    local name p
    for name in minilm base; do
        model "$name"
        for p in $train_precisions; do
            measure "train-$name-$p" train_rounds "$name" "$p"
        done
        measure "train-$name-32" train_32_rounds "$name"
    done
    measure train-optimizer optimizer_rounds
}
# MODEL BATCH STEPS SEED OPTION...: sets $rate in samples a second, $gb of the process, $work_rate in FLOP/s
training() {
    local name=$1 batch=$2 n=$3 seed=$4
    shift 4
    mkbatch -b "$batch" --seed "$seed" --epoch 1 "$work/$name.train.msg" >"$work/batches.msg"
    a_pause
    cost trainstep -m "$work/$name" -o "$work/trained" --restart --progress --stop-after "$n" "$@" "$work/batches.msg" \
        2>"$work/progress" >/dev/null
    rm -rf "$work/trained"
    rate=$(rate_of "$work/progress")
    work_rate=$(compute "3 * ${flops[$name]} * $(pieces "$work/batches.msg" "$n") / ($n * $batch) * $rate")
}
train_rounds() {
    local name=$1 p=$2 round peer_precision=${2/bf16x3/fp32}
    for ((round = 1; round <= rounds; round++)); do
        limits
        training "$name" 8 "$steps" "$round" --precision "$p"
        put ours "$rate"
        put memory "$gb"
        [ "$p" = bf16x3 ] || put_share share "$work_rate" "$p"
        a_pause
        if peer train "$name" "$peer_precision" plain 8 "$steps" "$round"; then put plain "${answer[0]}"; put plain-memory "${answer[1]}"; fi
        a_pause
        if peer train "$name" "$peer_precision" grouped 8 "$steps" "$round"; then put grouped "${answer[0]}"; fi
    done
    row "train-$name-$p" "fine-tuning, $name, $p, batch 8" samples/s ours share Trainer=plain
    if has grouped; then row "train-$name-$p-grouped" "fine-tuning, $name, $p, batch 8" samples/s ours - 'Trainer, grouped=grouped'; fi
    row "train-$name-$p-memory" '  its peak memory' GB memory - Trainer=plain-memory
}
train_32_rounds() {
    local name=$1 round
    for ((round = 1; round <= rounds; round++)); do
        limits
        training "$name" 32 $(((steps + 3) / 4)) "$round"
        put ours "$rate"
        put_share share "$work_rate" fp32
    done
    row "train-$name-32" "fine-tuning, $name, fp32, batch 32" samples/s ours share
}
optimizer_rounds() {
    local round
    for ((round = 1; round <= rounds; round++)); do
        limits
        training base 8 $(((steps + 1) / 2)) "$round" --profile
        awk '$1 == "AdamW" { print "ours\t" $(NF - 1) }' "$work/progress" >>"$work/figures"
        put share "$(compute "$(awk '$1 == "AdamW" { print $(NF - 1) }' "$work/progress") / ${peak[copy]}")"
    done
    row train-optimizer 'AdamW, base, of what copying reaches' GB/s ours share
}

# ---- threads ----

part_threads() {
    local name
    if [ "$threads" -lt 2 ]; then say "no part threads: there is one thread only"; return; fi
    for name in minilm base; do
        model "$name"
        measure "threads-tag-$name" threads_rounds tag "$name"
        measure "threads-train-$name" threads_rounds train "$name"
    done
}
threads_rounds() {
    local what=$1 name=$2 round t key=-
    [ "$threads" -ne 2 ] || key=two-threads
    awk -v n=$(((sentences + 2) / 3)) 'BEGIN { RS = ""; ORS = "\n\n" } NR <= n' "$work/part.txt" \
        | conll2msg -c "$tags_are" --labels-from "$work/train.msg" | wptok -m "$work/$name" >"$work/few.msg"
    for ((round = 1; round <= rounds; round++)); do
        for t in 1 "$threads"; do
            if [ "$what" = tag ]; then tagging "$name" fp32 "$work/few.msg" -t "$t"; else
                training "$name" 8 "$steps" "$round" -t "$t"; fi
            put "threads$t" "$rate"
        done
    done
    if [ "$what" = tag ]; then row "$key" "tagging, $name, fp32, $threads threads" pieces/s "threads$threads" - '1 thread=threads1'
    else row "$key" "fine-tuning, $name, fp32, $threads threads" samples/s "threads$threads" - '1 thread=threads1'; fi
}
