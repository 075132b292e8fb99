#!/usr/bin/env bats
# wptok with byte-level BPE; the golden vectors are those of tests/golden/bpe.py.

load ../support/common

G=$ROOT/tests/golden/bpe

# A model directory of one kind.
model() { # KIND
    rm -rf "${tmp:?}/$1"
    mkdir "$tmp/$1"
    if [ "$1" = files ]; then
        cp "$G/vocab.json" "$G/merges.txt" "$tmp/$1/"
        echo '{"tokenizer_class":"RobertaTokenizer"}' >"$tmp/$1/tokenizer_config.json"
    else
        cp "$G/$1"/* "$tmp/$1/"
    fi
    echo "$tmp/$1"
}

# The first 8 digits of the MD5 of each line; the line, its case and its number where they are not those of a file.
same() { # DIGESTS CASES LINES
    perl -MDigest::MD5=md5_hex -e '
        open my $want, "<", $ARGV[0] or die; open my $case, "<", $ARGV[1] or die; open my $got, "<", $ARGV[2] or die;
        my ($n, $bad) = (0, 0);
        while (my $w = <$want>) {
            my ($c, $g) = (scalar <$case>, scalar <$got> // "");
            chomp($w, $g); $n++;
            next if substr(md5_hex($g), 0, 8) eq $w;
            print "case $n: $c  became $g\n" if $bad++ < 5;
        }
        print "$bad of $n differ\n" if $bad;
        exit($bad || $n < 1100 || defined <$got>)' "$@"
}

@test "wptok: 1140 texts under six kinds of byte-level BPE, as transformers cuts them, and as words of sentences" {
    for what in text words; do
        msg2json "$G/$what.msg" >"$tmp/cases"
        for kind in files prefix notrim whole added wide; do
            wptok -m "$(model $kind)" "$G/$what.msg" 2>"$tmp/err" | msg2json --fields input_ids,word_ids,offsets >"$tmp/got"
            same "$G/$kind.$what.md5" "$tmp/cases" "$tmp/got" || { echo "differs: $kind $what"; false; }
        done
    done
}

@test "wptok: a text in pieces, with blanks before and after, and with add_prefix_space" {
    printf ' the  caŵ \n' | text2msg >"$tmp/in"
    wptok -m "$(model files)" "$tmp/in" | msg2json --fields pieces,word_ids,offsets >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"pieces":["<s>","Ġthe","Ġ","Ġc","a","Å","µ","Ġ","</s>"],"word_ids":[null,0,1,2,2,2,2,3,null],"offsets":[[0,0],[1,4],[5,5],[6,7],[7,8],[8,9],[8,9],[10,10],[0,0]]}' ]
    m=$(model files)
    echo '{"tokenizer_class":"RobertaTokenizer","add_prefix_space":true}' >"$m/tokenizer_config.json"
    wptok -m "$m" "$tmp/in" | msg2json --fields offsets >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"offsets":[[0,0],[0,4],[5,5],[6,7],[7,8],[8,9],[8,9],[10,10],[0,0]]}' ]
}

@test "wptok: words without a blank before them are warned of, once; with add_prefix_space, and texts, are not" {
    printf 'the O\n\nthe O\nthe O\n' | conll2msg >"$tmp/in"
    run -0 --separate-stderr bash -c "wptok -m $(model files) $tmp/in | msg2json -f pieces"
    [ "${lines[1]}" = '{"pieces":["<s>","the","the","</s>"]}' ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "wptok: add_prefix_space is false: each word is cut as the beginning of a text"* ]]
    run -0 --separate-stderr bash -c "wptok -m $(model prefix) $tmp/in | msg2json -f pieces"
    [ "${lines[1]}" = '{"pieces":["<s>","Ġthe","Ġthe","</s>"]}' ] && [ -z "$stderr" ]
    run -0 --separate-stderr bash -c "echo the the | text2msg | wptok -m $(model files) | msg2json -f pieces"
    [ "$output" = '{"pieces":["<s>","the","Ġthe","</s>"]}' ] && [ -z "$stderr" ]
}

@test "wptok: --add-prefix-space is as the setting of that name; the header has it, and other tokenizers have none" {
    for what in words text; do
        m=$(model files)
        wptok -m "$m" --add-prefix-space "$G/$what.msg" 2>"$tmp/err" | msg2json >"$tmp/got"
        [ ! -s "$tmp/err" ]
        echo '{"tokenizer_class":"RobertaTokenizer","add_prefix_space":true}' >"$m/tokenizer_config.json"
        wptok -m "$m" "$G/$what.msg" | msg2json | cmp - "$tmp/got"
    done
    encoding() { msg2json --header | sed 1q | jq -c .encoding; }
    [ "$(wptok -m "$(model files)" --add-prefix-space --context 2 <(echo 'a O' | conll2msg) | encoding)" = '{"context":2,"add_prefix_space":true}' ]
    m=$ROOT/tests/golden/bertfwd/model
    [ "$(wptok -m "$m" --add-prefix-space <(echo a | text2msg) | encoding)" = null ]
}

@test "wptok: tokenizer.json, in each of its spellings, and vocab.json with merges.txt have the same pieces and the same hash" {
    a=$(model prefix) b=$(model files)
    cp "$a/tokenizer_config.json" "$b/"
    jq '.added_tokens = []' "$a/tokenizer.json" >"$tmp/c" && mv "$tmp/c" "$a/tokenizer.json"
    header() { wptok -m "$1" "$G/text.msg" | msg2json --header | sed 1q | jq -c .vocab; }
    wptok -m "$b" "$G/text.msg" | msg2json >"$tmp/want"
    [ "$(header "$b" | jq -r '.size, .pieces, .unk' | paste -sd' ')" = "700 byte-level <unk>" ]
    for way in '.' '.model.merges |= map(join(" "))' '.model.merges |= (["#version: 0.2"] + map(join(" ")))' 'del(.model.type)'; do
        jq "$way" "$a/tokenizer.json" >"$tmp/other" && cp "$tmp/other" "$a/tokenizer.json"
        wptok -m "$a" "$G/text.msg" | msg2json | cmp - "$tmp/want"
        [ "$(header "$a")" = "$(header "$b")" ]
        jq -a -c . "$a/tokenizer.json" >"$tmp/other" && cp "$tmp/other" "$a/tokenizer.json"
        wptok -m "$a" "$G/text.msg" | msg2json | cmp - "$tmp/want"
        cp "$G/prefix/tokenizer.json" "$a/" && jq '.added_tokens = []' "$a/tokenizer.json" >"$tmp/c" && mv "$tmp/c" "$a/tokenizer.json"
    done
    # other merges of the same pieces are another tokenizer
    jq '.model.merges |= reverse' "$a/tokenizer.json" >"$tmp/other" && cp "$tmp/other" "$a/tokenizer.json"
    [ "$(header "$a")" != "$(header "$b")" ]
}

@test "wptok: RoBERTa's positions begin after pad_token_id: 514 are 512 pieces" {
    m=$(model files)
    awk 'BEGIN { for (i = 0; i < 600; i++) printf "the " ; print "" }' | text2msg >"$tmp/in"
    for config in '{"model_type":"roberta","max_position_embeddings":514,"pad_token_id":1}' \
        '{"model_type":"roberta","max_position_embeddings":514}' '{"model_type":"roberta","max_position_embeddings":513,"pad_token_id":0}'; do
        echo "$config" >"$m/config.json"
        run -1 --separate-stderr wptok -m "$m" "$tmp/in"
        [[ $stderr == *"pieces, the model takes 512; see"* ]]
    done
    echo '{"model_type":"roberta","max_position_embeddings":3}' >"$m/config.json"
    run -1 --separate-stderr wptok -m "$m" "$tmp/in"
    [[ $stderr == *'"max_position_embeddings" is 3, which leaves no position'* ]]
}

@test "wptok: megabytes without a blank need time in proportion to their length" {
    m=$(model files)
    for c in a é '!'; do
        head -c 1000000 /dev/zero | sed "s/\x0/$c/g" | text2msg | timeout 60 wptok -m "$m" | msg2json -f word_ids >"$tmp/out"
        [ "$(head -c 17 "$tmp/out")" = '{"word_ids":[null' ]
    done
    awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%c", 97 + (i * i * 7 + int(i / 3)) % 26; print "" }' | text2msg |
        timeout 60 wptok -m "$m" | msg2json -f pieces | jq -e '.pieces | .[1:-1] | add | length == 1000000'
}

@test "wptok: a bad vocabulary or bad merges are named" {
    m=$(model whole)
    refused() { # FILTER MESSAGE
        jq "$1" "$G/whole/tokenizer.json" >"$m/tokenizer.json"
        run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "wptok: $m/tokenizer.json: $2"* ]] || { echo "$1: $stderr"; false; }
    }
    refused 'del(.model)' 'no vocabulary in it'
    refused 'del(.model.vocab)' 'no vocabulary in it'
    refused 'del(.model.merges)' '"merges" is missing; it should be a list of pairs'
    refused '.model.merges = "a b"' '"merges" is not a list of pairs, but the text "a b"'
    refused '.model.merges[3] = ["a", "nosuch"]' "merge 4 has the piece 'nosuch', which is not in the vocabulary"
    refused '.model.merges[3] = ["<s>", "a"]' "merge 4 has the piece '<s>a', which is not in the vocabulary"
    refused '.model.merges[3] = "ab"' 'line 4 of the merges is not two pieces'
    refused '.model.merges[3] = "a b c"' 'line 4 of the merges is not two pieces'
    refused '.model.merges[3] = ["a"]' 'merge 4 is not two pieces'
    refused '.model.merges[3] = 7' 'merge 4 is not two pieces'
    refused '.model.vocab.a = "7"' "the id of 'a' is not a whole number"
    refused '.model.vocab.a = 1.5' "the id of 'a' is not a whole number"
    refused '.model.vocab.a = -1' "the id of 'a' is not a whole number"
    refused '.model.dropout = 0.1' 'the model'"'"'s "dropout" makes pieces by chance'
    refused '.model.byte_fallback = true' 'the model'"'"'s "byte_fallback" is true'
    refused '.model.continuing_subword_prefix = "##"' 'the model'"'"'s "continuing_subword_prefix" is '"'##'"
    refused '.model.end_of_word_suffix = "</w>"' 'the model'"'"'s "end_of_word_suffix" is '"'</w>'"
    refused '.model.unk_token = "nosuch"' 'the model'"'"'s "unk_token" is nosuch'
    refused '.normalizer = {"type":"Nmt"}' 'the normalizer Nmt is not known here'
    refused '.pre_tokenizer = {"type":"UnicodeScripts"}' 'the pre_tokenizer UnicodeScripts is not known here'
    refused '.post_processor = null' 'the post_processor is missing'
    refused '.post_processor.processors |= .[:1]' 'the post_processor does not put one piece before a sentence'
    refused '.post_processor.processors[0] = {"type":"Other"}' 'the post_processor Other; only'
    refused '.decoder = {"type":"CTC"}' 'the decoder CTC'
    m=$(model files)
    sed '5s/.*/a b c/' "$G/merges.txt" >"$m/merges.txt"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [ "$stderr" = "wptok: $m/merges.txt: line 5 of the merges is not two pieces with a blank between them" ]
    rm "$m/merges.txt"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [ "$stderr" = "wptok: $m: there is vocab.json, but no merges.txt" ]
}

