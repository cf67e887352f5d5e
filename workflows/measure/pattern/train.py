#!/usr/bin/env python3
"""Train the networks of the score `pattern`, and say how good they are on families that they did not see.

    python3 workflows/measure/pattern/train.py FAMILIES --potts target/release/potts --features target/release/examples/pattern_features \\
        --cache CACHE [--seeds 0,1] [--jobs 2] [--out src/contacts/pattern/weights.bin] [--table workflows/measure/results/pattern.tsv]

FAMILIES has a folder for each family of sets.tsv, with alignment.a2m.gz (or .fasta.gz) and distances.tsv.gz (i, j, C-beta distance; NA
where unknown), and where a family has them distances_inter.tsv.gz (between copies of the chain) and distances_alt.tsv.gz (in a second
fold). sets.tsv names families, their groups of homologues, the fold in which each is left out, to which depths each is cut down, and
the seed of that. The features are written by

    cargo build --release --features internals --example pattern_features

Every set is fitted once (`potts fit --preset contacts`) into CACHE, which may be kept; features and networks are made anew. Five times the
networks are trained on four folds and tried on the fifth: what is printed, and the table, is of families none of whose homologues the
networks, nor the calibration, saw. Then the networks are trained on all and written to --out, with the calibration from the left-out
scores. Needs g++ with AVX2, Python 3.9, numpy and h5py; 6 minutes on two cores with the fits in CACHE, some 15 without.
"""
import argparse
import csv
import gzip
import os
import struct
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
import h5py  # noqa: E402
import numpy as np  # noqa: E402

HERE = Path(__file__).resolve().parent
FEATURES, UNITS, CHANNELS, DILATIONS, TAPS = 161, 24, 16, (1, 1, 2, 4), 9
NOT_USED, TRAINED, LEFT_OUT = range(3)
CUT_DOWN_WEIGHT, CUT_DOWN_CALIBRATION = 0.3, 0.5  # weight of a cut-down set in training and calibration; a family has 1
CONTACT, MOST_ROWS = 8.0, 4000
DEPTHS = ((0, 12), (12, 70), (70, 400))


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


# ---- sets: families and families cut down


def alignment_of(folder):
    return next(folder / f"alignment{kind}" for kind in (".a2m.gz", ".fasta.gz", ".a2m", ".fasta") if (folder / f"alignment{kind}").exists())


