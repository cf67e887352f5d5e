//! The sampler: chains that are run until they have forgotten where they began, then as long as sequences are wanted.

use super::ensemble::{AT_ONCE, Ensemble};
use super::ladder::Ladder;
use super::mixing::{Mixing, Overlaps};
use super::options::{SampleOptions, Scheme};
use super::space::Space;
use super::stage::Stage;
use super::start::Starts;
use crate::error::{Error, Result, human_bytes};
use crate::kernels::gibbs::{Pairs, Tables};
use crate::model::{Couplings, EnergyModel, Model};
use rayon::prelude::*;
use std::borrow::Cow;

/// How far a sampler is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Chains have run for so many sweeps, and have not forgotten yet.
    Settling {
        /// What is seen of them.
        seen: Overlaps,
        /// Where they have not forgotten after so many sweeps, there are no samples.
        most: u64,
    },
    /// So many sweeps of those before the next sequences.
    Sweeps {
        /// Done.
        done: u64,
        /// Of so many.
        of: u64,
    },
}

/// Told how far a sampler is; an error ends the work.
pub type Watch<'w> = dyn FnMut(Progress) -> Result<()> + 'w;

/// Sequences of a model, some at a time.
pub struct Sampler<'m> {
    pub(super) model: &'m Model,
    pub(super) energies: &'m dyn EnergyModel,
    pub(super) options: SampleOptions,
    pub(super) space: Space,
    pub(super) starts: Starts<'m>,
    couplings: Cow<'m, Couplings>,
    pub(super) ensemble: Ensemble,
    /// The commonest states, by which tables are made.
    pub(super) common: Vec<u8>,
    pub(super) ladder: Option<Ladder>,
    /// Chains that have begun.
    pub(super) begun: u64,
    pub(super) mixing: Option<Mixing>,
    /// Sweeps between two draws.
    pub(super) thin: u64,
    pub(super) stage: Stage,
    /// What a substitution more than the limit costs.
    pub(super) cost: f64,
}

impl<'m> Sampler<'m> {
    /// Of a model.
    ///
    /// # Errors
    /// As for [`Space::of`], [`Starts::of`] and reading couplings; [`Error::Memory`] if there is too little; [`Error::Model`] for a kind that chains
    /// cannot be run of.
    pub fn new(model: &'m Model, options: SampleOptions) -> Result<Self> {
        options.check()?;
        check_memory(model, &options)?;
        let space = Space::of(model, options.choices.as_ref(), options.max_mutations)?;
        let starts = Starts::of(model, &space, options.start, options.seed)?;
        let couplings = couplings(model)?;
        let energies = model.energy_model()?;
        let states = starts.states(&space, 0, options.chains);
        let common = commonest(states.chunks_exact(model.sites()), model);
        let tables = tables((model, &couplings, &space), &common)?;
        let moves = (space.free(), options.rule);
        let limit = space.limit();
        let ensemble = Ensemble::new(tables, (&states, limit.as_ref()), moves, (options.seed, 0));
        let mut sampler = Self {
            ladder: None,
            begun: options.chains as u64,
            mixing: None,
            thin: 0,
            stage: Stage::first(options.scheme),
            cost: 0.0,
            common,
            model,
            energies,
            space,
            starts,
            couplings,
            ensemble,
            options,
        };
        sampler.heat();
        Ok(sampler)
    }

    /// Gives the chains their temperatures.
    fn heat(&mut self) {
        let temperature = self.options.temperature;
        match self.options.scheme {
            Scheme::Plain => self.ensemble.set_weight((1.0 / temperature) as f32),
            Scheme::Anneal { from, .. } => self.ensemble.set_weight((1.0 / from) as f32),
            Scheme::Tempering { rungs, hottest } => {
                let count = self.ensemble.count();
                let ladder = Ladder::new(rungs, (temperature, hottest), count, self.options.seed);
                self.ensemble.set_weights(&ladder.weights());
                let energies = self.all_energies();
                self.ensemble.set_energies(&energies);
                self.ladder = Some(ladder);
            }
        }
    }

    /// Goes on at another temperature, from where the chains are; the next draw waits until they have forgotten that.
    ///
    /// # Errors
    /// As [`SampleOptions::check`].
    pub fn set_temperature(&mut self, temperature: f64) -> Result<()> {
        self.options.temperature = temperature;
        if let Scheme::Tempering { hottest, .. } = &mut self.options.scheme {
            *hottest = hottest.max(2.0 * temperature);
        }
        self.options.check()?;
        self.stage = Stage::first(self.options.scheme);
        self.heat();
        Ok(())
    }

    fn all_energies(&self) -> Vec<f64> {
        let sequences = self.ensemble.sequences();
        let energy = |sequence: &[u8]| self.energies.energy(sequence);
        let sequences = sequences.par_chunks_exact(self.model.sites());
        sequences.map(energy).collect()
    }

    /// Sets what chains are weighed with to what the rest says: once the state of another sampler is restored.
    pub(super) fn warm(&mut self) {
        match &self.ladder {
            Some(ladder) => self.ensemble.set_weights(&ladder.weights()),
            None => self
                .ensemble
                .set_weight((1.0 / self.options.temperature) as f32),
        }
        if self.space.limit().is_some() {
            self.ensemble.set_cost(self.cost as f32);
        }
    }

    /// T.
    pub fn temperature(&self) -> f64 {
        self.options.temperature
    }

