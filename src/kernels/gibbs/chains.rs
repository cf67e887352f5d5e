//! The chains of a sampler: their states, and where these differ from the commonest.

use super::tables::{LANES, Tables};
use std::cmp::Ordering;

/// What marks a site with its commonest state among places in lists.
pub(super) const COMMON: u16 = u16::MAX;

/// Bytes of a table's part that sites of a group share: with the part that is fetched meanwhile what the second cache of most processors holds.
const CACHED: usize = 192 << 10;

/// Numbers that say where the random numbers of eight chains are.
pub const RANDOM_STATE: usize = 4 * LANES;

/// Some chains: always a multiple of eight, one a lane.
#[derive(Debug, Clone)]
pub struct Chains {
    pub(super) sites: usize,
    /// [`Tables::shape`].
    pub(super) shape: [usize; 3],
    /// Sites of a group.
    pub(super) group: usize,
    /// States, L x chains, so that those of eight chains at a site are together.
    pub(super) states: Vec<u8>,
    /// For each group and chain where the rows of the states that are not the commonest begin in a site's table, in any order, with room for all sites of the group.
    pub(super) lists: Vec<u32>,
    /// How many rows there are, groups x chains.
    pub(super) lengths: Vec<u16>,
    /// Where in its list a site stands, L x chains.
    pub(super) places: Vec<u16>,
    /// Weight of the model, a chain.
    pub(super) weights: Vec<f32>,
    /// Energies in the model, a chain, as changes change them, where that is counted.
    pub(super) energies: Vec<f64>,
    pub(super) counts_energies: bool,
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
            shape: tables.shape(),
            group,
            lists: vec![0; states.len()],
            lengths: vec![0; count * sites.div_ceil(group)],
            places: vec![COMMON; states.len()],
            counts_energies: false,
            weights: vec![1.0; count],
            energies: vec![0.0; count],
            random: (0..count / LANES)
                .map(|block| Streams::of(seed, first + (block * LANES) as u64))
                .collect(),
            limit: None,
            states: turned(&states, sites),
        };
        chains.list_all(tables);
        chains
    }

    /// Number of chains.
    pub fn count(&self) -> usize {
        self.weights.len()
    }

    /// States, chains x L.
    pub fn sequences(&self) -> Vec<u8> {
        turned(&self.states, self.count())
    }

    /// Energies of the model (not the prior) in each chain, in nats: those of [`Self::set_energies`] and what changes added since; 0 where none were
    /// set.
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }

    /// Whether energies are counted.
    pub fn counts_energies(&self) -> bool {
        self.counts_energies
    }

    /// Says what energies the chains have now; from then on they are counted.
    ///
    /// Panics if there is not one a chain.
    pub fn set_energies(&mut self, energies: &[f64]) {
        assert_eq!(energies.len(), self.count());
        self.energies.copy_from_slice(energies);
        self.counts_energies = true;
    }

    /// Where the random numbers of the chains are, 32 numbers of each eight chains, for chains that go on another time.
    pub fn random_state(&self) -> Vec<u32> {
        let numbers = |streams: &Streams| streams.0.concat();
        self.random.iter().flat_map(numbers).collect()
    }

    /// Sets the random numbers to where [`Self::random_state`] was.
    ///
    /// Panics if there are not 32 numbers of each eight chains.
    pub fn set_random_state(&mut self, state: &[u32]) {
        assert_eq!(state.len(), self.random.len() * RANDOM_STATE);
        for (streams, numbers) in self.random.iter_mut().zip(state.chunks_exact(RANDOM_STATE)) {
            for (part, numbers) in streams.0.iter_mut().zip(numbers.chunks_exact(LANES)) {
                part.copy_from_slice(numbers);
            }
        }
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
        let sequences = self.sequences();
        let different: Vec<usize> = sequences.chunks_exact(self.sites).map(differs).collect();
        assert!(different.iter().all(|&count| count <= limit.most + 1));
        self.limit = Some(Counted { limit, different });
    }

    /// Goes on with other tables of the same model's shape, from the same states and random numbers.
    ///
    /// Panics if it is another shape.
    pub fn follow(&mut self, tables: &Tables) {
        assert_eq!(self.shape, tables.shape());
        self.group = group(tables);
        self.lengths.clear();
        let groups = self.sites.div_ceil(self.group);
        self.lengths.resize(self.count() * groups, 0);
        self.places.fill(COMMON);
        self.list_all(tables);
    }

    /// For each chain how many sites have not their commonest state, and which, in the order in which their rows are added: where couplings are not
    /// rounded, sums show it.
    pub fn order(&self, tables: &Tables) -> Vec<u32> {
        let groups = self.sites.div_ceil(self.group);
        let mut order = Vec::new();
        for chain in 0..self.count() {
            let place = order.len();
            order.push(0);
            for group in 0..groups {
                let length = usize::from(self.lengths[group * self.count() + chain]);
                let first = group * self.group;
                let size = self.group.min(self.sites - first);
                let start = first * self.count() + chain * size;
                let rows = self.lists[start..][..length].iter();
                order.extend(rows.map(|&offset| tables.site_of(offset) as u32));
            }
            order[place] = (order.len() - place - 1) as u32;
        }
        order
    }

    /// Puts the chains to `states`, chains x L, in the order that [`Self::order`] told of them, of which it takes its part; `None` if that is another.
    pub fn stand(
        &mut self,
        tables: &Tables,
        states: &[u8],
        order: &mut impl Iterator<Item = u32>,
    ) -> Option<()> {
        assert_eq!(states.len(), self.states.len());
        self.states = turned(states, self.sites);
        self.lengths.fill(0);
        self.places.fill(COMMON);
        let Parts { mut lists, .. } = self.parts();
        for chain in 0..lists.count {
            for _ in 0..order.next()? {
                let site = order.next()? as usize;
                let at = site * lists.count + chain;
                let state = *lists.states.get(at)?;
                let is_new = lists.places[at] == COMMON && state != tables.common[site];
                (is_new && usize::from(state) < tables.states).then_some(())?;
                lists.append(tables, (chain, site, lists.group_of(site)), state);
            }
        }
        for (site, &common) in tables.common.iter().enumerate() {
            for at in site * lists.count..(site + 1) * lists.count {
                (lists.states[at] == common || lists.places[at] != COMMON).then_some(())?;
            }
        }
        if let Some(Counted { limit, .. }) = self.limit.take() {
            self.set_limit(limit);
        }
        Some(())
    }

    fn list_all(&mut self, tables: &Tables) {
        let Parts { mut lists, .. } = self.parts();
        for site in 0..lists.sites {
            for chain in 0..lists.count {
                let state = lists.states[site * lists.count + chain];
                assert!(usize::from(state) < tables.states, "state {state}");
                if state != tables.common[site] {
                    lists.append(tables, (chain, site, lists.group_of(site)), state);
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

    /// All of it in parts, each a slice of its own, so that the compiler knows that what is written to one changes no other.
    pub(super) fn parts(&mut self) -> Parts<'_> {
        let limit = self.limit.as_mut();
        Parts {
            lists: Lists {
                count: self.weights.len(),
                sites: self.sites,
                group: self.group,
                states: &mut self.states,
                lists: &mut self.lists,
                lengths: &mut self.lengths,
                places: &mut self.places,
            },
            limit: limit.map(|Counted { limit, different }| (&*limit, &mut different[..])),
            weights: &self.weights,
            energies: self.counts_energies.then_some(&mut self.energies[..]),
            random: &mut self.random,
        }
    }
}

/// The parts of chains in a sweep.
pub(super) struct Parts<'c> {
    pub lists: Lists<'c>,
    pub limit: Option<(&'c Limit, &'c mut [usize])>,
    pub weights: &'c [f32],
    pub energies: Option<&'c mut [f64]>,
    pub random: &'c mut [Streams],
}

/// The states of chains, and where they differ from the commonest.
pub(super) struct Lists<'c> {
    pub count: usize,
    sites: usize,
    group: usize,
    pub states: &'c mut [u8],
    lists: &'c mut [u32],
    lengths: &'c mut [u16],
    places: &'c mut [u16],
}

