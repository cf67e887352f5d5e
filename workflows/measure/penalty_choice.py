"""What a penalty is worth that sequences left out choose: `--lambda-j auto` beside the default preset, over a folder of families.

    python penalty_choice.py --potts potts --families FOLDER --work WORK --out results/penalty_choice.tsv [--names ...]

Contacts: P4 by couplings alone, the mean precision of the first L/2 and L pairs from separations 6 and 24 on. Mutants: Spearman of potts_score, the mean over the assays of a
family. Models are kept in WORK.
"""

import argparse
import csv
import json
import subprocess
from pathlib import Path

from benchmark_folder import find_alignment, find_assays, number, read_contacts, read_table, replacing
from rank_statistics import mean, precision, spearman, standard_error

COLUMNS = ["family", "sites", "neff_per_site", "chosen_factor", "gain_nats", "p4_preset", "p4_auto", "spearman_preset", "spearman_auto"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default="potts")
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--names", nargs="*")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    folders = [folder for folder in sorted(args.families.iterdir()) if folder.is_dir() and not folder.name.startswith("LATTICE_")]
    rows = [measure(args, folder) for folder in folders if not args.names or folder.name in args.names]
    if args.out:
        with replacing(args.out) as handle:
            writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: shown(value) for name, value in row.items()} for row in rows)
    for what in ("p4", "spearman"):
        differences = [row[f"{what}_auto"] - row[f"{what}_preset"] for row in rows if row[f"{what}_auto"] is not None]
        if len(differences) > 1:
            print(f"{what}: auto - preset {mean(differences):+.4f} +- {standard_error(differences):.4f} over {len(differences)} families")


def shown(value):
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else value


def measure(args, folder):
    row = {"family": folder.name}
    for name, options in (("preset", []), ("auto", ["--lambda-j", "auto"])):
        model = args.work / f"{folder.name}.{name}.h5"
        if not model.exists():
            run([args.potts, "fit", find_alignment(folder), "-o", model, "-q", "--threads", args.threads, *options])
        info = json.loads(run([args.potts, "info", model, "--json"]))
        row.update(sites=info["sites"], neff_per_site=info["neff_per_site"])
        if name == "auto":
            row.update(chosen_factor=info["validation"]["lambda_j_factor"], gain_nats=info["validation"]["gain"])
        row[f"p4_{name}"] = contacts(args, model, folder, info["sites"])
        row[f"spearman_{name}"] = mutants(args, model, folder)
    return row


def contacts(args, model, folder, sites):
    is_contact = read_contacts(folder)
    if not is_contact:
        return None
    table = args.work / "contacts.tsv"
    table.write_text(run([args.potts, "contacts", model, "--score", "apc", "--top", "all", "--min-separation", "6"]))
    pairs = (tuple(sorted((int(line["i"]), int(line["j"])))) for line in read_table(table))
    ranked = [pair for pair in pairs if pair in is_contact]
    return mean([precision(ranked, count, separation, is_contact) for count in (sites // 2, sites) for separation in (6, 24)])


def mutants(args, model, folder):
    found = []
    for assay in find_assays(folder):
        table = args.work / "scored.csv"
        table.write_text(run([args.potts, "score-mutants", model, "--file", assay, "-q"]))
        lines = [line for line in read_table(table) if line["status"] == "scored" and number(line["score"]) is not None]
        found.append(spearman([(number(line["potts_score"]), number(line["score"])) for line in lines]))
    return mean(found) if found else None


def run(command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
