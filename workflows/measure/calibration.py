"""Measure what `potts calibrate` gains over the scores of the model, with few and with more measured values, and draw it.

    python3 workflows/measure/calibration.py FAMILIES_FOLDER [--families A,B] [--repeats 20] [--models FOLDER]

Every family is a sub-folder as `benchmark.py` describes it, of which dms.csv (or .csv.gz) is taken: at most 3000 of its rows with a score, drawn
once. Of these N are drawn to calibrate with, and the predictions for all others are held against what was measured: at random, and by position,
where the N are of one half of the positions and the others are those all of whose positions are in the other half. The same rows, the same draws on
every machine. Writes a table with a row for each family, N and kind of draw (means over the repeats), and a figure with --plot. Needs Python 3.9
or newer and nothing else.
"""
import argparse
import csv
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark_folder import find_alignment, number, read_table
from rank_statistics import mean, spearman, standard_error

SIZES = [24, 48, 96, 200]
SPLITS = ["random", "position"]
MOST_ROWS = 3000
FAMILIES = ["BLAT_ECOLX", "GFP_AEQVI", "GRB2_HUMAN", "PABP_YEAST", "PTEN_HUMAN", "RASH_HUMAN"]
COLUMNS = ["family", "split", "n", "repeats", "calibrated", "effect_score", "potts_score", "gain", "gain_se", "worst_gain", "coverage"]


def run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")


def positions_of(mutant):
    return [int(found) for found in re.findall(r"[A-Z](\d+)[A-Z]", mutant)]


def assay_rows(options, family, model, work):
    """Rows of the assay that have a score and a number, at most MOST_ROWS of them; of a mutant in several rows the first."""
    folder = options.folder / family
    assay = next(path for path in (folder / "dms.csv", folder / "dms.csv.gz") if path.is_file())
    scored = work / "scored.csv"
    run([options.potts, "score-mutants", model, "--file", assay, "-o", scored, "--force", "--threads", 1, "-q"])
    rows, seen = [], set()
    for line in read_table(scored):
        if line["status"] == "scored" and number(line["score"]) is not None and line["mutant"] not in seen:
            seen.add(line["mutant"])
            rows.append({name: line[name] for name in ("mutant", "score", "effect_score", "potts_score")})
    random.Random(1).shuffle(rows)
    return rows[:MOST_ROWS]


