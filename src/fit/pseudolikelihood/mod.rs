//! Pseudolikelihood: F = -sum_n w_n sum_i log P(x_i | rest) + lambda_h sum h^2 + lambda_J sum J^2.
//!
//! The **symmetric** fit has one coupling J_ij(a,b) a pair, which both conditionals see; the **asymmetric** fit solves each site's
//! conditional for itself and averages. Both are problems over blocks of couplings of eight sites with another site
//! (`variables.rs`): all pairs of sites for the symmetric fit, eight sites and all others for the asymmetric.
//!
//! Minimisers see other variables, in which L-BFGS converges in some twenty evaluations:
//!
//! * Couplings act on deviations from the profile f_j(b), the weighted frequencies without the missing share:
//!   h_i = c_i - R_i sum_{j != i} J_ij f_j, so that a coupling does not move the marginals that the fields have to restore. R_i is how far
//!   the fields follow: where the penalty on them is stronger than the data, they do not (`bases::response`).
//! * Blocks are turned into the eigenvectors of both sites' covariances and scaled by the curvature expected there
//!   (`kernels/pair_blocks.rs`); fields are scaled by the root of 2 lambda_h + Neff p(1 - p).
//! * The mean of h over a site's states, which the likelihood does not see, is removed.
//! * After a few iterations both scales are taken from the curvature that the model then has.
//!
//! Fits that follow on the same sequences, with other weights or another penalty, begin with the scales that the last one learnt.
//!
//! The penalty stays on h and J: the optimum is the same, only the path to it differs.

mod asymmetric;
mod bases;
mod columns;
mod evaluation;
mod fields;
mod inference;
mod memory;
#[cfg(test)]
mod penalty_grid;
mod symmetric;
#[cfg(test)]
mod tests;
mod tiles;
mod timed;
mod variables;

pub use asymmetric::{Estimates, GroupEnd, groups_of};
pub use memory::{buffer_bytes, problem_bytes, state_bytes};
pub use symmetric::{fit_pairs, value_at};
pub use tiles::TileSet;
pub use timed::{GroupTimes, try_group};

use super::options::FieldOrigin;
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::kernels::conditionals::Workspace;
use crate::kernels::f32x8::F32x8;
use crate::kernels::pair_blocks::SiteBasis;
use crate::kernels::tree::SequenceTree;
use crate::model::Penalties;
use std::sync::{Mutex, PoisonError};

/// The sequences of a family and what a pseudolikelihood fit needs to know of them.
pub struct Sequences {
    tree: SequenceTree,
    bases: Vec<SiteBasis>,
    /// Fields of the independent-site model, L q.
    independent: Vec<f64>,
    /// Expected curvature of the fields, L q.
    field_curvature: Vec<f64>,
    /// How far the fields follow couplings, L q q.
    response: Vec<f64>,
    neff: f64,
    penalties: Penalties,
    origin: FieldOrigin,
    /// Rooms not in use: no more are made than threads ask for at once.
    unused_buffers: Mutex<Vec<Buffers>>,
}

/// What a fit of all pairs learnt of the scales of its variables.
struct Scales {
    /// Eigenvectors and shares of the sites.
    bases: Option<Vec<SiteBasis>>,
    /// Curvature of the fields, L q.
    field_curvature: Option<Vec<f64>>,
}

/// The independent-site model: fields and probabilities, both L q.
pub struct IndependentSites {
    /// h_i(a).
    pub fields: Vec<f64>,
    /// p_i(a).
    pub probabilities: Vec<f64>,
}

impl Sequences {
    /// Prepares `alignment` with q `states`.
    pub fn new(
        alignment: &Alignment,
        weights: &SequenceWeights,
        states: usize,
        frequencies: &Frequencies,
        independent: IndependentSites,
        (penalties, origin): (Penalties, FieldOrigin),
    ) -> Self {
        let neff = frequencies.neff();
        let seen = independent
            .probabilities
            .iter()
            .map(|p| neff * p * (1.0 - p));
        let bases = bases::of_profile(&frequencies.profile(states), states);
        let response = bases
            .iter()
            .flat_map(|basis| bases::response(basis, neff, penalties.lambda_h));
        Self {
            response: response.collect(),
            tree: SequenceTree::new(
                alignment.as_slice(),
                alignment.sites(),
                states,
                weights.as_slice(),
            ),
            bases,
            field_curvature: seen.map(|seen| 2.0 * penalties.lambda_h + seen).collect(),
            independent: independent.fields,
            neff,
            penalties,
            origin,
            unused_buffers: Mutex::new(Vec::new()),
        }
    }

    /// Bytes of the trees.
    pub fn tree_bytes(&self) -> u64 {
        self.tree.bytes()
    }

    /// Gives the sequences other weights, in the order of the alignment; none is as good as 0. What scales variables stays.
    pub fn set_weights(&mut self, weights: &[f64]) {
        self.tree.set_weights(weights);
    }

    /// Changes the penalty on couplings.
    pub fn set_lambda_j(&mut self, lambda_j: f64) {
        self.penalties.lambda_j = lambda_j;
    }

    /// Has fits that follow begin with what one learnt of the scales of its variables.
    fn learn(&mut self, scales: Scales) {
        if let Some(bases) = scales.bases {
            self.bases = bases;
        }
        if let Some(curvature) = scales.field_curvature {
            self.field_curvature = curvature;
        }
    }

    fn sites(&self) -> usize {
        self.tree.sites()
    }

    fn states(&self) -> usize {
        self.tree.states()
    }

    /// Lends buffers to `work`.
    fn with_buffers<T>(&self, work: impl FnOnce(&mut Buffers) -> T) -> T {
        let lock = || {
            self.unused_buffers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let unused = lock().pop();
        let mut buffers = unused.unwrap_or_else(|| Buffers::new(&self.tree));
        let result = work(&mut buffers);
        lock().push(buffers);
        result
    }
}

/// What one thread needs to evaluate the conditionals of a group of sites.
struct Buffers {
    workspace: Workspace,
    /// A tile, and the same seen from its columns.
    tile: Vec<F32x8>,
    transposed: Vec<F32x8>,
}

impl Buffers {
    fn new(tree: &SequenceTree) -> Self {
        let tile = vec![F32x8::ZERO; tiles::size(tree.states())];
        Self {
            workspace: Workspace::new(tree),
            transposed: tile.clone(),
            tile,
        }
    }
}
