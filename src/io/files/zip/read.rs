//! Reading an archive that may be damaged: every offset and size is checked against the file.

use super::{
    DEFLATED, END, END_BYTES, END64, END64_BYTES, ENTRY, ENTRY_BYTES, EXTRA64, IN_EXTRA, LOCAL,
    LOCAL_BYTES, LOCATOR64, LOCATOR64_BYTES, STORED,
};
use crate::error::{Error, Place, Result};
use crate::io::files::stream::FETCH_AGAIN;
use flate2::CrcReader;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The longest comment behind the end of an archive.
const LONGEST_COMMENT: u64 = u16::MAX as u64;

/// The longest directory that is read: a model has a dozen members.
const LONGEST_DIRECTORY: u64 = 1 << 20;

/// Deflate cannot shrink data by more than this factor.
const MOST_COMPRESSION: u64 = 1032;

/// An open archive.
pub struct Archive {
    name: String,
    file: File,
    length: u64,
    entries: Vec<Entry>,
}

/// What the directory says about a member.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    method: u16,
    encrypted: bool,
    crc: u32,
    stored: u64,
    size: u64,
    offset: u64,
}

/// A member that is being read.
pub struct Member<'a> {
    place: String,
    size: u64,
    crc: u32,
    reader: CrcReader<Box<dyn Read + 'a>>,
}

impl Archive {
    /// Opens an archive and reads its directory.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be opened; [`Error::Input`] if it is no archive, or damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("read", path))?;
        let length = file.metadata().map_err(Error::io("read", path))?.len();
        let mut archive = Self {
            name: path.display().to_string(),
            file,
            length,
            entries: Vec::new(),
        };
        let (offset, size) = archive.directory()?;
        let bytes = archive.bytes_at(offset, size)?;
        archive.entries =
            entries(&bytes).ok_or_else(|| archive.damaged("its list of members is not intact"))?;
        Ok(archive)
    }

    /// The file, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A member by its name; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Input`] if it is not where the directory says, or kept in a way that is not known.
    pub fn member(&mut self, name: &str) -> Result<Option<Member<'_>>> {
        let wanted = name.as_bytes();
        let Some(entry) = self.entries.iter().find(|e| e.name == wanted).cloned() else {
            return Ok(None);
        };
        let start = self.start_of(&entry)?;
        let fits = start
            .checked_add(entry.stored)
            .is_some_and(|end| end <= self.length);
        let possible = match entry.method {
            STORED => entry.size == entry.stored,
            DEFLATED => entry.size <= entry.stored.saturating_mul(MOST_COMPRESSION),
            _ => false,
        };
        if !fits || !possible || entry.encrypted {
            return Err(self.damaged(&format!(
                "its member '{name}' is cut off, encrypted or of an unknown kind"
            )));
        }
        let place = format!("{}, {name}", self.name);
        self.seek(start)?;
        let bytes = BufReader::with_capacity(1 << 16, (&mut self.file).take(entry.stored));
        let reader: Box<dyn Read> = match entry.method {
            DEFLATED => Box::new(DeflateDecoder::new(bytes)),
            _ => Box::new(bytes),
        };
        Ok(Some(Member {
            place,
            size: entry.size,
            crc: entry.crc,
            reader: CrcReader::new(reader),
        }))
    }

    /// Offset and size of the directory.
    fn directory(&mut self) -> Result<(u64, u64)> {
        let tail = self.length.min(END_BYTES as u64 + LONGEST_COMMENT);
        let from = self.length - tail;
        let bytes = self.bytes_at(from, tail)?;
        let starts = bytes.windows(END_BYTES).rposition(|w| w.starts_with(&END));
        let end = starts.ok_or_else(|| self.damaged("its end is missing"))?;
        let (size, offset) = (word(&bytes, end + 12), word(&bytes, end + 16));
        match (size, offset) {
            (Some(size), Some(offset)) if size != IN_EXTRA && offset != IN_EXTRA => {
                Ok((offset.into(), size.into()))
            }
            _ => self.directory64(from + end as u64),
        }
    }

    /// The same with numbers of 64 bits, whose place stands before the end.
    fn directory64(&mut self, end: u64) -> Result<(u64, u64)> {
        let missing = |archive: &Self| archive.damaged("the 64-bit end is missing");
        let place = end.checked_sub(LOCATOR64_BYTES as u64);
        let place = place.ok_or_else(|| missing(self))?;
        let locator = self.bytes_at(place, LOCATOR64_BYTES as u64)?;
        let place = locator
            .starts_with(&LOCATOR64)
            .then(|| long(&locator, 8))
            .flatten();
        let place = place.ok_or_else(|| missing(self))?;
        let end = self.bytes_at(place, END64_BYTES as u64)?;
        let found = end
            .starts_with(&END64)
            .then(|| long(&end, 48).zip(long(&end, 40)))
            .flatten();
        found.ok_or_else(|| missing(self))
    }

    /// Where the bytes of a member start: behind its local header.
    fn start_of(&mut self, entry: &Entry) -> Result<u64> {
        let header = self.bytes_at(entry.offset, LOCAL_BYTES as u64)?;
        let lengths = short(&header, 26).zip(short(&header, 28));
        match lengths {
            Some((name, extra)) if header.starts_with(&LOCAL) => {
                Ok(entry.offset + LOCAL_BYTES as u64 + u64::from(name) + u64::from(extra))
            }
            _ => Err(self.damaged("a member is not where it should be")),
        }
    }

    fn bytes_at(&mut self, offset: u64, size: u64) -> Result<Vec<u8>> {
        let inside = offset
            .checked_add(size)
            .is_some_and(|end| end <= self.length);
        if !inside || size > LONGEST_DIRECTORY {
            return Err(self.damaged("it points beyond its end"));
        }
        self.seek(offset)?;
        let mut bytes = vec![0; size as usize];
        let read = self.file.read_exact(&mut bytes);
        read.map_err(|error| self.damaged(&error.to_string()))?;
        Ok(bytes)
    }

    fn seek(&mut self, offset: u64) -> Result<()> {
        let moved = self.file.seek(SeekFrom::Start(offset));
        moved.map_err(|error| self.damaged(&error.to_string()))?;
        Ok(())
    }

    fn damaged(&self, problem: &str) -> Error {
        let place = Place::file(&self.name);
        Error::input(place, format!("a damaged archive: {problem}"), FETCH_AGAIN)
    }
}

