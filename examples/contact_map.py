"""Draw the table of `potts contacts` as a contact map (SVG).

    python3 examples/contact_map.py contacts.tsv [--known known.tsv] -o map.svg

Above the diagonal: the predicted pairs, the larger the more probable. Below it, with --known: the
known contacts, from a table with the columns i and j in the same numbering; then a predicted pair
that is known is filled, and any other is a ring. Tables may be split by tabs or commas, be plain or gzip,
or come from standard input (-). The same tables always give the same bytes.

data/contact_map.svg shows the demonstration family. It was made with

    potts fit data/planted.a2m -o planted.h5
    potts contacts planted.h5 --score apc > contacts.tsv
    python3 examples/contact_map.py contacts.tsv --known data/planted_contacts.tsv \\
        --title "The demonstration family" -o data/contact_map.svg

Needs Python 3.9 or newer and nothing else.
"""
import argparse
import csv
import gzip
import io
import math
import os
import sys
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, PLOT = 600, 500  # pixels: the picture, and the side of the square
LEFT, TOP = 72, 58
LEGEND_LINE = 24
# Blue and vermilion of Okabe and Ito, told apart with any colour vision; greys for what is known.
HIT, MISS, FOUND, UNFOUND, NEAR = "#0072B2", "#D55E00", "#333333", "#999999", "#D4D4D4"
INK, GRID, PAPER = "#222222", "#E6E6E6", "#FFFFFF"


STDIN = "standard input"


class Bad(Exception):
    """An input that cannot be drawn; the message is for the user."""


# ---- reading

def read_text(path):
    """The whole of a file or of standard input, unpacked if it is gzip."""
    raw = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8-sig")


def read_pairs(path, wanted):
    """Rows of a table as dictionaries with whole numbers i < j, in the order of the file."""
    lines = [line for line in read_text(path).splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise Bad(f"{path}: the table is empty")
    delimiter = "\t" if "\t" in lines[0] else ","
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    missing = [name for name in wanted if name not in (rows.fieldnames or [])]
    if missing:
        columns = ", ".join(rows.fieldnames or [])
        raise Bad(f"{path}: there is no column {', '.join(missing)}; the columns are {columns}")
    pairs = []
    for number, row in enumerate(rows, start=1):
        if ":" in f"{row['i']}{row['j']}":
            raise Bad(f"{path}, row {number}: positions of several chains ({row['i']}, {row['j']}) have no common axis, so there is no map of them")
        try:
            i, j = int(row["i"]), int(row["j"])
            probability = float(row["probability"]) if "probability" in wanted else None
        except (TypeError, ValueError):
            raise Bad(f"{path}, row {number}: i, j or the probability is not a number") from None
        if i == j or (probability is not None and not 0 <= probability <= 1):
            raise Bad(f"{path}, row {number}: i and j are equal, or the probability is not between 0 and 1")
        pairs.append({**row, "i": min(i, j), "j": max(i, j), "probability": probability})
    return pairs


# ---- drawing

class Scale:
    """From positions to pixels; every position is one cell of the square."""

    def __init__(self, first, last):
        self.first, self.last = first, last
        self.cell = PLOT / (last - first + 1)

    def x(self, position):
        return LEFT + (position - self.first + 0.5) * self.cell

    def y(self, position):
        return TOP + PLOT - (position - self.first + 0.5) * self.cell

    def ticks(self):
        """Round positions, at most some nine of them."""
        span = self.last - self.first + 1
        sizes = (size * 10 ** power for power in range(18) for size in (1, 2, 5))
        step = next(size for size in sizes if span / size <= 9)
        return range(math.ceil(self.first / step) * step, self.last + 1, step)

    def largest_radius(self):
        return min(max(0.75 * self.cell, 3.2), 8.0)

    def radius(self, probability):
        """The area of a mark is proportional to the probability, down to a mark that is still seen."""
        return max(self.largest_radius() * math.sqrt(probability), 1.2)


def circle(x, y, radius, colour, filled, tip=""):
    stroke = 1.8 if radius > 3 else 1.3
    paint = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}" stroke-width="{stroke}"'
    inner = radius if filled else max(radius - stroke / 2, 0.6)
    shape = f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{inner:.2f}" {paint}'
    return f"{shape}><title>{escape(tip)}</title></circle>" if tip else f"{shape}/>"


def square(x, y, side, colour):
    corner = f'x="{x - side / 2:.2f}" y="{y - side / 2:.2f}"'
    return f'<rect {corner} width="{side:.2f}" height="{side:.2f}" fill="{colour}"/>'


