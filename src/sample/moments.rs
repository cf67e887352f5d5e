//! One- and two-point frequencies of two sets of sequences, held against each other.
//!
//! With the weights w_n, over the sequences in which both sites have a state of the model,
//! f_ij(a, b) = sum_n w_n [x_i = a, x_j = b] / sum_n w_n, f_i(a) and f_j(b) its sums, and the connected correlation
//! c_ij(a, b) = f_ij(a, b) - f_i(a) f_j(b). What is missing in a sequence is thus left out pair by pair, and of whole sequences these are the usual ones.

use crate::kernels::pair_counts::{Counted, pair_counts};
use rayon::prelude::*;

/// Sequences of a model's sites, with weights.
#[derive(Debug, Clone, Copy)]
pub struct Sequences<'a> {
    /// States, one row after the other; what is missing has the state `states`.
    pub rows: &'a [u8],
    /// Number of sites L.
    pub sites: usize,
    /// Number of states q of the model.
    pub states: usize,
    /// One a sequence.
    pub weights: &'a [f64],
}

/// How numbers of one set lie against those of another.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Agreement {
    /// Pearson's correlation; `None` where one side does not vary.
    pub pearson: Option<f64>,
    /// Slope of the second set's numbers on the first one's.
    pub slope: Option<f64>,
}

/// Sums over pairs of numbers, from which correlations come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    /// Counts a pair.
    #[inline]
    pub fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Those of both.
    pub fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            x: self.x + other.x,
            y: self.y + other.y,
            xx: self.xx + other.xx,
            yy: self.yy + other.yy,
            xy: self.xy + other.xy,
        }
    }

    /// What comes of them.
    pub fn agreement(&self) -> Agreement {
        let n = self.count.max(1.0);
        let xx = self.xx - self.x * self.x / n;
        let yy = self.yy - self.y * self.y / n;
        let xy = self.xy - self.x * self.y / n;
        // Rounding leaves something of what does not vary.
        let varies = |own: f64, squares: f64| own > 1e-12 * squares;
        let (x_varies, y_varies) = (varies(xx, self.xx), varies(yy, self.yy));
        Agreement {
            pearson: (x_varies && y_varies).then(|| xy / (xx * yy).sqrt()),
            slope: x_varies.then(|| xy / xx),
        }
    }
}

/// One- and two-point frequencies, and connected correlations.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    /// f_i(a).
    pub singles: Agreement,
    /// f_ij(a, b).
    pub pairs: Agreement,
    /// c_ij(a, b).
    pub connected: Agreement,
}

/// The same of a pair of sites, q x q numbers each.
struct Pair {
    shares: Vec<f64>,
    connected: Vec<f64>,
}

impl Sequences<'_> {
    /// f_i(a) among the sequences that have a state at the site, L x q; zeros where none has.
    pub fn singles(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.sites * self.states];
        let mut known = vec![0.0; self.sites];
        for (row, weight) in self.rows.chunks_exact(self.sites).zip(self.weights) {
            for (site, &state) in row.iter().enumerate() {
                if usize::from(state) < self.states {
                    shares[site * self.states + usize::from(state)] += weight;
                    known[site] += weight;
                }
            }
        }
        for (shares, known) in shares.chunks_exact_mut(self.states).zip(known) {
            if known > 0.0 {
                shares.iter_mut().for_each(|share| *share /= known);
            }
        }
        shares
    }

    /// What `each` makes of site `first` with each one behind it; `None` of two sites that no sequence has both of.
    fn pairs_of(&self, first: usize, mut each: impl FnMut(Option<Pair>)) {
        let counted = Counted {
            alignment: self.rows,
            sites: self.sites,
            states: self.states + 1,
            weights: self.weights,
        };
        let mut counts = Vec::with_capacity(self.states * self.states);
        pair_counts(&counted, first, first + 1..self.sites, |tables| {
            for other in tables.others() {
                counts.clear();
                (0..self.states)
                    .for_each(|a| counts.extend_from_slice(&tables.row(a, other)[..self.states]));
                each(pair(&counts, self.states));
            }
        });
    }
}

