//! Checksums of what a file holds: CRC-32 (that of gzip, `zlib.crc32` in Python) of the bytes as they lie in the file.
//!
//! HDF5 itself has checksums of its headers, in which numbers of attributes lie, too; of arrays and of text it has none.

use crate::model::couplings::pairs;
use crate::state::LittleEndian;
use crc32fast::Hasher;
use hdf5::types::{FixedAscii, FloatSize, IntSize, TypeDescriptor, VarLenUnicode};
use hdf5::{Attribute, Group};
use rayon::prelude::*;
use std::ops::Range;

/// The attribute of an array with its checksum.
pub const OF_ARRAY: &str = "crc32";

/// The attribute of a group with the checksum of its other attributes.
pub const OF_ATTRIBUTES: &str = "attributes_crc32";

/// The array with the checksums of couplings, beside these, and its attribute: how many pairs go into each.
pub const OF_COUPLINGS: &str = "couplings_crc32";
pub const PAIRS: &str = "pairs";

/// Bytes of couplings to a checksum, where a single pair has no more: whoever reads one pair reads and checks as much, which is no more
/// work for a disk than one pair is.
const BLOCK: usize = 1 << 12;

/// Bytes that a thread takes at a time.
const PIECE: usize = 1 << 20;

/// Bytes that pass from numbers into a checksum at a time: they stay in the processor's nearest cache.
const BUFFER: usize = 1 << 13;

/// Letters of datasets.
impl LittleEndian for FixedAscii<1> {
    const BYTES: usize = 1;

    fn put(self, place: &mut [u8]) {
        place.copy_from_slice(self.as_bytes().get(..1).unwrap_or(&[0]));
    }

    fn get(place: &[u8]) -> Self {
        Self::from_ascii(place).unwrap_or_default()
    }
}

/// The checksum of an array, by all threads of the current pool: for any number of them the same.
pub fn of<T: LittleEndian + Sync>(values: &[T]) -> u32 {
    let parts = values.par_chunks(PIECE / T::BYTES).map(hashed);
    let parts: Vec<Hasher> = parts.collect();
    let join = |mut all: Hasher, part: &Hasher| {
        all.combine(part);
        all
    };
    parts.iter().fold(Hasher::new(), join).finalize()
}

fn hashed<T: LittleEndian>(values: &[T]) -> Hasher {
    let (mut hasher, mut buffer) = (Hasher::new(), [0; BUFFER]);
    for part in values.chunks(BUFFER / T::BYTES) {
        let bytes = &mut buffer[..part.len() * T::BYTES];
        let places = bytes.chunks_exact_mut(T::BYTES);
        part.iter().zip(places).for_each(|(n, place)| n.put(place));
        hasher.update(bytes);
    }
    hasher
}

/// The checksum of all attributes of a group but for itself, by their names: each name and a NUL, the length of the value (u64, the lowest
/// byte first) and the value. Those of a type that this version does not write are passed over.
pub fn of_attributes(group: &Group) -> hdf5::Result<u32> {
    let mut names = group.attr_names()?;
    names.sort_unstable();
    let mut hasher = Hasher::new();
    for name in names.iter().filter(|name| *name != OF_ATTRIBUTES) {
        if let Some(value) = bytes_of(&group.attr(name)?)? {
            hasher.update(name.as_bytes());
            hasher.update(&[0]);
            hasher.update(&(value.len() as u64).to_le_bytes());
            hasher.update(&value);
        }
    }
    Ok(hasher.finalize())
}

