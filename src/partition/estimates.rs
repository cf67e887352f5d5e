//! Which way log Z is found, and what comes of it.

use super::annealing::{Annealed, AnnealingOptions, FEWEST, Watch, anneal, anneal_through};
use super::elimination::eliminate;
use super::enumeration::enumerate;
use super::integration::{IntegrationOptions, integrate};
use super::mean_field::{laplace, mean_fields};
use super::moments::Moments;
use super::reference::{flat, pilot, reference};
use super::trees::upper_bound;
use crate::error::{Error, Result, human_bytes};
use crate::kernels::gibbs::{Pairs, Tables};
use crate::model::{Estimator, Model, Partition};
use crate::sample::couplings;
use crate::state::{Journal, Persistent, Transfer};
use std::io;

/// Sequences that mean field begins with, beside frequencies.
const STARTS: usize = 16;

/// What is asked.
#[derive(Debug, Clone)]
pub struct PartitionOptions {
    /// The ways, each of which is gone; where there is none, the best: exact where that can be done, else annealing.
    pub estimators: Vec<Estimator>,
    /// Temperatures T of P(x) ~ exp(-E(x) / T).
    pub temperatures: Vec<f64>,
    /// Of annealing; of a curve as many steps in all.
    pub annealing: AnnealingOptions,
    /// Of integration.
    pub integration: IntegrationOptions,
    /// Bytes that may be used.
    pub max_memory: Option<u64>,
}

impl Default for PartitionOptions {
    fn default() -> Self {
        Self {
            estimators: Vec::new(),
            temperatures: vec![1.0],
            annealing: AnnealingOptions::default(),
            integration: IntegrationOptions::default(),
            max_memory: None,
        }
    }
}

/// What a number is to log Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is log Z.
    Exact,
    /// It is about log Z.
    Estimate,
    /// log Z is above.
    Lower,
    /// log Z is below.
    Upper,
}

impl Standing {
    /// All.
    const ALL: [Self; 4] = [Self::Exact, Self::Estimate, Self::Lower, Self::Upper];

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Estimate => "estimate",
            Self::Lower => "lower bound",
            Self::Upper => "upper bound",
        }
    }
}

/// log Z at a temperature, found in a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// T.
    pub temperature: f64,
    /// The way.
    pub estimator: Estimator,
    /// What the number is to log Z.
    pub standing: Standing,
    /// log Z, in nats.
    pub log_z: f64,
    /// Its error: 0 where it is exact, `None` of bounds.
    pub standard_error: Option<f64>,
    /// Effective number of chains, of annealing.
    pub ess: Option<f64>,
    /// Mean energy, in nats.
    pub energy: Option<f64>,
    /// Variance of energies.
    pub variance: Option<f64>,
    /// Entropy log Z + <E> / T, in nats, and its error.
    pub entropy: Option<(f64, f64)>,
}

impl Estimate {
    fn of(temperature: f64, estimator: Estimator, standing: Standing, log_z: f64) -> Self {
        Self {
            temperature,
            estimator,
            standing,
            log_z,
            standard_error: None,
            ess: None,
            energy: None,
            variance: None,
            entropy: None,
        }
    }

    fn exact(temperature: f64, estimator: Estimator, found: Moments) -> Self {
        Self {
            standard_error: Some(0.0),
            energy: Some(found.energy),
            variance: Some(found.variance),
            entropy: Some((found.entropy(1.0 / temperature), 0.0)),
            ..Self::of(temperature, estimator, Standing::Exact, found.log_z)
        }
    }

    /// `scale`: what the energy of the chains is to be multiplied with to be that at temperature 1.
    fn annealed(temperature: f64, scale: f64, found: &Annealed) -> Self {
        Self {
            standard_error: Some(found.standard_error),
            ess: Some(found.ess),
            energy: Some(scale * found.energy),
            variance: Some(scale * scale * found.variance),
            entropy: Some((found.entropy, found.entropy_error)),
            ..Self::of(
                temperature,
                Estimator::Annealing,
                Standing::Estimate,
                found.log_z,
            )
        }
    }

    /// Whether enough chains stand behind it for its error to mean something.
    pub fn is_trusted(&self) -> bool {
        self.ess.is_none_or(|ess| ess >= FEWEST)
    }

    /// dE/dT = Var(E) / T^2, in units of Boltzmann's constant.
    pub fn specific_heat(&self) -> Option<f64> {
        let squared = self.temperature * self.temperature;
        self.variance.map(|variance| variance / squared)
    }

    /// What a model keeps of it; `None` at another temperature than 1, and of bounds.
    pub fn kept(&self) -> Option<Partition> {
        let is_kept = self.temperature == 1.0;
        let standard_error = self.standard_error.filter(|_| is_kept)?;
        Some(Partition {
            log_z: self.log_z,
            standard_error,
            estimator: self.estimator,
            ess: self.ess,
            entropy: self.entropy.map(|(entropy, _)| entropy),
        })
    }
}

/// Fields and couplings at inverse temperature 1.
pub(super) struct Owned {
    pub states: usize,
    pub fields: Vec<f32>,
    pub couplings: Vec<f32>,
}

