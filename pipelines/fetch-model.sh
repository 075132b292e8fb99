#!/usr/bin/env bash
# fetch-model.sh: downloads a model of the Hugging Face hub into a directory, over the plain HTTP paths of the hub.
set -euo pipefail
usage='usage: fetch-model.sh [-r REVISION] NAME DIR

Downloads configuration, tokenizer and weights of a model. NAME is for example bert-base-cased or dslim/bert-base-NER. Weights
are model.safetensors. If the model has none, they come from the pull request in which the hub has converted the same
pytorch_model.bin; or the files that it has (pytorch_model.bin, or several files with an index) are converted here, as they are
(bertinit --convert).

The size and the hash of each file are compared with those of the hub. DIR appears when all files are
complete; until then DIR.part has the parts, and the same command continues the download. DIR/SOURCE has the name of the model,
the commit and the hash of each file (check them with: sha256sum -c SOURCE); a DIR with the same model is not downloaded again.

  -r, --revision REVISION  branch, tag or commit (main)
  -h, --help               this text
Environment: HF_ENDPOINT, address of the hub (https://huggingface.co); HF_TOKEN, for private and gated models.
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

revision=main
option() {              # NAME VALUE
    case $1 in
        revision) revision=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 2 ] || misused "give the name of a model and a directory"
name=$1 dir=${2%/} part=${2%/}.part endpoint=${HF_ENDPOINT:-https://huggingface.co}
endpoint=${endpoint%/}
word='[A-Za-z0-9][A-Za-z0-9._-]*'
[[ $name =~ ^$word(/$word)?$ ]] || misused "'$name' is not the name of a model; give NAME or OWNER/NAME"
[[ $revision =~ ^[A-Za-z0-9._/-]+$ ]] || misused "'$revision' is not a revision"
[[ $endpoint =~ ^https?://[^/]+ ]] || fail "HF_ENDPOINT is '$endpoint', no address that begins with https:// or http://"
command -v curl >/dev/null || fail "curl is not in PATH; on Debian: apt-get install curl"

if [ -e "$dir/SOURCE" ]; then
    read -r _ its_name its_revision its_commit <"$dir/SOURCE"
    [ "$its_name $its_revision" = "$name $revision" ] ||
        fail "$dir has $its_name, revision $its_revision, already; choose another directory"
    (cd "$dir" && sha256sum --check --quiet SOURCE >&2) || fail "$dir is damaged; remove it and fetch it again"
    echo "$dir has $name ($its_commit) already"
    exit 0
fi
[ ! -e "$dir" ] || rmdir "$dir" 2>/dev/null || fail "$dir is there already; choose another directory"
make_folder "$part"
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
        *) wait=$answer ;;
    esac
}

# request URL [-o FILE]: the headers of a file, or the rest of it after the bytes that FILE already has. Sets $code to the status,
# and $onward to the address of a redirection. Asks again if the connection breaks or the hub is busy.
answered=''
request() {
    local url=$1 file=${3:-} how=(--head --output /dev/null) tries=0 failed before wait why
    if [ -n "$file" ]; then
        how=(--fail --location --continue-at - --output "$file")
        if [ -t 2 ]; then how+=(--progress-bar --no-silent); fi
    fi
    while true; do
        failed=0 before=$(size_of "${file:-/dev/null}")
        : >"$headers"
        { read -r code onward && read -r why; } < <(
            curl --silent --config <(token "$url") --proto '=http,https' --connect-timeout 20 --speed-limit 1 --speed-time 60 \
                --dump-header "$headers" --write-out '%{http_code} %{redirect_url}\n%{exitcode} %{errormsg}\n' \
                "${how[@]}" "$url" || true) || true
        failed=${why%% *} why=${why#* }
        case $failed/$code in
            0/[23]??) answered=yes; return ;;
            */429 | */408 | */5??) why="the hub answers $code"; retry_after $((1 << tries)) ;;
            0/* | 22/*) return ;;
            33/*) rm -f "$file"; wait=0 why="the server sends no parts of files, so all of it" ;;
            23/* | 60/*) fail "$url: $why" ;;
            *) [ -n "$answered" ] || fail "cannot reach $endpoint: $why"; wait=$((1 << tries)) ;;
        esac
        if [ "$(size_of "${file:-/dev/null}")" -gt "$before" ]; then tries=0 wait=0; fi
        [ "$wait" -le 900 ] || fail "$url: $why, and asks to come back in $wait seconds"
        [ "$tries" -lt 6 ] || fail "$url: $why; the same command continues from here later"
        tries=$((tries + 1))
        echo "$me: ${url##*/}: $why; again$([ "$wait" -eq 0 ] || echo " in $wait s")" >&2
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
        header x-repo-commit; from=$answer commit=${commit:-$from}
        if [[ $code != 3?? ]] || [ -n "$hash" ]; then break; fi
        if [ "$hop" -eq 6 ] || [ -z "$onward" ]; then fail "$url: too many redirections"; fi
        url=$onward
    done
    header etag; hash=${hash:-$answer}
    header content-length; size=${size:-$answer}
    hash=${hash#W/} hash=${hash//\"/}
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
        *) echo "$me: $2: the hub gives no hash that could be checked, only a size" >&2; return ;;
    esac
    [ "${is%% *}" = "$hash" ] || echo "$2: hash ${is%% *}, the hub says $hash"
}

# Downloads a file into $part; false if the hub does not have it.
fetch() {               # FILE [REVISION]
    local to=$part/$1 wrong had
    look "$@"
    [ "$code" != 404 ] || return 1
    [ ! -e "$to" ] || return 0                  # an earlier run has checked it
    while true; do
        [ -n "$size" ] || rm -f "$to.part"      # without a size nobody knows whether it is complete
        : >>"$to.part"
        had=$(size_of "$to.part")
        [ "$had" = "$size" ] || request "$url" -o "$to.part"
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

commit=''
look config.json
if [ "$(cat "$part/commit" 2>/dev/null)" != "$name $commit" ]; then
    find "$part" -type f ! -name .headers -delete
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

# Prints the number of the open pull request in which the hub's bot has converted the model. One discussion a line: a quotation
# mark inside a text has a backslash before it, so nobody's title looks like a key.
pull_request() {
    local discussions=$part/.discussions
    rm -f "$discussions"
    request "$endpoint/api/models/$name/discussions?type=pull_request&status=open&author=SFconvertbot" -o "$discussions"
    # shellcheck disable=SC2016     # the hub's bot writes these signs
    [[ $code != 2?? ]] || tr -d '\n' <"$discussions" | sed -e 's/": */":/g' -e 's/{"num":/\n&/g' | grep -F '"isPullRequest":true' |
        grep -F '"status":"open"' | grep -F '"title":"Adding `safetensors` variant of this model"' |
        grep -F '"name":"SFconvertbot"' | sed -n '1s/^{"num":\([0-9]*\).*/\1/p'
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
        mapfile -t files < <(grep -oE '"[^"/\]+\.(safetensors|bin)"' "$part/$index" | tr -d '"' | sort -u)
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
rm -rf "$headers" "$part/commit" "$part/.new"
sums=$(cd "$part" && sha256sum -- *)
{
    echo "# $name $revision ${commit:--}"
    [ -z "$origin" ] || echo "# weights: $origin"
    echo "$sums"
} >"$part/SOURCE"
mv -T "$part" "$dir"
echo "$dir has $name (${commit:-the hub names no commit})"
