//! PDB files: a record a line, its parts in fixed columns.
//!
//! Lines may end after the temperature factor (66 columns, as before 1996), with `\r\n` or `\n`; a number may be missing where nothing depends on
//! it. Of several models the first is read.

mod assemblies;
mod atom;
mod header;

use super::draft::Draft;
use super::polymer::{Declared, polymers};
use super::unfinished::{Unfinished, wrong};
use crate::error::{Error, Result};
use crate::io::alignments::text::{Line, Text};
use assemblies::Remark350;
use header::Header;

/// What to do about a line that cannot be read.
const ADVICE: &str = "a PDB file has its parts in fixed columns: see whether an editor has moved them, or fetch the file again";

/// Records with which a PDB file may begin.
const RECORDS: [&str; 24] = [
    "HEADER", "OBSLTE", "TITLE ", "SPLIT ", "CAVEAT", "COMPND", "SOURCE", "KEYWDS", "EXPDTA",
    "NUMMDL", "MDLTYP", "AUTHOR", "REVDAT", "SPRSDE", "JRNL  ", "REMARK", "DBREF ", "SEQRES",
    "CRYST1", "MODEL ", "ATOM  ", "HETATM", "USER  ", "PARENT",
];

/// Whether a text is a PDB file: by the record that it begins with, or because there are atoms.
pub fn looks_like(text: &Text) -> bool {
    let is_atom = |line: &[u8]| line.starts_with(b"ATOM  ") || line.starts_with(b"HETATM");
    let begins = |line: &[u8]| {
        RECORDS.iter().any(|record| {
            line.starts_with(record.as_bytes()) || line == record.trim_end().as_bytes()
        })
    };
    let first = text
        .lines()
        .find(|line| !line.bytes.trim_ascii().is_empty());
    first.is_some_and(|line| begins(line.bytes.trim_ascii_end()))
        || text.lines().any(|line| is_atom(line.bytes))
}

/// Reads the first model.
///
/// # Errors
/// [`Error::Input`] with the line that cannot be read.
pub fn read(text: &Text) -> Result<Unfinished> {
    let mut file = File::default();
    for line in text.lines() {
        if file.read(text, &line)? {
            break;
        }
    }
    let (chains, assemblies) = (
        polymers(file.draft, &file.declared),
        file.assemblies.finish(text)?,
    );
    let mut found = file.header.finish();
    found.assemblies = assemblies.resolve(&chains.chains);
    found.chains = chains.chains;
    Ok(found)
}

#[derive(Default)]
struct File {
    draft: Draft,
    declared: Declared,
    header: Header,
    assemblies: Remark350,
}

impl File {
    /// Reads a line; whether it is the last that matters.
    fn read(&mut self, text: &Text, line: &Line) -> Result<bool> {
        let bytes = line.bytes.trim_ascii_end();
        match &bytes[..bytes.len().min(6)] {
            b"ATOM  " | b"HETATM" => {
                let row = atom::Columns(bytes);
                let failed = |problem: String| wrong(text, line.number, problem, ADVICE);
                let names = row.names();
                self.draft
                    .push(&row.read(&names).map_err(failed)?)
                    .map_err(failed)?;
            }
            b"TER" | b"TER   " => self.draft.end_chain(),
            b"ENDMDL" | b"END" | b"MODEL " => return Ok(!self.draft.is_empty()),
            b"MODRES" => {
                let cell = |range| String::from_utf8_lossy(columns(bytes, range)).into_owned();
                self.declared.parents.insert(cell((13, 15)), cell((25, 27)));
            }
            b"REMARK" if columns(bytes, (8, 10)) == b"350" => {
                let failed =
                    |problem: String| -> Error { wrong(text, line.number, problem, ADVICE) };
                self.assemblies
                    .read(bytes.get(10..).unwrap_or_default())
                    .map_err(failed)?;
            }
            _ => self.header.read(bytes),
        }
        Ok(false)
    }
}

/// What stands in columns, which count from 1, without blanks around it.
fn columns(line: &[u8], (first, last): (usize, usize)) -> &[u8] {
    let end = last.min(line.len());
    line.get(first - 1..end).unwrap_or_default().trim_ascii()
}
