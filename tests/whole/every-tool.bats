# Checks that hold for all tools. `tools` is the table: a tool, a sample of its arguments, its sample input
# ("-": it reads none), and an input of a wrong kind ("-": it takes text, or any kind). %D is the folder of the samples, %T
# one of the test's own.
load ../support/common

tools='
conll2msg | -c 1=tokens,2=ner_tags                                        | corpus.txt  | -
text2msg  |                                                               | raw.txt     | -
json2msg  |                                                               | corpus.jsonl | -
brat2msg  | %D/brat                                                       | -           | -
maplbl    | --to iobes                                                | corpus.msg  | step.msg
msgsplit  | -p 1:1 -o %T/parts                                            | corpus.msg  | step.msg
wptok     | -m %D/bert                                                    | corpus.msg  | step.msg
alignlbl  |                                                               | pieces.msg  | step.msg
mkbatch   | -b 2                                                          | aligned.msg | step.msg
bertinit  | -c %D/config.json -v %D/vocab.txt -l %D/corpus.msg -o %T/new  | -           | -
trainstep | -t 1 -m %D/bert -o %T/trained --restart                       | batch.msg   | corpus.msg
bertfwd   | -t 1 -m %D/bert                                               | pieces.msg  | step.msg
logit2tag |                                                               | logits.msg  | step.msg
logit2span |                                                              | logits.msg  | step.msg
seqeval   |                                                               | pred.msg    | step.msg
msg2json  |                                                               | corpus.msg  | -
msg2conll |                                                               | pred.msg    | step.msg
msgview   |                                                               | corpus.msg  | -
'

setup_file() {
    data=$BATS_FILE_TMPDIR
    export data
    cd "$data"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german call peter black '##burn' . > vocab.txt
    cat > config.json <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 14, "hidden_size": 8,
 "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32}
JSON
    printf '%s\n' 'EU B-ORG' 'rejects O' 'German B-MISC' 'call O' '. O' '' 'Peter B-PER' 'Blackburn I-PER' '' 'call O' '' > corpus.txt
    printf '%s\n' 'EU rejects German call.' 'Peter Blackburn' > raw.txt
    conll2msg -c 1=tokens,2=ner_tags corpus.txt > corpus.msg
    bertinit -c config.json -v vocab.txt -l corpus.msg -o bert 2> bertinit.err
    wptok -m bert corpus.msg > pieces.msg
    alignlbl pieces.msg > aligned.msg
    mkbatch -b 2 aligned.msg > batch.msg
    trainstep -t 1 -m bert -o trained batch.msg > step.msg
    bertfwd -t 1 -m bert pieces.msg > logits.msg
    logit2tag logits.msg > pred.msg
    msg2json --names corpus.msg > corpus.jsonl
    mkdir brat
    printf 'EU rejects German call.\n' > brat/d.txt
    printf 'T1\tORG 0 2\tEU\n' > brat/d.ann
}

