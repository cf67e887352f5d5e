"""What the user has named, looked at before any job runs: proteins, database, programs. Each thing that is missing is named, with what mends it.

Needs Python 3.9 or later and nothing else.
"""

import re
import shutil
from collections import Counter
from pathlib import Path

RESIDUES = set("ACDEFGHIKLMNPQRSTVWY")
# Shorter ones have too few bits to be told from chance in a database.
LEAST_LENGTH = 20
# Files of the results that are no folder of a protein.
RESERVED = {"database", "database.json", "logs", "summary.tsv", "failures.tsv", "summary.partial.tsv", "failures.partial.tsv"}
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
RANGE = re.compile(r"^(.*)/([0-9]+)-([0-9]+)$")

PACKAGES = {
    "potts": "see Install in README.md",
    "jackhmmer": "apt-get install hmmer, or conda install -c bioconda hmmer",
    "mmseqs": "apt-get install mmseqs2, or conda install -c bioconda mmseqs2",
}

# How files begin that are often taken for a FASTA, and what they are.
BEGINNINGS = (
    (b"# STOCKHOLM", "an alignment in Stockholm format", "a database has whole sequences: esl-reformat fasta FILE (Debian: hmmer)"),
    (b"HMMER3", "profiles of HMMER", "proteins are searched, not profiles: name a FASTA of sequences"),
    (b"@", "FASTQ, or SAM", "name a FASTA of proteins"),
    (b"LOCUS", "a GenBank file", "name a FASTA of its proteins"),
    (b"ID   ", "an EMBL or UniProt file", "download it as FASTA"),
    (b"PK\x03\x04", "a zip file", "unpack it: unzip FILE"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it: zstd -d FILE"),
    (b"\xfd7zXZ", "compressed by xz", "unpack it: xz -dk FILE"),
    (b"BZh", "compressed by bzip2", "unpack it: bunzip2 -k FILE"),
    (b"<", "a web page", "download the file itself"),
)
GZIP = b"\x1f\x8b"


class Problems(Exception):
    """All that is missing or wrong, a line each."""


def looks_nucleic(letters):
    """Whether so many letters are nearly nothing but those of DNA or RNA."""
    return len(letters) >= LEAST_LENGTH and sum(letter in "ACGTUN" for letter in letters) > 0.95 * len(letters)


def name_of(header):
    """The name that a header gives a protein, and the number before that of its first residue.

    >sp|P62993|GRB2_HUMAN Growth factor ... is GRB2_HUMAN; >DYR_ECOLI/10-150 begins with residue 10.
    """
    word = header.split()[0] if header.split() else ""
    ranged = RANGE.match(word)
    offset = 0
    if ranged:
        word, offset = ranged.group(1), int(ranged.group(2)) - 1
    return word.rsplit("|", 1)[-1], offset


def read_fasta(path):
    """Headers and sequences of a FASTA file, and the line of each header."""
    records = []
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            line = line.strip()
            if line.startswith(">"):
                records.append((number, line[1:].strip(), []))
            elif line and not line.startswith(";"):
                if not records:
                    raise Problems(f"{path}, line {number}: FASTA was expected, a line '>name' before the sequence; found '{line[:40]}'")
                records[-1][2].append(line.replace(" ", ""))
    return [(number, header, "".join(parts).upper().rstrip("*")) for number, header, parts in records]


def problem_of_sequence(name, sequence):
    """What keeps a protein from being searched with, or None."""
    if not NAME.match(name):
        return f"the name '{name}' cannot name files: letters, digits, '.', '_' and '-' only, not at the beginning '.', '_' or '-'"
    if name.lower() in RESERVED:
        return f"the name '{name}' is that of a file of the results: give it another"
    if "-" in sequence or "." in sequence:
        return "there are gaps: this is an alignment, which `potts fit` takes as it is; a search takes a sequence without gaps"
    for position, letter in enumerate(sequence, start=1):
        if letter not in RESIDUES:
            advice = "write C for selenocysteine" if letter == "U" else "replace it, or cut the sequence there"
            return f"residue {position} is '{letter}', which is not one of the 20 amino acids: {advice}"
    if len(sequence) < LEAST_LENGTH:
        return f"{len(sequence)} residues; at least {LEAST_LENGTH} are needed, fewer are not told from chance"
    if looks_nucleic(sequence):
        return "these are letters of DNA or RNA; a protein was expected"
    return None


def read_proteins(path):
    """The proteins of a FASTA file by name: sequence and offset. Raises Problems with a line for each that is wrong."""
    if not path:
        raise Problems("no protein is named: --config sequence=protein.fasta (a FASTA file)")
    if not Path(path).is_file():
        raise Problems(f"{path}: there is no such file (sequence; a FASTA file with the protein)")
    with open(path, "rb") as file:
        if file.read(2) == GZIP:
            raise Problems(f"{path}: compressed by gzip; unpack it: gunzip -k {path}")
    records = read_fasta(path)
    if not records:
        raise Problems(f"{path}: there is no sequence in it; FASTA was expected")
    proteins, problems = {}, []
    for number, header, sequence in records:
        name, offset = name_of(header)
        problem = problem_of_sequence(name, sequence)
        if problem:
            problems.append(f"{path}, line {number}: {name or 'no name'}: {problem}")
        proteins[name] = {"sequence": sequence, "offset": offset}
    for name, count in Counter(name_of(header)[0].lower() for _, header, _ in records).items():
        if count > 1:
            problems.append(f"{path}: the name {name} comes {count} times; each protein needs its own")
    if problems:
        raise Problems("\n".join(problems))
    return proteins


def is_mmseqs_database(path):
    return Path(f"{path}.dbtype").is_file()


def problem_of_database(path, search):
    """What keeps a file from being searched, or None."""
    if not path:
        return "no database is named: --config database=uniref90.fasta (a FASTA file of proteins, such as UniRef90)"
    if is_mmseqs_database(path):
        if search == "mmseqs2":
            return None
        return f"{path}: a database of MMseqs2, which jackhmmer does not read: --config search=mmseqs2, or name the FASTA file"
    if Path(path).is_dir():
        return f"{path}: a folder; the database is a FASTA file" + (", or the name of one of MMseqs2" if search == "mmseqs2" else "")
    if not Path(path).is_file():
        return f"{path}: there is no such file (database; a FASTA file of proteins, such as UniRef90 from uniprot.org/downloads)"
    with open(path, "rb") as file:
        beginning = file.read(65536)
    if beginning.startswith(GZIP):
        if search == "mmseqs2":
            return None
        return f"{path}: compressed by gzip; jackhmmer goes through the database once a round, and needs it plain: gunzip -k {path}"
    if not beginning.strip():
        return f"{path}: the database is empty"
    for start, what, advice in BEGINNINGS:
        if beginning.startswith(start):
            return f"{path}: {what}; {advice.replace('FILE', str(path))}"
    if not beginning.startswith(b">"):
        return f"{path}: FASTA was expected, which begins with '>name'; found {beginning[:20]!r}"
    letters = b"".join(line.strip() for line in beginning.splitlines() if not line.startswith(b">")).decode(errors="replace").upper()
    if looks_nucleic(letters):
        return f"{path}: these are letters of DNA or RNA; a database of proteins was expected"
    return None


def check(config):
    """The proteins by name; raises Problems with all that is missing or wrong."""
    problems, proteins = [], {}
    try:
        proteins = read_proteins(config["sequence"])
    except Problems as found:
        problems += str(found).splitlines()
    problem = problem_of_database(config["database"], config["search"])
    if problem:
        problems.append(problem)
    for program in ("potts", "mmseqs" if config["search"] == "mmseqs2" else "jackhmmer"):
        if not shutil.which(config[program]):
            problems.append(f"{config[program]}: there is no such program on PATH; {PACKAGES[program]}")
    if problems:
        raise Problems("\n".join(problems))
    return proteins
