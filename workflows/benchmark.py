"""Fit every family of a folder with potts, and compare contacts and mutants with measurements.

    python3 workflows/benchmark.py FAMILIES_FOLDER [--families A,B] [--methods plm,mean-field]

Every family is a sub-folder with

    alignment.a2m or alignment.fasta   the alignment, its target first
    distances.tsv                      optional: i j cb_dist heavy_dist, in the target's numbering
    dms*.csv                           optional assays: mutant, score (higher = fitter), other
                                       predictions in columns pred_*
    README                             optional: baselines measured or published before

each plain or gzip. Writes three files, beside one another (see --out): a table with one row per
family and fit, a table with one row per assay and fit, and a summary in Markdown, which is also
printed. Progress goes to standard error. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import ast
import contextlib
import csv
import gzip
import json
import math
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ALIGNMENT_NAMES = ["alignment.a2m", "alignment.fasta", "alignment.a3m", "alignment.sto"]
LATTICE = "LATTICE_"  # toy proteins on a lattice: measured, never part of an average
WELL_SAMPLED = 3.0  # Neff/L above which a Potts model should beat the independent one

FIT_COLUMNS = [
    "family", "method", "preset", "in_averages", "sequences", "sites", "neff", "neff_per_site",
    "fit_seconds", "fit_max_rss_mib", "contacts_seconds", "mutants_seconds",
    "objective", "evaluations", "iterations", "converged", "stop_reason",
    "min_separation", "pairs_with_distance",
    "precision_half", "precision_full", "precision_half_24", "precision_full_24", "brier",
    "readme_precision_half", "readme_precision_full",
    "readme_precision_half_24", "readme_precision_full_24", "error",
]
ASSAY_COLUMNS = [
    "family", "method", "preset", "assay", "file", "rows", "scored", "neff_per_site",
    "spearman_potts", "spearman_independent", "spearman_additive",
    "readme_scored", "readme_independent", "readme_mean_field",
    "proteingym_independent", "proteingym_evmutation", "proteingym_deepsequence", "proteingym_eve",
]
PRECISIONS = ["precision_half", "precision_full", "precision_half_24", "precision_full_24"]


# ---- files

def open_text(path):
    """Opens a text file for reading, gzip or not, by its first bytes."""
    with open(path, "rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", newline="") if packed else open(path, newline="")


def read_table(path):
    """Rows of a comma- or tab-separated table as dictionaries; leading # lines are skipped."""
    with open_text(path) as handle:
        header = handle.readline()
        while header.startswith("#"):
            header = handle.readline()
        delimiter = "\t" if "\t" in header else ","
        names = next(csv.reader([header.strip("\r\n")], delimiter=delimiter), [])
        yield from csv.DictReader(handle, fieldnames=names, delimiter=delimiter)


def number(text):
    """A finite number, or None for anything else."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def shown(value):
    """A table cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    return re.sub(r"\s+", " ", str(value)).strip()


