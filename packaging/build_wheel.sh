#!/usr/bin/env bash
# Builds a Python wheel with the program, which needs no library of the system, and the reader in python/potts.
# Prints the path of the wheel on standard output, all else on standard error.
#
#   bash packaging/build_wheel.sh [FOLDER]     the wheel goes to FOLDER (default: wheels/ in the target folder)
#
# Asks no questions and may be repeated. Needs what build_static.sh needs, and the venv module of Python 3.
set -euo pipefail

start_folder="$PWD"
# shellcheck source=packaging/build_static.sh
source "$(dirname "${BASH_SOURCE[0]}")/build_static.sh"
out="${1:-$(cd "$target_folder" && pwd)/wheels}"
case "$out" in
    /*) ;;
    *) out="$start_folder/$out" ;;
esac

make_tools
"$folder/tools/bin/python" -m pip install --quiet --disable-pip-version-check 'maturin>=1.9,<2' 'wheel>=0.42' >&2
staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT

"$folder/tools/bin/maturin" build "${static_build[@]}" --out "$staging" >&2

# Manual pages, completions and licences of the contents go beside it.
"$folder/tools/bin/wheel" unpack --dest "$staging/unpacked" "$staging"/potts-*.whl >&2
rm "$staging"/potts-*.whl
contents="$(echo "$staging"/unpacked/potts-*)"
version="${contents##*/potts-}"
program="$contents/potts-$version.data/scripts/potts"
chmod +x "$program"
check_static "$program"
stage_share "$program" "$contents/potts-$version.data/data/share"
mv "$contents/potts-$version.data/data/share/doc/potts/THIRD-PARTY.txt" "$contents/potts-$version.dist-info/licenses"
rm -r "$contents/potts-$version.data/data/share/doc"
sed -i 's/^License-File: LICENSE$/&\nLicense-File: THIRD-PARTY.txt/' "$contents/potts-$version.dist-info/METADATA"
"$folder/tools/bin/wheel" pack --dest-dir "$staging" "$contents" >&2

# The program calls no C library, so the wheel is for those systems, too, that have another than glibc.
"$folder/tools/bin/wheel" tags --remove --platform-tag "+musllinux_1_1_$(uname -m)" "$staging"/potts-*.whl >&2
mkdir -p "$out"
rm -f "$out"/potts-*.whl
mv "$staging"/potts-*.whl "$out"
ls "$out"/potts-*.whl
