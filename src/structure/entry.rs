//! A structure file, read.

use super::assembly::Assembly;
use super::chain::Chain;
use crate::error::{Error, Result, in_a_line, shortened};

/// How it was known that a structure is a predicted model, so that it tells a confidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicted {
    /// The file has a table of confidences (ModelCIF).
    Metric,
    /// Its header says so, in this word.
    Word(String),
    /// The user says so.
    Asked,
}

/// The first model of a structure file: its polymers, without hydrogens, water, ligands and ions.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    /// The file, for messages.
    pub file: String,
    /// The name of the entry (`1ABC`); empty where the file has none.
    pub name: String,
    /// The title; empty where the file has none.
    pub title: String,
    /// The chains that are protein or nucleic acid, in the order of the file; one at least.
    pub chains: Vec<Chain>,
    /// The assemblies, in the order of the file; often none.
    pub assemblies: Vec<Assembly>,
    /// Whether it is a predicted model, and how that was known; `None` if it was measured, or nothing says so.
    pub predicted: Option<Predicted>,
}

impl Structure {
    /// Takes the B factors for confidences, where the file does not say by itself that they are.
    pub fn trust_b_factors(&mut self) {
        if self.predicted.is_none() {
            self.predicted = Some(Predicted::Asked);
            self.take_confidences();
        }
    }

    /// Fills in the confidences that are not known otherwise from the B factors. Programs that write shares up to 1 are put right.
    pub fn take_confidences(&mut self) {
        let residues = || self.chains.iter().flat_map(|chain| &chain.residues);
        let given = residues().any(|residue| residue.confidence.is_some());
        let known = |residue: &super::residue::Residue| match given {
            true => residue.confidence,
            false => residue.b_factor,
        };
        let most = residues().filter_map(known).fold(0.0, f64::max);
        let unit = if most > 0.0 && most <= 1.0 {
            100.0
        } else {
            1.0
        };
        for residue in self.chains.iter_mut().flat_map(|c| &mut c.residues) {
            residue.confidence = known(residue).map(|value| value * unit);
        }
    }

    /// The assembly of a name, the first where none is given; `None` if the file has none.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none of this name.
    pub fn assembly(&self, name: Option<&str>) -> Result<Option<&Assembly>> {
        let Some(name) = name else {
            return Ok(self.assemblies.first());
        };
        let found = self.assemblies.iter().find(|one| one.name == name);
        found.map(Some).ok_or_else(|| {
            let names: Vec<&str> = self.assemblies.iter().map(|one| &one.name[..]).collect();
            let there = match names.len() {
                0 => "none is described in it: leave `assembly` out, and the chains as they stand in the file are taken".into(),
                _ => format!("those described in it are {}", some_of(&names)),
            };
            Error::Usage(format!(
                "`assembly={}`: {} has no such assembly; {there}",
                in_a_line(&shortened(name)),
                in_a_line(&self.file)
            ))
        })
    }
}

/// Names in a row; of very many the first.
pub fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    const MOST: usize = 30;
    let shown = names.iter().take(MOST);
    let shown: Vec<String> = shown
        .map(|name| in_a_line(&shortened(name.as_ref())).into_owned())
        .collect();
    match names.len() > MOST {
        true => format!("{} and {} more", shown.join(", "), names.len() - MOST),
        false => shown.join(", "),
    }
}
