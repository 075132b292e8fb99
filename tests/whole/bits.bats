#!/usr/bin/env bats
# In fp32 a training and a tagging have the same bits with every kernel and compiler and on every processor. arm64 runs under qemu,
# if tests/support/arm64.sh has built the tools for it.

# The bits of all processors. If a change means to change them, the commit says so, and `known` and demo.bats get the new ones.
known() {
    case $1 in
        bert) echo 6aa81e8471e88b641ba22caa6e554ebc26cdcafd97566893d02886b930c0f73f ;;
        electra) echo 2e9f7d9ab683470fe1a5f4e255f85e13dc5d8f36ded8c0f2f175e2b3b5ecd912 ;;
    esac
}

setup() {
    load ../support/common
    export OMP_NUM_THREADS=2
}
# Sentences of 1 to 79 words.
corpus() {
    awk 'BEGIN {
        for (s = 1; s <= 40; s++) {
            for (i = 0; i < s * s % 80 + 1; i++) {
                word = (s * 7 + i * i * 3 + i * s) % 50
                print "w" word, word % 7 == 0 ? "B-X" : word % 11 == 0 ? "B-Y" : "O"
            }
            print ""
        }
    }'
}
model() {                       # KIND: its folder, without weights
    mkdir "$1"
    { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' && seq -f 'w%g' 0 49; } >"$1/vocab.txt"
    local own='"model_type": "bert", "hidden_act": "gelu"'
    [ "$1" = bert ] || own='"model_type": "electra", "hidden_act": "gelu_new", "embedding_size": 24'
    cat >"$1/config.json" <<END
{$own, "vocab_size": 55, "hidden_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 100,
 "max_position_embeddings": 96, "type_vocab_size": 2, "pad_token_id": 0}
END
}
# New weights, a training, logits and tags, by the tools of FOLDER: a hash of all that comes out.
bits() {                        # KIND FOLDER [EMULATOR...]
    local kind=$1 bin=$2
    rm -rf new out
    "${@:3}" "$bin/bertinit" --config "$kind/config.json" --vocab "$kind" --labels-from train.msg --seed 3 -o new 2>log
    mkbatch -b 8 --seed 1 --epoch 1 train.msg |
        "${@:3}" "$bin/trainstep" -m new -o out --epochs 1 --lr 3e-3 --schedule cosine --warmup 2 --clip 0.5 --accumulate 2 \
            --weight-decay 0.1 --layer-decay 0.8 >steps.msg 2>>log
    "${@:3}" "$bin/bertfwd" -m out train.msg >logits.msg
    "${@:3}" "$bin/logit2tag" logits.msg >tags.msg
    { cat new/model.safetensors out/model.safetensors && msg2json steps.msg && msg2json -f logits logits.msg &&
        msg2json -f pred,score tags.msg; } | sha256sum | cut -d' ' -f1
}
prepare() {                     # KIND
    cd "$tmp"
    model "$1"
    corpus | conll2msg | wptok -m "$1" | alignlbl >train.msg
}

each_kernel() {                 # KIND
    [ -z "$(own_bits)" ] || skip "$(own_bits)"
    prepare "$1"
    n=0
    for kernel in $(TAGPIPE_GEMM="?" "$BUILD/tests/gemm/test_gemm_int8" 2>&1 | sed -n 's/.*TAGPIPE_GEMM=?: not one of //p' | tr -d ,); do
        [ "$kernel" != openblas ] || continue
        is=$(TAGPIPE_GEMM=$kernel bits "$1" "$BUILD")
        ! grep "lacks it" log || continue
        echo "$1 with $kernel: $is"
        [ "$is" = "$(known "$1")" ]
        n=$((n + 1))
    done
    [ $n -ge 1 ]
}
@test "bits: BERT's are the known ones with every kernel that runs here" { each_kernel bert; }
@test "bits: ELECTRA's are the known ones with every kernel that runs here" { each_kernel electra; }

@test "bits: the number of threads changes nothing" {
    [ -z "$(own_bits)" ] || skip "$(own_bits)"
    prepare bert
    for threads in 1 3; do
        [ "$(OMP_NUM_THREADS=$threads bits bert "$BUILD")" = "$(known bert)" ]
    done
}

@test "bits: arm64, under qemu, has the known ones" {
    [ -e "$BUILD/arm64/logit2tag" ] || skip "needs qemu-user, gcc-aarch64-linux-gnu, and then tests/support/arm64.sh $BUILD/arm64"
    for kind in bert electra; do
        prepare $kind
        is=$(bits $kind "$BUILD/arm64" "$BUILD/arm64/run")
        echo "$kind: $is"
        [ "$is" = "$(known $kind)" ]
    done
}
