# common.sh: what the scripts in this folder share. A script sets -euo pipefail and $usage (its text, options.sh) first, and
# tools=none if it does not need the tools.
# shellcheck shell=bash
export LC_ALL=C.UTF-8      # decimal numbers have a point
unset CDPATH
shopt -s extglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=pipelines/options.sh
source "$here/options.sh"

# Which tools: those in TAGPIPE_BIN, those built in this source tree, those installed with these scripts, or those in PATH.
for place in "${TAGPIPE_BIN:-}" "$here/../build" "$here/../../../bin"; do
    if [ -n "$place" ] && [ -x "$place/conll2msg" ]; then
        place=$(cd -- "$place" && pwd)
        [[ $place != *:* ]] || fail "the tools are in $place: PATH cannot have a folder with a colon"
        PATH=$place:$PATH
        break
    fi
done

# A script that is stopped waits for its tools, then removes its unfinished files.
stopped=''      # the message for this case
on_interrupt=$'stop 130\n)'     # bash 5.2 may run it in the state of a $(...) that it interrupts; there the ) ends the text
# shellcheck disable=SC2064
trap "$on_interrupt" INT
trap 'stop 143' TERM
trap 'stop 129' HUP
stop() { [ -z "$stopped" ] || tell "$stopped"; exit "$1"; }

readable() { if [ ! -f "$1" ] || [ ! -r "$1" ]; then fail "cannot read the file $1"; fi; }
a_model() {
    [ -e "$1" ] || fail "there is no $1"
    [ -f "$1/config.json" ] || fail "$1 is not a model directory: it has no config.json"
}
# The model directory is in $model. A run of train.sh stands for its best model.
find_model() {
    if [ ! -f "$model/config.json" ] && [ -f "$model/best/config.json" ]; then model+=/best; fi
    a_model "$model"
}
# Whether one of these is there: what a pattern of the shell found, as in: any "$run"/epoch-*. Only the pattern is without quotes,
# so that no character of a user's name is one.
any() {
    local file
    for file; do if [ -e "$file" ] || [ -L "$file" ]; then return; fi; done
    return 1
}
# Weights of any kind: if there are some, bertinit reads them or reports why it cannot.
has_weights() { any "$1"/*.safetensors* "$1"/pytorch_model*; }
is_stream() { [ -f "$1" ] && head -c 64 -- "$1" | LC_ALL=C grep -qa msgstream; }
has_pieces() { [ "$(head -c 65536 -- "$1" | LC_ALL=C grep -ac input_ids)" != 0 ]; }

# Folders for unfinished files; they are removed at the end.
temporary=()
trap 'rm -rf "${temporary[@]}"' EXIT
make_folder() { [ -d "$1" ] || mkdir -p -- "$1" 2>/dev/null || fail "cannot make the folder $1"; }
# A path that neither test nor awk can take for something else.
plain() { case $1 in /*) plain=$1 ;; *) plain=./$1 ;; esac; }
# shellcheck disable=SC2034
folder_of() { case $1 in */*) folder=${1%/*}/ ;; *) folder=. ;; esac; }        # FILE: sets $folder; $(dirname) would lose newlines
# Locks an open folder for as long as this script, or a tool that it has started, lives. Status 1: somebody else has locked it;
# 2: it cannot be locked here.
lock() {                # FD
    local status=2
    if command -v flock >/dev/null; then
        flock -n "$1" 2>/dev/null && status=0 || status=$?
    elif command -v perl >/dev/null; then           # macOS, OpenBSD
        # shellcheck disable=SC2016
        perl -e 'use Fcntl ":flock"; open F, "<&=", shift or exit 2; flock(F, LOCK_EX | LOCK_NB) or exit($!{EWOULDBLOCK} ? 1 : 2)' \
            "$1" 2>/dev/null && status=0 || status=$?
    fi
    [ "$status" -le 1 ] || status=2
    return "$status"
}
# Locks the folder of a training for this script and what it starts. The tools inherit the lock: it is free when all of them have
# ended. If train.sh was killed, they live on; trainstep is told to save then. A number that another process has by now is not taken
# for that of the script or of trainstep. A script that starts train.sh passes its lock on.
is_alive() { [[ "$(ps -o state= -o args= -p "$1" 2>/dev/null)" = [!Z]*"$2"* ]]; }       # PROCESS NAME
lock_run() {            # RUN
    local run=$1 status=0 script='' trainer='' tries
    if [ -z "${TAGPIPE_LOCK:-}" ] || ! [ "/dev/fd/$TAGPIPE_LOCK" -ef "$run" ]; then
        exec {TAGPIPE_LOCK}<"$run"
        export TAGPIPE_LOCK
    fi
    lock "$TAGPIPE_LOCK" || status=$?
    case $status in
        0) return ;;
        2) tell "two train.sh in $run at a time would not be noticed: it cannot be locked (flock)"; return ;;
    esac
    read -r script trainer 2>/dev/null <"$run/.work/processes" || true
    if [ -z "$script" ] || is_alive "$script" train.sh; then
        fail "$run is in use: another train.sh trains there${script:+ (process $script)}"
    fi
    if [ -n "$trainer" ] && is_alive "$trainer" trainstep; then
        kill "$trainer" 2>/dev/null || true
    else
        trainer=''
    fi
    for ((tries = 0; tries < 300; tries++)); do
        sleep 0.1
        ! lock "$TAGPIPE_LOCK" || return 0
    done
    fail "$run is in use: a tool of a train.sh that was killed still runs${trainer:+ (trainstep, process $trainer)}; stop it first"
}
# The folder is locked. One that nobody has locked is of a script that was killed, and is removed.
work_in() {             # DIR: sets $work to a new folder in it
    local plain old fd status
    [ -d "$1" ] || fail "there is no folder $1"
    plain "$1"
    for old in "${plain%/}"/.tagpipe.work-??????; do
        if [ -d "$old" ] && [ ! -L "$old" ] && [ -O "$old" ] && { exec {fd}<"$old"; } 2>/dev/null; then
            ! lock "$fd" || rm -rf "$old"
            exec {fd}<&-
        fi
    done
    for old in 1 2 3; do                            # again if another script took it for an old one
        work=$(mktemp -d "${plain%/}/.tagpipe.work-XXXXXX" 2>/dev/null) || fail "cannot write into the folder $1"
        if { exec {fd}<"$work"; } 2>/dev/null; then
            status=0
            lock "$fd" || status=$?
            if [ "$status" -ne 1 ] && [ -d "$work" ]; then break; fi
        fi
    done
    temporary+=("$work")
}
# A finished file goes where the user wants it: a file is replaced in one move; a pipe, a device or a link is written.
is_replaced() { [ ! -L "$1" ] && { [ ! -e "$1" ] || [ -f "$1" ]; }; }
deliver() {             # FINISHED OUTPUT
    if is_replaced "$2"; then mv -- "$1" "$2"; else cat -- "$1" >"$2" || fail "cannot write $2"; fi
}

# What can be read only once (<(...), -, /dev/stdin) is copied. Sets $file to what is to be read in place of FILE.
keep() {                # FILE
    file=$1
    [ "$file" != - ] || file=/dev/stdin
    if [ ! -e "$file" ] || [ ! -r "$file" ]; then fail "cannot read the file $1"; fi
    if [ -d "$file" ] || { [ -f "$file" ] && [[ $file != /dev/* ]]; }; then return; fi
    local work copy
    work_in "${TMPDIR:-/tmp}"
    copy=$work/${file##*/}
    cat -- "$file" >"$copy"
    if [ ! -s "$copy" ] && [ -p "$file" ]; then exit 1; fi     # who writes into the pipe has failed, and has said why
    [ -s "$copy" ] || fail "standard input is empty"
    file=$copy
}