    /// Which sequences may be drawn.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// How the chains mix, where that was measured.
    pub fn mixing(&self) -> Option<Mixing> {
        self.mixing
    }

    /// Sweeps between two draws.
    pub fn thin(&self) -> u64 {
        self.thin
    }

    /// The smallest share of exchanges between two temperatures, where there are several.
    pub fn fewest_exchanges(&self) -> Option<f64> {
        self.ladder.as_ref().map(Ladder::fewest_exchanges)
    }

    /// The sequences at the temperature that is wanted, those that are passed through left out.
    pub(super) fn current(&self) -> Vec<u8> {
        let within: Vec<bool> = self.ensemble.are_within().collect();
        self.sequences_of(|chain| within[chain])
    }

    /// The sequences at the temperature that is wanted, of the chains that are.
    pub(super) fn sequences_of(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<u8> {
        let sequences = self.ensemble.sequences();
        let sequences: Vec<&[u8]> = sequences.chunks_exact(self.model.sites()).collect();
        let all = 0..sequences.len();
        let coldest: Vec<usize> = match &self.ladder {
            Some(ladder) => ladder.coldest().collect(),
            None => all.collect(),
        };
        let wanted = coldest.into_iter().filter(|&chain| is_wanted(chain));
        wanted.flat_map(|chain| sequences[chain]).copied().collect()
    }

    /// Makes what is passed through dearer or cheaper, so that half of the chains are there.
    pub(super) fn balance(&mut self, gain: f64) {
        if self.space.limit().is_some() {
            let within = self.ensemble.are_within().filter(|&within| within).count();
            let share = (within as f64 + 0.5) / (self.ensemble.count() as f64 + 1.0);
            self.cost += gain * ((1.0 - share) / share).ln();
            self.ensemble.set_cost(self.cost as f32);
        }
    }

    /// Looks again which states are the commonest: sweeps are the faster the more chains have them.
    pub(super) fn recentre(&mut self) -> Result<()> {
        let sequences = self.ensemble.sequences();
        let common = commonest(sequences.chunks_exact(self.model.sites()), self.model);
        self.centre(common)
    }

    /// Makes tables anew, by these states as the commonest.
    pub(super) fn centre(&mut self, common: Vec<u8>) -> Result<()> {
        let tables = tables((self.model, &self.couplings, &self.space), &common)?;
        self.ensemble.follow(tables);
        self.common = common;
        Ok(())
    }

    /// Begins with chains that have not been there.
    pub(super) fn begin_others(&mut self) {
        let count = self.ensemble.count();
        let states = self.starts.states(&self.space, self.begun, count);
        let limit = self.space.limit();
        let random = (self.options.seed, self.begun);
        self.ensemble.begin(&states, limit.as_ref(), random);
        self.begun += count as u64;
    }
}

/// All couplings; zeros of a model of independent sites.
pub fn couplings(model: &Model) -> Result<Cow<'_, Couplings>> {
    match (model.pairwise(), model.fields()) {
        (Some(pairwise), _) => pairwise.all(),
        (None, Some(_)) => Ok(Cow::Owned(Couplings::zeros(model.sites(), model.states()))),
        (None, None) => Err(Error::Model(format!(
            "sequences cannot be drawn from a model of the kind '{}'",
            model.parameters.name()
        ))),
    }
}

fn tables(
    (model, couplings, space): (&Model, &Couplings, &Space),
    common: &[u8],
) -> Result<Tables> {
    let Some(fields) = model.fields() else {
        return Err(Error::Model("the model has no fields".into()));
    };
    let fields = fields.as_standard_layout();
    let pairs = Pairs {
        states: model.states(),
        fields: fields.as_slice().unwrap_or_default(),
        couplings: couplings.as_slice(),
    };
    let mut tables = Tables::new(pairs, common);
    space.forbid(&mut tables);
    Ok(tables)
}

/// The commonest state of each site, the first of equals.
fn commonest<'s>(sequences: impl Iterator<Item = &'s [u8]>, model: &Model) -> Vec<u8> {
    let mut counts = vec![vec![0u64; model.states()]; model.sites()];
    for sequence in sequences {
        for (counts, &state) in counts.iter_mut().zip(sequence) {
            counts[usize::from(state)] += 1;
        }
    }
    let largest = |counts: &Vec<u64>| {
        let states = (0u8..).zip(counts);
        let best = states.max_by_key(|&(state, count)| (*count, std::cmp::Reverse(state)));
        best.map_or(0, |(state, _)| state)
    };
    counts.iter().map(largest).collect()
}

/// Refuses what does not fit.
fn check_memory(model: &Model, options: &SampleOptions) -> Result<()> {
    let needed = bytes(model.sites(), model.states(), options.chains);
    match options.max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: format!(
                "a table of {} for each pair of positions makes chains fast; use a machine with more memory, or fewer `chains`",
                human_bytes((model.states() * model.states() * size_of::<f32>()) as u64)
            ),
        }),
        _ => Ok(()),
    }
}

/// Bytes that a sampler takes, at most.
pub(super) fn bytes(sites: usize, states: usize, chains: usize) -> u64 {
    let couplings =
        (sites * sites.saturating_sub(1) / 2 * states * states * size_of::<f32>()) as u64;
    // States, places and rows of each site and chain; sums of a site; random numbers.
    let chain = 8 * sites + 4 * 32 + 32;
    // Tables are made anew while the old ones are there.
    2 * Tables::bytes(sites, states) + couplings + (chain * chains.next_multiple_of(AT_ONCE)) as u64
}
