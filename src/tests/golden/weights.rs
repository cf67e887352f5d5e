//! Weights of sequences whose identity lies on the threshold.

use super::{json, numbers};
use crate::alignment::{Alignment, IdentityRule, IdentityThreshold, SequenceWeights};
use crate::alphabet::Alphabet;
use ndarray::Array2;

/// Twenty-one letters: the gap of the reference is a letter like any other.
const LETTERS: &str = "ACDEFGHIKLMNPQRSTVWYX";

#[test]
fn weights_with_ties_at_the_threshold() {
    let system = json("weights_ties");
    let alphabet = Alphabet::new(LETTERS).unwrap();
    let rows: Vec<&str> = system["sequences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap())
        .collect();
    let code = |c: u8| LETTERS.bytes().position(|l| l == c).unwrap_or(20) as u8;
    let sequences = Array2::from_shape_fn((rows.len(), 20), |(n, i)| code(rows[n].as_bytes()[i]));
    let alignment = Alignment::from_states(alphabet, sequences).unwrap();
    for (rule, expected, neff) in [
        (IdentityRule::AtLeast, "weights_ge_0p8", "Meff_ge"),
        (IdentityRule::Above, "weights_strict_gt_0p8", "Meff_strict"),
        // 0.8 of 20 columns is a whole number, so rounding it up changes nothing.
        (
            IdentityRule::AboveCeil,
            "weights_strict_gt_0p8",
            "Meff_strict",
        ),
    ] {
        let threshold = IdentityThreshold::DEFAULT.with_rule(rule);
        let weights = SequenceWeights::by_identity(&alignment, threshold);
        assert_eq!(weights.as_slice(), numbers(&system[expected]), "{rule:?}");
        let difference = weights.effective_number() - system[neff].as_f64().unwrap();
        assert!(difference.abs() < 1e-12, "{rule:?}");
    }
}
