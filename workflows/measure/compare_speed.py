"""Time `potts fit` against other programs on the same work: rows, weights, penalties and number of threads.

    python3 workflows/measure/compare_speed.py PEERS ALIGNMENT [ALIGNMENT ...] [--threads 2] [--runs 3] [--out table.tsv]

PEERS is a folder with the programs that you have built: any of `plmc`, `ccmpred` and `gremlin_cpp`; a name such as `plmc-double` or
`ccmpred-sse` is another build of the same. Nothing is built here.

Of each alignment the rows and columns that `potts fit` keeps are saved once, and every program reads those. The penalties are
lambda_h 0.01 and lambda_J 0.01 (L-1)(q-1) for all three, which for CCMpred and GREMLIN are their defaults. plmc treats gaps as missing
(-g) and stops after the 100 iterations of its documentation; CCMpred and GREMLIN have the gap as a state and stop by their own rules.
`potts fit --like PROGRAM` fits the same objective until it has converged, once with its default tolerance, and once more with only so
many iterations as bring it to the program's own objective. All take turns, so that a machine that slows down slows down all.

Prints a table with one row a program: wall and processor seconds and peak memory (medians of the runs), the objective at the end as
`potts objective` finds it in double precision, how far that is above the optimum as a share of it (the optimum is a fit with the
tolerance 1e-10), and how many of the L strongest pairs at least 6 apart are those of the optimum.

Needs Python 3.9 or newer and nothing else.
"""
import argparse
import csv
import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["family", "N", "L", "program", "against", "wall_s", "processor_s", "memory_mb", "objective", "above_optimum", "top_l_shared",
           "peer_over_potts"]


def measured(command, environment=None):
    """Runs a command; returns wall seconds, processor seconds and peak memory in MB of its process."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


class Potts:
    """The program under test."""

    def __init__(self, program, threads):
        self.program, self.threads = program, threads

    def _command(self, *arguments):
        return [str(a) for a in [self.program, *arguments, "--threads", self.threads]]

    def fit(self, alignment, model, *options):
        """Wall seconds, processor seconds and memory of a fit."""
        return measured(self._command("fit", alignment, "-o", model, "--force", "--quiet", *options))

    def ask(self, *arguments):
        """Standard output and standard error of any command."""
        done = subprocess.run(self._command(*arguments), capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"failed: potts {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout, done.stderr

    def objective(self, model, alignment, options):
        """The objective in double precision."""
        rows = self.ask("objective", model, alignment, "--quiet", *options)[0].splitlines()
        return float(dict(row.split("\t") for row in rows)["objective"])

    def history(self, alignment, model, *options):
        """The objective after each iteration of a fit, from that of the start."""
        said = self.ask("fit", alignment, "-o", model, "--force", "-v", *options)[1]
        return [float(x) for x in re.findall(r"^iteration \d+: objective ([-\d.]+)", said, re.MULTILINE)]

    def strongest(self, model, tool, sites):
        """The L strongest pairs."""
        table = self.ask("contacts", model, "--top", sites, "--like", tool, "--quiet")[0].splitlines()
        return {(row["i"], row["j"]) for row in csv.DictReader(table, delimiter="\t")}


class Peer:
    """Another program. Subclasses say how it is called and what it does."""

    tool = ""  # the word of --like
    fit_options = []  # what `potts fit` has to be told besides, to fit the same
    judge_options = []  # the same for `potts objective`

    def __init__(self, program, threads):
        self.program, self.threads = program, threads

    @property
    def name(self):
        return self.program.name

    def run(self, family, model):
        """Wall seconds, processor seconds and memory of a fit; the model's file is the one named."""
        return measured([str(a) for a in [self.program, *self.arguments(family, model)]], {"OMP_NUM_THREADS": str(self.threads)})


class Plmc(Peer):
    """plmc of Hopf, Ingraham et al. (2017)."""

    tool = "plmc"
    fit_options = ["--gaps", "missing", "--lambda-h", "0.01", "--lambda-j", "0.01x"]
    judge_options = ["--lambda-h", "0.01", "--lambda-j", "0.01x"]

    def arguments(self, family, model):
        penalty = 0.01 * (family.sites - 1) * 19
        return ["-o", model, "-c", f"{model}.scores", "-le", penalty, "-lh", 0.01, "-m", 100, "-g", "-n", self.threads, family.fasta]


class Ccmpred(Peer):
    """CCMpred of Seemayer, Gruber and Soeding (2014)."""

    tool = "ccmpred"

    def arguments(self, family, model):
        return ["-t", self.threads, "-r", model, family.rows, f"{model}.matrix"]


class Gremlin(Peer):
    """GREMLIN of Kamisetty, Ovchinnikov and Baker (2013), the C++ version."""

    tool = "gremlin"
    # Its own filter of columns would make the families different.
    fit_options = judge_options = ["--max-column-gap", "1"]

    def arguments(self, family, model):
        return ["-i", family.fasta, "-o", f"{model}.scores", "-mrf_o", model, "-gap_cutoff", 1]


