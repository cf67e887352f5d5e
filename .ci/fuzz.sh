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
FIGURES
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
