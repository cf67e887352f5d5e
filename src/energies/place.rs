//! A sequence as it is given, brought to the sites of a model.

use super::profile::Profile;
use crate::alphabet::Symbol;
use crate::error::{Error, Place, Result, shortened};
use crate::model::Model;

/// A sequence as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its whole name.
    pub name: String,
    /// Its characters, gaps among them.
    pub letters: Vec<u8>,
    /// Where it stands, for messages.
    pub place: Place,
}

/// Whether sequences are aligned to the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alignedness {
    /// Those are that are as wide as the model, its target or its alignment; the others are aligned to the profile.
    #[default]
    ByWidth,
    /// All are: another width is an error.
    All,
    /// None is: gaps are left out, and all are aligned to the profile.
    None,
}

/// How a sequence came to the sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fitted {
    /// As it was given.
    AsGiven,
    /// By the profile.
    ToProfile {
        /// Residues between two sites, which are left out.
        inserted: usize,
        /// Residues before the first site and behind the last one.
        outside: usize,
    },
}

/// A sequence at the sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// States: residues, the gap one past the last of them, and one more for what is no residue.
    pub states: Vec<u8>,
    /// How they were found.
    pub fitted: Fitted,
    /// Share of its residues at the sites that are the most frequent there, where the profile is known.
    pub identity: Option<f64>,
    /// Letters at the sites that are no residue.
    pub unknown: usize,
    /// Whether it was taken as aligned by its width, but the profile says that it is not.
    pub looks_unaligned: bool,
}

/// A record without gaps that is as wide as the sites is aligned, or by chance so long: where fewer than this share of its residues are the most
/// frequent ones, it is looked whether the profile finds more, by as much again.
const UNLIKE: f64 = 0.3;
const MORE: f64 = 0.1;

/// Brings sequences to the sites of a model.
#[derive(Debug)]
pub struct Placing<'m> {
    model: &'m Model,
    alignedness: Alignedness,
    symbols: [Symbol; 256],
    /// Widths of aligned records, each with the columns of the sites.
    layouts: Vec<(usize, Vec<usize>)>,
    /// `Err` in words where there is none.
    profile: std::result::Result<Profile, String>,
}

const NO_LETTER: &str = "sequences have letters of residues, '-' or '.' for gaps, and '*' for stops: correct the record, or remove it";

impl<'m> Placing<'m> {
    /// For this model.
    ///
    /// # Errors
    /// If all sequences are to be aligned to a profile that the model does not have.
    pub fn new(model: &'m Model, alignedness: Alignedness) -> Result<Self> {
        let profile = Profile::of(model);
        if let (Alignedness::None, Err(error)) = (alignedness, &profile) {
            return Err(Error::Model(error.to_string()));
        }
        Ok(Self {
            model,
            alignedness,
            symbols: model.alphabet.symbols(),
            layouts: layouts(model),
            profile: profile.map_err(|error| error.to_string()),
        })
    }

    /// The states of a sequence at the sites.
    ///
    /// # Errors
    /// [`Error::Input`] if it holds no residue, a character that no sequence has, or is of a width that it may not have.
    pub fn place(&self, sequence: &Sequence) -> Result<Placed> {
        let wrong = |problem: String, advice: &str| {
            Error::input(sequence.place.clone(), problem, advice.to_owned())
        };
        let letters = without_stops(&sequence.letters);
        let is_odd = |byte: &&u8| {
            self.symbols[usize::from(**byte)] == Symbol::Unknown
                && !(byte.is_ascii_alphabetic() || **byte == b'*')
        };
        if let Some(&odd) = letters.iter().find(is_odd) {
            let shown = [odd].escape_ascii().to_string();
            return Err(wrong(
                format!("'{shown}' is no letter of a sequence"),
                NO_LETTER,
            ));
        }
        if !letters
            .iter()
            .any(|byte| self.symbols[usize::from(*byte)] != Symbol::Gap)
        {
            let problem = match letters.is_empty() {
                true => "the sequence is empty",
                false => "the sequence has no residue",
            };
            return Err(wrong(problem.into(), "remove the record or complete it"));
        }
        if self.alignedness != Alignedness::None
            && let Some(states) = self.as_given(letters)
        {
            let looks_unaligned = self.looks_unaligned(letters, &states);
            return Ok(Placed {
                looks_unaligned,
                ..self.placed(states, Fitted::AsGiven)
            });
        }
        match (self.alignedness, &self.profile) {
            (Alignedness::All, _) => Err(wrong(self.another_width(letters), ALIGNED_ADVICE)),
            (_, Err(problem)) => {
                let width = self.another_width(letters);
                Err(wrong(width, problem))
            }
            (_, Ok(profile)) => {
                let residues = self.residues(letters);
                if !profile.can_align(residues.len()) {
                    return Err(wrong(
                        format!("{} residues are too many to be aligned", residues.len()),
                        "cut the domain out that is to be looked at",
                    ));
                }
                let found = profile.place(&residues);
                let fitted = Fitted::ToProfile {
                    inserted: found.inserted,
                    outside: found.outside,
                };
                Ok(self.placed(found.states, fitted))
            }
        }
    }

