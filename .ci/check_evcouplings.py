"""Check that EVcouplings opens what `potts convert` writes, and finds the same scores.

    python3 .ci/check_evcouplings.py [--potts target/release/potts] [--keep FOLDER]

Fits the demonstration family three times (pseudolikelihood with gaps as missing data and as a state, and mean field), converts each
model for EVcouplings with the alignment's pair frequencies, opens it with EVcouplings' own `CouplingsModel`, and compares: sites, letters,
target, numbering and Neff; all single mutants; 2000 double mutants; the norms of all pairs, their correction and their order; direct
information; and the bytes that EVcouplings writes of the same model. Fails at the first difference above the tolerance.

EVcouplings (from PyPI, with its dependencies) goes into a throw-away environment, unless this Python has it. That needs a network.
"""
import argparse
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALIGNMENT = ROOT / "data/planted.a2m"

# Scores are sums of some hundred numbers in single precision, of a size of ten.
TOLERANCE = 1e-4
# EVcouplings solves for direct information up to 1e-4 of a probability.
INFORMATION_TOLERANCE = 2e-3

FITS = {
    "plm": [],
    "plm, gap a state": ["--gaps", "state"],
    "mean field": ["--method", "mean-field"],
}


def in_environment(arguments):
    """Runs this script again in an environment that has EVcouplings."""
    with tempfile.TemporaryDirectory() as folder:
        print("installing EVcouplings into a throw-away environment ...", flush=True)
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "evcouplings"], check=True)
        environment = dict(os.environ, POTTS_CHECK_NESTED="1")
        return subprocess.run([python, __file__, *arguments], env=environment).returncode


class Report:
    """Figures of one model; fails at the first that is wrong."""

    def __init__(self, name):
        self.name = name

    def fail(self, what):
        raise SystemExit(f"FAILED: {self.name}: {what}")

    def equal(self, what, ours, theirs):
        if ours != theirs:
            self.fail(f"{what} is {ours} in potts and {theirs} in EVcouplings")

    def close(self, what, ours, theirs, tolerance):
        if len(ours) != len(theirs) or not len(ours):
            self.fail(f"{what}: {len(ours)} numbers in potts, {len(theirs)} in EVcouplings")
        difference = max(abs(a - b) for a, b in zip(ours, theirs))
        print(f"  {what:42} {len(ours):7} numbers, largest difference {difference:.1e}")
        # Not "difference > tolerance", which a NaN would pass.
        if not difference <= tolerance:
            self.fail(f"{what} differ by {difference}, more than {tolerance}")


def run(potts, *arguments, **options):
    """Standard output of a command of potts."""
    command = [str(potts), *map(str, arguments), "--quiet"]
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def table(text):
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def check_description(report, potts, h5, model):
    info = json.loads(run(potts, "info", h5, "--json", "--map"))
    sites = [column for column in info["columns"] if column["modelled"]]
    report.equal("L", info["sites"], int(model.L))
    report.equal("the target", [c["letter"] for c in sites], list(model.target_seq))
    report.equal("the numbering", [c["position"] for c in sites], [int(i) for i in model.index_list])
    report.equal("the alphabet without gap", info["alphabet"].replace("-", ""), "".join(model.alphabet).replace("-", ""))
    report.equal("the number of sequences", info["sequences"], int(model.N_valid))
    if not model.has_target_seq:
        report.fail("EVcouplings sees no target sequence")
    report.close("Neff", [info["neff"]], [float(model.N_eff)], 1e-3)


def check_mutants(report, potts, h5, model):
    singles = table(run(potts, "score-mutants", h5, "--all-single"))
    def parsed(mutant):
        return mutant[0], int(mutant[1:-1]), mutant[-1]
    theirs = []
    for row in singles:
        wild, position, new = parsed(row["mutant"])
        theirs.append(float(model.smm(position, new)))
    report.close("single mutants (smm)", [float(r["potts_score"]) for r in singles], theirs, TOLERANCE)
    random.seed(1)
    names = []
    while len(names) < 2000:
        one, other = random.sample(singles, 2)
        if parsed(one["mutant"])[1] != parsed(other["mutant"])[1]:
            names.append(f"{one['mutant']}:{other['mutant']}")
    doubles = table(run(potts, "score-mutants", h5, "--file", "-", input="\n".join(names) + "\n"))
    theirs = []
    for row in doubles:
        changes = [parsed(m) for m in row["mutant"].split(":")]
        theirs.append(float(model.delta_hamiltonian([(p, a, b) for a, p, b in changes])[0]))
    report.close("double mutants (delta_hamiltonian)", [float(r["potts_score"]) for r in doubles], theirs, TOLERANCE)


