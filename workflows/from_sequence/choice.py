"""Which of several alignments of a protein is fitted: the rule, and the table behind it.

An alignment is judged by what `potts` keeps of it. A position of the protein is covered if `covered_by` of the sequences, each with its
weight, have a residue there. The alignment is

  sound   if `covered_positions` of the protein's positions are covered, and at most `most_gaps` of its cells are gaps;
  deep    if Neff/L is `enough`.

1. If any is sound and deep, the strictest sound one is taken that is deep, or has nine tenths of the deepest sound one: what it leaves
   out is not needed, and may fold or function differently.
2. If there is none, of all the one with the greatest depth: the effective sequences a site that `covered_positions` of the protein's
   positions have. A stricter one that has nine tenths of it is preferred.

Needs Python 3.9 or later and nothing else.
"""

import math

COLUMNS = ["threshold", "bits", "hits", "kept", "sites", "modelled", "neff", "neff_per_site", "covered", "gap_share", "depth", "chosen", "reason"]
# Effective sequences below which there is nothing but the protein and copies of it.
LEAST_NEFF = 2.0
# Share of the greatest depth that a stricter alignment needs.
NEARLY = 0.9


def judge(fitted, coverages, length, settings):
    """A row of the table, from the summary of a fit and the coverage of each modelled position."""
    covered = sum(coverage >= settings["covered_by"] for coverage in coverages)
    # Positions that are not modelled have no residues.
    ranked = sorted(coverages, reverse=True) + [0.0] * (length - len(coverages))
    usual = ranked[max(math.ceil(settings["covered_positions"] * length), 1) - 1]
    return {
        "hits": fitted["sequences_read"] - 1,
        "kept": fitted["sequences_kept"],
        "sites": fitted["sites"],
        "modelled": fitted["sites"] / length,
        "neff": fitted["neff"],
        "neff_per_site": fitted["neff_per_site"],
        "covered": covered / length,
        "gap_share": 1 - sum(coverages) / len(coverages) if coverages else 1.0,
        "depth": fitted["neff_per_site"] * usual,
    }


def unsound(row, settings):
    """What speaks against an alignment, however deep, in words."""
    found = []
    if row["covered"] < settings["covered_positions"]:
        found.append(f"covers {100 * row['covered']:.0f} % of the protein")
    if row["gap_share"] > settings["most_gaps"]:
        found.append(f"{100 * row['gap_share']:.0f} % gaps")
    return found


def choose(rows, settings):
    """Marks one row as chosen, and gives each its reason; rows with 'failure' or without relatives are out. Returns the row, or None.

    Rows are in order of their thresholds, the strictest last.
    """
    usable = []
    for row in rows:
        row["chosen"] = "no"
        if "failure" in row:
            row["reason"] = row["failure"]
        elif row["neff"] < LEAST_NEFF:
            row["reason"] = "nothing but copies of the protein"
        else:
            shallow = [f"Neff/L below {settings['enough']:g}"] if row["neff_per_site"] < settings["enough"] else []
            row["reason"] = ", ".join(unsound(row, settings) + shallow) or "good, but laxer than need be"
            usable.append(row)
    if not usable:
        return None
    sound = [row for row in usable if not unsound(row, settings)]
    deepest = max((row["neff_per_site"] for row in sound), default=0)
    if deepest >= settings["enough"]:
        needed = min(settings["enough"], NEARLY * deepest)
        best = [row for row in sound if row["neff_per_site"] >= needed][-1]
        best["reason"] = "the strictest that covers the protein and is deep enough"
    else:
        greatest = max(row["depth"] for row in usable)
        best = [row for row in usable if row["depth"] >= NEARLY * greatest][-1]
        best["reason"] = f"the deepest, though {best['reason']}"
    best["chosen"] = "yes"
    return best


def as_text(value):
    """A cell of the table: shares and depths with some digits."""
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3f}"
    return str(value)


def as_cells(row):
    return {column: as_text(row[column]) for column in COLUMNS if column in row}


def aligned(rows, columns):
    """The table for the eye, in columns; numbers to the right, the last column as it is."""
    cells = [dict(zip(columns, columns)), *rows]
    widths = {column: max(len(row.get(column, "")) for row in cells) for column in columns}
    return "\n".join("  ".join(row.get(column, "").rjust(widths[column]) for column in columns[:-1]) + "  " + row.get(columns[-1], "") for row in cells)
