//! A kind of the tests: a table of the energies of all sequences. It says nothing of itself but its energy.

use super::energy::EnergyModel;
use super::kind::Kind;
use crate::error::Result;

/// E(x) of all q^L sequences, the last site fastest.
#[derive(Debug, Clone)]
pub struct DenseEnergy {
    sites: usize,
    states: usize,
    energies: Vec<f64>,
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
        self.energies[sequence.iter().fold(0, place)]
    }
}

impl Kind for DenseEnergy {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn shape(&self) -> (usize, usize) {
        (self.sites, self.states)
    }

    fn energy_model(&self) -> Result<&dyn EnergyModel> {
        Ok(self)
    }
}
