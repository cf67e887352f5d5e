"""What `potts energy --verdict` tells apart: sequences of a family that the fit has not seen, from fakes.

    python verdicts.py --potts potts --families FOLDER --work WORK --out results/verdicts.tsv [--names ...] [--fit="--gaps state"]

Whole clusters (single linkage at 80 % identity, gaps alike) are left out of each family, a fifth of its sequences. Fakes are made of those left out: columns shuffled;
each residue drawn by the frequencies of the family; halves of two put together; half of one; and sequences of the other families, not aligned. `natural_raw` are those left out
without their gaps, aligned by potts. Columns `auroc_*` are areas under the curve of p_value between the sequences left out and the fakes; `false_alarms` the share of the
sequences left out with p_value <= 0.05, `false_alarms_weighted` the same with weights of 1 / neighbours. Needs numpy.
"""

import argparse
import csv
import io
import subprocess
from pathlib import Path

import numpy as np

from benchmark_folder import find_alignment, open_text, replacing

RESIDUES = "ACDEFGHIKLMNPQRSTVWY-"
GAP = 20
ALARM = 0.05
KINDS = ["shuffled", "profile", "fragment", "chimera", "other"]
COLUMNS = ["family", "fit", "sites", "fitted", "left_out", *(f"auroc_{kind}" for kind in KINDS), "false_alarms", "false_alarms_weighted", "false_alarms_raw"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default="potts")
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--names", nargs="*")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--fit", default="", help="options of potts fit")
    parser.add_argument("--most", type=int, default=4000, help="sequences of a family at most, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    folders = [folder for folder in sorted(args.families.iterdir()) if folder.is_dir() and (not args.names or folder.name in args.names)]
    random = np.random.default_rng(args.seed)
    families = {folder.name: read(folder, args.most, random) for folder in folders}
    rows = [measure(args, name, families, random) for name in families]
    if args.out:
        there = list(csv.DictReader(args.out.open(), delimiter="\t")) if args.out.exists() else []
        there = [row for row in there if (row["family"], row["fit"]) not in {(row["family"], row["fit"]) for row in rows}]
        with replacing(args.out) as handle:
            writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(there + [{name: shown(value) for name, value in row.items()} for row in rows])
    for column in COLUMNS[5:]:
        values = [row[column] for row in rows]
        print(f"{column}: mean {np.mean(values):.3f}, from {min(values):.3f} to {max(values):.3f} over {len(values)} families")


def shown(value):
    return f"{value:.4f}" if isinstance(value, float) else value


def read(folder, most, random):
    """States at the columns where the first sequence has capital letters, of the sequences that have half of them."""
    rows = []
    with open_text(find_alignment(folder)) as handle:
        for line in handle:
            if line.startswith(">"):
                rows.append([])
            else:
                rows[-1].append(line.strip())
    rows = ["".join(row) for row in rows]
    code = np.full(256, GAP, np.uint8)
    for state, letter in enumerate(RESIDUES):
        code[ord(letter)] = state
    columns = [k for k, letter in enumerate(rows[0]) if letter.isupper()]
    states = np.array([code[np.frombuffer(row.upper().encode(), np.uint8)][columns] for row in rows])
    states = states[(states < GAP).mean(1) >= 0.5]
    if len(states) > most:
        states = states[np.sort(random.choice(len(states), most, replace=False))]
    return states


def alike(states, block=1024):
    """Pairs of rows with 80 % of equal columns, as blocks of rows."""
    hot = (states[:, :, None] == np.arange(21)).reshape(len(states), -1).astype(np.float32)
    for first in range(0, len(states), block):
        yield first, hot[first : first + block] @ hot.T >= 0.8 * states.shape[1] - 1e-3


def clusters(states):
    root = np.arange(len(states))

    def find(a):
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        return a

    neighbours = np.zeros(len(states))
    for first, linked in alike(states):
        neighbours[first : first + len(linked)] = linked.sum(1)
        for a, b in zip(*np.nonzero(linked)):
            one, other = find(first + a), find(b)
            root[max(one, other)] = min(one, other)
    return np.array([find(a) for a in range(len(states))]), 1 / neighbours


def split(states, random):
    of, weights = clusters(states)
    out, room = np.zeros(len(states), bool), len(states) // 5
    for label in random.permutation(np.unique(of)):
        own = of == label
        if own.sum() <= room - out.sum():
            out |= own
    return out, weights


def text(row):
    return "".join(RESIDUES[state] for state in row)


def fasta(records):
    return "".join(f">{name}\n{sequence}\n" for name, sequence in records)


def measure(args, name, families, random):
    states = families[name]
    out, weights = split(states, random)
    kept, held = states[~out], states[out]
    count, sites = held.shape
    profile = [np.bincount(kept[:, i], weights=weights[~out], minlength=21) for i in range(sites)]
    fragment = held.copy()
    first = random.random(count) < 0.5
    fragment[first, : sites // 2] = GAP
    fragment[~first, sites // 2 :] = GAP
    aligned = {
        "natural": held,
        "shuffled": np.stack([random.permutation(column) for column in held.T], 1),
        "profile": np.stack([random.choice(21, count, p=p / p.sum()) for p in profile], 1),
        "fragment": fragment,
        "chimera": np.concatenate([held[:, : sites // 2], held[random.permutation(count)][:, sites // 2 :]], 1),
    }
    records = [(f"{kind}|{k}", text(row)) for kind, rows in aligned.items() for k, row in enumerate(rows)]
    records += [(f"raw|{k}", text(row).replace("-", "")) for k, row in enumerate(held)]
    others = [rows for other, rows in families.items() if other != name]
    for k in range(min(500, count)) if others else []:
        rows = others[k % len(others)]
        records.append((f"other|{k}", text(rows[random.integers(len(rows))]).replace("-", "")))
    records = [(name, sequence) for name, sequence in records if sequence.strip("-")]
    files = [args.work / f"{name}.{end}" for end in ("kept.fa", "asked.fa", "h5")]
    files[0].write_text(fasta((f"s{k}", text(row)) for k, row in enumerate(kept)))
    files[1].write_text(fasta(records))
    fit = [args.potts, "fit", files[0], "--no-focus", "--alphabet", "protein", "-o", files[2], "--force", "-q", *args.fit.split()]
    subprocess.run(fit, check=True)
    run = subprocess.run([args.potts, "energy", files[2], files[1], "--verdict", "-q"], check=True, capture_output=True, text=True)
    p_values = {}
    for line in csv.DictReader(io.StringIO(run.stdout), delimiter="\t"):
        p_values.setdefault(line["name"].split("|")[0], []).append(float(line["p_value"]))
    natural = np.array(p_values["natural"])
    row = {"family": name, "fit": args.fit or "default", "sites": sites, "fitted": len(kept), "left_out": count}
    for kind in KINDS:
        row[f"auroc_{kind}"] = auroc(natural, np.array(p_values.get(kind, [])))
    alarms = natural <= ALARM
    row["false_alarms"] = float(alarms.mean())
    row["false_alarms_weighted"] = float((alarms * weights[out]).sum() / weights[out].sum())
    row["false_alarms_raw"] = float((np.array(p_values["raw"]) <= ALARM).mean())
    print(" ".join(f"{key}={shown(value)}" for key, value in row.items()), flush=True)
    return row


def auroc(natural, fake):
    """The share of pairs in which the fake has the smaller p_value; equal ones count half."""
    if not len(fake):
        return float("nan")
    ordered = np.sort(natural)
    above = len(ordered) - (np.searchsorted(ordered, fake, "left") + np.searchsorted(ordered, fake, "right")) / 2
    return float(above.mean() / len(ordered))


if __name__ == "__main__":
    main()
