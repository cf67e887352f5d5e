#!/usr/bin/env bash
# Fuzzes every reader, and whole commands: each target of tests/fuzz for some time.
#
#   bash .ci/fuzz.sh [SECONDS] [TARGET...]
#
# Needs cargo-fuzz; stable Rust will do, since only sanitizers take a nightly one. What it finds lies in tests/fuzz/artifacts: mend the reader,
# and keep the file in tests/fuzz/corpus/TARGET, which src/tests/fuzz_corpus.rs (of commands: tests/program/whole_commands.rs) gives to the
# reader ever after. New inputs that only reach more of the code go to a scratch folder, so that the corpus stays small. No sanitizer: there
# is no unsafe code in the readers, and libhdf5 is not built with one.
#
# The last long run, 29 November 2026, on two busy cores, ten minutes each, two at a time (clustal, a3m and ccmpred_raw three); nothing was
# found. The run of `commands` before, of 91 000, had found a write to a pipe without a reader where the catching of signals ended; it is mended.
#
#   target           executions
#   commands                68 753
#   mutant_table           780 748
#   mutant               6 509 397
#   alignment_query        468 894
#   pir                    555 462
#   msf                    567 058
#   phylip               1 455 604
#   nexus                1 403 232
#   alignment            1 531 187
#   stockholm            1 591 813
#   clustal                564 921
#   a3m                    576 638
#   hdf5                   391 277
#   model                1 681 026
#   npz                    543 150
#   compression          2 264 208
#   plmc                 4 076 246
#   weights              1 491 767
#   ccmpred_raw          1 893 234
#   adabmdca             3 574 568
#   gremlin              3 593 693
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
seconds="${1:-60}"
shift || true

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "cargo fuzz is missing: cargo install cargo-fuzz" >&2
    exit 1
fi

targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    mapfile -t targets < <(cargo fuzz list --fuzz-dir tests/fuzz)
fi

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
failed=()
for target in "${targets[@]}"; do
    printf '==== %s\n' "$target"
    mkdir "$scratch/$target"
    # The program's own output is not wanted here; an input that was found shows it when it is run alone.
    silent=0
    if [ "$target" = commands ]; then
        silent=3
    fi
    # -timeout: seconds for one input. -rss_limit_mb and -malloc_limit_mb: its memory.
    cargo fuzz run --fuzz-dir tests/fuzz -s none "$target" "$scratch/$target" "tests/fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -malloc_limit_mb=2048 -max_len=16384 -verbosity=0 -print_final_stats=1 \
        -close_fd_mask="$silent" \
        || failed+=("$target")
done
if [ "${#failed[@]}" -gt 0 ]; then
    printf 'found something: %s; see tests/fuzz/artifacts\n' "${failed[*]}" >&2
    exit 1
fi
