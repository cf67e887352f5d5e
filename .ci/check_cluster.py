#!/usr/bin/env python3
"""Runs families through a real Slurm on this machine while nodes, jobs and programs are killed, and checks that nothing is lost.

    python3 .ci/check_cluster.py SLURM [--families DIR] [--potts PROGRAM] [--kills 10] [--long]

SLURM is a folder with slurm_up.sh and slurm_down.sh, which start and stop a Slurm of several nodes (slurmd) on one machine, as
root (Debian: munge slurmctld slurmd slurm-client). Snakemake and its Slurm executor must be on PATH. Three families made of the planted one are run; with
--long, 40 of the folder --families, and 100 kills. Each of these must end with every good family done as an undisturbed fit does it, to the
last bit, and with the others named:

    array       fit_array.sh, while programs are killed at random moments (SIGKILL), a node dies, and a job is pre-empted
    snakemake   the workflow through Slurm, while a node dies, a job is killed and another pre-empted
    memory      a job that takes more memory than it asked for is killed by Slurm, and done once it asks for more
    disk        the disk is full for one family
    parts       one_family.sh: a family in parts, of which one is pre-empted

A bad alignment is among the families of all.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / "workflows"
NODES, CPUS, MEMORY = 3, 2, 4000
# Seconds until Slurm gives a silent node up.
NODE_TIMEOUT = 5
BAD = "bad"


def say(words):
    print(f"{time.monotonic() - STARTED:7.1f} s  {words}", flush=True)


def run(command, check=True, **options):
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if check and ended.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return ended


class Lab:
    """A Slurm of its own."""

    def __init__(self, scripts, folder):
        self.scripts, self.folder = scripts, folder
        self.environment = {
            **os.environ, "SLURM_LAB": str(folder), "NODES": str(NODES), "CPUS": str(CPUS), "MEM": str(MEMORY),
            "SLURMD_TIMEOUT": str(NODE_TIMEOUT), "CTLD_PORT": "16917", "BASE_PORT": "17101",
            # A job whose node died waits so many seconds before it is started elsewhere.
            "CRED_EXPIRE": str(NODE_TIMEOUT),
        }

    def up(self):
        run(["bash", self.scripts / "slurm_up.sh"], env=self.environment)
        for line in (self.folder / "env.sh").read_text().splitlines():
            name, value = line.removeprefix("export ").split("=", 1)
            os.environ[name] = value
        # Jobs may be pre-empted, and those that take more memory than they asked for are killed.
        conf = self.folder / "slurm.conf"
        text = conf.read_text()
        text = text.replace("JobAcctGatherType=jobacct_gather/linux", "JobAcctGatherType=jobacct_gather/linux\nJobAcctGatherParams=OverMemoryKill")
        text += "JobAcctGatherFrequency=task=1\nPreemptType=preempt/partition_prio\nPreemptMode=REQUEUE\n"
        text += f"PartitionName=urgent Nodes=n[1-{NODES}] PriorityTier=10 MaxTime=10 State=UP\n"
        conf.write_text(text)
        self.stop("slurmctld")
        self.start(["slurmctld", "-f", conf])
        for node in range(1, NODES + 1):
            self.stop(f"slurmd-n{node}")
            self.start(["slurmd", "-f", conf, "-N", f"n{node}"])
        self.wait(lambda: run(["sinfo", "-h", "-N", "-o", "%T"], check=False).stdout.split().count("idle") >= NODES, "all nodes")

    def down(self):
        subprocess.run(["bash", str(self.scripts / "slurm_down.sh"), "--purge"], env=self.environment, check=False)

    @staticmethod
    def start(command):
        subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self, daemon, how=signal.SIGTERM):
        path = self.folder / "run" / f"{daemon}.pid"
        pid = int(path.read_text())
        os.kill(pid, how)
        self.wait(lambda: not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes(), daemon)
        path.unlink(missing_ok=True)

    @staticmethod
    def wait(condition, what, seconds=120):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"waited {seconds} s for {what} in vain\n{run(['squeue'], check=False).stdout}{run(['sinfo', '-N', '-l'], check=False).stdout}")
            time.sleep(0.2)

    def running(self):
        """Job and node of everything that runs."""
        return [line.split() for line in run(["squeue", "-h", "-t", "running", "-o", "%A %N"]).stdout.splitlines()]

    def is_empty(self):
        return not run(["squeue", "-h", "-o", "%A"]).stdout.split()

    def kill_node(self, node):
        """As if it had lost power: its daemon, and all that it runs."""
        say(f"node {node} dies")
        self.stop(f"slurmd-{node}", signal.SIGKILL)
        steps = [pid for pid, words in processes() if words and "slurmstepd" in words[0] and on_node(pid, node)]
        for pid in [child for step in steps for child in descendants(step)] + steps:
            kill(pid)

    def mend_node(self, node):
        self.wait(lambda: "down" in run(["sinfo", "-h", "-n", node, "-o", "%T"]).stdout, f"Slurm to find {node} down")
        self.start(["slurmd", "-f", self.folder / "slurm.conf", "-N", node])
        run(["scontrol", "update", f"nodename={node}", "state=resume"], check=False)
        say(f"node {node} is back")

    def preempt(self):
        """A job of higher priority takes a node's place of a running one."""
        job = run(["sbatch", "--parsable", "-p", "urgent", f"--nodes={NODES}", "--ntasks-per-node=1", f"--cpus-per-task={CPUS}", "--output=/dev/null", "--wrap", "sleep 2"]).stdout.strip()
        self.wait(lambda: not run(["squeue", "-h", "-j", job, "-t", "pending", "-o", "%A"], check=False).stdout.split(), "the urgent job")
        say("an urgent job has pre-empted all others")


