//! Text of variable length lies in "global heaps", the one kind of metadata without a checksum: a wrong length in one
//! sends the library past the end of its buffers (HDF5 1.10.8 dies of a single flipped bit). So before any text is
//! read, every heap of the file is walked here.
//!
//! Layout (HDF5 file format specification, III.E): `GCOL`, version 1, three zeros, the size of the collection as u64; then
//! objects: index u16, references u16, four zeros, size u64, and the bytes, padded to a multiple of 8. An object of
//! index 0 is the free space at the end; its size counts its header.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// How every collection starts: long enough not to occur among numbers by chance. The three zeros that follow are left out, since the
/// library does not look at them either.
const START: [u8; 5] = *b"GCOL\x01";

/// Bytes of the header of a collection, and of an object.
const HEADER: usize = 16;

/// Bytes looked through at a time.
const WINDOW: u64 = 1 << 20;

/// Whether all collections outside `numbers`, where there can be none, are sound.
pub(super) fn sound(file: &mut File, mut numbers: Vec<Range<u64>>) -> io::Result<bool> {
    let end = file.metadata()?.len();
    numbers.sort_unstable_by_key(|part| part.start);
    numbers.push(end..end);
    let mut from = 0;
    for part in numbers {
        while from < part.start {
            let until = part.start.min(from + WINDOW);
            if !window_sound(file, from..until)? {
                return Ok(false);
            }
            from = until;
        }
        from = from.max(part.end);
    }
    Ok(true)
}

/// Whether the collections that start in a window are sound; their first bytes may reach beyond it.
fn window_sound(file: &mut File, window: Range<u64>) -> io::Result<bool> {
    let overlap = START.len() as u64 - 1;
    let bytes = read_at(file, window.start, window.end - window.start + overlap)?;
    for (k, start) in bytes.windows(START.len()).enumerate() {
        if start == START && !collection_sound(file, window.start + k as u64)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn collection_sound(file: &mut File, address: u64) -> io::Result<bool> {
    let header = read_at(file, address, HEADER as u64)?;
    let Some(size) = number(&header, 8) else {
        return Ok(false);
    };
    let bytes = read_at(file, address, size)?;
    Ok(bytes.len() as u64 == size && size >= HEADER as u64 && tiled(&bytes[HEADER..]))
}

/// Where the collection at an address lies; none if there is none, or it is not sound.
pub(super) fn collection(file: &mut File, address: u64) -> io::Result<Option<Range<u64>>> {
    let header = read_at(file, address, HEADER as u64)?;
    let end = number(&header, 8).and_then(|size| address.checked_add(size));
    match end {
        Some(end) if header.starts_with(&START) && collection_sound(file, address)? => {
            Ok(Some(address..end))
        }
        _ => Ok(None),
    }
}

/// Whether objects fill a collection without a gap.
fn tiled(mut objects: &[u8]) -> bool {
    while objects.len() >= HEADER {
        let (is_free, size) = (objects[..2] == [0, 0], number(objects, 8));
        let needed = match size {
            Some(size) if is_free => return size == objects.len() as u64,
            Some(size) => size
                .checked_next_multiple_of(8)
                .and_then(|size| size.checked_add(HEADER as u64)),
            None => None,
        };
        match needed.and_then(|needed| objects.get(usize::try_from(needed).ok()?..)) {
            Some(rest) => objects = rest,
            None => return false,
        }
    }
    true
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_le_bytes(bytes))
}

/// As many of `length` bytes as there are.
fn read_at(file: &mut File, address: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(address))?;
    file.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(index: u16, size: u64, stored: usize) -> Vec<u8> {
        let mut bytes = index.to_le_bytes().to_vec();
        bytes.extend([1, 0, 0, 0, 0, 0]);
        bytes.extend(size.to_le_bytes());
        bytes.resize(HEADER + stored, b'x');
        bytes
    }

    #[test]
    fn objects_fill_a_collection() {
        let good = [object(1, 5, 8), object(2, 8, 8), object(0, 48, 32)].concat();
        assert!(tiled(&good));
        assert!(tiled(&[]));
        for wrong in [0, 48 + 8, u64::MAX] {
            assert!(!tiled(&[object(1, 5, 8), object(0, wrong, 32)].concat()));
        }
        for wrong in [16, 517, u64::MAX - 20, u64::MAX] {
            assert!(!tiled(&[object(1, wrong, 8), object(0, 48, 32)].concat()));
        }
    }

    #[test]
    fn a_collection_is_found_wherever_it_starts() {
        for start in [
            0,
            3,
            WINDOW as usize - 5,
            WINDOW as usize,
            2 * WINDOW as usize + 1,
        ] {
            let mut bytes = vec![0; start];
            bytes.extend(START);
            bytes.extend([0, 4, 0]);
            bytes.extend(64u64.to_le_bytes());
            bytes.extend(object(0, 48, 32));
            let mut file = tempfile::tempfile().unwrap();
            io::Write::write_all(&mut file, &bytes).unwrap();
            assert!(sound(&mut file, Vec::new()).unwrap());
            file.set_len(bytes.len() as u64 - 1).unwrap();
            assert!(!sound(&mut file, Vec::new()).unwrap(), "{start}");
            let skipped = start as u64..bytes.len() as u64;
            assert!(sound(&mut file, vec![0..0, skipped, 1..2]).unwrap());
        }
    }
}
