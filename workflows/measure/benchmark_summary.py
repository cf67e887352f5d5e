"""The summary of benchmark.py, in Markdown."""
from benchmark_folder import LATTICE, shown
from rank_statistics import mean, standard_error

WELL_SAMPLED = 3.0  # Neff/L above which a Potts model should beat the independent one
DEPTHS = [0.0, 1.0, 5.0, 25.0]  # Neff/L from which on families are taken together, as in the verdict of `potts`
PRECISIONS = ["precision_half", "precision_full", "precision_half_24", "precision_full_24"]


def prediction_names(assays):
    return sorted({name[:-len("_spearman")] for row in assays for name in row
                   if name.startswith("pred_") and name.endswith("_spearman")})


def fit_name(row):
    return " ".join(filter(None, (row["method"], row["preset"])))


def by_fit(rows):
    groups = {}
    for row in rows:
        groups.setdefault(fit_name(row), []).append(row)
    return groups


def cell(value):
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def markdown_table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return ["| " + " | ".join(cell(value) for value in line) + " |" for line in lines]


def average_row(name, rows, columns):
    return [name, len(rows)] + [mean([row.get(column) for row in rows]) for column in columns]


def compared(rows, ours, theirs):
    """Wins, losses and draws over the rows that have both numbers, as text."""
    gaps = [row[ours] - row[theirs] for row in rows
            if row.get(ours) is not None and row.get(theirs) is not None]
    won, lost = sum(gap > 1e-9 for gap in gaps), sum(gap < -1e-9 for gap in gaps)
    return f"{won} / {lost} / {len(gaps) - won - lost}" if gaps else "–"


def summarise_contacts(fits):
    rows = [row for row in fits if row["in_averages"] and row.get("precision_full") is not None]
    if not rows:
        return []
    readme = ["readme_" + column for column in PRECISIONS]
    averages, wins = [], []
    for name, group in by_fit(rows).items():
        averages.append(average_row(name, group, PRECISIONS + ["brier"]))
        reported = [row for row in group if row.get(readme[1]) is not None]
        if reported:
            averages.append(average_row(f"README's mean field, families of {name}", reported, readme) + [None])
            wins.append([name] + [compared(group, ours, theirs) for ours, theirs in zip(PRECISIONS, readme)])
    lines = ["## Contacts", "",
             "Mean over families of the precision of the top pairs (CB closer than 8 Å), and of the Brier",
             "score of the probabilities over all pairs at least 6 apart.", ""]
    lines += markdown_table(["fit", "families", "L/2, ≥6", "L, ≥6", "L/2, ≥24", "L, ≥24", "Brier"], averages)
    if wins:
        lines += ["", "Families won / lost / drawn against the README's mean field:", ""]
        lines += markdown_table(["fit", "L/2, ≥6", "L, ≥6", "L/2, ≥24", "L, ≥24"], wins)
    return lines + [""]


def family_means(assays):
    """Means over the assays of each family, with the families in order."""
    columns = ["spearman_potts", "spearman_independent", "readme_independent", "readme_mean_field",
               "neff_per_site"]
    groups = {}
    for row in assays:
        groups.setdefault(row["family"], []).append(row)
    return [dict({column: mean([row.get(column) for row in rows]) for column in columns}, family=family)
            for family, rows in groups.items()]


def other_predictions(assays):
    """Rows that compare Potts with each pred_ column on the rows of the assays that both score."""
    lines = []
    for name in prediction_names(assays):
        rows = [row for row in assays if row.get(f"{name}_spearman") is not None]
        for fit, group in by_fit(rows).items():
            lines.append([fit, name, len(group), mean([row[f"{name}_potts"] for row in group]),
                          mean([row[f"{name}_spearman"] for row in group]),
                          compared(group, f"{name}_potts", f"{name}_spearman")])
    return lines


def not_above(families, other):
    """Well-sampled families in which Potts does not beat `other`, as text."""
    bad = [f"{row['family']} ({row['spearman_potts']:.3f} against {row[other]:.3f})" for row in families
           if row["neff_per_site"] > WELL_SAMPLED and row["spearman_potts"] is not None
           and row[other] is not None and row["spearman_potts"] <= row[other]]
    return ", ".join(bad) or "none"


