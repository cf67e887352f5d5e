"""Families, their models and assays, as effect_letters.py takes them."""
import re
from pathlib import Path

import h5py
import numpy as np
from scipy.sparse import csr_matrix
from scipy.stats import norm, rankdata

from benchmark import Failed, run
from benchmark_folder import find_alignment, find_assays, number, read_baselines, read_table

ORDER = "ACDEFGHIKLMNPQRSTVWY"
FEW_MUTANTS = 300.0
SUBSTITUTION = re.compile(r"([A-Z])(\d+)([A-Z])")
# Volumes of residues in cubic angstrom, as src/mutants/effect/letters.rs has them.
VOLUME = np.array([88.6, 108.5, 111.1, 138.4, 189.9, 60.1, 153.2, 166.7, 168.6, 166.7, 162.9, 114.1, 112.7, 143.8, 173.4,
                   89.0, 116.1, 140.0, 227.8, 193.6])


def standardised(values):
    deviation = values.std()
    return (values - values.mean()) / (deviation if deviation > 0 else 1.0)


def ranked(values):
    """Ranks about their mean, of length 1; zeros where all are equal."""
    ranks = rankdata(values) - (len(values) + 1) / 2
    length = np.sqrt(ranks @ ranks)
    return ranks / length if length > 0 else ranks


class Family:
    """The singles of a target, site after site, its own residues left out; L sites, 19 L singles.

    `own`, `site` and `to` are their residue, site and new residue; `scores`, `independent` and `appearance` (its normal quantile G) have a
    number for each, `rate` (logarithm) and `burial`, both standardised, one for each site. `assays` are to be filled.
    """

    def __init__(self, name, letters, positions, model):
        own = np.array([ORDER.index(letter) for letter in letters])
        sites = len(own)
        self.name, self.sites, self.neff = name, sites, float(model["neff"])
        self.site, self.to = (places.ravel() for places in np.indices((sites, 20)))
        kept = self.to != own[self.site]
        self.site, self.to = self.site[kept], self.to[kept]
        self.own = own[self.site]
        self.index = {(int(position), letter): place for place, position in enumerate(positions) for letter in [ORDER[own[place]]]}
        self.number = np.full((sites, 20), -1)
        self.number[self.site, self.to] = np.arange(len(self.site))
        self.scores = model["scores"][self.site, self.to]
        self.independent = model["independent"][self.site, self.to]
        raw = model["appearance"][self.site, self.to].astype(float)
        self.appearance = norm.ppf((rankdata(raw) - 0.5) / len(raw))
        self.rate = standardised(np.log(model["rate"].astype(float)))
        self.burial = standardised(model["burial"].astype(float))
        self.frequencies = model["frequencies"]
        self.assays, self.ranked = [], None

    def singles_of(self, mutant):
        """Numbers of the singles of a mutant such as A24V:R57I; `None` if one is not of the target."""
        numbers = []
        for own, position, to in SUBSTITUTION.findall(mutant):
            place = self.index.get((int(position), own))
            if place is None or to not in ORDER:
                return None
            numbers.append(self.number[place, ORDER.index(to)])
        return [k for k in numbers if k >= 0]

    def weight(self):
        """What it counts: a family of FEW_MUTANTS half of one of very many, since its assays say less."""
        mutants = max(len(assay.measured) for assay in self.assays)
        return mutants / (mutants + FEW_MUTANTS)

    def ranked_assays(self):
        """Mutants x singles and what was measured, ranked, of each assay; worked out once."""
        if self.ranked is None or len(self.ranked) != len(self.assays):
            self.ranked = [(assay.members, ranked(assay.measured)) for assay in self.assays]
        return self.ranked

    def loss(self):
        """The volume that each single takes away."""
        return np.maximum(0.0, VOLUME[self.own] - VOLUME[self.to])


class Assay:
    """The mutants of an assay that were scored: `members` (mutants x singles, 0 or 1), what was measured, and the scores of the program."""

    def __init__(self, name, family, rows):
        lists = [family.singles_of(row["mutant"]) for row in rows]
        if any(numbers is None for numbers in lists):
            raise ValueError(f"{family.name}: a mutant of {name} was scored that the model has no single of")
        ends = np.cumsum([0] + [len(numbers) for numbers in lists])
        flat = np.array([k for numbers in lists for k in numbers], int)
        self.name = name
        self.members = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(lists), len(family.site)))
        self.measured, self.potts, self.effect = (
            np.array([number(row[column]) for row in rows]) for column in ("score", "potts_score", "effect_score"))


def read_model(path, name):
    """A family of a model file; its sites are those that the target has a residue at, all of them here."""
    with h5py.File(path) as model:
        if model.attrs["alphabet"] != ORDER or "sites" not in model or "single_scores" not in model["sites"]:
            raise ValueError(f"{path} is no model of a protein with a target, or of a version without effects: fit it anew")
        modelled = model["columns/modelled"][:].astype(bool)
        letters = [letter.decode() for letter in model["columns/letter"][:][modelled]]
        if any(letter not in ORDER for letter in letters):
            raise ValueError(f"{path}: the target has no residue at some sites")
        positions = model["columns/position"][:][modelled]
        fields = model["model/independent_fields"][:].astype(float)
        own = [ORDER.index(letter) for letter in letters]
        arrays = {key: model[f"sites/{key}"][:] for key in ("rate", "burial", "appearance")}
        arrays.update(
            scores=model["sites/single_scores"][:].astype(float), neff=model.attrs["neff"],
            independent=fields - fields[np.arange(len(own)), own][:, None], frequencies=model["alignment/frequencies"][:, :20])
    return Family(name, letters, positions, arrays)


def score(potts, model, assay, cache):
    """The table of an assay's mutants with the scores of the program, in `cache`; returns its rows that were scored."""
    table = cache / f"{model.stem}.{assay.name.split('.')[0]}.csv"
    if not table.is_file():
        partial = table.with_name(table.name + ".partial")
        run([potts, "score-mutants", str(model), "--file", str(assay)], partial)
        partial.rename(table)
        partial.with_name(partial.name + ".stderr").unlink()
    scored = (row for row in read_table(table) if row["status"] == "scored")
    return [row for row in scored if all(number(row[column]) is not None for column in ("score", "potts_score", "effect_score"))]


def read_family(potts, folder, cache, preset):
    """A family with its assays; the model is fitted, and the mutants are scored, unless `cache` has them."""
    model = cache / f"{folder.name}.h5"
    if not model.is_file():
        output = cache / f"{folder.name}.json"
        run([potts, "fit", str(find_alignment(folder)), "-o", str(model), "--preset", preset, "--threads", "1", "--json"], output)
    family = read_model(model, folder.name)
    _, baselines = read_baselines(folder)
    for path in find_assays(folder):
        name = baselines.get(path.name, {}).get("assay", path.name.split(".")[0])
        family.assays.append(Assay(name, family, score(potts, model, path, cache)))
    return family


def read_families(potts, folder, cache, names, preset):
    """Those families of `names`; ends the program where one cannot be read."""
    cache.mkdir(parents=True, exist_ok=True)
    try:
        return [read_family(potts, Path(folder) / name, cache, preset) for name in names]
    except (Failed, OSError, KeyError, ValueError) as problem:
        raise SystemExit(f"{type(problem).__name__}: {problem}") from problem