def records(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
        parts = [part.split("\n") for part in lines.read()[1:].split("\n>")]
    return [part[0] for part in parts], ["".join(part[1:]) for part in parts]


def cut_down(path, depths, seed, name):
    """Writes rows of an alignment whose Neff (80 % identity) is just over each depth, unless there are too few. An even seed takes rows at
    random; an odd one, at depths up to 100, the rows nearest the target of a random part: as small families are."""
    heads, rows = records(path)
    columns = [k for k, letter in enumerate(rows[0]) if letter.isupper() or letter == "-"]
    letters = np.array([np.frombuffer(row.encode(), np.uint8)[columns] for row in rows])
    kept = np.where(((letters != ord("-")).mean(1) >= 0.5) | (np.arange(len(letters)) == 0))[0]
    letters, dice = letters[kept], np.random.default_rng(seed)
    for depth in depths:
        order = np.r_[0, 1 + dice.permutation(len(letters) - 1)]
        if name(depth).exists():
            continue
        if seed % 2 and depth <= 100:
            part = order[1:][: max(20 * depth, 200)]
            order = np.r_[0, part[np.argsort(-(letters[part] == letters[0]).mean(1), kind="stable")]]
        order, same = order[:MOST_ROWS], 0
        for letter in np.unique(letters):
            own = (letters[order] == letter).astype(np.float32)
            same = same + own @ own.T
        alike = same >= np.ceil(0.8 * letters.shape[1] - 1e-9)
        few, many = 1, len(order)

        def neff(count):
            return (1 / alike[:count, :count].sum(1)).sum()

        if neff(many) < 1.02 * depth:
            continue
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (middle, many) if neff(middle) < depth else (few, middle)
        unfinished = name(depth).with_suffix(".part")
        with gzip.open(unfinished, "wt") as out:
            out.writelines(f">{heads[k]}\n{rows[k]}\n" for k in sorted(kept[order[:many]]))
        os.replace(unfinished, name(depth))


def listed(families, cache):
    sets = []
    for row in csv.DictReader(open(HERE / "sets.tsv"), delimiter="\t"):
        family, folder = row["family"], families / row["family"]
        depths = [int(depth) for depth in row["depths"].split(",") if depth != "-"]

        def name(depth, family=family):
            return cache / f"{family}.neff{depth}.a2m.gz"

        path = alignment_of(folder)
        if not all(name(depth).exists() for depth in depths):
            cut_down(path, depths, int(row["seed"]), name)
        common = dict(family=family, group=row["group"], fold=int(row["fold"]), folder=folder)
        sets.append(dict(common, depth=0, alignment=path, name=family))
        sets += [dict(common, depth=depth, alignment=name(depth), name=f"{family}.neff{depth}") for depth in depths if name(depth).exists()]
    return sorted(sets, key=lambda s: s["depth"] > 0)


def fit(sets, options):
    for s in sets:
        s["model"] = options.cache / f"{s['name']}.h5"
        if not s["model"].exists():
            unfinished = options.cache / "unfinished.h5"
            subprocess.run([options.potts, "fit", s["alignment"], "-o", unfinished, "--preset", "contacts", "--quiet", "--force", "--no-sequences"],
                           check=True)
            os.replace(unfinished, s["model"])


def distances(folder, kind, place):
    """C-beta distances between sites; NaN where unknown."""
    found, path = np.full((len(place),) * 2, np.nan, np.float32), folder / f"distances{kind}.tsv.gz"
    if kind == "" or path.exists():
        with gzip.open(path, "rt") as lines:
            next(lines)
            for i, j, distance in (line.split()[:3] for line in lines):
                i, j = place.get(int(i)), place.get(int(j))
                if distance not in ("NA", "nan") and i is not None and j is not None:
                    found[i, j] = found[j, i] = float(distance)
    return found


def load(s, options):
    """Pairs, features, and labels: contact 1, none 0, unknown -1. Pairs that touch between copies or in a second fold are no negatives in
    training, but are in all tables."""
    with h5py.File(s["model"]) as model:
        modelled = model["columns/modelled"][:].astype(bool)
        positions = model["columns/position"][:][modelled].astype(int)
        neff = float(model.attrs["neff"])
    raw = options.cache / "features.part"
    subprocess.run([options.features, s["model"], raw], check=True, stdout=subprocess.DEVNULL)
    data = raw.read_bytes()
    names = data[: data.index(b"\n")].decode().split()
    table = np.frombuffer(data, np.dtype([("pair", "<i4", 2), ("x", "<f4", len(names))]), offset=data.index(b"\n") + 1)
    i, j = table["pair"].T
    place = {position: site for site, position in enumerate(positions)}
    within, copies, second = (distances(s["folder"], kind, place)[i, j] for kind in ("", "_inter", "_alt"))
    contact = np.where(np.isnan(within), -1, within < CONTACT)
    elsewhere = (contact == 0) & ((copies < CONTACT) | (second < CONTACT))
    s.update(sites=len(positions), neff=neff, names=names, i=i, j=j, contact=contact, counts=(contact >= 0) & ~elsewhere,
             separation=np.abs(positions[i] - positions[j]), features=table["x"])
    # What potts ranks by without patterns.
    listed = subprocess.run([options.potts, "contacts", s["model"], "--score", "apc", "--top", "all", "--quiet"], check=True, capture_output=True, text=True).stdout
    rows = csv.DictReader(listed.splitlines(), delimiter="\t")
    scores = {(place[int(row["i"])], place[int(row["j"])]): (float(row["score"]), row["probability"]) for row in rows}
    s["apc"] = np.array([scores[pair][0] for pair in zip(i, j)])
    s["apc_probability"] = np.array([float(scores[pair][1] or "nan") for pair in zip(i, j)])


def standardise(sets, path):
    """Writes clip((f - mean) / deviation, -6, 6) of all pairs. Mean and deviation are those of the contacts, of the 10 L pairs of largest z
    and of a share of the others."""
    dice, parts = np.random.default_rng(0), []
    for s in sets:
        z = s["features"][:, s["names"].index("z")]
        high = np.argsort(np.argsort(-z, kind="stable"), kind="stable") < 10 * s["sites"]
        chosen = s["counts"] & ((s["contact"] == 1) | high | (dice.random(len(z)) < (0.1 if s["depth"] else 0.15)))
        parts.append(s["features"][chosen])
    sample = np.concatenate(parts).astype(np.float64)
    means, deviations = sample.mean(0).astype(np.float32), sample.std(0).astype(np.float32) + np.float32(1e-6)
    with open(path, "wb") as out:
        for s in sets:
            out.write(np.clip((s.pop("features") - means) / deviations, -6, 6).astype("<f4").tobytes())
    return means, deviations


# ---- networks


def train(options, sets, role, label, seed):
    """Scores of the sets that it was trained on or that are left out, by their number; and its parameters."""
    described, out = options.cache / f"sets_{label}.bin", options.cache / f"network_{label}_{seed}.bin"
    with open(described, "wb") as file:
        file.write(struct.pack("<i", len(sets)))
        for s in sets:
            file.write(struct.pack("<iiif", s["sites"], len(s["i"]), role(s), CUT_DOWN_WEIGHT if s["depth"] else 1.0))
            for values, kind in ((s["i"], "<i2"), (s["j"], "<i2"), (s["contact"], "i1"), (s["counts"], "i1")):
                file.write(values.astype(kind).tobytes())
    command = [options.cache / "trainer", described, options.cache / "features.f32", out, seed]
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    print(f"{label}, seed {seed}: {done.stderr.splitlines()[-1]}", flush=True)
    data = out.read_bytes()
    per_layer = TAPS * CHANNELS * CHANNELS + CHANNELS
    count = FEATURES * UNITS + 2 * UNITS + 1 + UNITS * CHANNELS + 2 * CHANNELS + len(DILATIONS) * per_layer
    parameters, place, scores = np.frombuffer(data, "<f4", count), 4 * count, {}
    while place < len(data):
        k, pairs = struct.unpack_from("<ii", data, place)
        scores[k] = np.frombuffer(data, "<f4", pairs, place + 8).astype(float)
        place += 8 + 4 * pairs
    return parameters, scores


def write_weights(path, names, means, deviations, networks, calibration, base_rate):
    """As src/contacts/pattern/weights.rs reads them."""
    lines = ["potts pattern 1", "features " + " ".join(names),
             f"networks {len(networks)} units {UNITS} channels {CHANNELS} dilations {' '.join(map(str, DILATIONS))}",
             "calibration " + " ".join(f"{c:.6g}" for c in calibration), "base_rate " + " ".join(f"{c:.6g}" for c in base_rate)]
    unfinished = Path(f"{path}.part")
    with open(unfinished, "wb") as out:
        out.write(("\n".join(lines) + "\n").encode())
        out.write(means.astype("<f4").tobytes() + deviations.astype("<f4").tobytes())
        for parameters in networks:
            size, layer = CHANNELS * CHANNELS, TAPS * CHANNELS * CHANNELS + CHANNELS
            head = len(parameters) - len(DILATIONS) * layer
            out.write(parameters[:head].tobytes())
            for start in range(head, len(parameters), layer):
                for tap in (0, 1, 2, 3, 4, 6):
                    out.write(parameters[start + tap * size : start + (tap + 1) * size].tobytes())
                out.write(parameters[start + TAPS * size : start + layer].tobytes())
    os.replace(unfinished, path)


# ---- calibration: logit p = a + b s + c t + d max(s, 0) + u (e + f s + g t), t = max(s + 2, 0), u = max(0, 2 - log10 Neff)


def terms(s):
    score, shallow = s["score"], max(0.0, 2 - np.log10(max(s["neff"], 1.0)))
    bend = np.maximum(score + 2, 0)
    return np.stack([np.ones_like(score), score, bend, np.maximum(score, 0), np.full(len(score), shallow), shallow * score, shallow * bend], 1)


def calibrated(sets):
    """Logistic regression by Newton's method, with a ridge of .1 on standardised terms; each set has the same weight."""
    known = [s["contact"] >= 0 for s in sets]
    x = np.concatenate([terms(s)[own] for s, own in zip(sets, known)])
    y = np.concatenate([s["contact"][own] for s, own in zip(sets, known)])
    weight = np.concatenate([np.full(own.sum(), (CUT_DOWN_CALIBRATION if s["depth"] else 1) * 2000 / own.sum()) for s, own in zip(sets, known)])
    mean, deviation = np.r_[0, x[:, 1:].mean(0)], np.r_[1, x[:, 1:].std(0) + 1e-9]
    x, ridge, share = (x - mean) / deviation, np.diag([0] + [0.1] * 6), np.average(y, weights=weight)
    a = np.r_[np.log(share / (1 - share)), np.zeros(6)]

    def loss(a):
        return weight @ (np.logaddexp(0, x @ a) - y * (x @ a)) + 0.5 * a @ ridge @ a

    for _ in range(25):
        p = sigmoid(x @ a)
        step = np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + ridge, x.T @ (weight * (y - p)) - ridge @ a)
        length = next((length for length in 0.5 ** np.arange(12) if loss(a + length * step) < loss(a)), 0)
        a = a + length * step
        if length * np.abs(step).max() < 1e-6:
            break
    a = a / deviation
    return np.r_[a[0] - a[1:] @ mean[1:], a[1:]]


