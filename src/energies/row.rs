//! What is said of a sequence.
//!
//! E and its independent counterpart over the sites that the sequence has; log P = -E/T - log Z(T), perplexity exp(-log P / L).

use super::naturals::{Naturals, Standing};
use super::place::{Alignedness, Fitted, Placed, Placing, Sequence};
use super::terms::{Sited, Terms};
use super::traits::{Traits, gap_stretches, seams};
use crate::error::{Error, Result};
use crate::kernels::nearest::fewest_differences;
use crate::model::{EnergyModel, Model};
use rayon::prelude::*;

/// How energies are worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyOptions {
    /// T of P(x) ~ exp(-E(x) / T); energies are divided by it.
    pub temperature: f64,
    /// Whether sequences are aligned.
    pub alignedness: Alignedness,
    /// Whether rows have what a verdict looks at.
    pub with_traits: bool,
}

impl EnergyOptions {
    /// Refuses what cannot be.
    ///
    /// # Errors
    /// [`Error::Usage`] for a temperature that is not positive.
    pub fn check(&self) -> Result<()> {
        let temperature = self.temperature;
        match temperature.is_finite() && temperature > 0.0 {
            true => Ok(()),
            false => Err(Error::Usage(format!(
                "a `temperature` of {temperature}: a positive number is expected"
            ))),
        }
    }
}

impl Default for EnergyOptions {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            alignedness: Alignedness::ByWidth,
            with_traits: false,
        }
    }
}

/// What a model says of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct EnergyRow {
    /// E(x) / T over the sites that it has, in nats; low is probable.
    pub energy: f64,
    /// The same of independent sites, where these are known.
    pub independent: Option<f64>,
    /// log P(x) at the temperature, in nats, where log Z is known and no site is missing.
    pub log_probability: Option<f64>,
    /// Share of the sites at which it is like the nearest sequence of the family.
    pub identity: Option<f64>,
    /// Share of the sites at which it has a residue.
    pub coverage: f64,
    /// Share of the family, by weight, that is less probable over the sites that both have; those alike count half.
    pub share_above: Option<f64>,
    /// Whether the model knows a state at every site.
    pub is_whole: bool,
    /// What a verdict looks at, where that was asked for.
    pub traits: Option<Traits>,
    /// How it came to the sites.
    pub placed: Placed,
}

impl EnergyRow {
    /// Energy minus independent energy: what couplings add.
    pub fn difference(&self) -> Option<f64> {
        Some(self.energy - self.independent?)
    }

    /// exp(-log P / L): among how many residues the model wavers at a site.
    pub fn perplexity(&self) -> Option<f64> {
        let sites = self.placed.states.len() as f64;
        Some((-self.log_probability? / sites).exp())
    }

    /// Whether it was aligned to the profile.
    pub fn is_fitted(&self) -> bool {
        self.placed.fitted != Fitted::AsGiven
    }
}

/// Energies by a model.
pub struct Energies<'m> {
    model: &'m Model,
    placing: Placing<'m>,
    terms: Terms<'m>,
    naturals: Option<Naturals>,
    temperature: f64,
    log_z: Option<f64>,
    with_traits: bool,
}

impl<'m> Energies<'m> {
    /// By this model.
    ///
    /// # Errors
    /// For a temperature that is not positive, couplings that cannot be read, or a profile that is wanted and not known.
    pub fn new(model: &'m Model, options: EnergyOptions) -> Result<Self> {
        options.check()?;
        let temperature = options.temperature;
        let terms = Terms::of(model)?;
        Ok(Self {
            placing: Placing::new(model, options.alignedness)?,
            naturals: Naturals::of(model, &terms),
            log_z: log_z(model, terms.model(), temperature),
            terms,
            temperature,
            with_traits: options.with_traits,
            model,
        })
    }

    /// log Z at the temperature, in nats, where it is known.
    pub fn log_z(&self) -> Option<f64> {
        self.log_z
    }

