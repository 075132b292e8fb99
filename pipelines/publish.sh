#!/usr/bin/env bash
# publish.sh: pushes a model directory to a git remote, with its weights in git-lfs, as the hub requires.
set -euo pipefail
usage='usage: publish.sh [-m MESSAGE] [-b BRANCH] DIR REMOTE

Adds a commit with configuration, tokenizer, weights and README.md of the model in DIR to the branch of REMOTE, and pushes it.
REMOTE is any git repository, for example https://huggingface.co/OWNER/NAME (it must exist); git asks for a password, or knows
one, as always. Files of the remote that DIR does not have are kept. modelcard.sh writes the README.md.

  -m, --message MESSAGE  message of the commit (Model and tokenizer)
  -b, --branch BRANCH    branch of the remote (main)
  -h, --help             this text
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

message='Model and tokenizer' branch=main
option() {              # NAME VALUE
    case $1 in
        message) message=$2 ;;
        branch) branch=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 2 ] || misused "give a model directory and a git remote"
dir=${1%/} remote=$2
a_model "$dir"
[ -f "$dir/model.safetensors" ] || fail "$dir has no model.safetensors"
[ -f "$dir/README.md" ] || fail "$dir has no README.md; modelcard.sh writes one"
git --version >/dev/null 2>&1 || fail "git is not in PATH; on Debian: apt-get install git"
git lfs version >/dev/null 2>&1 || fail "git-lfs is missing; on Debian: apt-get install git-lfs"
[ ! -d "$remote" ] || remote=$(cd "$remote" && pwd)
{ git config user.name && git config user.email; } >/dev/null ||
    fail "git does not know who you are: git config --global user.name NAME, and user.email"

work_in "$(dirname "$(readlink -f "$dir")")"
export GIT_LFS_SKIP_SMUDGE=1            # do not download large files that are there already
git init --quiet "$work"
in_work() { git -C "$work" "$@"; }
in_work symbolic-ref HEAD "refs/heads/$branch"
in_work remote add origin "$remote"
in_work lfs install --local >/dev/null
status=0
in_work ls-remote --exit-code --heads origin "$branch" >/dev/null || status=$?
case $status in
    0)
        in_work fetch --quiet --depth 1 origin "$branch"
        in_work reset --quiet --hard FETCH_HEAD
        ;;
    2) ;;                               # the branch does not exist yet
    *) fail "cannot read $remote" ;;
esac
in_work lfs track '*.safetensors' >/dev/null
files=()
for file in "$dir"/{config.json,model.safetensors,vocab.txt,tokenizer.json,tokenizer_config.json,special_tokens_map.json} \
    "$dir"/{added_tokens.json,README.md}; do
    [ ! -f "$file" ] || files+=("$file")
done
cp --dereference "${files[@]}" "$work/"
in_work add --all
if in_work diff --cached --quiet; then
    echo "$remote has all of this already"
    exit 0
fi
in_work commit --quiet -m "$message"
# git-lfs writes its progress to standard output.
in_work push --quiet origin "HEAD:refs/heads/$branch" >&2 || fail "cannot push to $remote"
echo "$remote, $branch: $(in_work rev-parse HEAD)"
