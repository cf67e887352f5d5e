//! Sequences one after the other, aligned or not, of a file of any size.
//!
//! FASTA, A2M, A3M and lines of letters alone are read as they come; files of other formats hold alignments, which are read whole.

use super::text::name;
use super::{Reading, read_with};
use crate::energies::Sequence;
use crate::error::{Error, Place, Result, human_bytes};
use crate::io::files::compression::{Compression, Gunzip};
use crate::io::files::input;
use crate::io::files::source::Source;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// Bytes read at a time, and looked at to tell the format.
const BUFFER: usize = 1 << 16;

/// Characters of the longest sequence.
const LONGEST: usize = 64 << 20;

const EXPECTED: &str = "sequences in FASTA format are expected ('>name' lines, each followed by its sequence), one sequence a line, or an alignment";

/// The sequences of a file.
pub struct Sequences {
    file: String,
    inner: Inner,
}

enum Inner {
    Lines(Box<Lines>),
    Whole(std::vec::IntoIter<Sequence>),
}

struct Lines {
    reader: Box<dyn BufRead>,
    /// Of the last line that was read.
    number: u64,
    line: Vec<u8>,
    /// A header that was read ahead, and its line.
    header: Option<(Vec<u8>, u64)>,
    /// Lines of letters, without headers.
    is_bare: bool,
    found: u64,
}

impl Sequences {
    /// Those of a file, or of standard input for `-`.
    ///
    /// # Errors
    /// If it cannot be opened, is empty, or is an alignment that cannot be read.
    pub fn open(path: &Path, reading: Reading) -> Result<Self> {
        let file = input::name_of(path);
        let opened = input::open(path)?;
        let mut reader: Box<dyn BufRead> = Box::new(BufReader::with_capacity(BUFFER, opened));
        let failed = || Error::io("read", Path::new(&file));
        let start = peek(&mut reader).map_err(failed())?;
        match Compression::of(&start) {
            Some(Compression::Gzip) => {
                reader = Box::new(BufReader::with_capacity(BUFFER, Gunzip::new(reader)));
            }
            Some(Compression::Zstd) => {
                let contents = all(reader, &file)?.contents()?;
                reader = Box::new(Cursor::new(contents.to_vec()));
            }
            None => {}
        }
        let start = peek(&mut reader).map_err(|error| broken(&file, &error))?;
        if start.is_empty() {
            return Err(Error::input(
                Place::file(file),
                "the file is empty",
                EXPECTED,
            ));
        }
        let streamed = reading
            .query
            .is_none()
            .then(|| shape(&start, reading))
            .flatten();
        let inner = match streamed {
            Some(is_bare) => Inner::Lines(Box::new(Lines {
                reader,
                number: 0,
                line: Vec::new(),
                header: None,
                is_bare,
                found: 0,
            })),
            None => Inner::Whole(whole(&all(reader, &file)?, reading)?.into_iter()),
        };
        Ok(Self { file, inner })
    }

    /// The next one.
    ///
    /// # Errors
    /// If the file cannot be read, or what follows is no sequence.
    pub fn next_sequence(&mut self) -> Result<Option<Sequence>> {
        match &mut self.inner {
            Inner::Whole(sequences) => Ok(sequences.next()),
            Inner::Lines(lines) => lines.next_sequence(&self.file),
        }
    }
}

/// What a file begins with. A pipe may hand over little at a time: its first bytes are put before the rest.
fn peek(reader: &mut Box<dyn BufRead>) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    reader
        .by_ref()
        .take(BUFFER as u64)
        .read_to_end(&mut start)?;
    let rest = std::mem::replace(reader, Box::new(std::io::empty()));
    *reader = Box::new(BufReader::with_capacity(
        BUFFER,
        Cursor::new(start.clone()).chain(rest),
    ));
    Ok(start)
}

