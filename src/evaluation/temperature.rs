//! The temperature at which samples are like natural sequences: in mean energy, in identity to the nearest natural sequence, and in gaps.
//!
//! Mean energy rises with T, identity falls. Each has a T of its own where samples are like naturals, found by steps and then by halving, with the same chains
//! going on from T to T. Where a model is right, they are the same, 1; a model learnt by pseudolikelihood often has none that serves both.

use super::alike;
use super::distribution::Distribution;
use super::gaps::Gaps;
use super::set::{Naturals, Set};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::sample::{Mean, Progress, Sampler};
use crate::state::{Keeper, Persistent, Transfer};
use rayon::prelude::*;
use std::io;

/// Steps of T until what is sought lies between two.
const STEP: f64 = 1.25;

/// The range that is searched.
const RANGE: (f64, f64) = (0.1, 5.0);

/// Halvings of a step.
const HALVINGS: usize = 5;

/// Natural sequences whose energies, and whose nearest ones, are looked at.
const NATURALS: usize = 2000;

/// Differences of identity, and of gaps, that are no differences, as shares of the sites.
const SMALL: f64 = 0.02;

/// Standard errors within which numbers are alike.
const WITHIN: f64 = 3.0;

/// What sequences are like.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Likeness {
    /// Mean energy, in nats, and its standard error.
    pub energy: Mean,
    /// Mean identity to the nearest natural sequence, of naturals to the nearest that is no relative.
    pub identity: Mean,
    /// Mean share of gaps, where the gap is a state.
    pub gaps: Option<Mean>,
}

fn mean_of(distribution: &Distribution) -> Mean {
    Mean {
        value: distribution.mean(),
        error: distribution.error(),
    }
}

/// Whether both differ by no more than chance would have it, or by `small`.
fn are_alike(one: Mean, other: Mean, small: f64) -> bool {
    let within = WITHIN * one.error.hypot(other.error);
    (one.value - other.value).abs() <= within.max(small)
}

/// What samples of a temperature are like.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Tried {
    /// T.
    pub temperature: f64,
    /// What its samples are like.
    pub samples: Likeness,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Fitting {
    /// T at which samples have the mean energy of naturals; `None` where none was found.
    pub by_energy: Option<f64>,
    /// T at which they are as near to naturals as these are to each other.
    pub by_identity: Option<f64>,
    /// What naturals are like.
    pub naturals: Likeness,
    /// What samples at `by_energy` are like.
    pub samples: Option<Likeness>,
    /// Whether at `by_energy` identity, and gaps, are like those of naturals too.
    pub fits_all: bool,
    /// The lowest temperature at which chains did not mix, if there was one.
    pub unmixed: Option<f64>,
    /// All temperatures that were tried, ascending.
    pub tried: Vec<Tried>,
}

/// Searches for a temperature.
pub struct Search<'m, 's> {
    model: &'m Model,
    sampler: &'s mut Sampler<'m>,
    naturals: Set,
    reference: Set,
    like: Likeness,
    seed: u64,
    tried: Vec<Tried>,
    unmixed: Option<f64>,
    /// The temperature whose samples are being drawn.
    drawing: Option<f64>,
}

impl<'m, 's> Search<'m, 's> {
    /// With a sampler of the model that draws sequences of all kinds.
    ///
    /// # Errors
    /// If couplings cannot be read.
    pub fn new(
        model: &'m Model,
        sampler: &'s mut Sampler<'m>,
        naturals: &Naturals,
        seed: u64,
    ) -> Result<Self> {
        let judged = naturals.set.drawn(NATURALS, seed);
        let nearest = alike::nearest_of_naturals(naturals, NATURALS, seed);
        let like = likeness(model, &judged, &nearest)?;
        Ok(Self {
            model,
            sampler,
            reference: naturals.set.clone(),
            naturals: judged,
            like,
            seed,
            tried: Vec::new(),
            unmixed: None,
            drawing: None,
        })
    }