impl Read for Member<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.reader.read(bytes)
    }
}

impl Member<'_> {
    /// Bytes of the contents, as the directory claims and the size of the file allows.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`Error::Input`] if the contents end before, or are broken.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        let read = self.reader.read_exact(bytes);
        read.map_err(|error| self.wrong(&error.to_string(), FETCH_AGAIN))
    }

    /// Checks that everything has been read, and read well.
    ///
    /// # Errors
    /// [`Error::Input`] if something is left, or the checksum is another.
    pub fn end(mut self) -> Result<()> {
        let left = io::copy(&mut self.reader, &mut io::sink());
        match left {
            Ok(0) if self.reader.crc().sum() == self.crc => Ok(()),
            Ok(0) => Err(self.wrong("its checksum is wrong", FETCH_AGAIN)),
            Ok(_) => Err(self.wrong("it is longer than its array", FETCH_AGAIN)),
            Err(error) => Err(self.wrong(&error.to_string(), FETCH_AGAIN)),
        }
    }

    /// An error about this member.
    pub fn wrong(&self, problem: &str, advice: &str) -> Error {
        Error::input(Place::file(&self.place), problem, advice)
    }
}

/// The entries of a directory; `None` if it is not intact.
fn entries(mut directory: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !directory.is_empty() {
        if !directory.starts_with(&ENTRY) {
            return None;
        }
        let lengths = [28, 30, 32].map(|at| short(directory, at).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = lengths else {
            return None;
        };
        let end = ENTRY_BYTES + name;
        let mut entry = Entry {
            name: directory.get(ENTRY_BYTES..end)?.to_vec(),
            encrypted: short(directory, 8)? & 1 != 0,
            method: short(directory, 10)?,
            crc: word(directory, 16)?,
            stored: word(directory, 20)?.into(),
            size: word(directory, 24)?.into(),
            offset: word(directory, 42)?.into(),
        };
        entry.take_extra(directory.get(end..end + extra)?)?;
        entries.push(entry);
        directory = directory.get(end + extra + comment..)?;
    }
    Some(entries)
}

impl Entry {
    /// Takes those numbers that did not fit into 32 bits from the extra fields, where they stand in this order.
    fn take_extra(&mut self, mut extra: &[u8]) -> Option<()> {
        let in_extra = u64::from(IN_EXTRA);
        let numbers = [&mut self.size, &mut self.stored, &mut self.offset];
        let mut wanted = numbers.into_iter().filter(|number| **number == in_extra);
        while let (Some(kind), Some(length)) = (short(extra, 0), short(extra, 2)) {
            let field = extra.get(4..4 + usize::from(length))?;
            if kind == EXTRA64 {
                for k in 0..field.len() / 8 {
                    if let Some(number) = wanted.next() {
                        *number = long(field, 8 * k)?;
                    }
                }
            }
            extra = &extra[4 + usize::from(length)..];
        }
        Some(())
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
