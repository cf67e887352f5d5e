"""Fit every family of a folder with potts, and compare contacts and mutants with measurements.

    python3 workflows/measure/benchmark.py FAMILIES_FOLDER [--families A,B] [--methods plm,mean-field]

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
import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark_folder import (
    LATTICE, find_alignment, find_assays, number, read_baselines, read_contacts, read_table, replacing, write_table,
)
from benchmark_summary import cell, fit_name, prediction_names, summarise
from rank_statistics import mean, precision, spearman

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
    "spearman_potts", "spearman_independent", "spearman_additive", "spearman_effect",
    "readme_scored", "readme_independent", "readme_mean_field",
    "proteingym_independent", "proteingym_evmutation", "proteingym_deepsequence", "proteingym_eve",
]


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
    seconds, _ = run([job["potts"], "contacts", str(work / "model.h5"), "--score", "apc", "--top", "all",
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
    potts, independent, additive, effect, others = [], [], [], [], {}
    for line in read_table(table):
        row["rows"] += 1
        measured, score = number(line["score"]), number(line["potts_score"])
        if line["status"] != "scored" or measured is None or score is None:
            continue
        potts.append((score, measured))
        for values, name in ((independent, "independent_score"), (additive, "additive_score"), (effect, "effect_score")):
            value = number(line.get(name))
            if value is not None:
                values.append((value, measured))
        for name in line:
            value = number(line[name]) if name and name.startswith("pred_") else None
            if value is not None:
                others.setdefault(name, []).append((value, score, measured))
    row.update(scored=len(potts), spearman_potts=spearman(potts),
               spearman_independent=spearman(independent), spearman_additive=spearman(additive),
               spearman_effect=spearman(effect))
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


# ---- the program

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
