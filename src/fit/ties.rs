//! States that no sequence has at a site.
//!
//! The objective does not tell them apart, so that at its optimum all of them have the same field there and the same couplings. A fit ends a little before
//! its optimum, and noise would break the tie: they are given their mean, which the objective, convex as it is, likes no less.

use crate::error::Result;
use crate::model::couplings::split_by_first_site;
use crate::model::{Parameters, PottsModel};
use ndarray::Array2;
use rayon::prelude::*;

/// The parameters of a fit by pseudolikelihood with those of unseen states made equal. `frequencies`, L x (residues + 1), are those of the
/// sequences that were fitted.
///
/// # Errors
/// If a number is not finite.
pub fn tie_unseen(parameters: Parameters, frequencies: &Array2<f64>) -> Result<Parameters> {
    let Parameters::Potts(model) = parameters else {
        return Ok(parameters);
    };
    let (sites, states) = model.fields().dim();
    let unseen: Vec<Vec<usize>> = frequencies
        .rows()
        .into_iter()
        .map(|row| (0..states).filter(|&state| row[state] == 0.0).collect())
        .collect();
    let (mut fields, mut couplings) = model.into_parts();
    for (mut row, unseen) in fields.rows_mut().into_iter().zip(&unseen) {
        share(unseen, row.as_slice_mut().unwrap_or_default(), 0, 1);
    }
    let parts = split_by_first_site(couplings.as_mut_slice(), sites, states * states);
    parts.into_par_iter().enumerate().for_each(|(i, part)| {
        let blocks = part.chunks_exact_mut(states * states);
        for (block, of_second) in blocks.zip(&unseen[i + 1..]) {
            for b in 0..states {
                share(&unseen[i], block, b, states);
            }
            for row in block.chunks_exact_mut(states) {
                share(of_second, row, 0, 1);
            }
        }
    });
    Ok(PottsModel::of_finite(fields, couplings)?.into())
}

/// Gives the numbers of some states, which stand `step` apart from `start` on, their mean.
fn share(states: &[usize], numbers: &mut [f32], start: usize, step: usize) {
    if states.len() < 2 {
        return;
    }
    let places = || states.iter().map(|state| start + state * step);
    let sum: f64 = places().map(|place| f64::from(numbers[place])).sum();
    let mean = (sum / states.len() as f64) as f32;
    places().for_each(|place| numbers[place] = mean);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Couplings;
    use ndarray::array;

    #[test]
    fn unseen_states_share_their_parameters_and_others_keep_theirs() {
        let fields = array![[1.0f32, 2.0, 4.0], [1.0, 2.0, 3.0]];
        let couplings = Couplings::from_packed(2, 3, (0..9).map(|k| k as f32).collect());
        let potts = PottsModel::new(fields, couplings).unwrap();
        // States 1 and 2 of the first site, 2 alone of the second.
        let frequencies = array![[1.0, 0.0, 0.0, 0.0], [0.5, 0.25, 0.0, 0.25]];
        let tied = tie_unseen(potts.into(), &frequencies).unwrap();
        let pairwise = tied.pairwise().unwrap();
        assert_eq!(pairwise.fields, array![[1.0f32, 3.0, 3.0], [1.0, 2.0, 3.0]]);
        let block = pairwise.all().unwrap().block(0, 1).to_vec();
        assert_eq!(block, [0.0, 1.0, 2.0, 4.5, 5.5, 6.5, 4.5, 5.5, 6.5]);
    }
}
