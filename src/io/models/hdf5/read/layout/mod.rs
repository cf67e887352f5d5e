//! Whether a file is laid out as this program lays files out, found out without the library.
//!
//! A damaged file can crash the library or send it round in circles: HDF5 1.10.8 trusts trees, heaps, tables and chunks, none of which has a
//! checksum. In files of this program there are none of these: headers of objects, each with a checksum, arrays in one piece, and text in
//! "global heaps", which [`super::heap`] looks at. Whatever else a file has makes it one of another program.
//!
//! Layout (HDF5 file format specification): superblock 2 (II.A), headers of objects 2 (IV.A.1.b) with the messages that are known below.

mod header;

use super::heap;
use header::{Found, Header};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Bytes of the superblock, and the version of it.
const SUPERBLOCK: usize = 48;
const VERSION: u8 = 2;

/// More objects than a model has; it has some 40.
const MOST_OBJECTS: usize = 1 << 10;

/// What a file is, as far as it can be known before the library opens it.
#[derive(Debug, PartialEq)]
pub enum Layout {
    /// As this program writes it, and sound.
    Own,
    /// The same, but parts of it lie over each other, or text is not intact.
    Unsound,
    /// Another one, or damaged.
    Other,
}

impl Layout {
    /// That of a file.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of(file: &mut File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        match Places::of(file, length)? {
            Some(places) => places.layout(file, length),
            None => Ok(Self::Other),
        }
    }
}

/// Bytes at a place; none beyond the end of the file, nor more than headers have.
fn bytes_at(file: &mut File, place: &Range<u64>) -> io::Result<Option<Vec<u8>>> {
    const MOST: u64 = 1 << 20;
    let length = place.end.saturating_sub(place.start);
    if length > MOST {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(place.start))?;
    file.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == length).then_some(bytes))
}

/// What lies where.
#[derive(Default)]
struct Places {
    all: Vec<Range<u64>>,
    /// Where text lies.
    heaps: BTreeSet<u64>,
}

impl Places {
    /// Goes from object to object, from the root on; none in a file that has anything unknown.
    fn of(file: &mut File, length: u64) -> io::Result<Option<Self>> {
        let superblock = 0..SUPERBLOCK as u64;
        let Some(root) = bytes_at(file, &superblock)?.and_then(|bytes| root(&bytes)) else {
            return Ok(None);
        };
        let mut places = Self::default();
        places.all.push(superblock);
        let (mut next, mut seen) = (vec![root], 0);
        while let Some(address) = next.pop() {
            seen += 1;
            let header = match seen > MOST_OBJECTS {
                true => None,
                false => Header::read(address, |place| bytes_at(file, place))?,
            };
            let Some(header) = header else {
                return Ok(None);
            };
            places.all.extend(header.places);
            for found in header.found {
                match found {
                    Found::Object(address) => next.push(address),
                    Found::Text(address) => {
                        places.heaps.insert(address);
                    }
                    Found::Numbers(place) if place.end > length => return Ok(None),
                    Found::Numbers(place) => places.all.push(place),
                }
            }
        }
        Ok(Some(places))
    }

    /// Nothing may lie over anything else: then text is text, and each number is written once.
    fn layout(mut self, file: &mut File, length: u64) -> io::Result<Layout> {
        for &address in &self.heaps {
            match heap::collection(file, address)? {
                Some(place) => self.all.push(place),
                None => return Ok(Layout::Unsound),
            }
        }
        self.all.retain(|place| !place.is_empty());
        self.all.sort_unstable_by_key(|place| place.start);
        let apart = self.all.windows(2).all(|two| two[0].end <= two[1].start);
        let inside = self.all.last().is_none_or(|last| last.end <= length);
        Ok(match apart && inside {
            true => Layout::Own,
            false => Layout::Unsound,
        })
    }
}

/// Where the root's header lies, by a superblock whose checksum is right.
fn root(superblock: &[u8]) -> Option<u64> {
    let (start, checksum) = superblock.split_at_checked(SUPERBLOCK - 4)?;
    let number = |at: usize| Some(u64::from_le_bytes(start.get(at..at + 8)?.try_into().ok()?));
    let is_known = start[8..11] == [VERSION, 8, 8] && number(12)? == 0 && number(20)? == u64::MAX;
    (is_known && header::checksum(start).to_le_bytes() == checksum).then_some(())?;
    number(36)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Each own file of an earlier version, and a new one, is known; one changed bit anywhere in what is known makes it another.
    #[test]
    fn files_of_earlier_versions_are_known() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema_1_1");
        let mut known = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "h5") {
                let mut file = File::open(&path).unwrap();
                assert_eq!(Layout::of(&mut file).unwrap(), Layout::Own, "{path:?}");
                known += 1;
            }
        }
        assert_eq!(known, 5);
    }

    fn temporary(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// All checksums are right, but text lies among the numbers of an array, which a search outside of these would not find.
    #[test]
    fn text_among_numbers_is_unsound() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema_1_1");
        let mut bytes = std::fs::read(format!("{folder}/mean_field.h5")).unwrap();
        let length = bytes.len() as u64;
        let places = Places::of(&mut temporary(&bytes), length).unwrap().unwrap();
        let old = *places.heaps.first().unwrap();
        let heap = heap::collection(&mut temporary(&bytes), old).unwrap();
        let heap = bytes[old as usize..heap.unwrap().end as usize].to_vec();
        let numbers = places
            .all
            .iter()
            .max_by_key(|place| place.end - place.start);
        let new = numbers.unwrap().start as usize;
        bytes[new..new + heap.len()].copy_from_slice(&heap);
        for place in &places.all {
            let place = place.start as usize..place.end as usize;
            if !(bytes[place.clone()].starts_with(b"OHDR")
                || bytes[place.clone()].starts_with(b"OCHK"))
            {
                continue;
            }
            let end = place.end - 4;
            for at in place.start..end - 8 {
                if bytes[at..at + 8] == old.to_le_bytes() {
                    bytes[at..at + 8].copy_from_slice(&(new as u64).to_le_bytes());
                }
            }
            let sum = header::checksum(&bytes[place.start..end]);
            bytes[end..place.end].copy_from_slice(&sum.to_le_bytes());
        }
        let layout = Layout::of(&mut temporary(&bytes)).unwrap();
        assert_eq!(layout, Layout::Unsound);
    }

    #[test]
    fn what_is_damaged_is_not_known() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/schema_1_1/mean_field.h5"
        );
        let whole = std::fs::read(path).unwrap();
        let mut other = 0;
        for byte in 0..whole.len().min(4096) {
            let mut damaged = whole.clone();
            damaged[byte] ^= 1 << (byte % 8);
            match Layout::of(&mut temporary(&damaged)).unwrap() {
                Layout::Own => {}
                Layout::Other | Layout::Unsound => other += 1,
            }
        }
        assert!(other > 1000, "{other}");
        for length in (0..whole.len()).step_by(101) {
            let layout = Layout::of(&mut temporary(&whole[..length])).unwrap();
            assert_ne!(layout, Layout::Own, "{length}");
        }
    }
}
