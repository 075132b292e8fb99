# Progress: who shows it, and where. (test_progress has the shares and the times.)
load ../support/common

# script(1) stops if its input ends before the command; a pipe that nobody writes to does not end.
setup() { mkfifo "$tmp/keys"; exec 8<> "$tmp/keys"; }
teardown() { exec 8>&-; }
in_terminal() { timeout 60 script -qec "$1" /dev/null <&8; }
# Lines that come slowly.
slowly='yes word | head -n 200; sleep 0.8; yes word | head -n 200'

@test "on a terminal, where the output is a file: done and rate, then one line that stays" {
    in_terminal "{ $slowly; } | '$BUILD/text2msg' > '$tmp/out.msg'" | tr '\r' '\n' | sed 's/\x1b\[K//' > "$tmp/seen"
    grep -qE '^text2msg: [0-9]+, [0-9.]+ lines/s$' "$tmp/seen"
    [ "$(grep -cE '^text2msg: 400, [0-9.]+ lines/s, took 0:[0-9]+$' "$tmp/seen")" -eq 1 ]
    run ! grep -q left "$tmp/seen"
}

@test "nothing in the middle of a pipe, nothing in a short run, nothing without a terminal" {
    in_terminal "{ $slowly; } | '$BUILD/text2msg' | cat > '$tmp/out.msg'; { $slowly; } | '$BUILD/text2msg' 2> '$tmp/err' > /dev/null
        yes | head -n 500 | '$BUILD/text2msg' > '$tmp/out.msg'" > "$tmp/seen"
    [ ! -s "$tmp/seen" ] && [ ! -s "$tmp/err" ]
}

@test "nothing for somebody who types" {
    in_terminal "{ echo one; sleep 0.8; echo two; } | '$BUILD/text2msg' > '$tmp/out.msg'" > "$tmp/seen"
    [ ! -s "$tmp/seen" ]
}

@test "an error wipes the line first" {
    in_terminal "{ $slowly; sleep 0.2; printf '\\377\\n'; } | '$BUILD/text2msg' > /dev/null" > "$tmp/seen" || true
    grep -qaE $'lines/s\r\x1b\\[K''text2msg: standard input:401: invalid UTF-8' "$tmp/seen"
}

@test "it is not part of the history of the stream" {
    printf 'a\n' > "$tmp/one.txt"
    cmp <(text2msg --progress "$tmp/one.txt" 2> /dev/null) <(text2msg "$tmp/one.txt")
}
