//! Text parameters of adabmDCA and bmDCA: a line a number, sites from 0, i < j, couplings first, fields last.
//!
//! ```text
//! J i j A C 0.25      adabmDCA 2 names states by letters
//! h i A -1.5
//! J i j 1 2 0.25      adabmDCA 1 and bmDCA count them: 0 is the gap, then the letters of the alphabet in order
//! h i 1 -1.5
//! ```
//!
//! Couplings that are not there are 0 (programs leave out those that they pruned). Some programs write both triangles, i < j and
//! i > j. The file is read twice: the first time to learn how many sites and which states there are.

mod survey;
mod write;

pub use write::{HOLDS, notes, write_integers, write_letters};

use super::states::without_idle_gap;
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::{Error, Result};
use crate::io::files::stream::{Lines, Stream};
use crate::model::Couplings;
use crate::model::couplings::pair_index;
use crate::model::{Model, Parameters};
use ndarray::Array2;
use std::path::Path;
use survey::Survey;

/// Whether a file that begins like this is one of these.
pub fn looks_like(start: &[u8]) -> bool {
    let mut lines = start.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let words = line.map(words).unwrap_or_default();
    matches!(words[..], [b"J", _, _, _, _, _] | [b"h", _, _, _])
}

fn words(line: &[u8]) -> Vec<&[u8]> {
    let words = line.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty()).collect()
}

/// Reads a file; `alphabet` is needed where its states do not tell it.
///
/// # Errors
/// [`Error::Input`] if a line is not as above, a number stands there twice, a field is missing, or the alphabet is not clear.
pub fn read(path: &Path, alphabet: Option<&Alphabet>) -> Result<Model> {
    let survey = Survey::of(Stream::open(path)?)?;
    let names = survey.names(path, alphabet)?;
    survey.check_memory(Stream::open(path)?, names.states())?;
    let mut filling = Filling::new(&survey, &names);
    let mut lines = Stream::open(path)?.lines();
    while lines.advance()? {
        if let Some(record) = Line::of(&lines)? {
            filling.put(record, &lines)?;
        }
    }
    let (fields, couplings) = (filling.fields, filling.couplings);
    let (fields, couplings, gaps) = without_idle_gap(fields, couplings, names.gaps);
    let model = Parameters::of(fields, couplings)?;
    let columns = ColumnMap::unnumbered(survey.sites());
    Ok(Model::of_parameters(model, names.alphabet, gaps, columns))
}

/// One line.
enum Line<'a> {
    Coupling {
        sites: (usize, usize),
        states: (&'a [u8], &'a [u8]),
        value: &'a [u8],
    },
    Field {
        site: usize,
        state: &'a [u8],
        value: &'a [u8],
    },
}

impl<'a> Line<'a> {
    /// The line, unless it is blank or a comment.
    fn of(lines: &'a Lines) -> Result<Option<Self>> {
        let mut words = lines.words();
        let tag = words.next();
        let mut word = || words.next().unwrap_or_default();
        let record = match tag {
            None => return Ok(None),
            Some(word) if word.starts_with(b"#") => return Ok(None),
            Some(b"J") => Self::Coupling {
                sites: (site(word(), lines)?, site(word(), lines)?),
                states: (word(), word()),
                value: word(),
            },
            Some(b"h") => Self::Field {
                site: site(word(), lines)?,
                state: word(),
                value: word(),
            },
            Some(other) => {
                let problem = format!("a line that starts with '{}'", other.escape_ascii());
                return Err(lines.wrong(problem, LINES_ARE));
            }
        };
        match (record.value(), words.next()) {
            (value, None) if !value.is_empty() => Ok(Some(record)),
            _ => Err(lines.wrong("a line with too few or too many words", LINES_ARE)),
        }
    }

    fn value(&self) -> &'a [u8] {
        match self {
            Self::Coupling { value, .. } | Self::Field { value, .. } => value,
        }
    }
}

const LINES_ARE: &str = "lines are 'J i j A C value' for couplings and 'h i A value' for fields";

/// More sites than any family has.
const MOST_SITES: usize = 1 << 20;

fn site(word: &[u8], lines: &Lines) -> Result<usize> {
    let digits = std::str::from_utf8(word).ok();
    let site = digits.and_then(|digits| digits.parse().ok());
    site.filter(|&site| site < MOST_SITES).ok_or_else(|| {
        let problem = format!("'{}' is not a site", word.escape_ascii());
        lines.wrong(problem, LINES_ARE)
    })
}

