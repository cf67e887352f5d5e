"""How many mutants of a rank are hits, and what an order list is worth beside plain rankings.

    python3 workflows/measure/hits.py FAMILIES_FOLDER MODELS_FOLDER --potts PROGRAM

FAMILIES_FOLDER is as for benchmark.py; MODELS_FOLDER takes a model FAMILY.h5 of each family, which is
fitted (preset of the program's default, one thread) where it is missing, and tables of scores.

A hit is a mutant measured at least as good as the wild type less a tenth of the way from the wild type
to the assay's 5th percentile, of its singles or of its doubles. The wild type's score is 0 where the
assay gives logarithms or differences, 1 where it gives ratios; ASSAYS says which. Assays in which it
cannot be told are left out (GB1's singles of Olson 2014, SCN5A).

For each assay:
  * of singles, the share of hits in classes of their percentile among all singles of the model, by
    effect_score and by potts_score; a monotone curve of the mean over proteins; and how well the curve
    of the other proteins foretells that of each, left out;
  * of doubles, the same against the product of the two singles' probabilities;
  * the share of hits among the first 20 and 50 measured mutants of `potts design`'s list (singles), or
    of its rule among the measured doubles, of plain lists by potts_score, effect_score and
    independent_score, and of all.
Writes hits.tsv and order_lists.tsv (see --out), and prints the curves. Needs Python 3.9 or newer and
nothing else.
"""
import argparse
import bisect
import collections
import math
import os
import re
import subprocess
import sys
from pathlib import Path

from benchmark_folder import find_alignment, number, read_table, write_table
from rank_statistics import mean

# Family, table, the wild type's score. Of stability changes the larger table of a protein.
ASSAYS = [
    ("BLAT_ECOLX", "dms.csv", 0), ("BLAT_ECOLX", "dms_Deng_2012.csv", 0),
    ("BLAT_ECOLX", "dms_Firnberg_2014.csv", 1), ("BLAT_ECOLX", "dms_Jacquier_2013.csv", 0),
    ("BPT1_BOVIN", "dms.csv", 0), ("CSPB_BACSU", "dms.csv", 0), ("DYR_ECOLI", "dms.csv", 0),
    ("FYN_SH3", "dms.csv", 0), ("GFP_AEQVI", "dms.csv.gz", 0), ("GRB2_HUMAN", "dms.csv.gz", 0),
    ("GRB2_HUMAN", "dms_Faure_2022_binding_multi.csv.gz", 0), ("HSP82_YEAST", "dms.csv", 0),
    ("HSP82_YEAST", "dms_Flynn_2019.csv", 0), ("LYS_BPT4", "dms_ddG_FireProt.csv", 0),
    ("PABP_YEAST", "dms.csv", 1), ("PTEN_HUMAN", "dms.csv", 0), ("PTEN_HUMAN", "dms_Matreyek_2021.csv", 1),
    ("RASH_HUMAN", "dms.csv", 0), ("UBC9_HUMAN", "dms.csv", 1), ("YAP1_HUMAN", "dms.csv", 1),
]
DOUBLES = [
    ("BLAT_ECOLX", "dms_Gonzalez_2019_doubles.csv", 0), ("GFP_AEQVI", "dms.csv.gz", 0),
    ("GRB2_HUMAN", "dms.csv.gz", 0), ("GRB2_HUMAN", "dms_Faure_2022_binding_multi.csv.gz", 0),
    ("PABP_YEAST", "dms_Melamed_2013_doubles.csv.gz", 1),
    ("SPG1_GB1", "dms_Olson_2014_doubles_sub60k.csv.gz", 0),
]
SCORES = ["effect_score", "potts_score", "independent_score"]
# Borders of classes of percentiles, and the knots that stand for the classes.
CLASSES = [0, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, 1]
KNOTS = [.05, .15, .25, .35, .45, .55, .65, .75, .85, .925, .965, .99]
# The same of products of two probabilities.
PRODUCT_CLASSES = [0, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, 1]
PRODUCT_KNOTS = [.025, .075, .125, .175, .225, .275, .325, .375, .425, .475, .54]
# A class of an assay counts if it has so many mutants, and wholly from so many of a protein on.
FEWEST, WHOLE = 5, 30
TOPS = [20, 50]
# As src/design/order.rs has it.
INTERACTION, MIN_COVERAGE, DOUBLES_PER_POSITION = 0.02, 0.5, 2


def run(potts, arguments, output):
    """Runs the program on one thread; what it prints goes to a file, unless that is there."""
    if not output.exists():
        partial = output.with_name(output.name + ".partial")
        with open(partial, "wb") as out:
            environment = dict(os.environ, OMP_NUM_THREADS="1")
            subprocess.run([potts, *arguments, "--threads", "1", "-q"], stdout=out, check=True, env=environment)
        partial.rename(output)
    return output