# each CHECK: run it for every tool of the table with $tool, $args, $input and $wrong set; the first failure is named.
each() {
    local row
    while IFS='|' read -r tool row; do
        [ -n "$tool" ] || continue
        tool=${tool// /}
        IFS='|' read -r args input wrong <<< "$row"
        args=${args//%D/$data}
        read -ra args <<< "${args//%T/$tmp}"
        input=${input// /}
        [ "$input" = - ] || input=$data/$input
        wrong=${wrong// /}
        echo "$tool:"               # bats shows it if the check fails
        "$1"
    done <<< "$tools"
}

reads() { [ "$input" != - ]; }
reads_stream() { [[ $input == *.msg ]]; }
writes_stream() { [[ $tool != msgsplit && $tool != bertinit && $tool != seqeval && $tool != msg2json && $tool != msg2conll && $tool != msgview ]]; }
options_of() { grep -oP "^\s*\{('.'|0), \"\K[a-z0-9-]+" "$ROOT/tools/$tool.c"; }

# One line on stderr, beginning with the tool's name; $stderr is what `run --separate-stderr` left.
one_line() {
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "$tool: "* ]]
}

@test "the table has every tool that there is" {
    for source in "$ROOT"/tools/*.c; do
        name=$(basename "$source" .c)
        [[ $tools == *$'\n'"$name "* ]] || { echo "$name is not in the table"; false; }
    done
}

@test "the samples are good" {
    check() {
        reads || input=
        "$tool" "${args[@]}" ${input:+"$input"} > "$tmp/out" 2> "$tmp/err" < /dev/null
    }
    each check
}

@test "--help goes to stdout, exits with 0 and lists all options" {
    check() {
        run -0 --separate-stderr "$tool" --help
        [ -z "$stderr" ]
        [[ ${lines[0]} == "$tool: "* ]]
        for option in $(options_of) help version; do
            [[ $output == *"--$option"* ]] || { echo "--help lacks --$option"; false; }
        done
        run -0 "$tool" --version
        [[ $output == "$tool (tagpipe) "* ]]
    }
    each check
}

# The page describes each option of --help under the same names, and no other one. SYNOPSIS shows all but --help and --version,
# by their letter if they have one.
@test "a manual page exists, is clean, and has the options of --help, in SYNOPSIS, too" {
    check() {
        page=$ROOT/man/$tool.1
        [ -f "$page" ] || { echo "no $page"; false; }
        run -0 mandoc -T lint -W warning "$page"
        [ -z "$output" ]
        mandoc -T html -O fragment "$page" > "$tmp/page"
        "$tool" --help | perl -ne 'print "$1--$2\n" if /^  (-\w,)? +--([a-z0-9-]+)/' | sort > "$tmp/help"
        perl -0777 -ne 'for (/<dt[^>]*>(.*?)<\/dt>/sg) { s/<[^>]*>//g; print "$1--$2\n" while /((?:-\w,)?)\s*--([a-z0-9-]+)/g }' "$tmp/page" |
            sort -u | diff "$tmp/help" - >&2
        perl -0777 -ne 's/.*id="SYNOPSIS"|<\/section>.*//sg; s/<[^>]*>//g;
            for (/(?<![\w-])(--[a-z0-9-]+|-\w+)/g) { print /^--/ ? "$_\n" : map { "-$_\n" } /\w/g }' "$tmp/page" |
            sort -u | diff <(sed -E '/--(help|version)$/d; s/,--.*//' "$tmp/help" | sort) - >&2
    }
    each check
}

@test "the pages that a page refers to are there" {
    others='cp.1|mv.1|flock.2|jq.1|regex.7|longjmp.3|make.1|fnmatch.3|pkg-config.1'
    references() { grep -ohP '\bXr \K\S+ [1-8]\b' "$ROOT"/man/*.[1-9] | tr ' ' . | sort -u; }
    [ "$(references | wc -l)" -gt 20 ]
    for page in $(references); do
        [[ -f $ROOT/man/$page || $page =~ ^($others)$ ]] || { echo "no $page"; false; }
    done
}

# "see conll2msg --labels-from": in the pages, the messages of tools and the scripts.
@test "an option that is named with its tool exists" {
    names=$(cd "$ROOT/tools" && printf '%s|' *.c | sed 's/\.c|/|/g; s/|$//')
    cd "$ROOT"
    perl -e 'my $tools = shift; my (%help, $n);
        for my $file (@ARGV) {
            my $text = $file =~ /\.[1-8]$/ ? qx(mandoc -T html -O fragment $file) =~ s/<[^>]*>//gr =~ s/\s+/ /gr : qx(cat $file);
            while ($text =~ /\b($tools)((?: -?[\w.,=\/-]+)*? (--?[a-z][a-z0-9-]*))/g) {
                my ($tool, $option) = ($1, $3);
                pos($text) -= length $option;
                $help{$tool} //= qx($tool --help);
                $n++;
                print "$file: $tool $option\n" if $help{$tool} !~ /^ +(-\w, )?$option\b(?!-)/m;
            }
        }
        print "only $n\n" if $n < 200' "$names" man/* README.md CONTRIBUTING.md lib/*/*.c tools/*.c pipelines/* > "$tmp/missing"
    diff /dev/null "$tmp/missing"
}

@test "--progress says on stderr what was read, and changes nothing else" {
    check() {
        reads || return 0
        "$tool" --help | grep -q -e --progress
        grep -q -e 'Fl .-progress' "$ROOT/man/$tool.1"
        "$tool" "${args[@]}" "$input" > "$tmp/without" 2> "$tmp/quiet"
        "$tool" "${args[@]}" --progress "$input" > "$tmp/with" 2> "$tmp/err"
        cmp "$tmp/without" "$tmp/with"
        tail -n 1 "$tmp/err" | grep -qE '^[a-z0-9]+: [0-9]+(/[0-9]+)?( \([0-9]+ %\))?, [0-9.e+]+ [a-z]+/s, took 0:0[0-9]'
        run ! grep -q '/s, took' "$tmp/quiet"
    }
    each check
}

@test "an unknown option exits with 2 and says so" {
    check() {
        run -2 --separate-stderr "$tool" --no-such-option
        [ -z "$output" ]
        one_line
        [[ $stderr == *"no option --no-such-option"*"see $tool --help" ]]
    }
    each check
}

@test "standard input, - and a file give the same" {
    check() {
        reads || return 0
        "$tool" "${args[@]}" < "$input" > "$tmp/stdin"
        "$tool" "${args[@]}" - < "$input" > "$tmp/dash"
        "$tool" "${args[@]}" "$input" > "$tmp/file"
        if writes_stream; then
            for name in stdin dash file; do
                msg2json "$tmp/$name" > "$tmp/$name.json"
            done
            cmp "$tmp/stdin.json" "$tmp/dash.json"
            cmp "$tmp/stdin.json" "$tmp/file.json"
        else
            cmp "$tmp/stdin" "$tmp/dash"
            cmp "$tmp/stdin" "$tmp/file"
        fi
    }
    each check
}

@test "the same input gives the same bytes" {
    check() {
        reads || return 0
        "$tool" "${args[@]}" "$input" > "$tmp/one"
        (cd / && "$tool" "${args[@]}" "$input" > "$tmp/two")
        cmp "$tmp/one" "$tmp/two"
        run ! grep -q "$data" "$tmp/one"
    }
    each check
}

@test "a file that is not there is named" {
    check() {
        reads || return 0
        run -1 --separate-stderr "$tool" "${args[@]}" "$tmp/nowhere"
        [ -z "$output" ]
        one_line
        [[ $stderr == *"$tmp/nowhere: No such file or directory" ]]
    }
    each check
}

@test "an empty input fails" {
    check() {
        reads || return 0
        : > "$tmp/empty"
        run -1 --separate-stderr "$tool" "${args[@]}" "$tmp/empty"
        one_line
        [[ $stderr == *empty* ]]
        [[ $output != *records* ]]
    }
    each check
}

@test "text given to a filter is recognised" {
    check() {
        reads_stream || return 0
        run -1 --separate-stderr "$tool" "${args[@]}" "$data/corpus.txt"
        [ -z "$output" ]
        one_line
        [[ $stderr == *"text goes through conll2msg or text2msg first" ]]
    }
    each check
}

@test "a stream of the wrong kind is named" {
    check() {
        [ "$wrong" != - ] || return 0
        run -1 --separate-stderr "$tool" "${args[@]}" "$data/$wrong"
        [ -z "$output" ]
        one_line
        [[ $stderr == *"records of kind '"*"', not '"*"'; those come from "* ]]
    }
    each check
}

@test "an input cut at any of many places fails, without a trailer on the output" {
    check() {
        reads_stream || return 0
        size=$(stat -c %s "$input")
        for cut in 1 2 20 $((size / 3)) $((size / 2)) $((size - 30)) $((size - 16)) $((size - 8)) $((size - 1)); do
            head -c "$cut" "$input" > "$tmp/cut.msg"
            status=0
            "$tool" "${args[@]}" < "$tmp/cut.msg" > "$tmp/out" 2> "$tmp/err" || status=$?
            [ "$status" -eq 1 ]
            [ "$(wc -l < "$tmp/err")" -eq 1 ]
            grep -q "^$tool: .*\(cut off\|without its trailer\)" "$tmp/err"
            run ! grep -q records "$tmp/out"
        done
    }
    each check
}

@test "a full disk is reported" {
    check() {
        reads || return 0
        run -1 --separate-stderr sh -c '"$@" > /dev/full' sh "$tool" "${args[@]}" "$input"
        one_line
        [[ $stderr == *"No space left on device" ]]
    }
    each check
}

@test "a reader that closes the pipe early is not an error" {
    check() {
        reads || return 0
        copies=$((200000 / $(stat -c %s "$input") + 2))
        [ "$tool" != trainstep ] || copies=1            # which warns of batches that it has seen
        yes "$input" | head -n "$copies" | xargs cat > "$tmp/many"
        : > "$tmp/err"
        { "$tool" "${args[@]}" < "$tmp/many" 2> "$tmp/err" || true; } | head -c 100 > "$tmp/out"
        [ ! -s "$tmp/err" ] || { cat "$tmp/err"; false; }
    }
    each check
}

@test "no stream is written to a terminal" {
    check() {
        writes_stream || return 0
        [ "$input" = - ] || args+=("'$input'")
        run -2 script -qec "'$BUILD/$tool' ${args[*]}" /dev/null < /dev/null
        [[ $output == "$tool: writes a msgpack stream, and standard output is a terminal"* ]]
    }
    each check
}

@test "no stream is read from a terminal" {
    check() {
        reads_stream || return 0
        run -2 script -qec "'$BUILD/$tool' ${args[*]} > '$tmp/out'" /dev/null < /dev/null
        [[ $output == "$tool: reads a msgpack stream, and standard input is a terminal"* ]]
        [ ! -s "$tmp/out" ]
    }
    each check
}

@test "concatenated inputs are one input" {
    check() {
        reads || return 0
        "$tool" "${args[@]}" "$input" "$input" > "$tmp/files"
        cat "$input" "$input" | "$tool" "${args[@]}" > "$tmp/bytes"
        if writes_stream; then
            msg2json "$tmp/files" | jq -c 'del(.doc)' > "$tmp/files.json"      # a file begins a document
            msg2json "$tmp/bytes" | jq -c 'del(.doc)' > "$tmp/bytes.json"
            cmp "$tmp/files.json" "$tmp/bytes.json"
        else
            cmp "$tmp/files" "$tmp/bytes"
        fi
    }
    each check
}

@test "unknown fields and keys of the header pass through, byte for byte" {
    check() {
        reads_stream && writes_stream && [[ $tool != mkbatch && $tool != trainstep ]] || return 0
        # One more pair in the map of the header and of each record, in forms that no encoder would choose.
        perl -0777 -pe 's/^([\x80-\x8d])/chr(ord($1) + 1) . "\xa4xtra\xcd\x00\x05"/e;
                        s/([\x80-\x8d])\xa2id/chr(ord($1) + 1) . "\xa7unknown\xc7\x02\x05\xff\xee\xa2id"/ge' "$input" > "$tmp/more.msg"
        "$tool" "${args[@]}" "$tmp/more.msg" > "$tmp/out"
        [ "$(LC_ALL=C grep -obUaP '\xa4xtra\xcd\x00\x05' "$tmp/out" | wc -l)" -eq 1 ]
        [ "$(LC_ALL=C grep -obUaP '\xa7unknown\xc7\x02\x05\xff\xee' "$tmp/out" | wc -l)" -eq "$(msg2json "$input" | wc -l)" ]
    }
    each check
}
