#!/usr/bin/env bash
# Builds with the libraries of the conda environment, as Bioconda does.
set -euo pipefail

export HDF5_DIR="$PREFIX"
export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export RUSTFLAGS="-L native=$PREFIX/lib -C link-arg=-Wl,-rpath,$PREFIX/lib"
staging="$SRC_DIR/staging"
cargo install --locked --no-track --profile dist --path . --root "$staging"

program="$staging/bin/potts"
"$program" man --out-dir "$staging/share/man/man1" --force
mkdir -p "$staging"/share/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
"$program" completions bash >"$staging/share/bash-completion/completions/potts"
"$program" completions zsh >"$staging/share/zsh/site-functions/_potts"
"$program" completions fish >"$staging/share/fish/vendor_completions.d/potts.fish"

# The Python package with that program in it, and the command that starts it.
POTTS_WHEEL_PROGRAM="$program" POTTS_WHEEL_SHARE="$staging/share" \
    "$PYTHON" -m pip install . --no-deps --no-build-isolation --no-cache-dir -vv
