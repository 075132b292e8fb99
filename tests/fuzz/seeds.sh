#!/usr/bin/env bash
# seeds.sh DIR: what fuzzing begins with, made by the tools in $BUILD from a few sentences here and from golden files:
#     DIR/seeds/TARGET/*   good inputs, which are changed at random
#     DIR/dict/TARGET      words that its reader knows: the texts in quotation marks of its sources
#     DIR/model/*          model directories that the targets need
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-$PWD/build}
PATH=$BUILD:$PATH
export OMP_NUM_THREADS=1 LC_ALL=C.UTF-8
d=$1
rm -rf "$d"
mkdir -p "$d/model" "$d/dict"
golden=tests/golden
seed() {        # TARGET... NAME: from standard input
    local name=${*: -1} target
    cat >"$d/seed"
    for target in "${@:1:$#-1}"; do
        mkdir -p "$d/seeds/$target"
        cp "$d/seed" "$d/seeds/$target/$name"
    done
}
part() { cat "$1"; printf '\xff'; }

# ---- corpora ----
columns=$'-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\n\nPeter NNP I-NP I-PER\nBj\xc3\xb6rk NNP I-NP B-PER\n. . O O\n'
printf '%s' "$columns" | seed conll conll-schemes conll-2012 four
printf 'EU\tB-ORG\r\nrejects\tO\r\n\r\nPeter\tB-PER\r\n' | seed conll conll-schemes csv two
printf '# sent_id = 1\n# text = Es ist.\n1\tEs\tes\tPRON\tPPER\t_\t2\tnsubj\t_\tSpaceAfter=No\n2-3\tzum\t_\t_\t_\t_\t_\t_\t_\t_\n2\tist\tsein\tAUX\tV\tA=b|C=d\t0\troot\t_\tEntity=PER\n2.1\tx\tx\tX\t_\t_\t_\t_\t_\t_\n\n' |
    seed conll conll-u u
printf '#begin document (a/b); part 000\na/b 0 0 Peter NNP (TOP(S* - - - x (PERSON* (0)\na/b 0 1 Black NNP *)) - - - x *) -\n\n#end document\n' |
    seed conll conll-2012 2012
printf 'sentence_id,words,labels\n1,EU,B-ORG\n1,"a ""b"", c",O\n2,"x\ny",O\n' | seed conll csv comma
printf 'sep=;\nSentence #;Word;POS;Tag\nSentence: 1;EU;NNP;B-org\n;rejects;VBZ;O\n' | seed csv semicolon
printf 'The EU rejects  it.\n\nBj\xc3\xb6rk \xf0\x9f\x98\x80\r\n' | seed text one
printf '{"id":1,"tokens":["EU","rejects"],"ner_tags":["B-ORG","O"]}\n{"id":"b","tokens":["\\u00e9\\n"],"ner_tags":["O"],"x":[1.5,-2e3,null,true,{"a":[]}]}\n' |
    seed json names
printf '[["c d",{"entities":[[0,1,"X"]]}],{"text":"a b","n":1}]\n' | seed json spans array
printf '{"id":1,"text":"Acme hires J\xc3\xb6rg.","label":[[0,4,"ORG"],[11,15,"PER"]]}\n{"id":2,"text":"b","label":[]}\n' | seed spans doccano
printf '{"text":"Acme hires.","spans":[{"start":0,"end":4,"label":"ORG","token_start":0,"token_end":0}],"tokens":[{"text":"Acme","start":0,"end":4,"id":0}],"answer":"accept"}\n' |
    seed spans prodigy
printf '[{"id":1,"data":{"text":"Acme.\\r\\nJim"},"annotations":[{"was_cancelled":false,"result":[{"type":"labels","to_name":"text","value":{"start":0,"end":4,"text":"Acme","labels":["ORG"]}}]}]}]\n' |
    seed spans labelstudio
{ printf 'Acme hired\nJoan Lake.\n\xff'; printf 'T1\tORG 0 4\tAcme\nT2\tPER 11 15;16 20\tJoan Lake\nR1\tworks Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T1\tx\n'; } | seed brat one

# ---- models ----
cat >"$d/config.json" <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 14, "hidden_size": 4, "hidden_act": "gelu",
 "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 4, "max_position_embeddings": 16, "type_vocab_size": 1}
JSON
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german peter '##ork' bj . '##ö' >"$d/vocab.txt"
conll2msg -c 1=tokens,4=ner_tags "$d/seeds/conll/four" >"$d/corpus.msg"
bertinit -c "$d/config.json" -v "$d/vocab.txt" -l "$d/corpus.msg" -o "$d/model/bert" 2>/dev/null
m=$d/model/bert
{ part "$d/vocab.txt"; printf 'EU rejects Bj\xc3\xb6rk.\n'; } | seed vocab one
seed vocab plain <"$d/vocab.txt"
seed config bert <"$m/config.json"
for kind in roberta distilbert electra camembert xlm-roberta long; do seed config $kind <"$golden/bert/$kind.json"; done

