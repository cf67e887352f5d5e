//! Blocks of couplings, wherever they are: in memory, or in a file of which no more is read than is needed.

use super::couplings::{Couplings, pair_index, pairs};
use crate::error::Result;
use rayon::prelude::*;
use std::fmt::Debug;
use std::ops::Range;

/// The q x q blocks J_ij of all pairs i < j, in the packing of [`Couplings`].
pub trait PairBlocks: Debug + Send + Sync {
    /// Number of sites L.
    fn sites(&self) -> usize;

    /// Number of states q.
    fn states(&self) -> usize;

    /// Copies the blocks from the pair with the index `first` on into `blocks`, as many as there is room for.
    ///
    /// # Errors
    /// If they cannot be read, or a number is not finite.
    fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()>;

    /// All blocks, if they are in memory.
    fn in_memory(&self) -> Option<&Couplings> {
        None
    }
}

impl PairBlocks for Couplings {
    fn sites(&self) -> usize {
        self.sites()
    }

    fn states(&self) -> usize {
        self.states()
    }

    fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()> {
        let start = first * self.states() * self.states();
        blocks.copy_from_slice(&self.as_slice()[start..start + blocks.len()]);
        Ok(())
    }

    fn in_memory(&self) -> Option<&Couplings> {
        Some(self)
    }
}

/// Blocks between two wanted ones are read with them if they are no more bytes than this: less trouble than to ask twice.
const NEAR: usize = 1 << 13;

/// Bytes read at a time where many are.
const AT_A_TIME: usize = 1 << 20;

impl dyn PairBlocks + '_ {
    /// Numbers in a block.
    pub fn block_size(&self) -> usize {
        self.states() * self.states()
    }

    /// How many blocks fit into so many bytes, one at least.
    pub fn blocks_within(&self, bytes: usize) -> usize {
        (bytes / (self.block_size() * size_of::<f32>())).max(1)
    }

    /// The blocks of neighbouring pairs: where they lie in memory, or read into `buffer`.
    ///
    /// # Errors
    /// As [`PairBlocks::read`].
    pub fn run<'a>(&'a self, pairs: Range<usize>, buffer: &'a mut Vec<f32>) -> Result<&'a [f32]> {
        let size = self.block_size();
        if let Some(couplings) = self.in_memory() {
            return Ok(&couplings.as_slice()[pairs.start * size..pairs.end * size]);
        }
        buffer.resize(pairs.len() * size, 0.0);
        self.read(pairs.start, buffer)?;
        Ok(buffer)
    }

    /// Shows `each` the sites and the block of every pair listed; `listed` must rise.
    ///
    /// # Errors
    /// As [`PairBlocks::read`].
    pub fn visit(
        &self,
        listed: &[(usize, usize)],
        mut each: impl FnMut(usize, usize, &[f32]),
    ) -> Result<()> {
        let (size, sites) = (self.block_size(), self.sites());
        let (near, most) = (
            NEAR / (size * size_of::<f32>()),
            self.blocks_within(AT_A_TIME),
        );
        let index = |&(i, j): &(usize, usize)| pair_index(sites, i, j);
        let mut buffer = Vec::new();
        let mut rest = listed;
        while let Some(first) = rest.first().map(index) {
            let mut last = first;
            let joins = |pair: &&(usize, usize)| {
                let next = index(pair);
                let joined = next - last <= near + 1 && next - first < most;
                last = if joined { next } else { last };
                joined
            };
            let (near_ones, others) = rest.split_at(rest.iter().take_while(joins).count());
            let blocks = self.run(first..last + 1, &mut buffer)?;
            for pair in near_ones {
                let start = (index(pair) - first) * size;
                each(pair.0, pair.1, &blocks[start..start + size]);
            }
            rest = others;
        }
        Ok(())
    }

    /// All of them, read by all threads of the current pool.
    ///
    /// # Errors
    /// As [`PairBlocks::read`].
    pub fn read_all(&self) -> Result<Couplings> {
        let (sites, states) = (self.sites(), self.states());
        let mut values = vec![0.0; pairs(sites) * self.block_size()];
        let blocks = self.blocks_within(AT_A_TIME);
        values
            .par_chunks_mut(blocks * self.block_size())
            .enumerate()
            .try_for_each(|(k, part)| self.read(k * blocks, part))?;
        Ok(Couplings::from_packed(sites, states, values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::couplings::pair_sites;

    /// Blocks that cannot be had where they lie, and a list of what was read.
    #[derive(Debug)]
    struct Elsewhere(Couplings, std::sync::Mutex<Vec<Range<usize>>>);

    impl PairBlocks for Elsewhere {
        fn sites(&self) -> usize {
            self.0.sites()
        }

        fn states(&self) -> usize {
            self.0.states()
        }

        fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()> {
            let pairs = blocks.len() / (self.0.states() * self.0.states());
            self.1.lock().unwrap().push(first..first + pairs);
            self.0.read(first, blocks)
        }
    }

    fn elsewhere(sites: usize, states: usize) -> Elsewhere {
        let numbers = pairs(sites) * states * states;
        let values = (0..numbers).map(|k| k as f32).collect();
        let couplings = Couplings::from_packed(sites, states, values);
        Elsewhere(couplings, Default::default())
    }

    #[test]
    fn listed_blocks_are_shown_and_near_ones_read_together() {
        let source = elsewhere(60, 20);
        let blocks: &dyn PairBlocks = &source;
        let listed: Vec<_> = pair_sites(60)
            .enumerate()
            .filter(|(k, _)| [0, 2, 4, 40, 1000, 1769].contains(k))
            .map(|(_, pair)| pair)
            .collect();
        let mut seen = Vec::new();
        blocks
            .visit(&listed, |i, j, block| {
                assert_eq!(block, source.0.block(i, j));
                seen.push((i, j));
            })
            .unwrap();
        assert_eq!(seen, listed);
        let read = source.1.lock().unwrap();
        assert_eq!(read[..], [0..5, 40..41, 1000..1001, 1769..1770]);
    }

    #[test]
    fn long_lists_are_read_in_parts() {
        let source = elsewhere(60, 20);
        let blocks: &dyn PairBlocks = &source;
        let mut seen = 0;
        let listed: Vec<_> = pair_sites(60).collect();
        blocks.visit(&listed, |_, _, _| seen += 1).unwrap();
        assert_eq!(seen, pairs(60));
        assert_eq!(source.1.lock().unwrap().len(), 3);
        assert_eq!(blocks.read_all().unwrap(), source.0);
    }

    #[test]
    fn what_is_in_memory_is_not_copied() {
        let couplings = elsewhere(4, 2).0;
        let blocks: &dyn PairBlocks = &couplings;
        let mut buffer = Vec::new();
        assert_eq!(
            blocks.run(1..3, &mut buffer).unwrap(),
            &couplings.as_slice()[4..12]
        );
        assert!(buffer.is_empty());
    }
}
