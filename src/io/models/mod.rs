//! Model files of any known format: told apart by how they begin, written as their names say.

pub mod adabmdca;
pub mod by_hand;
pub mod ccmpred_raw;
pub mod gremlin;
pub mod hdf5;
pub mod notes;
pub mod npz;
pub mod plmc;
pub mod score_tables;

mod plausible;
mod states;
mod typed_decimals;

use super::files::output::write_file;
use super::files::stream::Stream;
use crate::alphabet::Alphabet;
use crate::error::{Error, Place, Result};
use crate::model::Model;
use crate::mutants::Mutant;

use notes::Note;
use std::io::Write;
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
    /// Raw parameters of CCMpred.
    CcmpredRaw,
    /// Text parameters of GREMLIN.
    Gremlin,
    /// Text parameters of adabmDCA and bmDCA.
    AdabmDca,
    /// Arrays of numpy.
    Npz,
    /// Fields and couplings written by hand.
    ByHand,
}

/// A format that models can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// The model file of this program.
    Hdf5,
    /// Binary parameters of plmc and EVcouplings.
    Plmc,
    /// Table of coupling scores of EVcouplings.
    CouplingScores,
    /// Raw parameters of CCMpred.
    CcmpredRaw,
    /// Matrix of contact scores of CCMpred.
    CcmpredMatrix,
    /// Text parameters of GREMLIN.
    Gremlin,
    /// Text parameters of adabmDCA 2: states are letters.
    AdabmDca,
    /// Text parameters of adabmDCA 1 and bmDCA: states are numbers.
    AdabmDcaIntegers,
    /// Arrays of numpy.
    Npz,
}

impl ModelFormat {
    /// Whose format it is.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Hdf5 => "potts (HDF5)",
            Self::Plmc => "plmc or EVcouplings (binary parameters)",
            Self::CcmpredRaw => "CCMpred (raw parameters)",
            Self::Gremlin => "GREMLIN (text parameters)",
            Self::AdabmDca => "adabmDCA or bmDCA (text parameters)",
            Self::Npz => "numpy arrays",
            Self::ByHand => "a table of fields and couplings",
        }
    }
}

/// The format of a model file; `None` if it is none, cannot be read or is standard input.
pub fn detect(path: &Path) -> Option<ModelFormat> {
    format_of(path, &beginning(path).ok()?)
}

fn beginning(path: &Path) -> Result<Vec<u8>> {
    // Asked first, for opening a pipe waits until somebody writes to it.
    let found = std::fs::metadata(path).map_err(Error::io("read", path))?;
    if !found.is_file() {
        return Err(Error::input(
            Place::file(path.display().to_string()),
            "this is no regular file, as a model is",
            GIVE_A_MODEL,
        ));
    }
    Ok(Stream::open(path)?.beginning(GLANCE))
}

/// The beginning of a file that is to be read.
fn beginning_to_read(path: &Path) -> Result<Vec<u8>> {
    let start = beginning(path)?;
    match start.starts_with(HDF5_MAGIC) && Stream::open(path)?.is_gzip() {
        true => Err(Error::input(
            Place::file(path.display().to_string()),
            "a model file that was packed with gzip",
            "unpack it first: gunzip FILE",
        )),
        false => Ok(start),
    }
}

fn format_of(path: &Path, start: &[u8]) -> Option<ModelFormat> {
    let all = || Stream::open(path).ok().map(Stream::lines);
    match start {
        s if s.starts_with(HDF5_MAGIC) => Some(ModelFormat::Hdf5),
        s if npz::looks_like(s) => Some(ModelFormat::Npz),
        s if plmc::looks_like(s) => Some(ModelFormat::Plmc),
        s if gremlin::looks_like(s) => Some(ModelFormat::Gremlin),
        s if adabmdca::looks_like(s) => Some(ModelFormat::AdabmDca),
        s if ccmpred_raw::looks_like(s, all) => Some(ModelFormat::CcmpredRaw),
        s if by_hand::looks_like(s) => Some(ModelFormat::ByHand),
        _ => None,
    }
}

/// Reads a model of any known format and checks everything that the rest of the program relies on.
///
/// # Errors
/// As [`read_with`].
pub fn read(path: &Path) -> Result<Model> {
    read_with(path, None)
}

