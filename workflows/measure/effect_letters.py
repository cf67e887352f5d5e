#!/usr/bin/env python3
"""Refit letters and weights of the effect score, and say how good they are on families that the fit did not see.

    python3 workflows/measure/effect_letters.py FAMILIES --cache CACHE [--potts target/release/potts] [--preset mutants] [--no-tries]
    python3 workflows/measure/effect_letters.py --check

FAMILIES has a folder for each family, as benchmark.py reads it; those of GROUPS below are taken, and the mutants of their assays that the
program scores. Each is fitted once (`potts fit --preset mutants`) into CACHE, where the scored assays are kept, too. The ingredients of the
score are those that the model files hold (`/sites`).

The fit: normal quantiles of what an assay measured, regressed on the sums over the substitutions of each mutant of P/sd(P), z(ln r), z(b), G,
lost volume and the letters; ridge, but not of P/sd(P); moments are means over the assays of a family, families count n/(n + 300) by the mutants n
of their largest assay. For each family it is done without it and its homologues, with the penalty that is best where each of the
others is left out in turn, again with its homologues. What is printed and written compares, assay by assay, the model's score
(potts), the effect with the constants of the program (handed) and that with refitted ones, left out; means over assays, then over
families; standard errors are those of the mean over families of paired differences. Of the first group the handed figures are no left-out
ones: these constants were trained on its families.

The tries are the same with more or other features (effect_tries.py), in a table of their own. --check works on families made up,
and needs none. Needs Python 3.9, numpy, scipy and h5py; a minute on one core with the models in CACHE.
"""
import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np  # noqa: E402

from benchmark_folder import write_table  # noqa: E402
from effect_check import check  # noqa: E402
from effect_data import ORDER, read_families  # noqa: E402
from effect_fit import (  # noqa: E402
    HANDED, TERMS, VOLUME_UNIT, LeaveOut, Sample, base_features, correlation, correlations, effects, handed_sums,
)
from effect_tries import TRIES  # noqa: E402
from rank_statistics import mean, standard_error  # noqa: E402

# The families that the constants were trained on; others with assays of growth or function; small sets of stabilities.
GROUPS = {
    "trained": ["BLAT_ECOLX", "DYR_ECOLI", "GFP_AEQVI", "GRB2_HUMAN", "PABP_YEAST", "PTEN_HUMAN", "SCN5A_HUMAN", "SPG1_GB1", "YAP1_HUMAN"],
    "others": ["HSP82_YEAST", "RASH_HUMAN", "UBC9_HUMAN"],
    "stability": ["BPT1_BOVIN", "CSPB_BACSU", "FYN_SH3", "LYS_BPT4"],
}
HOMOLOGUES = [frozenset(["GRB2_HUMAN", "FYN_SH3"])]  # SH3 domains
BINDING, ABUNDANCE = "GRB2_HUMAN", "Faure_2022_abundance_multi"
NOT_NEAR = 0.01  # ranks differ where sums are equal but for rounding: a step of a single among a thousand is 0.001
COLUMNS = ["family", "group", "assay", "mutants", "neff_per_site", "potts", "handed", "refitted", "penalty"]
TRY_COLUMNS = ["try", "penalties"] + [f"{group}{part}" for group in GROUPS for part in ("", "_difference", "_error", "_up")] + [
    "without_stability", "without_stability_difference", "without_stability_error", "without_stability_up",
    "over_handed", "over_handed_error", "over_handed_up", "all_over_handed", "all_over_handed_error", "all_over_handed_up", "grb2_abundance", "scn5a"]


def group_of(name):
    return next(group for group, names in GROUPS.items() if name in names)


def family_means(results):
    return {name: mean(list(values)) for name, values in results.items()}


def difference(ours, theirs, names):
    """Mean over families, its standard error, and how many are better."""
    gaps = [ours[name] - theirs[name] for name in names]
    return mean(gaps), standard_error(gaps), sum(gap > 0 for gap in gaps)


def baselines(families):
    """Correlations, assay by assay, of the model's score and of the effect with the constants of the program."""
    potts, handed = {}, {}
    for family in families:
        potts[family.name] = [correlation(assay.potts, assay.measured) for assay in family.assays]
        sums = handed_sums(family)
        handed[family.name] = correlations(family.ranked_assays(), sums)
        for assay in family.assays:
            apart = np.abs(assay.members @ effects(sums) - assay.effect).max()
            if apart > NOT_NEAR:
                sys.exit(f"{family.name}, {assay.name}: effects are {apart:.3f} off those of the program; are the constants in effect_fit.py its own?")
    return potts, handed


def measure(families, features):
    """{family: (correlations, weights, penalty)} left out, and the fit to all."""
    fits = LeaveOut([Sample(family, features) for family in families], HOMOLOGUES)
    return fits.run(), fits.weights(frozenset())


def rows_of(families, potts, handed, found):
    """A row for each assay, and one for the mean of each family."""
    for family in families:
        columns = potts[family.name], handed[family.name], found[family.name][0]
        common = {"family": family.name, "group": group_of(family.name), "neff_per_site": family.neff / family.sites,
                  "penalty": found[family.name][2]}
        for assay, *values in zip(family.assays, *columns):
            yield dict(common, assay=assay.name, mutants=len(assay.measured), **dict(zip(("potts", "handed", "refitted"), map(float, values))))
        means = (mean(list(values)) for values in columns)
        yield dict(common, assay="mean", mutants=sum(len(assay.measured) for assay in family.assays), **dict(zip(("potts", "handed", "refitted"), means)))


