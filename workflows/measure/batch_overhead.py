"""Measure what `potts fit --batch` costs beside bare fits, and whether it keeps the processors busy.

    python3 workflows/measure/batch_overhead.py [--potts PROGRAM] [--families 500] [--runs 3] [--threads 2] [--out workflows/measure/results/batch.tsv]

The families are made here, the same on every machine (see growth.py), and measured are

    one family   `potts fit` against `potts fit --batch` of a list of one, the same threads, for a small, a middling and a large family;
                 the two take turns, and the medians count. The ratio and the difference of their seconds are the overhead
    many         a list of small families of several sizes, some ten times as large as others: processor seconds of all processes over
                 seconds on the clock times threads, and seconds on the clock against those of a plain loop of bare fits with all threads
    uneven       a few families of which one is as much work as all others: the same figures; here the last to end decides

Processor seconds are those of the batch and of all its children. On a machine that has other things to do the use of the processors
looks lower than it is. Prints a table, and writes it with --out. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import csv
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from growth import write_family

# Sequences and sites.
SINGLE = {"small": (300, 60), "middling": (3000, 120), "large": (20_000, 200)}
SMALL = [(200, 40), (400, 60), (800, 70), (1500, 90), (300, 100)]
UNEVEN = [(15_000, 180)] + 6 * [(3000, 120)]
COLUMNS = ["measurement", "items", "threads", "runs", "bare_seconds", "batch_seconds", "ratio", "seconds_more_per_item", "processor_use"]


def measured(command):
    """Runs a command; returns wall and processor seconds, those of its own children included."""
    began = time.monotonic()
    before = os.times()
    process = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True, check=False)
    wall = time.monotonic() - began
    after = os.times()
    if process.returncode != 0:
        raise SystemExit(f"failed with exit code {process.returncode}: {' '.join(map(str, command))}\n{process.stderr}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


class Bench:
    """Runs bare fits and batches, each into a folder of its own."""

    def __init__(self, options, folder):
        self.options, self.folder, self.count = options, folder, 0

    def new_folder(self):
        self.count += 1
        made = self.folder / f"out{self.count}"
        made.mkdir()
        return made

    def bare(self, families):
        """Seconds of bare fits, one after the other."""
        out = self.new_folder()
        common = ["--quiet", "--threads", self.options.threads]
        runs = [measured([self.options.potts, "fit", path, "-o", out / f"{path.stem}.h5", *common]) for path in families]
        return sum(wall for wall, _ in runs)

    def batch(self, families):
        """Wall and processor seconds of a batch."""
        out = self.new_folder()
        listed = out / "list.txt"
        listed.write_text("".join(f"{path}\n" for path in families))
        return measured([self.options.potts, "fit", "--batch", listed, "--out-dir", out, "--quiet", "--threads", self.options.threads])

    def compare(self, name, families, runs):
        """A row of the table: bare fits and batches take turns."""
        bare, batch = [], []
        for _ in range(runs):
            bare.append(self.bare(families))
            batch.append(self.batch(families))
        alone = statistics.median(bare)
        seconds, used = statistics.median_low(batch)
        row = {
            "measurement": name, "items": len(families), "threads": self.options.threads, "runs": runs,
            "bare_seconds": f"{alone:.2f}", "batch_seconds": f"{seconds:.2f}", "ratio": f"{seconds / alone:.3f}",
            "seconds_more_per_item": f"{(seconds - alone) / len(families):.3f}",
            "processor_use": f"{used / (seconds * self.options.threads):.3f}",
        }
        print("\t".join(str(row[column]) for column in COLUMNS), flush=True)
        return row


def make(folder, prefix, sizes):
    """Families of these sizes; equal sizes are copies."""
    first, paths = {}, []
    for number, size in enumerate(sizes):
        path = folder / f"{prefix}{number}.fasta"
        if size in first:
            os.link(first[size], path)
        else:
            write_family(path, *size)
            first[size] = path
        paths.append(path)
    return paths


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default=str(root / "target/release/potts"))
    parser.add_argument("--families", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(options, folder)
        print("\t".join(COLUMNS))
        rows = []
        for size, shape in SINGLE.items():
            families = make(folder, size, [shape])
            rows.append(bench.compare(f"one family, {size}: {shape[0]} x {shape[1]}", families, options.runs))
        many = [SMALL[number % len(SMALL)] for number in range(options.families)]
        rows.append(bench.compare("many", make(folder, "many", many), 1))
        rows.append(bench.compare("uneven", make(folder, "uneven", UNEVEN), 1))
    if options.out:
        with open(options.out, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