fn bytes_of(attribute: &Attribute) -> hdf5::Result<Option<Vec<u8>>> {
    if !attribute.is_scalar() {
        return Ok(None);
    }
    let value = match attribute.dtype()?.to_descriptor()? {
        TypeDescriptor::VarLenUnicode => {
            let text = attribute.read_scalar::<VarLenUnicode>()?;
            text.as_bytes().to_vec()
        }
        TypeDescriptor::Unsigned(IntSize::U8) => {
            attribute.read_scalar::<u64>()?.to_le_bytes().to_vec()
        }
        TypeDescriptor::Float(FloatSize::U8) => {
            attribute.read_scalar::<f64>()?.to_le_bytes().to_vec()
        }
        TypeDescriptor::Boolean => vec![attribute.read_scalar::<bool>()?.into()],
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// Checksums of couplings: one for each few pairs, since single pairs are read.
#[derive(Debug, Clone, PartialEq)]
pub struct OfBlocks {
    /// How many pairs go into each; into the last those that are left.
    pub pairs: usize,
    pub sums: Vec<u32>,
}

impl OfBlocks {
    /// Of packed couplings with so many states.
    pub fn of(values: &[f32], states: usize) -> Self {
        let size = states * states;
        let pairs = (BLOCK / (size * size_of::<f32>())).max(1);
        let blocks = values.par_chunks(pairs * size);
        Self {
            pairs,
            sums: blocks.map(|block| hashed(block).finalize()).collect(),
        }
    }

    /// Whether these can be the checksums of all pairs of so many sites.
    pub fn fits(&self, sites: usize) -> bool {
        self.pairs > 0 && self.sums.len() == pairs(sites).div_ceil(self.pairs)
    }

    /// The first block that differs in `bytes`, which begin with the block `first` and have so many bytes a pair.
    pub fn differing(&self, first: usize, bytes: &[u8], pair: usize) -> Option<usize> {
        let blocks = bytes.chunks(self.pairs.saturating_mul(pair));
        let mut found = blocks.zip(first..);
        found
            .find(|(block, k)| self.sums.get(*k) != Some(&crc32fast::hash(block)))
            .map(|(_, k)| k)
    }

    /// The same of numbers that are all there.
    pub fn differing_in(&self, values: &[f32], states: usize) -> Option<usize> {
        let blocks = values.par_chunks(self.pairs.saturating_mul(states * states));
        blocks
            .zip(&self.sums)
            .position_first(|(block, sum)| hashed(block).finalize() != *sum)
    }

    /// The first and the last pair of a block, sites counted from 1, for people.
    pub fn describe(&self, block: usize, sites: usize) -> String {
        let all = pairs(sites);
        let last = (block + 1).saturating_mul(self.pairs).min(all).max(1) - 1;
        let [(i, j), (k, l)] =
            [block * self.pairs, last].map(|pair| sites_of(sites, pair.min(all)));
        match (i, j) == (k, l) {
            true => format!("couplings of the sites {i} and {j}"),
            false => format!("couplings of the sites {i} and {j} to {k} and {l}"),
        }
    }
}

/// The sites of a pair by its place among all, counted from 1.
fn sites_of(sites: usize, pair: usize) -> (usize, usize) {
    let after = |i: usize| -> Range<usize> { crate::model::couplings::pairs_after(sites, i) };
    let (mut low, mut high) = (0, sites.saturating_sub(1));
    while low < high {
        let middle = (low + high) / 2;
        match after(middle).end <= pair {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    (low + 1, low + 2 + pair.saturating_sub(after(low).start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::couplings::pair_sites;

    #[test]
    fn a_checksum_is_that_of_all_bytes_together() {
        let values: Vec<f64> = (0..300_001).map(|k| f64::from(k) * 0.1).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(of(&values), crc32fast::hash(&bytes));
        assert_eq!(of::<u64>(&[]), 0);
        let letters = b"AC-".map(|l| FixedAscii::<1>::from_ascii(&[l]).unwrap());
        assert_eq!(of(&letters), crc32fast::hash(b"AC-"));
        // The value that the standard of this checksum gives.
        assert_eq!(of(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_pairs_of_a_block_are_named() {
        for sites in 2..9 {
            for (k, (i, j)) in pair_sites(sites).enumerate() {
                assert_eq!(sites_of(sites, k), (i + 1, j + 1));
            }
        }
        let values: Vec<f32> = (0..pairs(30) * 400).map(|k| k as f32).collect();
        let sums = OfBlocks::of(&values, 20);
        assert!(sums.fits(30) && !sums.fits(31) && sums.pairs == 2);
        assert_eq!(
            sums.describe(14, 30),
            "couplings of the sites 1 and 30 to 2 and 3"
        );
        assert_eq!(sums.describe(217, 30), "couplings of the sites 29 and 30");
    }

    #[test]
    fn the_block_that_differs_is_found() {
        let mut values: Vec<f32> = (0..pairs(30) * 400).map(|k| k as f32).collect();
        let sums = OfBlocks::of(&values, 20);
        assert_eq!(sums.differing_in(&values, 20), None);
        values[800 * 3 + 5] += 1.0;
        assert_eq!(sums.differing_in(&values, 20), Some(3));
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(sums.differing(0, &bytes, 1600), Some(3));
        assert_eq!(sums.differing(3, &bytes[3 * 3200..], 1600), Some(3));
        assert_eq!(sums.differing(4, &bytes[4 * 3200..], 1600), None);
        // More than there are checksums of.
        assert_eq!(sums.differing(217, &bytes[..3200], 1600), Some(217));
    }
}
