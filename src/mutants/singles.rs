//! The scores of all single substitutions of a target, L x q.

use crate::model::{EnergyModel, PottsModel};
use ndarray::Array2;

/// h_i(b) + sum_{j != i} J_ij(b, a_j), L x q, in one pass over the couplings in the order in which they lie.
pub(super) fn logits(model: &PottsModel, target: &[u8]) -> Array2<f64> {
    let q = model.states();
    let mut logits = model.fields().mapv(f64::from);
    let Some(couplings) = model.couplings() else {
        return logits;
    };
    for ((i, j), block) in couplings.blocks() {
        let (a, b) = (usize::from(target[i]), usize::from(target[j]));
        for state in 0..q {
            if b < q {
                logits[[i, state]] += f64::from(block[state * q + b]);
            }
            if a < q {
                logits[[j, state]] += f64::from(block[a * q + state]);
            }
        }
    }
    logits
}

/// `values` minus that of the target's state in each row; left alone where that state is missing data.
pub(super) fn relative_to(target: &[u8], mut values: Array2<f64>) -> Array2<f64> {
    for (mut row, &state) in values.rows_mut().into_iter().zip(target) {
        let reference = row.get(usize::from(state)).copied().unwrap_or(0.0);
        row -= reference;
    }
    values
}
