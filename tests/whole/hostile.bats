# Hostile text: a table of texts that act on terminals, cut characters, break names or look like markup, through every tool that
# takes or shows text. Each gives the same text back, or an error of one line; nothing that is shown acts on a terminal.
load ../support/common

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    export data=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b c x '##b' >vocab.txt
    echo '{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 10, "hidden_size": 8,
 "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 512}' >config.json
    # 20 texts, one a line; \u as in JSON
    cat >texts <<'TEXTS'
\u001b[31mred\u001b[0m
\u001b]0;title\u0007
a\u0008\u0008b\u007f
\u009b31mred
\u0085next\u2028line\u2029
\u202eright to left\u202c
\u2066isolated\u2069
\u200e\u200f\u061cmarks
zero\u200bwidth\u2060\ufeff
\u00adsoft\u00adhyphen
\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 family
e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301
\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc7f flag
<script>alert(1)</script>&amp;\u0022'
$(touch hostile) `touch hostile` ; | &
%s%n%d%999999s
../../etc/passwd
-rf --help
\ue000\ufffe\uffff\udbff\udfff
\"quoted\\ \u0001\t\r\n
TEXTS
    # Each as a word, as an id, as a label, as the name of a field, as a text and as a type.
    local i=0 text name
    while IFS= read -r text; do
        name=$(printf %02d $i) i=$((i + 1))
        { printf '{"msgstream":1,"kind":"sentence","labels":{"ner_tags":["O","B-%s"],"pred":["O","B-%s"],"logits":["O","B-%s"]}}\n' "$text" "$text" "$text"
          printf '{"id":"%s","tokens":["a","%s"],"ner_tags":[0,1],"pred":[1,1],"%s!":1,"text":"%s","word_ids":[0,1],"pieces":["a","%s"],"offsets":[[0,1],[0,1]],"logits":[[0.5,1.5],[2.5,9.5]]}\n' "$text" "$text" "$text" "$text" "$text"
          echo '{"end":true,"records":1}'; } | json2msg >"$name.msg"
    done <texts
    conll2msg -c 1=tokens,2=ner_tags <<<'a O' | bertinit -c config.json -v vocab.txt -l - -o model 2>log
}

# Whether a file has what acts on a terminal, or turns or hides text; colours and the end of a line are the tool's own.
harmless() { perl -CSD -0777 -ne 's/\e\[[0-9;]*m//g; exit(/[\x00-\x08\x0b-\x1f\x7f-\x9f\x{ad}\x{61c}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{e000}-\x{f8ff}]/ ? 1 : 0)' "$1"; }
utf8() { perl -e 'local $/; my $x = <STDIN>; exit !utf8::decode($x)' <"$1"; }

@test "hostile text: what is shown is harmless" {
    [ "$(find "$data" -name '[0-9]*.msg' | wc -l)" -eq 20 ]
    for file in "$data"/[0-9]*.msg; do
        for tool in msgview 'msgview --summary' 'msgview --pieces' 'seqeval --tags' 'seqeval --confusion --errors 3' 'seqeval --mode strict'; do
            $tool "$file" >>"$tmp/shown" 2>&1 || [ $? -eq 1 ]
        done
        msgview --html "$file" >>"$tmp/pages"
    done
    harmless "$tmp/shown" && utf8 "$tmp/shown"
    harmless "$tmp/pages" && utf8 "$tmp/pages"
    run -1 grep -i '<script\|<img' "$tmp/pages"
}

@test "hostile text: what goes on is the same text, or an error of one harmless line" {
    for file in "$data"/[0-9]*.msg; do
        msg2json -f id,tokens,text "$file" >"$tmp/want"
        msg2json --header --trailer "$file" | json2msg | cmp - "$file"
        for tool in alignlbl logit2tag logit2span 'maplbl --to iobes' "wptok -m $data/model"; do
            status=0
            $tool "$file" >"$tmp/out.msg" 2>"$tmp/err" || status=$?
            cat "$tmp/err" >>"$tmp/said"
            [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && [ "$(wc -l <"$tmp/err")" -eq 1 ] && continue; }
            msg2json -f id,tokens,text "$tmp/out.msg" | cmp - "$tmp/want"
        done
        for tool in 'msg2conll -f tokens,ner_tags' 'msg2json --to spacy' 'msg2json --names' mkbatch; do
            $tool "$file" >>"$tmp/data" 2>"$tmp/err" || { [ $? -eq 1 ] && [ "$(wc -l <"$tmp/err")" -eq 1 ]; }
            cat "$tmp/err" >>"$tmp/said"
        done
    done
    harmless "$tmp/said" && utf8 "$tmp/said"
    [ ! -e hostile ]
}

@test "hostile text: names of files and options are shown harmless" {
    for name in $'\e[31m\xc2\x9b31m' $'a\nb\xe2\x80\xae\xff\a'; do
        for tool in msgview msg2json seqeval alignlbl conll2msg text2msg json2msg 'wptok -m' 'bertfwd -m' 'seqeval --seen' 'msgview -f'; do
            $tool "$name" </dev/null >"$tmp/out" 2>"$tmp/err" && false
            [ "$(wc -l <"$tmp/err")" -eq 1 ]
            cat "$tmp/err" >>"$tmp/said"
        done
    done
    harmless "$tmp/said" && utf8 "$tmp/said"
}
