#!/usr/bin/env bash
# fetch-model.sh: downloads a model of the Hugging Face hub into a directory, over the plain HTTP paths of the hub.
set -euo pipefail
usage='usage: fetch-model.sh [-r REVISION] [-u] NAME DIR

Downloads configuration, tokenizer and weights of a model. NAME is for example bert-base-cased or dslim/bert-base-NER. Weights
are model.safetensors. If the model has none, they come from the pull request in which the hub has converted the same
pytorch_model.bin; or the files that it has (pytorch_model.bin, or several files with an index) are converted here, as they are
(bertinit --convert).

The size and the hash of each file are compared with those of the hub, and no more than this size is read. A file for which the
hub gives none is an error: it may be a page of a proxy. DIR appears when all files are complete; until then DIR.part has the
parts, and the same command continues the download. DIR/SOURCE has the name of the model, the commit and the hash of each file
(check them with: sha256sum -c SOURCE); a DIR with the same model is not downloaded again.

  -r, --revision REVISION  branch, tag or commit (main)
  -u, --unhashed           take files for which the server gives no hash, or no size; only their form is checked then
  -h, --help               this text
Environment: HF_ENDPOINT, address of the hub (https://huggingface.co); HF_TOKEN, for private and gated models.
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

revision=main unhashed=''
option() {              # NAME VALUE
    case $1 in
        revision) revision=$2 ;;
        unhashed) unhashed=yes ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 2 ] || misused "give the name of a model and a directory"