@test "wptok: ids that are huge, pieces that come twice, and files that end early" {
    m=$(model files)
    echo '{"a":16777217}' >"$m/vocab.json"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [[ $stderr == "wptok: $m/vocab.json: the id of 'a' is 16777217, in a vocabulary of 1 pieces" ]]
    echo '{"a":99999999999999999999}' >"$m/vocab.json"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [[ $stderr == "wptok: $m/vocab.json:1: not JSON"* ]]
    : >"$m/merges.txt"
    echo '{"a":5,"b":6,"a":7,"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4}' >"$m/vocab.json"
    printf 'a\n' | text2msg | wptok -m "$m" | msg2json -f input_ids >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"input_ids":[0,7,2]}' ]
    m=$(model prefix)
    printf 'a\n' | text2msg >"$tmp/in"
    size=$(stat -c %s "$G/prefix/tokenizer.json")
    for cut in $(seq 0 97 $((size - 3))) $((size - 3)) $((size - 2)); do
        head -c "$cut" "$G/prefix/tokenizer.json" >"$m/tokenizer.json"
        run -1 --separate-stderr wptok -m "$m" "$tmp/in"
        [[ $stderr == *"not JSON"* ]] || { echo "$cut: $stderr"; false; }
    done
}

@test "bertinit: --cased is an error for a tokenizer without lower case" {
    m=$(model files)
    echo '{"model_type":"roberta","vocab_size":700,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":8,"max_position_embeddings":20,"type_vocab_size":1,"pad_token_id":1}' >"$tmp/config.json"
    run -1 --separate-stderr bertinit --config "$tmp/config.json" --labels O,B-X --vocab "$m" --cased -o "$tmp/new"
    [[ $stderr == *"--cased: the tokenizer of $m has no option for lower case; only BERT's has" ]]
    bertinit --config "$tmp/config.json" --labels O,B-X --vocab "$m" -o "$tmp/new"
    echo 'the the' | text2msg | wptok -m "$tmp/new" | bertfwd -m "$tmp/new" | logit2span | msg2json -f entities
}