/// Reads a model of any known format, with the alphabet of its states for formats that do not tell it.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened; [`Error::Input`] if it is no model, incomplete or damaged, or if its states need an
/// alphabet or are not of the one given.
pub fn read_with(path: &Path, alphabet: Option<&Alphabet>) -> Result<Model> {
    let start = beginning_to_read(path)?;
    let Some(format) = format_of(path, &start) else {
        return Err(foreign(path, &start));
    };
    let mut fitted = match format {
        ModelFormat::Hdf5 => return hdf5::read(path),
        ModelFormat::Plmc => plmc::read(Stream::open(path)?),
        ModelFormat::CcmpredRaw => ccmpred_raw::read(Stream::open(path)?),
        ModelFormat::Gremlin => gremlin::read(Stream::open(path)?, alphabet),
        ModelFormat::AdabmDca => adabmdca::read(path, alphabet),
        ModelFormat::Npz => npz::read(path, alphabet),
        ModelFormat::ByHand => by_hand::read(Stream::open(path)?, alphabet),
    }?;
    plausible::check(&fitted, path)?;
    fitted.provenance.created_by = format.describe().into();
    Ok(fitted)
}

/// As [`read`], but without the sequences of a model of this program's: for those who need its numbers only.
///
/// # Errors
/// As [`read_with`].
pub fn read_without_sequences(path: &Path) -> Result<Model> {
    match format_of(path, &beginning_to_read(path)?) {
        Some(ModelFormat::Hdf5) => hdf5::read_without_sequences(path),
        _ => read(path),
    }
}

/// Opens a model of any known format to score mutants with. One of this program's stays in its file as far as it is not needed.
///
/// # Errors
/// As [`read`]; what is wrong with a part of a file that is read later is told then.
pub fn open(path: &Path) -> Result<Model> {
    match format_of(path, &beginning_to_read(path)?) {
        Some(ModelFormat::Hdf5) => hdf5::open(path),
        _ => read(path),
    }
}

/// The error for a file that is no model: what it seems to be, and what would help.
fn foreign(path: &Path, start: &[u8]) -> Error {
    let text = start.trim_ascii_start();
    let line = text.split(|&b| b == b'\n').next().unwrap_or_default();
    let is_number = |word: &[u8]| std::str::from_utf8(word).is_ok_and(|w| w.parse::<f64>().is_ok());
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let (problem, advice) = match text {
        [] => ("the file is empty", GIVE_A_MODEL),
        s if s.starts_with(b"PK\x03\x04") => (
            "this is a zip archive or an office document, without arrays of a model",
            "unpack it first, and give what is in it",
        ),
        s if s.starts_with(b">") || s.starts_with(b"# STOCKHOLM") => (
            "this is an alignment, not a model",
            "fit a model to it first: potts fit ALIGNMENT -o MODEL.h5",
        ),
        s if s.starts_with(b"i,A_i,j,A_j") => (
            "this is a table of coupling scores, from which no model can be made",
            "give the parameters of the model: EVcouplings keeps them in its .model file",
        ),
        _ if words.clone().count() > 1 && words.all(is_number) => (
            "this is a matrix of numbers, such as CCMpred's contact scores, from which no model can be made",
            "give the parameters of the model: CCMpred writes them with its option -r",
        ),
        _ if is_of_mutants(text) => (
            "this is a table or a list of mutants, not a model",
            "the model comes first, then the table: potts score-mutants MODEL.h5 TABLE",
        ),
        _ => ("not a model file of a known format", GIVE_A_MODEL),
    };
    Error::input(Place::file(path.display().to_string()), problem, advice)
}

/// Whether one of the first lines has a mutant in a cell.
fn is_of_mutants(text: &[u8]) -> bool {
    const LINES: usize = 3;
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'\t' | b'\r' | b'"');
    let lines = text.split(|&byte| byte == b'\n').take(LINES);
    let mut cells = lines.flat_map(|line| line.split(ends));
    cells.any(|cell| {
        let mutant = Mutant::parse(cell);
        mutant.is_ok_and(|mutant| !mutant.is_wild_type() && !mutant.lacks_wild_type())
    })
}

const GIVE_A_MODEL: &str = "give a model file, as written by `potts fit` or another program (the help of `potts convert` lists the formats)";

