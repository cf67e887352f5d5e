//! The strength of a coupling.
//!
//! FN_ij = sqrt(sum_ab J_ij(a, b)^2) in the zero-sum gauge, the sum over residues only. The gauge is taken over all states; the gap,
//! where it is one, is then left out of the norm, because stretches of gaps couple their columns without any contact.
//! Other programs take other gauges and sums: [`Norm`] has them all. Sums are in double precision.

use crate::model::couplings::Couplings;
use crate::model::gauge::BlockMeans;
use rayon::prelude::*;

/// In which gauge, and over which states, the norm of a coupling block is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Norm {
    /// Zero-sum over all states, then the residues (adabmDCA's too).
    #[default]
    ZeroSum,
    /// All states as they were fitted (plmc).
    Fitted,
    /// The residues as they were fitted (GREMLIN).
    FittedResidues,
    /// The mean over all states subtracted, then the residues (CCMpred).
    ZeroMean,
    /// The block of the residues alone, zero-sum in itself (pydca).
    ZeroSumOfResidues,
    /// Zero-sum over residues and gap, then all of them; in a model without a gap state, the gap's couplings are 0 (EVcouplings'
    /// mean field).
    ZeroSumWithGap,
}

/// FN of all pairs, in packed order, of couplings whose first `residues` states are residues; in parallel, each norm the work of
/// one thread.
pub fn frobenius_norms(couplings: &Couplings, residues: usize, norm: Norm) -> Vec<f64> {
    let (sites, states) = (couplings.sites(), couplings.states());
    (0..sites)
        .into_par_iter()
        .flat_map_iter(|i| {
            (i + 1..sites).map(move |j| norm.of(couplings.block(i, j), states, residues))
        })
        .collect()
}

impl Norm {
    /// The norm of a block of `states` x `states` numbers.
    fn of(self, block: &[f32], states: usize, residues: usize) -> f64 {
        match self {
            Self::ZeroSum => zero_sum(block, states, residues),
            Self::Fitted => root_of_squares(block, states, states, 0.0),
            Self::FittedResidues => root_of_squares(block, states, residues, 0.0),
            Self::ZeroMean => {
                let all: f64 = block.iter().map(|&value| f64::from(value)).sum();
                root_of_squares(block, states, residues, all / block.len() as f64)
            }
            Self::ZeroSumOfResidues => {
                zero_sum(&resized(block, states, residues), residues, residues)
            }
            Self::ZeroSumWithGap => {
                let all = residues + 1;
                zero_sum(&resized(block, states, all), all, all)
            }
        }
    }
}

/// The first `size` rows and columns of a block, with zeros where it is smaller.
fn resized(block: &[f32], states: usize, size: usize) -> Vec<f32> {
    let at = |a: usize, b: usize| match a.max(b) < states {
        true => block[a * states + b],
        false => 0.0,
    };
    (0..size * size).map(|k| at(k / size, k % size)).collect()
}

/// Norm of the first `kept` rows and columns less `shift`.
fn root_of_squares(block: &[f32], states: usize, kept: usize, shift: f64) -> f64 {
    let rows = block.chunks_exact(states).take(kept);
    let squares = rows.map(|row| {
        let values = row.iter().take(kept);
        values
            .map(|&value| (f64::from(value) - shift).powi(2))
            .sum::<f64>()
    });
    squares.sum::<f64>().sqrt()
}

