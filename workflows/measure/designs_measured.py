"""Where the best of the measured multiple mutants by a score lie among all that were measured.

    python3 workflows/measure/designs_measured.py FAMILIES_FOLDER MODELS_FOLDER --potts PROGRAM

FAMILIES_FOLDER and MODELS_FOLDER are as for hits.py. `potts design -n` takes the mutants with the highest
potts_score; of those that it may choose, few are ever measured. Here the choice is among the measured
ones: of each assay with 500 mutants of two substitutions or more, the mean percentile (0 the worst, 0.5
what chance gives, 1 the best) of the measured values of the first 100 by potts_score, effect_score and
independent_score, and the share of the first 100 that is among the best tenth of the measured values.
Writes designs_measured.tsv (see --out), and prints means over proteins. Needs Python 3.9 or newer and
nothing else.
"""
from benchmark_folder import find_alignment, find_assays, number, read_table, write_table
from hits import arguments, run
from rank_statistics import mean, ranks, standard_error

SCORES = ["potts_score", "effect_score", "independent_score"]
FIRST, FEWEST = 100, 500
COLUMNS = ["family", "assay", "mutants", "substitutions"] + [f"{what}_{score}" for what in ("percentile", "best_tenth") for score in SCORES]


def main():
    args = arguments(__doc__)
    rows = []
    for family in sorted(folder.name for folder in args.families.iterdir() if folder.is_dir()):
        for assay in find_assays(args.families / family):
            row = measure(args, family, assay)
            if row:
                print(*row.values(), flush=True)
                rows.append(row)
    write_table(args.out / "designs_measured.tsv", COLUMNS, rows)
    for column in COLUMNS[4:]:
        proteins = {row["family"] for row in rows}
        means = [mean([row[column] for row in rows if row["family"] == protein]) for protein in proteins]
        print(f"{column}: {mean(means):.3f} +- {standard_error(means):.3f} over {len(means)} proteins")


def measure(args, family, assay):
    """The figures of an assay; none if few of its mutants have several substitutions."""
    values = {row["mutant"]: number(row["score"]) for row in read_table(assay) if row["mutant"].count(":") > 0}
    if sum(value is not None for value in values.values()) < FEWEST:
        return None
    model = args.models / f"{family}.h5"
    if not model.exists():
        run(args.potts, ["fit", find_alignment(args.families / family), "-o", model], args.models / f"{family}.log")
    name = assay.name.split(".")[0]
    scored = run(args.potts, ["score-mutants", model, "--file", assay, "--format", "tsv"], args.models / f"{family}.{name}.all.tsv")
    mutants = []
    for row in read_table(scored):
        value, scores = values.get(row["mutant"]), [number(row[score]) for score in SCORES]
        if value is not None and None not in scores and row["status"] == "scored":
            mutants.append((value, scores, row["mutant"].count(":") + 1))
    places = [(rank - 0.5) / len(mutants) for rank in ranks([value for value, _, _ in mutants])]
    row = {"family": family, "assay": assay.name, "mutants": len(mutants), "substitutions": mean([n for _, _, n in mutants])}
    for k, score in enumerate(SCORES):
        order = sorted(range(len(mutants)), key=lambda m: -mutants[m][1][k])[:FIRST]
        row[f"percentile_{score}"] = mean([places[m] for m in order])
        row[f"best_tenth_{score}"] = mean([places[m] >= 0.9 for m in order])
    return row


if __name__ == "__main__":
    main()
