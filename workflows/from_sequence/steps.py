#!/usr/bin/env python3
"""The steps of the workflow from a sequence (Snakefile) behind its searches.

    steps.py choose NAME --config FILE ...       judges the alignments of a protein by what `potts` keeps of them, and takes one (choice.py)
    steps.py summary RESULTS NAMES...            a row a protein, and what failed
    steps.py show RESULTS NAMES...               the tables behind the choices, for the eye

Needs Python 3.9 or later and nothing else.
"""

import argparse
import gzip
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]
from choice import COLUMNS, aligned, as_cells, choose, judge
from families import MODEL_MEMORY, last_error, read_table, write_table
from search import workplace, write_whole

# Exit code of `potts` for data that it cannot use.
BAD_DATA = 3
# Tables that are shown at the end; of more proteins they are in files.
SHOWN = 20


class Unusable(Exception):
    """An alignment that `potts` does not take, with what it said."""


def potts(config, *words):
    """What a command of `potts` prints. Bad data is the alignment's matter, all else the job's, which is tried again."""
    command = [config["potts"], *(str(word) for word in words), "--quiet"]
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ended.returncode == BAD_DATA:
        raise Unusable(last_error(ended.stderr))
    if ended.returncode:
        sys.exit(f"{ended.stderr}error: {shlex.join(command)}: exit code {ended.returncode}")
    return ended.stdout


# ---- choose


def strictest(source, target, bits):
    """The rows of MMseqs2's A3M with at least so many bits, which stand behind the name; the first row is the protein."""
    with gzip.open(source, "rt") as rows, gzip.open(target, "wt", compresslevel=4) as kept:
        taken, first = False, True
        for line in rows:
            if line.startswith(">"):
                taken = first or float(line.split("\t")[1]) >= bits
                first = False
            if taken:
                kept.write(line)


def examine(alignment, arguments, config, folder):
    """A row of the table; of an alignment that cannot be used, what `potts` says about it."""
    options = shlex.split(config["alignment_options"])
    model = folder / "independent.h5"
    try:
        fitted = json.loads(potts(config, "fit", alignment, "--focus", arguments.name, "--method", "independent", "--json", "--no-sequences", "--force",
                                  "--threads", arguments.threads, "-o", model, *options))
    except Unusable as unusable:
        alone = "only one sequence" in str(unusable)
        return {"hits": 0, "failure": "nothing but the protein itself" if alone else str(unusable)}
    positions = folder / "positions.tsv"
    potts(config, "positions", model, "-o", positions, "--force")
    coverages = [float(row["coverage"]) for row in read_table(positions) if row["coverage"]]
    return judge(fitted, coverages, arguments.length, config)


def resources(alignment, arguments, config):
    """Method, memory and time of the fit, as `potts plan` has them; or why it cannot be done on a node."""
    options = shlex.split(config["alignment_options"]) + shlex.split(config["fit_options"])
    words = ["--threads", config["threads"], "--max-memory", f"{config['node_memory_mb']}MB", *options]
    planned = json.loads(potts(config, "plan", alignment, "--focus", arguments.name, "--json", *words))
    given = [word for word in options if word.split("=")[0] == "--method"]
    if planned["recommended"]["parts"] > 1 and not given:
        reason = planned["recommended"]["reason"]
        return {"failure": f"needs {planned['recommended']['parts']} nodes: workflows/slurm/one_family.sh; {reason}"}
    method = planned["recommended"]["method"]
    if given:
        method = given[-1].split("=")[1] if "=" in given[-1] else options[len(options) - options[::-1].index("--method")]
    cost = planned["methods"][method]
    seconds = cost["seconds"] if cost["seconds"] is not None else 3600
    least = config["memory_least_mb"]
    return {
        "method": method,
        "method_given": bool(given),
        "memory_mb": max(least, int(config["memory_factor"] * cost["memory_bytes"] / 1e6) + 1),
        "minutes": max(config["time_least_minutes"], int(config["time_factor"] * seconds / 60) + 1),
        "model_memory_mb": max(least, int((MODEL_MEMORY[0] + MODEL_MEMORY[1] * cost["model_bytes"]) / 1e6) + 1),
    }


def nothing_found(rows, arguments, config):
    lowest = rows[0]
    reasons = sorted({row["reason"] for row in rows})
    return (f"no relatives in {config['database']} at {lowest['threshold']} bits a residue ({lowest['bits']} bits) or more: {'; '.join(reasons)}; a larger "
            "database may have some")


