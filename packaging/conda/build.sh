#!/usr/bin/env bash
# Builds with the libraries of the conda environment, as Bioconda does.
set -euo pipefail

export HDF5_DIR="$PREFIX"
export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export RUSTFLAGS="-L native=$PREFIX/lib -C link-arg=-Wl,-rpath,$PREFIX/lib"
cargo install --locked --no-track --profile dist --path . --root "$PREFIX"

"$PREFIX/bin/potts" man --out-dir "$PREFIX/share/man/man1" --force
mkdir -p "$PREFIX"/share/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
"$PREFIX/bin/potts" completions bash >"$PREFIX/share/bash-completion/completions/potts"
"$PREFIX/bin/potts" completions zsh >"$PREFIX/share/zsh/site-functions/_potts"
"$PREFIX/bin/potts" completions fish >"$PREFIX/share/fish/vendor_completions.d/potts.fish"

# The reader, without the program that its wheel would build once more.
site="$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
cp -r python/potts "$site/potts"
