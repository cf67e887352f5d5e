#!/usr/bin/env python3
"""The score `pattern` on fits of other presets and methods than those that it was trained on.

    python3 workflows/measure/pattern/presets.py FAMILIES --potts target/release/potts [--out presets.tsv]

FAMILIES as for train.py. Each family of sets.tsv is fitted as `--preset contacts` (what patterns were trained on), with the defaults, as `--preset mutants`, with the
gap as a state, by asymmetric pseudolikelihood and by mean field, and its pairs ranked by `pattern` and by `score`. Prints P4 (the mean of the precisions
at L/2 and L of pairs at least 6 and at least 24 apart) a family, and the mean difference from `--preset contacts` with its standard error. The shipped
networks saw these families: the differences between fits say something, the heights do not. Half an hour on two cores.
"""
import argparse
import csv
import gzip
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from train import CONTACT, HERE, alignment_of

FITS = {
    "contacts": ["--preset", "contacts"],
    "balanced": [],
    "mutants": ["--preset", "mutants"],
    "gap_state": ["--gaps", "state"],
    "asymmetric": ["--method", "plm-asymmetric"],
    "mean_field": ["--method", "mean-field"],
}
SCORES = ("pattern", "score")


def touching_pairs(folder):
    """Whether the pairs of known distance touch, by their positions."""
    with gzip.open(folder / "distances.tsv.gz", "rt") as lines:
        rows = [line.split()[:3] for line in lines][1:]
    return {(int(i), int(j)): float(distance) < CONTACT for i, j, distance in rows if distance not in ("NA", "nan")}


def p4(rows, known, sites, score):
    precisions = []
    for least in (6, 24):
        pairs = [(float(row[score]), known.get((int(row["i"]), int(row["j"])))) for row in rows if int(row["j"]) - int(row["i"]) >= least]
        touching = [touches for _, touches in sorted((pair for pair in pairs if pair[1] is not None), key=lambda pair: -pair[0])]
        precisions += [np.mean(touching[: max(1, round(sites * share))]) for share in (0.5, 1)]
    return float(np.mean(precisions))


def evaluate(family, potts):
    known = touching_pairs(family)
    with tempfile.TemporaryDirectory() as folder:
        model, table = Path(folder) / "model.h5", Path(folder) / "contacts.tsv"
        for name, options in FITS.items():
            subprocess.run([potts, "fit", alignment_of(family), "-q", "--force", "-o", model, "--threads", "1", *options], check=True)
            command = [potts, "contacts", model, "--top", "all", "-q", "--json", "-o", table, "--force", "--threads", "1"]
            sites = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["sites"]
            with open(table, newline="") as lines:
                rows = list(csv.DictReader(lines, delimiter="\t"))
            yield name, [p4(rows, known, sites, score) for score in SCORES]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", type=Path)
    parser.add_argument("--potts", default="target/release/potts")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with open(HERE / "sets.tsv") as sets:
        folders = sorted(arguments.families / row["family"] for row in csv.DictReader(sets, delimiter="\t"))
    columns = ["family"] + [f"{name}_{score}" for name in FITS for score in SCORES]
    table = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for folder, values in zip(folders, pool.map(lambda folder: dict(evaluate(folder, arguments.potts)), folders)):
            table.append([value for name in FITS for value in values[name]])
            print(folder.name, *(f"{value:.3f}" for value in table[-1]), sep="\t", flush=True)
    if arguments.out:
        with open(arguments.out, "w") as out:
            rows = [[folder.name, *(f"{value:.4f}" for value in values)] for folder, values in zip(folders, table)]
            out.writelines("\t".join(row) + "\n" for row in [columns, *rows])
    values = np.array(table)
    for number, name in enumerate(FITS):
        patterns, scores = values[:, 2 * number], values[:, 2 * number + 1]
        apart = patterns - values[:, 0]
        error = apart.std(ddof=1) / len(apart) ** 0.5
        print(f"{name}: pattern {patterns.mean():.3f} (from contacts' {apart.mean():+.4f} +- {error:.4f}, least {apart.min():+.3f}), score {scores.mean():.3f}")


if __name__ == "__main__":
    sys.exit(main())