fn broken(file: &str, error: &std::io::Error) -> Error {
    Error::input(
        Place::file(file),
        format!("the contents cannot be read ({error})"),
        "the file was probably cut off while it was copied or downloaded: fetch it again",
    )
}

/// The rest of a file, in memory.
fn all(mut reader: Box<dyn BufRead>, file: &str) -> Result<Source> {
    let available = crate::machine::memory::available_memory();
    let most = input::most_of(available);
    let mut bytes = Vec::new();
    let read = reader
        .by_ref()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes);
    read.map_err(|error| broken(file, &error))?;
    if bytes.len() as u64 > most {
        return Err(Error::Memory {
            needed: 2 * bytes.len() as u64,
            available: available.unwrap_or(most),
            remedy: "only FASTA files are read piece by piece: give the sequences as FASTA".into(),
        });
    }
    Ok(Source::from_bytes(file, bytes))
}

/// Whether a text is read line by line, and then whether its lines are bare sequences.
fn shape(start: &[u8], reading: Reading) -> Option<bool> {
    use super::InputFormat;
    if start.contains(&b'\r') && !start.contains(&b'\n') {
        return None;
    }
    match reading.format {
        Some(InputFormat::Fasta(_)) => return Some(false),
        Some(InputFormat::OneALine) => return Some(true),
        Some(_) => return None,
        None => {}
    }
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let first = start.trim_ascii_start();
    let known: [&[u8]; 6] = [
        b"# STOCKHOLM",
        b"#=G",
        b"#NEXUS",
        b"#nexus",
        b"#Nexus",
        b"#mega",
    ];
    if known.iter().any(|mark| first.starts_with(mark)) {
        return None;
    }
    let lines = first.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty() && !matches!(line[0], b'#' | b';'));
    let first = lines.next()?;
    // PIR's headers: >P1;name.
    let is_pir = first.first() == Some(&b'>') && first.get(3) == Some(&b';');
    if first[0] == b'>' {
        return (!is_pir).then_some(false);
    }
    let is_letters = |line: &[u8]| {
        let is_letter = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'.' | b'~' | b'*');
        line.iter().all(is_letter)
    };
    let starts_as =
        |word: &[u8]| first.len() >= word.len() && first[..word.len()].eq_ignore_ascii_case(word);
    let is_named = [&b"clustal"[..], b"muscle", b"probcons", b"pileup", b"msf"];
    let is_other = is_named.iter().any(|word| starts_as(word));
    let next = lines.next();
    (!is_other && is_letters(first) && next.is_none_or(is_letters)).then_some(true)
}

fn whole(source: &Source, reading: Reading) -> Result<Vec<Sequence>> {
    let records = read_with(source, reading)?;
    let sequence = |n: usize| Sequence {
        name: records.names()[n].clone(),
        letters: records.letters(n).to_vec(),
        place: records.place(n),
    };
    Ok((0..records.len()).map(sequence).collect())
}