fn pair(counts: &[f64], states: usize) -> Option<Pair> {
    let total: f64 = counts.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let shares: Vec<f64> = counts.iter().map(|count| count / total).collect();
    let rows: Vec<f64> = shares
        .chunks_exact(states)
        .map(|row| row.iter().sum())
        .collect();
    let column = |b: usize| shares.iter().skip(b).step_by(states).sum::<f64>();
    let columns: Vec<f64> = (0..states).map(column).collect();
    let expected = rows
        .iter()
        .flat_map(|row| columns.iter().map(move |column| row * column));
    let connected = shares.iter().zip(expected).map(|(f, e)| f - e).collect();
    Some(Pair { shares, connected })
}

/// Shows `each` the pairs of site `first` that both sets have: f and c of the first set, then of the second.
fn common_pairs(
    (one, other): (Sequences<'_>, Sequences<'_>),
    first: usize,
    mut each: impl FnMut(&Pair, &Pair),
) {
    let mut pairs = Vec::with_capacity(one.sites - first);
    one.pairs_of(first, |pair| pairs.push(pair));
    let mut pairs = pairs.into_iter();
    other.pairs_of(first, |other| {
        if let (Some(Some(one)), Some(other)) = (pairs.next(), other) {
            each(&one, &other);
        }
    });
}

/// Holds the second set's frequencies and correlations against those of the first.
///
/// Panics if their sites or states differ.
pub fn compare(one: Sequences<'_>, other: Sequences<'_>) -> Moments {
    assert_eq!((one.sites, one.states), (other.sites, other.states));
    let mut singles = Sums::default();
    for (x, y) in one.singles().iter().zip(other.singles()) {
        singles.add(*x, y);
    }
    let of_site = |first: usize| {
        let (mut pairs, mut connected) = (Sums::default(), Sums::default());
        common_pairs((one, other), first, |one, other| {
            let both = |one: &[f64], other: &[f64], sums: &mut Sums| {
                one.iter().zip(other).for_each(|(x, y)| sums.add(*x, *y));
            };
            both(&one.shares, &other.shares, &mut pairs);
            both(&one.connected, &other.connected, &mut connected);
        });
        (pairs, connected)
    };
    let parts: Vec<(Sums, Sums)> = (0..one.sites).into_par_iter().map(of_site).collect();
    let nothing = (Sums::default(), Sums::default());
    // In the order of the sites, whoever counted them.
    let (pairs, connected) = parts.into_iter().fold(nothing, |sums, part| {
        (sums.0.and(part.0), sums.1.and(part.1))
    });
    Moments {
        singles: singles.agreement(),
        pairs: pairs.agreement(),
        connected: connected.agreement(),
    }
}

/// Bytes that comparing takes on so many threads, at most.
pub fn bytes(sites: usize, states: usize, threads: usize) -> u64 {
    let numbers = 2 * sites * states * states + 2 * 128 * (states + 1) * (states + 1);
    (numbers * size_of::<f64>()) as u64 * threads as u64
}

/// Where connected correlations of two sets lie: counts in a square of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Density {
    /// The first set's to the right, the second's upwards: rows of [`Density::CELLS`], the lowest first.
    pub counts: Vec<u64>,
}

impl Density {
    /// Cells along a side.
    pub const CELLS: usize = 250;

    /// Correlations of indicators lie within -1/4 and 1/4.
    pub const MOST: f64 = 0.25;

