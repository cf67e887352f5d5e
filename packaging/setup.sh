#!/usr/bin/env bash
# Installs what `cargo build` needs and is not there yet: a C compiler, pkg-config, HDF5, OpenBLAS
# and, only when asked, Rust. Asks no questions and may be repeated.
#
#   bash packaging/setup.sh                    install missing system libraries, check Rust
#   bash packaging/setup.sh --install-rust     ... and install or update Rust with rustup
#
# Scripts that build (examples/demo.sh, packaging/, .ci/) source this file, so that they see the PATH and the library folders it sets.
# POTTS_INSTALL_RUST=1 in the environment is the same as --install-rust.
set -euo pipefail
exec </dev/null

setup_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
rustup_line="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"

say() { printf 'setup: %s\n' "$*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

# The folder below which Homebrew keeps a formula; nothing where there is no Homebrew.
brew_folder() { if has brew; then brew --prefix "$1" 2>/dev/null || true; fi; }

# has_library PKG_CONFIG_NAME HEADER HOMEBREW_FORMULA: is the library where a build will find it?
has_library() {
    local name="$1" header="$2" formula="$3" folder
    if has pkg-config && pkg-config --exists "$name"; then return 0; fi
    for folder in /usr /usr/local "$(brew_folder "$formula")"; do
        if [ -n "$folder" ] && [ -f "$folder/include/$header" ]; then return 0; fi
    done
    return 1
}

has_hdf5() {
    if [ -n "${HDF5_DIR:-}" ]; then [ -f "$HDF5_DIR/include/hdf5.h" ] && return 0; fi
    has_library hdf5 hdf5.h hdf5
}

has_openblas() {
    local file
    for file in "${HDF5_DIR:-/nowhere}"/lib/libopenblas.{so,dylib}; do
        if [ -f "$file" ]; then return 0; fi
    done
    has_library openblas openblas_config.h openblas
}

# Whether a program without shared libraries is to be built (packaging/build_static.sh).
static_wanted() { [ "${POTTS_STATIC:-0}" = 1 ]; }

has_venv() { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

has_archive() { has_compiler && [ -f "$("${CC:-cc}" -print-file-name="$1")" ]; }

has_compiler() { has cc || has "${CC:-cc}"; }

# Inside a conda environment that holds the libraries, point the build and the linker at it.
use_conda() {
    local folder="${CONDA_PREFIX:-}"
    if [ -z "$folder" ] || [ ! -f "$folder/include/hdf5.h" ]; then return 0; fi
    if has_hdf5 && has_openblas; then return 0; fi
    say "using the libraries of the conda environment $folder"
    export HDF5_DIR="${HDF5_DIR:-$folder}"
    export PKG_CONFIG_PATH="$folder/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
    export RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }-L native=$folder/lib -C link-arg=-Wl,-rpath,$folder/lib"
    if ! has cc && [ -n "${CC:-}" ]; then export RUSTFLAGS="$RUSTFLAGS -C linker=$CC"; fi
}

# The Debian packages that are missing, one a line.
missing_packages() {
    has_compiler || echo build-essential
    has pkg-config || echo pkg-config
    static_wanted || has_hdf5 || echo libhdf5-dev
    has_openblas || echo libopenblas-dev
    if static_wanted; then
        has_archive libgfortran.a || echo gfortran
        has make || echo make
        has_venv || echo python3-venv
    fi
    if has apt-get && [ ! -e /etc/ssl/certs/ca-certificates.crt ]; then echo ca-certificates; fi
    if rust_wanted && ! has curl; then echo curl; fi
}

# apt_install PACKAGE...: as root, or through a sudo that needs no password.
apt_install() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if has sudo && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            say "missing: $*. These commands install them; run them as an administrator, then repeat this one:"
            say "  sudo apt-get update"
            say "  sudo apt-get install -y --no-install-recommends $*"
            exit 1
        fi
    fi
    say "installing $*"
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2
}

