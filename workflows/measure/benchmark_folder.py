"""Tables, and the folder of a family as benchmark.py reads it."""
import ast
import contextlib
import csv
import gzip
import math
import os
import re

ALIGNMENT_NAMES = ["alignment.a2m", "alignment.fasta", "alignment.a3m", "alignment.sto"]
LATTICE = "LATTICE_"  # toy proteins on a lattice: measured, never part of an average


# ---- tables

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
