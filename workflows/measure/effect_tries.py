"""Features that were tried beside those of the effect score; see effect_letters.py."""
import numpy as np
from scipy.stats import norm, rankdata

from effect_data import ORDER, VOLUME, standardised
from effect_fit import VOLUME_UNIT, base_features, handed_sums

# Hydrophobicity of residues (Kyte and Doolittle, J. Mol. Biol. 157:105, 1982), in the order of the letters, over its largest about.
HYDROPHOBIC = np.array([1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7, 4.2, -0.9, -1.3]) / 3


def depth(family):
    """Neff/L on a scale of about -1.5 to 1.5."""
    return (np.log(family.neff / family.sites) - 1.0) / 2.5


def burial(family):
    return family.burial[family.site]


def scaled(values):
    return values / values.std()


def gained(family):
    """The volume that each single adds."""
    return np.maximum(0.0, VOLUME[family.to] - VOLUME[family.own]) / VOLUME_UNIT


def hydrophobic(family):
    return burial(family) * HYDROPHOBIC[family.to]


def letters(states):
    return list(np.eye(len(ORDER))[states].T)


def site_means(family, values):
    return (np.bincount(family.site, values, family.sites) / np.bincount(family.site))[family.site]


def within_site(family, values):
    spread = np.sqrt(site_means(family, values ** 2) - site_means(family, values) ** 2)
    return (values - site_means(family, values)) / np.maximum(spread, 1e-6)


def quantiles(values):
    return norm.ppf((rankdata(values) - 0.5) / len(values))


def sizes(family):
    """How buried sites bear what is larger, smaller or hydrophobic."""
    return [hydrophobic(family), gained(family), burial(family) * gained(family), burial(family) * family.loss() / VOLUME_UNIT]


def sizes_within(family):
    """How buried sites bear what is hydrophobic, and those more buried than the mean what is larger."""
    return [hydrophobic(family), np.maximum(0.0, burial(family)) * gained(family)]


def scores_by_depth(family):
    return [depth(family) * scaled(family.scores)]


def agreement(family):
    """How alike the model's scores and the appearances rank the singles."""
    return np.corrcoef(quantiles(family.scores), family.appearance)[0, 1] - 0.7


def beside(*columns):
    """The features of the effect score, and more."""
    def features(family):
        score, base = base_features(family)
        return score, np.column_stack([base] + [column for make in columns for column in make(family)])
    return features


def on_handed(*columns):
    """The sum with the constants of the program, taken as it is, and more."""
    def features(family):
        return handed_sums(family), np.column_stack([column for make in columns for column in make(family)])
    return features


TRIES = {
    "the independent score beside": beside(lambda f: [scaled(f.independent)]),
    "letters of the target's own residue": beside(lambda f: letters(f.own)),
    "letters by burial": beside(lambda f: [column * burial(f) for column in letters(f.to)]),
    "hydrophobicity by burial": beside(lambda f: [hydrophobic(f)]),
    "volume gained, also by burial": beside(lambda f: [gained(f), burial(f) * gained(f)]),
    "sizes: both of these, volume lost by burial": beside(sizes),
    "means of sites": beside(lambda f: [site_means(f, scaled(f.scores)), site_means(f, f.appearance)]),
    "scores within their site": beside(lambda f: [within_site(f, f.scores)]),
    "quantiles of scores": beside(lambda f: [quantiles(f.scores)]),
    "scores by depth": beside(scores_by_depth),
    "appearance by depth": beside(lambda f: [depth(f) * f.appearance]),
    "burial by depth": beside(lambda f: [depth(f) * burial(f)]),
    "burial by length": beside(lambda f: [np.log(f.sites / 100) * burial(f)]),
    "scores by their agreement with appearance": beside(lambda f: [agreement(f) * scaled(f.scores)]),
    "sizes, scores by depth": beside(sizes, scores_by_depth),
    "sizes where buried": beside(sizes_within),
    "sizes where buried, scores by depth": beside(sizes_within, scores_by_depth),
    "on the handed sum: hydrophobicity by burial": on_handed(lambda f: [hydrophobic(f)]),
    "on the handed sum: scores by depth": on_handed(scores_by_depth),
    "on the handed sum: burial by depth": on_handed(lambda f: [depth(f) * burial(f)]),
    "on the handed sum: sizes": on_handed(sizes),
    "on the handed sum: sizes, scores by depth": on_handed(sizes, scores_by_depth),
    "on the handed sum: sizes where buried": on_handed(sizes_within),
    "on the handed sum: sizes where buried, scores by depth": on_handed(sizes_within, scores_by_depth),
}
