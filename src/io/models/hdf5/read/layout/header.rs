//! Headers of objects, version 2, with the messages that files of this program have.

use std::io;
use std::ops::Range;

/// A header lies in so many pieces at most.
const MOST_PIECES: usize = 64;

/// Bytes of a checksum.
const CHECKSUM: u64 = 4;

/// An address that stands for none.
const NOWHERE: u64 = u64::MAX;

/// What a header tells of other places.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// The header of a member of a group.
    Object(u64),
    /// A heap with the text of an attribute.
    Text(u64),
    /// An array in one piece.
    Numbers(Range<u64>),
}

/// The header of an object.
pub struct Header {
    /// Where it lies.
    pub places: Vec<Range<u64>>,
    pub found: Vec<Found>,
}

/// Bytes that are taken one after the other.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, the lowest first.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let taken = self.take(bytes)?;
        Some(taken.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)))
    }
}

impl Header {
    /// The header at an address, by a function that gives bytes; none if it is none, its checksum is wrong or it holds anything unknown.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(
        address: u64,
        mut bytes_at: impl FnMut(&Range<u64>) -> io::Result<Option<Vec<u8>>>,
    ) -> io::Result<Option<Self>> {
        let Some(first) = first_piece(address, &mut bytes_at)? else {
            return Ok(None);
        };
        let mut header = Self {
            places: Vec::new(),
            found: Vec::new(),
        };
        let mut pieces = vec![first];
        while let Some((place, front)) = pieces.pop() {
            let bytes = match header.places.len() < MOST_PIECES {
                true => bytes_at(&place)?,
                false => None,
            };
            let messages = bytes.as_deref().and_then(|bytes| checked(bytes, front));
            let Some(more) = messages.and_then(|messages| header.messages(messages)) else {
                return Ok(None);
            };
            header.places.push(place);
            pieces.extend(more);
        }
        Ok(Some(header))
    }

    /// Takes in the messages of a piece; returns where others lie.
    fn messages(&mut self, messages: &[u8]) -> Option<Vec<(Range<u64>, usize)>> {
        const MESSAGE: usize = 4;
        let (mut rest, mut pieces) = (Bytes(messages), Vec::new());
        // Less than the front of a message is a gap.
        while rest.0.len() >= MESSAGE {
            let (kind, size) = (rest.number(1)?, rest.number(2)?);
            // Shared messages lie elsewhere.
            let is_shared = rest.number(1)? & 2 != 0;
            let mut body = Bytes(rest.take(size as usize)?);
            if is_shared {
                return None;
            }
            match kind {
                // None, space, type, filling value, information on a group.
                0x00 | 0x01 | 0x03 | 0x05 | 0x0a => {}
                0x02 | 0x15 => is_compact(kind, body)?,
                0x06 => self.found.push(Found::Object(link(body)?)),
                0x08 => self.found.extend(array(body)?),
                0x0c => self.found.extend(attribute(body)?),
                0x10 => {
                    let (start, length) = (body.number(8)?, body.number(8)?);
                    pieces.push((start..start.checked_add(length)?, b"OCHK".len()));
                }
                _ => return None,
            }
        }
        Some(pieces)
    }
}

/// Where the first piece of a header lies, and bytes of it before the messages.
fn first_piece(
    address: u64,
    bytes_at: &mut impl FnMut(&Range<u64>) -> io::Result<Option<Vec<u8>>>,
) -> io::Result<Option<(Range<u64>, usize)>> {
    const START: u64 = 6;
    let Some(end) = address.checked_add(START) else {
        return Ok(None);
    };
    let Some(start) = bytes_at(&(address..end))? else {
        return Ok(None);
    };
    let (name, flags) = (&start[..5], usize::from(start[5]));
    // Numbers of attributes in the order of their making, and times, are not written.
    if name != b"OHDR\x02" || flags & 0b1110_1100 != 0 {
        return Ok(None);
    }
    let limits = if flags & 0b1_0000 == 0 { 0 } else { 4 };
    let width = 1 << (flags & 3);
    let front = START as usize + limits + width;
    let Some(bytes) = bytes_at(&(address..address.saturating_add(front as u64)))? else {
        return Ok(None);
    };
    let size = Bytes(&bytes[front - width..]).number(width);
    let length = size.and_then(|size| size.checked_add(front as u64 + CHECKSUM));
    let end = length.and_then(|length| address.checked_add(length));
    Ok(end.map(|end| (address..end, front)))
}

/// The messages of a piece whose checksum is right, behind so many bytes.
fn checked(bytes: &[u8], front: usize) -> Option<&[u8]> {
    let (start, stored) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM as usize)?)?;
    let is_known = start.starts_with(b"OHDR") || start.starts_with(b"OCHK");
    (is_known && checksum(start).to_le_bytes() == stored).then(|| start.get(front..))?
}