impl Lists<'_> {
    /// The group of a site.
    #[inline(always)]
    pub(super) fn group_of(&self, site: usize) -> usize {
        site / self.group
    }

    /// Where the list of a chain's group is.
    #[inline(always)]
    fn list_start(&self, chain: usize, group: usize) -> usize {
        let first = group * self.group;
        let size = self.group.min(self.sites - first);
        first * self.count + chain * size
    }

    /// Where the rows begin that a chain has of a group.
    #[inline(always)]
    pub(super) fn list(&self, chain: usize, group: usize) -> &[u32] {
        let length = usize::from(self.lengths[group * self.count + chain]);
        &self.lists[self.list_start(chain, group)..][..length]
    }

    /// Lists a site that had the commonest state.
    #[inline(always)]
    fn append(&mut self, tables: &Tables, (chain, site, group): (usize, usize, usize), state: u8) {
        let count = self.count;
        let start = self.list_start(chain, group);
        let length = &mut self.lengths[group * count + chain];
        self.lists[start + usize::from(*length)] = tables.offset(site, state);
        self.places[site * count + chain] = *length;
        *length += 1;
    }

    /// Gives a chain's site a state, which may be the one that it has.
    #[inline(always)]
    pub(super) fn change(
        &mut self,
        tables: &Tables,
        (chain, site, group): (usize, usize, usize),
        state: u8,
    ) {
        let count = self.count;
        let at = site * count + chain;
        let old = std::mem::replace(&mut self.states[at], state);
        let common = tables.common[site];
        let (was, is) = (old != common, state != common);
        let start = self.list_start(chain, group);
        let length = &mut self.lengths[group * count + chain];
        // A site that is not listed has a place behind all that are: what is written there does not count.
        let place = if was { self.places[at] } else { *length };
        let last = self.lists[start + usize::from(length.saturating_sub(1))];
        // The last of the list takes the place of what goes.
        let listed = match was && !is {
            true => last,
            false => tables.offset(site, state),
        };
        *length = *length + u16::from(is) - u16::from(was);
        self.lists[start + usize::from(place)] = listed;
        self.places[tables.site_of(listed) * count + chain] = place;
    }

    /// The part of a site's table that has the rows of a group.
    #[inline(always)]
    pub(super) fn part<'t, N>(&self, table: &'t [N], group: usize) -> &'t [N] {
        let of_site = table.len() / self.sites;
        let first = group * self.group;
        let size = self.group.min(self.sites - first);
        &table[first * of_site..][..size * of_site]
    }
}

impl Limit {
    /// What a state of a site costs a chain that differs at so many sites and has `old` there; `None` where it may not be.
    #[inline(always)]
    pub(super) fn cost_of(
        &self,
        different: usize,
        site: usize,
        (old, new): (u8, u8),
    ) -> Option<f32> {
        match self
            .after(different, site, (old, new))
            .cmp(&(self.most + 1))
        {
            Ordering::Less => Some(0.0),
            Ordering::Equal => Some(self.cost),
            Ordering::Greater => None,
        }
    }

    /// At how many sites a chain differs once it has another state at a site.
    #[inline(always)]
    pub(super) fn after(&self, different: usize, site: usize, (old, new): (u8, u8)) -> usize {
        let own = self.target[site];
        different + usize::from(new != own) - usize::from(old != own)
    }
}

/// Rows of so many numbers as columns.
fn turned(rows: &[u8], width: usize) -> Vec<u8> {
    let count = rows.len() / width.max(1);
    let column = |k: usize| (0..count).map(move |row| rows[row * width + k]);
    (0..width).flat_map(column).collect()
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
