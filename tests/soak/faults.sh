#!/usr/bin/env bash
# faults.sh: whatever call fails, a tool gives the right result, or one line and exit 1 with the old files or the new ones.
#
# usage: faults.sh [-s SAMPLES | -v] [CASE...]
# Each case is run once for every allocation and every input or output call that it makes (or for SAMPLES of these, spread
# evenly); that one fails (tests/support/faults.c): memory, EIO, ENOSPC, EINTR, and half of a read or write. Prints a line for each
# fault of a tool and the counts; exit 1 if there was one. With -v nothing fails: each case is run once under valgrind.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$root/build} samples=0 valgrind=''
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
while getopts s:v option; do
    case $option in s) samples=$OPTARG ;; v) valgrind=yes ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
PATH=$BUILD:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 OMP_NUM_THREADS=1
"${CC:-cc}" -O1 -DFAULTS -shared -fPIC -o faults.so "$root/tests/support/faults.c" -ldl

# The case; what %O, the output, is before: a folder or file to copy, or -; the command. A model's folder needs all its files.
cases='
conll2msg  | -    | conll2msg -c 1=tokens,2=ner_tags corpus.txt
text2msg   | -    | text2msg raw.txt
json2msg   | -    | json2msg corpus.jsonl
brat2msg   | -    | brat2msg brat
maplbl     | -    | maplbl --to iobes corpus.msg
msgsplit   | parts | msgsplit -p 1:1 -o %O corpus.msg
wptok      | -    | wptok -m bert corpus.msg
wptok-json | -    | wptok -m fast corpus.msg
alignlbl   | -    | alignlbl pieces.msg
mkbatch    | -    | mkbatch -b 2 aligned.msg
bertinit   | -    | bertinit -c config.json -v vocab.txt -l corpus.msg -o %O
bertinit-f | older | bertinit -f bert --uncased --labels X,Y -o %O
convert    | older | bertinit -f bert --convert -o %O
trainstep  | bert | trainstep -t 1 -m %O batch.msg
trainstep-o | -   | trainstep -t 1 -m bert -o %O --save-every 1 batch.msg
trainstep-over | older | trainstep -t 1 -m bert -o %O batch.msg
trainstep-on | trained | trainstep -t 1 -m %O batch2.msg
bertfwd    | loss.old | bertfwd -t 1 -m trained --loss-file %O aligned.msg
int8       | -    | bertfwd -t 1 -m trained -p int8 pieces.msg
pack       | trained | bertfwd --pack -t 1 -m %O
packed     | -    | bertfwd -t 1 -m packed -p int8 pieces.msg
logit2tag  | -    | logit2tag --constrain logits.msg
logit2span | -    | logit2span logits.msg
seqeval    | -    | seqeval pred.msg
msg2json   | -    | msg2json --names corpus.msg
msg2conll  | -    | msg2conll pred.msg
msgview    | -    | msgview corpus.msg
html       | -    | msgview --html pred.msg
'
{
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german call peter black '##burn' . >vocab.txt
    cat >config.json <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 14, "hidden_size": 8,
 "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32}
JSON
    sed 's/"num_hidden_layers": 2/"num_hidden_layers": 1/' config.json >config1.json
    printf '%s\n' 'EU B-ORG' 'rejects O' 'German B-MISC' 'call O' '. O' '' 'Peter B-PER' 'Blackburn I-PER' '' 'call O' '' >corpus.txt
    printf '%s\n' 'EU rejects German call.' 'Peter Blackburn' >raw.txt
    conll2msg -c 1=tokens,2=ner_tags corpus.txt >corpus.msg
    bertinit -c config.json -v vocab.txt -l corpus.msg -o bert
    bertinit -c config1.json -v vocab.txt --labels A,B,C -o older
    echo '{}' >older/special_tokens_map.json
    wptok -m bert corpus.msg >pieces.msg
    alignlbl pieces.msg >aligned.msg
    mkbatch -b 2 aligned.msg >batch.msg
    mkbatch -b 2 -e 2 aligned.msg >batch2.msg
    cp -r bert trained
    trainstep -t 1 -m trained batch.msg >step.msg
    cp -r trained packed
    bertfwd --pack -m packed -p int8
    bertfwd -t 1 -m bert pieces.msg >logits.msg
    logit2tag logits.msg >pred.msg
    msg2json --names corpus.msg >corpus.jsonl
    mkdir brat parts fast
    printf 'EU rejects German call.\n' >brat/d.txt
    printf 'T1\tORG 0 2\tEU\n' >brat/d.ann
    for part in train dev; do echo old >parts/$part.msg; done
    echo old >loss.old
    cp bert/config.json fast
    cat >fast/tokenizer.json <<'JSON'
{"version": "1.0", "added_tokens": [], "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
 "strip_accents": null, "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
 "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}, "decoder": null,
 "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
 "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "eu": 5, "reject": 6, "##s": 7, "german": 8, "call": 9}}}
JSON
} 2>prepare.err || { cat prepare.err >&2; exit 1; }

tried=0 right=0 refused=0 bad=0
complain() { # WHAT
    bad=$((bad + 1))
    echo "$name: $fault: $1: $(head -c 300 err | tr '\n' '|')"
}
# Every file is the old or the new one, and there is no other; of a model all are of one kind, unless it has no weights.
same_tree() { diff -rq "$1" "$2" >/dev/null 2>&1; }
check_files() {
    local file
    [ -e out ] || { [ ! -e old ] || case $name in bertfwd) complain "the old file is gone" ;; esac; return 0; }
    if same_tree out new || { [ -e old ] && same_tree out old; }; then return; fi
    if [ ! -d out ]; then complain "neither the old file nor the new one"; return; fi
    if [ -n "$(find out -name '*tagpipe-*')" ]; then complain "temporary files are left: $(find out -name '*tagpipe-*')"; return; fi
    if [ ! -e out/model.safetensors ] && [ "$name" != msgsplit ]; then return; fi
    # a save before the last one; the state of new weights may still have its other name
    if [ -e out/optimizer.safetensors.next ]; then
        if cmp -s {out,old}/model.safetensors || cmp -s {out,between}/model.safetensors; then
            rm out/optimizer.safetensors.next           # of weights that did not come: the next start removes it
        else
            mv out/optimizer.safetensors.next out/optimizer.safetensors
        fi
        if same_tree out new || { [ -e old ] && same_tree out old; }; then return; fi
    fi
    if [ "$name" = trainstep-o ] && { cmp -s {out,new}/model.safetensors || cmp -s {out,between}/model.safetensors; } && cmp -s out/config.json new/config.json &&
        cmp -s out/vocab.txt new/vocab.txt && trainstep --dry-run -m out batch.msg >/dev/null 2>&1; then
        return
    fi
    for file in out/*; do
        file=${file#out/}
        if [ "$name" = msgsplit ] && { cmp -s "out/$file" "old/$file" || cmp -s "out/$file" "new/$file"; }; then continue; fi
        complain "$file is neither old nor new, or its neighbours are of the other kind"
        return
    done
}
once() { # ENV... : the command under a fault
    rm -rf out
    if [ "$before" != - ]; then cp -r "$before" out; fi
    status=0
    timeout 20 env "$@" LD_PRELOAD="$work/faults.so" "${command[@]}" >stdout 2>err || status=$?
}
judge() {
    tried=$((tried + 1))
    case $status in
        0)
            right=$((right + 1))
            if ! cmp -s stdout good.stdout; then
                complain "exit 0 with another output"
            elif [ -e new ] && ! same_tree out new; then
                complain "exit 0 with other files"
            fi
            return ;;
        1) ;;
        *) complain "exit $status"; return ;;
    esac
    refused=$((refused + 1))
    local lines
    mapfile -t lines < <(grep -vxF -f good.err err | grep . || true)
    if [ ${#lines[@]} -ne 1 ]; then
        complain "${#lines[@]} lines instead of one"
    elif [[ ${lines[0]} != "${command[0]}: "* && ${lines[0]} != "libgomp: Out of memory"* ]]; then
        complain "not in its name"
    elif [[ $fault = alloc* && ! ${lines[0]} =~ [Oo]ut\ of\ memory|Cannot\ allocate ]]; then
        complain "another reason than memory"
    fi
    check_files
}
every() { # KIND COUNT [ERRNO]
    local n last=-1 i wanted=$2
    if [ "$samples" -gt 0 ] && [ "$samples" -lt "$2" ]; then wanted=$samples; fi
    for ((i = 1; i <= wanted; i++)); do
        n=$((wanted == $2 ? i : (2 * i - 1) * $2 / (2 * wanted) + 1))
        if [ "$n" -eq "$last" ]; then continue; fi
        last=$n fault="$1 $n ${3:-}"
        once FAULT="$fault"
        judge
    done
}

under_valgrind() {
    fault=valgrind tried=$((tried + 1)) status=0
    rm -rf out
    if [ "$before" != - ]; then cp -r "$before" out; fi
    valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
        "${command[@]}" >stdout 2>err || status=$?
    if [ "$status" -eq 0 ]; then right=$((right + 1)); else complain "exit $status"; cat err; fi
}

while IFS='|' read -r name before line; do
    name=${name// /} before=${before// /}
    if [ -z "$name" ] || { [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; }; then continue; fi
    read -ra command <<<"${line//%O/out}"
    if [ -n "$valgrind" ]; then under_valgrind; continue; fi
    rm -rf new old between
    if [ "$before" != - ]; then cp -r "$before" old; fi
    once FAULT=count FAULT_COUNT="$work/count"
    fault=none
    [ "$status" -eq 0 ] || { complain "exit $status without a fault"; continue; }
    mv stdout good.stdout
    mv err good.err
    if [ -e out ]; then mv out new; fi
    if [ "$name" = trainstep-o ]; then
        trainstep -t 1 -m bert -o between --stop-after 1 batch.msg >/dev/null 2>&1
    fi
    read -r allocations calls <count
    every alloc "$allocations"
    for errno in 5 28 4 0; do every io "$calls" $errno; done
    [ "$samples" -gt 0 ] || echo "$name: $allocations allocations, $calls calls; so far $tried tried, $bad fell short"
done <<<"$cases"
if [ -n "$valgrind" ]; then
    echo "$tried tools: $right without a fault under valgrind, $bad fell short"
else
    echo "$tried faults: $right without consequence, $refused refused in a line, $bad fell short"
fi
[ "$bad" -eq 0 ]
