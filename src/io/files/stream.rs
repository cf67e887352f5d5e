//! Model files read from front to back: they may be larger than what one wants in memory twice.

use super::compression::Gunzip;
use super::input::open_regular;
use crate::error::{Error, Place, Result};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// Deflate cannot shrink data by more than this factor.
const MOST_COMPRESSION: u64 = 1032;

/// The longest line of any text format: 21 x 21 numbers need a tenth of it.
const LONGEST_LINE: u64 = 1 << 20;

/// An open file, decompressed where it is gzip.
pub struct Stream {
    name: String,
    is_gzip: bool,
    stored: u64,
    reader: Box<dyn BufRead>,
}

impl Stream {
    /// Opens a regular file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be opened; [`Error::Input`] if it is a folder, a pipe or a device.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut file = open_regular(
            path,
            "a model is read from a file on the disk: give its name",
        )?;
        let metadata = file.metadata().map_err(Error::io("read", path))?;
        let is_gzip = starts_with_gzip(&mut file).map_err(Error::io("read", path))?;
        let plain = BufReader::with_capacity(BUFFER, file);
        Ok(Self {
            name,
            is_gzip,
            stored: metadata.len(),
            reader: match is_gzip {
                true => Box::new(BufReader::with_capacity(BUFFER, Gunzip::new(plain))),
                false => Box::new(plain),
            },
        })
    }

    /// Whether the file is packed.
    pub fn is_gzip(&self) -> bool {
        self.is_gzip
    }

    /// The file, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of the file as it is stored.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Whether the contents can have so many bytes; a claim to be checked before memory is taken for it.
    pub fn can_hold(&self, bytes: u64) -> bool {
        let most = match self.is_gzip {
            true => self.stored.saturating_mul(MOST_COMPRESSION),
            false => self.stored,
        };
        bytes <= most
    }

    /// The first bytes, at most `length`; fewer where the file is shorter or broken.
    pub fn beginning(mut self, length: u64) -> Vec<u8> {
        let mut start = Vec::new();
        // What can be read of a broken file is what there is to tell its format by.
        let _ = self.reader.by_ref().take(length).read_to_end(&mut start);
        start
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`Error::Input`] if the file ends before, or cannot be read.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.reader
            .read_exact(bytes)
            .map_err(|error| self.broken(&error))
    }

    /// `count` numbers, single precision, little endian.
    ///
    /// # Errors
    /// As [`Self::fill`].
    pub fn numbers(&mut self, count: usize) -> Result<Vec<f32>> {
        let mut values = Vec::with_capacity(count);
        let mut bytes = [0; 4 * 1024];
        while values.len() < count {
            let length = 4 * (count - values.len()).min(1024);
            self.fill(&mut bytes[..length])?;
            values.extend(bytes[..length].chunks_exact(4).map(little_endian));
        }
        Ok(values)
    }

    /// Checks that nothing is left to read.
    ///
    /// # Errors
    /// [`Error::Input`] if something is, or the end of gzip data is broken.
    pub fn end(&mut self) -> Result<()> {
        match self.reader.fill_buf().map(<[u8]>::is_empty) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::input(
                Place::file(&self.name),
                "there are more bytes than such a model has",
                "the file is damaged, or of another format: fetch it again",
            )),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// The lines of a text file.
    pub fn lines(self) -> Lines {
        Lines {
            stream: self,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The error for contents that could not be read to where they should end.
    fn broken(&self, error: &io::Error) -> Error {
        let problem = if self.is_gzip && error.kind() != io::ErrorKind::UnexpectedEof {
            format!("the gzip data are broken ({error})")
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            "the file ends too early".to_owned()
        } else {
            format!("the contents cannot be read ({error})")
        };
        Error::input(Place::file(&self.name), problem, FETCH_AGAIN)
    }
}

/// Advice for a file that is cut off.
pub const FETCH_AGAIN: &str =
    "the file was probably cut off while it was written, copied or downloaded: fetch it again";

/// Lines of a text file, one at a time.
pub struct Lines {
    stream: Stream,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Goes to the next line; `false` at the end.
    ///
    /// # Errors
    /// [`Error::Input`] if the file cannot be read, or a line is longer than any format has.
    pub fn advance(&mut self) -> Result<bool> {
        self.line.clear();
        let read = self
            .stream
            .reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.line);
        match read {
            Ok(0) => return Ok(false),
            Ok(_) => self.number += 1,
            Err(error) => return Err(self.stream.broken(&error)),
        }
        if self.line.len() as u64 == LONGEST_LINE {
            return Err(self.wrong("a line of more than a megabyte", "this is not a text file"));
        }
        self.check_end()?;
        Ok(true)
    }

    /// Every program that writes numbers as text ends its lines, the last one, too; where a line has no end, its last number may lack digits.
    /// Comments have no numbers.
    fn check_end(&self) -> Result<()> {
        let line = self.line();
        match self.line.ends_with(b"\n") || line.is_empty() || line.starts_with(b"#") {
            true => Ok(()),
            false => Err(self.wrong(
                "the file ends within this line, whose last number may lack digits",
                "fetch the file again; if an editor took the last line end away: echo >> FILE",
            )),
        }
    }

    /// The line, without the blanks around it.
    pub fn line(&self) -> &[u8] {
        self.line.trim_ascii()
    }

    /// The words of the line.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        let words = self.line.split(u8::is_ascii_whitespace);
        words.filter(|word| !word.is_empty())
    }

    /// A word as a finite number.
    ///
    /// # Errors
    /// [`Error::Input`] if it is none.
    pub fn number(&self, word: &[u8]) -> Result<f32> {
        let parsed = std::str::from_utf8(word).ok().and_then(|w| w.parse().ok());
        parsed
            .filter(|value: &f32| value.is_finite())
            .ok_or_else(|| {
                let problem = format!("'{}' is not a finite number", word.escape_ascii());
                self.wrong(problem, FETCH_AGAIN)
            })
    }

    /// The file.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// An error at this line.
    pub fn wrong(&self, problem: impl Into<String>, advice: impl Into<String>) -> Error {
        let place = Place::file(self.stream.name()).line(self.number);
        Error::input(place, problem, advice)
    }
}

