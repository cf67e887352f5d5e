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
# The last long run, 29 November 2026, two busy cores, in the order of running; edges are those of the program that were reached:
#
#   target           minutes  executions  edges  found
#   commands              11      91 000  18771  a write to a pipe without a reader when the catching of signals ends (twice; mended: 29 000 since)
#   alignment_query        3     253 835   2763  nothing
#   nexus                2.5     239 371   2431  nothing
#   phylip               2.5     235 235   1934  nothing
#   pir                    2     167 263   1783  nothing
#   msf                  1.5     134 827   1724  nothing
#   mutant                 1   1 878 219    756  nothing
#   mutant                 6  10 018 398     --  nothing
#   mutant_table         1.5     516 630   1274  nothing
#   mutant_table          10   1 151 004     --  nothing, of the tables that are known by their contents
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
