"""The notebooks run, and what they show is what they hold.

No Jupyter is needed: their cells have Python alone. Where an output is no longer what the notebook holds, run it anew:
``jupyter nbconvert --to notebook --execute --inplace python/notebooks/*.ipynb``.
"""

import ast
import contextlib
import html
import io
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot

import pottsmodel

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
# Folders of a machine, which would tell who has run it, and mean nothing elsewhere.
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users|usr|var|work|mnt|opt|private)/|[A-Z]:\\\\")


def cells(path):
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def source(cell):
    return "".join(cell["source"])


def run(code, names):
    """What a cell prints, and the table or the picture of the program's that it ends with, as a notebook shows them."""
    body = ast.parse(code).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    table = value._repr_html_() if isinstance(value, pd.DataFrame) else ""
    return printed.getvalue(), table, value._repr_svg_() if isinstance(value, pottsmodel.Picture) else ""


def shown(cell):
    """The same of the outputs that the notebook holds."""
    outputs = cell["outputs"]
    printed = "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
    kinds = ("text/html", "image/svg+xml")
    return printed, *("".join("".join(output.get("data", {}).get(kind, "")) for output in outputs) for kind in kinds)


def words(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S))).strip()


def assert_alike(found, held):
    """Words equal, numbers near: other processors round otherwise."""
    found, held = words(found), words(held)
    assert NUMBER.sub("#", found) == NUMBER.sub("#", held)
    assert [float(number) for number in NUMBER.findall(found)] == pytest.approx([float(number) for number in NUMBER.findall(held)], rel=0.01, abs=0.02)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_show_what_their_cells_give(path, data, tmp_path, monkeypatch):
    folder = tmp_path / "python" / "notebooks"
    folder.mkdir(parents=True)
    os.symlink(data, tmp_path / "data")
    monkeypatch.chdir(folder)
    names = {}
    with pyplot.rc_context(), pd.option_context("display.max_columns", 20):
        for number, cell in enumerate(cells(path)):
            before = set(pyplot.get_fignums())
            for found, held in zip(run(source(cell), names), shown(cell)):
                assert_alike(found, held)
            pictures = sum("image/png" in output.get("data", {}) for output in cell["outputs"])
            assert len(set(pyplot.get_fignums()) - before) == pictures, f"pictures of cell {number}"
        pyplot.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_small_and_of_no_machine(path):
    assert path.stat().st_size < 200_000
    for cell in cells(path):
        assert cell["outputs"] or "import" in source(cell)
        for output in cell["outputs"]:
            assert output["output_type"] in ("stream", "display_data", "execute_result")
            assert output.get("name", "stdout") == "stdout"
            told = json.dumps({kind: text for kind, text in output.get("data", {}).items() if kind != "image/png"}) + str(output.get("text"))
            assert not OF_A_MACHINE.search(told)


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["assay_to_order_list", "contacts_and_mutants"]
