#!/usr/bin/env bats
# The house: which room of lib/ may include which, that each header stands alone, and what names are called.

setup() { load ../support/common; cd "$ROOT" || exit 1; shopt -s nullglob; }

# Each test prints its faults, one a line; there must be none.
none() { cat >"$tmp/faults"; cat "$tmp/faults"; [ ! -s "$tmp/faults" ]; }

# "ROOM LOWER": each room and each room that it may include: itself, those on its line in lib/README.md, and all below these.
may_include() {
    sed -n '/^```layers$/,/^```$/p' lib/README.md | grep -v '^```' | awk -F ' *: *' '
    NF != 2 || $1 in below { print "lib/README.md: \"" $0 "\" is not a line of a new room"; next }
    {
        below[$1] = " " $1
        n = split($2, direct, " ")
        for (i = 1; i <= n; i++)
            if (direct[i] in below) below[$1] = below[$1] below[direct[i]]
            else print "lib/README.md: " $1 " names " direct[i] ", which is not a room above it"
        n = split(below[$1], all, " ")
        for (i = 1; i <= n; i++) print $1, all[i]
    }'
}

# "FILE ROOM LINE NAME" of each #include; NAME as it stands there, with its "" or <>.
includes() {
    grep -nE '^[[:space:]]*#[[:space:]]*include' "$@" | sed -E 's/^([^:]*):([0-9]*):.*include[[:space:]]*(["<][^">]*[">]).*/\1 \2 \3/'
}

@test "house: no file includes a higher room, as lib/README.md has the order" {
    may_include >"$tmp/order"
    grep -q '^view base$' "$tmp/order"
    {
        grep '^lib/README.md' "$tmp/order" || true
        for room in lib/*/; do
            room=$(basename "$room")
            grep -q "^$room $room$" "$tmp/order" || echo "lib/README.md: no line for the room $room"
        done
        includes lib/*/*.[ch] include/tagpipe/*.h | awk -v order="$tmp/order" '
        function room_of(path) {            # of a public header, by its name
            if (path ~ /^tagpipe\/(util|str|array|cli)\.h$/) return "base"
            if (path ~ /^tagpipe\/(stream|filter)\.h$/) return "stream"
            if (path ~ /^tagpipe\//) return "none"
            sub(/\/.*/, "", path)
            return path
        }
        BEGIN { while ((getline line <order) > 0) may[line] = 1 }
        {
            file = $1; sub(/^(lib|include)\//, "", file)
            name = substr($3, 2, length($3) - 2)
            ours = name ~ /^tagpipe\//
            if ($3 ~ /^</ && !ours) next                                    # of the system
            if ($3 ~ /^"/ && (ours || name !~ /^[a-z]+\/[a-z0-9_]+\.h$/))
                print $1 ":" $2 ": " $3 " is not ROOM/file.h, <tagpipe/...> or a header of the system"
            else if (!((room_of(file) " " room_of(name)) in may))
                print $1 ":" $2 ": " room_of(file) " may not include " $3
        }'
    } | none
}

@test "house: headers include one another without circles" {
    includes lib/*/*.h include/tagpipe/*.h | sed -nE 's|^lib/||; s|^include/||; s|^([^ ]*) [0-9]* ["<](.*/[^/]*)[">]$|\1 \2|p' >"$tmp/pairs"
    grep -q '^stream/filter.h ' "$tmp/pairs"
    run -0 --separate-stderr tsort "$tmp/pairs"
}

@test "house: each header compiles alone" {
    printf 'include Makefile\nhouse-flags:\n\t@:\n$(info $(TP_CFLAGS))\n' >"$tmp/flags.mk"
    eval "flags=($(env -u MAKEFLAGS -u MAKELEVEL make -s -f "$tmp/flags.mk" house-flags BUILD="$BUILD" CC="${CC:-gcc}"))"
    [ "${#flags[@]}" -gt 10 ]
    export compiler=${CC:-gcc} options="${flags[*]@Q}"
    alone() {
        eval "options=($options)"
        for header; do
            echo "#include \"$header\"" | $compiler "${options[@]}" -Itests -Werror -fsyntax-only -x c - || echo "$header does not compile alone"
        done
    }
    export -f alone
    printf '%s\n' lib/*/*.h include/tagpipe/*.h tests/*/*.h | sed -E 's|^(lib\|include\|tests)/||' |
        xargs -P "$(nproc)" -n 8 bash -c 'alone "$@"' alone 2>&1 | none
}

@test "house: public names of the library begin with their file's first word or their room" {
    for source in lib/*/*.c; do
        for object in "$BUILD/${source%.c}".o "$BUILD/${source%.c}".v[0-9].o; do
            nm --defined-only -g "$object" | sed -n "s|.* [A-Z] \([a-zA-Z].*\)|${source#lib/} \1|p"
        done
    done | sort -u >"$tmp/names"
    grep -q '^base/util.c util_die$' "$tmp/names"
    awk '{
        word = room = $1; sub(/\/.*/, "", room); sub(/.*\//, "", word); sub(/[_.].*/, "", word); sub(/s$/, "", word)
        if ($2 !~ "^(" room "|" word ")") print $1 ": " $2
    }' "$tmp/names" | none
}