@contextlib.contextmanager
def replacing(path):
    """A file that takes its place only when it is complete."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w") as handle:
        yield handle
    os.replace(partial, path)


def write_table(path, columns, rows):
    with replacing(path) as handle:
        print("\t".join(columns), file=handle)
        for row in rows:
            print("\t".join(shown(row.get(column)) for column in columns), file=handle)


# ---- a family folder

def find_alignment(folder):
    for name in ALIGNMENT_NAMES:
        for path in (folder / name, folder / (name + ".gz")):
            if path.is_file():
                return path
    return None


def find_assays(folder):
    return sorted(path for path in folder.iterdir() if re.fullmatch(r"dms.*\.csv(\.gz)?", path.name))


def read_contacts(folder):
    """{(i, j): whether in contact}, i < j, of the pairs with a distance; empty where there is no structure.

    A contact has its CB atoms nearer than 8 A; where a table has no CB distance at all, any two heavy atoms nearer than
    5 A; on a lattice, a distance of 1.
    """
    for path in (folder / "distances.tsv", folder / "distances.tsv.gz"):
        if path.is_file():
            rows = list(read_table(path))
            limit = 1.0 + 1e-9 if folder.name.startswith(LATTICE) else 8.0
            contacts = contacts_within(rows, "cb_dist", limit)
            return contacts or contacts_within(rows, "heavy_dist", 5.0)
    return {}


def contacts_within(rows, column, limit):
    """{(i, j): distance below limit} of the rows with a number in `column`."""
    pairs = ((int(row["i"]), int(row["j"]), number(row[column])) for row in rows)
    return {(min(i, j), max(i, j)): d < limit for i, j, d in pairs if d is not None}


def read_dict(text):
    """The Python dictionary that begins in `text`, with nan read as None."""
    found = re.search(r"\{.*\}", text)
    return ast.literal_eval(re.sub(r"\bnan\b", "None", found.group())) if found else {}


def read_baselines(folder):
    """What the README reports: contact precision, and for each assay file its baselines."""
    contacts, assays, current = {}, {}, {}
    readme = folder / "README"
    if not readme.is_file():
        return contacts, assays
    for line in readme.read_text().splitlines():
        assay = re.match(r"DMS (\S+)\s*:\s*(\S+)", line)
        if assay:
            current = {"assay": assay.group(1), "baseline": {}, "proteingym": {}}
            assays[assay.group(2)] = current
        elif "mean-field DCA" in line and "precision:" in line:
            contacts = read_dict(line)
        elif "baseline on this alignment" in line:
            current["baseline"] = read_dict(line)
        elif "ProteinGym published Spearman" in line:
            current["proteingym"] = read_dict(line)
    return contacts, assays


# ---- statistics

def ranks(values):
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for k in range(start, end + 1):
            result[order[k]] = (start + end) / 2 + 1
        start = end + 1
    return result


def spearman(pairs):
    """Rank correlation of a list of (x, y); None where it is not defined."""
    if len(pairs) < 3:
        return None
    x, y = ranks([p[0] for p in pairs]), ranks([p[1] for p in pairs])
    middle = (len(pairs) + 1) / 2
    xx = math.fsum((a - middle) ** 2 for a in x)
    yy = math.fsum((b - middle) ** 2 for b in y)
    xy = math.fsum((a - middle) * (b - middle) for a, b in zip(x, y))
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else None


def mean(values):
    values = [value for value in values if value is not None]
    return math.fsum(values) / len(values) if values else None


def precision(ranked, count, separation, is_contact):
    """Share of contacts among the first `count` pairs at least `separation` apart."""
    top = [pair for pair in ranked if pair[1] - pair[0] >= separation][:count]
    return mean([float(is_contact[pair]) for pair in top])


# ---- running potts

class Failed(Exception):
    """A command of potts that did not end well."""


def last_words(path):
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no message"])[-1]


def run(command, output):
    """Runs a command with standard output in a file; returns its seconds and peak memory in MiB."""
    messages = output.with_name(output.name + ".stderr")
    began = time.monotonic()
    with open(output, "wb") as out, open(messages, "wb") as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if process.returncode != 0:
        raise Failed(f"{command[1]} ended with {process.returncode}: {last_words(messages)}")
    per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return seconds, usage.ru_maxrss / per_mib


def read_report(path):
    """The fit's JSON report as one flat dictionary."""
    text = path.read_text().strip()
    try:
        report = json.loads(text)
    except ValueError:
        report = json.loads(text.splitlines()[-1] if text else "{}")
    flat = {}

    def flatten(item):
        for key, value in item.items():
            if isinstance(value, dict):
                flatten(value)
            else:
                flat.setdefault(key, value)

    flatten(report)
    return flat


def first_of(report, *names):
    return next((report[name] for name in names if report.get(name) is not None), None)


# ---- one fit of one family

def fit_family(job, work, result):
    """Fits the model; it is left in the work folder."""
    command = [job["potts"], "fit", str(job["alignment"]), "-o", str(work / "model.h5"),
               "--method", job["method"], "--force", "--json"]
    if job["preset"]:
        command += ["--preset", job["preset"]]
    if job["threads"]:
        command += ["--threads", str(job["threads"])]
    seconds, memory = run(command, work / "fit.json")
    report = read_report(work / "fit.json")
    result.update({name: report.get(name) for name in
                   ["objective", "evaluations", "iterations", "converged", "stop_reason"]})
    sites = first_of(report, "sites", "L")
    neff = first_of(report, "neff")
    if not sites or neff is None:
        raise Failed(f"the report of fit names no sites or neff; it has {', '.join(sorted(report))}")
    result.update(fit_seconds=seconds, fit_max_rss_mib=memory, sites=int(sites), neff=float(neff),
                  sequences=first_of(report, "sequences_kept", "sequences"),
                  neff_per_site=float(neff) / int(sites))


