#!/usr/bin/env python3
"""Runs the workflow from a sequence on a database that it makes, and checks what is found, chosen, resumed and refused.

    python3 .ci/check_from_sequence.py [--potts PROGRAM] [--only NAMES]

Snakemake, jackhmmer and mmseqs must be on PATH. The database has three planted families, whose members lie in random sequences of random
length, and decoys: members with their residues shuffled, and random sequences. Two families are searched for, with a third protein that has
no relatives:

    choice      the rule, on tables made for it
    inputs      what is missing or wrong is named
    jackhmmer   finds the families, leaves the decoys; again: nothing is done; what is removed is made anew, and no more; jobs run by
                themselves, as on a cluster
    stopped     killed in the midst, the same command goes on, once Snakemake's lock is removed
    mmseqs2     finds the families, leaves the decoys
    refused     the workflow itself names all that is missing, and starts nothing
"""

import argparse
import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = ROOT / "workflows/from_sequence"
sys.dont_write_bytecode = True
sys.path.insert(0, str(WORKFLOW))
from choice import choose, judge
from inputs import Problems, check
from search import candidates

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
MEMBERS = 250
# Length of each planted family, and the header of the protein that is searched with; the third is a decoy.
FAMILIES = {"one": (64, "one"), "two": (80, "sp|P00001|two/24-{end} planted"), "other": (70, None)}
# The rule's settings, where a table is made for them.
SETTINGS = {"covered_by": 0.7, "covered_positions": 0.8, "most_gaps": 0.3, "enough": 10}


def say(words):
    print(f"{time.monotonic() - STARTED:7.1f} s  {words}", flush=True)


def expect(condition, words):
    if not condition:
        raise SystemExit(f"check_from_sequence: {words}")


