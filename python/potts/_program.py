"""The program `potts`: where it is, and how it is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import warnings
from pathlib import Path
from typing import Optional, Sequence, Union

PathLike = Union[str, "os.PathLike[str]"]


class PottsError(RuntimeError):
    """The program failed. The text is what it printed; `exit_code` says whose turn it is.

    1: the system (a missing file, too little memory); 2: an option; 3: the input; 4: a fit that did not converge under `strict`.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def program() -> Path:
    """The program that this package runs: the one installed beside it, else the first on PATH.

    Raises FileNotFoundError if there is none.
    """
    name = "potts.exe" if os.name == "nt" else "potts"
    for folder in (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")):
        beside = Path(folder) / name
        if beside.is_file():
            return beside
    found = shutil.which("potts")
    if found is None:
        raise FileNotFoundError("there is no program 'potts' beside this Python or on PATH: install the wheel, or build it and set PATH")
    return Path(found)


def version() -> str:
    """The version of the program."""
    return run(["--version"]).split()[1]


def run(arguments: Sequence[str], stdin: Optional[str] = None) -> str:
    """Runs the program and returns its standard output; its warnings become Python's."""
    done = subprocess.run(
        [str(program()), *arguments],
        input="" if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
    said = done.stderr.strip()
    if done.returncode != 0:
        raise PottsError(said or f"potts ended with {done.returncode}", done.returncode)
    if said:
        warnings.warn(said, stacklevel=3)
    return done.stdout


def options(**chosen: object) -> list[str]:
    """Options as the program takes them: `min_separation=6` is `--min-separation=6`, True a flag; None and False are left out."""
    arguments = []
    for name, value in chosen.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(option)
        elif value is not None and value is not False:
            arguments.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return arguments


def file_argument(path: PathLike) -> str:
    """A file name that no option can be mistaken for."""
    name = os.fspath(path)
    return os.path.join(".", name) if name.startswith("-") else name
