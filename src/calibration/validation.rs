//! How well measured values are told by fits that did not see them; from this come the strengths of the fit and the width of its intervals.
//!
//! With the kernel K of the variants (prior variances and noise) the error of the value n, left out together with all that share a position with
//! it, is that of ((K^-1)_gg)^-1 (K^-1 t)_g at n: one inverse a strength answers for every value, alone (at random) and with its positions.

use super::dense::Symmetric;
use super::rows::Rows;
use super::{BEFOREHAND, STRENGTHS};
use crate::mutants::Change;
use rayon::prelude::*;

/// What is known of one value at each strength: the error of a fit without it, and of one without its positions.
pub struct Errors {
    /// Strength by value.
    pub alone: Vec<Vec<f64>>,
    /// The same; none where too much would be left out.
    pub by_position: Vec<Vec<Option<f64>>>,
    /// Of each value those that share a position with it, itself too.
    pub groups: Vec<Vec<usize>>,
}

/// As many values may be left out with one: the work grows with their third power, and what is left must be most.
fn most_of_group(values: usize) -> usize {
    (values / 2).min(125)
}

/// Of each variant those that share a position with it, in order.
pub fn groups(variants: &[&[Change]]) -> Vec<Vec<usize>> {
    let share = |one: &[Change], other: &[Change]| {
        one.iter().any(|a| other.iter().any(|b| a.site == b.site))
    };
    let of = |one: &&[Change]| {
        let others = variants.iter().enumerate();
        let sharing = others.filter(|(_, other)| share(one, other));
        sharing.map(|(k, _)| k).collect()
    };
    variants.iter().map(of).collect()
}

impl Errors {
    /// Those of these rows and targets; `variances` has a list for each strength. `None` where a matrix is not positive definite, which noise keeps
    /// from happening with finite numbers.
    pub fn of(
        rows: &Rows,
        targets: &[f64],
        variances: &[Vec<f64>],
        noise: f64,
        groups: Vec<Vec<usize>>,
    ) -> Option<Self> {
        let at = |variances: &Vec<f64>| of_strength(rows, targets, variances, noise, &groups);
        let found: Option<Vec<_>> = variances.par_iter().map(at).collect();
        let (alone, by_position) = found?.into_iter().unzip();
        Some(Self {
            alone,
            by_position,
            groups,
        })
    }

    /// The share of each strength in the fit: what speaks for it beforehand, times exp(-n/2 ln(mean squared error)) over the values that count.
    pub fn shares(&self, counts: impl Fn(usize) -> bool) -> Vec<f64> {
        let values: Vec<usize> = (0..self.groups.len()).filter(|&k| counts(k)).collect();
        let mean = |squares: &mut dyn Iterator<Item = f64>| {
            let (sum, count) = squares.fold((0.0, 0.0), |(sum, n), square| (sum + square, n + 1.0));
            (count > 0.0).then_some(sum / count)
        };
        let losses = (0..self.alone.len()).map(|s| {
            let alone = mean(&mut values.iter().map(|&k| self.alone[s][k].powi(2)));
            let left = values.iter().filter_map(|&k| self.by_position[s][k]);
            let by_position = mean(&mut left.map(|error| error.powi(2)));
            let alone = alone.unwrap_or(1.0);
            -0.5 * values.len() as f64 * (alone + by_position.unwrap_or(alone)).ln()
        });
        let losses: Vec<f64> = losses.collect();
        let most = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares = losses.iter().zip(BEFOREHAND);
        let shares: Vec<f64> = shares
            .map(|(loss, before)| before * libm::exp(loss - most))
            .collect();
        let sum: f64 = shares.iter().sum();
        shares.iter().map(|share| share / sum).collect()
    }

    /// The error of each value alone and with its positions, the strengths mixed as the values say that share no position with it.
    pub fn mixed(&self) -> (Vec<f64>, Vec<Option<f64>>) {
        let of = |k: usize| {
            let shares = self.shares(|other| self.groups[k].binary_search(&other).is_err());
            let strengths = 0..STRENGTHS.len();
            let alone = strengths.clone().map(|s| shares[s] * self.alone[s][k]);
            let by_position = strengths.map(|s| Some(shares[s] * self.by_position[s][k]?));
            (alone.sum(), by_position.sum())
        };
        let found: Vec<(f64, Option<f64>)> =
            (0..self.groups.len()).into_par_iter().map(of).collect();
        found.into_iter().unzip()
    }
}