name=$1 dir=${2%%+(/)} endpoint=${HF_ENDPOINT:-https://huggingface.co}
part=$dir.part endpoint=${endpoint%%+(/)}
word='[A-Za-z0-9][A-Za-z0-9._-]*'
[[ $name =~ ^$word(/$word)?$ ]] || misused "'$name' is not the name of a model; give NAME or OWNER/NAME"
[[ $revision =~ ^[A-Za-z0-9._/-]+$ ]] || misused "'$revision' is not a revision"
[[ $endpoint =~ ^https?://[^/]+ ]] || fail "HF_ENDPOINT is '$endpoint', no address that begins with https:// or http://"
[[ $endpoint != *[[:space:]]* ]] || fail "HF_ENDPOINT is '$endpoint', with a blank"
[[ ${HF_TOKEN:-} =~ ^[!-~]*$ && ${HF_TOKEN:-} != *[\"\\]* ]] || fail "HF_TOKEN has signs that no token has"
[[ $dir = *[!/]* && ! $dir =~ (^|/)\.\.?$ ]] || misused "'$2' is not the name of a new directory"
for program in curl jq; do
    command -v $program >/dev/null || fail "$program is not in PATH; on Debian: apt-get install $program"
done

if [ -e "$dir/SOURCE" ]; then
    read -r _ its_name its_revision its_commit <"$dir/SOURCE" || fail "$dir/SOURCE is damaged; remove $dir and fetch it again"
    [ "$its_name $its_revision" = "$name $revision" ] ||
        fail "$dir has $its_name, revision $its_revision, already; choose another directory"
    (cd "$dir" && sha256sum --check --quiet SOURCE >&2) || fail "$dir is damaged; remove it and fetch it again"
    echo "$dir has $name ($its_commit) already"
    exit 0
fi
[ ! -e "$dir" ] || rmdir "$dir" 2>/dev/null || fail "$dir is there already; choose another directory"
make_folder "$part"
status=0
exec {fd}<"$part"
lock "$fd" || status=$?
[ "$status" -ne 1 ] || fail "$part is in use: another fetch-model.sh, or a curl of one that was killed, downloads there"
headers=$part/.headers
trap 'rm -f "$headers"; rmdir "$part" 2>/dev/null || true' EXIT

# Sets $answer to a header of the last answer, or to nothing.
header() {              # NAME
    local line name=${1,,}
    answer=''
    while IFS= read -r line; do
        [[ ${line,,} != "$name":* ]] || { line=${line%$'\r'} line=${line#*:}; answer=${line#"${line%%[! ]*}"}; }
    done <"$headers"
}
# The token goes only to the hub, and never onto a command line, where others could read it.
token() { [ -z "${HF_TOKEN:-}" ] || [[ $1 != "$endpoint"/* ]] || printf 'header = "Authorization: Bearer %s"\n' "$HF_TOKEN"; }
size_of() { if [ -e "$1" ]; then stat -c %s "$1"; else echo 0; fi; }

# Sets $wait to how long the hub asks us to wait: seconds, or a date.
retry_after() {
    header retry-after
    case $answer in
        '') wait=$1 ;;
        *[!0-9]*) wait=$(($(date -d "$answer" +%s 2>/dev/null || date +%s) - $(date +%s))) wait=$((wait > 0 ? wait : 0)) ;;
        ????????*) wait=99999999 ;;
        *) wait=$((10#$answer)) ;;
    esac
}

# request URL [-o FILE MOST]: the headers of a file, or the rest of it after the bytes that FILE already has; FILE gets at most MOST
# bytes and some 2000 more. Sets $code to the status, and $onward to the address of a redirection. Asks again if the connection
# breaks or the hub is busy; not if the answer would be the same.
answered=''
request() {
    local url=$1 file=${3:-} most=${4:-0} how=(--head --output /dev/null) tries=0 failed before now wait why
    if [ -n "$file" ]; then
        how=(--fail --location --max-redirs 6 --continue-at - --output "$file")
        if [ -t 2 ]; then how+=(--progress-bar --no-silent); fi
    fi
    while true; do
        failed=0 before=$(size_of "${file:-/dev/null}")
        : >"$headers"
        { read -r code onward && read -r why; } < <(
            trap '' XFSZ                            # else curl would die without a word
            [ "$most" -eq 0 ] || ulimit -f $((most / 1024 + 2))
            curl --silent --globoff --proto-redir '=http,https' --config <(token "$url") --proto '=http,https' --connect-timeout 20 --speed-limit 1 --speed-time 60 \
                --dump-header "$headers" --write-out '%{http_code} %{redirect_url}\n%{exitcode} %{errormsg}\n' \
                "${how[@]}" "$url" || true) || true
        failed=${why%% *} why=${why#* } now=$(size_of "${file:-/dev/null}")
        case $failed/$code in
            0/[23]??) answered=yes; return ;;
            */429 | */408 | */50[0234]) why="the hub answers $code"; retry_after $((1 << tries)) ;;
            */416) [ -n "$file" ] && [ "$before" -gt 0 ] || return 0; rm -f "$file"; wait=0 why="the part is longer than the file" ;;
            0/* | 22/* | */4?? | */5??) return ;;
            33/*) rm -f "$file"; wait=0 why="the server sends no parts of files, so all of it" ;;
            23/* | 63/*)
                [ "$now" -le "$most" ] || { rm -f "$file"; fail "$url: the server sends more than the $most bytes that were announced"; }
                fail "$url: $why" ;;
            [13]/* | 47/* | 60/*) fail "$url: $why" ;;
            *) [ -n "$answered" ] || fail "cannot reach $endpoint: $why"; wait=$((1 << tries)) ;;
        esac
        # A thousandth of the file is progress; a server that sends a byte each time is not asked for ever.
        if [ $(((now - before) * 1000)) -gt "$most" ]; then tries=0 wait=0; fi
        [ "$wait" -le 900 ] || fail "$url: $why, and asks to come back in $wait seconds"
        [ "$tries" -lt 6 ] || fail "$url: $why; the same command continues from here later"
        tries=$((tries + 1))
        tell "${url##*/}: $why; again$([ "$wait" -eq 0 ] || echo " in $wait s")"
        sleep "$wait"
    done
}

# Sets $size and $hash to those that the hub gives for a file; for a link, those of its target. The hash is a sha256, or the sha1
# of git for small files. $from: the commit of the file.
look() {                # FILE [REVISION]
    local hop at=${2:-${commit:-$revision}}
    url=$endpoint/$name/resolve/${at//\//%2F}/$1
    for hop in 1 2 3 4 5 6; do
        request "$url"
        header x-linked-etag; hash=$answer
        header x-linked-size; size=$answer
        header x-repo-commit; from=$answer
        [[ $from =~ ^[0-9a-f]{40}$ ]] || from=''
        commit=${commit:-$from}
        if [[ $code != 3?? ]] || [ -n "$hash" ]; then break; fi
        if [ "$hop" -eq 6 ] || [ -z "$onward" ]; then fail "$url: too many redirections"; fi
        url=$onward
    done
    header etag; hash=${hash:-$answer}
    header content-length; size=${size:-$answer}
    hash=${hash#W/} hash=${hash//\"/}
    [[ $hash =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || hash=''
    if [[ $size =~ ^[0-9]{1,15}$ ]]; then size=$((10#$size)); else size=''; fi
    case $code in
        [23]??) ;;
        401) fail "$name: $(if [ -n "${HF_TOKEN:-}" ]; then echo "the hub does not take HF_TOKEN, or has no such model"
            else echo "the hub has no such model, or a private one: then set HF_TOKEN"; fi) (401)" ;;
        403) fail "$name: no access: ask for it at $endpoint/$name, and set HF_TOKEN (403)" ;;
        404)
            header x-error-code
            case $answer in
                RepoNotFound) fail "the hub has no model $name (404)" ;;
                RevisionNotFound) [ -n "${2:-}" ] || fail "$name has no revision $revision (404)" ;;
            esac ;;
        *) header x-error-message; fail "$url: the hub answers $code $answer" ;;
    esac
}

# check FILE NAME: prints what is wrong with it.
check() {
    local is
    if [ -n "$size" ] && [ "$(size_of "$1")" -ne "$size" ]; then
        echo "$2: $(size_of "$1") bytes, the hub says $size"
        return
    fi
    case ${#hash} in
        64) is=$(sha256sum <"$1") ;;
        40) is=$({ printf 'blob %s\0' "$(size_of "$1")"; cat "$1"; } | sha1sum) ;;
        *) tell "$2: the hub gives no hash that could be checked${size:+, only a size}"; is= ;;
    esac
    [ "${is%% *}" = "$hash" ] || { echo "$2: hash ${is%% *}, the hub says $hash"; return; }
    check_form "$@"
}
# check_form FILE NAME: prints it if the file cannot be what its name says, whatever its hash is.
check_form() {
    [ -s "$1" ] || { echo "$2 is empty"; return; }
    case $2 in
        *.json) jq -es 'length == 1 and (.[0] | type == "object")' "$1" >/dev/null 2>&1 || echo "$2 is not an object of JSON" ;;
        *.safetensors) [ "$(head -c 9 "$1" | tail -c 1 | tr -d '\0')" = '{' ] || echo "$2 is not a file of safetensors" ;;
        *) ! head -c 200 "$1" | LC_ALL=C grep -aqiE '^[[:space:]]*<(!doctype|html|head|\?xml)' || echo "$2 is a page, not a file of a model" ;;
    esac
}

