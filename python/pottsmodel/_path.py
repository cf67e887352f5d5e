"""Whether the command `potts` of a shell is the program of this package."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Optional

# Its second line tells the script that wheels install as the command; this asks it which program it would start.
_MARK = b"# Starts the program of the Python package pottsmodel"
_QUESTION = "POTTSMODEL_WHICH"
_HEAD = 200

_warned = False


def warn_of_another(program: Path) -> None:
    """Warns, once in a process, where `potts` on PATH is another program than this."""
    global _warned
    if _warned:
        return
    _warned = True
    other = another_on_path(program)
    if other is not None:
        warnings.warn(
            f"`potts` on PATH is {other}, which is not the program of this package ({program}); Python uses the one of the package, and"
            " in a shell `python -m pottsmodel` runs it",
            stacklevel=depth_of_caller(),
        )


def another_on_path(program: Path) -> Optional[Path]:
    """The `potts` on PATH, unless there is none or it is this program, a copy of it, or the script that starts it."""
    found = shutil.which("potts")
    if found is None:
        return None
    try:
        same = _is_same(Path(_started_by(found) or found), program)
    except OSError:
        same = False
    return None if same else Path(found)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.samefile(one, other) or filecmp.cmp(one, other, shallow=False)


def _started_by(command: str) -> Optional[str]:
    """The program that the script of a wheel starts; None for anything else, which is not run to find out."""
    with open(command, "rb") as file:
        if _MARK not in file.read(_HEAD):
            return None
    asked = subprocess.run(
        [command],
        env={**os.environ, _QUESTION: "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
    return asked.stdout.rstrip("\n") or None


def depth_of_caller() -> int:
    """How many calls above the function that asks the first is that is not of this package, as `warnings.warn` counts them."""
    here, frame, depth = os.path.dirname(__file__), sys._getframe(1), 1
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == here:
        frame, depth = frame.f_back, depth + 1
    return depth
