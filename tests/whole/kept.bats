# What earlier versions wrote (tests/kept/make.sh) is read, and a training goes on from its state: msgstream(5), COMPATIBILITY.
load ../support/common

@test "kept: each version's stream has the same records" {
    for kept in "$ROOT"/tests/kept/*/; do
        msg2json --header --trailer "$kept/stream.msg" | cmp - "$kept/stream.jsonl"
        msgview "$kept/stream.msg" >"$tmp/view"
        logit2tag "$kept/stream.msg" | seqeval >"$tmp/scores"
    done
}

@test "kept: a training goes on from each version's state, with the losses that it had there" {
    for kept in "$ROOT"/tests/kept/*/; do
        rm -rf "$tmp/model"
        cp -r "$kept/model" "$tmp/model"
        run -0 --separate-stderr bash -c 'trainstep -m "$1" -t 1 --lr 1e-3 "$2" | msg2json --fields step,loss' _ "$tmp/model" "$kept/batches.msg"
        [ "${#lines[@]}" -gt 0 ]
        jq -e -n --slurpfile is <(printf '%s\n' "$output") --slurpfile was "$kept/next.jsonl" \
            '[$is, $was] | transpose | all(.[0].step == .[1].step and (.[0].loss - .[1].loss | fabs) < 1e-4)'
    done
}