def read_table(path):
    with open(path, newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


# ---- the database


def random_protein(rng, least, most):
    return "".join(rng.choice(AMINO_ACIDS) for _ in range(rng.randint(least, most)))


def planted(rng, length):
    """Members of a family: each position has its usual residue, a few that take its place, and seldom any other; some are lost or put in."""
    usual = [rng.choice(AMINO_ACIDS) for _ in range(length)]
    kept = [rng.choice([0.9, 0.6, 0.4, 0.3]) for _ in range(length)]
    others = [rng.sample(AMINO_ACIDS, 5) for _ in range(length)]
    for number in range(MEMBERS + 1):
        residues = []
        for position in range(length):
            drawn = rng.random()
            nearly = kept[position] + 0.3
            residues.append(usual[position] if drawn < kept[position] else rng.choice(others[position] if drawn < nearly else AMINO_ACIDS))
            # The first, which is searched with, keeps the length.
            if number and rng.random() < 0.01:
                residues.pop()
            if number and rng.random() < 0.01:
                residues.append(rng.choice(AMINO_ACIDS))
        yield "".join(residues)


def make_files(folder):
    rng = random.Random(7)
    records, proteins = [], []
    for family, (length, header) in FAMILIES.items():
        target, *members = planted(rng, length)
        if header:
            proteins.append((header.format(end=23 + length), target))
            # A database has the protein itself, too, under its own name.
            records.append((family, target))
        for number, member in enumerate(members):
            whole = random_protein(rng, 0, 60) + member + random_protein(rng, 0, 60)
            records.append((f"{family}_{number:03d}", whole))
            records.append((f"shuffled_{family}_{number:03d}", "".join(rng.sample(whole, len(whole)))))
    records += [(f"random_{number:03d}", random_protein(rng, 80, 200)) for number in range(MEMBERS)]
    rng.shuffle(records)
    proteins.insert(1, ("alone without relatives", random_protein(rng, 70, 70)))
    for path, content in ((folder / "database.fasta", records), (folder / "proteins.fasta", proteins)):
        path.write_text("".join(f">{header}\n{sequence}\n" for header, sequence in content))


# ---- the rule and the inputs, by themselves


def rows_of(*described):
    names = ("neff_per_site", "covered", "gap_share", "depth")
    return [{**dict(zip(names, values)), "neff": 80 * values[0], "threshold": f"{0.1 * number:.2f}"} for number, values in enumerate(described, 1)]


def check_choice():
    cases = [
        ("the strictest that is sound and deep", rows_of((90, 0.9, 0.1, 80), (30, 0.95, 0.1, 28), (12, 1, 0, 12), (3, 1, 0, 3)), "0.30"),
        ("one that only just misses what is enough", rows_of((10.1, 0.9, 0.1, 9), (9.9, 0.9, 0.1, 9), (9.5, 1, 0, 9), (5, 1, 0, 5)), "0.30"),
        ("a deep one that leaves positions out is passed over", rows_of((90, 0.5, 0.4, 9), (30, 0.9, 0.2, 25), (8, 1, 0, 8)), "0.20"),
        ("a deep one with gaps is passed over", rows_of((90, 0.85, 0.35, 60), (30, 0.9, 0.2, 25)), "0.20"),
        ("none is deep: the deepest over the protein", rows_of((8, 0.7, 0.3, 2), (5, 0.9, 0.1, 4.5), (1, 1, 0, 1)), "0.20"),
        ("nearly as deep and stricter", rows_of((5, 0.9, 0.1, 4.5), (4.7, 0.9, 0.1, 4.2), (1, 1, 0, 1)), "0.20"),
        ("few copies that cover all are no family", rows_of((0.02, 1, 0, 0.02), (0.0125, 1, 0, 0.0125)), None),
        ("what could not be read is out", [{"failure": "bad", "threshold": "0.10"}, *rows_of((5, 0.9, 0.1, 4.5))[:1]], "0.10"),
    ]
    for what, rows, expected in cases:
        best = choose(rows, SETTINGS)
        expect((best and best["threshold"]) == expected, f"{what}: {best}")
        expect(sum(row["chosen"] == "yes" for row in rows) == (expected is not None), f"{what}: {rows}")
        expect(all(row["reason"] for row in rows), f"{what}: a row without a reason: {rows}")
    fitted = {"sequences_read": 101, "sequences_kept": 90, "sites": 8, "neff": 40.0, "neff_per_site": 5.0}
    row = judge(fitted, [1, 1, 1, 1, 0.9, 0.8, 0.5, 0.2], 10, SETTINGS)
    expect(row["covered"] == 0.6 and row["modelled"] == 0.8 and abs(row["gap_share"] - 0.2) < 1e-12, f"judged: {row}")
    expect(abs(row["depth"] - 5 * 0.2) < 1e-12, f"the eighth of ten positions has 0.2 of the sequences: {row}")
    # Ten bits a thousand: of 1024 sequences fewer than a thousandth reach 20 bits by chance.
    found = candidates([0.1, 0.2, 0.5], {"sequences": 1024}, 50, "jackhmmer", 0.001)
    expect(found == ["0.40", "0.50"], f"thresholds: {found}")
    found = candidates([0.1, 0.2], {"sequences": 1 << 27}, 30, "jackhmmer", 0.001)
    expect(found == ["1.24"] and candidates([0.1, 0.2], {"sequences": 1024}, 500, "jackhmmer", 0.001) == ["0.10", "0.20"], f"thresholds: {found}")
    say("choice: the rule takes what it says")


def check_inputs(folder, potts):
    good = ">protein\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEV\n"
    database = folder / "inputs.fasta"
    database.write_text(good)
    files = {
        "no header": ("MKTAYIAKQR\n", "line 1: FASTA was expected"),
        "empty": ("", "there is no sequence"),
        "gaps": (">a\nMKTAYIAKQRQISF--VKSHFSRQLEERLG\n", "there are gaps"),
        "letters": (">a\nMKTAYIAKQRQISFXVKSHFSRQLEERLG\n", "residue 15 is 'X'"),
        "DNA": (">a\nACGTACGTACGTACGTACGTACGTACGT\n", "letters of DNA"),
        "short": (">a\nMKTAYIAK\n", "8 residues"),
        "twice": (good + good, "comes 2 times"),
        "name": (good.replace("protein", "../protein"), "cannot name files"),
        "reserved": (good.replace("protein", "database"), "a file of the results"),
    }
    databases = {
        "stockholm": (b"# STOCKHOLM 1.0\n", "Stockholm"), "gzip": (gzip.compress(good.encode()), "gunzip -k"), "nothing": (b"", "is empty"),
        "DNA": (b">a\n" + 20 * b"ACGT", "letters of DNA"), "text": (b"hello", "FASTA was expected"), "zip": (b"PK\x03\x04", "a zip file"),
    }
    config = {"search": "jackhmmer", "potts": str(potts), "jackhmmer": "jackhmmer", "mmseqs": "mmseqs", "database": str(database)}

    def refused(expected, **changes):
        try:
            check({**config, **changes})
        except Problems as problems:
            expect(expected in str(problems), f"'{expected}' is not in: {problems}")
        else:
            raise SystemExit(f"check_from_sequence: not refused: {changes}")

    for what, (text, expected) in files.items():
        path = folder / "bad.fasta"
        path.write_text(text)
        refused(expected, sequence=str(path))
    for what, (content, expected) in databases.items():
        path = folder / "bad.database"
        path.write_bytes(content)
        refused(expected, sequence=str(database), database=str(path))
    refused("apt-get install mmseqs2", sequence=str(database), search="mmseqs2", mmseqs="no-such-mmseqs")
    refused("no protein is named", sequence="")
    expect(check({**config, "sequence": str(database)})["protein"]["offset"] == 0, "a good protein was not read")
    say("inputs: what is missing or wrong is named")


# ---- the workflow


class Workflow:
    """The workflow over the planted database, in a folder of its own."""

    def __init__(self, folder, potts, results, **settings):
        self.folder, self.results = folder, folder / results
        given = {"sequence": folder / "proteins.fasta", "database": folder / "database.fasta", "results": self.results, "potts": potts, "search_threads": 1, **settings}
        self.command = ["snakemake", "-s", str(WORKFLOW / "Snakefile"), "--profile", str(ROOT / "workflows/profiles/local"), "--cores", "2", "--config"]
        self.command += [f"{name}={value}" for name, value in given.items()]

    def run_alone(self, rule, **wildcards):
        """A rule's job by itself, in a Snakemake of its own: so a cluster runs it. What is there is made anew."""
        job = f"{rule}:" + ",".join(f"{name}={value}" for name, value in wildcards.items())
        options = ["--target-jobs", job, "--allowed-rules", rule, "--force", "--nolock", "--no-hooks", "--mode", "remote", "--ignore-incomplete"]
        at = self.command.index("--config")
        said = subprocess.run([*self.command[:at], *options, *self.command[at:]], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        expect(said.returncode == 0, f"{job} by itself: {said.stdout}{said.stderr}")

    def start(self):
        return subprocess.Popen(self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                start_new_session=True)

    def run(self, fails=False):
        """What a run says."""
        process = self.start()
        said = process.communicate(timeout=600)[0]
        if bool(process.returncode) != fails:
            logs = "".join(f"---- {path}\n{path.read_text()}" for path in self.results.rglob("*.log"))
            raise SystemExit(f"{said[-8000:]}\n{logs[-8000:]}\nsnakemake: exit code {process.returncode}")
        return said

    def times(self, pattern):
        """When the files of the results were written."""
        return {str(path): path.stat().st_mtime_ns for path in self.results.glob(pattern)}

    def check_found(self, potts, said):
        for name in ("one", "two"):
            folder = self.results / name
            rows = read_table(folder / "choice.tsv")
            chosen = [row for row in rows if row["chosen"] == "yes"]
            expect(len(chosen) == 1 and len(rows) > 1, f"{name}: rows chosen: {rows}")
            expect(chosen[0]["reason"] in said, f"{name}: the table is not shown")
            with gzip.open(folder / "alignment.a2m.gz", "rt") as alignment:
                found = [line[1:].split()[0].split("/")[0] for line in alignment if line.startswith(">")]
            strange = [row for row in found if row != name and not row.startswith(f"{name}_")]
            expect(not strange, f"{name}: decoys in the alignment: {strange[:5]}")
            expect(len(set(found)) >= 0.95 * MEMBERS, f"{name}: {len(set(found))} of {MEMBERS} members found")
            expect(int(chosen[0]["kept"]) == len(found), f"{name}: {len(found)} rows, but the table says {chosen[0]['kept']}")
            model = json.loads(subprocess.run([potts, "info", folder / "model.h5", "--json"], capture_output=True, text=True, check=True).stdout)
            expect((model["target"], model["first_position"]) == (name, 24 if name == "two" else 1), f"{name}: the model's target: {model}")
            for file in ("report.html", "contacts.tsv", "design.tsv"):
                expect((folder / file).stat().st_size > 0, f"{folder / file} is empty")
        failures = read_table(self.results / "failures.tsv")
        expect([row["name"] for row in failures] == ["alone"] and "no relatives" in failures[0]["reason"], f"failures: {failures}")
        states = {row["name"]: row["status"] for row in read_table(self.results / "summary.tsv")}
        expect(states == {"one": "done", "two": "done", "alone": "failed"}, f"summary: {states}")
        left = [path for path in self.results.rglob("*") if path.name.endswith((".partial", ".checkpoint", ".work"))]
        expect(not left, f"left behind: {left}")


def check_jackhmmer(folder, potts):
    workflow = Workflow(folder, potts, "jackhmmer")
    workflow.check_found(potts, workflow.run())
    before = workflow.times("**/*")
    expect("Nothing to be done" in workflow.run() and workflow.times("**/*") == before, "a second run did something")
    (workflow.results / "one/report.html").unlink()
    (workflow.results / "two/model.h5").unlink()
    workflow.check_found(potts, workflow.run())
    for pattern in ("*/search/*", "*/choice.*", "one/model.h5"):
        expect(workflow.times(pattern) == {path: when for path, when in before.items() if path in workflow.times(pattern)}, f"{pattern} was made anew")
    searched = workflow.times("*/search/*")
    other = Workflow(folder, potts, "jackhmmer", alignment_options="--max-column-gap 0.2 --min-sequence-coverage 0.7")
    other.check_found(potts, other.run())
    expect(workflow.times("*/search/*") == searched, "other rows and columns searched anew")
    (workflow.results / "one/search/0.50.sto.gz").unlink()
    workflow.run_alone("jackhmmer", name="one", threshold="0.50")
    for rule in ("choose", "fit", "report"):
        workflow.run_alone(rule, name="one")
    expect((workflow.results / "one/search/0.50.sto.gz").exists(), "a search by itself left nothing")
    say("jackhmmer: families found, decoys left; a second run does nothing; what is removed is made anew; each job runs by itself")


def check_stopped(folder, potts):
    workflow = Workflow(folder, potts, "stopped", thresholds="[0.3,0.5,0.6]")
    process = workflow.start()
    deadline = time.monotonic() + 60
    before = {}
    while len(before) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        before = workflow.times("*/search/*.sto.gz")
    # As if the machine had lost its power. (Asked by a signal to end, Snakemake waits for its jobs, now and then in vain.)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    said = process.communicate()[0]
    expect(before and not (workflow.results / "summary.tsv").exists(), f"the workflow was not stopped in its midst: {said}")
    unlock = subprocess.run([*workflow.command, "--unlock"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    expect(unlock.returncode == 0, f"snakemake --unlock: {unlock.stderr}")
    workflow.check_found(potts, workflow.run())
    kept = [path for path, when in workflow.times("*/search/*.sto.gz").items() if before.get(path) == when]
    # Of the two that were running, files that were just there are not trusted.
    expect(len(kept) >= len(before) - 2, f"of {len(before)} finished searches {len(kept)} were kept")
    say(f"stopped: killed after {len(before)} searches, {len(kept)} of which were kept; the same command went on")


def check_mmseqs2(folder, potts):
    workflow = Workflow(folder, potts, "mmseqs2", search="mmseqs2", iterations=2, sensitivity=5, thresholds="[0.4,0.6,0.8,1.0]")
    workflow.check_found(potts, workflow.run())
    expect("Nothing to be done" in workflow.run(), "a second run did something")
    say("mmseqs2: families found, decoys left")


def check_refused(folder, potts):
    bad = folder / "protein.fasta"
    bad.write_text(">a\nMKTAYIAKQRQISFXVKSHFSRQLEERLG\n")
    workflow = Workflow(folder, potts, "refused", sequence=bad, database=folder / "nowhere.fasta", jackhmmer="no-such-jackhmmer")
    said = workflow.run(fails=True)
    for words in ("residue 15 is 'X'", "nowhere.fasta: there is no such file", "no-such-jackhmmer: there is no such program", "apt-get install hmmer"):
        expect(words in said, f"'{words}' is not in: {said}")
    workflow = Workflow(folder, potts, "refused", search="blast")
    said = workflow.run(fails=True)
    expect("blast" in said and "jackhmmer" in said, f"the schema does not name what it expects: {said}")
    expect(not workflow.results.exists(), "something was started")
    say("refused: all that is missing is named, and nothing started")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", type=lambda path: Path(path).resolve(), default=ROOT / "target/release/potts")
    parser.add_argument("--only", help="some of the checks, with commas between")
    arguments = parser.parse_args()
    checks = {
        "choice": lambda folder: check_choice(),
        "inputs": lambda folder: check_inputs(folder, arguments.potts),
        "jackhmmer": lambda folder: check_jackhmmer(folder, arguments.potts),
        "stopped": lambda folder: check_stopped(folder, arguments.potts),
        "mmseqs2": lambda folder: check_mmseqs2(folder, arguments.potts),
        "refused": lambda folder: check_refused(folder, arguments.potts),
    }
    with tempfile.TemporaryDirectory(prefix="potts-sequence-") as folder:
        folder = Path(folder)
        make_files(folder)
        for name in arguments.only.split(",") if arguments.only else checks:
            checks[name](folder)
    say("all checks passed")


if __name__ == "__main__":
    STARTED = time.monotonic()
    sys.exit(main())
