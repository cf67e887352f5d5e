//! What fits to resampled sequences say of the errors of a model.

use half::f16;
use ndarray::Array3;
use std::fmt;

/// Replicates of a fit, each to clusters of similar sequences drawn with replacement.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// How many replicates K.
    pub replicates: u64,
    /// What the draws began with.
    pub seed: u64,
    /// How many clusters they were drawn from.
    pub clusters: u64,
    /// The identity from which two sequences are in one cluster.
    pub identity: f64,
    /// Mean of CN over the replicates, of all pairs i < j in packed order.
    pub cn_mean: Vec<f32>,
    /// Its standard deviation.
    pub cn_sd: Vec<f32>,
    /// Share of the replicates in which the pair is one of the first L by FN - 1.1 APC, of those at least six positions apart.
    pub support: Vec<f32>,
    /// What needs a target.
    pub of_target: Option<TargetReplicates>,
}

/// What replicates say of the mutants of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetReplicates {
    /// E(wild type) - E(mutant) of the single substitutions by each replicate, in nats, K x L x residues; 0 for the target's own.
    pub single_scores: Array3<f16>,
    /// Root mean square, over replicates and the substitutions of both sites, of what the interaction of two substitutions differs by from that
    /// of the model, in nats; of all pairs i < j in packed order.
    pub interaction_sd: Vec<f32>,
}

impl fmt::Display for Bootstrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, drawn from {} clusters at {:.0} % identity, seed {}",
            self.replicates,
            self.clusters,
            100.0 * self.identity,
            self.seed
        )
    }
}

impl Bootstrap {
    /// Whether it is of so many sites and residues.
    pub fn fits(&self, sites: usize, residues: usize) -> bool {
        let pairs = super::couplings::pairs(sites);
        let of_target = self.of_target.as_ref();
        [&self.cn_mean, &self.cn_sd, &self.support]
            .iter()
            .all(|numbers| numbers.len() == pairs)
            && of_target.is_none_or(|of_target| {
                of_target.single_scores.dim() == (self.replicates as usize, sites, residues)
                    && of_target.interaction_sd.len() == pairs
            })
    }
}