/// Norm of the zero-sum block over its first `residues` rows and columns, in double precision.
fn zero_sum(block: &[f32], states: usize, residues: usize) -> f64 {
    let means = BlockMeans::of(block, states);
    let rows = block.chunks_exact(states).zip(&means.rows).take(residues);
    let squares = rows.map(|(row, row_mean)| {
        let centred = row
            .iter()
            .zip(&means.columns)
            .map(|(&value, column_mean)| f64::from(value) - row_mean - column_mean + means.all);
        centred
            .take(residues)
            .map(|value| value * value)
            .sum::<f64>()
    });
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use crate::contacts::frobenius::Norm;
    use crate::contacts::score::DEFAULT_APC_FACTOR;
    use crate::contacts::score::tests::{close, couplings_of, scores_of};
    use crate::model::couplings::pairs;
    use proptest::prelude::*;

    /// The block 1..9 with the third state as the gap: sums worked out by hand.
    #[test]
    fn every_norm_has_its_gauge_and_states() {
        let block: Vec<f32> = (1..=9u8).map(f32::from).collect();
        let norm = |norm: Norm| norm.of(&block, 3, 2).powi(2);
        let sum_of_squares = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
        for (found, expected) in [
            // Rows and columns add up linearly: nothing is left of the block once they are centred.
            (norm(Norm::ZeroSum), 0.0),
            (norm(Norm::ZeroSumOfResidues), 0.0),
            (norm(Norm::ZeroSumWithGap), 0.0),
            (norm(Norm::Fitted), 285.0),
            (norm(Norm::FittedResidues), 1.0 + 4.0 + 16.0 + 25.0),
            (
                norm(Norm::ZeroMean),
                sum_of_squares(&[-4.0, -3.0, -1.0, 0.0]),
            ),
            // One number in a corner: 1/9 [[4, -2, -2], [-2, 1, 1], [-2, 1, 1]] with a gap of zeros, 1/4 [[1, -1], [-1, 1]] without.
            (
                Norm::ZeroSumWithGap.of(&[1.0, 0.0, 0.0, 0.0], 2, 2).powi(2),
                36.0 / 81.0,
            ),
            (
                Norm::ZeroSumOfResidues
                    .of(&[1.0, 0.0, 7.0, 0.0, 0.0, 7.0, 7.0, 7.0, 7.0], 3, 2)
                    .powi(2),
                0.25,
            ),
        ] {
            assert!((found - expected).abs() < 1e-10, "{found} for {expected}");
        }
    }

    #[test]
    fn the_gap_is_in_the_gauge_but_not_in_the_norm() {
        // Centred: 1/9 [[4, -2, -2], [-2, 1, 1], [-2, 1, 1]]; the third state is the gap.
        let mut block = vec![0.0; 9];
        block[0] = 1.0;
        let scores = scores_of(&couplings_of(2, 3, block), 2).unwrap();
        close(scores.frobenius(), &[5.0 / 9.0], 1e-12);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let blocks: Vec<f32> = (0..pairs(30) * 9).map(|k| (k as f32 * 0.7).sin()).collect();
        let model = couplings_of(30, 3, blocks);
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let scores = pool.unwrap().install(|| scores_of(&model, 3).unwrap());
            scores.apc(DEFAULT_APC_FACTOR)
        };
        assert_eq!(with_threads(1), with_threads(5));
    }

    proptest! {
        #[test]
        fn a_change_of_gauge_changes_no_score(
            blocks in prop::collection::vec(-1f32..1.0, 10 * 16),
            shifts in prop::collection::vec(-1f32..1.0, 10 * 8),
        ) {
            let shifted = blocks.chunks(16).zip(shifts.chunks(8)).flat_map(|(block, shift)| {
                block.iter().enumerate().map(|(k, v)| v + shift[k / 4] + shift[4 + k % 4])
            });
            let shifted = scores_of(&couplings_of(5, 4, shifted.collect()), 3).unwrap();
            let scores = scores_of(&couplings_of(5, 4, blocks), 3).unwrap();
            close(scores.frobenius(), shifted.frobenius(), 2e-6);
            close(&scores.apc(1.1), &shifted.apc(1.1), 2e-6);
        }

        #[test]
        fn norms_are_found_and_corrected_downwards(norms in prop::collection::vec(0f32..2.0, 10)) {
            // A block [[x, -x], [-x, x]] is centred and has norm 2 x.
            let blocks = norms.iter().flat_map(|&x| [x, -x, -x, x]).collect();
            let scores = scores_of(&couplings_of(5, 2, blocks), 2).unwrap();
            let expected: Vec<f64> = norms.iter().map(|&x| 2.0 * f64::from(x)).collect();
            close(scores.frobenius(), &expected, 1e-12);
            prop_assert!(scores.cn().iter().zip(&expected).all(|(cn, norm)| cn <= norm));
        }
    }
}
