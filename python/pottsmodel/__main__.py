"""``python -m pottsmodel ARGUMENTS``: the program of this package, as if it had been typed as ``potts ARGUMENTS``."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from ._program import program


def main() -> NoReturn:
    """Turns into the program; where a process cannot do that, runs it."""
    path = str(program())
    words = ["potts", *sys.argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(path, words)
    sys.exit(subprocess.run(words, executable=path, check=False).returncode)


if __name__ == "__main__":
    main()
