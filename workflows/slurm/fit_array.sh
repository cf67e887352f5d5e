#!/usr/bin/env bash
# Fits the families of a list as a Slurm array: task k of n takes every n-th family.
#
#   sbatch --array=1-8 workflows/slurm/fit_array.sh families.tsv models [OPTIONS OF POTTS FIT]
#
# May be submitted again at any time, with another number of tasks as well: what is done is skipped, what was interrupted goes on. Two
# minutes before its time is up, or when it is pre-empted, a task keeps the state of its fits and goes back into the queue, at
# most POTTS_REQUEUES times (20). The program is $POTTS, or the potts on PATH. Memory and time for your families: potts plan.
#
#SBATCH --job-name=potts
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@120
#SBATCH --output=potts-%A_%a.log
set -u

if [ $# -lt 2 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
list="$1"
models="$2"
shift 2

memory="${SLURM_MEM_PER_NODE:-}"
"${POTTS:-potts}" fit --batch "$list" --out-dir "$models" --skip-existing \
    --shard "${SLURM_ARRAY_TASK_ID:-1}/${SLURM_ARRAY_TASK_COUNT:-1}" \
    ${memory:+--max-memory "${memory}MB"} "$@" &
batch=$!

# The shell gets the signals of Slurm, and passes them on; the batch keeps its states and ends with 75.
trap 'kill -USR1 "$batch" 2>/dev/null' USR1 TERM INT
code=0
wait "$batch" || code=$?
while kill -0 "$batch" 2>/dev/null; do
    # A signal ends `wait` early.
    code=0
    wait "$batch" || code=$?
done

if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${POTTS_REQUEUES:-20}" ]; then
    job="${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}}"
    echo "fit_array: stopped, back into the queue (${SLURM_RESTART_COUNT:-0} times so far)" >&2
    # Where Slurm has put the job back itself, there is nothing left to do.
    scontrol requeue "${job:-$SLURM_JOB_ID}" || true
fi
exit "$code"
