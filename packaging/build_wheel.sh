#!/usr/bin/env bash
# Builds the Python wheel: the package in python/pottsmodel and, inside it, the program, which needs no library of the system.
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

program="$(build_static_main)"
make_tools
"$folder/tools/bin/python" -m pip install --quiet --disable-pip-version-check 'build>=1.2' 'hatchling>=1.26,<2' >&2
staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT

# Manual pages and completions go beside it, licences of the contents into it.
stage_share "$program" "$staging/share"
mv "$staging/share/doc/potts/THIRD-PARTY.txt" "$staging"
rm -r "$staging/share/doc"

# The program calls no C library, so the wheel is for old systems, and for those that have another than glibc.
machine="$(uname -m)"
case "$machine" in
    x86_64) platform="manylinux1_x86_64.manylinux_2_5_x86_64.musllinux_1_1_x86_64" ;;
    *) platform="manylinux2014_$machine.manylinux_2_17_$machine.musllinux_1_1_$machine" ;;
esac
POTTS_WHEEL_PROGRAM="$(realpath "$program")" POTTS_WHEEL_PLATFORM="$platform" POTTS_WHEEL_SHARE="$staging/share" \
    POTTS_WHEEL_NOTICES="$staging/THIRD-PARTY.txt" \
    "$folder/tools/bin/python" -m build --wheel --no-isolation --outdir "$staging/wheel" . >&2
mkdir -p "$out"
rm -f "$out"/pottsmodel-*.whl
mv "$staging"/wheel/pottsmodel-*.whl "$out"
ls "$out"/pottsmodel-*.whl
