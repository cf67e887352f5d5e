"""Measure how time and memory of `potts` grow with the number of sequences N and of sites L, and draw it.

    python3 workflows/measure/growth.py [--quick] [--out workflows/measure/results/growth.tsv] [--plot workflows/measure/results]

The families are made here, the same on every machine: a random tree (clades, families, sub-families and members of an ancestor, each
level mutated less than the one above), with gaps. Measured are

    fit against N             `potts fit` of N sequences of 100 sites, every sequence with weight 1
    fit against L             `potts fit` of 1000 sequences of L sites
    asymmetric fit against L  the same with `--method plm-asymmetric`
    weights against N         `potts weights` of N sequences of 200 sites

A fit is run for 2 and for 12 iterations, whether or not it has converged, so that what grows is the work and not the number of
iterations; the difference of the two, divided by that of their evaluations of the objective, is the time of one evaluation. Peak memory
is that of the longer run, and no less than what Python itself takes, some 25 MB. What takes less than ten seconds is run three times,
and the median counts. A fit that `potts` refuses for want of memory is left out, and the table says so.

The exponent of a power law is the slope of a straight line through the logarithms, by least squares, at the three largest sizes,
where costs that do not grow no longer matter. Exponents are printed and stand on top of the table. --plot draws the figure, growth.svg
if a folder is given; --table draws an earlier table and measures nothing. The full grid takes five to ten minutes and 6 GB of memory on
two cores, --quick some seconds. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import csv
import json
import math
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

LETTERS = b"ACDEFGHIKLMNPQRSTVWY"
GAP = b"-"
SEED = 20_250_101
# Levels of the tree: the share of letters that mutate on the way to one, and the sequences below each of its nodes.
LEVELS = [(0.4, 2500), (0.3, 250), (0.2, 25), (0.1, 1)]
GAPS = 0.03

SHORT, LONG = 2, 12  # iterations
MANY, BRIEF = 3, 10.0  # runs of what takes less than so many seconds
FITTED = 3  # points of a fitted line
STATES = 20  # gaps are missing data

COLUMNS = ["series", "sequences", "sites", "threads", "runs", "seconds", "processor_seconds", "memory_mb",
           "couplings_mb", "iterations", "evaluations", "seconds_per_evaluation", "note"]


class Series(NamedTuple):
    """Sizes at which one command is measured; sizes are pairs (sequences, sites)."""
    name: str
    axis: str  # the column that varies
    arguments: list
    sizes: list


def grid(quick):
    """All that is measured."""
    if quick:
        along_n = [(n, 50) for n in (1000, 2000, 4000)]
        along_l = [(500, sites) for sites in (50, 100, 150)]
        weighed = [(n, 100) for n in (2500, 5000, 10_000)]
    else:
        along_n = [(n, 100) for n in (1000, 3000, 10_000, 30_000, 100_000)]
        along_l = [(1000, sites) for sites in (50, 100, 200, 400, 700, 1000)]
        weighed = [(n, 200) for n in (3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)]
    return [
        Series("fit against N", "sequences", ["fit"], along_n),
        Series("fit against L", "sites", ["fit"], along_l),
        Series("asymmetric fit against L", "sites", ["fit", "--method", "plm-asymmetric"], along_l),
        Series("weights against N", "sequences", ["weights"], weighed),
    ]


# ---- families

def mutated(letters, share, gaps, dice):
    """The letters, of which this share was replaced by any letter, and another by gaps: all at once, as bits of one large number."""
    replaced, removed = round(256 * share), round(256 * gaps)
    new = bytes(LETTERS[k % len(LETTERS)] if k < replaced else GAP[0] if k < replaced + removed else 0 for k in range(256))
    kept = bytes(0 if letter else 255 for letter in new)
    noise = dice.randbytes(len(letters))
    old, mask, change = (int.from_bytes(x, "little") for x in (letters, noise.translate(kept), noise.translate(new)))
    return (old & mask | change).to_bytes(len(letters), "little")


def family(sequences, sites):
    """The rows of a random family, one after the other; the first, the target, has no gaps."""
    dice = random.Random(SEED)
    ancestor = bytes(dice.choices(LETTERS, k=sites))
    rows, below = ancestor, sequences
    for share, size in LEVELS:
        children = math.ceil(below / size)
        rows = b"".join(rows[start:start + sites] * children for start in range(0, len(rows), sites))
        rows = mutated(rows, share, GAPS if size == 1 else 0, dice)
        below = min(below, size)
    return ancestor + rows[sites:sequences * sites]


def write_family(path, sequences, sites):
    """Writes a family as FASTA."""
    rows = family(sequences, sites)
    with open(path, "wb") as handle:
        for n in range(sequences):
            handle.write(b">sequence%d\n%b\n" % (n + 1, rows[n * sites:(n + 1) * sites]))


def family_file(folder, sequences, sites):
    """The file of a family, written if it is not there. Another process does that: what this one holds, its children would seem to use."""
    path = folder / f"{sequences}_{sites}.fasta"
    if not path.exists():
        writer = multiprocessing.Process(target=write_family, args=(path, sequences, sites))
        writer.start()
        writer.join()
        if writer.exitcode != 0:
            raise SystemExit(f"a family of {sequences} x {sites} could not be written to {folder}")
    return path


# ---- measuring

class Refused(Exception):
    """A fit that potts did not start; the message is its own."""


class Run(NamedTuple):
    seconds: float
    processor: float
    memory: float  # MB
    iterations: int
    evaluations: int


def measured(command, folder):
    """Runs a command in a process of its own."""
    with open(folder / "output", "w+b") as output, open(folder / "errors", "w+b") as errors:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        words = errors.read().decode(errors="replace").strip()
        output.seek(0)
        if process.returncode == 1 and "memory" in words:
            raise Refused(words.splitlines()[0].removeprefix("error: "))
        if process.returncode != 0:
            raise SystemExit(f"failed: {' '.join(map(str, command))}\n{words}")
        fit = json.load(output)["fit"] if "--json" in command else {}
    memory = usage.ru_maxrss * 1024 / 1e6
    return Run(seconds, usage.ru_utime + usage.ru_stime, memory, fit.get("iterations", 0), fit.get("evaluations", 0))


def commands(options, series, alignment, folder):
    """The commands of a cell: a short and a long fit, or one that has no iterations."""
    command = [options.potts, series.arguments[0], alignment, *series.arguments[1:], "--quiet", "--threads", str(options.threads)]
    if series.arguments[0] != "fit":
        return [command]
    command += ["--output", folder / "model.h5", "--force", "--json", "--no-reweighting", "--tolerance", "1e-12"]
    return [[*command, "--max-iterations", str(most)] for most in (SHORT, LONG)]


def median_run(runs):
    """Medians of seconds and memory; iterations are the same in all runs."""
    return Run(*(statistics.median(values) for values in zip(*runs)))


def cell(options, series, size, folder):
    """A row of the table."""
    sequences, sites = size
    row = dict(series=series.name, sequences=sequences, sites=sites, threads=options.threads)
    if series.arguments[0] == "fit":
        row.update(couplings_mb=f"{sites * (sites - 1) / 2 * STATES ** 2 * 4 / 1e6:.1f}")
    all_commands = commands(options, series, family_file(folder, sequences, sites), folder)
    rounds = []
    try:
        while len(rounds) < MANY and (not rounds or sum(run.seconds for run in rounds[0]) < BRIEF):
            rounds.append([measured(command, folder) for command in all_commands])
    except Refused as refusal:
        return {**row, "note": f"left out: {refusal}"}
    short, long = (median_run(runs) for runs in (list(zip(*rounds))[0], list(zip(*rounds))[-1]))
    row.update(runs=len(rounds), seconds=f"{long.seconds:.3f}", processor_seconds=f"{long.processor:.3f}", memory_mb=f"{long.memory:.1f}")
    if long.evaluations > short.evaluations:
        once = (long.seconds - short.seconds) / (long.evaluations - short.evaluations)
        # Where a busy machine delays the short run, the difference means nothing.
        row.update(iterations=long.iterations, evaluations=long.evaluations, seconds_per_evaluation=f"{once:.5f}" if once > 0 else "")
    return row


def measure(options):
    """All rows of the table; it is written after each, so that a run that is broken off is not lost."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for series in grid(options.quick):
            for size in series.sizes:
                row = cell(options, series, size, Path(folder))
                rows.append({name: str(row.get(name, "")) for name in COLUMNS})
                write_table(options.out, rows)
                outcome = row.get("note") or (
                    f"{row['seconds']} s, {row['memory_mb']} MB" + (f", {row['evaluations']} evaluations" if "evaluations" in row else ""))
                print(f"{series.name}: {size[0]} x {size[1]}: {outcome}", file=sys.stderr, flush=True)
    return rows