def text(x, y, words, size=13, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def frame(scale, known):
    """Grid, ticks, diagonal and the names of the axes."""
    bottom, right = TOP + PLOT, LEFT + PLOT
    for tick in scale.ticks():
        x, y = scale.x(tick), scale.y(tick)
        yield f'<path d="M{x:.2f} {TOP}V{bottom}M{LEFT} {y:.2f}H{right}" stroke="{GRID}"/>'
        yield text(x, bottom + 18, str(tick), anchor="middle")
        yield text(LEFT - 8, y + 4.5, str(tick), anchor="end")
    yield f'<path d="M{LEFT} {bottom}L{right} {TOP}" stroke="#9A9A9A"/>'
    yield f'<rect x="{LEFT}" y="{TOP}" width="{PLOT}" height="{PLOT}" fill="none" stroke="{INK}"/>'
    yield text(LEFT + PLOT / 2, bottom + 40, "position in the target", 14, "middle")
    middle = TOP + PLOT / 2
    turned = f' transform="rotate(-90 20 {middle:.1f})"'
    yield text(20, middle, "position in the target", 14, "middle", turned)
    yield text(LEFT, TOP - 10, "above the diagonal: predicted" + (", below: known" if known else ""), 13)


def side_of_known(scale):
    return min(max(0.9 * scale.cell, 3.0), 9.0)


def known_marks(scale, known, found, nearest):
    """Squares below the diagonal: dark if the pair was predicted, grey if not, pale if too near to be ranked."""
    for i, j in sorted(known):
        colour = NEAR if j - i < nearest else FOUND if (i, j) in found else UNFOUND
        yield square(scale.x(j), scale.y(i), side_of_known(scale), colour)


def predicted_marks(scale, predicted, known):
    """Circles above the diagonal; the probable ones are drawn first, so that small ones stay visible."""
    for row in sorted(predicted, key=lambda row: (-row["probability"], row["i"], row["j"])):
        hit = known is None or (row["i"], row["j"]) in known
        names = [f"{row.get(letter) or ''}{row[place]}" for letter, place in (("A_i", "i"), ("A_j", "j"))]
        tip = f"{names[0]} - {names[1]}, probability {row['probability']:.2f}"
        x, y, radius = scale.x(row["i"]), scale.y(row["j"]), scale.radius(row["probability"])
        yield circle(x, y, radius, HIT if hit else MISS, hit, tip)


def legend(scale, predicted, known, found, nearest, top):
    """Lines of signs and words below the square."""
    column = LEFT + PLOT / 2 + 10
    far = {pair for pair in known or () if pair[1] - pair[0] >= nearest}
    if known is None:
        left = [(lambda x, y: circle(x, y, 6, HIT, True), f"predicted pair ({len(predicted)})")]
        right = []
    else:
        left = [
            (lambda x, y: circle(x, y, 6, HIT, True), f"predicted and known ({len(found)})"),
            (lambda x, y: circle(x, y, 6, MISS, False), f"predicted, not known ({len(predicted) - len(found)})"),
        ]
        right = [
            (lambda x, y: square(x, y, 10, FOUND), f"known and predicted ({len(found)})"),
            (lambda x, y: square(x, y, 10, UNFOUND), f"known, not predicted ({len(far) - len(found)})"),
        ]
        if len(far) < len(known):
            words = f"known, less than {nearest} apart ({len(known) - len(far)})"
            right.append((lambda x, y: square(x, y, 10, NEAR), words))
    for x, entries in ((LEFT, left), (column, right)):
        for line, (sign, words) in enumerate(entries):
            y = top + line * LEGEND_LINE
            yield sign(x + 8, y)
            yield text(x + 24, y + 4.5, words)
    y = top + len(left) * LEGEND_LINE
    for place, probability in ((8, 0.9), (62, 0.5), (116, 0.1)):
        yield circle(LEFT + place, y, scale.radius(probability), INK, True)
        yield text(LEFT + place + 12, y + 4.5, f"{probability:g}")
    yield text(LEFT + 158, y + 4.5, "probability")


def draw(predicted, known, title):
    """The whole picture as text."""
    positions = [row[end] for row in predicted for end in ("i", "j")] + [p for pair in known or () for p in pair]
    scale = Scale(min(positions), max(positions))
    nearest = min(row["j"] - row["i"] for row in predicted)
    found = {(row["i"], row["j"]) for row in predicted} & (known or set())
    legend_top = TOP + PLOT + 66
    height = legend_top + LEGEND_LINE * (3 if known is not None else 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif" fill="{INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}"/>',
        text(LEFT, 28, title, 17, extra=' font-weight="bold"'),
    ]
    parts += frame(scale, known)
    parts += known_marks(scale, known or set(), found, nearest)
    parts += predicted_marks(scale, predicted, known)
    parts += legend(scale, predicted, known, found, nearest, legend_top)
    return "\n".join(parts + ["</svg>", ""])


# ---- the command

def arguments():
    parser = argparse.ArgumentParser(description="Draw the table of `potts contacts` as a contact map (SVG).")
    parser.add_argument("contacts", help="table of `potts contacts` (columns i, j, probability); - for standard input")
    parser.add_argument("--known", metavar="TABLE", help="known contacts (columns i and j, in the same numbering)")
    parser.add_argument("--top", type=int, metavar="N", help="draw the first N pairs of the table only")
    parser.add_argument("--title", default="Contact map", help="words above the map [default: Contact map]")
    parser.add_argument("-o", "--output", required=True, metavar="MAP.svg", help="the picture; replaced if it exists")
    chosen = parser.parse_args()
    if chosen.top is not None and chosen.top < 1:
        parser.error("--top is a whole number from 1")
    if chosen.contacts == "-":
        chosen.contacts = STDIN
    return chosen


def main():
    chosen = arguments()
    try:
        predicted = read_pairs(chosen.contacts, ["i", "j", "probability"])[: chosen.top]
        if not predicted:
            raise Bad(f"{chosen.contacts}: there are no pairs to draw")
        known = None
        if chosen.known:
            known = {(row["i"], row["j"]) for row in read_pairs(chosen.known, ["i", "j"])}
        picture = draw(predicted, known, chosen.title)
        partial = chosen.output + ".partial"
        Path(partial).write_bytes(picture.encode())
        os.replace(partial, chosen.output)
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    except (Bad, UnicodeDecodeError) as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
