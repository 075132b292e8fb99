# What every .bats file starts with: `load common`. The tools under test come first in PATH; `tmp` is a folder of its own.
bats_require_minimum_version 1.5.0
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
PATH=$BUILD:$PATH
SHARED=${SHARED:-$ROOT/../shared}
tmp=$BATS_TEST_TMPDIR
export LC_ALL=C.UTF-8

# Why this build on this processor has bits of its own in fp32; nothing if it has those of all others.
own_bits() {
    [ -z "${SANITIZE:-}" ] || { echo "the sanitizers' build has no vectors with fused multiply-adds"; return; }
    case $(uname -m) in
        x86_64) { grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; } || echo "this processor has no fused multiply-adds" ;;
        aarch64) ;;
        *) echo "not known for this processor" ;;
    esac
}

# In this folder: the demo's corpus, its first sentences in train.txt, dev.txt and test.txt, and a model of one small layer.
small_corpus() { # SENTENCES HIDDEN INTERMEDIATE
    "$PIPE/demo-corpus.sh" corpus >corpus.out
    for split in train dev test; do awk -v RS= -v ORS='\n\n' -v n="$1" 'NR <= n' "corpus/$split.txt" >"$split.txt"; done
    "$PIPE/demo-model.sh" corpus/train.txt small
    sed -i "s/\"hidden_size\": 128/\"hidden_size\": $2/; s/\"intermediate_size\": 512/\"intermediate_size\": $3/; s/\"num_hidden_layers\": 2/\"num_hidden_layers\": 1/" small/config.json
}

# A safetensors file of ours as the safetensors package writes it: without the checksum in its metadata. One of others as it is.
unchecked() { # FILE
    perl -0777 -ne 'my $n = unpack("Q<", $_); my $head = substr($_, 8, $n); $head =~ s/ +$//;
        $head =~ s/,?"checksum":"xxh3:[0-9a-f]{16}"//; $head .= " " x (-length($head) % 8);
        print pack("Q<", length $head), $head, substr($_, 8 + $n)' "$1"
}

# Feeds half of $G/in.msg to bertfwd on $tmp/model, changes something with the command, and feeds the rest; bertfwd's status.
under_way() { # COMMAND...
    rm -f "$tmp/in"
    mkfifo "$tmp/in"
    bertfwd -t 1 -m "$tmp/model" <"$tmp/in" >"$tmp/out" 2>"$tmp/err" &
    local pid=$! size
    exec 9>"$tmp/in"
    size=$(($(stat -c %s "$G/in.msg") / 2))
    head -c $size "$G/in.msg" >&9
    until [ -s "$tmp/out" ]; do sleep 0.05; done
    "$@"
    tail -c +$((size + 1)) "$G/in.msg" >&9
    exec 9>&-
    wait $pid
}
