//! What was drawn, in words and as JSON.

use super::SampleArgs;
use crate::model::Model;
use crate::sample::{SampleRow, Sampler};

/// What was drawn.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<String>,
    /// Sequences.
    number: u64,
    /// What they were drawn at.
    pub temperature: f64,
    /// Of all random numbers.
    seed: u64,
    /// Sweeps after which a chain has forgotten; null where that was not measured.
    mixing_sweeps: Option<u64>,
    /// Sweeps between two sequences of a chain.
    thin: u64,
    /// Of exchanges between temperatures, the smallest share that was made.
    fewest_exchanges: Option<f64>,
    /// Mean energy, in nats.
    mean_energy: Option<f64>,
    /// Mean identity to the nearest sequence of the alignment.
    mean_identity: Option<f64>,
    /// Sequences that are in the alignment.
    copies: Option<u64>,
    #[serde(skip)]
    sums: (f64, f64, u64),
}

impl Summary {
    pub fn new(args: &SampleArgs, model: &Model, temperature: f64) -> Self {
        Self {
            model: args.model.display().to_string(),
            target: model.target.clone(),
            number: 0,
            temperature,
            seed: args.seed,
            mixing_sweeps: None,
            thin: 0,
            fewest_exchanges: None,
            mean_energy: None,
            mean_identity: None,
            copies: None,
            sums: (0.0, 0.0, 0),
        }
    }

    /// Counts a sequence.
    pub fn add(&mut self, row: &SampleRow) {
        self.number += 1;
        self.sums.0 += row.energy;
        if let Some(identity) = row.identity {
            self.sums.1 += identity;
            self.sums.2 += 1;
            *self.copies.get_or_insert(0) += u64::from(identity >= 1.0);
        }
    }

    /// What is known at the end.
    pub fn finish(&mut self, sampler: &Sampler<'_>) {
        let (energies, identities, known) = self.sums;
        self.mixing_sweeps = sampler.mixing().map(|mixing| mixing.sweeps);
        self.thin = sampler.thin();
        self.fewest_exchanges = sampler.fewest_exchanges();
        self.mean_energy = (self.number > 0).then(|| energies / self.number as f64);
        self.mean_identity = (known > 0).then(|| identities / known as f64);
    }

    /// The same for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(share) = self.fewest_exchanges {
            lines.push(format!(
                "between two temperatures at least {:.0} % of the exchanges were made{}",
                100.0 * share,
                if share < 0.05 {
                    ": more temperatures, or a lower --hottest, would mix better"
                } else {
                    ""
                }
            ));
        }
        let energy = self.mean_energy.map_or(String::new(), |energy| {
            format!(", mean energy {energy:.2} nats")
        });
        let identity = self.mean_identity.map_or(String::new(), |identity| {
            format!(
                ", on the mean {:.1} % identical to the nearest sequence of the alignment",
                100.0 * identity
            )
        });
        lines.push(format!(
            "{} sequences at temperature {}{energy}{identity}",
            self.number, self.temperature
        ));
        if let Some(copies) = self.copies.filter(|&copies| copies > 0) {
            lines.push(format!("{copies} of them are in the alignment"));
        }
        lines
    }
}
