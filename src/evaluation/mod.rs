//! How well samples of a model are like natural sequences: moments, words, energies, identities, components, likelihood, temperature.
//!
//! Beside each number of the samples stands the same of the naturals. Where numbers of two sets are held against each other, that is two halves of the
//! naturals, relatives together, and the ceiling: the correlation that as many samples of the true law would have. With the correlation r of two
//! halves, all of them are reliable to R_n = 2 r / (1 + r) (Spearman and Brown 1910); noise goes with the number, so that M samples of that law are
//! reliable to R_s = 1 / (1 + (1/r - 1) (Neff/2) / M); and sets of R_n and R_s cannot correlate by more than sqrt(R_n R_s) (Spearman 1904).
//!
//! Where gaps are missing data, naturals lack what samples have. Frequencies are then of what is there, pair by pair; energies, identities and components
//! are of samples that lack what naturals do.

mod alike;
mod components;
mod distribution;
mod gaps;
mod likelihood;
mod measures;
mod placed;
mod set;
mod temperature;
mod triples;
mod verdict;
mod words;

pub use components::Components;
pub use distribution::{Distribution, QUANTILES};
pub use gaps::Gaps;
pub use likelihood::Likelihood;
pub use measures::Measure;
pub use placed::{Placed, placed};
pub use set::{Naturals, Set};
pub use temperature::{Fitting, SEARCH, Search};

use crate::error::{Error, Result};
use crate::model::Model;
use crate::sample::moments::{self, Agreement, Density};

/// What is asked of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluateOptions {
    /// Triples of sites.
    pub triples: usize,
    /// Sets of sites of each size.
    pub subsets: usize,
    /// Sequences of either kind whose energies and components are looked at, and as many natural ones whose nearest.
    pub judged: usize,
    /// Of all random numbers.
    pub seed: u64,
    /// Bytes that may be used.
    pub max_memory: Option<u64>,
}

impl Default for EvaluateOptions {
    fn default() -> Self {
        Self {
            triples: 2000,
            subsets: 200,
            judged: 5000,
            seed: 1,
            max_memory: None,
        }
    }
}

/// A number of samples against naturals, of two halves of the naturals, and how high it can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Samples against naturals.
    pub samples: Agreement,
    /// Half of the naturals against the other half.
    pub halves: Agreement,
    /// The highest correlation; `None` where halves do not correlate.
    pub ceiling: Option<f64>,
}

/// A distribution among naturals and among samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Both {
    /// Of the naturals.
    pub naturals: Distribution,
    /// Of the samples.
    pub samples: Distribution,
}

/// r20 of sets of so many sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Words {
    /// Sites.
    pub size: usize,
    /// Samples against naturals.
    pub samples: Option<f64>,
    /// Half of the naturals against the other half.
    pub halves: Option<f64>,
}

/// Principal components of the naturals.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Share of the variance of naturals that each has.
    pub naturals: Vec<f64>,
    /// Share of that of samples.
    pub samples: Vec<f64>,
    /// How far places of both in the plane of the first two are the same.
    pub overlap: f64,
    /// The same of two halves of the naturals.
    pub halves: f64,
    /// Places of naturals, a row of components each.
    pub natural_places: Vec<f64>,
    /// Places of samples.
    pub sample_places: Vec<f64>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Natural sequences.
    pub naturals: usize,
    /// Their effective number.
    pub neff: f64,
    /// Samples.
    pub samples: usize,
    /// Whether naturals lack what samples have: gaps are missing data.
    pub lack: bool,
    /// Whether the model was fitted to the naturals.
    pub are_own: bool,
    /// f_i(a).
    pub singles: Held,
    /// f_ij(a, b).
    pub pairs: Held,
    /// c_ij(a, b).
    pub connected: Held,
    /// c_ijk(a, b, c), and of how many triples of sites; `None` with fewer than three sites.
    pub triples: Option<(Held, usize)>,
    /// r20, by the number of sites.
    pub words: Vec<Words>,
    /// E(x), in nats.
    pub energies: Both,
    /// Identity of pairs.
    pub identities: Both,
    /// Identity with the nearest natural sequence, of naturals with the nearest that is no relative.
    pub nearest: Both,
    /// Share of gaps and their stretches, where the gap is a state.
    pub gaps: Option<(Both, Both)>,
    /// Principal components; `None` if naturals do not vary.
    pub plane: Option<Plane>,
    /// log P of naturals, where log Z is known.
    pub likelihood: Option<Likelihood>,
    /// The temperature at which samples are like naturals, where that was sought.
    pub temperature: Option<Fitting>,
}

