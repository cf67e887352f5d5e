//! A model as far as the scores of mutants need it.

use crate::alignment::{ColumnMap, Frequencies};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::model::PairBlocks;
use ndarray::Array2;

/// Fields, target and couplings of a model; the couplings may lie in its file still.
///
/// Of a large model, a gigabyte say, a few mutants need a small part: [`super::MutantScorer::of`] reads no more than that.
#[derive(Debug)]
pub struct ScoringModel {
    /// h_i(a), L x q.
    pub fields: Array2<f32>,
    /// J_ij(a, b); `None` for the independent-site model.
    pub couplings: Option<Box<dyn PairBlocks>>,
    /// Fields of the independent-site model on the same data, L x q, where they are known.
    pub independent_fields: Option<Array2<f32>>,
    /// Residues and their states.
    pub alphabet: Alphabet,
    /// Whether the gap is a state of the model.
    pub gaps: GapTreatment,
    /// Columns, positions and letters of the target.
    pub columns: ColumnMap,
    /// Name of the target.
    pub target: Option<String>,
    /// Weighted frequencies of the alignment, gap last, where they are known.
    pub frequencies: Option<Frequencies>,
}
