//! The blocks of couplings that a scorer has at hand.

use crate::error::Result;
use crate::model::couplings::{pair_index, pairs};
use crate::model::{Couplings, PairBlocks};
use std::borrow::Cow;

/// What is asked for in small parts: beyond one in so many of all, all are read, in the order in which they lie. A part far from the
/// others costs a disk or a network as much as a hundred times its bytes.
pub(super) const PATIENCE: usize = 32;

/// Blocks of pairs i < j out of some source.
#[derive(Debug)]
pub(super) enum BlockCache<'m> {
    /// All of them.
    All(Cow<'m, Couplings>),
    /// Those asked for so far.
    Fetched(Fetched<'m>),
}

/// Copies of single blocks.
#[derive(Debug)]
pub(super) struct Fetched<'m> {
    source: &'m dyn PairBlocks,
    /// The place of each pair's block among those in `values`, from 1; 0 is none.
    places: Vec<u32>,
    values: Vec<f32>,
    count: usize,
    /// Pairs asked for, but not in the cache yet.
    wanted: Vec<(usize, usize)>,
}

/// In place of a place: the pair is among those wanted.
const WANTED: u32 = u32::MAX;

impl<'m> BlockCache<'m> {
    /// What there is without reading.
    pub fn of(source: &'m dyn PairBlocks) -> Self {
        match source.in_memory() {
            Some(couplings) => Self::All(Cow::Borrowed(couplings)),
            None => Self::Fetched(Fetched {
                source,
                places: vec![0; pairs(source.sites())],
                values: Vec::new(),
                count: 0,
                wanted: Vec::new(),
            }),
        }
    }

    /// Where further blocks come from; memory once all are there.
    pub fn source(&self) -> &dyn PairBlocks {
        match self {
            Self::All(couplings) => &**couplings,
            Self::Fetched(fetched) => fetched.source,
        }
    }

    /// Whether a block can be missing.
    pub fn is_partial(&self) -> bool {
        matches!(self, Self::Fetched(_))
    }

    /// Asks for the block of i < j. If that makes many, all are read now.
    ///
    /// # Errors
    /// If reading fails.
    pub fn want(&mut self, i: usize, j: usize) -> Result<()> {
        let Self::Fetched(fetched) = self else {
            return Ok(());
        };
        match fetched.want(i, j) * PATIENCE > fetched.places.len() {
            true => self.read_all(),
            false => Ok(()),
        }
    }

    /// The pairs asked for that are not here yet, in their order.
    pub fn wanted(&mut self) -> Vec<(usize, usize)> {
        match self {
            Self::All(_) => Vec::new(),
            Self::Fetched(fetched) => {
                fetched.wanted.sort_unstable();
                fetched.wanted.clone()
            }
        }
    }

    /// Reads all blocks into memory.
    ///
    /// # Errors
    /// If reading fails.
    pub fn read_all(&mut self) -> Result<()> {
        if let Self::Fetched(fetched) = self {
            *self = Self::All(Cow::Owned(fetched.source.read_all()?));
        }
        Ok(())
    }

    /// Holds the blocks of [`Self::wanted`] from now on: `values` has them one after the other.
    pub fn keep(&mut self, values: &[f32]) {
        if let Self::Fetched(fetched) = self {
            fetched.keep(values);
        }
    }

    /// The block of i < j. Panics if it is not in the cache.
    #[inline]
    pub fn block(&self, i: usize, j: usize) -> &[f32] {
        match self {
            Self::All(couplings) => couplings.block(i, j),
            Self::Fetched(fetched) => fetched.block(i, j).expect("a pair that was not fetched"),
        }
    }
}

impl Fetched<'_> {
    fn place(&self, i: usize, j: usize) -> usize {
        pair_index(self.source.sites(), i, j)
    }

    /// Notes that a pair is wanted, unless it was before; returns how many are here or wanted.
    fn want(&mut self, i: usize, j: usize) -> usize {
        let place = self.place(i, j);
        if self.places[place] == 0 {
            self.places[place] = WANTED;
            self.wanted.push((i, j));
        }
        self.count + self.wanted.len()
    }

    fn keep(&mut self, values: &[f32]) {
        for (i, j) in std::mem::take(&mut self.wanted) {
            let place = self.place(i, j);
            self.count += 1;
            // A small share of all pairs: 2^32 of them would fill terabytes.
            self.places[place] = self.count as u32;
        }
        self.values.extend_from_slice(values);
    }

    fn block(&self, i: usize, j: usize) -> Option<&[f32]> {
        let size = self.source.block_size();
        let start = (self.places[self.place(i, j)] as usize).checked_sub(1)? * size;
        self.values.get(start..start + size)
    }
}