/// Told what is worked out next.
pub type Watch<'w> = dyn FnMut(&'static str) -> Result<()> + 'w;

/// Holds samples, rows of states, against naturals.
///
/// # Errors
/// [`Error::Usage`] if there are fewer than four samples; [`Error::Memory`]; if couplings cannot be read; those of `watch`.
pub fn evaluate(
    model: &Model,
    naturals: &Naturals,
    samples: &[u8],
    options: &EvaluateOptions,
    watch: &mut Watch<'_>,
) -> Result<Evaluation> {
    let (own, seed) = (&naturals.set, options.seed);
    let samples = Set::uniform(samples.to_vec(), (own.sites, own.states));
    if samples.count() < 4 {
        return Err(Error::Usage(
            "there are too few samples to compare with natural sequences: four at least".into(),
        ));
    }
    check_memory(own, &samples, options)?;
    watch("one and two positions")?;
    let compared = [(own, &samples), (&naturals.halves[0], &naturals.halves[1])];
    let neff: f64 = own.weights.iter().sum();
    let fewer = neff / 2.0 / samples.count() as f64;
    let moments = compared.map(|(one, other)| moments::compare(one.view(), other.view()));
    let held =
        |of: fn(&moments::Moments) -> Agreement| Held::of([0, 1].map(|k| of(&moments[k])), fewer);
    watch("three positions")?;
    let triples = triples::triples(own.sites, options.triples, seed);
    let threes = (!triples.is_empty()).then(|| {
        let found = compared.map(|(one, other)| triples::compare(one, other, &triples));
        (Held::of(found, fewer), triples.len())
    });
    watch("words")?;
    let words = words_of(&compared, options);
    watch("energies and identities")?;
    let (judged, drawn) = judged_of(naturals, &samples, options);
    let energies = Both {
        naturals: temperature::energies(model, &judged)?,
        samples: temperature::energies(model, &drawn)?,
    };
    let (identities, nearest) = identities_of(naturals, &drawn, options);
    watch("principal components")?;
    let plane = plane(&judged, &drawn, &naturals.halves, options);
    let gaps = Gaps::of_model(model, own).zip(Gaps::of_model(model, &samples));
    Ok(Evaluation {
        naturals: own.count(),
        neff,
        samples: samples.count(),
        lack: naturals.lack,
        are_own: naturals.are_own,
        singles: held(|m| m.singles),
        pairs: held(|m| m.pairs),
        connected: held(|m| m.connected),
        triples: threes,
        words,
        energies,
        identities,
        nearest,
        gaps: gaps.map(both_of_gaps),
        plane,
        likelihood: Likelihood::of(model, own)?,
        temperature: None,
    })
}

/// Some of each, at most as many as are judged one by one; samples lack what naturals do.
fn judged_of(naturals: &Naturals, samples: &Set, options: &EvaluateOptions) -> (Set, Set) {
    let (own, seed) = (&naturals.set, options.seed);
    let drawn = samples.drawn(options.judged, seed ^ 1);
    let drawn = match naturals.lack {
        true => drawn.lacking_as(own, seed),
        false => drawn,
    };
    (own.drawn(options.judged, seed), drawn)
}

/// Identities of pairs, and with the nearest.
fn identities_of(naturals: &Naturals, drawn: &Set, options: &EvaluateOptions) -> (Both, Both) {
    let (own, seed) = (&naturals.set, options.seed);
    let identities = Both {
        naturals: alike::pairs(own, PAIRS, seed),
        samples: alike::pairs(drawn, PAIRS, seed),
    };
    let nearest = Both {
        naturals: alike::nearest_of_naturals(naturals, options.judged.min(NEAREST), seed),
        samples: alike::nearest(own, &drawn.drawn(NEAREST, seed)),
    };
    (identities, nearest)
}