# ---- how good


def precision(score, s, least, share):
    """Of the strongest `share` times L pairs at least so far apart."""
    own = (s["contact"] >= 0) & (s["separation"] >= least)
    ranked = s["contact"][own][np.argsort(-score[own], kind="stable")]
    return ranked[: max(1, round(s["sites"] * share))].mean()


def p4(score, s):
    """Mean precision at L/2 and L pairs, of separations from 6 and from 24."""
    return np.mean([precision(score, s, least, share) for least in (6, 24) for share in (0.5, 1)])


def brier(p, s):
    own = (s["contact"] >= 0) & np.isfinite(p)
    return ((p - s["contact"]) ** 2)[own].mean() if own.any() else np.nan


def calibration_error(sets, key):
    """Of all pairs given .1 or more: the mean difference between probability and share of contacts over ten bins."""
    own = [(s[key] >= 0.1) & (s["contact"] >= 0) for s in sets]
    p, y = (np.concatenate([values[mask] for values, mask in zip([s[name] for s in sets], own)]) for name in (key, "contact"))
    bins = np.minimum((p * 10).astype(int), 9)
    return sum((bins == k).sum() * abs(p[bins == k].mean() - y[bins == k].mean()) for k in set(bins)) / max(1, len(p))


def top_error(sets, key):
    """Mean probability less share of contacts in the top L."""
    found = []
    for s in sets:
        own = (s["contact"] >= 0) & np.isfinite(s[key])
        order = np.argsort(-s[key][own])[: s["sites"]]
        found.append((s[key][own] - s["contact"][own])[order].mean())
    return np.mean(found)


