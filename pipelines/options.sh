# options.sh: the command line of a script. Its options are those that $usage lists, in lines such as
#   -m, --model MODEL   model directory
#       --map A=B       other names of types
# and are understood as getopt_long understands them: -l64, -jw, --model=DIR, --mod DIR, before or after other arguments.
# shellcheck shell=bash
# This script as it was called; by tagpipe.sh, `tagpipe train`.
: "${usage:?}"
me=${TAGPIPE_AS:-$(basename "$0")}
unset TAGPIPE_AS

fail() { echo "$me: $1" >&2; exit 1; }
misused() { echo "$me: $1; try $me -h" >&2; exit 2; }
is_count() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || misused "$1 takes a whole number from 1 on, not '$2'"; }
print_usage() {
    if [[ $me = *' '* ]]; then sed -E 's/\b([a-z-]+)\.sh\b/tagpipe \1/g'; else cat; fi <<<"${usage%$'\n'}"
}

declare -A long_of=() takes=()      # -m -> --model; --model -> MODEL, or nothing
list_options() {
    takes[--version]=''
    local line pattern='^  (  |-([A-Za-z]),) --([a-z-]+)( ([A-Z][^ ]*))?(  |$)'
    while IFS= read -r line; do
        [[ $line =~ $pattern ]] || continue
        takes[--${BASH_REMATCH[3]}]=${BASH_REMATCH[5]}
        [ -z "${BASH_REMATCH[2]}" ] || long_of[-${BASH_REMATCH[2]}]=--${BASH_REMATCH[3]}
    done <<<"$usage"
}
# Sets $long to the name that $1 is the beginning of.
find_long() {
    local name found=()
    for name in "${!takes[@]}"; do
        if [ "$name" = "$1" ]; then found=("$name"); break; fi
        [[ $name != "$1"* ]] || found+=("$name")
    done
    case ${#found[@]} in
        1) long=${found[0]} ;;
        0) misused "unknown option $1" ;;
        *) misused "$1 is the beginning of more than one option: $(printf '%s\n' "${found[@]}" | sort | paste -sd " ")" ;;
    esac
}
# Calls `option NAME VALUE`, a function of the script, for each option; $typed is what was typed. Sets the array operands to the
# other arguments, and the array more to what follows after --, if the usage mentions that.
operands=() more=()
read_options() {
    local long value
    list_options
    while [ $# -gt 0 ]; do
        typed=$1 value=''
        case $1 in
            --)
                # shellcheck disable=SC2034
                if [[ $usage = *'[-- '* ]]; then more=("${@:2}"); else operands+=("${@:2}"); fi
                return ;;
            --*)
                typed=${1%%=*}
                find_long "$typed"
                if [[ $1 = *=* ]]; then
                    [ -n "${takes[$long]}" ] || misused "$typed takes no value"
                    value=${1#*=}
                elif [ -n "${takes[$long]}" ]; then
                    [ $# -ge 2 ] || misused "$typed needs a value"
                    value=$2
                    shift
                fi ;;
            -?*)
                typed=${1:0:2}
                long=${long_of[$typed]:-}
                [ -n "$long" ] || misused "unknown option $typed"
                if [ -z "${takes[$long]}" ]; then
                    [ ${#1} -eq 2 ] || set -- "$1" "-${1:2}" "${@:2}"      # -jw is -j -w
                elif [ ${#1} -gt 2 ]; then
                    value=${1:2}
                else
                    [ $# -ge 2 ] || misused "$typed needs a value"
                    value=$2
                    shift
                fi ;;
            *)
                operands+=("$1")
                shift
                continue ;;
        esac
        shift
        case $long in
            --help) print_usage; exit 0 ;;
            --version) conll2msg --version | sed "s/^conll2msg/$me/"; exit 0 ;;
            *) option "${long#--}" "$value" ;;
        esac
    done
}