impl Owned {
    pub fn pairs(&self) -> Pairs<'_> {
        Pairs {
            states: self.states,
            fields: &self.fields,
            couplings: &self.couplings,
        }
    }

    /// The same at another temperature.
    fn at(&self, temperature: f64) -> Self {
        let scaled = |numbers: &[f32]| -> Vec<f32> {
            let numbers = numbers.iter();
            numbers
                .map(|&x| (f64::from(x) / temperature) as f32)
                .collect()
        };
        Self {
            states: self.states,
            fields: scaled(&self.fields),
            couplings: scaled(&self.couplings),
        }
    }
}

/// log Z of a model, at each temperature and in each way that is asked for.
///
/// # Errors
/// [`Error::Usage`] for a way that the model is too large for; [`Error::Model`] for a kind without fields; [`Error::Memory`]; those of reading
/// couplings; [`Error::Stopped`] where the journal is kept and the work must stop.
pub fn estimate(
    model: &Model,
    options: &PartitionOptions,
    (journal, tell): (&Journal, Tell<'_>),
) -> Result<Vec<Estimate>> {
    if model.pairwise().is_none() && model.fields().is_some() {
        let of = |&t: &f64| Estimate::exact(t, Estimator::Elimination, of_sites(model, 1.0 / t));
        return Ok(options.temperatures.iter().map(of).collect());
    }
    check_memory(model, options)?;
    let couplings = couplings(model)?;
    let fields = model.fields().into_iter().flatten().copied().collect();
    let own = Owned {
        states: model.states(),
        fields,
        couplings: couplings.as_slice().to_vec(),
    };
    drop(couplings);
    let mut found = Vec::new();
    let estimators = match &options.estimators[..] {
        [] => vec![best(own.pairs())],
        named => named.to_vec(),
    };
    for estimator in estimators {
        found.extend(in_a_way(
            (model, &own),
            options,
            estimator,
            (journal, &mut *tell),
        )?);
    }
    Ok(found)
}

/// Of fields alone.
fn of_sites(model: &Model, b: f64) -> Moments {
    let rows = model
        .fields()
        .into_iter()
        .flat_map(|fields| fields.outer_iter());
    let site = |row: ndarray::ArrayView1<'_, f32>| {
        let terms: Vec<Moments> = row
            .iter()
            .map(|&h| Moments::of_energy(-f64::from(h), b))
            .collect();
        Moments::sum(&terms)
    };
    rows.map(site).fold(Moments::ONE, Moments::with)
}

/// The best way that there is for a model.
fn best(model: Pairs<'_>) -> Estimator {
    if super::elimination::can_eliminate(model) {
        Estimator::Elimination
    } else if super::enumeration::can_enumerate(model) {
        Estimator::Enumeration
    } else {
        Estimator::Annealing
    }
}

fn in_a_way(
    (model, own): (&Model, &Owned),
    options: &PartitionOptions,
    estimator: Estimator,
    (journal, tell): (&Journal, Tell<'_>),
) -> Result<Vec<Estimate>> {
    let at = estimator.as_str();
    if estimator == Estimator::Annealing && options.temperatures.len() > 1 {
        let found = journal.part(at, Found(Vec::new()), |keeper| {
            curve(own, options, Watch { tell, keeper }).map(Found)
        });
        return found.map(|Found(estimates)| estimates);
    }
    let count = options.temperatures.len();
    let mut all = Vec::new();
    for (k, &temperature) in options.temperatures.iter().enumerate() {
        let found = journal.part(at, Found(Vec::new()), |keeper| {
            let tell = &mut |done: usize, of: usize| tell(k * of + done, count * of);
            let watch = Watch { tell, keeper };
            let found = at_temperature((model, own), options, (estimator, temperature), watch)?;
            Ok(Found(vec![found]))
        });
        all.extend(found?.0);
    }
    Ok(all)
}

/// Told how many steps are done, and of how many; an error ends the work.
pub type Tell<'w> = &'w mut dyn FnMut(usize, usize) -> Result<()>;

/// What a part of the work found.
struct Found(Vec<Estimate>);

impl Persistent for Found {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut count = self.0.len() as u64;
        state.number(&mut count)?;
        let nothing = Estimate::of(1.0, Estimator::Annealing, Standing::Estimate, 0.0);
        self.0.resize(count as usize, nothing);
        self.0
            .iter_mut()
            .try_for_each(|found| found.serialise(state))
    }
}

impl Persistent for Estimate {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut words =
            [self.estimator.as_str(), self.standing.as_str()].map(|word| word.as_bytes().to_vec());
        for word in &mut words {
            state.list(word)?;
        }
        let [estimator, standing] = words;
        let named = Estimator::ALL
            .into_iter()
            .find(|own| own.as_str().as_bytes() == estimator);
        self.estimator = named.ok_or_else(unknown)?;
        let named = Standing::ALL
            .into_iter()
            .find(|own| own.as_str().as_bytes() == standing);
        self.standing = named.ok_or_else(unknown)?;
        state.number(&mut self.temperature)?;
        state.number(&mut self.log_z)?;
        let (mut entropy, mut error) = self.entropy.unzip();
        let numbers = [
            &mut self.standard_error,
            &mut self.ess,
            &mut self.energy,
            &mut self.variance,
            &mut entropy,
            &mut error,
        ];
        for number in numbers {
            state.optional(number)?;
        }
        self.entropy = entropy.zip(error);
        Ok(())
    }
}