# ---- power laws

class Curve(NamedTuple):
    """A figure of a series that is drawn; the words are for the legend."""
    series: str
    axis: str
    figure: str
    words: str


EVALUATION, WHOLE = "one evaluation of the fit", f"whole fit, {LONG} iterations"
CURVES = {
    ("Time against number of sequences", "sequences (N)", "seconds"): [
        Curve("fit against N", "sequences", "seconds", WHOLE),
        Curve("fit against N", "sequences", "seconds_per_evaluation", EVALUATION),
        Curve("weights against N", "sequences", "seconds", "sequence weights"),
    ],
    ("Time against length", "sites (L)", "seconds"): [
        Curve("fit against L", "sites", "seconds", WHOLE),
        Curve("fit against L", "sites", "seconds_per_evaluation", EVALUATION),
        Curve("asymmetric fit against L", "sites", "seconds", "asymmetric fit, as many iterations"),
    ],
    ("Memory against length", "sites (L)", "peak memory, MB"): [
        Curve("fit against L", "sites", "memory_mb", "fit"),
        Curve("asymmetric fit against L", "sites", "memory_mb", "asymmetric fit"),
        Curve("asymmetric fit against L", "sites", "couplings_mb", "the couplings of the model alone"),
    ],
}


def points(rows, curve):
    """Sizes and figures of a curve, by size; what is missing is left out."""
    return sorted((int(row[curve.axis]), float(row[curve.figure])) for row in rows if row["series"] == curve.series and row[curve.figure])


