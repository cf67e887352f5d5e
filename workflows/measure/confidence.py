"""What the levels of `confidence` are worth: how well scores follow measured values within each, over the assays of a folder of families.

    python confidence.py --potts potts --families FOLDER --work WORK --out results/confidence.tsv [--names BLAT_ECOLX GFP_AEQVI ...]

Each family is fitted with replicates (kept in WORK and not fitted again). Within a level Spearman's correlation is over its mutants alone; means are over
the assays of a family, then over families. Levels with fewer than 30 mutants of an assay are left out there.
"""

import argparse
import csv
import subprocess
from pathlib import Path

from benchmark_folder import find_alignment, find_assays, number, replacing
from rank_statistics import mean, spearman, standard_error

LEVELS = ["high", "medium", "low"]
LEAST = 30
COLUMNS = ["family", "assay", "level", "mutants", "share", "potts_score", "effect_score"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default="potts")
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--names", nargs="*")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--replicates", type=int, default=20, help="0 for none")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for folder in sorted(args.families.iterdir()):
        if folder.is_dir() and find_assays(folder) and not folder.name.startswith("LATTICE_"):
            if not args.names or folder.name in args.names:
                rows.extend(measure(args, folder))
    if args.out:
        with replacing(args.out) as handle:
            writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    summarise(rows)


def measure(args, folder):
    model = args.work / f"{folder.name}.h5"
    if not model.exists():
        options = ["--bootstrap", str(args.replicates)] if args.replicates else []
        run([args.potts, "fit", find_alignment(folder), "-o", model, "-q", "--threads", args.threads, *options])
    for assay in find_assays(folder):
        scored = args.work / f"{folder.name}.{Path(assay).name.split('.')[0]}.tsv"
        if not scored.exists():
            run([args.potts, "score-mutants", model, "--file", assay, "--against", "score", "-o", scored, "-q"])
        with open(scored, newline="") as handle:
            table = [row for row in csv.DictReader(handle, delimiter="\t")]
        table = [row for row in table if row["status"] == "scored" and number(row["score"]) is not None]
        for level in LEVELS:
            own = [row for row in table if row["confidence"] == level]
            if len(own) >= LEAST:
                yield {
                    "family": folder.name,
                    "assay": Path(assay).name.split(".")[0],
                    "level": level,
                    "mutants": len(own),
                    "share": f"{len(own) / len(table):.3f}",
                    **{name: f"{correlation(own, name):.4f}" for name in ("potts_score", "effect_score")},
                }


def correlation(rows, name):
    return spearman([(number(row[name]), number(row["score"])) for row in rows])


def summarise(rows):
    for level in LEVELS:
        for name in ("potts_score", "effect_score"):
            by_family = {}
            for row in rows:
                if row["level"] == level:
                    by_family.setdefault(row["family"], []).append(float(row[name]))
            means = [mean(values) for values in by_family.values()]
            if len(means) > 1:
                print(f"{level:>7} {name:>13} {mean(means):.3f} +- {standard_error(means):.3f} over {len(means)} families")


def run(command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