type OfStrength = (Vec<f64>, Vec<Option<f64>>);

fn of_strength(
    rows: &Rows,
    targets: &[f64],
    variances: &[f64],
    noise: f64,
    groups: &[Vec<usize>],
) -> Option<OfStrength> {
    let kernel = Symmetric::filled(rows.len(), |i, j| {
        let own = if i == j { noise } else { 0.0 };
        Rows::product(rows.row(i), rows.row(j), variances) + own
    });
    let inverse = kernel.inverse()?;
    let alpha = inverse.times(targets);
    let alone = (0..rows.len()).map(|k| alpha[k] / inverse.at(k, k));
    let most = most_of_group(rows.len());
    let by_position = groups.iter().enumerate().map(|(k, group)| {
        if group.len() > most {
            return None;
        }
        let of_group: Vec<f64> = group.iter().map(|&n| alpha[n]).collect();
        let errors = inverse.part(group).inverse()?.times(&of_group);
        let place = group.binary_search(&k).ok()?;
        Some(errors[place])
    });
    Some((alone.collect(), by_position.collect()))
}

/// The quantile of sizes below which the next one lies with this probability: the ceil(share (n + 1))-th, or the greatest.
pub fn quantile(mut sizes: Vec<f64>, share: f64) -> Option<f64> {
    sizes.sort_by(f64::total_cmp);
    let rank = (share * (sizes.len() as f64 + 1.0)).ceil() as usize;
    let place = rank.clamp(1, sizes.len().max(1)) - 1;
    sizes.get(place).copied()
}

/// The share of sizes that lie within the quantile of the others: every second one against those between them.
pub fn coverage(sizes: &[f64], share: f64) -> Option<f64> {
    let half = |odd: usize| -> Vec<f64> { sizes.iter().skip(odd).step_by(2).copied().collect() };
    let (even, odd) = (half(0), half(1));
    let (of_even, of_odd) = (
        quantile(even.clone(), share)?,
        quantile(odd.clone(), share)?,
    );
    let within = even.iter().filter(|&&size| size <= of_odd).count()
        + odd.iter().filter(|&&size| size <= of_even).count();
    Some(within as f64 / sizes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors of fits that are really made without the values are those that one inverse tells.
    #[test]
    fn errors_are_those_of_fits_without_the_values() {
        let mut rows = Rows::default();
        let mut variants = Vec::new();
        for n in 0..30u32 {
            let (site, state) = (n % 11, (n * 7) % 5);
            rows.push(&[
                (0, 1.0),
                (1, f64::from(n % 6) - 2.0),
                (2 + site, 1.0),
                (13 + state, 1.0),
            ]);
            variants.push(vec![Change {
                site: site as usize,
                state: state as u8,
            }]);
        }
        let targets: Vec<f64> = (0..30)
            .map(|n| f64::from((n * 37) % 19) / 9.0 - 1.0)
            .collect();
        let variances = vec![vec![0.2; 18]];
        let lists: Vec<&[Change]> = variants.iter().map(Vec::as_slice).collect();
        let groups = groups(&lists);
        let errors = Errors::of(&rows, &targets, &variances, 0.3, groups.clone()).unwrap();
        for n in 0..30 {
            for (group, error) in [
                (vec![n], errors.alone[0][n]),
                (groups[n].clone(), errors.by_position[0][n].unwrap()),
            ] {
                let others: Vec<usize> = (0..30).filter(|k| !group.contains(k)).collect();
                let seen: Vec<f64> = others.iter().map(|&k| targets[k]).collect();
                let weights = rows.some(&others).ridge(&seen, &variances[0], 0.3);
                let expected = targets[n] - Rows::dot(rows.row(n), &weights);
                assert!((error - expected).abs() < 1e-7, "{n}: {error} {expected}");
            }
        }
    }

    #[test]
    fn quantiles_cover_what_they_promise() {
        let sizes: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(sizes.clone(), 0.8), Some(81.0));
        assert_eq!(quantile(vec![3.0, 1.0], 0.8), Some(3.0));
        assert_eq!(quantile(Vec::new(), 0.8), None);
        let covered = coverage(&sizes, 0.8).unwrap();
        assert!((covered - 0.8).abs() < 0.03, "{covered}");
    }
}