class Power(NamedTuple):
    """y = exp(level) x^exponent, fitted from the first to the last size."""
    exponent: float
    level: float
    first: int
    last: int

    def at(self, x):
        return math.exp(self.level + self.exponent * math.log(x))


def power(found):
    """The power law of the largest sizes, or None if they are too few."""
    largest = found[-FITTED:]
    if len(largest) < FITTED:
        return None
    xs, ys = ([math.log(point[k]) for point in largest] for k in (0, 1))
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    exponent = sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)
    return Power(exponent, y - exponent * x, largest[0][0], largest[-1][0])


def laws(rows):
    """A line of words for each curve."""
    for (title, _, unit), curves in CURVES.items():
        for curve in curves:
            law = power(points(rows, curve))
            if law:
                letter = "N" if curve.axis == "sequences" else "L"
                span = f"{FITTED} points from {letter} = {law.first} to {law.last}"
                yield f"{title} ({unit}): {curve.words}: grows as {letter}^{law.exponent:.2f} ({span})"


# ---- the table

def write_table(path, rows):
    """Writes the table whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", newline="") as handle:
        handle.writelines(f"# {line}\n" for line in laws(rows))
        writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(partial, path)


def read_table(path):
    with open(path, newline="") as handle:
        lines = [line for line in handle if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


# ---- the figure

# Blue, vermilion and green of Okabe and Ito, told apart with any colour vision.
COLOURS = ["#0072B2", "#D55E00", "#009E73"]
INK, GRID, PAPER = "#222222", "#E6E6E6", "#FFFFFF"
SIDE, LEFT, TOP, GAP_BETWEEN = 270, 72, 64, 92  # pixels: of a panel, to its left, above it, between two
LEGEND_LINE, LEGEND_TOP = 36, 72
DIGIT, TICK_GAP = 7.5, 12  # the width of a digit, and what keeps two numbers on an axis apart


def text(x, y, words, size=13, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def rounded(value):
    """A size in words: 30 000, 0.01."""
    return f"{value:,.0f}".replace(",", " ") if value >= 1 else f"{value:g}"


class Axis:
    """From a logarithm to pixels."""

    def __init__(self, values, start, end):
        low, high = math.log10(min(values)), math.log10(max(values))
        margin = 0.06 * (high - low) or 0.5
        self.low, self.high = low - margin, high + margin
        self.start, self.end = start, end

    def at(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        """Powers of ten, with 2 and 5 or with 3 between them if there is room."""
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            ticks = [step * 10.0 ** decade for decade in decades for step in steps]
            ticks = [tick for tick in ticks if self.low <= math.log10(tick) <= self.high]
            if sum(TICK_GAP + DIGIT * len(rounded(tick)) for tick in ticks) <= SIDE:
                break
        return ticks


def frame(x, y, left, titles):
    """Grid, ticks and the names of a panel and its axes."""
    title, across, up = titles
    bottom, right = TOP + SIDE, left + SIDE
    for tick in x.ticks():
        yield f'<path d="M{x.at(tick):.2f} {TOP}V{bottom}" stroke="{GRID}"/>'
        yield text(x.at(tick), bottom + 18, rounded(tick), 12, "middle")
    for tick in y.ticks():
        yield f'<path d="M{left} {y.at(tick):.2f}H{right}" stroke="{GRID}"/>'
        yield text(left - 7, y.at(tick) + 4.5, rounded(tick), 12, "end")
    yield f'<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{INK}"/>'
    yield text(left, TOP - 12, title, 14, extra=' font-weight="bold"')
    yield text(left + SIDE / 2, bottom + 40, across, 13, "middle")
    middle = TOP + SIDE / 2
    yield text(left - 56, middle, up, 13, "middle", f' transform="rotate(-90 {left - 56} {middle:.1f})"')


def drawn(x, y, found, law, colour):
    """The points of a curve and its line, dashed where no point was fitted."""
    if law:
        for first, last, dash in ((found[0][0], law.first, ' stroke-dasharray="2 4"'), (law.first, law.last, "")):
            path = "L".join(f"{x.at(size):.2f} {y.at(law.at(size)):.2f}" for size in (first, last))
            yield f'<path d="M{path}" stroke="{colour}" stroke-width="1.8"{dash}/>'
    for size, value in found:
        tip = escape(f"{rounded(size)}: {value:.4g}")
        yield f'<circle cx="{x.at(size):.2f}" cy="{y.at(value):.2f}" r="4.5" fill="{colour}"><title>{tip}</title></circle>'


def legend(rows, left, line, curve, law, colour):
    """Two lines: what a colour is, and how it grows."""
    top = TOP + SIDE + LEGEND_TOP + line * LEGEND_LINE
    yield f'<circle cx="{left + 6}" cy="{top - 4.5}" r="4.5" fill="{colour}"/>'
    yield text(left + 20, top, curve.words)
    if law:
        letter, other, same = ("N", "L", "sites") if curve.axis == "sequences" else ("L", "N", "sequences")
        constant = next(int(row[same]) for row in rows if row["series"] == curve.series)
        span = f"from {rounded(law.first)} to {rounded(law.last)}; {other} = {rounded(constant)}"
        raised = f'<tspan dy="-5" font-size="10">{law.exponent:.2f}</tspan><tspan dy="5"> {span}</tspan>'
        yield f'<text x="{left + 20}" y="{top + 16}" font-size="12">grows as {letter}{raised}</text>'


def panel(rows, titles, curves, left):
    found = {curve: points(rows, curve) for curve in curves}
    fitted = {curve: power(some) for curve, some in found.items()}
    every = [point for some in found.values() for point in some]
    if not every:
        return
    ends = [law.at(found[curve][0][0]) for curve, law in fitted.items() if law]
    x = Axis([size for size, _ in every], left, left + SIDE)
    y = Axis([value for _, value in every] + ends, TOP + SIDE, TOP)
    yield from frame(x, y, left, titles)
    for line, (curve, colour) in enumerate(zip(curves, COLOURS)):
        yield from drawn(x, y, found[curve], fitted[curve], colour)
        yield from legend(rows, left, line, curve, fitted[curve], colour)


def draw(rows):
    """The whole picture as text."""
    width = LEFT + len(CURVES) * SIDE + (len(CURVES) - 1) * GAP_BETWEEN + 40
    height = TOP + SIDE + LEGEND_TOP + max(map(len, CURVES.values())) * LEGEND_LINE
    title = "How time and memory of potts grow"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif" fill="{INK}">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        text(LEFT, 28, title, 17, extra=' font-weight="bold"'),
    ]
    for place, (titles, curves) in enumerate(CURVES.items()):
        parts += panel(rows, titles, curves, LEFT + place * (SIDE + GAP_BETWEEN))
    return "\n".join(parts + ["</svg>", ""])


def write_figure(path, rows):
    """Writes the figure to a file, or as growth.svg into a folder."""
    if path.suffix.lower() != ".svg":
        path = path / "growth.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draw(rows), encoding="utf-8")


# ---- the command

def arguments():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default=str(root / "target/release/potts"), help="the program [default: target/release/potts]")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads [default: all processors]")
    parser.add_argument("--out", type=Path, default=root / "workflows/measure/results/growth.tsv", metavar="TABLE.tsv",
                        help="the table; replaced if it exists [default: workflows/measure/results/growth.tsv]")
    parser.add_argument("--plot", type=Path, metavar="FOLDER|FILE.svg", help="draw the figure, too")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--table", type=Path, metavar="TABLE.tsv", help="measure nothing: take the figures of this table")
    chosen = parser.parse_args()
    if chosen.table and not chosen.plot:
        parser.error("--table goes with --plot")
    return chosen


def main():
    options = arguments()
    rows = read_table(options.table) if options.table else measure(options)
    print("\n".join(laws(rows)))
    if options.plot:
        write_figure(options.plot, rows)


if __name__ == "__main__":
    main()
