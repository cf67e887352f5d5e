//! The chains of a sampler: their states, and where these differ from the commonest.

use super::tables::{LANES, Tables};
use std::cmp::Ordering;

/// What marks a site with its commonest state among places in lists.
pub(super) const COMMON: u16 = u16::MAX;

/// Bytes of a table's part that stay in the innermost cache beside the rest.
const CACHED: usize = 24 << 10;

/// Some chains: always a multiple of eight, one a lane.
#[derive(Debug, Clone)]
pub struct Chains {
    pub(super) sites: usize,
    /// Sites of a group.
    pub(super) group: usize,
    /// States, chains x L.
    pub(super) states: Vec<u8>,
    /// For each chain and group the table rows of the states that are not the commonest, in any order; where group g begins at g x group.
    pub(super) lists: Vec<u32>,
    /// How many rows there are, chains x groups.
    pub(super) lengths: Vec<u16>,
    /// Where in its list a site stands, chains x L.
    pub(super) places: Vec<u16>,
    /// Weight of the model, a chain.
    pub(super) weights: Vec<f32>,
    /// Energies in the model, a chain, as changes change them.
    pub(super) energies: Vec<f64>,
    /// Of eight chains.
    pub(super) random: Vec<Streams>,
    pub(super) limit: Option<Counted>,
}

/// Sequences may differ from one at some sites only.
///
/// With all of these taken, no site could change before another has changed back: chains would hardly get from one set of sites to another. So
/// they may differ at one site more, against a cost that is subtracted from the logits that lead there; sequences that do are passed through, and
/// among all others the law is as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The sequence.
    pub target: Vec<u8>,
    /// At most so many sites may differ.
    pub most: usize,
    /// What one more costs, in nats.
    pub cost: f32,
}

#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub limit: Limit,
    /// Sites that differ now, a chain.
    pub different: Vec<usize>,
}

/// Random numbers of eight chains (xoshiro128+, Blackman and Vigna 2021), each with its own stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Streams(pub [[u32; LANES]; 4]);

impl Streams {
    /// Of the chains `first`, `first` + 1, ... of a seed.
    fn of(seed: u64, first: u64) -> Self {
        let mut streams = Self([[0; LANES]; 4]);
        for lane in 0..LANES {
            // Two of splitmix64's numbers: what xoshiro's authors say to begin with.
            let mut state = mixed(mixed(seed) ^ (first + lane as u64));
            for half in 0..2 {
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let number = mixed(state);
                streams.0[2 * half][lane] = number as u32;
                streams.0[2 * half + 1][lane] = (number >> 32) as u32;
            }
            // All zero is the one state that it never leaves.
            streams.0[0][lane] |= u32::from(streams.0.iter().all(|part| part[lane] == 0));
        }
        streams
    }

    /// Numbers in 0..1, both ends left out: odd multiples of 2^-24.
    #[inline(always)]
    pub fn next(&mut self) -> [f32; LANES] {
        let mut s = self.0;
        let mut numbers = [0.0; LANES];
        for lane in 0..LANES {
            let bits = s[0][lane].wrapping_add(s[3][lane]) >> 9;
            numbers[lane] = (2 * bits + 1) as i32 as f32 * (1.0 / (1 << 24) as f32);
        }
        let shifted = s[1].map(|x| x << 9);
        for lane in 0..LANES {
            s[2][lane] ^= s[0][lane];
            s[3][lane] ^= s[1][lane];
            s[1][lane] ^= s[2][lane];
            s[0][lane] ^= s[3][lane];
            s[2][lane] ^= shifted[lane];
            s[3][lane] = s[3][lane].rotate_left(11);
        }
        self.0 = s;
        numbers
    }
}