def measure_contacts(job, work, result):
    """Precision of the top pairs, and Brier score of the probabilities, where distances are known."""
    lattice = job["family"].startswith(LATTICE)
    separation = 3 if lattice else 6
    table = work / "contacts.tsv"
    seconds, _ = run([job["potts"], "contacts", str(work / "model.h5"), "--top", "all",
                      "--min-separation", str(separation)], table)
    result.update(contacts_seconds=seconds, min_separation=separation)
    is_contact = read_contacts(job["folder"])
    if not is_contact:
        return
    ranked, errors = [], []
    for row in read_table(table):
        pair = tuple(sorted((int(row["i"]), int(row["j"]))))
        if pair not in is_contact:
            continue
        ranked.append(pair)
        probability = number(row.get("probability"))
        if probability is not None:
            errors.append((probability - is_contact[pair]) ** 2)
    sites = result["sites"]
    result.update(
        pairs_with_distance=len(ranked), brier=mean(errors),
        precision_half=precision(ranked, sites // 2, separation, is_contact),
        precision_full=precision(ranked, sites, separation, is_contact))
    if not lattice:
        result.update(
            precision_half_24=precision(ranked, sites // 2, 24, is_contact),
            precision_full_24=precision(ranked, sites, 24, is_contact))


def measure_assay(job, work, result, path, baselines):
    """Rank correlations of one assay; returns its row and the seconds that scoring took."""
    known = baselines.get(path.name, {})
    baseline, published = known.get("baseline", {}), known.get("proteingym", {})
    table = work / f"scored_{path.name.split('.')[0]}.csv"
    seconds, _ = run([job["potts"], "score-mutants", str(work / "model.h5"), "--file", str(path)], table)
    row = {
        "family": job["family"], "method": job["method"], "preset": job["preset"],
        "assay": known.get("assay", path.name.split(".")[0]), "file": path.name, "rows": 0,
        "neff_per_site": result["neff_per_site"],
        "readme_scored": baseline.get("n_scored"), "readme_independent": baseline.get("SI"),
        "readme_mean_field": baseline.get("mfDCA"),
        "proteingym_independent": published.get("SiteIndep"),
        "proteingym_evmutation": published.get("EVmutation"),
        "proteingym_deepsequence": published.get("DeepSequence"), "proteingym_eve": published.get("EVE"),
    }
    potts, independent, additive, others = [], [], [], {}
    for line in read_table(table):
        row["rows"] += 1
        measured, score = number(line["score"]), number(line["potts_score"])
        if line["status"] != "scored" or measured is None or score is None:
            continue
        potts.append((score, measured))
        for values, name in ((independent, "independent_score"), (additive, "additive_score")):
            value = number(line.get(name))
            if value is not None:
                values.append((value, measured))
        for name in line:
            value = number(line[name]) if name and name.startswith("pred_") else None
            if value is not None:
                others.setdefault(name, []).append((value, score, measured))
    row.update(scored=len(potts), spearman_potts=spearman(potts),
               spearman_independent=spearman(independent), spearman_additive=spearman(additive))
    for name, values in others.items():
        row[f"{name}_rows"] = len(values)
        row[f"{name}_spearman"] = spearman([(other, measured) for other, _, measured in values])
        row[f"{name}_potts"] = spearman([(score, measured) for _, score, measured in values])
    return row, seconds


def measure(job):
    """Everything about one family and one fit: its row, and the rows of its assays."""
    contacts, baselines = read_baselines(job["folder"])
    result = {
        "family": job["family"], "method": job["method"], "preset": job["preset"],
        "in_averages": not job["family"].startswith(LATTICE),
        "readme_precision_half": contacts.get("PL2_6"), "readme_precision_full": contacts.get("PL_6"),
        "readme_precision_half_24": contacts.get("PL2_24"), "readme_precision_full_24": contacts.get("PL_24"),
    }
    assays = []
    with contextlib.ExitStack() as stack:
        if job["keep"]:
            work = job["keep"] / "_".join(filter(None, (job["family"], job["method"], job["preset"])))
            work.mkdir(parents=True, exist_ok=True)
        else:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="potts-benchmark-")))
        try:
            fit_family(job, work, result)
            if job["method"] != "independent":
                measure_contacts(job, work, result)
            for path in find_assays(job["folder"]):
                row, seconds = measure_assay(job, work, result, path, baselines)
                assays.append(row)
                result["mutants_seconds"] = result.get("mutants_seconds", 0.0) + seconds
        except (Failed, OSError, ValueError, KeyError, SyntaxError) as problem:
            result["error"] = f"{type(problem).__name__}: {problem}"
    return result, assays