    /// Finds it, or goes on where `keeper` knows of a search.
    ///
    /// # Errors
    /// Those of drawing but for chains that do not mix; [`Error::Stopped`] once the state is kept.
    pub fn run(mut self, tell: &mut dyn FnMut(Progress), keeper: &dyn Keeper) -> Result<Fitting> {
        keeper.recall(&mut self)?;
        let watch = &mut Watch { tell, keeper };
        let by_energy = self.find(|likeness| likeness.energy, watch)?;
        let by_identity = self.find(
            |likeness| Mean {
                value: -likeness.identity.value,
                ..likeness.identity
            },
            watch,
        )?;
        let samples = match by_energy {
            Some(temperature) => self.at(temperature, watch)?,
            None => None,
        };
        let naturals = self.like;
        let is_like = |samples: Likeness| {
            are_alike(samples.identity, naturals.identity, SMALL)
                && match (samples.gaps, naturals.gaps) {
                    (Some(one), Some(other)) => are_alike(one, other, SMALL),
                    _ => true,
                }
        };
        self.tried
            .sort_by(|one, other| one.temperature.total_cmp(&other.temperature));
        Ok(Fitting {
            by_energy,
            by_identity,
            naturals,
            samples,
            fits_all: samples.is_some_and(is_like),
            unmixed: self.unmixed,
            tried: self.tried,
        })
    }

    /// T at which a mean that rises with it is that of naturals.
    fn find(&mut self, of: Quantity, watch: &mut Watch<'_>) -> Result<Option<f64>> {
        let wanted = of(self.like).value;
        let mut temperature = 1.0;
        let Some(first) = self.at(temperature, watch)? else {
            return self.find_above(of, wanted, watch);
        };
        let mut value = of(first).value;
        let up = value < wanted;
        loop {
            let next = if up {
                temperature * STEP
            } else {
                temperature / STEP
            };
            if !(RANGE.0..=RANGE.1).contains(&next) {
                return Ok(None);
            }
            let Some(likeness) = self.at(next, watch)? else {
                return Ok(None);
            };
            let found = of(likeness).value;
            if (found < wanted) != up {
                let ends = [(temperature, value), (next, found)];
                return self.between(of, wanted, ends, watch).map(Some);
            }
            (temperature, value) = (next, found);
        }
    }

    /// The same where chains do not mix at 1: from the heat down to where they do.
    fn find_above(
        &mut self,
        of: Quantity,
        wanted: f64,
        watch: &mut Watch<'_>,
    ) -> Result<Option<f64>> {
        let mut before: Option<(f64, f64)> = None;
        let mut temperature = 1.0;
        while temperature * STEP <= RANGE.1 {
            temperature *= STEP;
            let Some(likeness) = self.at(temperature, watch)? else {
                continue;
            };
            let value = of(likeness).value;
            if value >= wanted {
                return match before {
                    Some(before) => self
                        .between(of, wanted, [before, (temperature, value)], watch)
                        .map(Some),
                    None => Ok(None),
                };
            }
            before = Some((temperature, value));
        }
        Ok(None)
    }

    /// Halves what lies between two temperatures, and at the end what is left in proportion.
    fn between(
        &mut self,
        of: Quantity,
        wanted: f64,
        mut ends: [(f64, f64); 2],
        watch: &mut Watch<'_>,
    ) -> Result<f64> {
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        for _ in 0..HALVINGS {
            let middle = (ends[0].0 * ends[1].0).sqrt();
            let Some(likeness) = self.at(middle, watch)? else {
                break;
            };
            let found = of(likeness);
            let end = usize::from(found.value >= wanted);
            ends[end] = (middle, found.value);
            if (found.value - wanted).abs() < 0.5 * found.error {
                return Ok(middle);
            }
        }
        let [(low, below), (high, above)] = ends;
        let share = if above > below {
            ((wanted - below) / (above - below)).clamp(0.0, 1.0)
        } else {
            0.5
        };
        Ok(low * (high / low).powf(share))
    }