def singles_of(args, family):
    """All singles of a family's model by name, with percentiles u_SCORE."""
    model = args.models / f"{family}.h5"
    if not model.exists():
        alignment = find_alignment(args.families / family)
        subprocess.run([args.potts, "fit", alignment, "-o", model, "--threads", "1", "-q"], check=True)
    table = run(args.potts, ["score-mutants", model, "--all-single"], args.models / f"{family}.singles.tsv")
    rows = list(read_table(table))
    for score in SCORES:
        for row in rows:
            row[score] = float(row[score])
        values = sorted(row[score] for row in rows)
        for row in rows:
            below, to = bisect.bisect_left(values, row[score]), bisect.bisect_right(values, row[score])
            row["u_" + score] = (below + to) / (2 * len(values))
    return {row["mutant"]: row for row in rows}


def measured(args, family, name, substitutions):
    """Mutants with so many substitutions and their measured scores."""
    pairs = ((row["mutant"], number(row["score"])) for row in read_table(args.families / family / name))
    return {mutant: score for mutant, score in pairs
            if score is not None and mutant.count(":") == substitutions - 1}


def threshold(scores, wild_type):
    """What a hit has at least."""
    scores = sorted(scores)
    fifth = scores[int(0.05 * (len(scores) - 1))]
    return wild_type - 0.1 * (wild_type - fifth)


# ---- curves

def classed(pairs, classes):
    """Shares of hits of (value, hit) in classes, and how many there are."""
    counts = [[0, 0] for _ in classes[1:]]
    for value, hit in pairs:
        k = min(bisect.bisect_right(classes, value), len(classes) - 1) - 1
        counts[k][0] += hit
        counts[k][1] += 1
    return [(hits / n if n else None, n) for hits, n in counts]


def curve(assays, classes):
    """The mean over proteins of the mean over their assays, made monotone by pooling adjacent classes."""
    proteins = collections.defaultdict(list)
    for family, pairs in assays:
        proteins[family].append(classed(pairs, classes))
    blocks = []
    for k in range(len(classes) - 1):
        sum_of, weight = 0, 0
        for tables in proteins.values():
            usable = [table[k] for table in tables if table[k][1] >= FEWEST]
            if usable:
                own = min(1, sum(n for _, n in usable) / WHOLE)
                sum_of, weight = sum_of + own * mean([share for share, _ in usable]), weight + own
        blocks.append([sum_of, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last)]
    return [block[0] / block[1] if block[1] else 0 for block in blocks for _ in range(block[2])]


def at(knots, values, x):
    """The curve between its knots."""
    if x <= knots[0] or x >= knots[-1]:
        return values[0] if x <= knots[0] else values[-1]
    k = bisect.bisect_right(knots, x)
    share = (x - knots[k - 1]) / (knots[k] - knots[k - 1])
    return values[k - 1] + share * (values[k] - values[k - 1])


def left_out(assays, names, classes, knots, what, levels):
    """Rows that hold the curve of the other proteins against what each assay has."""
    rows = []
    for (family, pairs), name in zip(assays, names):
        values = curve([other for other in assays if other[0] != family], classes)
        for low, high in levels:
            part = [(at(knots, values, x), hit) for x, hit in pairs if low <= x < high or x == high == 1]
            if part:
                rows.append({"what": what, "family": family, "assay": name, "from": low, "to": high,
                             "mutants": len(part), "expected": mean([p for p, _ in part]),
                             "found": mean([float(hit) for _, hit in part])})
    return rows


# ---- lists

def share_of_hits(mutants, hits, count):
    first = [hits[mutant] for mutant in mutants if mutant in hits][:count]
    return mean([float(hit) for hit in first]) if len(first) == count else None


def spread(rows, most):
    """Rows in order, but at most so many at a position."""
    taken = collections.Counter()
    for row in rows:
        positions = re.findall(r"\d+", row["mutant"])
        if all(taken[position] < most for position in positions):
            taken.update(positions)
            yield row


def lists_of_singles(args, family, name, singles, hits):
    """The list of `potts design`, long enough that its first are measured, beside plain ones."""
    orders = {}
    for score in ("effect", "potts"):
        table = run(args.potts, ["design", args.models / f"{family}.h5", "--singles", "100000", "--score", score],
                    args.models / f"{family}.order_{score}.tsv")
        orders["order_" + score] = [row["mutant"] for row in read_table(table)]
    for score in SCORES:
        orders[score] = sorted(singles, key=lambda mutant: -singles[mutant][score])
    return list_rows(orders, family, name, "singles", hits)


def lists_of_doubles(rows, scale, family, name, hits):
    for row in rows:
        row["rank"] = row["effect_score"] + INTERACTION * row["epistasis"] / scale
    known = [row for row in rows if float(row["seen"]) > 0 and float(row["coverage"]) >= MIN_COVERAGE]
    ranked = sorted(known, key=lambda row: -row["rank"])
    orders = {"order_effect": [row["mutant"] for row in spread(ranked, DOUBLES_PER_POSITION)]}
    for score in SCORES:
        orders[score] = [row["mutant"] for row in sorted(rows, key=lambda row: -row[score])]
    return list_rows(orders, family, name, "doubles", hits)