def row_of(words, sets):
    gain = np.array([s["p4_pattern"] - s["p4_apc"] for s in sets])
    scored = [s for s in sets if np.isfinite(s["apc_probability"]).any()]
    return {"sets": words, "count": len(sets), "p4_apc": np.mean([s["p4_apc"] for s in sets]), "p4_pattern": np.mean([s["p4_pattern"] for s in sets]),
            "l_apc": np.mean([precision(s["apc"], s, 6, 1) for s in sets]), "l_pattern": np.mean([precision(s["score"], s, 6, 1) for s in sets]),
            "gain": gain.mean(), "standard_error": gain.std(ddof=1) / len(sets) ** 0.5 if len(sets) > 1 else np.nan, "up": int((gain > 0).sum()),
            "brier_base": np.nanmean([brier(s["base"], s) for s in sets]),
            "brier_apc": np.mean([brier(s["apc_probability"], s) for s in scored]) if scored else np.nan,
            "brier_pattern": np.mean([brier(s["probability"], s) for s in sets]), "ece_apc": calibration_error(scored, "apc_probability") if scored else np.nan,
            "ece_pattern": calibration_error(sets, "probability"), "top_l_apc": top_error(scored, "apc_probability") if scored else np.nan,
            "top_l_pattern": top_error(sets, "probability")}


