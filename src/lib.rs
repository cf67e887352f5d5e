#![warn(missing_docs)]
// Without the program there are parts that only it uses: tables, plans, states of fits.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]
//! Potts models of protein families.
//!
//! A family is an alignment of N sequences over L sites. Its Potts model gives a sequence x of L states, q of them (20 residues, or
//! 21 with the gap), the probability
//!
//! ```text
//! P(x) = exp(-E(x)) / Z,   E(x) = -[ sum_i h_i(x_i) + sum_{i<j} J_ij(x_i, x_j) ]
//! ```
//!
//! Fields h_i(a) say which residues a site likes, couplings J_ij(a, b) which pairs of residues two sites like together. Strong
//! couplings are a sign of contact in the structure; log P(mutant) - log P(wild type) = E(wild type) - E(mutant) is a score
//! of a mutant, higher is better.
//!
//! # Notation
//!
//! | here | meaning |
//! |---|---|
//! | L, `sites` | modelled columns; a `site` counts from 0 |
//! | `Position` | 1-based position in the target's own numbering, the only number a user sees |
//! | [`Residue`] | position and chain, in a model of several proteins: `A:12` |
//! | q, `states` | states of a site; a state >= q is missing data and contributes nothing |
//! | w_n, Neff | weight of a sequence (1 / number of near-copies), and the sum of all |
//! | lambda_h, lambda_J | penalties lambda_h sum h^2 + lambda_J sum_{i<j} sum_ab J_ij(a,b)^2 |
//!
//! # From a file to a model, contacts and mutants
//!
//! ```
//! use potts::{ContactOptions, FitOptions, FocusOptions, Mutant, MutantScorer, Watch};
//!
//! let alignment = potts::read_alignment("data/planted.a2m", &FocusOptions::default())?;
//! let model = potts::fit(&alignment, &FitOptions::default(), &Watch::default())?;
//!
//! let contacts = potts::contacts(&model, &ContactOptions::default())?;
//! let (i, j) = contacts[0].residues;
//! println!("strongest pair: {i} and {j}, score {:.3}", contacts[0].score);
//!
//! let scorer = MutantScorer::new(&model)?;
//! let outcome = scorer.evaluate(&Mutant::parse("A24V:D30L").unwrap(), 0);
//! println!("{:?}: {:?} {outcome}", outcome.status(), outcome.score());
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("planted.h5");
//! potts::save(&model, &path)?;
//! let energies = potts::open(&path)?;
//! let energies = energies.energy_model()?;
//! println!("energy of the first sequence: {:.2}", energies.energy(&alignment.sequence(0).to_vec()));
//! # Ok::<(), potts::Error>(())
//! ```
//!
//! # The rooms, from left to right
//!
//! Each imports only from its left; `tests/architecture.rs` keeps it so. What is not listed below as part of the library is the crate's own.
//!
//! | room | what |
//! |---|---|
//! | `error`, `position`, `statistics`, `random`, `machine` | words that all share; random numbers; memory, threads, linear algebra of the machine |
//! | `kernels` | the hot loops, plain slices, each with its slow twin |
//! | `state`, `alphabet` | state that is saved and restored bit for bit; residues and their states |
//! | `alignment` | sequences, weights, columns |
//! | `model` | the noun: parameters of some kind, energies, gauge, and the record of how they came about |
//! | `contacts`, `mutants` | what a model is for |
//! | `structure` | where residues are in space, and how far apart |
//! | `sites` | what a model and its family say of each site |
//! | `choices` | which positions may change, and to what |
//! | `sample` | sequences drawn from a model: chains, temperatures, mixing |
//! | `partition` | log Z: exact, by annealing, by integration, between bounds |
//! | `evaluation` | samples held against natural sequences; the temperature at which they are alike |
//! | `energies` | energies of any sequences, and where they stand among those of the family |
//! | `design` | what to make: mutants to order, the best sets of substitutions |
//! | `calibration` | scores fitted to measured values |
//! | `fit` | pseudolikelihood, mean field, sites alone; minimisers on argmin; costs |
//! | `conventions` | what other programs do otherwise |
//! | `io` | files: alignments, models, structures, tables |
//! | `report` | pages and drawings of what a model says |
//! | `cli` | the program (feature `cli`) |

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

