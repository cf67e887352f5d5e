#![warn(missing_docs)]
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
//! | [`Position`](position::Position) | 1-based position in the target's own numbering, the only number a user sees |
//! | [`Residue`](position::Residue) | position and [`Chain`](position::Chain), in a model of several proteins: `A:12` |
//! | q, `states` | states of a site; a state >= q is missing data and contributes nothing |
//! | w_n, Neff | weight of a sequence (1 / number of near-copies), and the sum of all |
//! | lambda_h, lambda_J | penalties lambda_h sum h^2 + lambda_J sum_{i<j} sum_ab J_ij(a,b)^2 |
//!
//! # From a file to a model, contacts and mutants
//!
//! ```
//! use potts::{alignment, alphabet::Alphabet, contacts, fit, io, mutants};
//!
//! let source = io::source::Source::read("data/planted.a2m".as_ref())?;
//! let family = alignment::focus::focus(&io::alignments::read(&source)?, &Alphabet::protein(), &Default::default())?;
//! let options = fit::FitOptions { method: fit::Method::MeanField, ..Default::default() };
//! let weights = fit::sequence_weights(&family, &options);
//! let fitted = fit::fit(&family, &weights, &options, &Default::default())?;
//!
//! let scores = contacts::ContactScores::of(&fitted.model, 20)?;
//! let ranked = contacts::rank(&scores, Default::default(), &fitted.columns, fitted.neff(), &contacts::Selection::ALL)?;
//! println!("strongest pair: {} and {}", ranked[0].residues.0, ranked[0].residues.1);
//!
//! let scorer = mutants::MutantScorer::new(&fitted.model, fitted.independent_fields.as_ref(), &fitted.alphabet, &fitted.columns)?;
//! let outcome = scorer.evaluate(&mutants::Mutant::parse("A24V").unwrap(), 0);
//! println!("A24V: {:?}", outcome.score().map(|score| score.potts));
//! # Ok::<(), potts::Error>(())
//! ```
//!
//! # The rooms, from left to right
//!
//! Each imports only from its left; `tests/architecture.rs` keeps it so.
//!
//! | room | what |
//! |---|---|
//! | [`error`], [`alphabet`], [`position`], [`statistics`] | words that all share |
//! | [`kernels`] | the hot loops, plain slices, each with its slow twin |
//! | [`alignment`], [`model`] | sequences, weights, columns; fields, couplings, energies, gauge |
//! | [`contacts`], [`mutants`] | what a model is for |
//! | [`fit`] | pseudolikelihood, mean field, sites alone; minimisers on argmin |
//! | [`io`] | files: alignments of many formats, HDF5 models and those of other programs, tables |
//! | [`cli`] | the program |

pub mod alignment;
pub mod alphabet;
pub mod cli;
pub mod contacts;
pub mod conventions;
pub mod error;
pub mod fit;
pub mod io;
pub mod kernels;
pub mod machine;
pub mod model;
pub mod mutants;
pub mod position;
pub mod state;
pub mod statistics;

#[cfg(test)]
mod tests;

pub use error::{Error, Result};
