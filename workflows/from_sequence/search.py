#!/usr/bin/env python3
"""Searches of the workflow from a sequence (Snakefile): what they find is an alignment, gzip, with the protein as its first row.

    search.py count DATABASE --out FILE          how large a database is, as JSON
    search.py createdb FASTA --out FOLDER        a FASTA as a database of MMseqs2
    search.py jackhmmer QUERY DATABASE --out F   one search, by bits
    search.py mmseqs QUERY DATABASE --out F      one search, by the hits expected by chance

Outputs appear whole or not at all. Needs Python 3.9 or later and nothing else.
"""

import argparse
import contextlib
import gzip
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from inputs import is_mmseqs_database


def run(command, **options):
    """Runs a program; what it says goes to the log, and if it fails this ends as well."""
    command = [str(part) for part in command]
    print("+", " ".join(command), file=sys.stderr, flush=True)
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, **options)
    if ended.returncode:
        how = f"was killed by signal {-ended.returncode}" if ended.returncode < 0 else f"ended with exit code {ended.returncode}"
        sys.exit(f"error: {command[0]} {how}")


# ---- thresholds


def least_bits(size, length, search, chance):
    """Bits at which a search has so many hits by chance.

    With each bit half as many unrelated sequences reach a score (Karlin and Altschul 1990, Eddy 2008). HMMER counts sequences, N 2^-bits and
    less; MMseqs2 pairs of residues, as BLAST does, L M 2^-bits.
    """
    candidates = length * size["residues"] if search == "mmseqs2" else size["sequences"]
    return math.log2(max(candidates, 1) / chance)


def candidates(thresholds, size, length, search, chance):
    """Bits for each residue of the alignments that are compared, with two digits.

    Those with more hits by chance than wanted are replaced by one: the least that has not.
    """
    least = math.ceil(100 * least_bits(size, length, search, chance) / length) / 100
    asked = sorted({round(threshold, 2) for threshold in thresholds})
    kept = [threshold for threshold in asked if threshold >= least]
    if len(kept) < len(asked):
        kept = sorted({least, *kept})
    return [f"{threshold:.2f}" for threshold in kept]


# ---- the database


def count_fasta(path):
    """Sequences of a FASTA file; grep, since databases have some 10^10 letters."""
    ended = subprocess.run(["grep", "-c", "^>", path], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    if ended.returncode > 1:
        sys.exit(f"error: {path}: {ended.stderr.strip()}")
    return {"sequences": int(ended.stdout)}


def count_mmseqs(path):
    """Sequences and residues of a database of MMseqs2, from the lengths in its index; each has two bytes more than residues."""
    sequences = residues = 0
    with open(f"{path}.index") as index:
        for line in index:
            sequences += 1
            residues += int(line.split("\t")[2]) - 2
    return {"sequences": sequences, "residues": residues}


def count(arguments):
    path = arguments.database
    size = count_mmseqs(path) if is_mmseqs_database(path) else count_fasta(path)
    if not size["sequences"]:
        sys.exit(f"error: {path}: there are no sequences in it")
    write_whole(arguments.out, json.dumps(size) + "\n")


def createdb(arguments):
    """A FASTA as a database of MMseqs2, in a folder of its own."""
    partial = Path(f"{arguments.out}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    run([arguments.mmseqs, "createdb", arguments.fasta, partial / "database", "-v", "2"], stdout=sys.stderr)
    partial.rename(arguments.out)


def write_whole(path, text):
    partial = Path(f"{path}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(text)
    os.replace(partial, path)


# ---- the searches


@contextlib.contextmanager
def workplace(out):
    """A folder for what lies about while an output is made; that of a job that was killed is cleared away first."""
    folder = Path(f"{out}.work")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def keep(found, out):
    """What was found, compressed and renamed into place; a database of MMseqs2 ends its entries with a NUL byte."""
    partial = Path(f"{out}.partial")
    with open(found, "rb") as source, gzip.open(partial, "wb", compresslevel=4) as target:
        while block := source.read(1 << 20):
            target.write(block.replace(b"\0", b""))
    os.replace(partial, out)


def jackhmmer(arguments):
    with workplace(arguments.out) as folder:
        found = folder / "found.sto"
        bits = f"{float(arguments.bits):.2f}"
        # As EVcouplings has it: the threshold goes for sequences and domains, for what is listed and for what goes into the next profile.
        run([arguments.jackhmmer, "-N", arguments.iterations, "-T", bits, "--domT", bits, "--incT", bits, "--incdomT", bits, "--noali",
             "--notextw", "--cpu", arguments.threads, "-o", "/dev/null", "-A", found, arguments.query, arguments.database])
        keep(found, arguments.out)


def mmseqs(arguments):
    """MMseqs2 keeps of each hit the score and alignment of the round that found it first, which for most is that with the bare sequence. So all are
    aligned once more with the profile of all: scores are comparable, and more of each hit is aligned."""
    with workplace(arguments.out) as folder:
        query, hits, profile, aligned, rows = (folder / name for name in ("query", "hits", "profile", "aligned", "rows"))
        common = ["--threads", arguments.threads, "-v", "2"]
        chance = ["-e", arguments.chance]

        def step(name, *words):
            run([arguments.mmseqs, name, *words], stdout=sys.stderr)

        step("createdb", arguments.query, query, "-v", "2")
        step("search", query, arguments.database, hits, folder / "tmp", "--num-iterations", arguments.iterations, "-s", arguments.sensitivity,
             "--max-seqs", arguments.max_hits, "--split-memory-limit", f"{arguments.memory_mb * 8 // 10}M", "-a", *chance,
             "--e-profile", arguments.chance, *common)
        step("result2profile", query, arguments.database, hits, profile, "--e-profile", arguments.chance, *common)
        step("align", profile, arguments.database, hits, aligned, "-a", *chance, *common)
        step("result2msa", query, arguments.database, aligned, rows, "--msa-format-mode", "6", *common)
        step("unpackdb", rows, folder / "unpacked", "--unpack-suffix", ".a3m", "--unpack-name-mode", "0", *common)
        unpacked = list((folder / "unpacked").iterdir())
        if len(unpacked) != 1:
            sys.exit(f"error: {arguments.mmseqs} made {len(unpacked)} alignments of one query")
        keep(unpacked[0], arguments.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("count")
    command.add_argument("database")
    command.add_argument("--out", required=True)
    command.set_defaults(run=count)

    command = commands.add_parser("createdb")
    command.add_argument("fasta")
    command.add_argument("--out", required=True)
    command.add_argument("--mmseqs", default="mmseqs")
    command.set_defaults(run=createdb)

    for name, function in (("jackhmmer", jackhmmer), ("mmseqs", mmseqs)):
        command = commands.add_parser(name)
        command.add_argument("query")
        command.add_argument("database")
        command.add_argument("--out", required=True)
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--iterations", type=int, default=5)
        command.add_argument(f"--{name}", default=name)
        command.set_defaults(run=function)
        if name == "jackhmmer":
            command.add_argument("--bits", type=float, required=True)
        else:
            command.add_argument("--chance", default="0.001")
            command.add_argument("--sensitivity", default="7.5")
            command.add_argument("--max-hits", default="100000")
            command.add_argument("--memory-mb", type=int, default=8000)

    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
