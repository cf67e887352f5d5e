//! Arrays for numpy: `numpy.load(FILE)` gives them by name.
//!
//! | name | shape | |
//! |---|---|---|
//! | `h` | \[L, q\] f4 | fields |
//! | `J` | \[L(L-1)/2, q, q\] f4 | couplings of the pairs (0,1), (0,2), ..., the state of the first site slow; not of independent sites |
//! | `alphabet` | text | letters of the states; `-` last if the gap is one |
//! | `gauge` | text | `fitted`, `zero-sum` or `gap-reference` |
//! | `target` | text | name of the target |
//! | `position`, `letter`, `alignment_column` | \[L\] i8, text, i8 | of the sites |
//! | `chain` | \[L\] text | of the sites of a complex |
//! | `independent_fields` | \[L, q\] f4 | |
//! | `weights`, `kept` | \[N\] f8, \[rows\] b1 | of the sequences, and which rows they are |
//! | `neff`, `identity` | f8 | Neff, and at which identity sequences are neighbours |
//! | `identity_rule` | text | `>=`, `>` or `>ceil` |
//! | `frequencies` | \[L, residues + 1\] f8 | the gap last |
//! | `pair_frequencies` | as `J` | |
//!
//! Only `h` must be there. A full array F of couplings \[L, L, q, q\] becomes `J` by `F[numpy.triu_indices(L, 1)]`.

mod columns;
mod write;

pub use write::{HOLDS, write};

use super::states::alphabet_of;
use crate::alignment::frequencies::single_rounding;
use crate::alignment::{Frequencies, IdentityRule, SequenceWeights};
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::error::{Error, Place, Result, breaks_as_blanks};
use crate::io::files::archive::Archive;
use crate::io::files::npy::Array;
use crate::model::Couplings;
use crate::model::couplings::pairs;
use crate::model::gauge::Gauge;
use crate::model::{FamilyData, Model, Parameters};
use ndarray::Array2;
use std::path::Path;

/// Whether a file that begins like this is an archive whose first member is an array: other archives are none of models.
pub fn looks_like(start: &[u8]) -> bool {
    // Of the header of a member, where the length of its name and the name itself are.
    const LENGTH: usize = 26;
    const NAME: usize = 30;
    let Some(&[low, high]) = start.get(LENGTH..LENGTH + 2) else {
        return false;
    };
    let name = start.get(NAME..NAME + usize::from(u16::from_le_bytes([low, high])));
    start.starts_with(b"PK\x03\x04") && name.is_some_and(|name| name.ends_with(b".npy"))
}

const SEE_HELP: &str =
    "the arrays of a model are h [L, q] and J [L(L-1)/2, q, q]; the book lists them";

/// Reads a file; `alphabet` is needed where it has none and the states are not those of proteins.
///
/// # Errors
/// [`Error::Input`] if an array is missing, or not of the shape that it must have.
pub fn read(path: &Path, alphabet: Option<&Alphabet>) -> Result<Model> {
    let mut arrays = Arrays {
        archive: Archive::open(path)?,
    };
    let fields = arrays.fields()?;
    let (sites, states) = fields.dim();
    let (alphabet, gaps) = arrays.alphabet(states, alphabet)?;
    let couplings = arrays.pairs("J", sites, states)?;
    let model = Parameters::of(fields, couplings).map_err(|error| arrays.wrong(&error))?;
    let columns = arrays.columns(sites)?;
    let family = arrays.family(sites, states, alphabet.residues())?;
    let independent = arrays.singles("independent_fields", &[sites, states])?;
    let mut fitted = Model::of_parameters(model, alphabet, gaps, columns);
    fitted.independent_fields = independent
        .map(|values| arrays.matrix(sites, states, values))
        .transpose()?;
    fitted.gauge = arrays.gauge()?;
    fitted.target = arrays.text("target")?.map(breaks_as_blanks);
    fitted.provenance.identity = arrays.double("identity")?;
    if fitted.provenance.identity.is_some() {
        fitted.provenance.identity_rule = Some(arrays.identity_rule()?);
    }
    fitted.family = family;
    Ok(fitted)
}

/// Whether the letters of a file are those of an alphabet, in its order.
fn tells(letters: &str, alphabet: &Alphabet) -> bool {
    let residues = letters.bytes().filter(|&letter| letter != GAP_LETTER);
    residues.eq(alphabet.letters().iter().copied())
}

