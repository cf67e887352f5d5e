"""The program `potts` of this package: where it is, and how it is run."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import List, Optional, Sequence, Union

from ._messages import Messages, Vocabulary, in_python_words, read_help
from ._path import depth_of_caller, warn_of_another

PathLike = Union[str, "os.PathLike[str]"]

_STDERR = "backslashreplace"
# What Python calls; another program in the package's place may lack some.
_COMMANDS = (
    "fit",
    "contacts",
    "score-mutants",
    "positions",
    "calibrate",
    "epistasis",
    "design",
    "energy",
    "evaluate",
    "partition",
    "sample",
    "report",
    "plot",
)


class PottsError(RuntimeError):
    """The program failed. The text is what it said, with settings as keywords; `exit_code` says whose turn it is.

    1: the system (a missing file, too little memory); 2: a setting; 3: the input; 4: a fit that did not converge under `strict`;
    75: the fit was stopped, and the same call goes on.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def program() -> Path:
    """The program of this package, which lies in the package's own folder; never one on PATH.

    Warns, once, where `potts` on PATH is another program. Raises FileNotFoundError if the package has none.
    """
    path = _program()
    warn_of_another(path)
    return path


@functools.lru_cache(maxsize=None)
def _program() -> Path:
    path = Path(__file__).resolve().parent / "bin" / ("potts.exe" if os.name == "nt" else "potts")
    if not path.is_file():
        raise FileNotFoundError(f"the program of this package, {path}, is not there: install the package again (pip install --force-reinstall)")
    return path


def version() -> str:
    """The version of the program."""
    return run(["--version"]).split()[1]


def run(arguments: Sequence[str], stdin: Optional[str] = None) -> str:
    """Runs the program and returns its standard output; its warnings become Python's."""
    done = subprocess.run(
        ["potts", *arguments],
        executable=str(program()),
        input="" if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
    said = Messages()
    for line in done.stderr.splitlines(keepends=True):
        said.hear(line)
    _judge(done.returncode, said)
    return done.stdout


def run_aloud(arguments: Sequence[str], quiet: bool) -> str:
    """Runs the program, passes on what it says as it says it unless `quiet`, and returns that; its warnings become Python's.

    What goes on stands in `sys.stderr`, so that a notebook shows it. A program that Python's user interrupts is asked to stop, which
    lets a fit keep its state.
    """
    process = subprocess.Popen(
        ["potts", *arguments],
        executable=str(program()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors=_STDERR,
        # Ctrl-C in a terminal reaches Python alone, which tells the program once: told twice, it would not keep its state.
        start_new_session=True,
    )
    assert process.stderr is not None
    said = Messages()
    with process:
        try:
            for line in process.stderr:
                if said.hear(line) and not quiet:
                    sys.stderr.write(line)
                    sys.stderr.flush()
        except BaseException:
            _stop(process)
            raise
    _judge(process.returncode, said)
    return said.log


def _stop(process: "subprocess.Popen[str]") -> None:
    """Asks a program to stop, and waits for it; a second interruption ends it."""
    try:
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        process.communicate()
    except BaseException:
        process.kill()
        raise


def _judge(code: int, said: Messages) -> None:
    """Raises what the program failed of, and warns of what it warned of."""
    if code != 0:
        raise PottsError(in_python_words(said.error, _vocabulary()) or f"potts ended with {code}", code)
    for warning in said.warnings:
        warnings.warn(in_python_words(warning, _vocabulary()), stacklevel=depth_of_caller())


@functools.lru_cache(maxsize=None)
def _vocabulary() -> Vocabulary:
    """The options of the commands that Python calls, as their help tells them."""
    # Help is wrapped at the width of the terminal: one that no list of words reaches.
    wide = {**os.environ, "COLUMNS": "10000"}
    texts = []
    for command in _COMMANDS:
        asked = [str(_program()), command, "--help"]
        told = subprocess.run(
            asked, env=wide, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False
        )
        texts.append(told.stdout)
    return read_help(texts)


def options(**chosen: object) -> List[str]:
    """Options as the program takes them: `min_separation=6` is `--min-separation=6`, True a flag; None and False are left out."""
    arguments = []
    for name, value in chosen.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(option)
        elif value is not None and value is not False:
            arguments.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return arguments


def structure_options(structure: Union[PathLike, Sequence[PathLike], None]) -> List[str]:
    """One structure, or several, as the program takes them: an option for each."""
    if structure is None:
        return []
    paths = [structure] if isinstance(structure, (str, bytes)) or hasattr(structure, "__fspath__") else list(structure)
    return [argument for path in paths for argument in options(structure=os.fsdecode(path))]


def file_argument(path: PathLike) -> str:
    """A file name that no option can be mistaken for."""
    name = os.fspath(path)
    return os.path.join(".", name) if name.startswith("-") else name