    fn placed(&self, states: Vec<u8>, fitted: Fitted) -> Placed {
        let gap = self.model.alphabet.gap_state();
        Placed {
            identity: self.profile.as_ref().ok().map(|p| p.identity(&states)),
            unknown: states.iter().filter(|&&state| state > gap).count(),
            states,
            fitted,
            looks_unaligned: false,
        }
    }

    fn residues(&self, letters: &[u8]) -> Vec<u8> {
        let states = letters.iter().filter_map(|byte| self.residue(*byte));
        states.collect()
    }

    /// Whether a record that is as wide as it should be has no gaps, and is much more like the profile elsewhere.
    fn looks_unaligned(&self, letters: &[u8], states: &[u8]) -> bool {
        let Ok(profile) = &self.profile else {
            return false;
        };
        let own = profile.identity(states);
        if self.alignedness == Alignedness::All || own >= UNLIKE {
            return false;
        }
        let residues = self.residues(letters);
        residues.len() == letters.len()
            && profile.can_align(residues.len())
            && profile.place(&residues).identity > own + MORE
    }

    /// The state of a residue, or of a letter that is none; nothing for a gap.
    fn residue(&self, byte: u8) -> Option<u8> {
        match self.symbols[usize::from(byte)] {
            Symbol::Residue(state) => Some(state),
            Symbol::Unknown => Some(self.model.alphabet.gap_state() + 1),
            Symbol::Gap => None,
        }
    }

    /// The states of a record that is as wide as it should be: as it stands, or without the insertions of A3M.
    fn as_given(&self, letters: &[u8]) -> Option<Vec<u8>> {
        let gap = self.model.alphabet.gap_state();
        let layout = |letters: &[u8]| {
            let found = self
                .layouts
                .iter()
                .find(|(width, _)| *width == letters.len())?;
            let state = |&column: &usize| self.residue(letters[column]).unwrap_or(gap);
            Some(found.1.iter().map(state).collect())
        };
        layout(letters).or_else(|| {
            let is_column = |byte: &&u8| !(byte.is_ascii_lowercase() || **byte == b'.');
            let columns: Vec<u8> = letters.iter().filter(is_column).copied().collect();
            let has_insertions = columns.len() < letters.len();
            has_insertions.then(|| layout(&columns)).flatten()
        })
    }

    fn another_width(&self, letters: &[u8]) -> String {
        let widths: Vec<String> = self.layouts.iter().map(|(w, _)| w.to_string()).collect();
        format!(
            "this record has {} columns, but those of the model have {}",
            letters.len(),
            widths.join(" or ")
        )
    }
}

const ALIGNED_ADVICE: &str =
    "align it to the model's alignment, or leave `aligned` out: then it is aligned to the profile";

/// The widths of aligned records: the sites alone, all columns with a residue of the target, and the alignment; where its width is not known, as
/// far as the target goes.
fn layouts(model: &Model) -> Vec<(usize, Vec<usize>)> {
    let columns = model.columns.columns();
    let mut layouts = vec![(model.sites(), (0..model.sites()).collect())];
    let mut add = |width: usize, places: Vec<usize>| {
        if layouts.iter().all(|(known, _)| *known != width) {
            layouts.push((width, places));
        }
    };
    let modelled = || columns.iter().enumerate().filter(|(_, c)| c.modelled);
    add(columns.len(), modelled().map(|(k, _)| k).collect());
    let last = columns.iter().map(|c| c.alignment_column).max();
    let width = model.provenance.alignment_columns.or(last).unwrap_or(0);
    let places: Vec<u64> = modelled().map(|(_, c)| c.alignment_column).collect();
    let rises = places.windows(2).all(|w| w[0] < w[1]);
    let is_within = places.first().is_some_and(|first| *first > 0)
        && places.last().is_some_and(|last| *last <= width);
    if let (true, true, Ok(width)) = (rises, is_within, usize::try_from(width)) {
        add(
            width,
            places.iter().map(|&column| column as usize - 1).collect(),
        );
    }
    layouts
}

/// Without the stops at its end.
fn without_stops(letters: &[u8]) -> &[u8] {
    let stops = letters
        .iter()
        .rev()
        .take_while(|byte| **byte == b'*')
        .count();
    &letters[..letters.len() - stops]
}

impl Sequence {
    /// Of a record of a file, in a line counted from 1.
    pub fn new(file: &str, name: String, letters: Vec<u8>, line: u64) -> Self {
        let place = Place::file(file).line(line).record(shortened(&name));
        Self {
            name,
            letters,
            place,
        }
    }
}