install_libraries() {
    local packages
    packages="$(missing_packages | tr '\n' ' ')"
    packages="${packages% }"
    if [ -z "$packages" ]; then return 0; fi
    if ! has apt-get; then
        say "missing (by their Debian names): $packages"
        say "Install them in the way of your system, then repeat this command:"
        say "  Fedora, RHEL   sudo dnf install hdf5-devel openblas-devel pkgconf-pkg-config gcc"
        say "  macOS          brew install hdf5 openblas pkg-config"
        say "  conda          conda install -c conda-forge hdf5 openblas pkg-config compilers"
        say "or set HDF5_DIR and PKG_CONFIG_PATH to where they are."
        exit 1
    fi
    # Words are split on purpose: one package a word.
    # shellcheck disable=SC2086
    apt_install $packages
    packages="$(missing_packages | tr '\n' ' ')"
    if [ -n "$packages" ]; then
        say "still not found after the installation: $packages"
        exit 1
    fi
}

rust_wanted() { [ "${POTTS_INSTALL_RUST:-0}" = 1 ]; }

# The oldest Rust that the crate builds with, from Cargo.toml.
oldest_rust() { sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$setup_root/Cargo.toml"; }

# The version of the cargo that a build in this repository would use; nothing if there is none.
cargo_version() {
    (cd "$setup_root" && cargo --version 2>/dev/null) | sed -n 's/^cargo \([0-9.]*\).*/\1/p'
}

# at_least HAVE NEED: compares dotted version numbers.
at_least() {
    awk -v have="$1" -v need="$2" 'BEGIN {
        split(have, h, "."); split(need, n, ".")
        for (i = 1; i <= 3; i++) if (h[i] + 0 != n[i] + 0) exit !(h[i] + 0 > n[i] + 0)
        exit 0
    }'
}

rust_is_fit() {
    local have
    have="$(cargo_version || true)"
    [ -n "$have" ] && at_least "$have" "$(oldest_rust)"
}

# Looks in rustup's folder where the cargo on PATH is missing or too old.
find_rust() {
    local folder="${CARGO_HOME:-${HOME:-}/.cargo}/bin" before="$PATH"
    if rust_is_fit; then return 0; fi
    if [ -x "$folder/cargo" ]; then
        export PATH="$folder:$PATH"
        if rust_is_fit; then return 0; fi
        PATH="$before"
    fi
    return 1
}

check_rust() {
    local have
    if find_rust; then return 0; fi
    have="$(cargo_version || true)"
    say "Rust $(oldest_rust) or newer is needed; here: ${have:-none}."
    if ! rust_wanted; then
        say "This installs or updates it for your user, without asking:"
        say "  $rustup_line"
        say "Run it, or repeat this command with POTTS_INSTALL_RUST=1."
        exit 1
    fi
    say "installing Rust with rustup"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y >&2
    if ! find_rust; then
        say "rustup has run, but there is still no Rust $(oldest_rust); a rust-toolchain file or RUSTUP_TOOLCHAIN may hold an older one."
        exit 1
    fi
}

# The commit that is built goes into every model file; a copy without git has only the version.
name_commit() {
    local here commit
    here="$(dirname "${BASH_SOURCE[0]}")"
    if commit="$(git -C "$here" rev-parse --short HEAD 2>/dev/null)"; then
        export POTTS_COMMIT="$commit"
    fi
}

setup_main() {
    local argument
    for argument in "$@"; do
        case "$argument" in
            --install-rust) POTTS_INSTALL_RUST=1 ;;
            *)
                say "unknown option $argument; the only one is --install-rust"
                exit 2
                ;;
        esac
    done
    use_conda
    install_libraries
    check_rust
    name_commit
    say "ready: cargo $(cargo_version), $(static_wanted || echo "HDF5, ")OpenBLAS"
}

# Sourced, the arguments are those of the other script.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    setup_main "$@"
else
    setup_main
fi