# ---- streams, each as its tool gets it ----
wptok -m "$m" "$d/corpus.msg" 2>/dev/null >"$d/pieces.msg"
alignlbl "$d/pieces.msg" >"$d/aligned.msg"
bertfwd -m "$m" "$d/aligned.msg" >"$d/logits.msg"
logit2tag "$d/logits.msg" >"$d/tagged.msg"
logit2span -a first "$d/tagged.msg" >"$d/entities.msg"
printf 'EU rejects German.\nPeter\n' | text2msg | wptok -m "$m" --overflow window -l 5 --stride 1 2>/dev/null >"$d/windows.msg"
bertfwd -m "$m" "$d/windows.msg" >"$d/window-logits.msg"
mkbatch -b 2 "$d/aligned.msg" >"$d/batches.msg"
mkbatch --pad -b 2 "$d/aligned.msg" >"$d/padded.msg"
stream() {      # TARGET STREAM...
    local target=$1 name
    shift
    for name; do seed "$target" "$name" <"$d/$name.msg"; done
}
for target in stream msg2json msgview msgview-summary; do stream $target corpus entities batches; done
stream msg2json-to entities tagged
stream msg2conll corpus tagged
stream msg2conll-schemes tagged entities
stream msgview-pieces aligned
stream msgview-sort tagged
stream msgview-html tagged entities
stream msgsplit corpus
stream maplbl corpus
text2msg --documents "$d/seeds/text/one" >"$d/text.msg"
stream wptok corpus text
stream alignlbl pieces
stream mkbatch aligned windows
stream trainstep batches padded
stream bertfwd pieces aligned
stream logit2tag logits window-logits
stream logit2span logits window-logits
stream seqeval tagged
msg2json --header --trailer --names "$d/entities.msg" | seed json stream
msg2json --to labelstudio "$d/entities.msg" | seed spans ours

# ---- weights, and a state ----
seed safetensors bert <"$m/model.safetensors"
seed safetensors half <"$golden/bertfwd/half/model.safetensors"
printf '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[],"data_offsets":[16,18]}}\xff0123456789abcdef01' |
    seed safetensors-header small
size=$(od -An -t u8 -N 8 "$m/model.safetensors" | tr -d ' ')
{ tail -c +9 "$m/model.safetensors" | head -c "$size"; printf '\xff'; tail -c +"$((9 + size))" "$m/model.safetensors"; } | seed safetensors-header bert
name=$(tail -c +9 "$m/model.safetensors" | head -c "$size" | jq -c '{weight_map: (del(.__metadata__) | map_values("model-1.safetensors"))}')
{ printf '%s\xff' "$name"; cat "$m/model.safetensors"; } | seed shards one
for file in new old list nested protocol4 quantised; do seed torchfile $file <"$golden/torchfile/$file.bin"; done
trainstep -m "$m" -o "$d/model/trained" -t 1 --lr 1e-3 --stop-after 1 "$d/batches.msg" >"$d/steps.msg"
stream msgview steps
# without its checksum, which would refuse nearly every change before anything else is read
LC_ALL=C sed 's/"checksum":"xxh3:/"checksun":"yxh3:/' "$d/model/trained/optimizer.safetensors" | seed state one

bertfwd --pack -m "$m" -p int8
for packed in "$m"/*.packed; do tail -n +2 "$packed" | seed packed int8; done

# ---- tokenizers ----
small='if (.model.vocab | type) == "array" then .model.vocab |= .[:40] else .model.vocab |= with_entries(select(.value < 300)) end
    | if .model.merges then .model.merges |= .[:8] else . end'
tokenizer() {   # NAME TOKENIZER CONFIG
    { jq -c "$small" "$2" | part /dev/stdin; part "$3"; printf 'the caf\xc3\xa9\n'; } | seed tokenizer-json "$1"
    { jq -c "$small | .added_tokens = []" "$2" | part /dev/stdin; printf '\xff a b\n'; } | seed tokenizer-json "$1-bare"
}
tokenizer wordpiece $golden/wptok/added.tokenizer.json $golden/wptok/added.config.json
tokenizer unigram $golden/unigram/xlm-roberta-json.tokenizer.json $golden/unigram/xlm-roberta-json.config.json
tokenizer whole $golden/unigram/whole.tokenizer.json $golden/unigram/whole.config.json
tokenizer bpe $golden/bpe/wide/tokenizer.json $golden/bpe/wide/tokenizer_config.json
{ jq -c 'with_entries(select(.value < 300))' $golden/bpe/vocab.json | part /dev/stdin; head -n 9 $golden/bpe/merges.txt | part /dev/stdin; printf 'the caf\xc3\xa9\n'; } | seed bpe one
seed sentencepiece one <$golden/unigram/sentencepiece.bpe.model

# ---- dictionaries ----
words() {       # ROOM/FILES...
    sed -E 's/^#include.*|^ \*.*//' "$@" | grep -oE '"[A-Za-z0-9_.#<>@|-]{2,24}"' | sort -u
}
cd lib
for target in "$d"/seeds/*; do
    target=${target##*/}
    [ "$target" != sentencepiece ] || continue
    case $target in
        conll* | csv) words corpus/conll*.c ;;
        json) words json/*.c stream/fields.c ;;
        spans | brat) words corpus/span*.c corpus/brat*.c ;;
        safetensors* | shards) words model/safetensors.c model/shards.c model/tensors.c ;;
        torchfile) words model/torch*.c model/pickle.c ;;
        config) words model/config.c model/arch.c ;;
        state) words train/checkpoint.c model/safetensors.c ;;
        tokenizer-json | vocab | bpe) words tokenizer/vocab*.c tokenizer/normalize*.c tokenizer/pretokenize*.c ;;
        *) words stream/fields.c stream/header.c tags/scheme.c ;;
    esac >"$d/dict/$target"
done
