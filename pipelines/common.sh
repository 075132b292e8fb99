# common.sh: what the scripts beside it share. They have set $usage (its text) and -euo pipefail; tools=none
# where the tools are not needed.
# shellcheck shell=bash
export LC_ALL=C.UTF-8      # the decimal point is a point
me=$(basename "$0")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The tools: where TAGPIPE_BIN says, those built in this source tree, those installed with these scripts, or those in PATH.
for place in "${TAGPIPE_BIN:-}" "$here/../build" "$here/../../../bin"; do
    if [ -n "$place" ] && [ -x "$place/conll2msg" ]; then
        PATH=$(cd "$place" && pwd):$PATH
        break
    fi
done

# A script that is stopped waits for its tools, then removes what it has not finished.
stopped=''      # what to say then
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP
stop() { [ -z "$stopped" ] || echo "$me: $stopped" >&2; exit "$1"; }

fail() { echo "$me: $1" >&2; exit 1; }
misused() { echo "$me: $1; try $me -h" >&2; exit 2; }
# For `case $option in`: what getopts reports of -h and of mistakes.
other_option() {
    case $1 in
        h) printf '%s' "${usage:?}"; exit 0 ;;
        :) misused "-$OPTARG needs a value" ;;
        *) misused "unknown option -$OPTARG" ;;
    esac
}
is_count() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || misused "$1 takes a whole number from 1 on, not '$2'"; }
readable() { if [ ! -f "$1" ] || [ ! -r "$1" ]; then fail "cannot read the file $1"; fi; }
a_model() { [ -f "$1/config.json" ] || fail "$1 is no model directory: it has no config.json"; }
# Weights of any kind: where there are some, bertinit takes them or says why it cannot.
has_weights() { compgen -G "$1/*.safetensors*" >/dev/null || compgen -G "$1/pytorch_model*" >/dev/null; }
is_stream() { head -c 64 "$1" | LC_ALL=C grep -qa msgstream; }
[ "${tools:-}" = none ] || command -v conll2msg >/dev/null ||
    fail "conll2msg is not in PATH; build it with make, or set TAGPIPE_BIN to where the tools are"

# How the tags of a field are scored: parts of speech are no spans.
scoring() { case $1 in *pos*) echo --tags ;; esac; }

# A number of a score file that seqeval --json wrote: json_number FILE KEY
json_number() { sed -n "s/.*\"$2\": *\\([-0-9.eE+]*\\).*/\\1/p" "$1" | head -n 1; }