fn unknown() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an unknown word")
}

fn at_temperature(
    (model, own): (&Model, &Owned),
    options: &PartitionOptions,
    (estimator, t): (Estimator, f64),
    watch: Watch<'_>,
) -> Result<Estimate> {
    let (pairs, b) = (own.pairs(), 1.0 / t);
    let of = |standing: Standing, log_z: f64| Estimate::of(t, estimator, standing, log_z);
    Ok(match estimator {
        Estimator::Enumeration => {
            let found = enumerate(pairs, b).ok_or_else(|| too_large("enumeration"))?;
            Estimate::exact(t, estimator, found)
        }
        Estimator::Elimination => {
            let found = eliminate(pairs, b).ok_or_else(|| too_large("elimination"))?;
            Estimate::exact(t, estimator, found)
        }
        Estimator::Annealing => {
            let scaled = own.at(t);
            let reference = reference(model, scaled.pairs(), (t, options.annealing.seed));
            let found = anneal(scaled.pairs(), &reference, &options.annealing, watch)?;
            Estimate::annealed(t, t, &found)
        }
        Estimator::Integration => {
            let scaled = own.at(t);
            let reference = reference(model, scaled.pairs(), (t, options.integration.seed));
            let found = integrate(scaled.pairs(), &reference, &options.integration, watch)?;
            Estimate {
                standard_error: Some(found.standard_error),
                energy: Some(t * found.energy),
                entropy: Some((found.entropy, found.entropy_error)),
                ..of(Standing::Estimate, found.log_z)
            }
        }
        Estimator::MeanField => {
            let states = mean_fields(pairs, b, &starts(own, t, options));
            of(Standing::Lower, states[0].log_z)
        }
        Estimator::Laplace => {
            check_laplace(pairs, options)?;
            let states = mean_fields(pairs, b, &starts(own, t, options));
            let (log_z, error) = laplace(pairs, b, &states)?;
            Estimate {
                standard_error: Some(error),
                ..of(Standing::Estimate, log_z)
            }
        }
        Estimator::Trees => of(Standing::Upper, upper_bound(pairs, b)),
    })
}

/// Sequences that mean field begins with.
fn starts(own: &Owned, t: f64, options: &PartitionOptions) -> Vec<u8> {
    let mut sequences = pilot(own.at(t).pairs(), options.annealing.seed);
    sequences.truncate(STARTS * own.pairs().sites());
    sequences
}

/// All temperatures on one way, from the hottest, where all sequences are alike, to the coldest.
fn curve(own: &Owned, options: &PartitionOptions, watch: Watch<'_>) -> Result<Vec<Estimate>> {
    let pairs = own.pairs();
    let mut places: Vec<usize> = (0..options.temperatures.len()).collect();
    let t = &options.temperatures;
    places.sort_by(|&one, &other| t[other].total_cmp(&t[one]));
    let stops: Vec<f64> = places.iter().map(|&place| 1.0 / t[place]).collect();
    let found = anneal_through(pairs, &flat(pairs), &stops, &options.annealing, watch)?;
    let all = pairs.sites() as f64 * (pairs.states as f64).ln();
    let mut estimates = vec![None; t.len()];
    for (place, mut found) in places.into_iter().zip(found) {
        let b = 1.0 / t[place];
        found.log_z += (1.0 - b) * all;
        found.entropy += (1.0 - b) * all;
        estimates[place] = Some(Estimate::annealed(t[place], 1.0, &found));
    }
    Ok(estimates.into_iter().flatten().collect())
}

fn too_large(way: &str) -> Error {
    Error::Usage(format!(
        "{way} is for models of few sites, or whose couplings form chains and trees; annealing is for all"
    ))
}

/// Bytes that [`estimate`] takes, at most.
pub fn bytes(model: &Model) -> u64 {
    let (sites, states) = (model.sites() as u64, model.states() as u64);
    let couplings = sites * sites.saturating_sub(1) / 2 * states * states * size_of::<f32>() as u64;
    // Read, kept, and at another temperature.
    3 * couplings + Tables::bytes(model.sites(), model.states())
}

/// Refuses what does not fit.
fn check_memory(model: &Model, options: &PartitionOptions) -> Result<()> {
    allowed(
        bytes(model),
        options,
        "couplings and a table of them make chains fast",
    )
}

fn check_laplace(model: Pairs<'_>, options: &PartitionOptions) -> Result<()> {
    let size = model.fields.len() as u64;
    allowed(
        2 * size * size * size_of::<f64>() as u64,
        options,
        "Laplace's method needs a matrix of all states of all sites",
    )
}

fn allowed(needed: u64, options: &PartitionOptions, why: &str) -> Result<()> {
    match options.max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: format!(
                "{why} ({}); use a machine with more memory",
                human_bytes(needed)
            ),
        }),
        _ => Ok(()),
    }
}