    /// Whether the family's sequences are there to compare with.
    pub fn has_naturals(&self) -> bool {
        self.naturals.is_some()
    }

    /// What is said of these sequences, in their order.
    ///
    /// # Errors
    /// [`Error::Input`] of the first one that cannot be brought to the sites.
    pub fn rows(&self, sequences: &[Sequence]) -> Result<Vec<EnergyRow>> {
        let placed = sequences.par_iter().map(|s| self.placing.place(s));
        // The first in order, whichever thread was first.
        let placed: Vec<Result<Placed>> = placed.collect();
        let placed: Vec<Placed> = placed.into_iter().collect::<Result<_>>()?;
        let identities = self.identities(&placed);
        let rows = placed.into_par_iter().enumerate().map(|(k, placed)| {
            let identity = identities.as_ref().map(|identities| identities[k]);
            self.row(placed, identity)
        });
        Ok(rows.collect())
    }

    /// What a verdict looks at, of rows of states at the sites; nothing where the model keeps no sequences of its family.
    pub fn traits(&self, rows: &[&[u8]]) -> Vec<Traits> {
        let traits = rows.par_iter().map(|row| {
            let sequence = self.terms.sited(row.to_vec());
            let standing = self.naturals.as_ref()?.standing(&self.terms, &sequence);
            Some(self.traits_of(&sequence, standing))
        });
        let traits: Vec<Option<Traits>> = traits.collect();
        traits.into_iter().flatten().collect()
    }

    fn traits_of(&self, sequence: &Sited, standing: Standing) -> Traits {
        let gap = self.model.alphabet.gap_state();
        Traits {
            energy: standing.energy,
            difference: standing.difference,
            coverage: coverage(&sequence.states, gap),
            gaps: gap_stretches(&sequence.states, gap) as f64,
            seams: seams(&self.terms, sequence),
        }
    }

    /// Identity of each to the nearest sequence of the family.
    fn identities(&self, placed: &[Placed]) -> Option<Vec<f64>> {
        let sequences = self.model.family.as_ref()?.sequences.as_ref()?;
        let sites = self.model.sites();
        let rows = sequences.as_standard_layout();
        let states: Vec<u8> = placed.iter().flat_map(|p| p.states.clone()).collect();
        let fewest = fewest_differences(rows.as_slice().unwrap_or_default(), sites, &states);
        let share = |count: u32| 1.0 - f64::from(count) / sites as f64;
        Some(fewest.into_iter().map(share).collect())
    }

    fn row(&self, placed: Placed, identity: Option<f64>) -> EnergyRow {
        let gap = self.model.alphabet.gap_state();
        let sequence = self.terms.sited(placed.states.clone());
        let standing = self.naturals.as_ref();
        let standing: Option<Standing> = standing.map(|n| n.standing(&self.terms, &sequence));
        let is_whole = !placed.states.iter().any(|&s| self.terms.is_missing(s));
        let energy = sequence.energy / self.temperature;
        let log_probability = self.log_z.filter(|_| is_whole).map(|log_z| -energy - log_z);
        EnergyRow {
            energy,
            independent: (self.terms.has_independent())
                .then_some(sequence.independent / self.temperature),
            log_probability,
            identity,
            coverage: coverage(&placed.states, gap),
            traits: standing
                .filter(|_| self.with_traits)
                .map(|standing| self.traits_of(&sequence, standing)),
            share_above: standing.map(|standing| standing.share_above),
            is_whole,
            placed,
        }
    }
}

/// log Z at a temperature: where a kind knows it at any, else what the model holds for T = 1.
fn log_z(model: &Model, energies: &dyn EnergyModel, temperature: f64) -> Option<f64> {
    let partition = model.partition.filter(|_| temperature == 1.0);
    let known = energies.log_z(temperature);
    known.or(partition.map(|partition| partition.log_z))
}

/// Share of the sites with a residue.
fn coverage(states: &[u8], gap: u8) -> f64 {
    let residues = states.iter().filter(|&&state| state < gap).count();
    residues as f64 / states.len().max(1) as f64
}
