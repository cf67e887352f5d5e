"""What a fit of very many sequences takes, step by step, and how it grows.

    python3 workflows/measure/many_rows.py ALIGNMENT [--potts PROGRAM] [--rows 10000,100000,1000000] [--threads 2]
                                           [--out workflows/measure/results/many_rows.tsv]

Two families of every size are made, the same on every machine: a sample of a planted Potts model of 200 sites, each of which is coupled to
one site before it, so that no two sequences are near each other; and rows of ALIGNMENT (FASTA or A2M, also gzip), as many as are asked for
in turn, in which one letter in twenty was replaced by any.

Prints a row a family and size: seconds of reading, of choosing rows and columns, of weights, of counting, of growing the trees and of an
evaluation (the difference between fits of 1 and of 3 iterations, by their evaluations), the peak of memory, and what `potts plan` said of
it. At the end, for each step, the exponent by which it grew from the second largest size to the largest. Needs Python 3.9 or newer and
numpy.
"""
import argparse
import csv
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SEED = 20_250_101
SITES = 200
LETTERS = np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", dtype=np.uint8)
MUTATED = 0.05
STEPS = {"reading": "reading the alignment", "choosing": "choosing rows and columns", "weights": "weighing sequences",
         "counting": "counting residues", "trees": "ordering sequences"}
COLUMNS = ["family", "rows", "sites", "neff", *STEPS, "evaluation", "peak_mb", "planned_mb", "planned_over_peak"]


def planted(rows):
    """A sample of a Potts model whose couplings make a tree: exact, a site after the other."""
    dice = np.random.default_rng(SEED)
    states = np.empty((rows, SITES), dtype=np.uint8)
    fields = dice.normal(0, 1, (SITES, 20))
    for site in range(SITES):
        if site == 0:
            logits = np.repeat(fields[:1], 20, axis=0)
            above = np.zeros(rows, dtype=np.uint8)
        else:
            logits = fields[site] + dice.normal(0, 1.5, (20, 20))
            above = states[:, dice.integers(max(0, site - 20), site)]
        chances = np.exp(logits)
        limits = np.cumsum(chances / chances.sum(1, keepdims=True), axis=1)
        drawn = dice.random(rows)
        for state in range(20):
            own = above == state
            states[own, site] = np.minimum(np.searchsorted(limits[state], drawn[own]), 19)
    return LETTERS[states]


def mutants_of(path, rows):
    """Rows of an alignment in turn, over the columns of its first sequence's upper-case letters, some of whose letters are replaced."""
    sequences, own = [], []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
        for line in lines:
            if line.startswith(">"):
                own = []
                sequences.append(own)
            else:
                own.append(line.strip())
    sequences = ["".join(own) for own in sequences]
    columns = [k for k, letter in enumerate(sequences[0]) if letter.isupper()]
    letters = np.array([list(own.encode()) for own in sequences], dtype=np.uint8)[:, columns]
    dice = np.random.default_rng(SEED)
    found = letters[np.arange(rows) % len(letters)]
    for start in range(0, rows, 10_000):
        part = found[start:start + 10_000]
        replaced = (dice.random(part.shape) < MUTATED) & (part != ord("-")) & (part != ord("."))
        part[replaced] = LETTERS[dice.integers(0, 20, int(replaced.sum()))]
    found[0] = letters[0]
    return found


def write(path, letters):
    with open(path, "wb") as out:
        for n, row in enumerate(letters):
            out.write(b">s%d\n%b\n" % (n, row.tobytes()))


def asked(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"failed: {' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def measured(name, alignment, options, folder):
    common = [alignment, "--quiet", "--json", "--threads", str(options.threads)]
    plan = asked([options.potts, "plan", *common])
    fits = [asked([options.potts, "fit", *common, "-o", folder / "model.h5", "--force", "--no-sequences", "--tolerance", "1e-12",
                   "--max-iterations", str(most)]) for most in (1, 3)]
    seconds = [{phase["name"]: phase["seconds"] for phase in fit["timings"]["phases"]} for fit in fits]
    (short, long), phases = fits, seconds[-1]
    longer = seconds[1]["minimising"] - seconds[0]["minimising"]
    evaluation = longer / (long["fit"]["evaluations"] - short["fit"]["evaluations"])
    planned, peak = plan["methods"]["plm"]["memory_bytes"], long["timings"]["peak_bytes"]
    return {"family": name, "rows": long["sequences_kept"], "sites": long["sites"], "neff": f"{long['neff']:.0f}",
            **{step: f"{phases.get(phase, 0):.3f}" for step, phase in STEPS.items()}, "evaluation": f"{evaluation:.3f}",
            "peak_mb": f"{peak / 1e6:.0f}", "planned_mb": f"{planned / 1e6:.0f}", "planned_over_peak": f"{planned / peak:.3f}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("alignment", type=Path)
    parser.add_argument("--potts", default="target/release/potts", type=os.path.abspath)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, help="table to write besides")
    options = parser.parse_args()
    rows, words = [], []
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, made in (("planted", planted), ("mutated", lambda count: mutants_of(options.alignment, count))):
            own = []
            for count in map(int, options.rows.split(",")):
                alignment = folder / "family.fasta"
                write(alignment, made(count))
                own.append(measured(name, alignment, options, folder))
                writer.writerow(own[-1])
                sys.stdout.flush()
            rows += own
            if len(own) > 1:
                grown = math.log(own[-1]["rows"] / own[-2]["rows"])
                exponents = [f"{step} {math.log(float(own[-1][step]) / max(float(own[-2][step]), 1e-3)) / grown:.2f}" for step in (*STEPS, "evaluation", "peak_mb")]
                words.append(f"# {name}: grows with the number of rows as its power of: {', '.join(exponents)}")
    print("\n".join(words))
    if options.out:
        with open(options.out, "w", newline="") as out:
            out.writelines(word + "\n" for word in words)
            saved = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
            saved.writeheader()
            saved.writerows(rows)


if __name__ == "__main__":
    main()
