//! Sequence weights: a sequence with m near-copies of itself counts 1/m.

use super::Alignment;
use crate::error::{Error, Result};
use crate::kernels::identity::neighbour_counts;

/// Finite positive weights, one a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceWeights(Vec<f64>);

impl SequenceWeights {
    /// Given weights.
    ///
    /// # Errors
    /// If one is not finite and positive.
    pub fn new(weights: Vec<f64>) -> Result<Self> {
        match weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
            Some(n) => Err(Error::Usage(format!(
                "weight {} of sequence {} is not a positive number",
                weights[n],
                n + 1
            ))),
            None => Ok(Self(weights)),
        }
    }

    /// Every sequence counts 1.
    pub fn uniform(sequences: usize) -> Self {
        Self(vec![1.0; sequences])
    }

    /// w_n = 1 / #{m : identity(n, m) >= threshold}, the sequence itself included; two gaps count as identical.
    pub fn by_identity(alignment: &Alignment, threshold: IdentityThreshold) -> Self {
        let allowed = threshold.max_mismatches(alignment.sites());
        let counts = neighbour_counts(alignment.as_slice(), alignment.sites(), allowed);
        Self(counts.into_iter().map(|m| 1.0 / f64::from(m)).collect())
    }

    /// The weights.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// The effective number of sequences Neff, the sum of all weights.
    pub fn effective_number(&self) -> f64 {
        self.0.iter().sum()
    }
}

/// A share of identical columns from which two sequences are neighbours (`>=`), kept as a ratio of
/// integers: 0.8 of 20 columns is 16 exactly, which no binary fraction can promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityThreshold {
    numerator: u64,
    denominator: u64,
}

impl IdentityThreshold {
    /// 0.8, the field's habit.
    pub const DEFAULT: Self = Self {
        numerator: 8,
        denominator: 10,
    };

    /// The largest number of mismatches between neighbours over `columns` columns.
    pub fn max_mismatches(self, columns: usize) -> usize {
        let needed = (self.numerator * columns as u64).div_ceil(self.denominator);
        columns - needed as usize
    }

    /// The threshold as a number.
    pub fn as_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl std::str::FromStr for IdentityThreshold {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("'{text}' is not a share between 0 and 1, such as 0.8");
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}");
        if decimals.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let numerator: u64 = digits.parse().map_err(|_| wrong())?;
        let denominator = 10u64.pow(decimals.len() as u32);
        if numerator == 0 || numerator > denominator {
            return Err(wrong());
        }
        Ok(Self {
            numerator,
            denominator,
        })
    }
}

/// A word on what an effective number of sequences a site promises.
pub fn depth_in_words(neff_per_site: f64) -> &'static str {
    match neff_per_site {
        x if x < 1.0 => "little data; expect few reliable contacts",
        x if x < 5.0 => "moderate",
        _ => "plenty of data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use ndarray::array;

    #[test]
    fn a_tie_at_the_threshold_is_a_neighbour() {
        let threshold: IdentityThreshold = "0.8".parse().unwrap();
        assert_eq!(
            threshold,
            "0.80"
                .parse()
                .map(|t: IdentityThreshold| IdentityThreshold {
                    numerator: t.numerator / 10,
                    denominator: t.denominator / 10
                })
                .unwrap()
        );
        assert_eq!(threshold.max_mismatches(20), 4);
        assert_eq!(threshold.max_mismatches(5), 1);
        assert_eq!(threshold.max_mismatches(159), 31);
        for wrong in ["0", "1.1", "-0.5", "x", "", ".", "1e-1", "NaN"] {
            assert!(wrong.parse::<IdentityThreshold>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn copies_share_one_sequence() {
        let states = array![[0, 1, 2, 0, 1], [0, 1, 2, 0, 0], [2, 0, 0, 1, 2]];
        let alignment = Alignment::from_states(Alphabet::new("ACD").unwrap(), states).unwrap();
        let weights = SequenceWeights::by_identity(&alignment, IdentityThreshold::DEFAULT);
        assert_eq!(weights.as_slice(), [0.5, 0.5, 1.0]);
        assert_eq!(weights.effective_number(), 2.0);
    }

    #[test]
    fn a_word_on_depth_for_every_ratio() {
        assert!(depth_in_words(0.99).starts_with("little"));
        assert!(depth_in_words(1.0).starts_with("moderate"));
        assert!(depth_in_words(5.0).starts_with("plenty"));
    }

    #[test]
    fn weights_are_positive_numbers() {
        assert!(SequenceWeights::new(vec![1.0, f64::NAN]).is_err());
        assert!(SequenceWeights::new(vec![0.0]).is_err());
    }
}
