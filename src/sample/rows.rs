//! What is said of sequences that were drawn.

use super::space::Space;
use crate::error::Result;
use crate::kernels::nearest::fewest_differences;
use crate::model::Model;
use crate::mutants::Change;
use rayon::prelude::*;

/// A sequence that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRow {
    /// From 1.
    pub number: u64,
    /// Its letters at the modelled sites.
    pub letters: Vec<u8>,
    /// E(x) in nats; low is probable.
    pub energy: f64,
    /// Share of the sites at which it is like the nearest sequence of the family, where that is known.
    pub identity: Option<f64>,
    /// What it was drawn at.
    pub temperature: f64,
    /// How it differs from the target, where it was made of it.
    pub changes: Option<Vec<Change>>,
}

/// Says it of sequences, one row of states after the other, the first with a number.
///
/// # Errors
/// If couplings cannot be read.
pub fn rows(
    model: &Model,
    space: &Space,
    (states, first, temperature): (&[u8], u64, f64),
) -> Result<Vec<SampleRow>> {
    let energies = model.energy_model()?;
    let sites = model.sites();
    let family = model.family.as_ref().and_then(|f| f.sequences.as_ref());
    let fewest = family.map(|sequences| {
        let rows = sequences.as_standard_layout();
        fewest_differences(rows.as_slice().unwrap_or_default(), sites, states)
    });
    let identity = |k: usize| {
        let differences = fewest.as_ref().map(|fewest| f64::from(fewest[k]));
        differences.map(|count| 1.0 - count / sites as f64)
    };
    let letter = |&state: &u8| model.alphabet.letter(state);
    let row = |(k, sequence): (usize, &[u8])| SampleRow {
        number: first + k as u64,
        letters: sequence.iter().map(letter).collect(),
        energy: energies.energy(sequence),
        identity: identity(k),
        temperature,
        changes: space.target().map(|target| changes(target, sequence)),
    };
    let sequences = states.par_chunks_exact(sites).enumerate();
    Ok(sequences.map(row).collect())
}

fn changes(target: &[u8], sequence: &[u8]) -> Vec<Change> {
    let pairs = target.iter().zip(sequence).enumerate();
    let changed = pairs.filter(|(_, (own, other))| own != other);
    changed
        .map(|(site, (_, &state))| Change { site, state })
        .collect()
}
