#!/usr/bin/env bash
# One family too large for a node: fits some sites on each of many nodes, then puts them together.
#
#   bash workflows/slurm/one_family.sh ALIGNMENT MODEL.h5 SITES PARTS [OPTIONS OF SBATCH]
#
# SITES is the number of modelled sites (`potts plan` tells it, and how many parts fit into a node's memory). Options of
# the fit are taken from POTTS_FIT_OPTIONS. Submits an array of fits, which may be pre-empted and go on, and a job that merges them once
# all have ended well. Parts lie beside the model, in MODEL.parts; submitted again, only those that are missing are fitted.
set -euo pipefail

if [ "${1:-}" != --part ]; then
    if [ $# -lt 4 ]; then
        sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
        exit 2
    fi
    alignment="$1" model="$2" sites="$3" parts="$4"
    shift 4
    mkdir -p "$model.parts"
    array="$(sbatch --parsable --array="1-$parts" --job-name=potts-part --cpus-per-task=2 --requeue --open-mode=append \
        --signal=B:USR1@120 --output="$model.parts/%a.log" "$@" "$0" --part "$alignment" "$model" "$sites" "$parts")"
    merge="$(sbatch --parsable --dependency="afterok:$array" --job-name=potts-merge --output="$model.parts/merge.log" "$@" \
        --wrap "${POTTS:-potts} merge '$model.parts'/*.h5 -o '$model' --force")"
    echo "submitted: $parts parts ($array), and the merge after them ($merge)"
    exit
fi

alignment="$2" model="$3" sites="$4" parts="$5"
# Whole groups of eight sites, as equal as they can be.
groups=$(((sites + 7) / 8))
k="$SLURM_ARRAY_TASK_ID"
first=$((groups * (k - 1) / parts * 8 + 1))
last=$((groups * k / parts * 8))
last=$((last < sites ? last : sites))
part="$model.parts/$k.h5"
if [ -e "$part" ]; then
    echo "one_family: $part is there already"
    exit 0
fi
# Words of the options are split on purpose.
# shellcheck disable=SC2086
"${POTTS:-potts}" fit "$alignment" --method plm-asymmetric --sites "$first-$last" -o "$part" ${POTTS_FIT_OPTIONS:-} &
fit=$!
trap 'kill -USR1 "$fit" 2>/dev/null' USR1 TERM INT
code=0
wait "$fit" || code=$?
while kill -0 "$fit" 2>/dev/null; do
    code=0
    wait "$fit" || code=$?
done
if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${POTTS_REQUEUES:-20}" ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$k" || true
fi
exit "$code"
