"""Whether the errors of replicates are right: families are sampled from a model that is known, and a fit with replicates to each is compared with a
fit to twenty times as many sequences.

    python bootstrap_coverage.py --potts potts --alignment ../../data/planted.a2m --families 50 --out results/bootstrap_coverage.tsv

The model is that of a fit to the alignment, of whose couplings those of the first L pairs stay: all other pairs have none. Its Gibbs sampler updates all chains of all families at once, site by site. Penalties grow with the data, so
that both fits have the same optimum in the mean. Needs numpy and h5py.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import h5py
import numpy as np

TIMES = 20
"""Sequences of the large family, by those of a small one."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default="potts")
    parser.add_argument("--alignment", type=Path, required=True)
    parser.add_argument("--families", type=int, default=50)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--sweeps", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(args, Path(folder))
    lines = ["\t".join(rows[0])] + ["\t".join(f"{value:.4g}" for value in row.values()) for row in rows]
    text = "\n".join(lines) + "\n"
    if args.out:
        args.out.write_text(text)
    for name in list(rows[0])[1:]:
        values = np.array([row[name] for row in rows])
        print(f"{name:>24} {values.mean():.4f} +- {values.std(ddof=1) / len(values) ** .5:.4f} ({values.min():.4f} to {values.max():.4f})")


def measure(args, folder):
    fit(args, args.alignment, folder / "planted.h5", [])
    with h5py.File(folder / "planted.h5") as file:
        letters = file.attrs["alphabet"]
        fields = file["model/fields"][...]
        fields, packed = zero_sum(fields, file["model/couplings"][...])
        couplings = dense(strongest(packed, len(fields)), *fields.shape)
        target = bytes(file["columns/letter"][...][file["columns/modelled"][...] == 1]).decode()
    small, large = args.families * args.sequences, TIMES * args.sequences
    states = sample(fields, couplings, small + large, args.sweeps, np.random.default_rng(args.seed))
    truth = folder / "truth.h5"
    scales = ["--lambda-h", str(TIMES), "--lambda-j", f"{0.015 * TIMES}x"]
    write(folder / "truth.a2m", target, states[small:], letters)
    fit(args, folder / "truth.a2m", truth, scales)
    rows = []
    for k in range(args.families):
        own = states[k * args.sequences:][:args.sequences]
        write(folder / "own.a2m", target, own, letters)
        options = ["--bootstrap", str(args.replicates), "--seed", str(k), "--lambda-h", "1", "--lambda-j", "0.015x", "--force"]
        seconds = fit(args, folder / "own.a2m", folder / "own.h5", options)
        rows.append({"family": k, **compare(args, folder / "own.h5", truth), **seconds})
    return rows


def fit(args, alignment, model, options):
    """Fits; returns by how much replicates prolong the fit, where there are some."""
    command = [args.potts, "fit", alignment, "-o", model, "-q", "--json", "--threads", args.threads, *options]
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    timings = json.loads(done.stdout)["timings"]
    phases = {phase["name"]: phase["seconds"] for phase in timings.get("phases", [])}
    if "fitting resampled sequences" not in phases:
        return {}
    alone = phases["ordering sequences"] + phases["minimising"] + phases["filling the model"]
    return {"replicates_in_fits": phases["fitting resampled sequences"] / alone}


def compare(args, own, truth):
    """Shares of the intervals of 1.96 standard errors that hold what the large family has."""
    pairs = [table(args, ["contacts", path, "--top", "all", "--min-separation", "1"], ["i", "j"]) for path in (own, truth)]
    singles = [table(args, ["score-mutants", path, "--all-single"], ["mutant"]) for path in (own, truth)]
    inside, ratio = {}, {}
    for name, (mine, other), value, error in [
        ("cn", pairs, "cn", "cn_se"),
        ("potts_score", singles, "potts_score", "potts_se"),
    ]:
        keys = [key for key in mine if mine[key][error] not in ("", "0.0000")]
        difference = np.array([float(mine[key][value]) - float(other[key][value]) for key in keys])
        errors = np.array([float(mine[key][error]) for key in keys])
        inside[name] = np.mean(np.abs(difference) <= 1.96 * errors)
        ratio[name] = np.sqrt(np.mean(errors**2) / np.mean(difference**2))
        if name == "cn":
            count = sum(1 for _ in table_sites(mine))
            strongest = np.argsort([-float(other[key][value]) for key in keys])[:count]
            inside["cn_of_first_L"] = np.mean(np.abs(difference[strongest]) <= 1.96 * errors[strongest])
        else:
            seen = np.array([float(mine[key]["seen"]) > 0 for key in keys])
            inside["potts_score_seen"] = np.mean(np.abs(difference[seen]) <= 1.96 * errors[seen])
    shares = {f"inside_{name}": share for name, share in inside.items()}
    return shares | {f"error_by_difference_{name}": value for name, value in ratio.items()}


def table_sites(pairs):
    return {site for key in pairs for site in key}


def table(args, words, keys):
    command = [args.potts, *words, "-q"] if words[0] == "score-mutants" else [args.potts, *words]
    text = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
    header, *rows = [line.split("\t") for line in text.rstrip("\n").split("\n")]
    rows = [dict(zip(header, row)) for row in rows]
    return {tuple(row[key] for key in keys): row for row in rows}


def zero_sum(fields, packed):
    """Fields and couplings of the same model in the zero-sum gauge."""
    rows, columns, mean = packed.mean(axis=2), packed.mean(axis=1), packed.mean(axis=(1, 2))
    fields = fields.copy()
    for (i, j), row, column, all_of_it in zip(zip(*np.triu_indices(len(fields), 1)), rows, columns, mean):
        fields[i] += row - all_of_it
        fields[j] += column - all_of_it
    return fields, packed - rows[:, :, None] - columns[:, None, :] + mean[:, None, None]


def strongest(packed, count):
    """The couplings without those of all but so many pairs of the largest norms."""
    norms = (packed**2).sum(axis=(1, 2))
    return np.where((norms >= np.sort(norms)[-count])[:, None, None], packed, 0)


def dense(packed, sites, states):
    """Couplings as sites x states x (sites states), both orders of a pair."""
    all_pairs = np.zeros((sites, states, sites, states), dtype=np.float32)
    for (i, j), block in zip(zip(*np.triu_indices(sites, 1)), packed):
        all_pairs[i, :, j, :] = block
        all_pairs[j, :, i, :] = block.T
    return all_pairs.reshape(sites, states, sites * states)


def sample(fields, couplings, count, sweeps, random):
    """So many sequences, each the end of a chain of its own that begins anywhere."""
    sites, states = fields.shape
    x = random.integers(states, size=(count, sites))
    one_hot = np.zeros((count, sites, states), dtype=np.float32)
    np.put_along_axis(one_hot, x[..., None], 1, axis=2)
    rows = np.arange(count)
    for _ in range(sweeps):
        for i in random.permutation(sites):
            logits = one_hot.reshape(count, -1) @ couplings[i].T + fields[i]
            noise = random.gumbel(size=logits.shape).astype(np.float32)
            one_hot[rows, i, x[:, i]] = 0
            x[:, i] = (logits + noise).argmax(axis=1)
            one_hot[rows, i, x[:, i]] = 1
    return x


def write(path, target, states, letters):
    """The target comes first, and numbers the positions."""
    lines = [f">TARGET/1-{len(target)}\n{target}\n"]
    for n, row in enumerate(states):
        lines.append(f">s{n}\n{''.join(letters[state] for state in row)}\n")
    path.write_text("".join(lines))


if __name__ == "__main__":
    main()
