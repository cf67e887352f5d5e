"""The planted family, fitted once."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import pottsmodel
from pottsmodel import _path

# Pictures without a screen.
os.environ["MPLBACKEND"] = "Agg"

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def data():
    return DATA


@pytest.fixture(scope="session")
def alignment():
    return DATA / "planted.a2m"


@pytest.fixture(scope="session")
def planted(alignment, tmp_path_factory):
    return pottsmodel.fit(alignment, output=tmp_path_factory.mktemp("planted") / "planted.h5")


@pytest.fixture(scope="session")
def with_gap_state(alignment, tmp_path_factory):
    return pottsmodel.fit(alignment, output=tmp_path_factory.mktemp("gaps") / "gaps.h5", gaps="state")


@pytest.fixture(scope="session")
def independent(alignment, tmp_path_factory):
    return pottsmodel.fit(alignment, output=tmp_path_factory.mktemp("alone") / "alone.h5", method="independent")


@pytest.fixture(scope="session")
def printed():
    """What the program prints, as text."""

    def run(*arguments):
        command = [pottsmodel.program(), *map(str, arguments), "--quiet"]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout

    return run


@pytest.fixture(scope="session")
def told(planted, printed):
    """What the program says of the planted model."""
    return json.loads(printed("info", planted.path, "--json", "--map"))


@pytest.fixture(autouse=True)
def nothing_warned_of(monkeypatch):
    """Each test as in a process of its own."""
    monkeypatch.setattr(_path, "_warned", False)