@test "wptok: the pieces around a sentence are those of the post_processor, whatever the config says" {
    m=$(model whole)
    jq '.post_processor = {"type":"RobertaProcessing","cls":["<mask>",4],"sep":["<pad>",1],"trim_offsets":true,"add_prefix_space":true}' \
        "$G/whole/tokenizer.json" >"$m/tokenizer.json"
    echo a | text2msg | wptok -m "$m" | msg2json -f input_ids | jq -ce '.input_ids | .[0] == 4 and .[-1] == 1'
}

# The pieces, ids and places of a text, as transformers has them.
cuts() { # MODEL TEXT RESULT
    got=$(printf '%s\n' "$2" | text2msg | wptok -m "$1" | msg2json -f pieces,input_ids,offsets | jq -c '[.pieces, .input_ids, .offsets]')
    [ "$got" = "$3" ] || { echo "$2: $got"; false; }
}

@test "wptok: special tokens are those of all keys and lists that transformers takes them from" {
    m=$(model files)
    config() { jq -c ". + $1" <<<'{"tokenizer_class":"RobertaTokenizer"}' >"$m/tokenizer_config.json"; echo "${2:-{\}}" >"$m/special_tokens_map.json"; }
    config '{"split_special_tokens":true}'
    cuts "$m" 'a <s> b<mask>' '[["<s>","a","Ġ","<","s",">","Ġb","<","m","a","s","k",">","</s>"],[0,69,225,32,87,34,300,32,81,69,87,79,34,2],[[0,0],[0,1],[2,2],[2,3],[3,4],[4,5],[6,7],[7,8],[8,9],[9,10],[10,11],[11,12],[12,13],[0,0]]]'
    config '{"image_token":"<i>","other_token":7}'
    cuts "$m" 'a<i>b' '[["<s>","a","<i>","b","</s>"],[0,69,700,70,2],[[0,0],[0,1],[1,4],[4,5],[0,0]]]'
    config '{"image_token":{"content":"<i>","__type":"AddedToken","lstrip":true},"x_token":{"content":"<x>"}}'
    cuts "$m" 'a <i>b<x>' '[["<s>","a","<i>","b","<","x",">","</s>"],[0,69,700,70,32,92,34,2],[[0,0],[0,1],[2,5],[5,6],[6,7],[7,8],[8,9],[0,0]]]'
    config '{"extra_special_tokens":["<e>"]}' '{"extra_special_tokens":["<f>",{"content":"<g>","lstrip":true}],"foo_token":"<h>"}'
    cuts "$m" '<e><f> <g><h>' '[["<s>","<e>","<f>","<g>","<h>","</s>"],[0,701,702,703,700,2],[[0,0],[0,3],[3,6],[7,10],[10,13],[0,0]]]'
    config '{"extra_special_tokens":["<e>"]}' '{"extra_special_tokens":{"a_token":"<f>"}}'
    cuts "$m" '<e><f>' '[["<s>","<","e",">","<f>","</s>"],[0,32,73,34,700,2],[[0,0],[0,1],[1,2],[2,3],[3,6],[0,0]]]'
    config '{"extra_special_tokens":{"a_token":"<f>"},"additional_special_tokens":["<e>"]}'
    cuts "$m" '<e><f>' '[["<s>","<e>","<f>","</s>"],[0,701,700,2],[[0,0],[0,3],[3,6],[0,0]]]'
    config '{"added_tokens_decoder":{"700":{"content":" x","normalized":false}}}'
    cuts "$m" ' xyz a xy' '[["<s>"," x","y","z","Ġa"," x","y","</s>"],[0,700,93,94,293,700,93,2],[[0,0],[1,2],[2,3],[3,4],[5,6],[7,8],[8,9],[0,0]]]'
}

@test "wptok: Metaspace before BPE: which blanks have a place, and where the beginning of a text is" {
    m=$(model whole)
    steps() {
        jq -c --argjson pre "$1" '.pre_tokenizer = $pre | .decoder = null
            | .post_processor = {"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":true}' \
            "$G/whole/tokenizer.json" >"$m/tokenizer.json"
    }
    steps '{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true}'
    cuts "$m" 'a b' '[["<s>","_","a","_","b","</s>"],[0,67,69,67,70,2],[[0,0],[0,1],[0,1],[1,2],[2,3],[0,0]]]'
    steps '{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}]}'
    cuts "$m" ' [C]' '[["<s>","[","C","]","</s>"],[0,63,39,65,2],[[0,0],[1,2],[2,3],[3,4],[0,0]]]'
    cuts "$m" '[C]' '[["<s>","<unk>","[","C","]","</s>"],[0,3,63,39,65,2],[[0,0],[0,1],[0,1],[1,2],[2,3],[0,0]]]'
}