/// Four bytes as a number.
pub fn little_endian(bytes: &[u8]) -> f32 {
    f32::from_le_bytes(bytes.try_into().unwrap_or_default())
}

/// Writes numbers in single precision, little endian.
///
/// # Errors
/// Those of `output`.
pub fn write_numbers(output: &mut dyn io::Write, values: &[f32]) -> io::Result<()> {
    let mut bytes = [0; 4 * 1024];
    for chunk in values.chunks(1024) {
        for (place, value) in bytes.chunks_exact_mut(4).zip(chunk) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        output.write_all(&bytes[..4 * chunk.len()])?;
    }
    Ok(())
}

/// Looks at the first two bytes, and goes back to the start.
fn starts_with_gzip(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    file.take(2).read_to_end(&mut start)?;
    io::Seek::rewind(file)?;
    Ok(start == [0x1f, 0x8b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn stream(bytes: &[u8]) -> Stream {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Stream::open(file.path()).unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn numbers_are_the_same_plain_and_compressed() {
        let values: Vec<f32> = (0..3000).map(|k| k as f32 * 0.37 - 5.0).collect();
        let mut bytes = Vec::new();
        write_numbers(&mut bytes, &values).unwrap();
        for bytes in [gzip(&bytes), bytes] {
            let mut stream = stream(&bytes);
            assert_eq!(stream.numbers(3000).unwrap(), values);
            stream.end().unwrap();
        }
    }

    #[test]
    fn ends_that_come_too_early_or_late_are_errors() {
        let message = |error: Error| {
            assert_eq!(error.exit_code(), 3);
            error.to_string()
        };
        for bytes in [gzip(&[0; 8]), vec![0; 8]] {
            assert!(message(stream(&bytes).numbers(3).unwrap_err()).contains("ends too early"));
            let mut long = stream(&bytes);
            long.numbers(1).unwrap();
            assert!(message(long.end().unwrap_err()).contains("more bytes"));
            let mut cut = stream(&bytes[..bytes.len() - 1]);
            assert!(cut.numbers(2).and_then(|_| cut.end()).is_err());
        }
    }

    #[test]
    fn claims_are_measured_by_the_file() {
        assert!(stream(&[0; 100]).can_hold(100));
        assert!(!stream(&[0; 100]).can_hold(101));
        assert!(stream(&gzip(&[0; 100])).can_hold(100));
        assert!(!stream(&gzip(&[0; 100])).can_hold(1 << 20));
    }

    #[test]
    fn lines_know_their_number() {
        let mut lines = stream(b"a b\r\n\nlast\nend").lines();
        assert!(lines.advance().unwrap());
        assert_eq!(lines.line(), b"a b");
        assert_eq!(lines.words().collect::<Vec<_>>(), [b"a", b"b"]);
        assert!(lines.advance().unwrap());
        assert_eq!(lines.line(), b"");
        assert!(lines.advance().unwrap());
        assert!(
            lines
                .number(lines.line())
                .unwrap_err()
                .to_string()
                .contains("line 3")
        );
        let error = lines.advance().unwrap_err().to_string();
        assert!(error.contains("line 4: the file ends within"), "{error}");
        for whole in [&b"end\n# comment"[..], b"end\n ", b"end\r\n"] {
            let mut lines = stream(whole).lines();
            while lines.advance().unwrap() {}
        }
        let long = vec![b'x'; 1 << 21];
        assert!(stream(&long).lines().advance().is_err());
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Stream::open(folder.path()).err().unwrap();
        assert_eq!(error.exit_code(), 3);
    }
}
