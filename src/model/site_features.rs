//! What the sequences of a family tell of its sites beyond frequencies: the ingredients of the effect score.

use ndarray::Array2;

/// Numbers of all sites of a protein family with a target.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteFeatures {
    /// How fast each site changes between near relatives, 1 on average; L numbers.
    pub rate: Vec<f32>,
    /// How buried each site seems by its residues and its rate: the higher the more, without unit; L numbers.
    pub burial: Vec<f32>,
    /// How near the target's relatives are that have a residue, and how many: L x residues, the higher the better.
    pub appearance: Array2<f32>,
    /// The score of each single substitution, E(wild type) - E(mutant), in nats; L x residues, 0 for the target's own. `None` in a part of a
    /// model.
    pub single_scores: Option<Array2<f32>>,
}

impl SiteFeatures {
    /// Whether they are of so many sites and residues.
    pub fn fit(&self, sites: usize, residues: usize) -> bool {
        let shape = (sites, residues);
        let singles = self.single_scores.as_ref();
        [self.rate.len(), self.burial.len()] == [sites; 2]
            && self.appearance.dim() == shape
            && singles.is_none_or(|scores| scores.dim() == shape)
    }
}
