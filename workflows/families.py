#!/usr/bin/env python3
"""The steps between the commands of the workflow over many families (Snakefile).

    families.py plan SAMPLES --first K --count N    plans of some families, one JSON object a line
    families.py jobs SAMPLES PLANS... --out DIR     families put together into jobs: lists for `potts fit --batch`, and jobs.json
    families.py models LIST FOLDER SAMPLES          of a list, the families that have a model: a list for `potts contacts --batch`
    families.py summary SAMPLES RESULTS             a row a family, and what failed

Needs Python 3.9 or later and nothing else.
"""

import argparse
import csv
import itertools
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

# Columns of the samples that are no options of a fit.
OWN = ("name", "alignment", "structure", "mutants")

# Memory of `potts contacts` and `score-mutants`: bytes, and bytes a byte of the model.
MODEL_MEMORY = (100e6, 1.5)


def read_table(path):
    with open(path, newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def write_table(path, columns, rows):
    """A table that appears whole or not at all."""
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", newline="") as table:
        writer = csv.DictWriter(table, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(partial, path)


def options_of(sample):
    """Its own options of a fit, as the samples have them."""
    return {name: value for name, value in sample.items() if name not in OWN and value}


# ---- plan


def last_error(text):
    """What a command that failed said, in one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [number for number, line in enumerate(lines) if line.startswith("error:")]
    return " ".join(lines[errors[-1] :] if errors else lines[-1:]).removeprefix("error:").strip()


def plan_family(sample, arguments, threads):
    command = [arguments.potts, "plan", sample["alignment"], "--json", "--quiet", "--threads", str(threads)]
    command += shlex.split(arguments.options)
    for name, value in options_of(sample).items():
        command += [f"--{name}", value]
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ended.returncode < 0:
        return {"error": f"potts plan was killed by signal {-ended.returncode}"}
    if ended.returncode:
        return {"error": last_error(ended.stderr) or f"potts plan ended with {ended.returncode}"}
    return json.loads(ended.stdout)


def method_of(sample, planned):
    return sample.get("method") or planned["recommended"]["method"]


def plan(arguments):
    for sample in read_table(arguments.samples)[arguments.first :][: arguments.count]:
        planned = plan_family(sample, arguments, 1)
        seconds = planned["methods"][method_of(sample, planned)]["seconds"] if "error" not in planned else None
        if seconds and seconds > 60 * arguments.job_minutes:
            planned = plan_family(sample, arguments, arguments.threads)
        print(json.dumps({"name": sample["name"], **planned}), flush=True)


# ---- jobs


def cost_of(sample, planned):
    """What a family takes: its method, bytes, seconds, threads, bytes of its model."""
    method = method_of(sample, planned)
    cost = planned["methods"][method]
    return {
        "name": sample["name"],
        "sample": sample,
        "method": method,
        "memory": cost["memory_bytes"],
        "seconds": cost["seconds"] if cost["seconds"] is not None else 3600,
        "threads": planned["threads"],
        "model": cost["model_bytes"],
    }


def pack(costs, most_seconds):
    """Families of about so many seconds a job, the longest first; families of several threads by themselves."""
    jobs = []
    for cost in sorted(costs, key=lambda cost: (-cost["seconds"], cost["name"])):
        last = jobs[-1] if jobs else None
        alone = cost["threads"] > 1 or last is None or last[0]["threads"] > 1
        if alone or sum(other["seconds"] for other in last) + cost["seconds"] > most_seconds:
            jobs.append([cost])
        else:
            last.append(cost)
    return jobs


def jobs(arguments):
    config = json.loads(Path(arguments.config).read_text())
    samples = {sample["name"]: sample for sample in read_table(arguments.samples)}
    plans = [json.loads(line) for path in arguments.plans for line in open(path)]
    node = config["node_memory_mb"] * 1e6
    unplanned, costs = [], []
    for planned in plans:
        sample = samples[planned["name"]]
        if "error" in planned:
            unplanned.append({"name": sample["name"], "step": "plan", "reason": planned["error"]})
            continue
        if planned["recommended"]["parts"] > 1:
            reason = f"needs {planned['recommended']['parts']} nodes: workflows/slurm/one_family.sh; {planned['recommended']['reason']}"
            unplanned.append({"name": sample["name"], "step": "plan", "reason": reason})
            continue
        costs.append(cost_of(sample, planned))
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    described = {}
    columns = ["name", "alignment", "method"]
    columns += sorted({name for sample in samples.values() for name in options_of(sample)} - set(columns))
    for number, members in enumerate(pack(costs, 60 * config["job_minutes"])):
        job = f"{number:05d}"
        rows = [{**options_of(c["sample"]), "name": c["name"], "alignment": c["sample"]["alignment"], "method": c["method"]} for c in members]
        write_table(folder / f"{job}.tsv", columns, rows)
        memory = config["memory_factor"] * max(c["memory"] for c in members)
        model = MODEL_MEMORY[0] + MODEL_MEMORY[1] * max(c["model"] for c in members)
        seconds = config["time_factor"] * sum(c["seconds"] for c in members) + len(members)
        described[job] = {
            "families": len(members),
            "threads": members[0]["threads"],
            "memory_mb": max(config["memory_least_mb"], int(min(memory, max(node, memory / config["memory_factor"])) / 1e6)),
            "model_memory_mb": max(config["memory_least_mb"], int(model / 1e6)),
            "minutes": max(config["time_least_minutes"], int(seconds / 60) + 1),
        }
    write_table(folder / "unplanned.tsv", ["name", "step", "reason"], unplanned)
    partial = folder / "jobs.json.partial"
    partial.write_text(json.dumps(described, indent=1))
    os.replace(partial, folder / "jobs.json")


# ---- models


def models(arguments):
    samples = {row["name"]: row for row in read_table(arguments.samples)}
    columns = ["name", "model", "file" if arguments.mutants else "structure"]
    needed = columns if arguments.mutants else columns[:2]
    writer = csv.DictWriter(sys.stdout, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in read_table(arguments.list):
        model = Path(arguments.folder) / f"{row['name']}.h5"
        sample = samples[row["name"]]
        row = {"name": row["name"], "model": str(model), "file": sample.get("mutants"), "structure": sample.get("structure")}
        if model.exists() and all(row[column] for column in needed):
            writer.writerow(row)


# ---- summary


# Steps, their folders, and how their outputs may end: scores keep the separator of their table.
STEPS = (("fit", "models", [".h5"]), ("contacts", "contacts", [".tsv"]), ("mutants", "mutants", [".csv", ".tsv"]))


def last_events(folder):
    """The last line of each family in a manifest; torn lines are left out."""
    path = Path(folder) / "manifest.tsv"
    if not path.exists():
        return {}
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    rows = list(csv.reader(whole.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    header = next((row for row in rows if row[:1] == ["name"]), [])
    events = {}
    for row in rows:
        if len(row) == len(header) and row != header:
            event = dict(zip(header, row))
            # That a file was there already says nothing about how it was made.
            if event["status"] != "skipped" or event["name"] not in events:
                events[event["name"]] = event
    return events


def describe_plan(planned):
    if not planned or "error" in planned:
        return {}
    return {column: planned[column] for column in ("sequences", "sites", "neff", "neff_per_site")}


def describe_contacts(path, sites):
    """The strongest pair; and where there was a structure, how many of the first L pairs have coordinates, touch, touch only between copies."""
    with open(path, newline="") as table:
        rows = list(itertools.islice(csv.DictReader(table, delimiter="\t"), sites))
    described = {"strongest_contact": f"{rows[0]['A_i']}{rows[0]['i']}-{rows[0]['A_j']}{rows[0]['j']}"} if rows else {}
    measured = [row["contact"] for row in rows if row.get("contact")]
    if measured:
        described.update(pairs_measured=len(measured), pairs_touching=measured.count("1"))
        described["pairs_between"] = sum(row.get("verdict") == "between" for row in rows)
    return described


def summary(arguments):
    results = Path(arguments.results)
    plans = {}
    for path in sorted(results.glob("plans/*.jsonl")):
        for line in open(path):
            planned = json.loads(line)
            plans[planned["name"]] = planned
    events = {step: last_events(results / folder) for step, folder, _ in STEPS}
    unplanned = {row["name"]: row for row in read_table(results / "jobs/unplanned.tsv")} if (results / "jobs/unplanned.tsv").exists() else {}
    rows, failures = [], []
    for sample in read_table(arguments.samples):
        name = sample["name"]
        row = {"name": name, **describe_plan(plans.get(name))}
        for step, folder, endings in STEPS:
            if step == "mutants" and not sample.get("mutants"):
                row[step] = "none"
                continue
            made = any((results / folder / f"{name}{ending}").exists() for ending in endings)
            event = events[step].get(name, {})
            row[step] = "done" if made else "failed" if name in unplanned else event.get("status") or "missing"
            if made:
                continue
            if name in unplanned:
                failures.append(unplanned[name])
            else:
                reason = event.get("reason") or "its job has not come to it; the log of the job tells why"
                failures.append({"name": name, "step": step, "reason": reason})
            break
        fitted = events["fit"].get(name, {})
        row["fit_seconds"], row["fit_memory_bytes"] = fitted.get("seconds", ""), fitted.get("peak_memory_bytes", "")
        contacts = results / "contacts" / f"{name}.tsv"
        row.update(describe_contacts(contacts, int(row["sites"])) if contacts.exists() else {})
        rows.append(row)
    columns = ["name", "sequences", "sites", "neff", "neff_per_site", "fit", "contacts", "mutants", "fit_seconds", "fit_memory_bytes"]
    columns += ["strongest_contact", "pairs_measured", "pairs_touching", "pairs_between"]
    write_table(arguments.summary, columns, rows)
    write_table(arguments.failures, ["name", "step", "reason"], failures)
    done = len(rows) - len(failures)
    print(f"{done} of {len(rows)} families done, {len(failures)} failed: {arguments.failures}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("plan")
    command.add_argument("samples")
    command.add_argument("--first", type=int, default=0)
    command.add_argument("--count", type=int, default=sys.maxsize)
    command.add_argument("--potts", default="potts")
    command.add_argument("--options", default="")
    command.add_argument("--job-minutes", type=float, default=10)
    command.add_argument("--threads", type=int, default=1, help="of families that take longer than that")
    command.set_defaults(run=plan)

    command = commands.add_parser("jobs")
    command.add_argument("samples")
    command.add_argument("plans", nargs="+")
    command.add_argument("--config", required=True, help="the workflow's settings as JSON")
    command.add_argument("--out", required=True)
    command.set_defaults(run=jobs)

    command = commands.add_parser("models")
    command.add_argument("list")
    command.add_argument("folder")
    command.add_argument("samples")
    command.add_argument("--mutants", action="store_true", help="those with a table of mutants, for `potts score-mutants --batch`")
    command.set_defaults(run=models)

    command = commands.add_parser("summary")
    command.add_argument("samples")
    command.add_argument("results")
    command.add_argument("--summary", required=True)
    command.add_argument("--failures", required=True)
    command.set_defaults(run=summary)

    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
