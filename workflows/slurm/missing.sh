#!/usr/bin/env bash
# Prints the families of a list that are not done yet, as a list for the next run; what failed and why goes to standard error.
#
#   bash workflows/slurm/missing.sh families.tsv models > missing.tsv
set -u

if [ $# -ne 2 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
"${POTTS:-potts}" batch-status "$2" "$1" --missing