/// What the states of a file are called.
struct StateNames {
    alphabet: Alphabet,
    gaps: GapTreatment,
    /// Whether states are counted, and not called by letters.
    counted: bool,
}

impl StateNames {
    fn states(&self) -> usize {
        self.alphabet.states(self.gaps)
    }

    /// The model's state of a word.
    fn state(&self, word: &[u8]) -> Option<usize> {
        let gap = self.alphabet.residues();
        if !self.counted {
            let &[letter] = word else { return None };
            let residue = self.alphabet.letters().iter().position(|&l| l == letter);
            return residue.or_else(|| (letter == b'-').then_some(gap));
        }
        let colour: usize = std::str::from_utf8(word).ok()?.parse().ok()?;
        match (self.gaps, colour) {
            (GapTreatment::State, 0) => Some(gap),
            (GapTreatment::State, colour) => Some(colour - 1),
            (GapTreatment::Missing, colour) => Some(colour),
        }
    }
}

/// Parameters that are being read.
struct Filling<'a> {
    names: &'a StateNames,
    fields: Array2<f32>,
    couplings: Option<Couplings>,
    seen_fields: Seen,
    seen_couplings: Seen,
}

impl<'a> Filling<'a> {
    fn new(survey: &Survey, names: &'a StateNames) -> Self {
        let (sites, states) = (survey.sites(), names.states());
        let coupled = survey.has_couplings();
        let couplings = coupled.then(|| Couplings::zeros(sites, states));
        Self {
            names,
            fields: Array2::zeros((sites, states)),
            seen_fields: Seen::new(sites * states),
            seen_couplings: Seen::new(couplings.as_ref().map_or(0, |c| c.as_slice().len())),
            couplings,
        }
    }

    fn put(&mut self, record: Line, lines: &Lines) -> Result<()> {
        let value = lines.number(record.value())?;
        match record {
            Line::Field { site, state, .. } => {
                let state = self.state(state, lines)?;
                let place = site * self.names.states() + state;
                if self.seen_fields.insert(place) {
                    return Err(twice(lines));
                }
                self.fields[[site, state]] = value;
            }
            Line::Coupling { sites, states, .. } => {
                let states = (self.state(states.0, lines)?, self.state(states.1, lines)?);
                self.put_coupling(sites, states, value, lines)?;
            }
        }
        Ok(())
    }

    fn put_coupling(
        &mut self,
        (i, j): (usize, usize),
        (a, b): (usize, usize),
        value: f32,
        lines: &Lines,
    ) -> Result<()> {
        let Some(couplings) = &mut self.couplings else {
            return Ok(());
        };
        let is_upper = i < j;
        let (i, j, a, b) = if is_upper { (i, j, a, b) } else { (j, i, b, a) };
        let states = couplings.states();
        let block = pair_index(couplings.sites(), i, j) * states * states;
        let known = &mut couplings.block_mut(i, j)[a * states + b];
        // The other triangle repeats the first.
        let repeats = !is_upper && *known == value;
        if self.seen_couplings.insert(block + a * states + b) && !repeats {
            return Err(twice(lines));
        }
        *known = value;
        Ok(())
    }

    fn state(&self, word: &[u8], lines: &Lines) -> Result<usize> {
        let state = self.names.state(word);
        state.filter(|&s| s < self.names.states()).ok_or_else(|| {
            let problem = format!(
                "'{}' is no state of a model over '{}'",
                word.escape_ascii(),
                self.names.alphabet.model_letters(self.names.gaps)
            );
            lines.wrong(problem, "write the file again, or name other letters: potts convert FILE MODEL.h5 `alphabet=LETTERS`")
        })
    }
}

fn twice(lines: &Lines) -> Error {
    lines.wrong(
        "this number was given before",
        "each field and coupling stands in one line: remove the other, or write the file again",
    )
}

/// One flag a number.
struct Seen(Vec<u64>);

impl Seen {
    fn new(numbers: usize) -> Self {
        Self(vec![0; numbers.div_ceil(64)])
    }

    /// Sets a flag; whether it was set before.
    fn insert(&mut self, number: usize) -> bool {
        let (word, bit) = (&mut self.0[number / 64], 1 << (number % 64));
        let before = *word & bit != 0;
        *word |= bit;
        before
    }
}

#[cfg(test)]
mod tests;
