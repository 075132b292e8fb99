# options.sh: the command line of a script. Its options are those that $usage lists, in lines such as
#   -m, --model MODEL   model directory
#       --map A=B       other names of types
# and are understood as getopt_long understands them: -l64, -jw, --model=DIR, --mod DIR, before or after other arguments.
# shellcheck shell=bash
# This script as it was called; by tagpipe.sh, `tagpipe train`.
: "${usage:?}"
me=${TAGPIPE_AS:-$(basename "$0")}
unset TAGPIPE_AS

# A message is one line: what would act on a terminal (control characters, changes of direction) is shown as the tools show it.
not_harmless=$'[\x01-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]'
tell() {
    local text=$1 c code LC_ALL=C
    while [[ $text =~ $not_harmless ]]; do
        c=${BASH_REMATCH[0]}
        case $c in
            $'\n') code='\n' ;;
            $'\t') code='\t' ;;
            $'\r') code='\r' ;;
            ? | ??) LC_ALL=C.UTF-8 printf -v code '\\x%02x' "'$c" ;;
            *) LC_ALL=C.UTF-8 printf -v code '\\u%04x' "'$c" ;;
        esac
        text=${text//"$c"/"$code"}
    done
    echo "$me: $text" >&2
}
fail() { tell "$1"; exit 1; }
misused() {
    case $1 in *\?) tell "$1 Try $me -h" ;; *) tell "$1; try $me -h" ;; esac
    exit 2
}
is_count() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || misused "$1 takes a whole number from 1 on, not '$2'"; }
print_usage() {
    if [[ $me = *' '* ]]; then sed -E 's/\b([a-z-]+)\.sh\b/tagpipe \1/g'; else cat; fi <<<"${usage%$'\n'}"
}

declare -A long_of=() takes=()      # -m -> --model; --model -> MODEL, or nothing
list_options() {
    takes[--version]=''
    local line pattern='^  (   |-([A-Za-z]),) --([a-z-]+)( ([A-Z][^ ]*))?(  |$)'
    while IFS= read -r line; do
        [[ $line =~ $pattern ]] || continue
        takes[--${BASH_REMATCH[3]}]=${BASH_REMATCH[5]}
        [ -z "${BASH_REMATCH[2]}" ] || long_of[-${BASH_REMATCH[2]}]=--${BASH_REMATCH[3]}
    done <<<"$usage"
}
# The long options of the tools that the script runs are options of the script, too: a message of a tool names them. $runs has the
# tools; the first that has an option gets it, as do all of its element: of these one runs. They go into the array TOOL_options.
runs=() passed=()
declare -A tools_of=()              # --stride -> wptok
list_options_of_tools() {
    local group tool line name pattern='^  (   |-.,) --([a-z-]+)( ([^ ]+))?(  |$)'
    for group in "${runs[@]}"; do
        local -A new=()
        for tool in $group; do
            while IFS= read -r line; do
                if [[ ! $line =~ $pattern ]] || [ "${BASH_REMATCH[2]}" = progress ]; then continue; fi
                name=--${BASH_REMATCH[2]}
                [ -z "${takes[$name]+is}" ] || [ -n "${new[$name]:-}" ] || continue
                takes[$name]=${BASH_REMATCH[4]} new[$name]+=" $tool"
            done < <("$tool" --help)
        done
        for name in "${!new[@]}"; do tools_of[$name]=${new[$name]}; done
    done
    runs=()
}
# Dies if an option is for none of these tools.
check_passed() {                    # WHY-NOT TOOL...
    local name tool
    for name in "${passed[@]}"; do
        for tool in "${@:2}"; do [[ " ${tools_of[$name]} " != *" $tool "* ]] || continue 2; done
        tool=${tools_of[$name]# }
        misused "$name is an option of ${tool// / and }, and $1"
    done
}
pass_on() {                         # NAME VALUE
    local tool
    passed+=("$1")
    for tool in ${tools_of[$1]}; do
        local -n options_of_tool=${tool}_options
        options_of_tool+=("$1${takes[$1]:+=$2}")
    done
}
# Which of the names $1 is the beginning of; a name itself, before longer ones.
names_with() {                      # BEGINNING NAME...
    local name found=()
    for name in "${@:2}"; do
        if [ "$name" = "$1" ]; then found=("$name"); break; fi
        [[ $name != "$1"* ]] || found+=("$name")
    done
    printf '%s\n' "${found[@]}" | sort
}
# Sets $long to the name that $1 is the beginning of: among the names of the script, or else of its tools. A whole name comes first.
find_long() {
    local found
    found=$(names_with "$1" "${own[@]}")
    if [ "$found" != "$1" ]; then
        list_options_of_tools
        if [ -z "$found" ] || [ -n "${tools_of[$1]:-}" ]; then found=$(names_with "$1" "${!tools_of[@]}"); fi
    fi
    case $found in
        '') misused "unknown option $1" ;;
        *$'\n'*) misused "$1 is the beginning of more than one option: ${found//$'\n'/ }" ;;
        *) long=$found ;;
    esac
}
# Calls `option NAME VALUE`, a function of the script, for each option; $typed is what was typed. Sets the array operands to the
# other arguments, and the array more to what follows after --, if the usage mentions that.
# No command takes a path for an option: one that begins with a dash gets ./ before it.
operands=() more=()
is_path() { [[ $1 = @(MODEL|DATA|DIR|RUN|FILE) ]]; }
operand() { case $1 in -?*) operands+=("./$1") ;; *) operands+=("$1") ;; esac; }
read_options() {
    local long value own word
    list_options
    own=("${!takes[@]}")
    while [ $# -gt 0 ]; do
        typed=$1 value=''
        case $1 in
            --)
                # shellcheck disable=SC2034
                if [[ $usage = *'[-- '* ]]; then more=("${@:2}"); else for word in "${@:2}"; do operand "$word"; done; fi
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
                operand "$1"
                shift
                continue ;;
        esac
        shift
        if [[ $value = -* ]] && is_path "${takes[$long]}"; then value=./$value; fi
        case $long in
            --help) print_usage; exit 0 ;;
            --version) conll2msg --version | sed "1s/^conll2msg/${me//\//}/"; exit 0 ;;
            *) if [ -n "${tools_of[$long]:-}" ]; then pass_on "$long" "$value"; else option "${long#--}" "$value"; fi ;;
        esac
    done
}
