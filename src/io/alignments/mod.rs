//! Alignments of any known format, told apart by how they begin, or as the user says.

pub mod a2m;
pub mod clustal;
pub mod fasta;
pub mod one_a_line;
pub mod stockholm;

mod blocks;
pub(crate) mod foreign;
pub(crate) mod text;

use super::files::source::Source;
use crate::alignment::AlignedRecords;
use crate::error::{Error, Place, Result};
use fasta::Dialect;
use foreign::EXPECTED;
use text::Text;

/// The format of an alignment file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// `>name` lines, each followed by its sequence; without a dialect, the rows tell it.
    Fasta(Option<Dialect>),
    /// Stockholm, as Pfam, HMMER and Infernal write it.
    Stockholm,
    /// Clustal.
    Clustal,
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
            Self::Stockholm => "Stockholm",
            Self::Clustal => "Clustal",
            Self::OneALine => "one sequence a line",
        }
    }

    fn read(self, text: &Text) -> Result<AlignedRecords> {
        match self {
            Self::Fasta(dialect) => fasta::read(text, dialect),
            Self::Stockholm => stockholm::read(text),
            Self::Clustal => clustal::read(text),
            Self::OneALine => one_a_line::read(text),
        }
    }
}

/// Reads an alignment of any [`InputFormat`]; its content tells which.
///
/// # Errors
/// If it is of none, or its rows do not make an alignment.
pub fn read(source: &Source) -> Result<AlignedRecords> {
    read_as(source, None)
}

/// Reads an alignment of a given format; of the one that its content tells if none is given.
///
/// # Errors
/// If the content is plainly of another format, or its rows do not make an alignment.
pub fn read_as(source: &Source, format: Option<InputFormat>) -> Result<AlignedRecords> {
    let text = source.text()?;
    let (line, start) = beginning(&text);
    if foreign::binary(start).is_some() {
        return Err(unknown(&text, line, start));
    }
    let found = unmistakable(start);
    let format = match (format, found) {
        (None, Some(found)) => found,
        (None, None) => guess(&text, start).ok_or_else(|| unknown(&text, line, start))?,
        (Some(asked), Some(found)) if !alike(asked, found) => {
            return Err(contradiction(&text, line, asked, found));
        }
        (Some(InputFormat::Fasta(_)), None) if foreign::text(start).is_some() => {
            return Err(unknown(&text, line, start));
        }
        (Some(asked), _) => asked,
    };
    format.read(&text)
}

/// What follows the leading blanks, and its 1-based line.
fn beginning(text: &Text) -> (u64, &[u8]) {
    let start = text.bytes().trim_ascii_start();
    let blank = &text.bytes()[..text.bytes().len() - start.len()];
    let line = 1 + blank.iter().filter(|b| **b == b'\n').count() as u64;
    (line, start)
}

/// The format of a text that says what it is.
fn unmistakable(start: &[u8]) -> Option<InputFormat> {
    match start {
        s if s.starts_with(b">") => Some(InputFormat::Fasta(None)),
        s if s.starts_with(b"# STOCKHOLM") || s.starts_with(b"#=G") => Some(InputFormat::Stockholm),
        s if clustal::looks_like(s) => Some(InputFormat::Clustal),
        _ => None,
    }
}

/// The format of a text that may be something else.
fn guess(text: &Text, start: &[u8]) -> Option<InputFormat> {
    match start {
        // Before the others: a sequence may begin with the letters HMMER.
        _ if one_a_line::looks_like(text) => Some(InputFormat::OneALine),
        s if foreign::text(s).is_some() => None,
        s if s.starts_with(b"#") => Some(InputFormat::Fasta(None)),
        _ => None,
    }
}

fn alike(a: InputFormat, b: InputFormat) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
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
        read_as(&Source::from_bytes("x", text.into()), format)
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
            ("2 5\na ACDEF\n", A3M, "PHYLIP"),
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
            ("  2 5\na ACDEF\n", "PHYLIP"),
            ("#NEXUS\n", "NEXUS"),
            ("PK\x03\x04", "zip"),
        ] {
            let error = parse_as(text, None).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn very_long_rows_are_read() {
        let row = "ACDEFGHIKL".repeat(20_000);
        let records = parse_as(&format!("{row}\n{row}\n"), None).unwrap();
        assert_eq!((records.len(), records.width()), (2, 200_000));
    }
}
