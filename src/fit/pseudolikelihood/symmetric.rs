//! The symmetric fit: all pairs in one problem.

use super::Sequences;
use super::tiles::{self, Tile, TileSet};
use super::variables::PairProblem;
use crate::error::Result;
use crate::fit::optimizer::{Minimum, Settings, minimize};
use crate::fit::start::Point;
use crate::fit::watch::Phase;
use crate::fit::watch::Watch;
use crate::kernels::f32x8::LANES;
use crate::model::couplings::{Couplings, split_by_first_site};
use ndarray::Array2;
use rayon::prelude::*;

/// The optimum.
pub struct SymmetricFit {
    /// h, L x q.
    pub fields: Array2<f32>,
    /// J.
    pub couplings: Couplings,
    /// How it was found.
    pub minimum: Minimum,
}

/// -sum_n w_n sum_i log P(x_i | rest) at a point, without penalties.
pub fn value_at(sequences: &Sequences, point: &Point) -> f64 {
    let mut problem = PairProblem::new(sequences, TileSet::Pairs);
    problem.start_at(point);
    problem.data_value()
}

/// Fits all pairs, from a model or from independent sites. Fits that follow begin with the scales that this one learnt.
///
/// # Errors
/// As [`minimize`].
pub fn fit_pairs(
    sequences: &mut Sequences,
    start: Option<Point>,
    settings: &Settings,
    watch: &Watch,
) -> Result<SymmetricFit> {
    watch.begin(Phase::Minimisation);
    let mut problem = PairProblem::new(sequences, TileSet::Pairs);
    if let Some(start) = &start {
        problem.start_at(start);
    }
    let (minimum, problem) = minimize(problem, settings, watch)?;
    watch.begin(Phase::Model);
    let (fields, couplings, scales) = problem.into_point();
    let (sites, states) = (sequences.sites(), sequences.states());
    let fields = Array2::from_shape_fn((sites, states), |(i, a)| {
        fields[i / LANES * states + a].0[i % LANES]
    });
    let groups = sequences.tree.groups();
    let mut packed = Couplings::zeros(sites, states).into_packed();
    let parts = split_by_first_site(&mut packed, sites, states * states);
    parts.into_par_iter().enumerate().for_each(|(i, part)| {
        let (lanes, lane) = (i / LANES, i % LANES);
        for (j, block) in (i + 1..sites).zip(part.chunks_exact_mut(states * states)) {
            let columns = j / LANES;
            let tile = TileSet::Pairs.place(groups, Tile { lanes, columns });
            let start = tile * tiles::size(states) + j % LANES * states * states;
            let own = &couplings[start..][..states * states];
            for (a, row) in block.chunks_exact_mut(states).enumerate() {
                for (b, value) in row.iter_mut().enumerate() {
                    *value = own[b * states + a].0[lane];
                }
            }
        }
    });
    sequences.learn(scales);
    Ok(SymmetricFit {
        fields,
        couplings: Couplings::from_packed(sites, states, packed),
        minimum,
    })
}
