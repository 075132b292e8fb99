load ../support/common

# corpus DOCUMENTS SENTENCES: words that say where they come from
corpus() {
    awk -v d="$1" -v n="$2" 'BEGIN { for (i = 1; i <= d; i++) { print "-DOCSTART- O\n"; for (k = 1; k <= n; k++) print "d" i " O\ns" k " B-X\n" } }' |
        conll2msg >"$tmp/in.msg"
}
words() { msg2json -f tokens "$1" | jq -r '.tokens | join(" ")'; }

@test "msgsplit: exact shares; each sentence once, in its order; the same header but for the history" {
    corpus 10 10
    run -0 --separate-stderr msgsplit -o "$tmp/out" "$tmp/in.msg"
    [ -z "$stderr" ]
    [ "$output" = "$tmp/out/train.msg      80 sentences  80.0 %
$tmp/out/dev.msg        10 sentences  10.0 %
$tmp/out/test.msg       10 sentences  10.0 %
by sentence; --by document keeps the 10 documents whole" ]
    [ "$(ls -A "$tmp/out" | tr '\n' ' ')" = "dev.msg test.msg train.msg " ]
    for part in train dev test; do
        words "$tmp/out/$part.msg" >"$tmp/$part"
        sort -V "$tmp/$part" | cmp - "$tmp/$part"
        msg2json --header "$tmp/out/$part.msg" | sed -n 1p | jq -c 'del(.history[-1])' >"$tmp/$part.header"
        cmp "$tmp/$part.header" <(msg2json --header "$tmp/in.msg" | sed -n 1p | jq -c .)
        msg2json --header "$tmp/out/$part.msg" | sed -n 1p | jq -e '.history[-1] == {tool: "msgsplit", version: .history[-1].version, args: ["--output", "out", "in.msg"]}'
    done
    sort "$tmp/train" "$tmp/dev" "$tmp/test" | cmp - <(words "$tmp/in.msg" | sort)
    # again, from a pipe: the same bytes of records; another seed: others
    msgsplit -o "$tmp/again" <"$tmp/in.msg" >"$tmp/said"
    msgsplit -o "$tmp/other" --seed 2 <"$tmp/in.msg" >"$tmp/said"
    for part in train dev test; do
        msg2json "$tmp/again/$part.msg" | cmp - <(msg2json "$tmp/out/$part.msg")
        run ! cmp -s <(msg2json "$tmp/other/$part.msg") <(msg2json "$tmp/out/$part.msg")
    done
}

@test "msgsplit: --by document keeps documents whole, also those that go on later, and streams that were put together" {
    corpus 20 5
    msgsplit --by document -o "$tmp/out" --parts 70:20:10 "$tmp/in.msg" >"$tmp/said"
    [ "$(awk '{ print $2, $4, $6 }' "$tmp/said" | tr '\n' ' ')" = "70 70.0 14 20 20.0 4 10 10.0 2 " ]
    for part in train dev test; do words "$tmp/out/$part.msg" | awk '{ print $1 }' | uniq -c | awk '$1 != 5 { exit 1 }'; done
    # the last sentences of two documents come after the others
    printf '{"id":%s,"doc":%s,"tokens":["a"]}\n' 0 '"x"' 1 '"y"' 2 '"z"' 3 '"x"' 4 '"y"' | json2msg >"$tmp/later.msg"
    msgsplit -b document -p 1:1 -o "$tmp/later" "$tmp/later.msg" >"$tmp/said"
    [ "$(msg2json -f doc "$tmp/later/train.msg" "$tmp/later/dev.msg" | uniq -c | awk '{ print $1 }' | sort | tr '\n' ' ')" = "1 2 2 " ] ||
        [ "$(for p in train dev; do msg2json -f doc "$tmp/later/$p.msg" | sort -u; done | wc -l)" -eq 3 ]
    # the documents of another stream have the same numbers, and are others
    corpus 1 5
    msgsplit -b document -p 1:1 -o "$tmp/two" "$tmp/in.msg" "$tmp/in.msg" >"$tmp/said"
    [ "$(awk '{ print $2 }' "$tmp/said" | tr '\n' ' ')" = "5 5 " ]
}

@test "msgsplit: the windows of a sentence stay together" {
    for i in {1..6}; do printf 'a b c d e f g h\n'; done | text2msg >"$tmp/text.msg"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b c d e f g h >"$tmp/vocab.txt"
    echo '{"model_type":"bert"}' >"$tmp/config.json"
    wptok -m "$tmp" -l 6 --overflow window --stride 1 "$tmp/text.msg" >"$tmp/windows.msg"
    msgsplit -p 4:1:1 -o "$tmp/out" "$tmp/windows.msg" >"$tmp/said"
    [ "$(awk '{ print $2 }' "$tmp/said" | tr '\n' ' ')" = "4 1 1 " ]
    for part in train dev test; do msg2json -f window "$tmp/out/$part.msg" | jq -se 'group_by(.window[0]) | map(length) | unique | length == 1'; done
}

@test "msgsplit: other names; two parts; no documents, or too few of them; misuse" {
    corpus 2 2
    msgsplit -o "$tmp/out" -p 1:3 "$tmp/in.msg" >"$tmp/said"
    [ "$(ls "$tmp/out" | tr '\n' ' ')" = "dev.msg train.msg " ]
    msgsplit -o "$tmp/four" -p 1:1:1:1 --names a,b,c,d "$tmp/in.msg" >"$tmp/said"
    [ "$(ls "$tmp/four" | tr '\n' ' ')" = "a.msg b.msg c.msg d.msg " ]
    refuses() {         # STATUS TEXT ARGUMENT...
        run "-$1" --separate-stderr msgsplit -o "$tmp/no" "${@:3}"
        [[ ${#stderr_lines[@]} -eq 1 && $stderr == "msgsplit: "*"$2"* ]] || { echo "$stderr"; false; }
        [ ! -e "$tmp/no" ]
    }
    refuses 1 "2 documents for 3 parts; see --by sentence" --by document "$tmp/in.msg"
    refuses 1 "4 sentences for 5 parts" -p 1:1:1:1:1 -n a,b,c,d,e "$tmp/in.msg"
    echo a | text2msg >"$tmp/text.msg"
    refuses 1 "the stream has no field 'doc'" --by document "$tmp/text.msg"
    refuses 1 "1 sentence for 3 parts" "$tmp/text.msg"
    refuses 2 "--parts 80,20: '80,20' is not a number above 0" -p 80,20 "$tmp/in.msg"
    refuses 2 "--names a,b: 2 for 3 parts" -n a,b "$tmp/in.msg"
    refuses 2 "--names a,b,a: a comes twice" -n a,b,a "$tmp/in.msg"
    refuses 2 "--names ../a,b,c: a name is empty, or has a slash" -n ../a,b,c "$tmp/in.msg"
    refuses 2 "--names of the 4 parts" -p 1:1:1:1 "$tmp/in.msg"
    run -2 --separate-stderr msgsplit "$tmp/in.msg"
    [[ $stderr == "msgsplit: where to? -o DIR; "* ]]
    # a cut stream leaves the files of before
    head -c 100 "$tmp/in.msg" >"$tmp/cut.msg"
    cp -r "$tmp/out" "$tmp/before"
    run -1 msgsplit -o "$tmp/out" -p 1:3 "$tmp/cut.msg"
    diff -r "$tmp/out" "$tmp/before"
}
