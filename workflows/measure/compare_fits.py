"""Fit families with one build of `potts` and with another, in turn, and compare what the fits take and where they end.

    python3 workflows/measure/compare_fits.py BEFORE AFTER FAMILY... [--runs 7] [--threads 2] [--out workflows/measure/results/compare_fits.tsv]

FAMILY is a folder with an alignment (`alignment.*`) and, if mutants shall be compared, tables `dms*.csv` with the column `score`. A fit of the second build with the
tolerance 1e-9 is taken for the optimum.

Prints a row a family: sequences and sites; wall and user seconds and peak memory of both builds (medians of the runs), and the medians of the
ratios run by run; evaluations; how far the objectives at the end lie above the optimum's, as a share of it; of the L strongest pairs at least
6 apart the share that are the optimum's; and the largest difference of Spearman's correlation from the optimum's over the tables of mutants.
At the end geometric means of the ratios. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ["family", "N", "L", "wall_before", "wall_after", "wall_ratio", "user_before", "user_after", "user_ratio", "mb_before", "mb_after",
           "evaluations_before", "evaluations_after", "above_before", "above_after", "top_l_before", "top_l_after", "spearman_before", "spearman_after"]


class Build:
    """A program, and what its fits took."""

    def __init__(self, program, threads, folder):
        self.program, self.threads, self.model = program, threads, folder / "model.h5"
        self.runs, self.summary = [], None

    def fit(self, alignment, *options):
        """Fits once; keeps wall seconds, user seconds and memory in MB."""
        command = [self.program, "fit", alignment, "-o", self.model, "--force", "--quiet", "--json", "--threads", str(self.threads), *options]
        with tempfile.TemporaryFile("w+") as output:
            began = time.monotonic()
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise SystemExit(f"failed: {' '.join(map(str, command))}")
            output.seek(0)
            self.summary = json.load(output)
        self.runs.append((wall, usage.ru_utime, usage.ru_maxrss * 1024 / 1e6))

    def ask(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments), "--quiet"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"failed: {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def objective(self, alignment):
        """In double precision."""
        rows = self.ask("objective", self.model, alignment).splitlines()
        return float(dict(row.split("\t") for row in rows)["objective"])

    def strongest(self):
        rows = self.ask("contacts", self.model, "--score", "apc", "--top", self.summary["sites"]).splitlines()
        return {(row["i"], row["j"]) for row in csv.DictReader(rows, delimiter="\t")}

    def spearman(self, tables):
        """Of each table."""
        found = {}
        for table in tables:
            scored = json.loads(self.ask("score-mutants", self.model, "--file", table, "--against", "score", "--json"))
            found[table] = scored["against"]["potts_score"]
        return found

    def median(self, what):
        return statistics.median(run[what] for run in self.runs)


def compared(family, options, folder):
    """The row of a family."""
    alignment = next(path for path in sorted(family.glob("alignment.*")))
    tables = sorted(family.glob("dms*.csv*"))
    before, after = (Build(program, options.threads, folder) for program in (options.before, options.after))
    ends = {}
    for build in (before, after):
        build.fit(alignment)
        ends[build] = build.objective(alignment), build.strongest(), build.spearman(tables)
        build.runs.clear()
    optimum = Build(options.after, options.threads, folder)
    optimum.fit(alignment, "--tolerance", "1e-9", "--max-iterations", "2000")
    best, strongest, correlations = optimum.objective(alignment), optimum.strongest(), optimum.spearman(tables)
    for _ in range(options.runs):
        before.fit(alignment)
        after.fit(alignment)
    ratio = [statistics.median(a[what] / b[what] for a, b in zip(after.runs, before.runs)) for what in (0, 1)]
    row = {"family": family.name, "N": after.summary["sequences_kept"], "L": after.summary["sites"],
           "wall_ratio": f"{ratio[0]:.3f}", "user_ratio": f"{ratio[1]:.3f}"}
    for name, build in (("before", before), ("after", after)):
        moved = [abs(rho - correlations[table]) for table, rho in ends[build][2].items()]
        row.update({
            f"wall_{name}": f"{build.median(0):.3f}", f"user_{name}": f"{build.median(1):.3f}", f"mb_{name}": f"{build.median(2):.0f}",
            f"evaluations_{name}": build.summary["fit"]["evaluations"],
            f"above_{name}": f"{ends[build][0] / best - 1:.1e}",
            f"top_l_{name}": f"{len(ends[build][1] & strongest) / len(strongest):.3f}",
            f"spearman_{name}": f"{max(moved):.4f}" if moved else ""})
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=os.path.abspath)
    parser.add_argument("after", type=os.path.abspath)
    parser.add_argument("families", type=Path, nargs="+", metavar="FAMILY")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, help="table to write besides")
    options = parser.parse_args()
    rows = []
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    with tempfile.TemporaryDirectory() as scratch:
        for family in options.families:
            rows.append(compared(family, options, Path(scratch)))
            writer.writerow(rows[-1])
            sys.stdout.flush()
    means = {what: math.exp(statistics.mean(math.log(float(row[what])) for row in rows)) for what in ("wall_ratio", "user_ratio")}
    words = f"# geometric means over {len(rows)} families: wall {means['wall_ratio']:.3f}, user {means['user_ratio']:.3f} ({options.runs} runs in turn, {options.threads} threads)"
    print(words)
    if options.out:
        with open(options.out, "w", newline="") as out:
            out.write(words + "\n")
            saved = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
            saved.writeheader()
            saved.writerows(rows)


if __name__ == "__main__":
    main()
