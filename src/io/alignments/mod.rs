//! Alignments of any known format, told apart by how they begin, or as the user says. What every format leaves out (rows that are no
//! sequences, stops at the ends) is left out in `draft`.

pub mod a2m;
pub mod clustal;
pub mod each;
pub mod fasta;
pub mod msf;
pub mod nexus;
pub mod one_a_line;
pub mod one_sequence;
pub mod phylip;
pub mod pir;
pub mod stockholm;
pub mod table;
pub mod unaligned;

mod annotation;
mod blocks;
mod characters;
mod dialect;
mod draft;
pub(crate) mod foreign;
mod locate;
mod parts;
mod stops;
pub(crate) mod text;

use super::files::source::Source;
use crate::alignment::AlignedRecords;
use crate::error::{Error, Place, Result};
use fasta::Dialect;
use foreign::EXPECTED;
use parts::{Separator, between_nuls, choose};
use std::num::NonZeroUsize;
use std::ops::Range;
use text::Text;

/// The format of an alignment file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// `>name` lines, each followed by its sequence; without a dialect, the rows tell it.
    Fasta(Option<Dialect>),
    /// PIR (NBRF): `>P1;name`, a title, the sequence up to `*`.
    Pir,
    /// Stockholm, as Pfam, HMMER and Infernal write it.
    Stockholm,
    /// Clustal.
    Clustal,
    /// MSF of GCG and PileUp.
    Msf,
    /// PHYLIP.
    Phylip,
    /// NEXUS: its DATA or CHARACTERS block.
    Nexus,
    /// One sequence a line, without names.
    OneALine,
}

impl InputFormat {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fasta(None) => "FASTA, A2M or A3M",
            Self::Fasta(Some(Dialect::Fasta)) => "FASTA",
            Self::Fasta(Some(Dialect::A2m)) => "A2M",
            Self::Fasta(Some(Dialect::A3m)) => "A3M",
            Self::Pir => "PIR",
            Self::Stockholm => "Stockholm",
            Self::Clustal => "Clustal",
            Self::Msf => "MSF",
            Self::Phylip => "PHYLIP",
            Self::Nexus => "NEXUS",
            Self::OneALine => "one sequence a line",
        }
    }

    fn read(self, text: &Text) -> Result<AlignedRecords> {
        match self {
            Self::Fasta(dialect) => {
                fasta::read(text, dialect).map_err(|error| pir::suggested(text, error))
            }
            Self::Pir => pir::read(text),
            Self::Stockholm => stockholm::read(text),
            Self::Clustal => clustal::read(text),
            Self::Msf => msf::read(text),
            Self::Phylip => phylip::read(text),
            Self::Nexus => nexus::read(text),
            Self::OneALine => one_a_line::read(text),
        }
    }

    /// The alignments of a file that may hold several, and what divides them.
    fn parts(self, text: &Text) -> (Vec<Range<usize>>, Separator) {
        match self {
            Self::Stockholm => (stockholm::parts(text), Separator::End("'//'")),
            Self::Phylip => (phylip::parts(text), Separator::End("the first")),
            Self::Nexus => (nexus::parts(text), Separator::End("the first")),
            _ => (Vec::new(), Separator::End("the first")),
        }
    }
}

/// How an alignment file is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// The format; `None` leaves it to the content.
    pub format: Option<InputFormat>,
    /// Which alignment of a file that holds several, counted from 1.
    pub query: Option<NonZeroUsize>,
}

/// Reads an alignment of any [`InputFormat`]; its content tells which.
///
/// # Errors
/// If it is of none, or its rows do not make an alignment.
pub fn read(source: &Source) -> Result<AlignedRecords> {
    read_with(source, Reading::default())
}

/// Reads an alignment of a given format, or of the one that its content tells; of a file that holds several, the one that is asked for.
///
/// # Errors
/// If the content is plainly of another format, its rows do not make an alignment, or there are several and none is asked for.
pub fn read_with(source: &Source, reading: Reading) -> Result<AlignedRecords> {
    let whole = source.text()?;
    let (line, start) = beginning(&whole);
    if foreign::binary(start).is_some() {
        return Err(unknown(&whole, line, start));
    }
    let (text, blocks) = between_nuls(&whole);
    let (text, note, query) = match blocks.len() {
        0 | 1 => (text, None, reading.query),
        _ => {
            let (text, note) = choose(&text, &blocks, reading.query, Separator::Nul)?;
            (text, note, None)
        }
    };
    let format = format_of(&text, reading.format)?;
    let (parts, separator) = format.parts(&text);
    let (text, own_note) = choose(&text, &parts, query, separator)?;
    let records = format.read(&text)?;
    Ok(match note.or(own_note) {
        Some(note) => records.with_note(note),
        None => records,
    })
}

