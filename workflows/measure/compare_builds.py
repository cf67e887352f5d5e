"""Time one build of `potts` against others, side by side, and check that they find the same models.

    python3 workflows/measure/compare_builds.py PROGRAM PROGRAM... [--runs 7] [--sequences 5000] [--sites 150] [--threads N]

The programs take turns: `potts --version`, then `potts fit` by pseudolikelihood and by mean field, of a family made here. Prints the
size of each program, how many shared libraries it loads, medians of wall seconds, the ratio of the least wall seconds to those of the
first program (other work on the machine only adds to them), and the largest difference of fields and couplings from those of the first. Needs Python 3.9 or newer, numpy and h5py.
"""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import h5py
import numpy as np

from growth import write_family
from startup import in_turn

METHODS = ("plm", "mean-field")


def libraries(program):
    """How many shared libraries are loaded, those of libraries included."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return sum("=>" in line for line in listed.stdout.splitlines())


def parameters(path):
    with h5py.File(path, "r") as model:
        return [model[name][:].astype(float) for name in ("model/fields", "model/couplings")]


def difference(path, reference):
    """The largest absolute difference of two models' parameters."""
    pairs = zip(parameters(path), parameters(reference))
    return max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+", type=os.path.abspath, metavar="PROGRAM")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sequences", type=int, default=5000)
    parser.add_argument("--sites", type=int, default=150)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alignment = Path(folder, "family.a2m")
        write_family(alignment, options.sequences, options.sites)
        print("program\tMB\tshared libraries")
        for program in options.programs:
            print(f"{program}\t{os.path.getsize(program) / 1e6:.1f}\t{libraries(program)}")
        print(f"\njob ({options.sequences} x {options.sites})\tprogram\tseconds\tratio\tdifference")

        def model(method, program):
            return Path(folder, f"{method}-{options.programs.index(program)}.h5")

        def fit(method, program):
            output = model(method, program)
            return [program, "fit", alignment, "-o", output, "--force", "-q", "--method", method, "-t", str(options.threads)]

        jobs = {"start": lambda program: [program, "--version"]}
        jobs.update({method: lambda program, method=method: fit(method, program) for method in METHODS})
        for job, command in jobs.items():
            runs = options.runs * 10 if job == "start" else options.runs
            found = in_turn({program: (command(program), 0) for program in options.programs}, runs)
            first = found[options.programs[0]].least
            for program in options.programs:
                apart = f"{difference(model(job, program), model(job, options.programs[0])):.2g}" if job in METHODS else ""
                print(f"{job}\t{program}\t{found[program].wall:.4f}\t{found[program].least / first:.3f}\t{apart}")


if __name__ == "__main__":
    main()
