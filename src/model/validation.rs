//! How well fits know sequences that they have not seen.

/// What fits to a part of the clusters of similar sequences say of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// What the division began with.
    pub seed: u64,
    /// How many clusters there are.
    pub clusters: u64,
    /// The identity from which two sequences are in one cluster.
    pub identity: f64,
    /// The folds, each left out once; one for a single division.
    pub folds: Vec<Fold>,
    /// Where the penalty on couplings was chosen: those that were tried, the strongest first; else none.
    pub tried: Vec<TriedPenalty>,
}

/// Sequences that were left out of a fit, and what it says of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold {
    /// Sum of the weights of the sequences that were left out.
    pub neff: f64,
    /// Weight of their residues that are not missing, sum_n w_n L_n.
    pub residues: f64,
    /// -log P(x_i | rest) a residue by the model with couplings, in nats.
    pub potts: f64,
    /// -log P(x_i) a residue by the model of independent sites, in nats.
    pub independent: f64,
}

/// A penalty on couplings that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TriedPenalty {
    /// lambda_J by (L-1)(q-1).
    pub factor: f64,
    /// -log P(x_i | rest) a residue of the sequences left out, in nats.
    pub potts: f64,
}

/// What was found, in a line.
impl std::fmt::Display for Validation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (potts, independent) = self.means();
        write!(
            f,
            "perplexity {:.3} with couplings, {:.3} of independent sites: {:.4} nats a residue gained",
            potts.exp(),
            independent.exp(),
            independent - potts
        )?;
        if let Some(error) = self.gain_error() {
            write!(f, " (standard error {error:.4})")?;
        }
        write!(
            f,
            ", on {} of {} clusters at {:.0} % identity",
            match self.folds.len() {
                1 => "a fifth".into(),
                folds => format!("{folds} folds"),
            },
            self.clusters,
            100.0 * self.identity
        )
    }
}

impl Validation {
    /// Means over the folds, in nats a residue: with couplings, and of independent sites.
    pub fn means(&self) -> (f64, f64) {
        let total: f64 = self.folds.iter().map(|fold| fold.residues).sum();
        let mean = |of: fn(&Fold) -> f64| {
            let parts = self.folds.iter().map(|fold| fold.residues * of(fold));
            parts.sum::<f64>() / total
        };
        (mean(|fold| fold.potts), mean(|fold| fold.independent))
    }

    /// The multiple of (L-1)(q-1) whose sequences left out are the likeliest, of equal ones the strongest; `None` where none was to be chosen.
    pub fn chosen(&self) -> Option<f64> {
        let least = self.tried.iter().min_by(|a, b| a.potts.total_cmp(&b.potts));
        least.map(|tried| tried.factor)
    }

    /// The standard error, over the folds, of what couplings gain a residue, in nats; `None` of a single division.
    pub fn gain_error(&self) -> Option<f64> {
        let count = self.folds.len() as f64;
        let gains = self.folds.iter().map(|fold| fold.independent - fold.potts);
        let gains: Vec<f64> = gains.collect();
        let mean = gains.iter().sum::<f64>() / count;
        let squares: f64 = gains.iter().map(|gain| (gain - mean).powi(2)).sum();
        (self.folds.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_penalties_the_strongest_is_chosen() {
        let tried = |numbers: &[(f64, f64)]| Validation {
            seed: 0,
            clusters: 9,
            identity: 0.8,
            folds: Vec::new(),
            tried: numbers
                .iter()
                .map(|&(factor, potts)| TriedPenalty { factor, potts })
                .collect(),
        };
        let chosen = tried(&[(0.06, 2.0), (0.03, 1.0), (0.01, 1.0)]).chosen();
        assert_eq!(chosen, Some(0.03));
        assert_eq!(tried(&[]).chosen(), None);
    }

    #[test]
    fn folds_count_by_their_residues_and_differ_by_their_gains() {
        let fold = |residues, potts, independent| Fold {
            neff: 1.0,
            residues,
            potts,
            independent,
        };
        let mut validation = Validation {
            seed: 0,
            clusters: 9,
            identity: 0.8,
            folds: vec![fold(1.0, 1.0, 2.0), fold(3.0, 2.0, 2.4)],
            tried: Vec::new(),
        };
        let (potts, independent) = validation.means();
        assert!((potts - 1.75).abs() < 1e-12 && (independent - 2.3).abs() < 1e-12);
        // Gains 1 and .4: half their difference.
        assert!((validation.gain_error().unwrap() - 0.3).abs() < 1e-12);
        validation.folds.pop();
        assert_eq!(validation.gain_error(), None);
    }
}
