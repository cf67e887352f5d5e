//! From the score to the probability of a contact.
//!
//! logit p = a + b s + c t + d max(s, 0) + u (e + f s + g t), t = max(s + 2, 0), u = max(0, 2 - log10 Neff): piecewise linear in the score s,
//! and flatter where there are few sequences. Rising in s.

use super::weights::Weights;

/// Families were cut down to this many effective sequences; what scores mean below, nobody has seen.
pub const LEAST_NEFF: f64 = 5.0;

/// The largest base rate.
const MOST: f64 = 0.9;

/// Probability of a contact of pairs with the score `score` in a family of effectively `neff` sequences; `None` below [`LEAST_NEFF`].
pub fn probability(weights: &Weights, score: f64, neff: f64) -> Option<f64> {
    if neff < LEAST_NEFF {
        return None;
    }
    let [a, b, c, d, e, f, g] = weights.calibration;
    let t = (score + 2.0).max(0.0);
    let u = (2.0 - neff.log10()).max(0.0);
    let logit = a + b * score + c * t + d * score.max(0.0) + u * (e + f * score + g * t);
    Some(1.0 / (1.0 + (-logit).exp()))
}

/// The share of a chain's pairs that are in contact: what is left where couplings say nothing.
pub fn base_rate(weights: &Weights, sites: usize) -> f64 {
    let [a, b] = weights.base_rate;
    (a + b * (sites.max(1) as f64).ln()).exp().min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_chains_have_few_contacts_for_their_pairs() {
        let weights = Weights::shipped().unwrap();
        assert!(base_rate(&weights, 50) > 2.0 * base_rate(&weights, 150));
        assert!(base_rate(&weights, 1) <= MOST);
    }

    proptest! {
        #[test]
        fn probability_rises_with_the_score(neff in LEAST_NEFF..1e6, score in -12f64..8.0, step in 1e-3f64..1.0) {
            let weights = Weights::shipped().unwrap();
            let of = |score| probability(&weights, score, neff).unwrap();
            let (low, high) = (of(score), of(score + step));
            prop_assert!(low < high && low > 0.0 && high < 1.0, "{low} {high}");
            prop_assert_eq!(probability(&weights, score, LEAST_NEFF - 0.1), None);
        }
    }
}