/// splitmix64's output function (Steele 2014).
fn mixed(state: u64) -> u64 {
    let x = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Chains {
    /// Chains that stand at `states`, chains x L, with the random numbers of chains `first`, `first` + 1, ... of a seed: whoever runs chains in
    /// parts gets the same of them as who runs all at once.
    ///
    /// Panics if the number of chains is no multiple of eight, or a state not below q.
    pub fn new(tables: &Tables, states: Vec<u8>, (seed, first): (u64, u64)) -> Self {
        let sites = tables.sites;
        let count = states.len() / sites.max(1);
        assert_eq!(states.len(), count * sites);
        assert_eq!(count % LANES, 0, "{count} chains");
        let group = group(tables);
        let mut chains = Self {
            sites,
            group,
            lists: vec![0; states.len()],
            lengths: vec![0; count * sites.div_ceil(group)],
            places: vec![COMMON; states.len()],
            weights: vec![1.0; count],
            energies: vec![0.0; count],
            random: (0..count / LANES)
                .map(|block| Streams::of(seed, first + (block * LANES) as u64))
                .collect(),
            limit: None,
            states,
        };
        chains.list_all(tables);
        chains
    }

    /// Number of chains.
    pub fn count(&self) -> usize {
        self.weights.len()
    }

    /// States, chains x L.
    pub fn states(&self) -> &[u8] {
        &self.states
    }

    /// Energies of the model (not the prior) in each chain, in nats: those of [`Self::set_energies`], or 0 at first, and what changes added since.
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }

    /// Says what energies the chains have now.
    ///
    /// Panics if there is not one a chain.
    pub fn set_energies(&mut self, energies: &[f64]) {
        assert_eq!(energies.len(), self.count());
        self.energies.copy_from_slice(energies);
    }

    /// Sets the weight of the model in each chain: what others call an inverse temperature.
    ///
    /// Panics if there is not one a chain.
    pub fn set_weights(&mut self, weights: &[f32]) {
        assert_eq!(weights.len(), self.count());
        self.weights.copy_from_slice(weights);
    }

    /// From now on chains differ from a sequence at so many sites at most.
    ///
    /// Panics if one does at more than one more already.
    pub fn set_limit(&mut self, limit: Limit) {
        assert_eq!(limit.target.len(), self.sites);
        let differs = |chain: &[u8]| {
            let pairs = chain.iter().zip(&limit.target);
            pairs.filter(|(own, other)| own != other).count()
        };
        let different: Vec<usize> = self.states.chunks_exact(self.sites).map(differs).collect();
        assert!(different.iter().all(|&count| count <= limit.most + 1));
        self.limit = Some(Counted { limit, different });
    }

    /// Goes on with other tables of the same model's shape, from the same states and random numbers.
    ///
    /// Panics if it is another shape.
    pub fn follow(&mut self, tables: &Tables) {
        assert_eq!(self.sites, tables.sites);
        self.group = group(tables);
        self.lengths.clear();
        let groups = self.sites.div_ceil(self.group);
        self.lengths.resize(self.count() * groups, 0);
        self.places.fill(COMMON);
        self.list_all(tables);
    }

    fn list_all(&mut self, tables: &Tables) {
        let (sites, group) = (self.sites, self.group);
        let groups = sites.div_ceil(group);
        for chain in 0..self.count() {
            for site in 0..sites {
                let state = self.states[chain * sites + site];
                assert!(usize::from(state) < tables.states, "state {state}");
                if state != tables.common[site] {
                    let length = &mut self.lengths[chain * groups + site / group];
                    let start = chain * sites + site / group * group;
                    self.lists[start + usize::from(*length)] = row(tables, site, state);
                    self.places[chain * sites + site] = *length;
                    *length += 1;
                }
            }
        }
    }

    /// Whether each chain differs at no more sites than it may; all do where there is no limit.
    pub fn are_within(&self) -> impl Iterator<Item = bool> {
        let within = |chain: usize| match &self.limit {
            Some(Counted { limit, different }) => different[chain] <= limit.most,
            None => true,
        };
        (0..self.count()).map(within)
    }

    /// Sets what one site more than the limit costs.
    pub fn set_cost(&mut self, cost: f32) {
        if let Some(counted) = &mut self.limit {
            counted.limit.cost = cost;
        }
    }

    /// What a state of a site costs a chain that has `old` there, by the limit; `None` where it may not be.
    #[inline(always)]
    pub(super) fn cost(&self, (chain, site): (usize, usize), old: u8, new: u8) -> Option<f32> {
        let Some(Counted { limit, different }) = &self.limit else {
            return Some(0.0);
        };
        let own = limit.target[site];
        let others = different[chain] - usize::from(old != own);
        match (others + usize::from(new != own)).cmp(&(limit.most + 1)) {
            Ordering::Less => Some(0.0),
            Ordering::Equal => Some(limit.cost),
            Ordering::Greater => None,
        }
    }

    /// Counts that a site of a chain gets another state.
    #[inline(always)]
    pub(super) fn count_change(&mut self, (chain, site): (usize, usize), old: u8, new: u8) {
        if let Some(Counted { limit, different }) = &mut self.limit {
            let own = limit.target[site];
            different[chain] = different[chain] + usize::from(new != own) - usize::from(old != own);
        }
    }

    /// Gives a chain's site another state.
    #[inline(always)]
    pub(super) fn change(&mut self, tables: &Tables, (chain, site): (usize, usize), state: u8) {
        let (sites, group) = (self.sites, self.group);
        let old = std::mem::replace(&mut self.states[chain * sites + site], state);
        let common = tables.common[site];
        let number = site / group;
        let length = &mut self.lengths[chain * sites.div_ceil(group) + number];
        let end = sites.min((number + 1) * group);
        let list = &mut self.lists[chain * sites + number * group..chain * sites + end];
        let places = &mut self.places[chain * sites..][..sites];
        if state == common {
            *length -= 1;
            let last = list[usize::from(*length)];
            list[usize::from(places[site])] = last;
            places[last as usize / tables.states] = places[site];
            places[site] = COMMON;
        } else if old == common {
            list[usize::from(*length)] = row(tables, site, state);
            places[site] = *length;
            *length += 1;
        } else {
            list[usize::from(places[site])] = row(tables, site, state);
        }
    }
}

/// The row of a state among those of a site's table.
#[inline(always)]
fn row(tables: &Tables, site: usize, state: u8) -> u32 {
    (site * tables.states) as u32 + u32::from(state)
}

/// Sites of a group.
fn group(tables: &Tables) -> usize {
    let site = tables.states * tables.width * tables.number_bytes();
    let cached = (CACHED / site).max(1);
    // Groups of equal size: the last is no leftover.
    tables
        .sites
        .div_ceil(tables.sites.div_ceil(cached).max(1))
        .max(1)
}
