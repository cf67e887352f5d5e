//! Structure files: PDB and mmCIF, plain or compressed; the content tells which.
//!
//! Read are the polymers of the first model: the residues of proteins that have a CA, those of nucleic acids that have a C1', with all atoms but
//! hydrogens. Chains and residues have the names that authors gave them (`auth_*`). Of alternative places of an atom the one that is occupied
//! most is taken, of those alike the first; residues of one number with different insertion codes are different. A chromophore that stands for
//! three residues (CRO) has no CA, and none of its sites has a residue.
//!
//! The readers are our own. Of 24 files that other programs agree about, the crate `pdbtbx` (0.12, its loosest level) refuses three, two for lines
//! that end behind the temperature factor and one for a remark without a number, and has residues that are none in two: a calcium ion, and
//! ligands without a chain. It knows neither assemblies nor the confidence of predictions, for which mmCIF has to be read by us in any case.
//! These readers agree in all.

pub mod mmcif;
pub mod pdb;

mod draft;
mod hydrogen;
mod number;
mod polymer;
mod prediction;
mod unfinished;

#[cfg(test)]
mod tests;

use super::alignments::foreign;
use super::alignments::text::Text;
use super::files::source::Source;
use crate::error::{Error, Place, Result};
use crate::structure::Structure;
use std::path::Path;
use unfinished::Unfinished;

/// What is expected of a structure file.
const EXPECTED: &str =
    "a structure is expected, in PDB or mmCIF format, plain or compressed with gzip or zstd";

/// Reads a structure file, or standard input for `-`. `available` bytes of memory may be used, those that are free where none are given.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Memory`] if it is too large; [`Error::Input`] if it is no structure, has none of a protein
/// or nucleic acid, or a line of it cannot be read.
pub fn read(path: &Path, available: Option<u64>) -> Result<Structure> {
    read_source(&Source::read_expecting(path, EXPECTED, available)?)
}

/// The same of an input that is in memory.
///
/// # Errors
/// As [`read`].
pub fn read_source(source: &Source) -> Result<Structure> {
    let text = source.text()?;
    let found = if mmcif::looks_like(&text) {
        mmcif::read(&text)?
    } else if foreign::binary(text.bytes()).is_none() && pdb::looks_like(&text) {
        pdb::read(&text)?
    } else {
        return Err(unknown(&text));
    };
    finished(found, &text)
}

fn finished(found: Unfinished, text: &Text) -> Result<Structure> {
    if found.chains.is_empty() {
        return Err(Error::input(
            Place::file(&text.file),
            "no residue of a protein or nucleic acid has coordinates in it (the atom CA, or C1', in the first model)",
            "give a file that has the chain of the model",
        ));
    }
    let mut structure = Structure {
        file: text.file.clone(),
        name: found.name,
        title: found.title,
        chains: found.chains,
        assemblies: found.assemblies,
        predicted: found.predicted,
    };
    if structure.predicted.is_some() {
        structure.take_confidences();
    }
    Ok(structure)
}

fn unknown(text: &Text) -> Error {
    let start = text.bytes().trim_ascii_start();
    let place = Place::file(&text.file);
    let known = foreign::binary(start).or_else(|| foreign::text(start));
    let problem = match start {
        [] => "the file holds only blanks".to_owned(),
        _ if memchr::memmem::find(start, b"dataBlocks").is_some() => {
            "this is a BinaryCIF file, which is not read".to_owned()
        }
        start => match known {
            Some(known) if known.what.ends_with("a structure") => format!(
                "this looks like {}, but no atom in it stands as the format has it: ATOM in capitals, numbers in their columns",
                known.what
            ),
            Some(known) => format!("this is {}", known.what),
            None => {
                let shown = String::from_utf8_lossy(&start[..start.len().min(20)]).into_owned();
                let shown = shown.lines().next().unwrap_or_default().escape_debug();
                format!("this is no structure: it starts with '{shown}'")
            }
        },
    };
    Error::input(place, problem, EXPECTED)
}