# Functions, variables, tags, constants of enums and macros that a header declares, one a line.
declared() {
    awk '
    { text = text $0 "\n" }
    END {
        while (match(text, /\/\*([^*]|\*+[^*\/])*\*+\//)) text = substr(text, 1, RSTART - 1) " " substr(text, RSTART + RLENGTH)
        gsub(/\\\n/, " ", text)
        n = split(text, line, "\n"); text = ""
        for (i = 1; i <= n; i++)
            if (line[i] !~ /^ *#/) text = text line[i] " "
            else if (sub(/^ *# *define +/, "", line[i]) && match(line[i], /^[A-Za-z0-9_]+/)) print substr(line[i], 1, RLENGTH)
        while (match(text, /enum *[a-z_]* *\{[^{}]*\}/)) {
            body = substr(text, RSTART, RLENGTH)
            text = substr(text, 1, RSTART - 1) substr(body, 1, index(body, "{") - 1) substr(text, RSTART + RLENGTH)
            sub(/^[^{]*\{/, "", body); sub(/\}$/, "", body)
            n = split(body, line, ",")
            for (i = 1; i <= n; i++) if (match(line[i], /[A-Za-z0-9_]+/)) print substr(line[i], RSTART, RLENGTH)
        }
        while (gsub(/\{[^{}]*\}/, ";", text)) { }                       # bodies
        while (match(text, /\(\*[a-z0-9_]+\)/))                         # pointers to functions
            text = substr(text, 1, RSTART - 1) substr(text, RSTART + 2, RLENGTH - 3) substr(text, RSTART + RLENGTH)
        gsub(/__attribute__/, "", text)
        while (gsub(/\([^()]*\)/, "@", text)) { }                       # parameters
        n = split(text, line, ";")
        for (i = 1; i <= n; i++) {
            sub(/ *@.*/, "", line[i]); sub(/[^A-Za-z0-9_]+$/, "", line[i])
            if (match(line[i], /[A-Za-z0-9_]+$/)) print substr(line[i], RSTART, RLENGTH)
        }
    }' "$1" | grep -vx enum                                             # without a tag
}

@test "house: names in the public headers have their module's prefix" {
    prefix='(util|str|array|cli|msg|record|label_set|filter)'
    for header in include/tagpipe/*.h; do
        declared "$header" >"$tmp/declared"
        [ -s "$tmp/declared" ]
        grep -vE "^(${prefix}(_.*)?|${prefix^^}_.*|TAGPIPE_[A-Z]*_H)$" "$tmp/declared" | sed "s|^|$header: |"
    done | none
}

@test "house: no header is called like one of C or POSIX" {
    taken=' assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool
        stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
        aio cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen monetary mqueue ndbm netdb nl_types poll
        pthread pwd regex sched search semaphore spawn strings stropts syslog tar termios trace ulimit unistd utime utmpx wordexp '
    for header in lib/*/*.h include/tagpipe/*.h tests/*/*.h; do
        [[ " ${taken//$'\n'/ } " != *" $(basename "$header" .h) "* ]] || echo "$header"
    done | none
}

@test "house: each unit test is in the folder of a room" {
    for file in tests/*/test_*.c; do
        room=$(basename "$(dirname "$file")")
        [ -d "lib/$room" ] || echo "$file: lib/ has no room $room"
    done | none
    for folder in tests/*/; do
        folder=$(basename "$folder")
        [ -d "lib/$folder" ] || [[ " bench fuzz golden kept pipelines reference soak support tools whole " == *" $folder "* ]] || echo "tests/$folder"
    done | none
}

@test "lib/README.md: each function of the drawings is in the room that the line names" {
    drawn=$(sed -n 's/^ *| *\([a-z_]*\)() *\([a-z]*\) .*/\1 \2/p' "$ROOT/lib/README.md")
    [ "$(wc -l <<<"$drawn")" -ge 30 ]
    while read -r function room; do
        grep -qE "^[a-z].*[ *]$function\(" "$ROOT/lib/$room"/*.[ch] || { echo "$function is not in lib/$room"; false; }
    done <<<"$drawn"
}

@test "house: a main has at most 100 lines, a file of the library at most 400, a line at most 130 characters" {
    wc -l tools/*.c | awk '$2 != "total" && $1 > 100' | none
    wc -l lib/*/*.[ch] | awk '$2 != "total" && $1 > 400' | none
    awk 'length > 130 { print FILENAME ":" FNR }' include/tagpipe/*.h tools/*.c $(ls lib/*/*.[ch] | grep -v html_style) tests/*/*.[ch] | none
}