def choose_alignment(arguments):
    config = json.loads(Path(arguments.config).read_text())
    out = Path(arguments.out)
    rows, files = [], {}
    with workplace(out / "choice") as folder:
        for threshold in arguments.thresholds:
            bits = float(threshold) * arguments.length
            files[threshold] = out / f"search/{threshold}.sto.gz"
            if config["search"] == "mmseqs2":
                files[threshold] = folder / f"{threshold}.a3m.gz"
                strictest(out / "search/all.a3m.gz", files[threshold], bits)
            row = {"threshold": threshold, "bits": f"{bits:.1f}"}
            rows.append({**row, **examine(files[threshold], arguments, config, folder)})
        best = choose(rows, config)
        if best is None:
            chosen = {"failure": nothing_found(rows, arguments, config)}
        else:
            found = files[best["threshold"]]
            chosen = resources(found, arguments, config)
            if "failure" not in chosen:
                # Of MMseqs2 the chosen one is kept, of jackhmmer it is a file of a search already.
                alignment = out / f"search/{found.name}"
                os.replace(found, alignment)
                chosen.update(alignment=str(alignment), threshold=best["threshold"])
    cells = [as_cells(row) for row in rows]
    write_table(out / "choice.tsv", COLUMNS, cells)
    write_whole(out / "choice.json", json.dumps(chosen, indent=1) + "\n")
    print(shown(arguments.name, cells, chosen), flush=True)


def shown(name, cells, chosen):
    """The table behind a choice, for the eye."""
    return f"{name}\n{aligned(cells, COLUMNS)}\n" + (f"failed: {chosen['failure']}\n" if "failure" in chosen else "")


# ---- summary


def summary(arguments):
    results = Path(arguments.results)
    columns = ["name", "status", *(column for column in COLUMNS if column != "chosen"), "method"]
    rows, failures = [], []
    for name in arguments.names:
        folder = results / name
        if not (folder / "choice.json").exists():
            failures.append({"name": name, "step": "search", "reason": f"its job has not come to it; {folder}/logs tells why"})
            rows.append({"name": name, "status": "failed"})
            continue
        chosen = json.loads((folder / "choice.json").read_text())
        best = next((row for row in read_table(folder / "choice.tsv") if row["chosen"] == "yes"), {})
        missing = [file for file in ("model.h5", "report.html") if not (folder / file).exists()]
        row = {**best, "name": name, "method": chosen.get("method", "")}
        if "failure" in chosen:
            failures.append({"name": name, "step": "plan" if best else "search", "reason": chosen["failure"]})
        elif missing:
            step = "fit" if "model.h5" in missing else "report"
            failures.append({"name": name, "step": step, "reason": f"its job has not come to it; {folder}/logs/{step}.log tells why"})
        row["status"] = "failed" if "failure" in chosen or missing else "done"
        rows.append(row)
    write_table(results / f"summary{arguments.ending}", columns, rows)
    write_table(results / f"failures{arguments.ending}", ["name", "step", "reason"], failures)
    failed = f", {len(failures)} failed: {results}/failures{arguments.ending}" if failures else ""
    print(f"{len(rows) - len(failures)} of {len(rows)} proteins done{failed}", file=sys.stderr)


def show(arguments):
    results = Path(arguments.results)
    for name in arguments.names[:SHOWN]:
        if (results / name / "choice.json").exists():
            print(shown(name, read_table(results / name / "choice.tsv"), json.loads((results / name / "choice.json").read_text())))
    if len(arguments.names) > SHOWN:
        print(f"... and {len(arguments.names) - SHOWN} more: {results}/NAME/choice.tsv")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("choose")
    command.add_argument("name")
    command.add_argument("--config", required=True, help="the workflow's settings as JSON")
    command.add_argument("--length", type=int, required=True, help="residues of the protein")
    command.add_argument("--thresholds", nargs="+", required=True, help="bits a residue, the strictest last")
    command.add_argument("--threads", type=int, default=1)
    command.add_argument("--out", required=True, help="the folder of the protein")
    command.set_defaults(run=choose_alignment)

    for name, function in (("summary", summary), ("show", show)):
        command = commands.add_parser(name)
        command.add_argument("results")
        command.add_argument("names", nargs="+")
        command.set_defaults(run=function)
        if name == "summary":
            command.add_argument("--ending", default=".tsv", help="of the tables' names")

    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