PROGRAMS = {"plmc": Plmc, "ccmpred": Ccmpred, "gremlin": Gremlin}


def peers_in(folder, threads):
    """The programs of a folder, in the order of their names."""
    found = []
    for path in sorted(folder.iterdir()):
        kind = next((peer for name, peer in PROGRAMS.items() if path.name.startswith(name)), None)
        if kind and os.access(path, os.X_OK) and path.is_file():
            found.append(kind(path, threads))
    if not found:
        raise SystemExit(f"{folder}: there is none of {', '.join(PROGRAMS)}")
    return found


class Family:
    """An alignment reduced to what is modelled, in the formats of all programs."""

    def __init__(self, path, potts, folder):
        self.name = Path(path).parent.name if Path(path).name.startswith("alignment.") else Path(path).name.split(".")[0]
        kept = folder / "kept.a2m"
        potts.ask("fit", path, "--method", "independent", "-o", folder / "independent.h5", "--force", "--quiet", "--write-alignment", kept)
        rows = self._columns_of_target(kept)
        self.sites, self.sequences = len(rows[0]), len(rows)
        self.fasta, self.rows = folder / f"{self.name}.fasta", folder / f"{self.name}.aln"
        self.fasta.write_text("".join(f">s{n}\n{row}\n" for n, row in enumerate(rows)))
        self.rows.write_text("".join(f"{row}\n" for row in rows))
        kept.unlink()

    @staticmethod
    def _columns_of_target(path):
        """The rows over the columns in which the first has an upper-case residue."""
        rows = []
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
            for line in lines:
                if line.startswith(">"):
                    rows.append([])
                else:
                    rows[-1].append(line.strip())
        rows = ["".join(row) for row in rows]
        columns = [k for k, letter in enumerate(rows[0]) if letter.isupper()]
        return ["".join(row[k] for k in columns).upper().replace(".", "-") for row in rows]


def medians(runs):
    """Medians of wall seconds, processor seconds and memory."""
    return [statistics.median(run[k] for run in runs) for k in range(3)]


def compared(family, peer, potts, folder, runs):
    """The rows of the table for one program on one family."""
    options = ["--like", peer.tool, *peer.fit_options]
    judging = ["--like", peer.tool, *peer.judge_options]
    models = {name: folder / f"{name}.h5" for name in ["optimum", "converged", "as_far"]}
    theirs = folder / "peer.model"
    optimum_history = potts.history(family.fasta, models["optimum"], *options, "--tolerance", "1e-10")
    figures = {"peer": [], "converged": [], "as_far": []}
    iterations = None
    for _ in range(runs):
        figures["peer"].append(peer.run(family, theirs))
        if iterations is None:
            reached = potts.objective(theirs, family.fasta, judging)
            iterations = next((k for k, value in enumerate(optimum_history) if value <= reached), len(optimum_history))
        figures["converged"].append(potts.fit(family.fasta, models["converged"], *options))
        as_far = [*options, "--max-iterations", max(iterations, 1)]
        figures["as_far"].append(potts.fit(family.fasta, models["as_far"], *as_far))
    best = potts.objective(models["optimum"], family.fasta, judging)
    strongest = potts.strongest(models["optimum"], peer.tool, family.sites)
    names = {"peer": peer.name, "converged": "potts", "as_far": f"potts, {iterations} iterations"}
    rows = []
    for key, model in [("peer", theirs), ("converged", models["converged"]), ("as_far", models["as_far"])]:
        wall, processor, memory = medians(figures[key])
        ratios = sorted(a[0] / b[0] for a, b in zip(figures["peer"], figures[key]))
        objective = potts.objective(model, family.fasta, judging)
        shared = len(strongest & potts.strongest(model, peer.tool, family.sites))
        rows.append({
            "family": family.name, "N": family.sequences, "L": family.sites, "program": names[key], "against": peer.name,
            "wall_s": f"{wall:.2f}", "processor_s": f"{processor:.2f}", "memory_mb": f"{memory:.0f}", "objective": f"{objective:.2f}",
            "above_optimum": f"{(objective - best) / best:.1e}", "top_l_shared": f"{shared / family.sites:.3f}",
            "peer_over_potts": "" if key == "peer" else f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}-{ratios[-1]:.1f})",
        })
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers", type=Path)
    parser.add_argument("alignments", nargs="+")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--potts", default=str(ROOT / "target/release/potts"))
    parser.add_argument("--out", type=Path, help="table to write besides")
    options = parser.parse_args()
    potts = Potts(options.potts, options.threads)
    peers = peers_in(options.peers, options.threads)
    table = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n")
    table.writeheader()
    every = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for alignment in options.alignments:
            family = Family(alignment, potts, folder)
            for peer in peers:
                rows = compared(family, peer, potts, folder, options.runs)
                table.writerows(rows)
                sys.stdout.flush()
                every += rows
    if options.out:
        with open(options.out, "w", newline="") as out:
            saved = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
            saved.writeheader()
            saved.writerows(every)


if __name__ == "__main__":
    main()
