//! What a model keeps of the alignment that it was fitted to.

use super::{Couplings, SiteFeatures};
use crate::alignment::{Frequencies, SequenceWeights};
use ndarray::Array2;
use std::sync::Arc;

/// Weights, frequencies and sequences of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyData {
    /// Weights of the kept sequences, in the order of the input.
    pub weights: SequenceWeights,
    /// One flag a row of the input.
    pub kept: Vec<bool>,
    /// Weighted frequencies, gap last, and Neff. Of a model from a file that leaves out gaps: the shares of residues among
    /// residues, the gap 0.
    pub frequencies: Frequencies,
    /// f_ij(a, b) of all pairs in the packing and states of the couplings, where asked for: shares of all sequences, as the
    /// frequencies of sites are.
    pub pair_frequencies: Option<Couplings>,
    /// Of a complex: the effective number of sequences that have each chain, on the diagonal, and of those that have both of two; chains in
    /// the order of the columns.
    pub chain_neff: Option<Array2<f64>>,
    /// The kept sequences over the sites, N x L: states of residues, the gap last. `None` where they were left out, or another program's
    /// file did not tell.
    pub sequences: Option<Arc<Array2<u8>>>,
    /// What the sequences tell of the sites beyond frequencies; of protein families with a target only.
    pub features: Option<SiteFeatures>,
}

/// Scores of all pairs i < j in packed order, in nats; only mean field gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct PairInformation {
    /// Mutual information of the pair's frequencies (21 states, with pseudocount).
    pub mutual: Vec<f64>,
    /// Direct information: that of the pair's coupling alone.
    pub direct: Vec<f64>,
}
