"""Puts the program into the wheel: in the package's own folder, with a small command `potts` beside Python that starts it.

Built by cargo with the libraries of the system, unless the environment names one that is there already, as packaging/build_wheel.sh does:

    POTTS_WHEEL_PROGRAM    the program
    POTTS_WHEEL_PLATFORM   its platform tag, such as manylinux_2_17_x86_64 (else that of this Python)
    POTTS_WHEEL_SHARE      a folder with manual pages and completions, for share/ of the environment
    POTTS_WHEEL_NOTICES    licences of what the program contains
"""
import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WINDOWS = os.name == "nt"
NAME = "potts.exe" if WINDOWS else "potts"
PACKAGE = "pottsmodel"


class ProgramHook(BuildHookInterface):
    """Called by hatchling, the build backend."""

    def initialize(self, version, build_data):
        root = Path(self.root)
        program = Path(os.environ.get("POTTS_WHEEL_PROGRAM") or built(root)).resolve()
        if version == "editable":
            # The package is then python/pottsmodel itself.
            folder = root / "python" / PACKAGE / "bin"
            folder.mkdir(exist_ok=True)
            shutil.copy2(program, folder / NAME)
        else:
            build_data["force_include"][str(program)] = f"{PACKAGE}/bin/{NAME}"
            notices = os.environ.get("POTTS_WHEEL_NOTICES")
            if notices:
                build_data["force_include"][notices] = f"{PACKAGE}/bin/THIRD-PARTY.txt"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ.get('POTTS_WHEEL_PLATFORM') or platform()}"
        # Windows has no scripts that the system starts: there the program is a command, too.
        build_data["shared_scripts"][str(program if WINDOWS else self.launcher())] = NAME
        share = os.environ.get("POTTS_WHEEL_SHARE")
        if share:
            build_data["shared_data"][share] = "share"

    def launcher(self):
        """The script with the version in it."""
        path = Path(self.directory) / ".launcher"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (Path(self.root) / "packaging" / "launcher.sh").read_text()
        path.write_text(text.replace("@VERSION@", self.metadata.version))
        path.chmod(0o755)
        return path

    def finalize(self, version, build_data, artifact_path):
        (Path(self.directory) / ".launcher").unlink(missing_ok=True)


def built(root):
    """The program, by cargo, which tells where it has put it."""
    command = ["cargo", "build", "--profile", "dist", "--locked", "--bin", "potts", "--message-format", "json-render-diagnostics"]
    told = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    messages = (json.loads(line) for line in told.splitlines())
    return next(message["executable"] for message in messages if message.get("executable"))


def platform():
    """The platform of this Python, as tags have it."""
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