#[cfg(not(feature = "internals"))]
mod alignment;
#[cfg(not(feature = "internals"))]
mod alphabet;
#[cfg(not(feature = "internals"))]
mod calibration;
#[cfg(not(feature = "internals"))]
mod choices;
#[cfg(not(feature = "internals"))]
mod contacts;
#[cfg(not(feature = "internals"))]
mod conventions;
#[cfg(not(feature = "internals"))]
mod design;
#[cfg(not(feature = "internals"))]
mod energies;
#[cfg(not(feature = "internals"))]
mod error;
#[cfg(not(feature = "internals"))]
mod evaluation;
#[cfg(not(feature = "internals"))]
mod fit;
#[cfg(not(feature = "internals"))]
mod io;
#[cfg(not(feature = "internals"))]
mod kernels;
#[cfg(not(feature = "internals"))]
mod machine;
#[cfg(not(feature = "internals"))]
mod model;
#[cfg(not(feature = "internals"))]
mod mutants;
#[cfg(not(feature = "internals"))]
mod partition;
#[cfg(not(feature = "internals"))]
mod position;
#[cfg(not(feature = "internals"))]
mod random;
#[cfg(not(feature = "internals"))]
mod report;
#[cfg(not(feature = "internals"))]
mod sample;
#[cfg(not(feature = "internals"))]
mod sites;
#[cfg(not(feature = "internals"))]
mod state;
#[cfg(not(feature = "internals"))]
mod statistics;
// What the command that compares contacts with a structure stands on.
#[cfg(not(feature = "internals"))]
mod structure;

// For benches and fuzzing.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod alignment;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod alphabet;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod calibration;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod choices;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod contacts;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod conventions;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod design;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod energies;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod error;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod evaluation;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod fit;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod io;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod kernels;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod machine;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod model;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod mutants;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod partition;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod position;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod random;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod report;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod sample;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod sites;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod state;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod statistics;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod structure;

#[cfg(test)]
mod tests;

pub use alignment::{Alignment, Focus, FocusOptions, SequenceWeights};
pub use alphabet::{Alphabet, GapTreatment};
pub use contacts::{Contact, ContactOptions, list as contacts};
pub use error::{Error, Result};
pub use fit::{FitOptions, Method, PenaltyOptions, PlmOptions, Watch, objective};
pub use model::{Couplings, EnergyModel, MethodName, Model, PottsModel};
pub use mutants::{Mutant, MutantScorer, Outcome};
pub use position::Residue;

use std::path::Path;

/// Reads a model of any known format: of this program, plmc, EVcouplings, CCMpred, GREMLIN, adabmDCA, or numpy arrays.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened; [`Error::Input`] if it is no model, incomplete or damaged.
pub fn open(path: impl AsRef<Path>) -> Result<Model> {
    io::models::read(path.as_ref())
}

/// Writes a model file (HDF5): all of it, or nothing.
///
/// # Errors
/// [`Error::Exists`] if there is such a file; [`Error::Io`] if writing fails.
pub fn save(model: &Model, path: impl AsRef<Path>) -> Result<()> {
    io::models::hdf5::write(model, path.as_ref(), false)
}

/// Reads an alignment in any format that the program reads, plain, gzip or zstd, and reduces it to
/// what is modelled. The letters tell whether it is of proteins, RNA or DNA.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Input`] if it is no alignment, or nothing is left of it.
pub fn read_alignment(path: impl AsRef<Path>, options: &FocusOptions) -> Result<Alignment> {
    let source = io::files::source::Source::read(path.as_ref())?;
    let records = io::alignments::read(&source)?;
    let alphabet = alignment::letters::guess_alphabet(&records);
    alignment::focus::focus(&records, &alphabet, options)
}

/// Fits a model to an alignment, weighted as the options say, on the threads of the current rayon pool; `watch` is told how far it is.
///
/// # Errors
/// For options out of range, a fit that needs too much memory, or a matrix that cannot be inverted; [`Error::Stopped`] where `watch`
/// wants to stop.
pub fn fit(alignment: &Alignment, options: &FitOptions, watch: &Watch) -> Result<Model> {
    let weights = fit::sequence_weights(alignment, options);
    fit::fit(alignment, &weights, options, watch)
}

#[cfg(doctest)]
#[doc = include_str!("../docs/rust.md")]
mod rust_chapter {}
