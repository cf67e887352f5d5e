#!/usr/bin/env python3
"""Holds what `potts plan` says against what the fit then takes, over a folder of families.

    python3 workflows/measure/check_plan.py FAMILIES [--potts target/release/potts] [--threads 2] [--methods plm] [--out plan.tsv]

FAMILIES has a folder for each family, with alignment.a2m (or .fasta, .sto; also .gz). Prints a row a family and
method, and the share of families within 10 % of memory and 30 % of time. The machine should do nothing else. Small fits are
planned by a trial nearly as long as they are; of times below --least-seconds (0.5) only the difference is shown.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

COLUMNS = ["family", "method", "sequences", "sites", "neff_per_site", "planned_bytes", "peak_bytes", "memory_ratio", "planned_seconds",
           "seconds", "time_ratio", "planned_model_bytes", "model_bytes"]


def run(command):
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ended.stderr}")
    return json.loads(ended.stdout)


def alignment_of(family):
    found = sorted(path for path in family.iterdir() if path.name.startswith("alignment."))
    return found[0] if found else None


def compare(family, alignment, arguments):
    threads = ["--threads", arguments.threads, "--quiet", "--json"]
    plan = run([arguments.potts, "plan", alignment, *threads])
    with tempfile.TemporaryDirectory() as folder:
        for method in arguments.methods.split(","):
            model = Path(folder) / f"{method}.h5"
            fit = run([arguments.potts, "fit", alignment, "--method", method, "-o", model, *threads])
            planned, timings = plan["methods"][method], fit["timings"]
            yield {
                "family": family.name,
                "method": method,
                "sequences": plan["sequences"],
                "sites": plan["sites"],
                "neff_per_site": f"{plan['neff_per_site']:.2f}",
                "planned_bytes": planned["memory_bytes"],
                "peak_bytes": timings["peak_bytes"],
                "memory_ratio": f"{planned['memory_bytes'] / timings['peak_bytes']:.3f}",
                "planned_seconds": f"{planned['seconds']:.3f}",
                "seconds": f"{timings['total_seconds']:.3f}",
                "time_ratio": f"{planned['seconds'] / timings['total_seconds']:.3f}",
                "planned_model_bytes": planned["model_bytes"],
                "model_bytes": model.stat().st_size,
            }


def share(rows, column, most):
    ratios = [float(row[column]) for row in rows]
    within = sum(1 / (1 + most) <= ratio <= 1 + most for ratio in ratios)
    return f"{within} of {len(ratios)} within {most:.0%} ({min(ratios):.2f} to {max(ratios):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", type=Path)
    parser.add_argument("--potts", default="target/release/potts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--methods", default="plm")
    parser.add_argument("--least-seconds", type=float, default=0.5)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()

    rows = []
    for family in sorted(path for path in arguments.families.iterdir() if path.is_dir()):
        alignment = alignment_of(family)
        for row in compare(family, alignment, arguments) if alignment else ():
            rows.append(row)
            print(*(row[column] for column in ("family", "method", "memory_ratio", "planned_seconds", "seconds", "time_ratio")), flush=True)
    if not rows:
        sys.exit(f"no families in {arguments.families}")
    for method in arguments.methods.split(","):
        own = [row for row in rows if row["method"] == method]
        longer = [row for row in own if float(row["seconds"]) >= arguments.least_seconds]
        apart = max(abs(float(row["planned_seconds"]) - float(row["seconds"])) for row in own if row not in longer) if len(longer) < len(own) else 0
        print(f"{method}: memory {share(own, 'memory_ratio', 0.1)}")
        if longer:
            print(f"{method}: time of {arguments.least_seconds} s and more {share(longer, 'time_ratio', 0.3)}")
        print(f"{method}: shorter times at most {apart:.2f} s apart")
    if arguments.out:
        with open(arguments.out, "w", newline="") as table:
            writer = csv.DictWriter(table, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