/// The arrays of a file.
struct Arrays {
    archive: Archive,
}

impl Arrays {
    fn problem(&self, problem: impl Into<String>) -> Error {
        Error::input(Place::file(self.archive.name()), problem, SEE_HELP)
    }

    /// The complaint of a constructor.
    fn wrong(&self, error: &Error) -> Error {
        self.problem(error.to_string())
    }

    /// An array of the given shape, if it is there.
    fn shaped(&mut self, name: &str, shape: &[usize]) -> Result<Option<Array<'_>>> {
        let Some(array) = Array::open(&mut self.archive, name)? else {
            return Ok(None);
        };
        let expected: Vec<u64> = shape.iter().map(|&size| size as u64).collect();
        if array.shape() == expected {
            return Ok(Some(array));
        }
        let problem = format!("the shape is {:?}, not {shape:?}", array.shape());
        let advice = match array.shape().len() {
            4 => {
                "a full array F of couplings [L, L, q, q] becomes J by F[numpy.triu_indices(L, 1)]"
            }
            _ => SEE_HELP,
        };
        Err(array.wrong(&problem, advice))
    }

    fn singles(&mut self, name: &str, shape: &[usize]) -> Result<Option<Vec<f32>>> {
        let values = self.shaped(name, shape)?.map(Array::singles).transpose()?;
        match &values {
            Some(values) if !values.iter().all(|value| value.is_finite()) => {
                Err(self.problem(format!("a number of '{name}' is not finite")))
            }
            _ => Ok(values),
        }
    }

    fn doubles(&mut self, name: &str, shape: &[usize]) -> Result<Option<Vec<f64>>> {
        self.shaped(name, shape)?.map(Array::doubles).transpose()
    }

    fn double(&mut self, name: &str) -> Result<Option<f64>> {
        Ok(self
            .doubles(name, &[])?
            .and_then(|values| values.first().copied()))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>> {
        let texts = self.shaped(name, &[])?.map(Array::texts).transpose()?;
        Ok(texts.and_then(|texts| texts.into_iter().next()))
    }

    /// The length of an array of one dimension, if it is there.
    fn length(&mut self, name: &str) -> Result<Option<usize>> {
        match Array::open(&mut self.archive, name)? {
            None => Ok(None),
            Some(array) => match array.shape() {
                [length] => Ok(usize::try_from(*length).ok()),
                shape => Err(array.wrong(&format!("the shape is {shape:?}, not a list"), SEE_HELP)),
            },
        }
    }

    fn matrix<T>(&self, rows: usize, columns: usize, values: Vec<T>) -> Result<Array2<T>> {
        let matrix = Array2::from_shape_vec((rows, columns), values);
        matrix.map_err(|error| self.problem(error.to_string()))
    }

    fn fields(&mut self) -> Result<Array2<f32>> {
        let shape = Array::open(&mut self.archive, "h")?.map(|array| array.shape().to_vec());
        let most_states = Alphabet::MAX_LETTERS as u64 + 1;
        match shape.as_deref() {
            None => Err(self.problem("there are no fields, 'h'")),
            Some(&[sites, states]) if sites > 0 && (2..=most_states).contains(&states) => {
                let (sites, states) = (sites as usize, states as usize);
                let values = self.singles("h", &[sites, states])?.unwrap_or_default();
                self.matrix(sites, states, values)
            }
            Some(shape) => Err(self.problem(format!("the fields have the shape {shape:?}"))),
        }
    }

    fn alphabet(
        &mut self,
        states: usize,
        asked: Option<&Alphabet>,
    ) -> Result<(Alphabet, GapTreatment)> {
        let letters = match (self.text("alphabet")?, asked) {
            (Some(own), Some(alphabet)) if !tells(&own, alphabet) => {
                return Err(Error::input(
                    Place::file(self.archive.name()),
                    format!(
                        "the array 'alphabet' says '{own}', not '{}'",
                        alphabet.model_letters(GapTreatment::Missing)
                    ),
                    "leave `alphabet` out",
                ));
            }
            (Some(own), _) => own,
            (None, Some(alphabet)) if alphabet.residues() == states => {
                alphabet.model_letters(GapTreatment::Missing)
            }
            (None, Some(alphabet)) => alphabet.model_letters(GapTreatment::State),
            (None, None) => Alphabet::protein().model_letters(match states {
                20 => GapTreatment::Missing,
                _ => GapTreatment::State,
            }),
        };
        let (alphabet, gaps) =
            alphabet_of(letters.as_bytes()).map_err(|error| self.wrong(&error))?;
        let gap_is_last =
            gaps == GapTreatment::Missing || letters.ends_with(char::from(GAP_LETTER));
        if alphabet.states(gaps) != states || !gap_is_last {
            return Err(Error::input(
                Place::file(self.archive.name()),
                format!("{states} states, but the alphabet is '{letters}'"),
                "give the letters, the gap last: as the array 'alphabet', or by potts convert FILE MODEL.h5 `alphabet=LETTERS`",
            ));
        }
        Ok((alphabet, gaps))
    }

    fn pairs(&mut self, name: &str, sites: usize, states: usize) -> Result<Option<Couplings>> {
        if sites.checked_mul(sites).is_none() {
            return Err(self.problem(format!("{sites} sites")));
        }
        let values = self.singles(name, &[pairs(sites), states, states])?;
        Ok(values.map(|values| Couplings::from_packed(sites, states, values)))
    }

    fn gauge(&mut self) -> Result<Gauge> {
        let known = [Gauge::Fitted, Gauge::ZeroSum, Gauge::GapReference];
        self.word("gauge", known, Gauge::as_str)
    }

    fn identity_rule(&mut self) -> Result<IdentityRule> {
        use IdentityRule::{Above, AboveCeil, AtLeast};
        self.word(
            "identity_rule",
            [AtLeast, Above, AboveCeil],
            IdentityRule::as_str,
        )
    }

    /// The value whose word stands in the file; the first, where there is none.
    fn word<T: Copy>(
        &mut self,
        name: &str,
        known: [T; 3],
        word: fn(T) -> &'static str,
    ) -> Result<T> {
        let Some(text) = self.text(name)? else {
            return Ok(known[0]);
        };
        let found = known.into_iter().find(|&value| word(value) == text);
        found.ok_or_else(|| self.problem(format!("'{text}' is no {name}")))
    }

    /// Weights and frequencies, if both are there.
    fn family(
        &mut self,
        sites: usize,
        states: usize,
        residues: usize,
    ) -> Result<Option<FamilyData>> {
        let Some(sequences) = self.length("weights")? else {
            return Ok(None);
        };
        let columns = residues + 1;
        let Some(frequencies) = self.doubles("frequencies", &[sites, columns])? else {
            return Ok(None);
        };
        let weights = self.doubles("weights", &[sequences])?.unwrap_or_default();
        let weights = SequenceWeights::new(weights).map_err(|error| self.wrong(&error))?;
        let kept = self.kept(sequences)?;
        let neff = self
            .double("neff")?
            .unwrap_or_else(|| weights.effective_number());
        let sum = weights.effective_number();
        let rounding = single_rounding(weights.as_slice().len());
        if (neff - sum).abs() > rounding * sum {
            return Err(self.problem(format!("neff is {neff}, but the weights add up to {sum}")));
        }
        let frequencies = self.matrix(sites, columns, frequencies)?;
        let frequencies =
            Frequencies::within(neff, frequencies, rounding).map_err(|error| self.wrong(&error))?;
        Ok(Some(FamilyData {
            features: None,
            chain_neff: None,
            weights,
            kept,
            frequencies,
            pair_frequencies: self.pairs("pair_frequencies", sites, states)?,
            sequences: None,
        }))
    }

    /// Which rows the weights are of; all, where it is not said.
    fn kept(&mut self, sequences: usize) -> Result<Vec<bool>> {
        let Some(rows) = self.length("kept")? else {
            return Ok(vec![true; sequences]);
        };
        let flags = self.doubles("kept", &[rows])?.unwrap_or_default();
        let kept: Vec<bool> = flags.iter().map(|&flag| flag != 0.0).collect();
        match kept.iter().filter(|&&kept| kept).count() {
            count if count == sequences && count > 0 => Ok(kept),
            count => Err(self.problem(format!("{sequences} weights for {count} kept sequences"))),
        }
    }
}
