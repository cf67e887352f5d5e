//! Model files of any known format: told apart by how they begin, written as their names say.

use super::hdf5;
use super::model_formats::{Note, plmc};
use super::output::write_file;
use super::stream::Stream;
use crate::error::{Error, Place, Result};
use crate::fit::FittedModel;
use std::path::Path;

/// Bytes that are looked at to tell the format.
const GLANCE: u64 = 1 << 12;

/// The first bytes of an HDF5 file.
const HDF5_MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

/// A format of models that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFormat {
    /// The model file of this program.
    Hdf5,
    /// Binary parameters of plmc and EVcouplings.
    Plmc,
}

/// A format that models can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetFormat {
    /// The model file of this program.
    Hdf5,
    /// Binary parameters of plmc and EVcouplings.
    Plmc,
}

/// The format of a model file; `None` if it is none, cannot be read or is standard input.
pub fn detect(path: &Path) -> Option<ModelFormat> {
    match beginning(path) {
        Ok(start) => format_of(&start),
        Err(_) => None,
    }
}

fn beginning(path: &Path) -> Result<Vec<u8>> {
    Ok(Stream::open(path)?.beginning(GLANCE))
}

fn format_of(start: &[u8]) -> Option<ModelFormat> {
    match start {
        s if s.starts_with(HDF5_MAGIC) => Some(ModelFormat::Hdf5),
        s if plmc::looks_like(s) => Some(ModelFormat::Plmc),
        _ => None,
    }
}

/// Reads a model of any known format and checks everything that the rest of the program relies on.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened; [`Error::Input`] if it is no model, incomplete or damaged.
pub fn read(path: &Path) -> Result<FittedModel> {
    let start = beginning(path)?;
    let imported = match format_of(&start) {
        Some(ModelFormat::Hdf5) => return hdf5::read(path),
        Some(ModelFormat::Plmc) => plmc::read(Stream::open(path)?),
        None => Err(foreign(path, &start)),
    };
    imported.map(|mut fitted| {
        fitted.provenance.created_by = "plmc or EVcouplings".into();
        fitted
    })
}

/// The error for a file that is no model: what it seems to be, and what would help.
fn foreign(path: &Path, start: &[u8]) -> Error {
    let text = start.trim_ascii_start();
    let (problem, advice) = match text {
        [] => ("the file is empty", GIVE_A_MODEL),
        s if s.starts_with(b">") || s.starts_with(b"# STOCKHOLM") => (
            "this is an alignment, not a model",
            "fit a model to it first: potts fit ALIGNMENT -o MODEL.h5",
        ),
        _ => ("not a model file of a known format", GIVE_A_MODEL),
    };
    Error::input(Place::file(path.display().to_string()), problem, advice)
}

const GIVE_A_MODEL: &str = "give a model file, as written by `potts fit` or another program (`potts convert --help` lists the formats)";

impl TargetFormat {
    /// The format that a file's name asks for, by its ending before any `.gz`.
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "h5" | "hdf5" => Some(Self::Hdf5),
            "plmc" | "model" | "params" => Some(Self::Plmc),
            _ => None,
        }
    }

    /// What a file of this format would lose of `fitted`, and what would be made up for it.
    pub fn notes(self, fitted: &FittedModel) -> Vec<Note> {
        match self {
            Self::Hdf5 => Vec::new(),
            Self::Plmc => [plmc::HOLDS.losses(fitted), plmc::notes(fitted)].concat(),
        }
    }

    /// Writes a model to `path`: all of it, or nothing; gzip if the name ends in `.gz`.
    ///
    /// # Errors
    /// [`Error::Exists`] if there is a file and not `force`; [`Error::Io`] if writing fails; [`Error::Usage`] if the format cannot
    /// hold such a model.
    pub fn write(self, fitted: &FittedModel, path: &Path, force: bool) -> Result<()> {
        match self {
            Self::Hdf5 => hdf5::write(fitted, path, force),
            Self::Plmc => write_file(path, force, |out| plmc::write(fitted, out)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let of = |name: &str| TargetFormat::of_name(Path::new(name));
        assert_eq!(of("a/b.params"), Some(TargetFormat::Plmc));
        assert_eq!(of("x.MODEL.gz"), Some(TargetFormat::Plmc));
        assert_eq!(of("x.h5"), Some(TargetFormat::Hdf5));
        assert_eq!(of("h5"), None);
        assert_eq!(of(".gz"), None);
    }
}