    /// Of two sets.
    pub fn of(one: Sequences<'_>, other: Sequences<'_>) -> Self {
        let cell = |c: f64| {
            let place = (c + Self::MOST) / (2.0 * Self::MOST) * Self::CELLS as f64;
            (place.max(0.0) as usize).min(Self::CELLS - 1)
        };
        let empty = || vec![0u64; Self::CELLS * Self::CELLS];
        let of_site = |mut counts: Vec<u64>, first: usize| {
            common_pairs((one, other), first, |one, other| {
                for (x, y) in one.connected.iter().zip(&other.connected) {
                    counts[cell(*y) * Self::CELLS + cell(*x)] += 1;
                }
            });
            counts
        };
        let both = |mut one: Vec<u64>, other: Vec<u64>| {
            one.iter_mut()
                .zip(other)
                .for_each(|(own, more)| *own += more);
            one
        };
        let parts = (0..one.sites).into_par_iter().fold(empty, of_site);
        Self {
            counts: parts.reduce(empty, both),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{Noise, family};
    use proptest::prelude::*;

    /// c_ij(a, b) by its definition.
    fn plain(set: Sequences<'_>, (i, j): (usize, usize), (a, b): (u8, u8)) -> Option<(f64, f64)> {
        let rows = set.rows.chunks(set.sites).zip(set.weights);
        let both: Vec<(&[u8], f64)> = rows
            .filter(|(row, _)| [i, j].iter().all(|&k| usize::from(row[k]) < set.states))
            .map(|(row, w)| (row, *w))
            .collect();
        let total: f64 = both.iter().map(|(_, w)| w).sum();
        let share = |is: &dyn Fn(&[u8]) -> bool| {
            let found = both.iter().filter(|(row, _)| is(row)).map(|(_, w)| w);
            found.sum::<f64>() / total
        };
        let f = share(&|row| row[i] == a && row[j] == b);
        let expected = share(&|row| row[i] == a) * share(&|row| row[j] == b);
        (total > 0.0).then_some((f, f - expected))
    }

    fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
        let n = pairs.len() as f64;
        let (mx, my) = pairs
            .iter()
            .fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
        let (xx, yy) = (sum(&|p| (p.0 - mx).powi(2)), sum(&|p| (p.1 - my).powi(2)));
        let xy = sum(&|p| (p.0 - mx) * (p.1 - my));
        (xx > 1e-9 && yy > 1e-9).then(|| xy / (xx * yy).sqrt())
    }

    proptest! {
        #[test]
        fn correlations_are_those_of_their_definition(
            seed in any::<u64>(),
            sites in 2usize..6,
            states in 2usize..5,
            counts in (2usize..30, 2usize..30),
        ) {
            let mut noise = Noise::new(seed);
            // The highest state stands for what is missing.
            let rows = [counts.0, counts.1].map(|n| family((n, sites), states, 3, &mut noise));
            let weights = [counts.0, counts.1].map(|n| (0..n).map(|_| 0.1 + noise.uniform()).collect::<Vec<f64>>());
            let set = |k: usize| Sequences { rows: &rows[k], sites, states, weights: &weights[k] };
            let found = compare(set(0), set(1));
            let (mut pairs, mut connected) = (Vec::new(), Vec::new());
            for i in 0..sites {
                for j in i + 1..sites {
                    for state in 0..states * states {
                        let (a, b) = ((state / states) as u8, (state % states) as u8);
                        if let (Some(x), Some(y)) = (plain(set(0), (i, j), (a, b)), plain(set(1), (i, j), (a, b))) {
                            pairs.push((x.0, y.0));
                            connected.push((x.1, y.1));
                        }
                    }
                }
            }
            for (found, expected) in [(found.pairs, &pairs), (found.connected, &connected)] {
                if let Some(expected) = pearson(expected) {
                    prop_assert!((found.pearson.unwrap() - expected).abs() < 1e-6, "{found:?} {expected}");
                }
            }
            prop_assert_eq!(Density::of(set(0), set(1)).counts.iter().sum::<u64>(), connected.len() as u64);
        }
    }

    #[test]
    fn a_set_agrees_with_itself() {
        let mut noise = Noise::new(5);
        let rows = family((50, 4), 4, 3, &mut noise);
        let weights = vec![1.0; 50];
        let set = Sequences {
            rows: &rows,
            sites: 4,
            states: 4,
            weights: &weights,
        };
        let found = compare(set, set);
        for agreement in [found.singles, found.pairs, found.connected] {
            assert!((agreement.pearson.unwrap() - 1.0).abs() < 1e-9);
            assert!((agreement.slope.unwrap() - 1.0).abs() < 1e-9);
        }
        let mut still = Sums::default();
        (0..5).for_each(|k| still.add(0.1, f64::from(k)));
        assert_eq!(still.agreement(), Agreement::default());
    }
}
