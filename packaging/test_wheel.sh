#!/usr/bin/env bash
# Installs a wheel in a throw-away environment and runs the tests of python/tests against it.
#
#   bash packaging/test_wheel.sh WHEEL
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
wheel="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
python="$(command -v python3 || command -v python)"

"$python" -m venv "$scratch/wheel"
bin="$scratch/wheel/bin"
if [ -d "$scratch/wheel/Scripts" ]; then bin="$scratch/wheel/Scripts"; fi
"$bin/python" -m pip install --quiet --disable-pip-version-check "${wheel}[test]" mypy
"$bin/potts" --version
# From another folder, so that the installed package is tested, and not the one in python/.
cd "$scratch"
env -u PYTHONPATH "$bin/python" -m pytest --quiet -p no:cacheprovider "$root/python/tests"
cd "$root"
"$bin/mypy" --cache-dir "$scratch/mypy" --python-executable "$bin/python"
