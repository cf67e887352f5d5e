#!/usr/bin/env python3
"""What it costs to fit very many families: processor hours, bytes, and the largest that there will be.

    python3 workflows/measure/scale.py [--families 20000] [--growth workflows/measure/results/growth.tsv] [--sizes TABLE]

Time and memory of a fit of N sequences and L sites are taken from the measured growth (growth.py): the processor seconds of a fit of 1000
sequences and 100 sites, and the exponents. Sizes of families are drawn, always the same ones, from log-normal distributions about those of
Pfam's full alignments, which is an assumption: half the families have fewer than 1000 sequences and 125 sites, one in six more than 6000 and
230, one in a hundred more than 64 000 and 520. --sizes TABLE takes them from a table with the columns `sequences` and `sites`
instead, such as the summary of the workflow, and scales their sum to --families.
"""

import argparse
import csv
import math
import random
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20_250_101
STATES = 20
# Of log N and log L: median and standard deviation; the most of each.
SEQUENCES, SITES = (1000, 1.79), (125, 0.61)
MOST = (2_000_000, 2500)
# growth.tsv is measured with 12 iterations; the mean of 43 real families is 21 evaluations instead of 14.
ITERATIONS = 21 / 14


def measured(path):
    """Exponents of N and L, and processor seconds and bytes of a fit of 1000 sequences of 100 sites."""
    text = Path(path).read_text()
    exponent = {name: float(re.search(rf"{name}.*?grows as .\^([0-9.]+)", text).group(1))
                for name in ("against number of sequences \\(seconds\\): whole fit", "against length \\(seconds\\): whole fit")}
    rows = list(csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t"))
    base = next(row for row in rows if row["series"] == "fit against L" and row["sites"] == "100")
    return list(exponent.values()), float(base["processor_seconds"]) * ITERATIONS


def drawn(count):
    random.seed(SEED)
    for _ in range(count):
        n = min(MOST[0], max(30, SEQUENCES[0] * math.exp(random.gauss(0, SEQUENCES[1]))))
        length = min(MOST[1], max(20, SITES[0] * math.exp(random.gauss(0, SITES[1]))))
        yield n, length


def couplings(length):
    return length * (length - 1) / 2 * STATES**2 * 4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=20_000)
    parser.add_argument("--growth", default=HERE / "results/growth.tsv")
    parser.add_argument("--sizes")
    arguments = parser.parse_args()
    (by_sequences, by_sites), base = measured(arguments.growth)
    if arguments.sizes:
        with open(arguments.sizes, newline="") as table:
            sizes = [(float(row["sequences"]), float(row["sites"])) for row in csv.DictReader(table, delimiter="\t") if row["sites"]]
    else:
        sizes = list(drawn(arguments.families))
    scale = arguments.families / len(sizes)
    # Below 1000 sequences what grows with L alone dominates.
    seconds = sorted((base * max(0.5, n / 1000) ** by_sequences * (length / 100) ** by_sites for n, length in sizes), reverse=True)
    models = [couplings(length) for _, length in sizes]
    # Three and a half times the couplings, trees and letters of the sequences, the program.
    memory = sorted((3.5 * couplings(length) + 10 * n * length + 25e6 for n, length in sizes), reverse=True)
    total = sum(seconds) * scale
    print(f"families                 {arguments.families}")
    print(f"processor time           {total / 3600:.1f} core hours, {total / arguments.families:.1f} s a family")
    print(f"  half of them           under {seconds[len(seconds) // 2]:.1f} s; together {sum(seconds[len(seconds) // 2:]) / sum(seconds):.1%} of the time")
    print(f"  the largest 1 %        {sum(seconds[: len(seconds) // 100]) / sum(seconds):.0%} of the time; the largest {seconds[0] / 3600:.1f} core hours")
    print(f"models                   {sum(models) * scale / 1e12:.2f} TB ({sum(models) / len(models) / 1e6:.0f} MB a family; the largest {max(models) / 1e9:.1f} GB)")
    print(f"memory of a fit          {memory[len(memory) // 2] / 1e6:.0f} MB (half), {memory[len(memory) // 100] / 1e9:.1f} GB (one in a hundred), {memory[0] / 1e9:.0f} GB (the largest)")
    for node in (4, 16, 64):
        print(f"  more than {node:2d} GB        {sum(m > node * 1e9 for m in memory) * scale:.0f} families")


if __name__ == "__main__":
    main()