def print_groups(families, scores):
    """Means of each group and of all, with differences to the first and second of the scores."""
    names = {**GROUPS, "without stability": GROUPS["trained"] + GROUPS["others"], "all": [family.name for family in families]}
    means = {score: family_means(results) for score, results in scores.items()}
    for group, members in names.items():
        print(f"{group}: {len(members)} families")
        for score, values in means.items():
            line = f"  {score:9} {mean([values[name] for name in members]):.4f}"
            for other in [other for other in ("potts", "handed") if other != score and score != "potts"]:
                gap, error, better = difference(values, means[other], members)
                line += f"   over {other} {gap:+.4f} +- {error:.4f}, {better} up"
            print(line)


def print_weights(weights, penalty):
    weights = weights / np.where(np.arange(len(weights)) == TERMS.index("loss"), VOLUME_UNIT, 1.0)
    print(f"fitted to all, penalty {penalty}; in brackets the program's:")
    for name, ours, theirs in zip(TERMS + list(ORDER), weights, HANDED):
        print(f"  {name} {ours:.4f} ({theirs})")


def row_of_try(name, families, found, base, handed):
    """What a try did: over the plain refit, which is left out like it, and over the program's constants, which are not."""
    ours = family_means({family: values[0] for family, values in found.items()})
    row = {"try": name, "penalties": ",".join(sorted({f"{values[2]:g}" for values in found.values()})), "scn5a": ours["SCN5A_HUMAN"]}
    twelve = GROUPS["trained"] + GROUPS["others"]
    for group, members in {**GROUPS, "without_stability": twelve}.items():
        gap, error, better = difference(ours, base, members)
        row.update({group: mean([ours[name] for name in members]), f"{group}_difference": gap, f"{group}_error": error,
                    f"{group}_up": f"{better}/{len(members)}"})
    gap, error, better = difference(ours, handed, twelve)
    row.update(over_handed=gap, over_handed_error=error, over_handed_up=f"{better}/{len(twelve)}")
    gap, error, better = difference(ours, handed, list(ours))
    row.update(all_over_handed=gap, all_over_handed_error=error, all_over_handed_up=f"{better}/{len(ours)}")
    abundance = next(family for family in families if family.name == BINDING)
    row["grb2_abundance"] = float(next(value for assay, value in zip(abundance.assays, found[BINDING][0]) if assay.name == ABUNDANCE))
    return row


def chosen_by_others(families, tried):
    """For each family the try that is best for the others but its homologues: what choosing among tries is worth."""
    weights = {family.name: family.weight() for family in families}
    means = {name: family_means({family: values[0] for family, values in found.items()}) for name, found in tried.items()}
    chosen = {}
    for family in weights:
        relatives = next((group for group in HOMOLOGUES if family in group), {family})
        rest = [other for other in weights if other not in relatives]
        best = max(tried, key=lambda name: sum(weights[other] * means[name][other] for other in rest))
        chosen[family] = tried[best][family]
    return chosen


def print_try(row, weights):
    print(f"{row['try']}: trained {row['trained']:.4f}, others {row['others']:.4f}, stability {row['stability']:.4f}; the first two "
          f"{row['without_stability_difference']:+.4f} +- {row['without_stability_error']:.4f} over the refit, over handed {row['over_handed']:+.4f} +- "
          f"{row['over_handed_error']:.4f}, with stability {row['all_over_handed']:+.4f} +- {row['all_over_handed_error']:.4f}; GRB2 abundance "
          f"{row['grb2_abundance']:.3f}, SCN5A {row['scn5a']:.3f}", flush=True)
    if weights is not None and len(weights) < len(HANDED):
        print("  weights, fitted to all: " + " ".join(f"{weight:.4f}" for weight in weights))


def run_tries(families, found, handed, out):
    base = family_means({name: values[0] for name, values in found.items()})
    tried = {"handed": {name: (values, None, 0.0) for name, values in handed.items()}, "refitted": found}
    fitted = {}
    for name, features in TRIES.items():
        tried[name], (fitted[name], _) = measure(families, features)
        print_try(row_of_try(name, families, tried[name], base, family_means(handed)), fitted[name])
    chosen = "that of these which is best for the other families"
    tried[chosen] = chosen_by_others(families, tried)
    rows = [row_of_try(name, families, results, base, family_means(handed)) for name, results in tried.items()]
    print_try(rows[-1], None)
    write_table(out.with_name("effect_tries.tsv"), TRY_COLUMNS, rows)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FAMILIES", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, help="models and scored assays, kept")
    parser.add_argument("--potts", default="target/release/potts", help="the program (default: %(default)s)")
    parser.add_argument("--preset", default="mutants", help="of the fits (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("workflows/measure/results/effect_refit.tsv"),
                        help="the table; effect_tries.tsv goes beside it (default: %(default)s)")
    parser.add_argument("--no-tries", action="store_true", help="only the refit")
    parser.add_argument("--check", action="store_true", help="check the script itself on families made up")
    arguments = parser.parse_args()
    if not arguments.check and (arguments.folder is None or arguments.cache is None or not arguments.folder.is_dir()):
        parser.error("name a folder of families and a --cache")
    return arguments


def main():
    arguments = read_arguments()
    if arguments.check:
        sys.exit(check())
    names = [name for group in GROUPS.values() for name in group]
    families = read_families(arguments.potts, arguments.folder, arguments.cache, names, arguments.preset)
    potts, handed = baselines(families)
    found, to_all = measure(families, base_features)
    write_table(arguments.out, COLUMNS, rows_of(families, potts, handed, found))
    base = {name: values[0] for name, values in found.items()}
    print_groups(families, {"potts": potts, "handed": handed, "refitted": base})
    print_weights(*to_all)
    if not arguments.no_tries:
        run_tries(families, found, handed, arguments.out)


if __name__ == "__main__":
    main()