def tables(sets, path):
    whole, cut = [s for s in sets if not s["depth"]], [s for s in sets if s["depth"]]
    for s in sets:
        s["p4_apc"], s["p4_pattern"] = p4(s["apc"], s), p4(s["score"], s)
    rows = [row_of("all families", whole)]
    for words, value, edges in (("L", lambda s: s["sites"], (0, 100, 200, 9999)), ("Neff/L", lambda s: s["neff"] / s["sites"], (0, 1, 5, 25, 1e9))):
        for low, high in zip(edges, edges[1:]):
            part = [s for s in whole if low <= value(s) < high]
            if part:
                rows.append(row_of(f"{words} {low} to {high}" if high < 9999 else f"{words} from {low}", part))
    for depth in sorted({s["depth"] for s in cut}, reverse=True):
        rows.append(row_of(f"cut down to Neff {depth}", [s for s in cut if s["depth"] == depth]))
    for low, high in DEPTHS:
        part = [s for s in cut if low <= s["neff"] < high]
        if part:
            rows.append(row_of(f"cut down, Neff {low} to {high}", part))
    lines = ["\t".join(rows[0])] + ["\t".join(f"{v:.4f}" if isinstance(v, float) else str(v) for v in row.values()) for row in rows]
    print("\n".join(lines))
    if path:
        families = ["", "family\tgroup\tfold\tsites\tneff\tp4_apc\tp4_pattern"]
        families += [f"{s['family']}\t{s['group']}\t{s['fold']}\t{s['sites']}\t{s['neff']:.0f}\t{s['p4_apc']:.4f}\t{s['p4_pattern']:.4f}" for s in whole]
        Path(path).write_text("\n".join(lines + families) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", type=Path)
    parser.add_argument("--potts", default="target/release/potts")
    parser.add_argument("--features", default="target/release/examples/pattern_features")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="networks trained at a time, one thread each")
    parser.add_argument("--out", type=Path, help="weights to write; without it only the tables are made")
    parser.add_argument("--table", type=Path, help="table to write besides")
    options = parser.parse_args()
    began, seeds = time.time(), [int(seed) for seed in options.seeds.split(",")]

    def say(words):
        print(f"{words} ({time.time() - began:.0f} s)", flush=True)

    options.cache.mkdir(parents=True, exist_ok=True)
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-std=c++17", "-o", options.cache / "trainer", HERE / "trainer.cpp"],
                   check=True)
    sets = listed(options.families, options.cache)
    fit(sets, options)
    say(f"{len(sets)} sets are fitted")
    for s in sets:
        load(s, options)
    assert len(sets[0]["names"]) == FEATURES
    names = sets[0]["names"]
    means, deviations = standardise(sets, options.cache / "features.f32")
    say(f"{sum(len(s['i']) for s in sets)} pairs")
    folds = sorted({s["fold"] for s in sets})
    with ThreadPoolExecutor(options.jobs) as pool:

        def one(task):
            fold, seed = task
            return train(options, sets, lambda s: LEFT_OUT if s["fold"] == fold else TRAINED, f"without fold {fold}", seed)

        tasks = [(fold, seed) for fold in folds for seed in seeds]
        for (fold, _), (_, scores) in zip(tasks, pool.map(one, tasks)):
            for k, score in scores.items():
                if sets[k]["fold"] == fold:
                    sets[k]["score"] = sets[k].get("score", 0) + score / len(seeds)
        whole = [s for s in sets if not s["depth"]]
        slope, constant = np.polyfit(np.log([s["sites"] for s in whole]), np.log([s["contact"][s["contact"] >= 0].mean() for s in whole]), 1)
        for fold in folds:
            a = calibrated([s for s in sets if s["fold"] != fold])
            for s in sets:
                if s["fold"] == fold:
                    s["probability"] = sigmoid(terms(s) @ a)
        for s in sets:
            s["base"] = np.full(len(s["i"]), np.exp(constant + slope * np.log(s["sites"])))
        say("left out:")
        tables(sets, options.table)
        if options.out:
            trained = pool.map(lambda seed: train(options, sets, lambda s: TRAINED, "all", seed)[0], seeds)
            write_weights(options.out, names, means, deviations, list(trained), calibrated(sets), (constant, slope))
            say(f"wrote {options.out}")


if __name__ == "__main__":
    main()
