//! Structures that a model is held against: one group of options for every command that does.

use super::messages::Messages;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::report::structures::{Remark, StructureOptions, Structures};
use crate::structure::DistanceKind;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// Which structures, and how they are read.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub struct StructureArgs {
    /// Structure to hold the pairs against (PDB, mmCIF, also compressed)
    ///
    /// May be given again, for two folds or states. Chains are found by their sequence, residue numbers do not matter.
    #[arg(long, value_name = "FILE")]
    pub structure: Vec<PathBuf>,
    /// Chain of the structure [default: the one most like the target]
    ///
    /// Of a complex, for its chains: A:C,B:D.
    #[arg(long, value_name = "NAME", requires = "structure")]
    pub structure_chain: Option<String>,
    /// Atoms whose distance counts
    #[arg(long, value_enum, default_value_t, requires = "structure")]
    pub distance: DistanceChoice,
    /// Distance in angstrom below which two residues touch
    #[arg(long, value_name = "A", default_value_t = 8.0, value_parser = positive, allow_negative_numbers = true, requires = "structure")]
    pub cutoff: f64,
    /// Assembly whose copies count [default: the first, and the file's chains]
    #[arg(long, value_name = "NAME", requires = "structure")]
    pub assembly: Option<String>,
    /// Take the B factors for pLDDT: a predicted structure that does not say so
    #[arg(long, requires = "structure")]
    pub plddt: bool,
}

/// `--distance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DistanceChoice {
    /// C-beta, C-alpha of glycine; C1' of nucleic acids
    #[default]
    Cb,
    /// The nearest two atoms but hydrogens
    Heavy,
    /// C-alpha; C1' of nucleic acids
    Ca,
}

impl DistanceChoice {
    /// What is measured.
    pub fn kind(self) -> DistanceKind {
        match self {
            Self::Cb => DistanceKind::Cb,
            Self::Heavy => DistanceKind::Heavy,
            Self::Ca => DistanceKind::Ca,
        }
    }
}

impl StructureArgs {
    /// The files.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.structure.iter().map(PathBuf::as_path)
    }

    /// Reads the structures, places the model on each and says so; `None` if none was given.
    ///
    /// # Errors
    /// As [`wanted_chains`] and [`Structures::read`].
    pub fn read(&self, model: &Model, messages: &Messages) -> Result<Option<Structures>> {
        let options = StructureOptions {
            files: self.structure.clone(),
            chains: wanted_chains(self.structure_chain.as_deref(), model)?,
            distance: self.distance.kind(),
            cutoff: self.cutoff,
            assembly: self.assembly.clone(),
            plddt: self.plddt,
        };
        let structures = Structures::read(options, model)?;
        let remarks = structures.iter().flat_map(|found| &found.remarks);
        for remark in remarks {
            match remark {
                Remark::Note(words) => messages.say(words),
                Remark::Warning(words) => messages.warn(words),
            }
        }
        Ok(structures)
    }
}

fn positive(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("it must be a number above 0".into()),
    }
}

/// The chains asked for, in the order of the model's: `A`, or of a complex `A:X,B:Y`.
///
/// # Errors
/// [`Error::Usage`] for a chain that the model does not have.
pub fn wanted_chains(text: Option<&str>, model: &Model) -> Result<Vec<Option<String>>> {
    let spans = model.columns.spans();
    let mut wanted = vec![None; spans.len()];
    let Some(text) = text else {
        return Ok(wanted);
    };
    if spans.len() == 1 {
        return Ok(vec![Some(text.to_owned())]);
    }
    for part in text.split(',') {
        let place = part.split_once(':').and_then(|(own, name)| {
            let place = model.columns.span_of(Some(own.trim().parse().ok()?))?;
            Some((place, name.trim().to_owned()))
        });
        let Some((place, name)) = place else {
            return Err(Error::Usage(format!(
                "--structure-chain {text}: of a complex, say for each chain of the model which chain of the structure it is, as in A:C,B:D; the model has {}",
                model.columns.numbering()
            )));
        };
        wanted[place] = Some(name);
    }
    Ok(wanted)
}
