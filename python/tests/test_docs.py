"""What the book says of the package."""

import re
from pathlib import Path

import pytest

import pottsmodel

ROOT = Path(__file__).resolve().parents[2]


def public(kind):
    return sorted(name for place in kind.__mro__[:-1] for name in vars(place) if not name.startswith("_") and name not in ESTIMATOR)


# Those of scikit-learn's estimators, which are told of together.
ESTIMATOR = {"get_params", "set_params"}
# Told of in the text, in other words.
SHORT = {"site", "sites", "states", "encode"}


def test_what_is_installed_with_the_wheel_is_told():
    needed = re.search(r"^dependencies = \[(.*)\]$", (ROOT / "pyproject.toml").read_text(), re.M).group(1)
    names = re.findall(r'"([a-z0-9]+)', needed)
    told = (ROOT / "docs" / "installing.md").read_text()
    assert len(names) == 3 and all(re.search(rf"The wheel needs [^;]*\b{name}\b", told) for name in names)


@pytest.mark.parametrize("kind", [pottsmodel.Model, pottsmodel.Calibration], ids=["Model", "Calibration"])
def test_every_method_is_in_the_book(kind):
    told = (ROOT / "docs" / "python.md").read_text()
    missing = [name for name in public(kind) if name not in SHORT and not re.search(rf"\b{name}\b", told)]
    assert len(public(kind)) > 5 and missing == []
