//! What every kind of model can do: give a sequence an energy.

/// An energy-based model P(x) ~ exp(-E(x)) of sequences of L sites with q states each. States >= q are missing data: what a kind makes
/// of them is its own to say, and pairwise models leave them out.
///
/// [`Self::energy`] alone makes a model; the rest has defaults by energies, and a kind that can do better says so.
pub trait EnergyModel: Send + Sync {
    /// Number of sites L.
    fn sites(&self) -> usize;

    /// Number of states q.
    fn states(&self) -> usize;

    /// E(x), in nats; low energy means high probability. Panics if `sequence` is not L long.
    fn energy(&self, sequence: &[u8]) -> f64;

    /// The logits of site i given all others, log P(x_i = a | rest) up to a constant, into `logits` (q numbers). What `sequence` has at
    /// the site does not matter.
    fn logits(&self, sequence: &[u8], site: usize, logits: &mut [f64]) {
        let mut changed = sequence.to_vec();
        for (state, logit) in (0..).zip(logits) {
            changed[site] = state;
            *logit = -self.energy(&changed);
        }
    }

    /// E(x') - E(x), where x' has `state` at `site` and is x elsewhere.
    fn change(&self, sequence: &[u8], site: usize, state: u8) -> f64 {
        let mut changed = sequence.to_vec();
        changed[site] = state;
        self.energy(&changed) - self.energy(sequence)
    }

    /// log P(x), in nats, where the partition function is known exactly and no state is missing: a kind that knows it knows it of every
    /// such sequence.
    fn log_probability(&self, sequence: &[u8]) -> Option<f64> {
        let _ = sequence;
        None
    }

    /// log Z(T) = log sum_x exp(-E(x) / T) in nats, where it is known exactly at any temperature.
    fn log_z(&self, temperature: f64) -> Option<f64> {
        let _ = temperature;
        None
    }

    /// log P(x_i = a | rest) for all a.
    fn site_log_probabilities(&self, sequence: &[u8], site: usize) -> Vec<f64> {
        let mut logits = vec![0.0; self.states()];
        self.logits(sequence, site, &mut logits);
        let log_z = log_sum_exp(&logits);
        logits.iter().map(|x| x - log_z).collect()
    }
}

/// log sum_a exp x_a.
pub(crate) fn log_sum_exp(numbers: &[f64]) -> f64 {
    let largest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest
        + numbers
            .iter()
            .map(|x| (x - largest).exp())
            .sum::<f64>()
            .ln()
}