def draw(rows, size, split, seed):
    """The rows to calibrate with and those to predict; none where there are too few."""
    chance = random.Random(seed)
    if split == "random":
        order = chance.sample(range(len(rows)), len(rows))
        return [rows[k] for k in order[:size]], [rows[k] for k in order[size:]]
    places = [positions_of(row["mutant"]) for row in rows]
    all_positions = sorted({position for place in places for position in place})
    half = set(chance.sample(all_positions, len(all_positions) // 2))
    within = [k for k, place in enumerate(places) if half.issuperset(place)]
    beyond = [k for k, place in enumerate(places) if half.isdisjoint(place)]
    if len(within) < size or len(beyond) < 50:
        return None
    return [rows[k] for k in chance.sample(within, size)], [rows[k] for k in beyond]


def write_rows(path, rows):
    with open(path, "w", newline="") as handle:
        table = csv.DictWriter(handle, ["mutant", "score"], extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)


def measure_once(options, model, work, seen, others):
    """Correlations of one calibration with the values that it has not seen, and the share of them in its intervals."""
    train, test, calibration, out = (work / name for name in ("train.csv", "test.csv", "cal.h5", "predicted.csv"))
    write_rows(train, seen)
    write_rows(test, others)
    run([options.potts, "calibrate", model, "--assay", train, "-o", calibration, "--force", "--threads", 1, "-q"])
    run([options.potts, "score-mutants", model, "--file", test, "--calibration", calibration, "-o", out, "--force", "--threads", 1, "-q"])
    lines = list(read_table(out))
    value = {name: [number(line[name]) for line in lines] for name in
             ("score", "calibrated", "calibrated_low", "calibrated_high", "effect_score", "potts_score")}
    within = [low <= score <= high for low, score, high in
              zip(value["calibrated_low"], value["score"], value["calibrated_high"])]
    found = {name: spearman(list(zip(value[name], value["score"]))) for name in ("calibrated", "effect_score", "potts_score")}
    return {**found, "coverage": sum(within) / len(within)}


def measure_family(options, family):
    with tempfile.TemporaryDirectory(prefix="potts-calibration-") as folder:
        work = Path(folder)
        model = options.models / f"{family}.h5" if options.models else work / "model.h5"
        if not model.is_file():
            run([options.potts, "fit", find_alignment(options.folder / family), "-o", model, "--threads", 1, "-q"])
        rows = assay_rows(options, family, model, work)
        for split in SPLITS:
            for size in SIZES:
                found = []
                for seed in range(options.repeats):
                    drawn = draw(rows, size, split, seed)
                    if drawn:
                        found.append(measure_once(options, model, work, *drawn))
                if found:
                    yield summed(family, split, size, found)


def summed(family, split, size, found):
    gains = [one["calibrated"] - one["effect_score"] for one in found]
    row = {name: mean([one[name] for one in found]) for name in ("calibrated", "effect_score", "potts_score", "coverage")}
    return {"family": family, "split": split, "n": size, "repeats": len(found), **row, "gain": mean(gains),
            "gain_se": standard_error(gains), "worst_gain": min(gains)}


def shown(value):
    return f"{value:.4f}" if isinstance(value, float) else "" if value is None else str(value)


def write_results(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(COLUMNS)] + ["\t".join(shown(row[name]) for name in COLUMNS) for row in rows]
    path.write_text("\n".join(lines) + "\n")


# ---- the figure

SIDE, LEFT, TOP, BETWEEN = 260, 60, 60, 60
COLOURS = ["#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#b8860b", "#555555"]


def panel(rows, split, left):
    """One kind of draw: the gain of every family against N."""
    most = max(0.05, max(float(row["gain"]) for row in rows))
    least = min(0.0, min(float(row["gain"]) for row in rows))

    def place(size, gain):
        x = left + SIDE * SIZES.index(size) / (len(SIZES) - 1)
        return f"{x:.1f},{TOP + SIDE * (most - gain) / (most - least):.1f}"

    zero = TOP + SIDE * most / (most - least)
    parts = [f'<text x="{left}" y="{TOP - 14}" font-size="13">left out: {split}</text>',
             f'<line x1="{left}" x2="{left + SIDE}" y1="{zero:.1f}" y2="{zero:.1f}" stroke="#999"/>']
    for step in range(int(least / 0.05), int(most / 0.05) + 1):
        y = float(place(SIZES[0], step * 0.05).split(",")[1])
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" font-size="11" text-anchor="end">{step * 0.05:.2f}</text>')
    for size in SIZES:
        x = place(size, 0.0).split(",")[0]
        parts.append(f'<text x="{x}" y="{TOP + SIDE + 20}" font-size="11" text-anchor="middle">{size}</text>')
    for colour, family in zip(COLOURS, sorted({row["family"] for row in rows})):
        own = [place(int(row["n"]), float(row["gain"])) for row in rows if row["family"] == family and row["split"] == split]
        parts.append(f'<polyline points="{" ".join(own)}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return parts


def draw_figure(rows):
    families = sorted({row["family"] for row in rows})
    width, height = LEFT + 2 * (SIDE + BETWEEN) + 120, TOP + SIDE + 50
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{LEFT}" y="24" font-size="15">Gain in Spearman over effect_score, by number of measured values</text>']
    for k, split in enumerate(SPLITS):
        parts += panel(rows, split, LEFT + k * (SIDE + BETWEEN))
    for k, family in enumerate(families):
        x, y = LEFT + 2 * (SIDE + BETWEEN) - 30, TOP + 18 * k
        parts.append(f'<text x="{x}" y="{y}" font-size="12" fill="{COLOURS[k % len(COLOURS)]}">{family}</text>')
    return "\n".join(parts + ["</svg>", ""])


def arguments():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FAMILIES_FOLDER", type=Path)
    parser.add_argument("--potts", default=str(root / "target/release/potts"), help="the program [default: target/release/potts]")
    parser.add_argument("--families", type=lambda text: text.split(","), default=FAMILIES, help="these, separated by commas")
    parser.add_argument("--repeats", type=int, default=20, help="draws of each kind [default: %(default)s]")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="models FAMILY.h5 that are there already, or are kept here")
    parser.add_argument("--out", type=Path, default=root / "workflows/measure/results/calibration.tsv", help="the table")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the figure, too")
    parser.add_argument("--table", type=Path, help="measure nothing: draw this table")
    return parser.parse_args()


def main():
    options = arguments()
    if options.table:
        rows = list(read_table(options.table))
    else:
        rows = []
        for family in options.families:
            for row in measure_family(options, family):
                rows.append(row)
                write_results(options.out, rows)
                print("\t".join(shown(row[name]) for name in COLUMNS), file=sys.stderr, flush=True)
    if options.plot:
        options.plot.write_text(draw_figure(rows))


if __name__ == "__main__":
    main()