    /// What samples of a temperature are like; `None` where chains do not mix.
    fn at(&mut self, temperature: f64, watch: &mut Watch<'_>) -> Result<Option<Likeness>> {
        let known = self
            .tried
            .iter()
            .find(|tried| tried.temperature == temperature);
        if let Some(known) = known {
            return Ok(Some(known.samples));
        }
        if self.unmixed.is_some_and(|unmixed| temperature <= unmixed) {
            return Ok(None);
        }
        if self.drawing != Some(temperature) {
            self.sampler.set_temperature(temperature)?;
            self.drawing = Some(temperature);
        }
        let drawn = loop {
            match self.sampler.draw_or_pause(watch.tell, watch.keeper) {
                Err(Error::Numerical(_)) => {
                    (self.unmixed, self.drawing) = (Some(temperature), None);
                    return Ok(None);
                }
                Ok(Some(drawn)) => break drawn,
                Ok(None) => {
                    let at = format!("{SEARCH}, at {temperature:.4}");
                    watch.keeper.pause(&at, self)?;
                }
                Err(error) => return Err(error),
            }
        };
        self.drawing = None;
        let shape = (self.naturals.sites, self.naturals.states);
        let drawn = Set::uniform(drawn, shape).lacking_as(&self.reference, self.seed);
        let nearest = alike::nearest(&self.reference, &drawn);
        let samples = likeness(self.model, &drawn, &nearest)?;
        self.tried.push(Tried {
            temperature,
            samples,
        });
        Ok(Some(samples))
    }
}

/// What is kept is this, at a temperature.
pub const SEARCH: &str = "a search for a temperature";

/// Who is told how far chains are, and who keeps the state.
struct Watch<'w> {
    tell: &'w mut dyn FnMut(Progress),
    keeper: &'w dyn Keeper,
}

/// What is known of temperatures. A search that begins anew with it comes to where it was.
impl Persistent for Search<'_, '_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.optional(&mut self.unmixed)?;
        state.optional(&mut self.drawing)?;
        all(&mut self.tried, state)?;
        self.sampler.serialise(state)
    }
}

impl Persistent for Likeness {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        self.energy.serialise(state)?;
        self.identity.serialise(state)?;
        let (mut value, mut error) = self.gaps.map(|mean| (mean.value, mean.error)).unzip();
        state.optional(&mut value)?;
        state.optional(&mut error)?;
        let gaps = value.zip(error);
        self.gaps = gaps.map(|(value, error)| Mean { value, error });
        Ok(())
    }
}

/// A list of any length.
fn all(tried: &mut Vec<Tried>, state: &mut Transfer) -> io::Result<()> {
    let mut left = tried.len() as u64;
    state.number(&mut left)?;
    if let Transfer::Restore(_) = state {
        tried.clear();
    }
    for k in 0..left as usize {
        if k == tried.len() {
            tried.push(Tried::default());
        }
        state.number(&mut tried[k].temperature)?;
        tried[k].samples.serialise(state)?;
    }
    Ok(())
}

impl Persistent for Fitting {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.optional(&mut self.by_energy)?;
        state.optional(&mut self.by_identity)?;
        self.naturals.serialise(state)?;
        let mut fits_all = u64::from(self.fits_all);
        state.number(&mut fits_all)?;
        self.fits_all = fits_all != 0;
        state.optional(&mut self.unmixed)?;
        let mut samples = self.samples.unwrap_or_default();
        let mut are_known = u64::from(self.samples.is_some());
        state.number(&mut are_known)?;
        samples.serialise(state)?;
        self.samples = (are_known != 0).then_some(samples);
        all(&mut self.tried, state)
    }
}

/// What is to be as it is among naturals.
type Quantity = fn(Likeness) -> Mean;

fn likeness(model: &Model, set: &Set, nearest: &Distribution) -> Result<Likeness> {
    let gaps = Gaps::of_model(model, set);
    Ok(Likeness {
        energy: mean_of(&energies(model, set)?),
        identity: mean_of(nearest),
        gaps: gaps.map(|gaps| mean_of(&gaps.shares)),
    })
}

/// Energies of a set's sequences.
///
/// # Errors
/// If couplings cannot be read.
pub fn energies(model: &Model, set: &Set) -> Result<Distribution> {
    let energies = model.energy_model()?;
    let rows = set.rows.par_chunks_exact(set.sites);
    let found: Vec<f64> = rows.map(|row| energies.energy(row)).collect();
    Ok(Distribution::of(
        found.into_iter().zip(set.weights.iter().copied()),
    ))
}
