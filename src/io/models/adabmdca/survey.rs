//! What a file is about, learnt in a first reading: its sites and its states.

use super::{LINES_ARE, Line, StateNames};
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::error::{Error, Place, Result};
use crate::io::files::stream::{Lines, Stream};
use crate::io::models::notes::check_proportion;
use crate::io::models::states::alphabet_of;
use std::path::Path;

/// More states than an alphabet has.
const MOST_STATES: usize = Alphabet::MAX_LETTERS + 1;

/// What the lines speak of.
#[derive(Default)]
pub struct Survey {
    /// Words for states, in the order of their first field.
    states: Vec<Vec<u8>>,
    /// One bit a state for each site: which of its fields are there.
    fields: Vec<u32>,
    /// The largest site of any coupling.
    last_coupled: Option<usize>,
}

impl Survey {
    /// Reads the lines once.
    ///
    /// # Errors
    /// [`Error::Input`] if one is wrong, or a site has no field.
    pub fn of(stream: Stream) -> Result<Self> {
        let mut survey = Self::default();
        let mut lines = stream.lines();
        while lines.advance()? {
            match Line::of(&lines)? {
                Some(Line::Field { site, state, .. }) => survey.see_field(site, state, &lines)?,
                Some(Line::Coupling { sites: (i, j), .. }) if i != j => {
                    survey.last_coupled = survey.last_coupled.max(Some(i.max(j)));
                }
                Some(Line::Coupling { .. }) => {
                    return Err(lines.wrong("a coupling of a site with itself", LINES_ARE));
                }
                None => {}
            }
        }
        survey.check_sites(lines.stream().name())?;
        Ok(survey)
    }

    fn see_field(&mut self, site: usize, state: &[u8], lines: &Lines) -> Result<()> {
        let known = self.states.iter().position(|known| known == state);
        let index = known.unwrap_or_else(|| {
            self.states.push(state.to_vec());
            self.states.len() - 1
        });
        if self.states.len() > MOST_STATES {
            let problem = format!("more than {MOST_STATES} states of a site");
            return Err(lines.wrong(problem, LINES_ARE));
        }
        if self.fields.len() <= site {
            self.fields.resize(site + 1, 0);
        }
        self.fields[site] |= 1 << index;
        Ok(())
    }

    fn check_sites(&self, name: &str) -> Result<()> {
        let missing = self.fields.iter().position(|&fields| fields == 0);
        let beyond = self.last_coupled.filter(|&site| site >= self.fields.len());
        match missing.or(beyond) {
            None if self.is_cut() => Err(Error::input(
                Place::file(name),
                format!("site {} lacks some of its fields", self.fields.len() - 1),
                "all other sites have more of them, and these are the last lines: the file was probably cut off",
            )),
            None if self.states.len() > 1 => Ok(()),
            None => Err(Error::input(
                Place::file(name),
                "there are no fields of two or more states",
                "fields are lines 'h i A value', the last of the file: it was probably cut off",
            )),
            Some(site) => Err(Error::input(
                Place::file(name),
                format!("site {site} has no field"),
                "every site has lines 'h i A value', at the end of the file: it was probably cut off",
            )),
        }
    }

    /// Whether the last site alone lacks fields, as in a file that ends too early.
    fn is_cut(&self) -> bool {
        let Some((last, others)) = self.fields.split_last() else {
            return false;
        };
        let all = self.fields.iter().fold(0, |all, fields| all | fields);
        *last != all && !others.is_empty() && others.iter().all(|fields| *fields == all)
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is any coupling.
    pub fn has_couplings(&self) -> bool {
        self.last_coupled.is_some()
    }

    /// Checks that couplings of all pairs are in proportion to the file.
    ///
    /// # Errors
    /// [`Error::Input`] if not.
    pub fn check_memory(&self, stream: Stream, states: usize) -> Result<()> {
        match self.has_couplings() {
            true => check_proportion(&stream, self.sites(), states),
            false => Ok(()),
        }
    }

    /// What the states are called, by the alphabet that was asked for or that the states show.
    ///
    /// # Errors
    /// [`Error::Input`] if they do not go with it, or show none.
    pub fn names(&self, path: &Path, asked: Option<&Alphabet>) -> Result<StateNames> {
        let is_number = |word: &&Vec<u8>| word.iter().all(u8::is_ascii_digit);
        let numbers = self.states.iter().filter(is_number).count();
        let found = if numbers == self.states.len() {
            self.counted(asked)
        } else if numbers == 0 && self.states.iter().all(|word| word.len() == 1) {
            self.lettered(asked)
        } else {
            Err("neither letters nor numbers".into())
        };
        found.map_err(|problem| {
            let states: Vec<String> = self.states.iter().map(|s| s.escape_ascii().to_string()).collect();
            Error::input(
                Place::file(path.display().to_string()),
                format!("the states are {}: {problem}", states.join(" ")),
                "say what they are: potts convert FILE MODEL.h5 `alphabet` protein, rna, dna or the letters",
            )
        })
    }

    fn counted(&self, asked: Option<&Alphabet>) -> std::result::Result<StateNames, String> {
        let numbers = self
            .states
            .iter()
            .filter_map(|word| std::str::from_utf8(word).ok()?.parse().ok());
        let states = numbers
            .max()
            .map_or(0, |largest: usize| largest.saturating_add(1));
        let alphabet = match (asked, states) {
            (Some(alphabet), _) => alphabet.clone(),
            (None, 21) => Alphabet::protein(),
            (None, 5) => Alphabet::rna(),
            _ => {
                return Err(format!(
                    "numbers up to {}, which tell no alphabet",
                    states.saturating_sub(1)
                ));
            }
        };
        let gaps = match states.checked_sub(alphabet.residues()) {
            Some(0) => GapTreatment::Missing,
            Some(1) => GapTreatment::State,
            _ => {
                return Err(format!(
                    "{states} states for {} letters",
                    alphabet.residues()
                ));
            }
        };
        Ok(StateNames {
            alphabet,
            gaps,
            counted: true,
        })
    }

    fn lettered(&self, asked: Option<&Alphabet>) -> std::result::Result<StateNames, String> {
        let letters = self.states.concat();
        let (listed, gaps) = alphabet_of(&letters).map_err(|error| error.to_string())?;
        let alphabet = match asked {
            Some(alphabet) => alphabet.clone(),
            None => self.shown(listed)?,
        };
        let foreign = |letter: &&u8| **letter != GAP_LETTER && !alphabet.letters().contains(letter);
        match letters.iter().find(foreign) {
            Some(letter) => Err(format!("'{}' is not in the alphabet", char::from(*letter))),
            None => Ok(StateNames {
                alphabet,
                gaps,
                counted: false,
            }),
        }
    }

    /// The letters as they are listed if every site lists all of them, or else a common alphabet that has just these letters.
    fn shown(&self, listed: Alphabet) -> std::result::Result<Alphabet, String> {
        let all = self.fields.iter().fold(0, |all, fields| all | fields);
        if self.fields.iter().all(|&fields| fields == all) {
            return Ok(listed);
        }
        let same = |common: &Alphabet| {
            let letters = common.letters();
            letters.len() == listed.residues()
                && letters.iter().all(|l| listed.letters().contains(l))
        };
        let common = [Alphabet::rna(), Alphabet::dna(), Alphabet::protein()];
        common
            .into_iter()
            .find(same)
            .ok_or_else(|| "some sites have fewer, so that some may be missing".into())
    }
}