# An object with a key, spaCy's pair of a text and an object, or an array of these; with $1 the text goes on after what is looked at.
looks_like_json() {
    [ "$(tr -d '\0 \t\r\n\357\273\277' | LC_ALL=C grep -acE '^\[?(\{"([^"\\]|\\.)*":|\["([^"\\]|\\.)*(",\{'"${1:+|\$}))" || true)" != 0 ]
}
# A wrong option of a tool stops the script before the tools run, with the tool's message and status.
check_options() {       # TOOL...: their options are in TOOL_options
    local tool
    for tool; do
        local -n given=${tool}_options
        "$tool" "${given[@]}" --help >/dev/null
    done
}
# What a labelled corpus is.
kind_of() {             # FILE
    local cut=''
    if [ -d "$1" ] || [[ $1 = *.ann ]]; then echo brat; return; fi
    if is_stream "$1"; then echo 'a stream'; return; fi
    [ "$(wc -c <"$1")" -le 1000000 ] || cut=yes
    if head -c 1000000 -- "$1" | looks_like_json $cut; then echo JSON; else echo columns; fi
}
# A labelled corpus as a stream of sentences. The script's options -c, -i and -s are in $columns (of JSON: new names of fields),
# $layout and $scheme, -f in $field; $labels has the label set.
columns='' layout='' scheme='' labels=()
conll2msg_options=() json2msg_options=() brat2msg_options=() maplbl_options=()
reader_of() {           # FILE
    case $(kind_of "$1") in
        brat) echo brat2msg ;;
        JSON) echo json2msg ;;
        'a stream') echo cat ;;
        *) echo conll2msg ;;
    esac
}
check_corpus() {        # FILE FIRST-FILE TOOL...
    local kind first
    kind=$(kind_of "$1") first=$(kind_of "$2")
    [ "$kind" = "$first" ] || fail "$1 has $kind, and $2 has $first; all files are of one kind"
    [ "$kind" = columns ] || [ -z "$scheme$layout" ] || misused "-s and -i are for files of columns, and $1 has $kind"
    [ "$kind" != 'a stream' ] || [ -z "$columns${labels[*]}" ] || misused "-c and -L are for other files, and $1 is a stream already"
    check_passed "$1 has $kind" "$(reader_of "$1")" "${@:3}"
}
read_corpus() {         # FILE...
    case $(reader_of "$1") in
        brat2msg) brat2msg "${labels[@]}" "${brat2msg_options[@]}" -- "$@" ;;
        json2msg) json2msg ${columns:+--rename "$columns"} "${labels[@]}" "${json2msg_options[@]}" -- "$@" ;;
        cat) cat -- "$@" ;;
        *) conll2msg ${columns:+--columns "$columns"} ${layout:+--format "$layout"} ${scheme:+--from "$scheme" --repair} \
            "${labels[@]}" "${conll2msg_options[@]}" -- "$@" ;;
    esac
}
# The same with --map and --scheme done.
read_mapped() {         # FILE...
    if [ ${#maplbl_options[@]} -eq 0 ]; then read_corpus "$@"; return; fi
    # shellcheck disable=SC2154     # a script sets it
    read_corpus "$@" | maplbl --field "$field" "${maplbl_options[@]}"
}
[ "${tools:-}" = none ] || command -v conll2msg >/dev/null ||
    fail "conll2msg is not in PATH; build it with make, or set TAGPIPE_BIN to the folder of the tools"

# A number in a score file that seqeval --json wrote: json_number FILE KEY
json_number() { sed -n "s/.*\"$2\": *\\([-0-9.eE+]*\\).*/\\1/p" "$1" | head -n 1; }