def processes():
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                yield int(path.name), (path / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                pass


def on_node(pid, node):
    children = descendants(pid)
    for pid in children:
        try:
            if f"SLURMD_NODENAME={node}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                return True
        except OSError:
            pass
    return False


def descendants(pid):
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parents.setdefault(int((path / "stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.name))
            except (OSError, IndexError):
                pass
    found, left = [], [pid]
    while left:
        for child in parents.get(left.pop(), []):
            found.append(child)
            left.append(child)
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


class Check:
    def __init__(self, arguments, folder, lab):
        self.potts, self.lab, self.folder, self.arguments = arguments.potts, lab, folder, arguments
        self.random = random.Random(arguments.seed)
        # Long enough for what is to happen to them.
        self.options = ["--tolerance", "1e-8"]
        self.families = self.choose()
        self.expected = {}
        bad = folder / "bad.a2m"
        bad.write_text("this is no alignment\n" * 50)
        self.list = {**self.families, BAD: bad}
        os.environ["POTTS"] = str(self.potts)

    def choose(self):
        if self.arguments.long:
            found = {}
            for family in sorted(path for path in self.arguments.families.iterdir() if path.is_dir()):
                alignments = sorted(path for path in family.iterdir() if path.name.startswith("alignment."))
                if alignments:
                    found[family.name] = alignments[0]
            # Without the largest, by the size of their alignments.
            names = sorted(found, key=lambda name: found[name].stat().st_size)[:40]
            return {name: found[name] for name in sorted(names)}
        whole = (ROOT / "data/planted.a2m").read_text().removeprefix(">").split("\n>")
        chosen = {}
        for step in (1, 2, 3):
            path = self.folder / f"planted{step}.a2m"
            path.write_text("".join(f">{record.rstrip()}\n" for record in whole[::step]))
            chosen[path.stem] = path
        return chosen

    def undisturbed(self):
        """What each family gives if nothing happens."""
        for name, alignment in self.families.items():
            model = self.folder / "undisturbed" / f"{name}.h5"
            model.parent.mkdir(exist_ok=True)
            run([self.potts, "fit", alignment, "-o", model, "--quiet", *self.options])
            self.expected[name] = self.numbers(model)
        say(f"{len(self.families)} families fitted without Slurm")

    def numbers(self, model):
        """The model, as a table of all its numbers."""
        text = self.folder / "model.npz"
        run([self.potts, "convert", model, text, "--force", "--quiet"])
        return text.read_bytes()

    def compare(self, models, names=None):
        for name in self.families if names is None else names:
            model = models / f"{name}.h5"
            if not model.exists():
                raise SystemExit(f"{model} is missing")
            if self.numbers(model) != self.expected[name]:
                raise SystemExit(f"{model} is another than that of an undisturbed fit")
        left = [path.name for path in models.iterdir() if path.name.endswith((".checkpoint", ".lock"))]
        if left:
            raise SystemExit(f"left in {models}: {left}")

    def write_list(self, path, families):
        path.write_text("name\talignment\n" + "".join(f"{name}\t{alignment}\n" for name, alignment in families.items()))

    def status(self, models, list_file):
        table = run([self.potts, "batch-status", models, list_file], check=False).stdout
        return {row["name"]: row for row in csv.DictReader(table.splitlines(), delimiter="\t")}

    def our_programs(self):
        return [pid for pid, words in processes() if words[0] == str(self.potts) and str(self.folder) in " ".join(words)]

    def array(self):
        """fit_array.sh, again and again for what is missing, with kills until there were enough, a dead node and a pre-emption."""
        folder = self.folder / "array"
        folder.mkdir()
        models, todo = folder / "models", folder / "todo.tsv"
        self.write_list(folder / "all.tsv", self.list)
        shutil.copy(folder / "all.tsv", todo)
        kills, rounds, events = 0, 0, [self.lab.preempt, "node"]
        while True:
            rounds += 1
            run(["sbatch", f"--array=1-{NODES}", f"--cpus-per-task={CPUS}", "--mem=2G", f"--output={folder}/%A_%a.log",
                 WORKFLOWS / "slurm/fit_array.sh", todo, models, *self.options])
            dead = None
            while not self.lab.is_empty():
                time.sleep(self.random.uniform(0.05, 0.5))
                running = self.lab.running()
                if events and running and not dead and self.our_programs() and self.random.random() < 0.5:
                    event = events.pop()
                    if event == "node":
                        dead = self.random.choice(running)[1]
                        self.lab.kill_node(dead)
                    else:
                        event()
                programs = self.our_programs()
                if kills < self.arguments.kills and programs:
                    kills += kill(self.random.choice(programs))
                if dead and "down" in run(["sinfo", "-h", "-n", dead, "-o", "%T"]).stdout:
                    self.lab.mend_node(dead)
                    dead = None
            if dead:
                self.lab.mend_node(dead)
            missing = run(["bash", WORKFLOWS / "slurm/missing.sh", folder / "all.tsv", models], check=False).stdout
            names = [line.split("\t")[0] for line in missing.splitlines()[1:]]
            if kills >= self.arguments.kills and not events and names in ([BAD], []):
                break
            if names in ([BAD], []):
                # All done before there were enough kills: begin anew.
                shutil.rmtree(models)
                shutil.copy(folder / "all.tsv", todo)
            else:
                todo.write_text(missing)
        # Once more over all: nothing is left to do but the bad one, and what killed programs have left is removed.
        run([self.potts, "fit", "--batch", folder / "all.tsv", "--out-dir", models, "--skip-existing", *self.options], check=False)
        self.compare(models)
        self.named(self.status(models, folder / "all.tsv")[BAD]["reason"])
        say(f"array: {kills} programs killed, a node, a pre-emption; {rounds} submissions; every family done, the bad one named")

    def named(self, reason):
        if "not an alignment" not in reason:
            raise SystemExit(f"the bad alignment failed for another reason: {reason}")

    def snakemake(self):
        folder = self.folder / "snakemake"
        folder.mkdir()
        samples = folder / "samples.tsv"
        # The short form's families are parts of one, whose structure is at hand.
        structures = {} if self.arguments.long else dict.fromkeys(self.families, ROOT / "data/planted.cif")
        rows = [f"{name}\t{alignment}\t{structures.get(name, '')}\n" for name, alignment in self.list.items()]
        samples.write_text("".join(["name\talignment\tstructure\n", *rows]))
        results = folder / "results"
        minutes = 0.1 if self.arguments.long else 0.01
        workflow = subprocess.Popen(
            ["snakemake", "-s", str(WORKFLOWS / "Snakefile"), "--profile", str(WORKFLOWS / "profiles/slurm"), "--slurm-no-account",
             "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2",
             "--latency-wait", "5", "--slurm-logdir", str(folder / "logs"), "--config", f"samples={samples}", f"results={results}", f"potts={self.potts}",
             f"fit_options={' '.join(self.options)}", f"job_minutes={minutes}", "plan_families=20", f"node_memory_mb={MEMORY}"],
            cwd=self.workplace(), stdin=subprocess.DEVNULL, stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT)
        events, dead = ["node", "preempt", "kill"], None
        while workflow.poll() is None:
            time.sleep(self.random.uniform(0.1, 0.5))
            fits = [pid for pid, words in processes() if words[0] == str(self.potts) and "fit" in words[1:2] and str(results) in " ".join(words)]
            running = self.lab.running()
            if dead and "down" in run(["sinfo", "-h", "-n", dead, "-o", "%T"]).stdout:
                self.lab.mend_node(dead)
                dead = None
            if not events or not fits or not running or dead:
                continue
            event = events.pop()
            if event == "node":
                dead = self.random.choice(running)[1]
                self.lab.kill_node(dead)
            elif event == "preempt":
                self.lab.preempt()
            else:
                job = self.random.choice(running)[0]
                run(["scancel", "--signal=KILL", "--full", job], check=False)
                say(f"job {job} is killed")
        if dead:
            self.lab.mend_node(dead)
        if workflow.returncode:
            logs = "".join(path.read_text() for path in sorted((folder / "logs").rglob("*.log")))
            raise SystemExit(logs[-5000:] + (folder / "log").read_text()[-3000:] + f"\nsnakemake: exit code {workflow.returncode}")
        if events:
            raise SystemExit(f"the workflow was done before {events} could happen")
        self.compare(results / "models")
        with open(results / "failures.tsv", newline="") as table:
            failures = list(csv.DictReader(table, delimiter="\t"))
        if [row["name"] for row in failures] != [BAD]:
            raise SystemExit(f"failures: {failures}")
        self.named(failures[0]["reason"])
        with open(results / "summary.tsv", newline="") as table:
            done = [row for row in csv.DictReader(table, delimiter="\t") if row["contacts"] == "done"]
        if len(done) != len(self.families):
            raise SystemExit(f"{len(done)} families in the summary are done, not {len(self.families)}")
        if not all(2 * int(row["pairs_touching"]) > int(row["pairs_measured"]) for row in done if row["name"] in structures):
            raise SystemExit(f"most of the strongest pairs touch in the planted structure, but not by {results / 'summary.tsv'}")
        say("snakemake: a job killed, a node, a pre-emption; every family done, the bad one named")

    def workplace(self):
        """A folder to start Snakemake in, with the workflow where its settings expect it."""
        folder = self.folder / "workplace"
        folder.mkdir()
        (folder / "workflows").symlink_to(WORKFLOWS)
        return folder

    def memory(self):
        folder = self.folder / "memory"
        folder.mkdir()
        models = folder / "models"
        self.write_list(folder / "all.tsv", self.list)

        def submit(megabytes, *options):
            run(["sbatch", "--wait", "--array=1-1", "--cpus-per-task=2", f"--mem={megabytes}M", "--no-requeue", f"--output={folder}/%A_%a.log",
                 WORKFLOWS / "slurm/fit_array.sh", folder / "all.tsv", models, *self.options, *options], check=False)

        # The batch is told that it has more memory than the job asked for, and its fits stay long enough for Slurm to see them.
        submit(20, "--max-memory", "2GB", "--lambda-j", "1e-6x", "--tolerance", "1e-12", "--max-iterations", "100000")
        states = {name: row["status"] for name, row in self.status(models, folder / "all.tsv").items()}
        undone = [name for name in self.families if states.get(name) != "done"]
        if not undone:
            raise SystemExit("Slurm did not kill the job that took too much memory")
        for path in models.glob("*.checkpoint"):
            path.unlink()
        for path in models.glob("*.h5"):
            path.unlink()
        submit(2000)
        self.compare(models)
        say(f"memory: killed by Slurm with {len(undone)} families undone, which batch-status names; all done with more")

    def disk(self):
        """A disk with room for all models but the largest."""
        folder = self.folder / "disk"
        folder.mkdir()
        sizes = {name: (self.folder / "undisturbed" / f"{name}.h5").stat().st_size for name in self.families}
        largest = max(sizes, key=sizes.get)
        # Those that are no larger than the planted ones, so that the room for them is less than the largest takes.
        sizes_of_others = 5e6
        if not self.arguments.long:
            # The planted families are of one size: one more that is larger than all.
            largest = "large"
            path = self.folder / "large.a2m"
            records = (ROOT / "data/planted.a2m").read_text().removeprefix(">").split("\n>")[::10]
            doubled = [record.split("\n", 1) for record in records]
            path.write_text("".join(f">{name}\n{3 * sequence.replace(chr(10), '')}\n" for name, sequence in doubled))
        others = {name: path for name, path in self.families.items() if name != largest and sizes[name] < sizes_of_others}
        models = folder / "models"
        models.mkdir()
        room = sum(sizes[name] for name in others) + 3_000_000
        run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", models])
        try:
            large = self.families.get(largest, self.folder / "large.a2m")
            self.write_list(folder / "all.tsv", {**others, largest: large, BAD: self.list[BAD]})
            # One at a time, so that the half of the large one is gone when the others are written.
            run(["sbatch", "--wait", "--array=1-1", "--cpus-per-task=1", "--mem=2G", f"--output={folder}/%A_%a.log",
                 WORKFLOWS / "slurm/fit_array.sh", folder / "all.tsv", models, *self.options], check=False)
            status = self.status(models, folder / "all.tsv")
            self.compare(models, others)
            reason = status[largest]["reason"]
            if status[largest]["status"] != "failed" or "No space left" not in reason:
                raise SystemExit(f"{largest}: {status[largest]}")
            self.named(status[BAD]["reason"])
        finally:
            run(["umount", models])
        say(f"disk: full for one family ({reason}); {len(others)} others done, the bad one named")

    def parts(self):
        folder = self.folder / "parts"
        folder.mkdir()
        alignment = next(iter(self.families.values()))
        run([self.potts, "fit", alignment, "--method", "plm-asymmetric", "-o", folder / "whole.h5", "--quiet", *self.options])
        sites = run([self.potts, "plan", alignment, "--json", "--quiet"]).stdout.split('"sites":')[1].split(",")[0]
        os.environ["POTTS_FIT_OPTIONS"] = " ".join(self.options)
        run(["bash", WORKFLOWS / "slurm/one_family.sh", alignment, folder / "merged.h5", sites, "3", "--mem=1G"])
        self.lab.wait(lambda: self.our_programs() or self.lab.is_empty(), "a part")
        self.lab.preempt()
        self.lab.wait(self.lab.is_empty, "the parts", 600)
        if self.numbers(folder / "merged.h5") != self.numbers(folder / "whole.h5"):
            raise SystemExit("the merged model is another than that of one machine")
        say("parts: pre-empted, merged, the model of one machine")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slurm", type=Path)
    parser.add_argument("--families", type=Path)
    parser.add_argument("--potts", type=lambda path: Path(path).resolve(), default=ROOT / "target/release/potts")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="some of the checks, with commas between")
    arguments = parser.parse_args()
    if arguments.kills is None:
        arguments.kills = 100 if arguments.long else 10
    if arguments.long and not arguments.families:
        parser.error("--long needs --families")
    checks = ["array", "snakemake", "memory", "disk", "parts"]
    # Started in the background by a shell, it would not hear the first; the second, too, is to leave no Slurm behind.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(prefix="potts-cluster-") as folder:
        folder = Path(folder)
        lab = Lab(arguments.slurm.resolve(), folder / "slurm")
        try:
            lab.up()
            say(f"Slurm is up: {NODES} nodes of {CPUS} processors")
            check = Check(arguments, folder, lab)
            check.undisturbed()
            for name in arguments.only.split(",") if arguments.only else checks:
                getattr(check, name)()
        finally:
            lab.down()
    say("all checks passed")


if __name__ == "__main__":
    STARTED = time.monotonic()
    sys.exit(main())