def summarise_assays(assays):
    assays = [row for row in assays if not row["family"].startswith(LATTICE)]
    if not assays:
        return []
    averages, notes = [], []
    for name, group in by_fit(assays).items():
        families = family_means(group)
        averages.append(average_row(name, families, [
            "spearman_potts", "spearman_independent", "readme_independent", "readme_mean_field"]))
        well = [row for row in families if row["neff_per_site"] > WELL_SAMPLED]
        notes += [f"- {name}, {len(well)} families with Neff/L > {WELL_SAMPLED:g}: not above the independent model: "
                  f"{not_above(families, 'spearman_independent')}; not above the README's mean field: "
                  f"{not_above(families, 'readme_mean_field')}."]
    lines = ["## Mutants", "",
             "Spearman correlation with the measured scores, averaged over the assays of a family, then over",
             "families. The README's numbers rest on the same alignments.", ""]
    lines += markdown_table(["fit", "families", "Potts", "independent", "README's independent",
                             "README's mean field"], averages)
    lines += [""] + notes + [""]
    others = other_predictions(assays)
    if others:
        lines += ["Predictions that came with the assays, on the rows that both score (mean over assays):", ""]
        lines += markdown_table(["fit", "prediction", "assays", "Potts", "prediction's", "won / lost / drawn"], others)
        lines += [""]
    lines += ["Assay by assay:", ""]
    lines += markdown_table(
        ["family", "assay", "fit", "Neff/L", "scored", "Potts", "independent", "README's mean field",
         "ProteinGym EVmutation"],
        [[row["family"], row["assay"], fit_name(row), row["neff_per_site"], row["scored"],
          row["spearman_potts"], row["spearman_independent"], row["readme_mean_field"],
          row["proteingym_evmutation"]] for row in assays])
    return lines + [""]


def with_error(values):
    values = [value for value in values if value is not None]
    error = standard_error(values)
    return "–" if not values else f"{mean(values):.3f}" if error is None else f"{mean(values):.3f} ± {error:.3f}"


def of_depth(rows, k):
    end = DEPTHS[k + 1] if k + 1 < len(DEPTHS) else float("inf")
    return [row for row in rows if DEPTHS[k] <= row["neff_per_site"] < end]


def depth_name(k):
    return f"{DEPTHS[k]:g} to {DEPTHS[k + 1]:g}" if k + 1 < len(DEPTHS) else f"{DEPTHS[k]:g} and more"


def summarise_depth(fits, assays):
    """Means of families of like depth, which the verdict of a fit tells of."""
    lines = ["## By depth", "", "Mean over the families and its standard error; range of the precision at L; mutants by family.", ""]
    for name, group in by_fit(fits).items():
        contacts = [row for row in group if row["in_averages"] and row.get("precision_full") is not None]
        mutants = family_means([row for row in assays if fit_name(row) == name and not row["family"].startswith(LATTICE)])
        mutants = [row for row in mutants if row["spearman_potts"] is not None]
        table = []
        for k in range(len(DEPTHS)):
            deep, measured = of_depth(contacts, k), of_depth(mutants, k)
            full = [row["precision_full"] for row in deep]
            spread = f"{min(full):.2f} to {max(full):.2f}" if full else "–"
            table.append([depth_name(k), len(deep)] + [with_error([row[column] for row in deep]) for column in PRECISIONS]
                         + [spread, len(measured)]
                         + [with_error([row[column] for row in measured]) for column in ("spearman_potts", "spearman_independent")])
        lines += [f"{name}:", ""] + markdown_table(
            ["Neff/L", "families", "L/2, ≥6", "L, ≥6", "L/2, ≥24", "L, ≥24", "range of L, ≥6", "families with assays",
             "Potts", "independent"], table) + [""]
    return lines


def summarise_cost(fits):
    rows = [row for row in fits if row.get("fit_seconds") is not None]
    lines = []
    for name, group in by_fit(rows).items():
        slowest = max(group, key=lambda row: row["fit_seconds"])
        largest = max(group, key=lambda row: row["fit_max_rss_mib"])
        stopped = [row["family"] for row in group if row.get("converged") is False]
        lines.append(f"- {name}: {sum(row['fit_seconds'] for row in group):.0f} s for {len(group)} fits; slowest "
                     f"{slowest['family']} ({slowest['fit_seconds']:.1f} s); most memory {largest['family']} "
                     f"({largest['fit_max_rss_mib']:.0f} MiB); not converged: {', '.join(stopped) or 'none'}.")
    return ["## Cost", ""] + lines + [""] if lines else []


def summarise(fits, assays):
    families = len({row["family"] for row in fits})
    lines = [f"# Benchmark of potts on {families} families", ""]
    lines += summarise_contacts(fits) + summarise_assays(assays) + summarise_depth(fits, assays)
    lattice = [row for row in fits if not row["in_averages"] and row.get("precision_full") is not None]
    if lattice:
        lines += ["## Lattice proteins (not in the averages)", ""]
        lines += [f"- {row['family']}, {fit_name(row)}: precision {row['precision_half']:.3f} at L/2, "
                  f"{row['precision_full']:.3f} at L, separation ≥ {row['min_separation']}." for row in lattice]
        lines += [""]
    lines += summarise_cost(fits)
    failed = [row for row in fits if row.get("error")]
    if failed:
        lines += ["## Failed", ""]
        lines += [f"- {row['family']}, {fit_name(row)}: {shown(row['error'])}" for row in failed] + [""]
    return "\n".join(lines)