def check_pairs(report, potts, h5, model, options):
    listed = table(run(potts, "contacts", h5, "--top", "all", "--min-separation", "1", *options))
    theirs = {(int(r.i), int(r.j)): r for r in model.ecs.itertuples()}
    pairs = [(int(r["i"]), int(r["j"])) for r in listed]
    for name in ["fn", "cn"]:
        report.close(f"pairs ({name})", [float(r[name]) for r in listed], [getattr(theirs[p], name) for p in pairs], TOLERANCE)
    ranked = sorted(theirs, key=lambda pair: -theirs[pair].cn)
    for k, (ours, other) in enumerate(zip(pairs, ranked)):
        # Two pairs may change places where their scores are equal to the last digit printed.
        if ours != other and abs(theirs[ours].cn - theirs[other].cn) > 2e-6:
            report.fail(f"rank {k + 1} is {ours} in potts and {other} in EVcouplings")
    print(f"  order of all {len(pairs)} pairs by cn               the same")


def check_information(report, potts, h5, model):
    listed = table(run(potts, "contacts", h5, "--top", "all", "--min-separation", "1", "--score", "di"))
    theirs = {(int(i), int(j)): float(d) for i, j, d in zip(model.ecs.i, model.ecs.j, model.ecs.di)}
    pairs = [(int(r["i"]), int(r["j"])) for r in listed]
    report.close("direct information", [float(r["score"]) for r in listed], [theirs[p] for p in pairs], INFORMATION_TOLERANCE)


def check_frequencies(report, model):
    """Frequencies add up, and give finite mutual information."""
    import numpy  # Only EVcouplings' environment has it.
    information = model.mi_scores_raw[numpy.triu_indices(int(model.L), 1)]
    if not (numpy.isfinite(information).all() and information.min() > -1e-6 and information.max() > 0.1):
        report.fail("EVcouplings' mutual information is not what it can be")
    if len(model.alphabet) == 21:
        for i in [0, model.L // 2]:
            for j in [1, model.L - 1]:
                if i != j:
                    sums = model.f_ij[i, j].sum(axis=1)
                    report.close(f"sums of f_ij of sites {i}, {j}", list(map(float, sums)), list(map(float, model.f_i[i])), 1e-5)
    report.close("sums of f_i", list(map(float, model.f_i.sum(axis=1))), [1.0] * int(model.L), 1e-5)


def check(potts, name, options, folder):
    from evcouplings.couplings import CouplingsModel
    print(f"{name}:")
    report = Report(name)
    stem = Path(folder) / name.replace(" ", "_").replace(",", "")
    h5, path, copy = stem.with_suffix(".h5"), stem.with_suffix(".model"), stem.with_suffix(".copy.model")
    run(potts, "fit", ALIGNMENT, "-o", h5, "--force", *options)
    run(potts, "convert", h5, path, "--force", "--alignment", ALIGNMENT)
    model = CouplingsModel(str(path))
    is_mean_field = type(model).__name__ == "MeanFieldCouplingsModel"
    report.equal("a mean-field model", "mean-field" in options, is_mean_field)
    check_description(report, potts, h5, model)
    check_frequencies(report, model)
    check_mutants(report, potts, h5, model)
    if is_mean_field:
        check_pairs(report, potts, h5, model, ["--like", "evcouplings"])
        check_information(report, potts, h5, model)
    elif "state" not in options:
        check_pairs(report, potts, h5, model, ["--apc", "1"])
    # potts reads it back to the same scores, and EVcouplings writes the same bytes.
    mutants = ("--all-single",)
    report.equal("what potts reads back", run(potts, "score-mutants", h5, *mutants).count("scored"),
                 run(potts, "score-mutants", path, *mutants).count("scored"))
    CouplingsModel(str(path)).to_file(str(copy))
    report.equal("the file of EVcouplings' to_file", path.read_bytes() == copy.read_bytes(), True)
    print("  EVcouplings' to_file                       the same bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--potts", default=ROOT / "target/release/potts", type=Path)
    parser.add_argument("--keep", metavar="FOLDER", help="keep the models here")
    options = parser.parse_args()
    if not options.potts.exists():
        raise SystemExit(f"there is no {options.potts}: cargo build --release, or name it with --potts")
    try:
        import evcouplings.couplings  # noqa: F401
    except ImportError:
        if "POTTS_CHECK_NESTED" in os.environ:
            raise
        raise SystemExit(in_environment(sys.argv[1:]))
    with tempfile.TemporaryDirectory() as scratch:
        if options.keep:
            Path(options.keep).mkdir(parents=True, exist_ok=True)
        for name, fit in FITS.items():
            check(options.potts, name, fit, options.keep or scratch)
    print("EVcouplings and potts agree")


if __name__ == "__main__":
    main()
