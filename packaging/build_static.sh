#!/usr/bin/env bash
# Builds a potts that needs no library of the system: HDF5 from its sources, OpenBLAS and the C library
# from archives. Prints the path of the program on standard output, all else on standard error.
#
#   bash packaging/build_static.sh
#
# Asks no questions and may be repeated. Needs what setup.sh installs, but for HDF5; a Fortran runtime; and
# CMake 3.26 or newer, which pip brings into a throw-away environment below target/ where the system's is older.
set -euo pipefail
export LC_ALL=C POTTS_STATIC=1

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=packaging/setup.sh
source "$root/packaging/setup.sh"
cd "$root"
target_folder="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target_folder/static"
folder="$(cd "$target_folder/static" && pwd)"

# make_tools: an environment for what pip brings.
make_tools() {
    if ! [ -x "$folder/tools/bin/python" ]; then python3 -m venv --clear "$folder/tools" >&2; fi
}

cmake_is_fit() { at_least "$("$1" --version 2>/dev/null | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')" 3.26; }

find_cmake() {
    if has cmake && cmake_is_fit cmake; then return 0; fi
    if ! [ -x "$folder/tools/bin/cmake" ] || ! cmake_is_fit "$folder/tools/bin/cmake"; then
        say "CMake 3.26 or newer is missing; pip installs it in $folder/tools"
        make_tools
        "$folder/tools/bin/python" -m pip install --quiet --disable-pip-version-check 'cmake>=3.26' >&2
    fi
    export PATH="$folder/tools/bin:$PATH"
    cmake_is_fit cmake
}

# archive NAME: where the compiler finds an archive.
archive() {
    local path
    path="$("${CC:-cc}" -print-file-name="$1")"
    if ! [ -f "$path" ]; then
        say "there is no $1; it comes with libopenblas-dev and gfortran"
        exit 1
    fi
    readlink -f "$path"
}

# OpenBLAS and its Fortran runtime in a folder of their own, which holds no shared library that the linker could prefer.
gather_archives() {
    local name libraries=""
    mkdir -p "$folder/openblas"
    for name in openblas gfortran quadmath; do
        # Only some processors have arithmetic of 128 bits apart.
        if [ "$name" = quadmath ] && ! has_archive libquadmath.a; then continue; fi
        ln -sf "$(archive "lib$name.a")" "$folder/openblas/lib$name.a"
        libraries="$libraries -l$name"
    done
    cat >"$folder/openblas/openblas.pc" <<END
Name: openblas
Description: OpenBLAS as an archive
Version: $(pkg-config --modversion openblas)
Libs: -L$folder/openblas$libraries
END
    export PKG_CONFIG_PATH="$folder/openblas${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
}

find_cmake
gather_archives
host="$(rustc -vV | sed -n 's/^host: //p')"

# The profile and the target folder are those of `cargo build --release`, and only the program itself is told to be static: crates that the
# features leave as they are serve both builds. Incremental code would be slower.
static_build=(--release --features static --locked --bin potts -- -C target-feature=+crt-static -C strip=symbols)

# check_static PROGRAM: fails if it names a shared library.
check_static() {
    local tags
    tags="$(readelf --dynamic "$1")" || return 1
    if grep NEEDED <<<"$tags" >&2; then
        say "$1 needs shared libraries"
        return 1
    fi
    say "$1: $(du -h "$1" | cut -f 1), without shared libraries"
}

# stage_share PROGRAM FOLDER: its manual pages, completions and the licences of what it contains, where systems look for them in share/.
stage_share() {
    local program="$1" share="$2"
    mkdir -p "$share/doc/potts" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
    "$program" man --out-dir "$share/man/man1"
    "$program" completions bash >"$share/bash-completion/completions/potts"
    "$program" completions zsh >"$share/zsh/site-functions/_potts"
    "$program" completions fish >"$share/fish/vendor_completions.d/potts.fish"
    python3 packaging/third_party.py "$host" >"$share/doc/potts/THIRD-PARTY.txt"
}

build_static_main() {
    local built="$target_folder/release/potts" potts="$folder/potts" ordinary="$folder/ordinary"
    # Cargo puts it where the program of the ordinary build lies, which comes back afterwards.
    rm -f "$ordinary" "$potts"
    if [ -e "$built" ]; then mv "$built" "$ordinary"; fi
    CARGO_INCREMENTAL=0 cargo rustc "${static_build[@]}" >&2 && mv "$built" "$potts"
    local status=$?
    if [ -e "$ordinary" ]; then mv "$ordinary" "$built"; fi
    # In the $(...) of a caller a failure would not end anything by itself.
    [ "$status" -eq 0 ] && check_static "$potts" && echo "$potts"
}

# Sourced, it gives other scripts build_static_main, stage_share and the environment.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then build_static_main; fi
