#!/usr/bin/env bash
# arm64.sh: builds the tools for arm64 in FOLDER, with Debian's packages unpacked below it. bits.bats runs them by FOLDER/run.
# Needs qemu-user, gcc-aarch64-linux-gnu and apt-get, but not root. usage: arm64.sh [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(realpath -m "${1:-build/arm64}")
for program in qemu-aarch64 aarch64-linux-gnu-gcc apt-get; do
    command -v "$program" >/dev/null || { echo "arm64.sh: $program is missing" >&2; exit 1; }
done
packages='libopenblas-pthread-dev libopenblas0-pthread libgfortran5 libutf8proc-dev libutf8proc2 libmsgpack-dev libmsgpackc2
    libjansson-dev libjansson4 libxxhash-dev libxxhash0 libzip-dev libzip4 zlib1g zlib1g-dev libbz2-1.0 liblzma5 libzstd1 libssl3
    libgnutls30 libnettle8 libhogweed6 libgmp10 libidn2-0 libp11-kit0 libtasn1-6 libunistring2 libffi8 libgcc-s1 libgomp1 libc6'
root=$folder/root lib=$folder/root/usr/lib/aarch64-linux-gnu
if [ ! -e "$folder/.have" ]; then
    mkdir -p "$folder/lists/partial" "$folder/packages" "$root"
    apt=(apt-get -q -oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oDir::State::Lists="$folder/lists")
    "${apt[@]}" update
    # shellcheck disable=SC2086     # words
    (cd "$folder/packages" && "${apt[@]}" download $packages)
    for package in "$folder"/packages/*.deb; do
        dpkg -x "$package" "$root"
    done
fi
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$lib/pkgconfig:$lib/openblas-pthread/pkgconfig
make -j"$(nproc)" BUILD="$folder" CC=aarch64-linux-gnu-gcc \
    CFLAGS="-O3 -isystem $root/usr/include -isystem $root/usr/include/aarch64-linux-gnu" \
    LDFLAGS="-L$lib -L$lib/openblas-pthread -Wl,-rpath-link,$lib:$lib/openblas-pthread:$root/lib/aarch64-linux-gnu" \
    "$folder"/{bertinit,trainstep,bertfwd,logit2tag}
cat >"$folder/run" <<END
#!/bin/sh
exec qemu-aarch64 -L '$root' -E LD_LIBRARY_PATH='$lib:$lib/openblas-pthread:$root/lib/aarch64-linux-gnu' "\$@"
END
chmod +x "$folder/run"
