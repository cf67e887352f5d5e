#!/usr/bin/env bash
# Builds potts, and does the main job on the planted family in data/: fit, contacts, mutants.
#
#   bash examples/demo.sh [FOLDER]     results go to FOLDER (default: potts-demo/ where you are)
#
# Works from any folder, as any user, and may be repeated: results are replaced. POTTS=PROGRAM takes a program that is there already.
set -euo pipefail
export LC_ALL=C

start_folder="$PWD"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
out="${1:-potts-demo}"
case "$out" in
    /*) ;;
    *) out="$start_folder/$out" ;;
esac

if [ -n "${POTTS:-}" ]; then
    potts="$(realpath "$POTTS")"
    cd "$root"
else
    # shellcheck source=packaging/setup.sh
    source "$root/packaging/setup.sh"
    cd "$root"
    potts="${CARGO_TARGET_DIR:-target}/release/potts"
fi

clock() { echo "${EPOCHREALTIME:-$SECONDS}"; }

heading() { printf '\n== %s\n' "$*"; }

# run COMMAND...: prints the command, then runs it.
run() {
    printf '$ %s\n' "$*"
    "$@"
}

# run_to FILE COMMAND...: the same with standard output in FILE, which appears only when complete.
run_to() {
    local file="$1"
    shift
    printf '$ %s > %s\n' "$*" "$file"
    "$@" >"$file.partial"
    mv -f "$file.partial" "$file"
}

# The number of modelled sites: columns in which the first sequence has an upper-case residue.
count_sites() {
    awk '/^>/ { n++; next } n == 1 { gsub(/[^A-Z]/, ""); sites += length($0) } END { print sites + 0 }' "$1"
}

# Single mutants that have a score, as "mutant score potts_score", unsorted.
single_mutants() {
    awk '
        { sub(/\r$/, "") }
        NR == 1 { FS = index($0, "\t") ? "\t" : ","; $0 = $0; for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["status"] == "scored" && $at["mutant"] ~ /^[A-Z][0-9]+[A-Z]$/ {
            print $at["mutant"], $at["score"], $at["potts_score"]
        }' "$1"
}

show_mutants() { awk 'NR <= 5 { printf "  %-8s potts_score %9.3f   planted score %9.3f\n", $1, $3, $2 }'; }

# How many of the first L pairs of a contact table are among the planted ones.
count_planted() {
    awk -v sites="$sites" '
        BEGIN { FS = "\t" }
        { sub(/\r$/, "") }
        FNR == 1 { file++; split("", at); for (i = 1; i <= NF; i++) at[$i] = i; next }
        { first = $at["i"] + 0; second = $at["j"] + 0; pair = first < second ? first " " second : second " " first }
        file == 1 { planted[pair] = 1; total += (first - second >= 6 || second - first >= 6); next }
        seen < sites { seen++; found += (pair in planted) }
        END {
            printf "  %d of the %d strongest contacts are planted ones (of %d planted 6 or more apart)\n", found, seen, total
        }' data/planted_contacts.tsv "$out/contacts.tsv"
}

if [ -z "${POTTS:-}" ]; then
    heading "Build"
    run cargo build --release --locked
fi

mkdir -p "$out"
heading "Fit, rank contacts, score mutants"
began="$(clock)"
run "$potts" fit data/planted.a2m -o "$out/planted.h5" --force
run_to "$out/contacts.tsv" "$potts" contacts "$out/planted.h5"
run_to "$out/mutants.csv" "$potts" score-mutants "$out/planted.h5" --file data/planted_mutants.csv --against score
ended="$(clock)"

sites="$(count_sites data/planted.a2m)"
heading "The ten strongest contacts"
awk 'NR <= 11' "$out/contacts.tsv"
echo
count_planted

heading "The five best single mutants"
single_mutants "$out/mutants.csv" | sort -k3,3gr -k1,1 | show_mutants
heading "The five worst single mutants"
single_mutants "$out/mutants.csv" | sort -k3,3g -k1,1 | show_mutants

heading "Where the files are"
echo "  $out/planted.h5      the model (HDF5)"
echo "  $out/contacts.tsv    ranked contacts"
echo "  $out/mutants.csv     scored mutants"

heading "Time"
awk -v began="$began" -v ended="$ended" 'BEGIN { printf "  fit, contacts and mutants took %.1f seconds\n", ended - began }'

heading "With your own alignment (FASTA, A2M, A3M, Stockholm; plain or gzip)"
case "$potts" in
    /*) typed="$potts" ;;
    *) typed="$root/$potts" ;;
esac
cat <<END
  $typed fit my.a2m -o my.h5
  $typed contacts my.h5 > contacts.tsv
  $typed score-mutants my.h5 A24V
  $typed score-mutants my.h5 --file my_mutants.csv > scored.csv
END