# ---- summary

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
    lines += summarise_contacts(fits) + summarise_assays(assays)
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


# ---- the program

def prediction_names(assays):
    return sorted({name[:-len("_spearman")] for row in assays for name in row
                   if name.startswith("pred_") and name.endswith("_spearman")})


def write_results(out, fits, assays):
    predictions = [f"{name}_{part}" for name in prediction_names(assays)
                   for part in ("rows", "spearman", "potts")]
    write_table(out, FIT_COLUMNS, fits)
    write_table(out.with_name(out.stem + "_assays.tsv"), ASSAY_COLUMNS + predictions, assays)


def read_arguments():
    def names(text):
        return [name for name in text.split(",") if name]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FAMILIES_FOLDER", type=Path)
    parser.add_argument("--potts", default="target/release/potts", help="the program (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("benchmark.tsv"),
                        help="first table; NAME_assays.tsv and NAME_summary.md go beside it (default: %(default)s)")
    parser.add_argument("--families", type=names, help="only these, separated by commas (default: all)")
    parser.add_argument("--methods", type=names, default=["plm", "mean-field"],
                        help="methods of `potts fit` (default: plm,mean-field)")
    parser.add_argument("--presets", type=names, default=["balanced"],
                        help="presets of the plm methods; other methods have none (default: balanced)")
    parser.add_argument("--threads", type=int, help="threads of a fit (default: as potts chooses)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep models, contacts and scored mutants here")
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        parser.error(f"{arguments.folder} is not a folder")
    if not os.access(arguments.potts, os.X_OK):
        parser.error(f"{arguments.potts} is not a program: run `cargo build --release`, or name one with --potts")
    return parser, arguments


def make_jobs(parser, arguments):
    found = {folder.name: folder for folder in sorted(arguments.folder.iterdir())
             if folder.is_dir() and find_alignment(folder)}
    missing = [name for name in arguments.families or [] if name not in found]
    if missing or not found:
        parser.error(f"no alignment in {arguments.folder} for: {', '.join(missing) or 'any family'}")
    fits = [(method, preset) for method in arguments.methods
            for preset in (arguments.presets if method.startswith("plm") else [""])]
    return [{
        "family": name, "folder": found[name], "alignment": find_alignment(found[name]),
        "method": method, "preset": preset, "potts": str(Path(arguments.potts).resolve()),
        "threads": arguments.threads, "keep": arguments.keep,
    } for name in arguments.families or found for method, preset in fits]


def main():
    parser, arguments = read_arguments()
    jobs = make_jobs(parser, arguments)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    fits, assays = [], []
    # A fresh process for each job: a child's peak memory begins at that of the process that starts it.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for done, (result, rows) in enumerate(pool.imap(measure, jobs), 1):
            fits.append(result)
            assays += rows
            write_results(arguments.out, fits, assays)
            outcome = result.get("error") or (
                f"{result['fit_seconds']:.1f} s, {result['fit_max_rss_mib']:.0f} MiB, Neff/L "
                f"{result['neff_per_site']:.1f}, precision at L {cell(result.get('precision_full'))}, "
                f"Spearman {cell(mean([row['spearman_potts'] for row in rows]))}")
            progress = f"[{done}/{len(jobs)}] {result['family']} {fit_name(result)}: {outcome}"
            print(progress, file=sys.stderr, flush=True)
    summary = summarise(fits, assays)
    with replacing(arguments.out.with_name(arguments.out.stem + "_summary.md")) as handle:
        handle.write(summary)
    print(summary)
    if fits and all(row.get("error") for row in fits):
        sys.exit("every fit failed")


if __name__ == "__main__":
    main()
