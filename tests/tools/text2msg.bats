load ../support/common

@test "text2msg: one text a line, ids from 0 on, an empty line is an empty text" {
    printf 'My name is Sylvain.\n\n\xe4\xb8\xad\r\nlast' | text2msg | msg2json >"$tmp/out"
    printf '{"id":0,"text":"My name is Sylvain."}\n{"id":1,"text":""}\n{"id":2,"text":"中"}\n{"id":3,"text":"last"}\n' | cmp - "$tmp/out"
}

@test "text2msg: several files are one stream" {
    echo a >"$tmp/1"
    echo b >"$tmp/2"
    [ "$(text2msg "$tmp/1" "$tmp/2" | msg2json --fields id,text | tr -d '\n')" = '{"id":0,"text":"a"}{"id":1,"text":"b"}' ]
}

@test "text2msg: --tokens: the words of a line; --documents: the number of the file" {
    printf 'My  name\tis Sylvain. \n\n \xe3\x80\x80b\n' >"$tmp/1"
    echo c >"$tmp/2"
    text2msg -td "$tmp/1" "$tmp/2" | msg2json >"$tmp/out"
    printf '{"id":0,"doc":0,"tokens":["My","name","is","Sylvain."]}\n{"id":1,"doc":0,"tokens":[]}\n{"id":2,"doc":0,"tokens":["\u3000b"]}\n{"id":3,"doc":1,"tokens":["c"]}\n' |
        cmp - "$tmp/out"
}

@test "text2msg: a line typed is written before the next one" {
    mkfifo "$tmp/in"
    (text2msg <"$tmp/in" | msg2json --fields text >"$tmp/out") &
    exec 7>"$tmp/in"
    echo one >&7
    for _ in $(seq 100); do [ -s "$tmp/out" ] && break; sleep 0.05; done
    [ "$(cat "$tmp/out")" = '{"text":"one"}' ]
    exec 7>&-
    wait
}

@test "text2msg: an empty file and invalid UTF-8 are errors" {
    : >"$tmp/empty"
    run -1 --separate-stderr text2msg "$tmp/empty"
    [ "$stderr" = "text2msg: $tmp/empty is empty" ]
    printf 'a\nb \xc0\x80\n' >"$tmp/bad"
    run -1 --separate-stderr text2msg "$tmp/bad"
    [[ $stderr == "text2msg: $tmp/bad:2: invalid UTF-8: byte 0xc0 at column 3"* ]]
}
