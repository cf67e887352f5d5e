//! The strength of a coupling.
//!
//! FN_ij = sqrt(sum_ab J_ij(a, b)^2) in the zero-sum gauge, the sum over residues only. The gauge is taken over all states; the gap,
//! where it is one, is then left out of the norm, because stretches of gaps couple their columns without any contact.
//! Sums are in double precision.

use crate::model::couplings::Couplings;
use crate::model::gauge::BlockMeans;
use rayon::prelude::*;

/// FN of all pairs over the first `residues` states, in packed order; in parallel, each norm the work of one thread.
pub fn frobenius_norms(couplings: &Couplings, residues: usize) -> Vec<f64> {
    let (sites, states) = (couplings.sites(), couplings.states());
    (0..sites)
        .into_par_iter()
        .flat_map_iter(|i| {
            (i + 1..sites).map(move |j| frobenius(couplings.block(i, j), states, residues))
        })
        .collect()
}

/// Norm of the zero-sum block over its first `residues` rows and columns, in double precision.
fn frobenius(block: &[f32], states: usize, residues: usize) -> f64 {
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
    use crate::contacts::ContactScores;
    use crate::contacts::score::DEFAULT_APC_FACTOR;
    use crate::contacts::score::tests::{close, model_of};
    use crate::model::couplings::pairs;
    use proptest::prelude::*;

    #[test]
    fn the_gap_is_in_the_gauge_but_not_in_the_norm() {
        // Centred: 1/9 [[4, -2, -2], [-2, 1, 1], [-2, 1, 1]]; the third state is the gap.
        let mut block = vec![0.0; 9];
        block[0] = 1.0;
        let scores = ContactScores::of(&model_of(2, 3, block), 2).unwrap();
        close(scores.frobenius(), &[5.0 / 9.0], 1e-12);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let blocks: Vec<f32> = (0..pairs(30) * 9).map(|k| (k as f32 * 0.7).sin()).collect();
        let model = model_of(30, 3, blocks);
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let scores = pool
                .unwrap()
                .install(|| ContactScores::of(&model, 3).unwrap());
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
            let shifted = ContactScores::of(&model_of(5, 4, shifted.collect()), 3).unwrap();
            let scores = ContactScores::of(&model_of(5, 4, blocks), 3).unwrap();
            close(scores.frobenius(), shifted.frobenius(), 2e-6);
            close(&scores.apc(1.1), &shifted.apc(1.1), 2e-6);
        }

        #[test]
        fn norms_are_found_and_corrected_downwards(norms in prop::collection::vec(0f32..2.0, 10)) {
            // A block [[x, -x], [-x, x]] is centred and has norm 2 x.
            let blocks = norms.iter().flat_map(|&x| [x, -x, -x, x]).collect();
            let scores = ContactScores::of(&model_of(5, 2, blocks), 2).unwrap();
            let expected: Vec<f64> = norms.iter().map(|&x| 2.0 * f64::from(x)).collect();
            close(scores.frobenius(), &expected, 1e-12);
            prop_assert!(scores.cn().iter().zip(&expected).all(|(cn, norm)| cn <= norm));
        }
    }
}
