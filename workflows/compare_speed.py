"""Time `potts fit` against plmc on the same work: the same rows, penalties and number of threads.

    python3 workflows/compare_speed.py PLMC ALIGNMENT --focus NAME --lambda-j 16 [--lambda-h 0.01] [--threads 2] [--runs 3]

PLMC is a plmc program that you have built; ALIGNMENT is a plain FASTA or A2M file (plmc reads no gzip). Both treat gaps as missing
data (plmc -g), keep every row without unknown letters and weight at 80 % identity. plmc is given the 100 iterations of its
documentation, at which it usually stops short of the optimum; potts runs until it has converged. The programs take turns, so that
a machine that slows down slows down both. Prints wall seconds, processor seconds and peak memory of each run, and the ratios.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def measured(command):
    """Runs a command; returns wall seconds, processor seconds and peak memory in MB of its process."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def commands(options, folder):
    """The command line of each program, by name."""
    threads, h, j = str(options.threads), str(options.lambda_h), str(options.lambda_j)
    return {
        "plmc": [options.plmc, "-o", f"{folder}/plmc.params", "-c", f"{folder}/plmc.ec", "-le", j, "-lh", h,
                 "-m", "100", "-g", "-n", threads, "-f", options.focus, options.alignment],
        "potts": [options.potts, "fit", options.alignment, "-o", f"{folder}/potts.h5", "--force", "--quiet", "--focus", options.focus,
                  "--lambda-j", j, "--lambda-h", h, "--min-sequence-coverage", "0", "--threads", threads],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plmc")
    parser.add_argument("alignment")
    parser.add_argument("--focus", required=True)
    parser.add_argument("--lambda-j", type=float, required=True)
    parser.add_argument("--lambda-h", type=float, default=0.01)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--potts", default=str(root / "target/release/potts"))
    options = parser.parse_args()
    figures = {"plmc": [], "potts": []}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(1, options.runs + 1):
            for name, command in commands(options, folder).items():
                wall, processor, memory = measured(command)
                figures[name].append((wall, processor, memory))
                print(f"run {run}  {name:5}  {wall:8.2f} s wall  {processor:8.2f} s processor  {memory:6.0f} MB", flush=True)
    for k, what in enumerate(["wall time", "processor time", "peak memory"]):
        ratios = [a[k] / b[k] for a, b in zip(figures["plmc"], figures["potts"])]
        print(f"{what}: plmc / potts = {statistics.median(ratios):.1f} (median of {options.runs}; {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
