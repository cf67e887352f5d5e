"""The effect score as a function of its letters and weights, and their fit; see effect_letters.py."""
import numpy as np
from scipy.stats import norm, rankdata

from effect_data import ranked

POWER = 1.4
# As src/mutants/effect/mod.rs and letters.rs have them: of rate, burial, appearance and lost volume, then of the residues.
TERMS = ["rate", "burial", "appearance", "loss"]
HANDED = np.array([0.15, -0.45, 0.487, -0.0096,
                   0.309, 0.454, -0.425, -0.100, 0.034, 0.243, 0.149, 0.040, -0.200, -0.018, 0.211, 0.018, -1.067,
                   -0.030, 0.056, 0.150, 0.023, 0.056, -0.034, 0.133])
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3)
MOST_MUTANTS = 5000  # of an assay in a fit
FREE = 2  # columns without a penalty
VOLUME_UNIT = 20.0  # cubic angstrom; features are of like size, for the penalty's sake


def base_features(family):
    """The model's score over its deviation, which counts 1, and what the weights and letters are of, a column each."""
    letters = np.eye(20)[family.to]
    terms = [family.rate[family.site], family.burial[family.site], family.appearance, family.loss() / VOLUME_UNIT]
    return family.scores / family.scores.std(), np.column_stack(terms + [letters])


def handed_sums(family):
    """S with the constants of the program."""
    score, features = base_features(family)
    weights = HANDED.copy()
    weights[TERMS.index("loss")] *= VOLUME_UNIT
    return score + features @ weights


def effects(sums):
    """From S to the effect, 0 to -1, by the rank among all singles."""
    return 0.0 - (1.0 - rankdata(sums) / len(sums)) ** POWER


def correlation(x, y):
    """Spearman's; 0 where it is not defined."""
    return ranked(x) @ ranked(y)


def correlations(assays, sums):
    """Of each assay, a list of (mutants x singles, what was measured, ranked); mutants by the sum of the effects of their singles."""
    effect = effects(sums)
    return [ranked(members @ effect) @ measured for members, measured in assays]


class Sample:
    """What a fit needs of a family: its features and, of at most MOST_MUTANTS mutants of each assay, the moments of a regression."""

    def __init__(self, family, features):
        self.name, self.assays = family.name, family.ranked_assays()
        self.score, self.features = features(family)
        self.weight = family.weight()
        # The second column is one more substitution, whichever: it is nothing to the order of singles, and letters should not have to tell it.
        columns = np.column_stack([self.score, np.ones(len(self.score)), self.features])
        moments = [regression(members @ columns, members, measured) for members, measured in map(some, family.assays)]
        self.squares = self.weight * np.mean([squares for squares, _ in moments], axis=0)
        self.products = self.weight * np.mean([products for _, products in moments], axis=0)

    def sums(self, weights):
        return self.score + self.features @ weights

    def regressed(self, weights):
        """The correlation that the regression has here with these weights, the best worth of one more substitution taken."""
        fitted = np.r_[1.0, 0.0, weights]
        if self.squares[1, 1] > 1e-9:
            fitted[1] = (self.products[1] - self.squares[1] @ fitted) / self.squares[1, 1]
        return (self.products @ fitted) / np.sqrt(max(fitted @ self.squares @ fitted * self.weight, 1e-12))


def some(assay):
    """At most MOST_MUTANTS of the mutants, always the same ones."""
    members, measured = assay.members, assay.measured
    if len(measured) <= MOST_MUTANTS:
        return members, measured
    chosen = np.sort(np.random.default_rng(len(measured)).choice(len(measured), MOST_MUTANTS, replace=False))
    return members[chosen], measured[chosen]


def regression(columns, members, measured):
    """The moments of a regression of the normal quantiles of what was measured; mutants with more substitutions are not to count more."""
    columns = (columns - columns.mean(axis=0)) / np.sqrt(max(1.0, members.sum() / members.shape[0]))
    target = norm.ppf((rankdata(measured) - 0.5) / len(measured))
    target = (target - target.mean()) / max(target.std(), 1e-12)
    return columns.T @ columns / len(target), columns.T @ target / len(target)


def ridge(samples, penalty):
    """The weights that fit best, on the scale on which the model's score counts 1."""
    total = sum(sample.weight for sample in samples)
    squares = sum(sample.squares for sample in samples) / total
    products = sum(sample.products for sample in samples) / total
    penalties = np.full(len(products), penalty)
    penalties[:FREE] = 0.0
    found = np.linalg.solve(squares + np.diag(penalties) + 1e-9 * np.eye(len(products)), products)
    return found[FREE:] / max(found[0], 1e-3)


class LeaveOut:
    """Fits without a family and its homologues, with the penalty that is best for families left out of what remains."""

    def __init__(self, samples, homologues):
        self.samples = {sample.name: sample for sample in samples}
        self.homologues, self.inner = homologues, {}

    def relatives(self, name):
        return next((group for group in self.homologues if name in group), frozenset([name]))

    def fit(self, without, penalty):
        return ridge([sample for name, sample in self.samples.items() if name not in without], penalty)

    def inner_correlation(self, without, name, penalty):
        """Of a family left out of what remains; the same two left out in either order are one fit."""
        key = (frozenset(without | self.relatives(name)), penalty)
        if key not in self.inner:
            self.inner[key] = self.fit(*key)
        return self.samples[name].regressed(self.inner[key])

    def choose(self, without):
        """The penalty."""
        rest = [name for name in self.samples if name not in without]
        total = [sum(self.samples[name].weight * self.inner_correlation(without, name, penalty) for name in rest) for penalty in PENALTIES]
        return PENALTIES[int(np.argmax(total))]

    def weights(self, without):
        """Of a fit without these families, and its penalty."""
        penalty = self.choose(without)
        return self.fit(without, penalty), penalty

    def run(self):
        """{family: (correlations of its assays, weights, penalty)}, each by the fit that knows neither it nor its homologues."""
        found, fits = {}, {}
        for name, sample in self.samples.items():
            without = self.relatives(name)
            if without not in fits:
                fits[without] = self.weights(without)
            weights, penalty = fits[without]
            found[name] = (correlations(sample.assays, sample.sums(weights)), weights, penalty)
        return found