/// The format of a text: the one that was asked for, if the content does not contradict it.
fn format_of(text: &Text, asked: Option<InputFormat>) -> Result<InputFormat> {
    let (line, start) = beginning(text);
    let found = unmistakable(text, start);
    match (asked, found) {
        (None, Some(found)) => Ok(found),
        (None, None) => guess(text, start).ok_or_else(|| unknown(text, line, start)),
        (Some(asked), Some(found)) if !alike(asked, found) => {
            Err(contradiction(text, line, asked, found))
        }
        (Some(InputFormat::Fasta(_)), None) if foreign::text(start).is_some() => {
            Err(unknown(text, line, start))
        }
        (Some(asked), _) => Ok(asked),
    }
}

/// What follows the leading blanks, and its 1-based line.
fn beginning(text: &Text) -> (u64, &[u8]) {
    let start = text.bytes().trim_ascii_start();
    let blank = &text.bytes()[..text.bytes().len() - start.len()];
    let lines = blank.iter().filter(|b| **b == b'\n').count() as u64;
    (text.first_line() + lines, start)
}

/// The format of a text that says what it is.
fn unmistakable(text: &Text, start: &[u8]) -> Option<InputFormat> {
    let is_stockholm = |s: &[u8]| {
        let marks = [&b"# STOCKHOLM"[..], b"#=GF", b"#=GC", b"#=GS", b"#=GR"];
        marks.iter().any(|mark| s.starts_with(mark))
    };
    match start {
        s if s.starts_with(b">") || s.starts_with(b"C;") => match pir::looks_like(text) {
            true => Some(InputFormat::Pir),
            false => s.starts_with(b">").then_some(InputFormat::Fasta(None)),
        },
        s if is_stockholm(s) => Some(InputFormat::Stockholm),
        s if nexus::looks_like(s) => Some(InputFormat::Nexus),
        s if clustal::looks_like(s) => Some(InputFormat::Clustal),
        s if phylip::looks_like(s) => Some(InputFormat::Phylip),
        _ if msf::looks_like(text) => Some(InputFormat::Msf),
        _ => None,
    }
}

/// The format of a text that may be something else.
fn guess(text: &Text, start: &[u8]) -> Option<InputFormat> {
    let has_header = || text.lines().any(|line| locate::is_header(line.bytes));
    match start {
        // Before the others: a sequence may begin with the letters HMMER.
        _ if one_a_line::looks_like(text) => Some(InputFormat::OneALine),
        s if foreign::text(s).is_some() => None,
        s if s.starts_with(b"#") || s.starts_with(b";") => {
            let is_fasta = s.starts_with(b"#") || has_header();
            is_fasta.then_some(InputFormat::Fasta(None))
        }
        _ => None,
    }
}

/// Whether a file that begins like one may be read as the other: PIR and FASTA have headers alike.
fn alike(a: InputFormat, b: InputFormat) -> bool {
    let has_headers = |format| matches!(format, InputFormat::Fasta(_) | InputFormat::Pir);
    std::mem::discriminant(&a) == std::mem::discriminant(&b) || has_headers(a) && has_headers(b)
}

fn contradiction(text: &Text, line: u64, asked: InputFormat, found: InputFormat) -> Error {
    Error::input(
        Place::file(&text.file).line(line),
        format!(
            "this is to be read as {}, but it begins like {}",
            asked.as_str(),
            found.as_str()
        ),
        "leave `input_format` out: then the content decides",
    )
}

fn unknown(text: &Text, line: u64, start: &[u8]) -> Error {
    let place = Place::file(&text.file).line(line);
    if let Some(known) = foreign::binary(start).or_else(|| foreign::text(start)) {
        return Error::input(place, format!("this is {}", known.what), known.advice);
    }
    let seen = match start {
        [] => "the file holds only blanks".to_owned(),
        s => format!("this is not an alignment: it starts with '{}'", glimpse(s)),
    };
    Error::input(
        place,
        seen,
        format!("{EXPECTED} (`input_format` names the format where the content does not tell it)"),
    )
}

