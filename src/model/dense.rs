//! A kind of the tests: a table of the energies of all sequences. It says nothing of itself but its energy, unless it is given fields.

use super::energy::EnergyModel;
use super::kind::{Detail, Kind};
use crate::error::Result;
use ndarray::Array2;

/// E(x) of all q^L sequences, the last site fastest.
#[derive(Debug, Clone)]
pub struct DenseEnergy {
    sites: usize,
    states: usize,
    energies: Vec<f64>,
    fields: Option<Array2<f32>>,
}

impl DenseEnergy {
    /// Random energies of L `sites` of q `states`.
    pub fn random(sites: usize, states: usize, seed: u64) -> Self {
        let mut noise = crate::kernels::testing::Noise::new(seed);
        let count = states.pow(sites as u32);
        Self {
            sites,
            states,
            energies: (0..count).map(|_| f64::from(noise.number())).collect(),
            fields: None,
        }
    }

    /// The same with fields, L x q, besides: a kind that has fields, but is not made of them alone.
    pub fn with_fields(self, fields: Array2<f32>) -> Self {
        assert_eq!(fields.dim(), self.shape());
        Self {
            fields: Some(fields),
            ..self
        }
    }
}

impl EnergyModel for DenseEnergy {
    fn sites(&self) -> usize {
        self.sites
    }

    fn states(&self) -> usize {
        self.states
    }

    fn energy(&self, sequence: &[u8]) -> f64 {
        assert_eq!(sequence.len(), self.sites);
        let place = |place: usize, &state: &u8| place * self.states + usize::from(state);
        let of_table = self.energies[sequence.iter().fold(0, place)];
        let fields = self.fields.iter().flat_map(|fields| fields.rows());
        let of_fields = fields
            .zip(sequence)
            .map(|(h, &a)| f64::from(h[usize::from(a)]));
        of_table - of_fields.sum::<f64>()
    }
}

impl Kind for DenseEnergy {
    fn shape(&self) -> (usize, usize) {
        (self.sites, self.states)
    }

    fn energy_in_words(&self) -> &'static str {
        "E as in a table"
    }

    fn details(&self) -> Vec<Detail> {
        vec![Detail {
            label: "energies in the table",
            words: self.energies.len().to_string(),
            name: "energies",
            value: self.energies.len().into(),
        }]
    }

    fn fields(&self) -> Option<&Array2<f32>> {
        self.fields.as_ref()
    }

    fn energy_model(&self) -> Result<&dyn EnergyModel> {
        Ok(self)
    }
}
