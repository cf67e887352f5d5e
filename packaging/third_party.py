"""Gather the licences of all that a program without shared libraries contains, into one text.

    python3 packaging/third_party.py TARGET > THIRD-PARTY.txt

TARGET is the platform, such as x86_64-unknown-linux-gnu. Takes the crates that `cargo metadata` names, HDF5 from the crate that holds its
sources, and OpenBLAS and the Fortran runtime from their Debian packages where they are. Texts that are equal stand once.
"""
import json
import subprocess
import sys
from pathlib import Path

NAMES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "license*")
DEBIAN = {
    "OpenBLAS": Path("/usr/share/doc/libopenblas-pthread-dev/copyright"),
    "Fortran runtime (libgfortran, libquadmath)": Path("/usr/share/doc/gcc-12-base/copyright"),
    "GNU C library": Path("/usr/share/doc/libc6-dev/copyright"),
}


def linked(metadata):
    """Packages in the program: those that it reaches by ordinary dependencies."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    found, waiting = set(), [root]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            ordinary = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if ordinary and dependency["pkg"] not in found:
                found.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return sorted((p for p in metadata["packages"] if p["id"] in found), key=lambda p: (p["name"], p["version"]))


def texts(folder):
    return sorted({path for name in NAMES for path in folder.glob(name) if path.is_file()})


def main(target):
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--features", "static", "--filter-platform", target]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    owners = {}  # of each text

    def add(path, owner):
        owners.setdefault(path.read_text(errors="replace").strip(), []).append(owner)

    for package in linked(metadata):
        folder = Path(package["manifest_path"]).parent
        owner = f"{package['name']} {package['version']} ({package['license'] or 'see the text'})"
        files = texts(folder)
        for path in files:
            add(path, owner)
        if not files:
            owners.setdefault("(The package has no text of its licence; it is named above.)", []).append(owner)
    for package in metadata["packages"]:
        if package["name"] == "hdf5-metno-src":
            add(Path(package["manifest_path"]).parent / "ext/hdf5/LICENSE", "HDF5")
    for owner, path in DEBIAN.items():
        if path.exists():
            add(path, owner)
    print("Software that the program potts contains, and its licences.")
    for text, names in owners.items():
        print("\n" + "=" * 80, *sorted(set(names)), "-" * 80, text, sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