impl OutputFormat {
    /// The format that a file's name asks for, by its ending before any `.gz`.
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "h5" | "hdf5" => Some(Self::Hdf5),
            "plmc" | "model" | "params" => Some(Self::Plmc),
            "csv" => Some(Self::CouplingScores),
            "raw" => Some(Self::CcmpredRaw),
            "mat" => Some(Self::CcmpredMatrix),
            "mrf" => Some(Self::Gremlin),
            "dat" => Some(Self::AdabmDca),
            "npz" => Some(Self::Npz),
            _ => None,
        }
    }

    /// Whether the format has room for frequencies of pairs.
    pub fn holds_pair_frequencies(self) -> bool {
        matches!(self, Self::Hdf5 | Self::Plmc | Self::Npz)
    }

    /// What a file of this format would lose of `fitted`, and what would be made up for it.
    pub fn notes(self, fitted: &Model) -> Vec<Note> {
        let (holds, more) = match self {
            Self::Hdf5 => return Vec::new(),
            Self::CouplingScores | Self::CcmpredMatrix => return score_tables::notes(),
            Self::Plmc => (plmc::HOLDS, plmc::notes(fitted)),
            Self::CcmpredRaw => (ccmpred_raw::HOLDS, ccmpred_raw::notes(fitted)),
            Self::Gremlin => (gremlin::HOLDS, gremlin::notes(fitted)),
            Self::AdabmDca | Self::AdabmDcaIntegers => (adabmdca::HOLDS, adabmdca::notes(fitted)),
            Self::Npz => (npz::HOLDS, Vec::new()),
        };
        [holds.losses(fitted), more].concat()
    }

    /// Checks that a file of this format may be called `path`: HDF5 and zip files are read at any place, which gzip does not allow.
    ///
    /// # Errors
    /// [`Error::Usage`] if the name asks for a compression that the format does not have.
    pub fn check_name(self, path: &Path) -> Result<()> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let advice = match (self, ending) {
            (Self::Hdf5 | Self::Npz, Some("gz")) => {
                "a file of this format cannot be compressed as a whole\n  leave the ending .gz out"
            }
            (Self::Hdf5 | Self::Npz, Some("csv" | "tsv" | "json")) => {
                "a model is no table\n  name it .h5; tables are made from it afterwards"
            }
            _ => return Ok(()),
        };
        Err(Error::Usage(format!("{}: {advice}", path.display())))
    }

    /// Writes a model to `path`: all of it, or nothing; gzip if the name ends in `.gz`.
    ///
    /// # Errors
    /// [`Error::Exists`] if there is a file and not `force`; [`Error::Io`] if writing fails; [`Error::Usage`] if the format cannot
    /// hold such a model, or cannot be compressed.
    pub fn write(self, fitted: &Model, path: &Path, force: bool) -> Result<()> {
        self.check_name(path)?;
        let put: fn(&Model, &mut dyn Write) -> Result<()> = match self {
            Self::Hdf5 => return hdf5::write(fitted, path, force),
            Self::Npz => return npz::write(fitted, path, force),
            Self::Plmc => plmc::write,
            Self::CouplingScores => score_tables::write_table,
            Self::CcmpredRaw => ccmpred_raw::write,
            Self::CcmpredMatrix => score_tables::write_matrix,
            Self::Gremlin => gremlin::write,
            Self::AdabmDca => adabmdca::write_letters,
            Self::AdabmDcaIntegers => adabmdca::write_integers,
        };
        write_file(path, force, |out| put(fitted, out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let of = |name: &str| OutputFormat::of_name(Path::new(name));
        assert_eq!(of("a/b.params"), Some(OutputFormat::Plmc));
        assert_eq!(of("x.MODEL.gz"), Some(OutputFormat::Plmc));
        assert_eq!(of("x.h5"), Some(OutputFormat::Hdf5));
        assert_eq!(of("h5"), None);
        assert_eq!(of(".gz"), None);
    }

    #[test]
    fn what_is_no_model_is_named() {
        for (start, words) in [
            (&b""[..], "empty"),
            (b">a\nACD\n", "an alignment"),
            (b"i,A_i,j,A_j,fn,cn\n", "coupling scores"),
            (b"0.0\t1.5e-1\t\n0.5\t0\t\n", "matrix of numbers"),
            (b"\x00\x01\x02", "not a model file"),
        ] {
            let error = foreign(Path::new("x"), start);
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(error.exit_code(), 3);
        }
    }
}
