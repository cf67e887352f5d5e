//! Laws of independent sites that chains begin with, and sequences to begin with.

use super::annealing::drawn;
use crate::kernels::gibbs::{Pairs, Rule, Tables};
use crate::model::Model;
use crate::sample::ensemble::Ensemble;

/// Sweeps from all sequences alike to the model, a little colder each.
const SWEEPS: usize = 128;

/// Chains.
const CHAINS: usize = 512;

/// How much of all states alike is mixed into frequencies, so that what nothing knows of is not ruled out.
const EVEN: f64 = 0.02;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xf1_4570;

/// Log-probabilities of states, L x q, of the independent sites that chains begin with: the frequencies of the family at temperature 1, where they are
/// known; else of a first try of chains, which begin with all sequences alike.
///
/// An estimate that begins with a law that knows one part of a model and not another misses that part, and does not show it. A family knows of what chains
/// seldom find, such as long gaps; chains from everywhere come to all states of a cold model, where mean field knows one.
pub fn reference(model: &Model, scaled: Pairs<'_>, (temperature, seed): (f64, u64)) -> Vec<f64> {
    let states = scaled.states;
    let even = 1.0 / states as f64;
    let frequencies: Vec<f64> = match &model.family {
        Some(family) if temperature == 1.0 => (0..scaled.sites())
            .flat_map(|site| {
                let row = family.frequencies.shares(site, states);
                let sum: f64 = row.iter().sum();
                let share = move |share: f64| if sum > 0.0 { share / sum } else { even };
                row.into_iter().map(share)
            })
            .collect(),
        _ => pilot_frequencies(scaled, seed),
    };
    let mixed = |share: &f64| ((1.0 - EVEN) * share + EVEN * even).ln();
    frequencies.iter().map(mixed).collect()
}

fn pilot_frequencies(model: Pairs<'_>, seed: u64) -> Vec<f64> {
    let (sites, states) = (model.sites(), model.states);
    let mut frequencies = vec![0.0; sites * states];
    for sequence in pilot(model, seed).chunks_exact(sites) {
        for (site, &state) in sequence.iter().enumerate() {
            frequencies[site * states + usize::from(state)] += 1.0 / CHAINS as f64;
        }
    }
    frequencies
}

/// Sequences that chains come to, one after the other, which begin with all sequences alike and cool down to the model at temperature 1.
pub fn pilot(model: Pairs<'_>, seed: u64) -> Vec<u8> {
    let (sites, states) = (model.sites(), model.states);
    let begun = drawn(&flat(model), states, (CHAINS, seed ^ STREAM));
    let tables = Tables::new(model, &vec![0; sites]);
    let moves = ((0..sites).collect(), Rule::Gibbs);
    let mut ensemble = Ensemble::new(tables, (&begun, None), moves, (seed ^ STREAM, 0));
    for sweep in 1..=SWEEPS {
        ensemble.set_weight((sweep as f64 / SWEEPS as f64) as f32);
        ensemble.sweep(1);
    }
    ensemble.sequences()
}

/// All states alike.
pub fn flat(model: Pairs<'_>) -> Vec<f64> {
    vec![-(model.states as f64).ln(); model.fields.len()]
}
