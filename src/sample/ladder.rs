//! Parallel tempering: chains at several temperatures that exchange them, so that what is stuck in the cold comes free in the heat.
//!
//! Chain c stands in ladder c / K at one of K rungs; rung k has the temperature T (T_hot / T)^(k / (K - 1)). After each sweep neighbours in
//! temperature, a with 1/T_a > 1/T_b, exchange theirs with probability min(1, exp((1/T_a - 1/T_b)(E_a - E_b))) (Swendsen and Wang 1986).

use super::ensemble::Ensemble;
use crate::random::Random;
use crate::state::{Persistent, Transfer};
use std::io;

/// The temperatures, and who stands where.
pub struct Ladder {
    /// 1 / T, the coldest first.
    inverse: Vec<f64>,
    /// The chain of each ladder and rung, ladders x K.
    chains: Vec<usize>,
    seed: u64,
    sweeps: u64,
    /// Attempted and made exchanges of each rung with the next hotter one.
    exchanges: Vec<(u64, u64)>,
}

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0x7e4b_e400;

impl Ladder {
    /// Ladders of `rungs` from a temperature to the hottest, for so many chains.
    ///
    /// Panics if chains do not fill ladders, or there are fewer than two rungs.
    pub fn new(rungs: usize, (coldest, hottest): (f64, f64), chains: usize, seed: u64) -> Self {
        assert!(rungs > 1 && chains.is_multiple_of(rungs));
        let temperature =
            |k: usize| coldest * (hottest / coldest).powf(k as f64 / (rungs - 1) as f64);
        Self {
            inverse: (0..rungs).map(|k| 1.0 / temperature(k)).collect(),
            chains: (0..chains).collect(),
            seed,
            sweeps: 0,
            exchanges: vec![(0, 0); rungs - 1],
        }
    }

    /// 1 / T of each chain.
    pub fn weights(&self) -> Vec<f32> {
        let mut weights = vec![0.0; self.chains.len()];
        for (place, &chain) in self.chains.iter().enumerate() {
            weights[chain] = self.inverse[place % self.inverse.len()] as f32;
        }
        weights
    }

    /// The coldest chain of each ladder.
    pub fn coldest(&self) -> impl Iterator<Item = usize> {
        self.chains.iter().step_by(self.inverse.len()).copied()
    }

    /// One sweep of all chains, and exchanges.
    pub fn sweep(&mut self, ensemble: &mut Ensemble) {
        ensemble.sweep(1);
        let energies: Vec<f64> = ensemble.energies().collect();
        let rungs = self.inverse.len();
        for (number, ladder) in self.chains.chunks_exact_mut(rungs).enumerate() {
            let mut random = Random::of(self.seed ^ STREAM, self.sweeps, number as u64);
            // Even and odd pairs in turn.
            for k in ((self.sweeps % 2) as usize..rungs - 1).step_by(2) {
                let gain = energies[ladder[k]] - energies[ladder[k + 1]];
                let exponent = (self.inverse[k] - self.inverse[k + 1]) * gain;
                let (tried, made) = &mut self.exchanges[k];
                *tried += 1;
                if exponent >= 0.0 || random.share() < exponent.exp() {
                    ladder.swap(k, k + 1);
                    *made += 1;
                }
            }
        }
        self.sweeps += 1;
        ensemble.set_weights(&self.weights());
    }

    /// The smallest share of exchanges that were made between two temperatures, so far.
    pub fn fewest_exchanges(&self) -> f64 {
        let shares = self.exchanges.iter().filter(|(tried, _)| *tried > 0);
        let shares = shares.map(|(tried, made)| *made as f64 / *tried as f64);
        shares.fold(1.0, f64::min)
    }
}

impl Persistent for Ladder {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut chains: Vec<u64> = self.chains.iter().map(|&chain| chain as u64).collect();
        state.numbers(&mut self.inverse)?;
        state.numbers(&mut chains)?;
        state.number(&mut self.sweeps)?;
        for (tried, made) in &mut self.exchanges {
            state.number(tried)?;
            state.number(made)?;
        }
        for (own, chain) in self.chains.iter_mut().zip(chains) {
            *own = chain as usize;
        }
        Ok(())
    }
}
