#!/usr/bin/env bash
# Runs the tests of the kernels as on a processor without AVX2 and FMA, and fits as on that and on another one with FMA, by emulation.
#
#   bash .ci/other_processors.sh
#
# Needs qemu-user (apt-get install qemu-user), an x86-64 processor, and some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v qemu-x86_64 >/dev/null; then
    echo "qemu-x86_64 is missing: apt-get install qemu-user   (or your system's package for it)" >&2
    exit 1
fi
# Of 2008: SSE4.2, no AVX. OpenBLAS takes the emulated processor for a younger one, so it is told.
old() { OPENBLAS_CORETYPE=Nehalem qemu-x86_64 -cpu Nehalem "$@"; }

echo "==== tests of the kernels"
tests="$(cargo test --release --lib --no-run 2>&1 | sed -n 's/.*unittests src\/lib.rs (\(.*\))$/\1/p')"
old "$tests" kernels::

echo "==== a fit"
cargo build --release
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
potts=target/release/potts
old "$potts" fit data/planted.a2m -q -o "$scratch/old.h5"
"$potts" fit data/planted.a2m -q -o "$scratch/new.h5"
for model in old new; do
    "$potts" objective "$scratch/$model.h5" data/planted.a2m -q >"$scratch/$model.objective"
    "$potts" contacts "$scratch/$model.h5" --top L --score apc -q | cut -f 2,4 | sort >"$scratch/$model.contacts"
done
paste "$scratch/old.objective" "$scratch/new.objective"
# Sums that are not fused round differently: objectives agree to 1e-6, and so do the contacts.
paste "$scratch/old.objective" "$scratch/new.objective" \
    | awk 'NR == 1 { d = ($2 - $4) / $4; if (d < 0) d = -d; exit d > 1e-6 }'
cmp "$scratch/old.contacts" "$scratch/new.contacts"
echo "both end at the same objective and the same contacts"

echo "==== fits on another processor with FMA"
for method in plm plm-asymmetric independent; do
    for processor in Haswell native; do
        mkdir -p "$scratch/$processor"
        run=("$PWD/$potts")
        [ "$processor" = native ] || run=(qemu-x86_64 -cpu "$processor" "${run[@]}")
        "${run[@]}" fit data/planted.a2m -q --method "$method" --force -o "$scratch/$processor/model.h5"
        "$potts" convert "$scratch/$processor/model.h5" "$scratch/$processor/$method.npz" --force -q
    done
    # Not the model files: these hold the times of the iterations.
    cmp "$scratch/Haswell/$method.npz" "$scratch/native/$method.npz"
    echo "$method: the same bits"
done
