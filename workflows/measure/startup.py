"""Time how fast `potts` starts and how fast it reads an alignment, against programs that do nothing else.

    python3 workflows/measure/startup.py [--potts PROGRAM] [--noodles PROGRAM] [--runs 20] [--rows 100000] [--columns 200]

Starting: `potts --version` against `true`, which costs what any process does. Reading: a family of 100 000 x 200, made here, plain and
gzip, by `potts` against examples/count_letters.rs, which reads it with noodles-fasta and adds up lengths. Build both with

    cargo build --release --bin potts --example count_letters

`potts` reads a file without any other work where it is to take the columns of a reference line, which FASTA cannot have: it reads
everything, then says so and ends with exit code 3. For comparison, a fit without couplings is timed, too. The programs take turns, so that
a machine that slows down slows down all. Prints medians of wall and processor seconds, the least wall seconds, and ratios, with and
without the time to start. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from growth import write_family

BAD_INPUT = 3  # exit code


def measured(command, expected):
    """Runs a command; returns wall and processor seconds of its process."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        raise SystemExit(f"failed with exit code {process.returncode}: {' '.join(map(str, command))}")
    return wall, usage.ru_utime + usage.ru_stime


class Figures(NamedTuple):
    """Seconds of one command."""
    wall: float  # medians
    processor: float
    least: float  # wall


def in_turn(commands, runs):
    """Figures of each command, by name; a first round, which fills the system's caches, does not count."""
    measurements = {name: [] for name in commands}
    for count in range(runs + 1):
        for name, (command, expected) in commands.items():
            measurement = measured(command, expected)
            if count > 0:
                measurements[name].append(measurement)
    return {name: figures(*zip(*found)) for name, found in measurements.items()}


def figures(wall, processor):
    return Figures(statistics.median(wall), statistics.median(processor), min(wall))


def print_figures(found):
    for name, (wall, processor, least) in found.items():
        print(f"    {name:32}  {1000 * wall:6.1f} ms wall (least {1000 * least:.1f})  {1000 * processor:6.1f} ms processor")


def starting(options):
    """Times the start; returns the figures of potts."""
    found = in_turn({"true": ([shutil.which("true")], 0), "potts --version": ([options.potts, "--version"], 0)}, options.runs)
    print("starting")
    print_figures(found)
    start = found["potts --version"]
    print(f"    potts takes {1000 * (start.wall - found['true'].wall):.1f} ms more than any process")
    return start


def reading(options, path, start, folder):
    """Times the reading of one file."""
    fit = ["fit", path, "--method", "independent", "--no-reweighting", "--output", folder / "model.h5", "--force", "--quiet"]
    found = in_turn({
        "noodles-fasta": ([options.noodles, path], 0),
        "potts": ([options.potts, "weights", path, "--columns", "reference"], BAD_INPUT),
        "potts fit --method independent": ([options.potts, *fit], 0),
    }, options.runs)
    print(f"reading {path.name}, {path.stat().st_size / 1e6:.1f} MB")
    print_figures(found)
    theirs, ours = found["noodles-fasta"], found["potts"]
    for what, mine, its, before in (("medians", ours.wall, theirs.wall, start.wall), ("least", ours.least, theirs.least, start.least)):
        print(f"    potts / noodles-fasta, {what}: {mine / its:.2f}; without the start of potts {(mine - before) / its:.2f}")


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default=str(root / "target/release/potts"))
    parser.add_argument("--noodles", default=str(root / "target/release/examples/count_letters"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=200)
    options = parser.parse_args()
    start = starting(options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, packed = folder / "family.fasta", folder / "family.fasta.gz"
        write_family(plain, options.rows, options.columns)
        packed.write_bytes(gzip.compress(plain.read_bytes(), 6))
        for path in (plain, packed):
            reading(options, path, start, folder)


if __name__ == "__main__":
    main()
