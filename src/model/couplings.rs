//! Coupling matrices of all pairs: the only place that knows how they are packed.

/// J_ij(a, b) for i < j: pair after pair, (0,1), (0,2), ..., each q x q with the state of i slow.
/// The accessors take the sites in either order.
#[derive(Debug, Clone, PartialEq)]
pub struct Couplings {
    sites: usize,
    states: usize,
    values: Vec<f32>,
}

/// Number of pairs of `sites` sites.
pub fn pairs(sites: usize) -> usize {
    sites * sites.saturating_sub(1) / 2
}

/// The place of the pair i < j among all pairs of `sites` sites.
pub fn pair_index(sites: usize, i: usize, j: usize) -> usize {
    debug_assert!(i < j && j < sites);
    i * sites - i * (i + 1) / 2 + (j - i - 1)
}

/// The places of the pairs (i, i+1), (i, i+2), ... among all; none for the last site.
pub fn pairs_after(sites: usize, i: usize) -> std::ops::Range<usize> {
    debug_assert!(i < sites);
    let first = i * sites - i * (i + 1) / 2;
    first..first + (sites - 1 - i)
}

/// All pairs (i, j), i < j, in packed order.
pub fn pair_sites(sites: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..sites).flat_map(move |i| (i + 1..sites).map(move |j| (i, j)))
}

/// Splits a packed array of `block` numbers a pair into the parts of i = 0, 1, ..., L-2; part i holds the pairs (i, i+1), ...
pub fn split_by_first_site<T>(mut packed: &mut [T], sites: usize, block: usize) -> Vec<&mut [T]> {
    let mut parts = Vec::with_capacity(sites);
    for i in 0..sites {
        let (part, rest) = packed.split_at_mut((sites - 1 - i) * block);
        parts.push(part);
        packed = rest;
    }
    parts
}

impl Couplings {
    /// No coupling at all.
    pub fn zeros(sites: usize, states: usize) -> Self {
        Self {
            sites,
            states,
            values: vec![0.0; pairs(sites) * states * states],
        }
    }

    /// Packed values; panics if there are not L(L-1)/2 q q of them.
    pub fn from_packed(sites: usize, states: usize, values: Vec<f32>) -> Self {
        assert_eq!(values.len(), pairs(sites) * states * states);
        Self {
            sites,
            states,
            values,
        }
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states q.
    pub fn states(&self) -> usize {
        self.states
    }

    /// All values in packed order.
    pub fn as_slice(&self) -> &[f32] {
        &self.values
    }

    /// The same, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// All values in packed order, without a copy.
    pub fn into_packed(self) -> Vec<f32> {
        self.values
    }

    /// J_ij(a, b), for i != j in either order.
    #[inline]
    pub fn get(&self, i: usize, a: usize, j: usize, b: usize) -> f32 {
        if i < j {
            self.block(i, j)[a * self.states + b]
        } else {
            self.block(j, i)[b * self.states + a]
        }
    }

    /// The q x q block of i < j, the state of i slow.
    #[inline]
    pub fn block(&self, i: usize, j: usize) -> &[f32] {
        let size = self.states * self.states;
        let start = pair_index(self.sites, i, j) * size;
        &self.values[start..start + size]
    }

    /// The q x q block of i < j, to be written.
    pub fn block_mut(&mut self, i: usize, j: usize) -> &mut [f32] {
        let size = self.states * self.states;
        let start = pair_index(self.sites, i, j) * size;
        &mut self.values[start..start + size]
    }

    /// Blocks of all pairs in packed order.
    pub fn blocks(&self) -> impl Iterator<Item = ((usize, usize), &[f32])> {
        pair_sites(self.sites).zip(self.values.chunks_exact(self.states * self.states))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_packed_row_by_row() {
        for sites in 0..9 {
            let listed: Vec<_> = pair_sites(sites).collect();
            assert_eq!(listed.len(), pairs(sites));
            for (index, (i, j)) in listed.into_iter().enumerate() {
                assert_eq!(pair_index(sites, i, j), index);
                assert!(pairs_after(sites, i).contains(&index));
            }
            let after = (0..sites).map(|i| pairs_after(sites, i).len());
            assert_eq!(after.sum::<usize>(), pairs(sites));
        }
    }

    #[test]
    fn counts_of_large_families_do_not_overflow() {
        // 2500 sites of 21 states: more than 2^30 couplings, in bytes more than 2^32.
        assert_eq!(pairs(2500) * 21 * 21 * 4, 5_510_295_000);
        assert_eq!(pair_index(100_000, 99_998, 99_999), pairs(100_000) - 1);
    }

    #[test]
    fn a_block_reads_the_same_from_both_sides() {
        let mut couplings = Couplings::zeros(3, 2);
        couplings
            .block_mut(0, 2)
            .copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(couplings.get(0, 0, 2, 1), 2.0);
        assert_eq!(couplings.get(2, 1, 0, 0), 2.0);
    }

    #[test]
    fn parts_hold_the_pairs_of_one_first_site() {
        let mut packed = [0, 1, 2, 3, 4, 5];
        let lengths: Vec<usize> = split_by_first_site(&mut packed, 4, 1)
            .iter()
            .map(|part| part.len())
            .collect();
        assert_eq!(lengths, [3, 2, 1, 0]);
    }
}
