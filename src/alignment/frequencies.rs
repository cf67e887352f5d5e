//! Weighted frequencies of single sites and of pairs.

use super::{Alignment, SequenceWeights};
use crate::error::{Error, Result};
use crate::kernels::pair_counts::Counted;
use ndarray::Array2;

/// By which share sums of weights may be off: some million terms in double precision keep ten digits or more.
pub const ROUNDING: f64 = 1e-6;

/// The same for programs that add up so many weights in single precision: each addition errs by one unit in the last place at most.
pub fn single_rounding(sequences: usize) -> f64 {
    (sequences as f64 * f64::from(f32::EPSILON)).max(ROUNDING)
}

/// Site frequencies over all residues and the gap (the last column): each row sums to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequencies {
    /// Neff, the sum of all weights.
    neff: f64,
    /// L x (residues + 1).
    sites: Array2<f64>,
}

impl Frequencies {
    /// Weighted frequencies f^_i(a) of an alignment, without pseudocount.
    ///
    /// Panics if there is not one weight a sequence.
    pub fn of(alignment: &Alignment, weights: &SequenceWeights) -> Self {
        let weights_slice = weights.as_slice();
        assert_eq!(weights_slice.len(), alignment.sequences());
        let neff = weights.effective_number();
        let states = alignment.alphabet().residues() + 1;
        let mut sites = Array2::zeros((alignment.sites(), states));
        for (sequence, weight) in alignment.states().rows().into_iter().zip(weights_slice) {
            for (site, &state) in sequence.iter().enumerate() {
                sites[[site, usize::from(state)]] += weight;
            }
        }
        sites /= neff;
        Self { neff, sites }
    }

    /// Given frequencies, L x (residues + 1).
    ///
    /// # Errors
    /// If Neff is not positive, or a site's frequencies are not shares that sum to one.
    pub fn new(neff: f64, sites: Array2<f64>) -> Result<Self> {
        Self::within(neff, sites, ROUNDING)
    }

    /// [`Self::new`], but sums may be off by `rounding`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn within(neff: f64, sites: Array2<f64>, rounding: f64) -> Result<Self> {
        if !(neff.is_finite() && neff > 0.0) {
            return Err(Error::Model(format!(
                "Neff is {neff}, not a positive number"
            )));
        }
        let is_share = |f: f64| (-rounding..=1.0 + rounding).contains(&f);
        let is_wrong = |row: ndarray::ArrayView1<f64>| {
            (row.sum() - 1.0).abs() > rounding || !row.iter().all(|&f| is_share(f))
        };
        match sites.rows().into_iter().position(is_wrong) {
            Some(site) => Err(Error::Model(format!(
                "the frequencies of site {} do not sum to one",
                site + 1
            ))),
            None => Ok(Self { neff, sites }),
        }
    }

    /// Neff.
    pub fn neff(&self) -> f64 {
        self.neff
    }

    /// f_i(a), L x (residues + 1), the gap last.
    pub fn sites(&self) -> &Array2<f64> {
        &self.sites
    }

    /// Frequencies among the first `states` at a site; equal ones where none of them occurs.
    pub fn shares(&self, site: usize, states: usize) -> Vec<f64> {
        let row = self.sites.row(site);
        let total: f64 = row.iter().take(states).sum();
        let share = |f: &f64| match total > 0.0 {
            true => f / total,
            false => 1.0 / states as f64,
        };
        row.iter().take(states).map(share).collect()
    }

    /// Share of the sequences with a residue, a site.
    pub fn coverage(&self, residues: usize) -> Vec<f64> {
        let gaps = self.sites.column(residues);
        gaps.iter().map(|gap| (1.0 - gap).clamp(0.0, 1.0)).collect()
    }

    /// The first `states` columns as one row-major vector: residues only, or residues and gap.
    pub fn profile(&self, states: usize) -> Vec<f64> {
        self.sites
            .rows()
            .into_iter()
            .flat_map(|row| row.iter().take(states).copied().collect::<Vec<_>>())
            .collect()
    }
}

/// 1 - H / log q with the entropy H of frequencies of q states: 1 where one state is left, 0 where all are alike.
pub fn conservation(shares: &[f64]) -> f64 {
    let terms = shares.iter().filter(|f| **f > 0.0).map(|f| f * f.ln());
    1.0 + terms.sum::<f64>() / (shares.len() as f64).ln()
}

/// (1 - p) f + p/q: site frequencies with a pseudocount of total weight p over q states.
pub fn with_pseudocount(frequency: f64, pseudocount: f64, states: usize) -> f64 {
    (1.0 - pseudocount) * frequency + pseudocount / states as f64
}

/// The alignment as the kernel takes it: residues and the gap.
pub fn counted<'a>(alignment: &'a Alignment, weights: &'a SequenceWeights) -> Counted<'a> {
    Counted {
        alignment: alignment.as_slice(),
        sites: alignment.sites(),
        states: alignment.alphabet().residues() + 1,
        weights: weights.as_slice(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use ndarray::array;

    #[test]
    fn frequencies_are_weighted_and_sum_to_one() {
        let alphabet = Alphabet::new("AC").unwrap();
        let alignment = Alignment::from_states(alphabet, array![[0, 1], [1, 1], [2, 0]]).unwrap();
        let weights = SequenceWeights::new(vec![2.0, 1.0, 1.0]).unwrap();
        let frequencies = Frequencies::of(&alignment, &weights);
        assert_eq!(
            frequencies.sites(),
            &array![[0.5, 0.25, 0.25], [0.25, 0.75, 0.0]]
        );
        assert_eq!(frequencies.neff(), 4.0);
        assert_eq!(frequencies.profile(2), [0.5, 0.25, 0.25, 0.75]);
        assert_eq!(with_pseudocount(0.5, 0.5, 20), 0.275);
    }

    #[test]
    fn conservation_goes_from_none_to_all() {
        assert!((conservation(&[1.0, 0.0, 0.0, 0.0]) - 1.0).abs() < 1e-12);
        assert!(conservation(&[0.25; 4]).abs() < 1e-12);
        assert!((conservation(&[0.5, 0.5, 0.0, 0.0]) - 0.5).abs() < 1e-12);
        let gaps_only = Frequencies::new(2.0, array![[0.0, 0.0, 1.0], [0.5, 0.25, 0.25]]).unwrap();
        assert_eq!(gaps_only.shares(0, 2), [0.5, 0.5]);
        assert_eq!(gaps_only.shares(1, 3), [0.5, 0.25, 0.25]);
    }

    #[test]
    fn given_frequencies_sum_to_one() {
        assert!(Frequencies::new(4.0, array![[0.5, 0.25, 0.25]]).is_ok());
        assert!(Frequencies::new(4.0, array![[0.5, 0.25, 0.0]]).is_err());
        assert!(Frequencies::new(4.0, array![[0.5, 0.25, 0.2499]]).is_err());
        let rounding = single_rounding(3616);
        assert!(Frequencies::within(4.0, array![[0.5, 0.25, 0.2499]], rounding).is_ok());
        assert!(Frequencies::within(4.0, array![[0.5, 0.25, 0.249]], rounding).is_err());
        assert!(Frequencies::new(4.0, array![[2.0, -1.0, 0.0]]).is_err());
        assert!(Frequencies::new(4.0, array![[f64::NAN, 0.5, 0.5]]).is_err());
        assert!(Frequencies::new(0.0, array![[0.5, 0.5]]).is_err());
    }
}
