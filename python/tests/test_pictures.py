"""Pictures and pages that the program makes."""

import json
import os
import re
import shutil
import sys
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import pottsmodel

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def needed(data):
    """What a picture cannot be without."""
    return {"precision": {"structure": data / "planted.pdb"}, "epistasis": {"positions": [69, 75]}}


def held(path):
    """The data of a page."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.S).group(1))


def table(data, name):
    part = data[name]
    return pd.DataFrame(part["rows"], columns=[column["name"] for column in part["columns"]])


def headings(path):
    return re.findall(r"<h[123][^>]*>(.*?)</h", path.read_text(encoding="utf-8"))


def assert_equal(on_page, asked):
    """The same rows, of the columns that both have."""
    names = [name for name in on_page.columns if name in asked.columns]
    assert len(names) > 4 and len(on_page) == len(asked) > 10
    for name in names:
        numbers = asked[name].dtype.kind in "if"
        found, expected = on_page[name].to_numpy(float if numbers else object), asked[name].to_numpy()
        assert np.array_equal(found, expected, equal_nan=True) if numbers else found.tolist() == expected.tolist(), name


def test_a_page_has_the_numbers_of_the_tables(planted, tmp_path):
    path = planted.report(tmp_path / "page.html")
    assert path == tmp_path / "page.html" and headings(path)[0] == "PLANT_DEMO/24-101"
    page = held(path)
    contacts = planted.contacts(top="10L")
    assert len(contacts) == 760 and len(table(page, "contacts").columns) == len(contacts.columns)
    assert_equal(table(page, "contacts"), contacts)
    assert_equal(table(page, "mutants"), planted.single_mutants())
    assert_equal(table(page, "order"), planted.design())
    assert page["target"]["letters"].replace("-", "").startswith("ALF") and "assay" not in page
    assert "distance" not in table(page, "contacts")


def test_a_page_holds_a_structure_and_measured_mutants_against_the_model(planted, data, tmp_path):
    fold, assay = data / "planted.pdb", data / "planted_mutants.csv"
    chosen = {"structure": [fold, data / "planted.cif"], "interactions": [(24, 57), ("75", np.int64(69))], "keep": [70, "90-101"], "title": "A & B"}
    path = planted.report(str(tmp_path / "page.html"), mutants=assay, against="score", **chosen)
    page = held(path)
    assert headings(path)[0] == "A &amp; B" and [text for text in headings(path) if "planted." in text] == [str(fold), str(data / "planted.cif")]
    assert_equal(table(page, "contacts"), planted.contacts(top="10L", structure=chosen["structure"]))
    assert {(pair["i"], pair["j"]) for pair in page["interactions"]} == {("A24", "R57"), ("L75", "I69")}
    for pair in page["interactions"]:
        expected = planted.epistasis(int(pair["i"][1:]), int(pair["j"][1:])).loc[list(pair["letters"]), list(pair["letters"])]
        assert np.array(pair["rows"]) == pytest.approx(expected.to_numpy(), abs=1e-6)
    assert_equal(table(page, "order"), planted.design(keep="70,90-101"))
    measured = table(page, "assay").set_index("mutant")["measured"]
    everything = pd.read_csv(assay)
    assert len(measured) == 2944 and measured.to_dict() == everything.set_index("mutant")["score"][measured.index].to_dict()
    # A DataFrame in place of its file; scores of its own are in nobody's way.
    for frame in (everything, planted.score_mutants(everything)):
        again = held(planted.report(path, mutants=frame, against="score", force=True, **chosen))
        assert again["assay"] == page["assay"] and again["order"] == page["order"]


def test_pages_that_cannot_be_are_told(planted, data, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(pottsmodel.PottsError, match="exists already\n.*force=True") as failure:
        planted.report(path)
    assert failure.value.exit_code == 1 and path.read_text() == "mine"
    assert planted.report(path, force=True) == path and held(path)["contacts"]
    other = tmp_path / "other.html"
    for pairs in ([24, 57], ["24", "57"], [(24, 57, 69)], (24, 57), pd.DataFrame({"i": [24], "j": [57]})):
        with pytest.raises(ValueError, match=r"pairs of positions, such as \[\(24, 57\)\]"):
            planted.report(other, interactions=pairs)
    with pytest.raises(TypeError, match="a file or a DataFrame, and not list"):
        planted.report(other, mutants=["A24V"])
    with pytest.raises(pottsmodel.PottsError, match="mutants is needed as well") as failure:
        planted.report(other, against="score")
    assert failure.value.exit_code == 2
    with pytest.raises(pottsmodel.PottsError, match="no column 'growth'"):
        planted.report(other, mutants=data / "planted_mutants.csv", against="growth")
    with pytest.raises(pottsmodel.PottsError, match="no site at 45"):
        planted.report(other, interactions=[(24, 45)])
    assert not other.exists()


def test_a_page_of_several_chains_or_no_couplings(alignment, independent, tmp_path):
    model = pottsmodel.fit(alignment, output=tmp_path / "complex.h5", chains="40,38", method="mean-field", threads=1)
    (pair,) = held(model.report(tmp_path / "complex.html", interactions=[("A:40", "B:1")]))["interactions"]
    assert re.fullmatch(r"A:[A-Z]40", pair["i"]) and re.fullmatch(r"B:[A-Z]1", pair["j"])
    assert model.plot("epistasis", positions=["A:40", "B:1"]).svg != model.plot("epistasis", positions=["A:40", "B:2"]).svg
    page = held(independent.report(tmp_path / "alone.html"))
    assert "contacts" not in page and len(table(page, "mutants")) == 76 * 19
    with pytest.raises(pottsmodel.PottsError, match='no couplings.*\n.*method="plm"'):
        independent.plot("contacts")


def test_pictures_are_those_of_the_program(planted, needed, printed):
    drawn = {}
    for what in pottsmodel._pictures.WHAT:
        picture = planted.plot(what, **needed.get(what, {}))
        assert ElementTree.fromstring(picture.svg).tag == f"{SVG}svg"
        assert str(picture) == picture._repr_svg_() == picture.svg and what in repr(picture) and len(repr(picture)) < 200
        drawn[what] = picture.svg
    assert len(set(drawn.values())) == len(pottsmodel._pictures.WHAT)
    assert drawn["contacts"] == printed("plot", "contacts", planted.path)
    assert drawn["epistasis"] == printed("plot", "epistasis", planted.path, "--positions", "69,75")


def test_the_words_are_the_programs(planted, printed):
    told = re.search(r"<WHAT>.*?Possible values:\n(.*?)\n\n", printed("plot", "--help"), re.S).group(1)
    assert tuple(re.findall(r"^ +- ([a-z]+):", told, re.M)) == pottsmodel._pictures.WHAT
    for word in ("contact", "", "--help", "map"):
        with pytest.raises(ValueError, match=f"{word!r}.*choose one of {', '.join(pottsmodel._pictures.WHAT)}"):
            planted.plot(word)


@pytest.mark.parametrize(
    ("what", "chosen", "options"),
    [
        ("contacts", {"top": "2L", "min_separation": 3}, ["--top", "2L", "--min-separation", 3]),
        ("contacts", {"structure": "PDB", "distance": "ca", "cutoff": 6}, ["--structure", "PDB", "--distance", "ca", "--cutoff", 6]),
        ("arcs", {"structure": ["PDB", "CIF"], "top": 9}, ["--structure", "PDB", "--structure", "CIF", "--top", 9]),
        ("mutants", {"positions": "60-80", "score": "potts_score"}, ["--positions", "60-80", "--score", "potts"]),
        ("logo", {"positions": [30, 40], "width": 85, "font_size": 6.5}, ["--positions", "30,40", "--width", 85, "--font-size", 6.5]),
        ("convergence", {"title": "-a title"}, ["--title=-a title"]),
        ("convergence", {"title": False}, ["--no-title"]),
        ("convergence", {"title": True}, []),
    ],
)
def test_options_are_those_of_the_program(planted, printed, data, what, chosen, options):
    files = {"PDB": data / "planted.pdb", "CIF": data / "planted.cif"}
    given = {name: [files.get(one, one) for one in value] if isinstance(value, list) else files.get(value, value) for name, value in chosen.items()}
    picture = planted.plot(what, **given)
    assert picture.svg == printed("plot", what, planted.path, *[files.get(option, option) for option in options])
    assert (picture.svg == planted.plot(what).svg) == (options == [])


def test_pictures_are_written(planted, tmp_path, monkeypatch):
    beginnings = {"a.svg": b"<svg", "b.PDF": b"%PDF", "c.png": b"\x89PNG"}
    picture = planted.plot("arcs")
    for name, beginning in beginnings.items():
        path = planted.plot("arcs", tmp_path / name)
        assert path == tmp_path / name and path.read_bytes().startswith(beginning)
        saved = picture.save(str(tmp_path / f"saved-{name}"))
        assert saved.name == f"saved-{name}" and saved.read_bytes() == path.read_bytes()
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == picture.svg
    # Dots are of a .png alone; a picture keeps those that it was told for when it is saved as one.
    small = planted.plot("arcs", tmp_path / "small.png", dpi=50).read_bytes()
    dotted = planted.plot("arcs", dpi=50)
    assert small != (tmp_path / "c.png").read_bytes() and dotted.svg == picture.svg
    assert dotted.save(tmp_path / "d.png").read_bytes() == picture.save(tmp_path / "e.png", dpi=50).read_bytes() == small
    assert dotted.save(tmp_path / "d.svg").read_text(encoding="utf-8") == picture.svg
    with pytest.raises(pottsmodel.PottsError, match="dpi is of .png"):
        planted.plot("arcs", tmp_path / "f.svg", dpi=50)
    monkeypatch.chdir(tmp_path)
    assert planted.plot("arcs", "-hyphen.svg").exists()


def test_files_that_are_there_need_force(planted, tmp_path):
    path = tmp_path / "picture.svg"
    path.write_text("mine")
    picture = planted.plot("logo")
    for write in (lambda **chosen: planted.plot("logo", path, **chosen), lambda **chosen: picture.save(path, **chosen)):
        with pytest.raises(pottsmodel.PottsError, match="exists already\n.*force=True") as failure:
            write()
        assert failure.value.exit_code == 1 and path.read_text() == "mine"
        assert write(force=True) == path and path.read_text(encoding="utf-8") == picture.svg
        path.write_text("mine")
    for write in (lambda: planted.plot("logo", tmp_path / "picture.jpg"), lambda: picture.save(tmp_path / "picture")):
        with pytest.raises(ValueError, match=r"picture(\.jpg)?: the name of a picture ends in \.svg, \.pdf or \.png"):
            write()
    assert os.listdir(tmp_path) == ["picture.svg"]


def test_a_picture_of_what_has_changed_is_not_saved(planted, independent, tmp_path):
    path = tmp_path / "model.h5"
    shutil.copy(planted.path, path)
    picture = pottsmodel.open(path).plot("mutants")
    shutil.copy(independent.path, path)
    with pytest.raises(ValueError, match=r"has changed: draw it again with plot\('mutants'\)"):
        picture.save(tmp_path / "picture.pdf")
    assert not (tmp_path / "picture.pdf").exists()


def test_what_cannot_be_drawn_is_told_in_keywords(planted, tmp_path):
    for what, chosen, said in [
        ("precision", {}, "structure=FILE"),
        ("epistasis", {}, 'positions="24,57"'),
        ("mutants", {"top": 3}, "^top has no effect on the drawing of mutants"),
        ("contacts", {"cutoff": 5}, "^structure is needed as well"),
        ("contacts", {"title": "t", "width": 1}, "for width: '1' is not a width from 20 to 2000 mm"),
        ("mutants", {"score": "calibrated"}, "invalid value 'calibrated' for score"),
    ]:
        with pytest.raises(pottsmodel.PottsError, match=said) as failure:
            planted.plot(what, **chosen)
        assert failure.value.exit_code == 2 and "--" not in str(failure.value)


def test_nothing_need_be_installed(planted, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert planted.plot("contacts").svg.startswith("<svg")