# Downloads a file into $part; false if the hub does not have it.
fetch() {               # FILE [REVISION]
    local to=$part/$1 wrong had most room
    look "$@"
    [ "$code" != 404 ] || return 1
    [ ! -e "$to" ] || return 0                  # an earlier run has checked it
    if [ -z "$hash" ] || [ -z "$size" ]; then
        wrong="hash"
        [ -z "$hash" ] || wrong="size"
        [ -n "$unhashed" ] || fail "$1: $endpoint gives no $wrong to check it by; is it a hub, and no page for a login? -u takes such files"
    fi
    most=${size:-$text_most}
    [[ $1 = *.safetensors || $1 = *.bin ]] || [ "$most" -le "$text_most" ] || fail "$1: $size bytes are too many for such a file"
    room=$(df -Pk "$part" 2>/dev/null | awk 'NR == 2 { print $4 }') || true
    [[ ! $room =~ ^[0-9]+$ ]] || [ $((most / 1024)) -le $((room + $(size_of "$to.part") / 1024)) ] || [ -z "$size" ] ||
        fail "$1: it has $size bytes, and $part has room for $room KiB"
    while true; do
        [ -n "$size" ] || rm -f "$to.part"      # without a size nobody knows whether it is complete
        : >>"$to.part"
        had=$(size_of "$to.part")
        [ -z "$size" ] || [ "$had" -le "$size" ] || { : >"$to.part"; had=0; }
        [ "$had" = "$size" ] || request "$url" -o "$to.part" "$most"
        [[ $code = [23]?? ]] || fail "$url: the hub answers $code"
        wrong=$(check "$to.part" "$1")
        if [ -z "$wrong" ]; then
            mv "$to.part" "$to"
            return
        fi
        rm "$to.part"
        [ "$had" -gt 0 ] || fail "$wrong; it was removed: try again"    # else the part may have been of another file
    done
}

