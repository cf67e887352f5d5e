//! All chains of a sampler, side by side on the threads there are.

use crate::kernels::gibbs::{self, Chains, Limit, RANDOM_STATE, Rule, Tables};
use crate::state::{Persistent, Transfer};
use rayon::prelude::*;
use std::io;

/// Chains come eight at a time.
pub const AT_ONCE: usize = crate::kernels::f32x8::LANES;

/// Chains in parts, one a thread. What a chain does depends on its number alone, so that the parts do not show.
pub struct Ensemble {
    tables: Tables,
    /// The sites that change, in the order in which they do.
    sites: Vec<usize>,
    rule: Rule,
    parts: Vec<Chains>,
}

impl Ensemble {
    /// Chains that stand at `states`, chains x L, and change at `sites`; a seed, and the number of the first chain.
    ///
    /// Panics if their number is no multiple of [`AT_ONCE`].
    pub fn new(
        tables: Tables,
        (states, limit): (&[u8], Option<&Limit>),
        (sites, rule): (Vec<usize>, Rule),
        (seed, first): (u64, u64),
    ) -> Self {
        let length = tables.sites();
        let blocks = states.len() / (AT_ONCE * length);
        let blocks_of_part = blocks.div_ceil(rayon::current_num_threads()).max(1);
        let of_part = |(k, states): (usize, &[u8])| {
            let first = first + (k * blocks_of_part * AT_ONCE) as u64;
            let mut chains = Chains::new(&tables, states.to_vec(), (seed, first));
            if let Some(limit) = limit {
                chains.set_limit(limit.clone());
            }
            chains
        };
        let parts = states.chunks(blocks_of_part * AT_ONCE * length);
        let parts = parts.enumerate().map(of_part).collect();
        Self {
            tables,
            sites,
            rule,
            parts,
        }
    }

    /// Goes on with other tables of the same model.
    pub fn follow(&mut self, tables: Tables) {
        for chains in &mut self.parts {
            chains.follow(&tables);
        }
        self.tables = tables;
    }

    /// Begins anew with other states, as many, and the random numbers of other chains.
    pub fn begin(&mut self, states: &[u8], limit: Option<&Limit>, (seed, first): (u64, u64)) {
        let (mut rest, mut first) = (states, first);
        for chains in &mut self.parts {
            let (own, others) = rest.split_at(chains.count() * self.tables.sites());
            *chains = Chains::new(&self.tables, own.to_vec(), (seed, first));
            if let Some(limit) = limit {
                chains.set_limit(limit.clone());
            }
            first += chains.count() as u64;
            rest = others;
        }
    }

    /// Where the random numbers of all chains are, in their order.
    pub fn random_state(&self) -> Vec<u32> {
        self.parts.iter().flat_map(Chains::random_state).collect()
    }

    /// Sets the random numbers to where [`Self::random_state`] was, of as many chains on any number of threads.
    pub fn set_random_state(&mut self, state: &[u32]) {
        let mut rest = state;
        for chains in &mut self.parts {
            let (own, others) = rest.split_at(chains.count() / AT_ONCE * RANDOM_STATE);
            chains.set_random_state(own);
            rest = others;
        }
    }

    /// Number of chains.
    pub fn count(&self) -> usize {
        self.parts.iter().map(Chains::count).sum()
    }

    /// Sweeps over all sites that change; the number of changes.
    pub fn sweep(&mut self, sweeps: u64) -> u64 {
        let (tables, sites, rule) = (&self.tables, &self.sites, self.rule);
        let of_part = |chains: &mut Chains| {
            let of_sweep = |_| gibbs::sweep(tables, chains, sites, rule);
            (0..sweeps).map(of_sweep).sum::<u64>()
        };
        self.parts.par_iter_mut().map(of_part).sum()
    }

    /// The sequences of all chains, in their order, one row after the other.
    pub fn sequences(&self) -> Vec<u8> {
        self.parts.iter().flat_map(Chains::sequences).collect()
    }

    /// A number for the sequence of each chain, in their order.
    pub fn of_each(&self, number: impl Fn(&[u8]) -> f64 + Sync) -> Vec<f64> {
        let sites = self.tables.sites();
        let of_part = |chains: &Chains| -> Vec<f64> {
            let sequences = chains.sequences();
            sequences.chunks_exact(sites).map(&number).collect()
        };
        let numbers: Vec<Vec<f64>> = self.parts.par_iter().map(of_part).collect();
        numbers.concat()
    }

    /// Whether each chain differs from the target at no more sites than it may.
    pub fn are_within(&self) -> impl Iterator<Item = bool> {
        self.parts.iter().flat_map(Chains::are_within)
    }

    /// Sets what one site more than the limit costs.
    pub fn set_cost(&mut self, cost: f32) {
        self.parts
            .iter_mut()
            .for_each(|chains| chains.set_cost(cost));
    }

    /// Sets the weight of the model in each chain: 1 / T.
    pub fn set_weights(&mut self, weights: &[f32]) {
        let mut rest = weights;
        for chains in &mut self.parts {
            let (own, others) = rest.split_at(chains.count());
            chains.set_weights(own);
            rest = others;
        }
    }

    /// Sets the same weight in all.
    pub fn set_weight(&mut self, weight: f32) {
        self.set_weights(&vec![weight; self.count()]);
    }

    /// The energies of the chains in the model, as changes change them.
    pub fn energies(&self) -> impl Iterator<Item = f64> {
        let parts = self.parts.iter();
        parts.flat_map(|chains| chains.energies().iter().copied())
    }

    /// Says what the energies are now.
    pub fn set_energies(&mut self, energies: &[f64]) {
        let mut rest = energies;
        for chains in &mut self.parts {
            let (own, others) = rest.split_at(chains.count());
            chains.set_energies(own);
            rest = others;
        }
    }
}

impl Persistent for Ensemble {
    /// All but tables, weights and limits: whoever has chains sets these.
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut states = self.sequences();
        let tables = &self.tables;
        let order = self.parts.iter().flat_map(|chains| chains.order(tables));
        let mut order: Vec<u32> = order.collect();
        let mut random = self.random_state();
        let mut energies: Vec<f64> = self.energies().collect();
        state.numbers(&mut states)?;
        state.list(&mut order)?;
        state.numbers(&mut random)?;
        state.numbers(&mut energies)?;
        if let Transfer::Restore(_) = state {
            let (mut rest, mut order) = (&states[..], order.into_iter());
            for chains in &mut self.parts {
                let (own, others) = rest.split_at(chains.count() * tables.sites());
                let stands = chains.stand(tables, own, &mut order);
                stands.ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, "chains of other tables")
                })?;
                rest = others;
            }
            self.set_random_state(&random);
            if self.parts.iter().all(Chains::counts_energies) {
                self.set_energies(&energies);
            }
        }
        Ok(())
    }
}