/// Shares and stretches, each of both.
fn both_of_gaps((naturals, samples): (Gaps, Gaps)) -> (Both, Both) {
    let shares = Both {
        naturals: naturals.shares,
        samples: samples.shares,
    };
    let stretches = Both {
        naturals: naturals.stretches,
        samples: samples.stretches,
    };
    (shares, stretches)
}

/// Where correlations of naturals and samples lie, for a drawing.
pub fn density(naturals: &Naturals, samples: &[u8]) -> Density {
    let own = &naturals.set;
    let samples = Set::uniform(samples.to_vec(), (own.sites, own.states));
    Density::of(own.view(), samples.view())
}

/// Pairs of sequences whose identity is looked at.
const PAIRS: usize = 20_000;

/// Sequences whose nearest natural one is looked for.
const NEAREST: usize = 2000;

impl Held {
    /// Samples against naturals, and halves of these; with the effective number of sequences of a half over that of samples.
    fn of([samples, halves]: [Agreement; 2], fewer: f64) -> Self {
        let ceiling = |r: f64| {
            let naturals = 2.0 * r / (1.0 + r);
            let drawn = 1.0 / (1.0 + (1.0 / r - 1.0) * fewer);
            (naturals * drawn).sqrt()
        };
        let r = halves.pearson.filter(|&r| r > 0.0);
        Self {
            samples,
            halves,
            ceiling: r.map(ceiling),
        }
    }
}

fn words_of(compared: &[(&Set, &Set); 2], options: &EvaluateOptions) -> Vec<Words> {
    let sites = compared[0].0.sites;
    let of_size = |size: usize| {
        let subsets = words::subsets(sites, size, options.subsets, options.seed);
        let [samples, halves] = [0, 1].map(|k| words::r20(compared[k].0, compared[k].1, &subsets));
        Words {
            size,
            samples,
            halves,
        }
    };
    words::SIZES
        .filter(|&size| size <= sites)
        .map(of_size)
        .collect()
}

fn plane(
    naturals: &Set,
    samples: &Set,
    halves: &[Set; 2],
    options: &EvaluateOptions,
) -> Option<Plane> {
    let components = Components::of(naturals, options.seed)?;
    let halves = [0, 1].map(|k| halves[k].drawn(options.judged, options.seed));
    let place = |set: &Set| components.project(set);
    let (natural_places, sample_places) = (place(naturals), place(samples));
    let half_places = [0, 1].map(|k| place(&halves[k]));
    let count = components.shares.len();
    Some(Plane {
        samples: components.shares_of(samples),
        overlap: components::overlap(
            (&natural_places, &naturals.weights),
            (&sample_places, &samples.weights),
            count,
        ),
        halves: components::overlap(
            (&half_places[0], &halves[0].weights),
            (&half_places[1], &halves[1].weights),
            count,
        ),
        naturals: components.shares,
        natural_places,
        sample_places,
    })
}

/// Refuses what does not fit.
fn check_memory(naturals: &Set, samples: &Set, options: &EvaluateOptions) -> Result<()> {
    let shape = (naturals.sites, naturals.states);
    let needed = bytes((naturals.count(), samples.count()), shape);
    match options.max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: "compare fewer samples (`number`), on fewer threads".into(),
        }),
        _ => Ok(()),
    }
}

/// Bytes that [`evaluate`] takes of so many naturals and samples, of so many sites and states, at most: copies of the sequences, what is counted on each thread, and the components.
pub fn bytes((naturals, samples): (usize, usize), (sites, states): (usize, usize)) -> u64 {
    let threads = rayon::current_num_threads();
    // The halves, what is drawn of them, and the naturals filled up to whole registers.
    let rows = (6 * (naturals + samples) * (sites + 64)) as u64;
    let words = (2 * 32 * threads * (naturals + samples)) as u64;
    let triples = (3 * 8 * threads * states * states * states) as u64;
    let components = (4 * 12 * 8 * (sites * states + naturals)) as u64;
    rows + words + triples + components + moments::bytes(sites, states, threads)
}
