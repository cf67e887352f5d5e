"""Checks of effect_letters.py on families that are made up: `effect_letters.py --check`."""
import numpy as np

from effect_data import ORDER, Assay, Family
from effect_fit import HANDED, TERMS, VOLUME_UNIT, LeaveOut, Sample, base_features, correlation, correlations, effects, handed_sums

PLANTED = HANDED * np.where(np.arange(len(HANDED)) == TERMS.index("loss"), VOLUME_UNIT, 1.0) * 2.0
NOISE = 0.15


def made_up(name, seed, weights, sites=60, doubles=600):
    """A family with an assay of all singles and some doubles, whose effects are those of `weights`."""
    draw = np.random.default_rng(seed)
    model = {"neff": 500.0, "rate": draw.gamma(2.0, 0.5, sites), "burial": draw.normal(size=sites), "frequencies": np.full((sites, 20), 0.05)}
    model.update({key: draw.normal(size=(sites, 20)) for key in ("scores", "independent", "appearance")})
    family = Family(name, [ORDER[k] for k in draw.integers(0, 20, sites)], np.arange(sites) + 10, model)
    score, features = base_features(family)
    single = [f"{ORDER[own]}{site + 10}{ORDER[to]}" for own, site, to in zip(family.own, family.site, family.to)]
    pairs = [pair for pair in draw.integers(0, len(single), (doubles, 2)) if family.site[pair[0]] != family.site[pair[1]]]
    mutants = single + [f"{single[i]}:{single[j]}" for i, j in pairs]
    rows = [{"mutant": mutant, "score": "0", "potts_score": "0", "effect_score": "0"} for mutant in mutants]
    assay = Assay("made up", family, rows)
    true = assay.members @ effects(score + features @ weights)
    assay.measured = true + NOISE * draw.normal(size=len(true))
    family.assays = [assay]
    return family


def left_out(families, homologues=()):
    return LeaveOut([Sample(family, base_features) for family in families], [frozenset(group) for group in homologues]).run()


def problems():
    """What is not as it should be, in words."""
    families = [made_up(f"family {k}", k, PLANTED) for k in range(5)]
    found = left_out(families)
    for family in families:
        score, features = base_features(family)
        best = correlations(family.ranked_assays(), score + features @ PLANTED)[0]
        model = correlations(family.ranked_assays(), score)[0]
        ours, weights, _ = found[family.name]
        if not (ours[0] > best - 0.02 and ours[0] > model + 0.1):
            yield f"{family.name}: left out {ours[0]:.3f}, with the planted weights {best:.3f}, the model alone {model:.3f}"
        if np.corrcoef(weights, PLANTED)[0, 1] < 0.95:
            yield f"{family.name}: the planted weights were not found: {np.round(weights, 2)}"
    yield from leaks(families)
    yield from small_things(families[0])


def leaks(families):
    """A family of the contrary, and a copy of it: the copy must not help it where the two are homologues, and does where they are not."""
    contrary = np.r_[PLANTED[:4] * 0.0, -PLANTED[4:] * 2.0]
    strange = [made_up(name, seed, contrary, sites=200) for name, seed in (("strange", 11), ("copy", 12))]
    apart = left_out(families + strange, [{"strange", "copy"}])["strange"][0][0]
    alone = left_out(families + strange[:1])["strange"][0][0]
    together = left_out(families + strange)["strange"][0][0]
    if abs(apart - alone) > 1e-9:
        yield f"a homologue took part: {apart:.4f} with it, {alone:.4f} without"
    if together < apart + 0.02:
        yield f"a family that is no homologue took no part: {together:.4f}, {apart:.4f}"
    noise = made_up("noise", 13, PLANTED)
    noise.assays[0].measured = np.random.default_rng(14).normal(size=len(noise.assays[0].measured))
    found = left_out(families + [noise])["noise"][0][0]
    if abs(found) > 0.1:
        yield f"noise is foretold: {found:.3f}"


def small_things(family):
    if not np.allclose(effects(np.array([3.0, 1.0, 2.0, 1.0])), [0.0, -(0.625 ** 1.4), -(0.25 ** 1.4), -(0.625 ** 1.4)]):
        yield "effects of four singles"
    if abs(correlation(np.array([1.0, 2.0, 3.0, 3.0]), np.array([10.0, 30.0, 20.0, 40.0])) - 0.632456) > 1e-6:
        yield "rank correlation with ties"
    score, features = base_features(family)
    own = ORDER[family.own[0]]
    numbers = family.singles_of(f"{own}10{ORDER[family.to[3]]}")
    if numbers != [3] or family.singles_of(f"{own}9A") is not None:
        yield f"singles by name: {numbers}"
    if abs(handed_sums(family)[3] - (score[3] + features[3] @ PLANTED / 2.0)) > 1e-12:
        yield "the handed sum"


def check():
    """Prints what is wrong; the exit code."""
    found = list(problems())
    for problem in found:
        print(f"wrong: {problem}")
    print("checked" if not found else f"{len(found)} wrong")
    return 1 if found else 0
