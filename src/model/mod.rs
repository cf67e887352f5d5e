//! The pairwise Potts model: fields, couplings, energies.

pub mod couplings;
pub mod gauge;
pub mod stored;

pub use couplings::Couplings;
pub use stored::PairBlocks;

use crate::error::{Error, Result};
use ndarray::Array2;

/// An energy-based model of sequences of L sites with q states each. States >= q are missing and contribute nothing.
pub trait EnergyModel {
    /// Number of sites L.
    fn sites(&self) -> usize;

    /// Number of states q.
    fn states(&self) -> usize;

    /// E(x); low energy means high probability. Panics if `sequence` is not L long.
    fn energy(&self, sequence: &[u8]) -> f64;

    /// The logits of site i given all others: log P(x_i = a | rest) up to a constant, into `logits` (q numbers).
    fn site_logits(&self, sequence: &[u8], site: usize, logits: &mut [f64]);

    /// log P(x_i = a | rest) for all a.
    fn site_log_probabilities(&self, sequence: &[u8], site: usize) -> Vec<f64> {
        let mut logits = vec![0.0; self.states()];
        self.site_logits(sequence, site, &mut logits);
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let z: f64 = logits.iter().map(|x| (x - largest).exp()).sum();
        let log_z = largest + z.ln();
        logits.iter().map(|x| x - log_z).collect()
    }
}

/// P(x) ~ exp(sum_i h_i(x_i) + sum_{i<j} J_ij(x_i, x_j)). A model without couplings is the independent-site model.
#[derive(Debug, Clone, PartialEq)]
pub struct PottsModel {
    fields: Array2<f32>,
    couplings: Option<Couplings>,
}

impl PottsModel {
    /// A model of the given fields (L x q) and couplings.
    ///
    /// # Errors
    /// If shapes disagree or a number is not finite.
    pub fn new(fields: Array2<f32>, couplings: Option<Couplings>) -> Result<Self> {
        let (sites, states) = fields.dim();
        if let Some(couplings) = &couplings
            && (couplings.sites(), couplings.states()) != (sites, states)
        {
            return Err(Error::Model(format!(
                "fields for {sites} sites of {states} states, but couplings for {} of {}",
                couplings.sites(),
                couplings.states()
            )));
        }
        let numbers = couplings.as_ref().map_or(&[][..], Couplings::as_slice);
        if !fields.iter().chain(numbers).all(|v| v.is_finite()) {
            return Err(Error::Model(
                "a field or coupling is not a finite number".into(),
            ));
        }
        Ok(Self { fields, couplings })
    }

    /// h_i(a), L x q.
    pub fn fields(&self) -> &Array2<f32> {
        &self.fields
    }

    /// J_ij(a, b); `None` for the independent-site model.
    pub fn couplings(&self) -> Option<&Couplings> {
        self.couplings.as_ref()
    }

    /// Fields and couplings, without a copy.
    pub fn into_parts(self) -> (Array2<f32>, Option<Couplings>) {
        (self.fields, self.couplings)
    }
}

impl EnergyModel for PottsModel {
    fn sites(&self) -> usize {
        self.fields.nrows()
    }

    fn states(&self) -> usize {
        self.fields.ncols()
    }

    fn energy(&self, sequence: &[u8]) -> f64 {
        assert_eq!(sequence.len(), self.sites());
        let q = self.states();
        let present: Vec<(usize, usize)> = sequence
            .iter()
            .map(|&state| usize::from(state))
            .enumerate()
            .filter(|&(_, state)| state < q)
            .collect();
        let mut sum = 0.0;
        for (k, &(i, a)) in present.iter().enumerate() {
            sum += f64::from(self.fields[[i, a]]);
            if let Some(couplings) = &self.couplings {
                let pairs = present[k + 1..].iter();
                sum += pairs
                    .map(|&(j, b)| f64::from(couplings.get(i, a, j, b)))
                    .sum::<f64>();
            }
        }
        -sum
    }

    fn site_logits(&self, sequence: &[u8], site: usize, logits: &mut [f64]) {
        let q = self.states();
        for (logit, &field) in logits.iter_mut().zip(self.fields.row(site)) {
            *logit = f64::from(field);
        }
        let Some(couplings) = &self.couplings else {
            return;
        };
        for (j, &state) in sequence.iter().enumerate() {
            let b = usize::from(state);
            if j != site && b < q {
                for (a, logit) in logits.iter_mut().enumerate() {
                    *logit += f64::from(couplings.get(site, a, j, b));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn model() -> PottsModel {
        let mut couplings = Couplings::zeros(2, 2);
        couplings
            .block_mut(0, 1)
            .copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
        PottsModel::new(array![[0.5, -0.5], [0.25, 0.0]], Some(couplings)).unwrap()
    }

    #[test]
    fn energy_sums_fields_and_couplings() {
        assert_eq!(model().energy(&[0, 1]), -(0.5 + 0.0 + 2.0));
        assert_eq!(model().energy(&[1, 0]), -(-0.5 + 0.25 + 3.0));
        assert_eq!(
            model().energy(&[0, 2]),
            -0.5,
            "a missing state contributes nothing"
        );
    }

    #[test]
    fn logits_are_those_of_the_energy() {
        let model = model();
        let log_p = model.site_log_probabilities(&[0, 1], 0);
        let difference = model.energy(&[0, 1]) - model.energy(&[1, 1]);
        assert!((log_p[1] - log_p[0] - difference).abs() < 1e-12);
        assert!((log_p.iter().map(|l| l.exp()).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn numbers_must_be_finite_and_shapes_agree() {
        assert!(PottsModel::new(array![[f32::NAN, 0.0]], None).is_err());
        assert!(PottsModel::new(array![[0.0, 0.0]], Some(Couplings::zeros(2, 2))).is_err());
    }
}