impl Lines {
    /// Reads a line; `false` at the end.
    fn advance(&mut self, file: &str) -> Result<bool> {
        self.line.clear();
        let mut part = self.reader.by_ref().take(LONGEST as u64 + 1);
        let read = part.read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| broken(file, &error))?;
        self.number += u64::from(read > 0);
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        match self.line.len() > LONGEST {
            true => Err(self.too_long(file)),
            false => Ok(read > 0),
        }
    }

    fn too_long(&self, file: &str) -> Error {
        Error::input(
            Place::file(file).line(self.number),
            format!("a sequence of more than {}", human_bytes(LONGEST as u64)),
            EXPECTED,
        )
    }

    fn next_sequence(&mut self, file: &str) -> Result<Option<Sequence>> {
        if self.is_bare {
            return self.next_line(file);
        }
        while self.header.is_none() {
            if !self.advance(file)? {
                return match self.found {
                    0 => Err(Error::input(
                        Place::file(file),
                        "the file holds no sequence",
                        EXPECTED,
                    )),
                    _ => Ok(None),
                };
            }
            let line = self.line.trim_ascii();
            match line.first() {
                None | Some(b'#' | b';') => {}
                Some(b'>') => self.header = Some((line[1..].to_vec(), self.number)),
                Some(_) => {
                    return Err(Error::input(
                        Place::file(file).line(self.number),
                        "a header is expected here, a line that starts with '>'",
                        EXPECTED,
                    ));
                }
            }
        }
        let Some((header, number)) = self.header.take() else {
            return Ok(None);
        };
        let mut letters = Vec::new();
        while self.advance(file)? {
            let line = self.line.trim_ascii();
            match line.first() {
                None | Some(b'#' | b';') => {}
                Some(b'>') => {
                    self.header = Some((line[1..].to_vec(), self.number));
                    break;
                }
                Some(_) => letters.extend(line.iter().filter(|b| !b.is_ascii_whitespace())),
            }
            if letters.len() > LONGEST {
                return Err(self.too_long(file));
            }
        }
        self.found += 1;
        Ok(Some(Sequence::new(file, name(&header), letters, number)))
    }

    fn next_line(&mut self, file: &str) -> Result<Option<Sequence>> {
        while self.advance(file)? {
            let line = self.line.trim_ascii();
            if !line.is_empty() && !matches!(line[0], b'#' | b';') {
                self.found += 1;
                let name = self.found.to_string();
                return Ok(Some(Sequence::new(file, name, line.to_vec(), self.number)));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &[u8]) -> Result<Vec<(String, String, String)>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, contents).unwrap();
        let mut sequences = Sequences::open(&path, Reading::default())?;
        let mut found = Vec::new();
        while let Some(sequence) = sequences.next_sequence()? {
            let letters = String::from_utf8(sequence.letters).unwrap();
            found.push((sequence.name, letters, sequence.place.to_string()));
        }
        Ok(found)
    }

    fn pairs(contents: &[u8]) -> Vec<(String, String)> {
        let found = read(contents).unwrap().into_iter();
        found.map(|(name, letters, _)| (name, letters)).collect()
    }

    #[test]
    fn sequences_of_any_length_and_format_are_read() {
        let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs.map(|(a, b)| ((*a).into(), (*b).into())).collect()
        };
        for (text, expected) in [
            (
                ">a b\r\nAC\r\nD-\r\n>c\nA C\n",
                of(&[("a b", "ACD-"), ("c", "AC")]),
            ),
            (
                "\u{feff}#A3M#\n\n>a\nACd\n;x\n>b\n\n",
                of(&[("a", "ACd"), ("b", "")]),
            ),
            ("ACD\n\nAC\n", of(&[("1", "ACD"), ("2", "AC")])),
            ("ACD", of(&[("1", "ACD")])),
            (
                "# STOCKHOLM 1.0\na AC\nb AD\n//\n",
                of(&[("a", "AC"), ("b", "AD")]),
            ),
            (
                "CLUSTAL W (1.8)\n\na AC\nb AD\n",
                of(&[("a", "AC"), ("b", "AD")]),
            ),
            (" 2 3\na ACD\nb ACD\n", of(&[("a", "ACD"), ("b", "ACD")])),
            (
                ">P1;a\nx y\nAC*\n>P1;b\nx\nAC*\n",
                of(&[("a", "AC"), ("b", "AC")]),
            ),
            (">a\rAC\r>b\rAD\r", of(&[("a", "AC"), ("b", "AD")])),
        ] {
            assert_eq!(pairs(text.as_bytes()), expected, "{text}");
        }
        let places = read(b">a\nAC\n>b\nAC\n").unwrap();
        assert!(places[1].2.contains("line 3, record 'b'"), "{places:?}");
    }

    #[test]
    fn what_is_no_sequence_is_refused() {
        for (text, words) in [
            (&b""[..], "empty"),
            (b"\n\n", "blanks"),
            (b"#x\n", "no"),
            (b"1,2\n3,4\n", "table"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