def list_rows(orders, family, name, what, hits):
    base = mean([float(hit) for hit in hits.values()])
    for order, mutants in orders.items():
        row = {"what": what, "family": family, "assay": name, "list": order, "mutants": len(hits), "all": base}
        for count in TOPS:
            row[f"first_{count}"] = share_of_hits(mutants, hits, count)
        yield row


def means(rows):
    """Over proteins, of each the mean of its assays, where all lists have so many mutants."""
    for what in ("singles", "doubles"):
        own = [row for row in rows if row["what"] == what]
        for order in dict.fromkeys(row["list"] for row in own):
            result = {"what": what, "family": "mean over proteins", "list": order}
            for count in TOPS:
                key = f"first_{count}"
                short = {(row["family"], row["assay"]) for row in own if row[key] is None}
                by_family = collections.defaultdict(list)
                for row in own:
                    if row["list"] == order and (row["family"], row["assay"]) not in short:
                        by_family[row["family"]].append((row[key], row["all"]))
                result[key] = mean([mean([share for share, _ in pairs]) for pairs in by_family.values()])
                if count == TOPS[0]:
                    result["mutants"] = len(by_family)
                    result["all"] = mean([mean([base for _, base in pairs]) for pairs in by_family.values()])
            yield result


def arguments(description):
    """Folders, program and where results go, from the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--potts", default="potts")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    return parser.parse_args()


def main():
    args = arguments(__doc__)
    families = {family: singles_of(args, family) for family in dict.fromkeys(a[0] for a in ASSAYS + DOUBLES)}
    assays = {score: [] for score in SCORES[:2]}
    names, lists, calibration = [], [], []
    for family, name, wild_type in ASSAYS:
        print(family, name, file=sys.stderr)
        scores = measured(args, family, name, 1)
        least = threshold(scores.values(), wild_type)
        singles = families[family]
        hits = {mutant: score >= least for mutant, score in scores.items() if mutant in singles}
        for score, pairs in assays.items():
            pairs.append((family, [(singles[mutant]["u_" + score], hit) for mutant, hit in hits.items()]))
        names.append(name)
        lists += lists_of_singles(args, family, name, singles, hits)
    curves = {score: curve(pairs, CLASSES) for score, pairs in assays.items()}
    for score, pairs in assays.items():
        print(f"singles by {score}:", ", ".join(f"{value:.3f}" for value in curves[score]))
        calibration += left_out(pairs, names, CLASSES, KNOTS, f"singles by {score}",
                                [(0, .5), (.5, .8), (.8, .9), (.9, .95), (.95, .98), (.98, 1)])
    products = {score: [] for score in assays}
    for family, name, wild_type in DOUBLES:
        print(family, name, "doubles", file=sys.stderr)
        scores = measured(args, family, name, 2)
        least = threshold(scores.values(), wild_type)
        table = run(args.potts, ["score-mutants", args.models / f"{family}.h5", "--format", "tsv", "--file",
                                 args.families / family / name], args.models / f"{family}.{name.split('.')[0]}.scored.tsv")
        singles = families[family]
        rows = [row for row in read_table(table) if row["status"] == "scored" and row["mutant"] in scores]
        for row in rows:
            row.update({key: float(row[key]) for key in SCORES + ["epistasis"]})
        hits = {row["mutant"]: scores[row["mutant"]] >= least for row in rows}
        for score, of_score in products.items():
            # Of the other proteins: what is learnt here is not to know this one.
            values = curve([other for other in assays[score] if other[0] != family], CLASSES)
            probability = {mutant: at(KNOTS, values, single["u_" + score]) for mutant, single in singles.items()}
            of_score.append((family, [(math.prod(probability[part] for part in mutant.split(":")), hit)
                                      for mutant, hit in hits.items()]))
        scores_of_singles = [single["potts_score"] for single in singles.values()]
        middle = mean(scores_of_singles)
        scale = math.sqrt(mean([(value - middle) ** 2 for value in scores_of_singles]))
        lists += lists_of_doubles(rows, scale, family, name, hits)
    for score, pairs in products.items():
        values = curve(pairs, PRODUCT_CLASSES)
        print(f"doubles by {score}:", ", ".join(f"{value:.3f}" for value in values))
        calibration += left_out(pairs, [name for _, name, _ in DOUBLES], PRODUCT_CLASSES, PRODUCT_KNOTS,
                                f"doubles by {score}", [(0, .1), (.1, .2), (.2, .3), (.3, .4), (.4, .5), (.5, 1)])
    lists += list(means(lists))
    write_table(args.out / "hits.tsv", ["what", "family", "assay", "from", "to", "mutants", "expected", "found"],
                calibration)
    write_table(args.out / "order_lists.tsv",
                ["what", "family", "assay", "list", "mutants", "all"] + [f"first_{count}" for count in TOPS], lists)


if __name__ == "__main__":
    main()