/// Whether links (2) or attributes (0x15) lie in the header itself.
fn is_compact(kind: u64, mut body: Bytes) -> Option<()> {
    let (version, flags) = (body.number(1)?, body.number(1)?);
    let counter = match (flags & 1, kind) {
        (0, _) => 0,
        (_, 0x02) => 8,
        _ => 2,
    };
    body.take(counter)?;
    (version == 0 && body.number(8)? == NOWHERE).then_some(())
}

/// Where the object of a hard link lies.
fn link(mut body: Bytes) -> Option<u64> {
    let (version, flags) = (body.number(1)?, body.number(1)?);
    let kind = if flags & 8 == 0 { 0 } else { body.number(1)? };
    body.take(if flags & 4 == 0 { 0 } else { 8 })?;
    body.take(if flags & 16 == 0 { 0 } else { 1 })?;
    let length = body.number(1 << (flags & 3))?;
    body.take(usize::try_from(length).ok()?)?;
    let address = body.number(8)?;
    (version == 1 && kind == 0).then_some(address)
}

/// Where the numbers of an array lie in one piece; nowhere if there are none.
fn array(mut body: Bytes) -> Option<Option<Found>> {
    let (version, class) = (body.number(1)?, body.number(1)?);
    let (start, length) = (body.number(8)?, body.number(8)?);
    if version != 3 || class != 1 {
        return None;
    }
    match (start, length) {
        (NOWHERE, _) => Some(None),
        _ => Some(Some(Found::Numbers(start..start.checked_add(length)?))),
    }
}

/// Where the text of an attribute lies, if it is one.
fn attribute(mut body: Bytes) -> Option<Option<Found>> {
    const OF_ANY_LENGTH: u64 = 9;
    let (version, flags) = (body.number(1)?, body.number(1)?);
    let name = body.number(2)? as usize;
    let (kind, space) = (body.number(2)? as usize, body.number(2)? as usize);
    let _letters = body.number(1)?;
    body.take(name)?;
    let mut kind = Bytes(body.take(kind)?);
    // One value, and no list of them.
    let mut space = Bytes(body.take(space)?);
    let is_single = (space.number(1)?, space.number(1)?) == (2, 0);
    if version != 3 || flags != 0 {
        return None;
    }
    match kind.number(1)? & 0x0f {
        OF_ANY_LENGTH if is_single => {
            let _length = body.number(4)?;
            let address = body.number(8)?;
            // The empty text lies nowhere.
            Some((address != 0).then_some(Found::Text(address)))
        }
        OF_ANY_LENGTH => None,
        _ => Some(None),
    }
}

/// The checksum of HDF5's headers: Jenkins's lookup3, `hashlittle` with 0 to begin with.
pub fn checksum(bytes: &[u8]) -> u32 {
    let start = 0xdead_beef_u32.wrapping_add(bytes.len() as u32);
    let (mut a, mut b, mut c) = (start, start, start);
    let mut rest = bytes;
    while rest.len() > 12 {
        let (twelve, others) = rest.split_at(12);
        let [x, y, z] = words(twelve);
        a = a.wrapping_add(x);
        b = b.wrapping_add(y);
        c = c.wrapping_add(z);
        for (turn_c, turn_a, turn_b) in [(4, 6, 8), (16, 19, 4)] {
            a = a.wrapping_sub(c) ^ c.rotate_left(turn_c);
            c = c.wrapping_add(b);
            b = b.wrapping_sub(a) ^ a.rotate_left(turn_a);
            a = a.wrapping_add(c);
            c = c.wrapping_sub(b) ^ b.rotate_left(turn_b);
            b = b.wrapping_add(a);
        }
        rest = others;
    }
    if rest.is_empty() {
        return c;
    }
    let [x, y, z] = words(rest);
    a = a.wrapping_add(x);
    b = b.wrapping_add(y);
    c = c.wrapping_add(z);
    c = (c ^ b).wrapping_sub(b.rotate_left(14));
    a = (a ^ c).wrapping_sub(c.rotate_left(11));
    b = (b ^ a).wrapping_sub(a.rotate_left(25));
    c = (c ^ b).wrapping_sub(b.rotate_left(16));
    a = (a ^ c).wrapping_sub(c.rotate_left(4));
    b = (b ^ a).wrapping_sub(a.rotate_left(14));
    (c ^ b).wrapping_sub(b.rotate_left(24))
}

/// Up to twelve bytes as three words, the lowest byte first.
fn words(bytes: &[u8]) -> [u32; 3] {
    let mut words = [0; 3];
    for (k, &byte) in bytes.iter().enumerate() {
        words[k / 4] |= u32::from(byte) << (8 * (k % 4));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that the author of the checksum gives.
    #[test]
    fn the_checksum_is_that_of_lookup3() {
        assert_eq!(checksum(b""), 0xdead_beef);
        assert_eq!(checksum(b"Four score and seven years ago"), 0x1777_0551);
    }
}
