//! Where chains begin.

use super::space::{Space, target};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::random::Random;

/// Where chains begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Each site by itself, by the frequencies of the family.
    Profile,
    /// Sequences of the family, by their weights.
    Natural,
    /// The target.
    Target,
    /// Every other chain in one way and another, so that it shows where they do not meet: from the profile and the family; where sequences are made
    /// of the target, from it and far from it.
    Both,
}

/// The states that chains begin with.
pub struct Starts<'m> {
    model: &'m Model,
    start: Start,
    /// L x q.
    profile: Vec<Vec<f64>>,
    /// The target, where chains begin there.
    target: Option<Vec<u8>>,
    seed: u64,
}

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0x57a7_7000;

impl<'m> Starts<'m> {
    /// Of a model; without a wish in two ways, or from the profile where the model holds no sequences.
    ///
    /// # Errors
    /// [`Error::Usage`] if the model does not hold what was wished for, or it is not what may be drawn.
    pub fn of(model: &'m Model, space: &Space, start: Option<Start>, seed: u64) -> Result<Self> {
        let holds = model.family.as_ref().is_some_and(|f| f.sequences.is_some());
        let usual = match (space.target(), holds) {
            (None, false) => Start::Profile,
            _ => Start::Both,
        };
        let start = start.unwrap_or(usual);
        if start == Start::Natural && !holds {
            return Err(Error::Usage(
                "the model holds no sequences to begin with\n  begin with the profile, or fit again without leaving them out".into(),
            ));
        }
        if space.target().is_some() && !matches!(start, Start::Target | Start::Both) {
            return Err(Error::Usage(
                "sequences that are made of the target begin there: leave `start` out, or what says which positions change".into(),
            ));
        }
        Ok(Self {
            profile: (0..model.sites()).map(|site| shares(model, site)).collect(),
            target: match (start, space.target()) {
                (_, Some(target)) => Some(target.to_vec()),
                (Start::Target, None) => Some(target(model)?),
                _ => None,
            },
            model,
            start,
            seed,
        })
    }

    /// Whether chains begin in two ways.
    pub fn are_two(&self) -> bool {
        self.start == Start::Both
    }

    /// The states of some chains, one after the other, from chain `first` on.
    pub fn states(&self, space: &Space, first: u64, count: usize) -> Vec<u8> {
        let chains = first..first + count as u64;
        chains.flat_map(|chain| self.chain(space, chain)).collect()
    }

    fn chain(&self, space: &Space, chain: u64) -> Vec<u8> {
        let mut random = Random::of(self.seed, chain, STREAM);
        let is_other = self.start == Start::Both && chain % 2 == 1;
        match (self.start, &self.target) {
            (_, Some(target)) if is_other => far_from(target, space, &mut random),
            (_, Some(target)) => target.clone(),
            (Start::Natural, _) => self.natural(&mut random),
            _ if is_other => self.natural(&mut random),
            _ => self.of_profile(&mut random),
        }
    }

    fn of_profile(&self, random: &mut Random) -> Vec<u8> {
        let sites = self.profile.iter();
        sites
            .map(|shares| random.of_shares(shares.iter().copied()) as u8)
            .collect()
    }

    /// A sequence of the family; what it has no state for is as the profile has it.
    fn natural(&self, random: &mut Random) -> Vec<u8> {
        let mut states = self.of_profile(random);
        let family = self.model.family.as_ref();
        let found = family.and_then(|f| Some((f.sequences.as_ref()?, f.weights.as_slice())));
        let Some((sequences, weights)) = found else {
            return states;
        };
        let row = random.of_shares(weights.iter().copied());
        for (own, &state) in states.iter_mut().zip(sequences.row(row)) {
            if usize::from(state) < self.model.states() {
                *own = state;
            }
        }
        states
    }
}

/// The target with as many substitutions as there may be, at any sites that have a choice.
fn far_from(target: &[u8], space: &Space, random: &mut Random) -> Vec<u8> {
    let mut free = space.free();
    let most = space
        .limit()
        .map_or(free.len(), |limit| limit.most.min(free.len()));
    let mut states = target.to_vec();
    for k in 0..most {
        let other = k + random.below(free.len() - k);
        free.swap(k, other);
        let site = free[k];
        let choice = space
            .states(site)
            .iter()
            .filter(|&&state| state != target[site]);
        let choice: Vec<u8> = choice.copied().collect();
        states[site] = choice[random.below(choice.len())];
    }
    states
}

/// The family's frequencies at a site, as far as they are known; else those of fields alone.
fn shares(model: &Model, site: usize) -> Vec<f64> {
    if let Some(family) = &model.family {
        return family.frequencies.shares(site, model.states());
    }
    let fields = model.independent_fields.as_ref().or(model.fields());
    match fields {
        Some(fields) => {
            let row = fields.row(site);
            let largest = row.iter().copied().fold(f32::MIN, f32::max);
            row.iter().map(|h| f64::from(h - largest).exp()).collect()
        }
        None => vec![1.0; model.states()],
    }
}
