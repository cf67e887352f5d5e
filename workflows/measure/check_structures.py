#!/usr/bin/env python3
"""Compares distances in structures with those that another program found.

usage: python check_structures.py FOLDER [PROGRAM]

FOLDER holds structure files (.pdb, .cif, .ent, also .gz), itself or in folders below, and reference/NAME.tsv.gz for some of them: chain_a
resnum_a icode_a aa_a chain_b resnum_b icode_b aa_b cb ca heavy, the pairs of residues closer than 15 angstrom. A table belongs to the files
NAME.* ; files named NAME_* are compared with it, too. PROGRAM is the example of this project that prints such tables:
    cargo build --release --features internals --example structure_distances
Printed are, for each file with a table, rows of both, rows that one of them lacks, letters that differ, and the largest differences. The exit
code is 1 if anything differs by more than rounding.
"""
import csv
import gzip
import pathlib
import subprocess
import sys

PROGRAM = "target/release/examples/structure_distances"
KEY = ["chain_a", "resnum_a", "icode_a", "chain_b", "resnum_b", "icode_b"]
NUMBERS = ["cb", "ca", "heavy"]
LIMIT = 15.0
ROUNDING = 0.0011


def rows(lines):
    """{pair: (letters, distances)}; insertion codes are blank or a letter."""
    found = {}
    for row in csv.DictReader(lines, delimiter="\t"):
        key = tuple(row[name].strip() for name in KEY)
        if key in found:
            sys.exit(f"the pair {key} stands twice")
        found[key] = (row["aa_a"] + row["aa_b"], [float(row[name]) for name in NUMBERS])
    return found


def compare(ours, theirs):
    """Pairs that one lacks, and is not at the limit; letters that differ; largest differences."""
    def lacking(one, other):
        return [key for key in one if key not in other and one[key][1][2] < LIMIT - ROUNDING]

    both = [key for key in ours if key in theirs]
    letters = {(ours[key][0], theirs[key][0]) for key in both if ours[key][0] != theirs[key][0]}
    largest = [max((abs(ours[key][1][k] - theirs[key][1][k]) for key in both), default=0.0) for k in range(3)]
    return lacking(theirs, ours), lacking(ours, theirs), letters, largest


def table_of(file, tables):
    """The table of the longest name that the file's begins with, at a break."""
    name = file.name.split(".")[0]
    fitting = [table for table in tables if name == table or name.startswith(table + "_") and file.parent.name == "other"]
    return max(fitting, key=len, default=None)


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    program = sys.argv[2] if len(sys.argv) > 2 else PROGRAM
    tables = {path.name.removesuffix(".tsv.gz"): path for path in folder.glob("reference/*.tsv.gz")}
    files = [path for path in sorted(folder.rglob("*")) if {".pdb", ".cif", ".ent"} & set(path.suffixes)]
    print("file\ttable\trows\treference\tmissing\tmore\tletters\tcb\tca\theavy")
    failed = False
    for file in files:
        table = table_of(file, tables)
        done = subprocess.run([program, str(file)], capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{file.name}\t{table or '-'}\tnot read: {done.stderr.strip()}")
            failed = True
            continue
        ours = rows(done.stdout.splitlines())
        if table is None:
            print(f"{file.name}\t-\t{len(ours)}")
            continue
        with gzip.open(tables[table], "rt") as lines:
            theirs = rows(lines)
        missing, more, letters, largest = compare(ours, theirs)
        shown = " ".join(f"{a}/{b}" for a, b in sorted(letters)) or "-"
        numbers = "\t".join(f"{difference:.4f}" for difference in largest)
        print(f"{file.name}\t{table}\t{len(ours)}\t{len(theirs)}\t{len(missing)}\t{len(more)}\t{shown}\t{numbers}")
        for key in (missing + more)[:5]:
            print(f"  {key} {'missing' if key in theirs else 'more'}")
        failed |= bool(missing or more or letters) or max(largest) > ROUNDING
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