/// The first characters of the first line, escaped.
fn glimpse(start: &[u8]) -> String {
    let text = String::from_utf8_lossy(&start[..start.len().min(20)]);
    let line = text.lines().next().unwrap_or_default();
    line.escape_debug().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_as(text: &str, format: Option<InputFormat>) -> Result<AlignedRecords> {
        let query = None;
        read_with(
            &Source::from_bytes("x", text.into()),
            Reading { format, query },
        )
    }

    const A3M: InputFormat = InputFormat::Fasta(Some(Dialect::A3m));

    #[test]
    fn the_beginning_tells_the_format() {
        for (text, format) in [
            (">a\nAC\n>b\nAD\n", "FASTA/A2M"),
            ("\n\r\n>a\nAc\n>b\nAd\n", "A2M"),
            ("#A3M#\n>a\nAC\n>b\nAcC\n", "A3M"),
            ("# STOCKHOLM 1.0\na AC\nb AD\n//\n", "Stockholm"),
            ("#=GF ID x\na AC\nb AD\n//\n", "Stockholm"),
            ("CLUSTAL W (1.8)\n\na AC\nb AD\n", "Clustal"),
            ("AC-D\nAC.D\n", "one sequence a line"),
            (" 2 3\na ACD\nb ACD\n", "PHYLIP"),
            ("#nexus\nbegin data; matrix a AC\nb AC\n;end;", "NEXUS"),
            (">P1;a\nx y\nAC*\n>P1;b\nx\nAC*\n", "PIR"),
            (
                " MSF: 2 Check: 1 ..\nName: a\nName: b\n//\na AC\nb AC\n",
                "MSF",
            ),
            ("; x\n>a\nAC\n  >b\n; y\nAD\n", "FASTA/A2M"),
        ] {
            assert_eq!(parse_as(text, None).unwrap().format, format, "{text}");
        }
    }

    #[test]
    fn the_user_may_name_the_format() {
        for (text, format) in [
            (">a\nACd\n>b\nAC.\n", A3M),
            ("a AC\nb AD\n", InputFormat::Stockholm),
            ("a AC\nb AD\n  *\n", InputFormat::Clustal),
            ("ATOM\nATOM\n", InputFormat::OneALine),
        ] {
            let records = parse_as(text, Some(format)).unwrap();
            assert_eq!(records.format, format.as_str());
        }
    }

    #[test]
    fn a_wrong_format_is_refused() {
        for (text, format, words) in [
            (
                "# STOCKHOLM 1.0\na AC\nb AD\n",
                A3M,
                "read as A3M, but it begins like Stockholm",
            ),
            (
                ">a\nAC\n>b\nAD\n",
                InputFormat::Stockholm,
                "begins like FASTA",
            ),
            (
                ">a\nAC\n>b\nAD\n",
                InputFormat::OneALine,
                "begins like FASTA",
            ),
            (
                "CLUSTAL\n\na AC\nb AD\n",
                InputFormat::Stockholm,
                "begins like Clustal",
            ),
            ("2 5\na ACDEF\n", A3M, "begins like PHYLIP"),
            ("AC\nAD\n", A3M, "a header is expected here"),
            ("\u{89}PNG", InputFormat::Stockholm, "no sequence"),
        ] {
            let error = parse_as(text, Some(format)).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        for (text, word) in [
            ("hello world\nagain\n", "starts with 'hello world'"),
            (" \n\n", "only blanks"),
            ("\x00\x01", "not an alignment"),
            ("\n\nACD\nAC D\n", "line 3"),
            ("#mega\n!Title x;\n#a\nAC\n", "MEGA"),
            ("; x\na\nAC1\n", "IG"),
            ("  2 5\na ACDEF\n", "says 2 sequences"),
            ("#NEXUS\n", "NEXUS"),
            ("PK\x03\x04", "zip"),
        ] {
            let error = parse_as(text, None).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn a_file_may_hold_several_alignments() {
        for (text, line) in [
            (
                ">a\nAC\n>b\nAC\n\0>c\nACD\n>d\nACD\n\0",
                "line 5, record 'c'",
            ),
            (
                "# STOCKHOLM 1.0\na AC\nb AC\n//\n# STOCKHOLM 1.0\nc ACD\nd ACD\n//\n",
                "line 6, record 'c'",
            ),
            ("2 2\na AC\nb AC\n2 3\nc ACD\nd ACD\n", "line 4, record '2'"),
        ] {
            let source = Source::from_bytes("x", text.into());
            let error = read(&source).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains("holds 2"), "{error}");
            let query = |n| Reading {
                format: None,
                query: NonZeroUsize::new(n),
            };
            for (n, names) in [(1, ["a", "b"]), (2, ["c", "d"])] {
                let records = read_with(&source, query(n)).unwrap();
                assert_eq!(
                    (records.names(), records.width()),
                    (&names.map(str::to_owned)[..], n + 1)
                );
                assert_eq!(records.notes().len(), 1);
            }
            let error = read_with(&source, query(3)).unwrap_err();
            assert_eq!(error.exit_code(), 3);
        }
    }

    #[test]
    fn very_long_rows_are_read() {
        let row = "ACDEFGHIKL".repeat(20_000);
        let records = parse_as(&format!("{row}\n{row}\n"), None).unwrap();
        assert_eq!((records.len(), records.width()), (2, 200_000));
    }
}