text_most=268435456     # bytes of a file that is not of weights
commit=''
look config.json
if [ "$(cat "$part/commit" 2>/dev/null)" != "$name $commit" ]; then
    rm -rf "${part:?}"/* "$part/.new" "$part/.discussions"
    echo "$name $commit" >"$part/commit"
fi
fetch config.json || fail "$name has no config.json (404)"
# The tools know which architectures they take. Without them nobody asks.
why=$(conll2msg --labels-from "$part" <<<'' 2>&1 >/dev/null || true)
[[ $why != *'config.json: "model_type" is '* ]] || fail "$name: ${why#*/config.json: }"
for file in tokenizer.json tokenizer_config.json vocab.txt vocab.json merges.txt sentencepiece.bpe.model \
    special_tokens_map.json added_tokens.json; do
    fetch "$file" || true
done
[ -e "$part/tokenizer.json" ] || [ -e "$part/vocab.txt" ] || [ -e "$part/vocab.json" ] || [ -e "$part/sentencepiece.bpe.model" ] ||
    fail "$name has no tokenizer: neither tokenizer.json nor vocab.txt, vocab.json or sentencepiece.bpe.model"

# Prints the number of the open pull request in which the hub's bot has converted the model.
pull_request() {
    local discussions=$part/.discussions
    rm -f "$discussions"
    request "$endpoint/api/models/$name/discussions?type=pull_request&status=open&author=SFconvertbot" -o "$discussions" 16000000
    # shellcheck disable=SC2016     # the hub's bot writes these signs
    [[ $code != 2?? ]] || jq -r 'first(.discussions[] | select(.isPullRequest and .status == "open" and .author.name == "SFconvertbot"
        and .title == "Adding `safetensors` variant of this model") | .num | select(type == "number" and . > 0 and . == floor))' \
        "$discussions" 2>/dev/null || true
    rm -f "$discussions"
}
# The conversion of this pytorch_model.bin, not of an earlier one.
fetch_converted() {
    local bin number
    look pytorch_model.bin
    [ "$code" != 404 ] || return 1
    bin=$hash number=$(pull_request)
    [ -n "$number" ] || return 1
    look pytorch_model.bin "refs/pr/$number"
    if [[ $code = 404 || $hash != "$bin" || ${#hash} -lt 40 ]]; then return 1; fi
    fetch model.safetensors "${from:-refs/pr/$number}" || return 1
    origin="refs/pr/$number $from, converted by the hub from pytorch_model.bin $bin"
}
# Weights in other files become model.safetensors.
convert() {             # FILE...
    local said made=$part/.new
    rm -rf "$made"
    said=$(bertinit --convert --from "$part" --output "$made" 2>&1 >/dev/null) || { said=${said##*$'\n'}; fail "$name: ${said#*: }"; }
    mv "$made/model.safetensors" "$part"
    (cd "$part" && rm -f -- "$@")
    origin="converted here from $*"
    rm -rf "$made"
}
fetch_other() {
    local file index files part_file
    command -v bertinit >/dev/null ||
        fail "$name has no model.safetensors, and bertinit, which converts, is not there; build it, or set TAGPIPE_BIN"
    for file in model.safetensors pytorch_model.bin; do
        [ "$file" = model.safetensors ] || ! fetch "$file" || { convert "$file"; return; }
        index=$file.index.json
        fetch "$index" || continue
        # Names in JSON: a newline in one would be \n.
        mapfile -t files < <(jq -c '.weight_map | if type == "object" then [.[] | tostring] | unique[] else empty end' "$part/$index")
        [ ${#files[@]} -gt 0 ] || fail "$name: $index names no files"
        for part_file in "${files[@]}"; do
            [[ $part_file =~ ^\"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(safetensors|bin)\"$ ]] ||
                fail "$name: $index names $part_file, which is not a file of weights beside it"
        done
        files=("${files[@]//\"/}")
        for part_file in "${files[@]}"; do
            fetch "$part_file" || fail "$name: $index names $part_file, which the hub does not have (404)"
        done
        convert "$index" "${files[@]}"
        return
    done
    fail "$name has no weights that can be read: neither model.safetensors nor pytorch_model.bin"
}
origin=''
fetch model.safetensors || fetch_converted || fetch_other
rm -f "$headers" "$part/SOURCE"
sums=$(cd -- "$part" && sha256sum -- !(commit))
{
    echo "# $name $revision ${commit:--}"
    [ -z "$origin" ] || echo "# weights: $origin"
    echo "$sums"
} >"$part/.source"
mv "$part/.source" "$part/SOURCE"
rm "$part/commit"
mv -T "$part" "$dir"
echo "$dir has $name (${commit:-the hub names no commit})"
