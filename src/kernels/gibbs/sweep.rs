//! A sweep: all chains draw new states at one site after the other.

use super::chains::{Chains, Limit, Lists, Parts, Streams};
use super::tables::{FORBIDDEN, LANES, LOWEST, Rows, Tables};
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::kernels::f32x8::{F32x8, transpose, widest_with_avx512};
use std::f32::consts::LOG2_E;

/// How a new state is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// From its probabilities given the other sites (heat bath).
    Gibbs,
    /// One of the other states, each as likely as any, taken with probability min(1, P(new) / P(old)).
    Metropolis,
}

/// Sweeps once over `sites`, in that order; gives the number of states that changed.
///
/// Panics if there is no such site, or the chains are of other tables.
pub fn sweep(tables: &Tables, chains: &mut Chains, sites: &[usize], rule: Rule) -> u64 {
    assert_eq!(tables.shape(), chains.shape);
    assert!(sites.iter().all(|&site| site < tables.sites));
    match (tables.width, &tables.rows) {
        (8, Rows::Short(rows)) => short_8(tables, rows, chains, sites, rule),
        (24, Rows::Short(rows)) => short_24(tables, rows, chains, sites, rule),
        (_, Rows::Short(rows)) => short_32(tables, rows, chains, sites, rule),
        (8, Rows::Whole(rows)) => whole_8(tables, rows, chains, sites, rule),
        (24, Rows::Whole(rows)) => whole_24(tables, rows, chains, sites, rule),
        (_, Rows::Whole(rows)) => whole_32(tables, rows, chains, sites, rule),
    }
}

/// A number of a table.
pub(super) trait Number: Copy + Default {
    fn plus(self, other: Self) -> Self;
    fn in_units(self) -> f32;
    /// Sums of 16-bit numbers, if these are.
    fn short<const W: usize>(sums: &[[Self; W]; LANES]) -> Option<&[[i16; W]; LANES]>;
}

impl Number for i16 {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // Units are such that no sum leaves the range.
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn in_units(self) -> f32 {
        f32::from(self)
    }

    #[inline(always)]
    fn short<const W: usize>(sums: &[[Self; W]; LANES]) -> Option<&[[i16; W]; LANES]> {
        Some(sums)
    }
}

impl Number for f32 {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    fn in_units(self) -> f32 {
        self
    }

    #[inline(always)]
    fn short<const W: usize>(_: &[[Self; W]; LANES]) -> Option<&[[i16; W]; LANES]> {
        None
    }
}

/// A sweep for each width and kind of number, compiled for what the processor has.
macro_rules! sweeps {
    ($($name:ident: $number:ty, $width:literal;)+) => {$(
        widest_with_avx512! {
            fn $name(tables: &Tables, rows: &[$number], chains: &mut Chains, sites: &[usize], rule: Rule) -> u64 {
                sweep_in::<FUSED, $width, { $width / LANES }, $number>(tables, rows, chains, (sites, rule))
            }
        }
    )+};
}

sweeps! {
    short_8: i16, 8;
    short_24: i16, 24;
    short_32: i16, 32;
    whole_8: f32, 8;
    whole_24: f32, 24;
    whole_32: f32, 32;
}

#[inline(always)]
fn sweep_in<const FUSED: bool, const W: usize, const PARTS: usize, N: Number>(
    tables: &Tables,
    rows: &[N],
    chains: &mut Chains,
    (sites, rule): (&[usize], Rule),
) -> u64 {
    let mut sums = vec![[N::default(); W]; chains.count()];
    let of_site = tables.sites * tables.states * W;
    let last = tables.sites.div_ceil(chains.group) - 1;
    let mut chains = chains.parts();
    let count = chains.lists.count;
    let mut changed = 0;
    for (k, &site) in sites.iter().enumerate() {
        let table = |site: usize| &rows[site * of_site..][..of_site];
        let next = sites.get(k + 1).map(|&next| table(next));
        let rows = table(site);
        for group in 0..last {
            let following = chains.lists.part(rows, group + 1);
            add_group(rows, following, &chains.lists, group, &mut sums);
        }
        let following = next.map_or(&rows[..0], |next| chains.lists.part(next, 0));
        let own_group = (site, chains.lists.group_of(site));
        for block in 0..count / LANES {
            fetch(following, (block * LANES, LANES), count);
            let lanes = &mut sums.as_chunks_mut().0[block];
            add_last(rows, &chains.lists, (block, last), lanes);
            let weights = &chains.weights.as_chunks().0[block];
            let mut logits = match tables.has_prior {
                true => logits_of::<FUSED, true, W, PARTS, N>(tables, weights, site, lanes),
                false => logits_of::<FUSED, false, W, PARTS, N>(tables, weights, site, lanes),
            };
            let at = site * count + block * LANES;
            let own: [u8; LANES] = std::array::from_fn(|lane| chains.lists.states[at + lane]);
            if let Some((limit, different)) = &chains.limit {
                let different = &different[block * LANES..][..LANES];
                add_costs(limit, (different, site), &own, &mut logits[..tables.states]);
            }
            let streams = &mut chains.random[block];
            let new = match rule {
                Rule::Gibbs => heat_bath::<FUSED, W>(&logits, tables.states, streams),
                Rule::Metropolis => proposed::<FUSED, W>(&logits, tables.states, &own, streams),
            };
            changed += settle(tables, &mut chains, (own_group, block, lanes), (&own, &new));
        }
    }
    changed
}

/// Has the part of the table that all chains read next brought near while they read this one: each chain its share. Chains read rows in an order
/// that no processor foresees, and without this wait for most of them (L 159: a sweep takes 1.3 times as long).
#[inline(always)]
fn fetch<N>(following: &[N], (chain, chains): (usize, usize), count: usize) {
    let share = |chain: usize| following.len() * chain / count;
    let own = &following[share(chain)..share(chain + chains)];
    #[cfg(target_arch = "x86_64")]
    x86::fetch(own);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = own;
}

/// Adds the rows of a group's sites to the sums of all chains; those of the first group begin.
#[inline(always)]
fn add_group<const W: usize, N: Number>(
    rows: &[N],
    following: &[N],
    lists: &Lists<'_>,
    group: usize,
    sums: &mut [[N; W]],
) {
    for (chain, sum) in sums.iter_mut().enumerate() {
        fetch(following, (chain, 1), lists.count);
        let start = match group {
            0 => [N::default(); W],
            _ => *sum,
        };
        *sum = added(rows, lists.list(chain, group), start);
    }
}

/// The sum of the rows that begin at the offsets of a list, and of what there was.
#[inline(always)]
fn added<const W: usize, N: Number>(rows: &[N], list: &[u32], start: [N; W]) -> [N; W] {
    // Two sums, so that one addition need not wait for the other.
    let mut sums = [start, [N::default(); W]];
    let (fours, rest) = list.as_chunks::<4>();
    for four in fours {
        for (k, &offset) in four.iter().enumerate() {
            add_row(rows, offset, &mut sums[k % 2]);
        }
    }
    for &offset in rest {
        add_row(rows, offset, &mut sums[0]);
    }
    let [mut even, odd] = sums;
    for k in 0..W {
        even[k] = even[k].plus(odd[k]);
    }
    even
}

#[inline(always)]
fn add_row<const W: usize, N: Number>(rows: &[N], offset: u32, sum: &mut [N; W]) {
    // SAFETY: lists hold offsets of rows of the table, which were made by `Tables::offset` of its sites and states, and W numbers are a row.
    let row = unsafe { rows.get_unchecked(offset as usize..offset as usize + W) };
    for k in 0..W {
        sum[k] = sum[k].plus(row[k]);
    }
}

/// Adds the rows of the last group to the sums of a block's chains.
#[inline(always)]
fn add_last<const W: usize, N: Number>(
    rows: &[N],
    lists: &Lists<'_>,
    (block, last): (usize, usize),
    sums: &mut [[N; W]; LANES],
) {
    for (lane, sum) in sums.iter_mut().enumerate() {
        let start = match last {
            0 => [N::default(); W],
            _ => *sum,
        };
        *sum = added(rows, lists.list(block * LANES + lane, last), start);
    }
}

/// Logits of the site in the eight chains of a block, a lane each, in bits.
#[inline(always)]
fn logits_of<
    const FUSED: bool,
    const PRIOR: bool,
    const W: usize,
    const PARTS: usize,
    N: Number,
>(
    tables: &Tables,
    weights: &[f32; LANES],
    site: usize,
    sums: &[[N; W]; LANES],
) -> [F32x8; W] {
    #[cfg(target_arch = "x86_64")]
    if let (true, Some(sums)) = (FUSED, N::short(sums)) {
        let own = (
            &tables.base.as_chunks().0[site],
            &tables.prior.as_chunks().0[site],
        );
        // SAFETY: `FUSED` is set where the processor has AVX2 and FMA, the only requirement.
        return unsafe { x86::logits::<PRIOR, W, PARTS>(sums, weights, own, tables.unit) };
    }
    logits_anywhere::<FUSED, PRIOR, W, PARTS, N>(tables, weights, site, sums)
}

/// [`logits_of`] on any processor.
#[inline(always)]
pub(super) fn logits_anywhere<
    const FUSED: bool,
    const PRIOR: bool,
    const W: usize,
    const PARTS: usize,
    N: Number,
>(
    tables: &Tables,
    weights: &[f32; LANES],
    site: usize,
    sums: &[[N; W]; LANES],
) -> [F32x8; W] {
    let of_site = |numbers: &[f32]| -> [F32x8; PARTS] {
        let (parts, _) = numbers[site * W..][..W].as_chunks::<LANES>();
        std::array::from_fn(|part| F32x8(parts[part]))
    };
    let (base, prior) = (of_site(&tables.base), of_site(&tables.prior));
    let mut of_chains = [[F32x8::ZERO; LANES]; PARTS];
    for lane in 0..LANES {
        let weight = weights[lane] * LOG2_E;
        let rest_weight = (1.0 - weights[lane]) * LOG2_E;
        let (numbers, _) = sums[lane].as_chunks::<LANES>();
        for (part, logits) in of_chains.iter_mut().enumerate() {
            let numbers = F32x8(numbers[part].map(N::in_units));
            let logit = numbers.mul_add::<FUSED>(F32x8::splat(tables.unit), base[part]);
            logits[lane] = match PRIOR {
                true => {
                    let rest = F32x8::splat(rest_weight) * prior[part];
                    logit.mul_add::<FUSED>(F32x8::splat(weight), rest)
                }
                false => logit * F32x8::splat(weight),
            };
        }
    }
    let mut logits = [F32x8::ZERO; W];
    for (part, of_chains) in logits.chunks_exact_mut(LANES).zip(of_chains) {
        part.copy_from_slice(&transpose(of_chains));
    }
    logits
}

/// Subtracts what states cost by the limit of differences.
fn add_costs(
    limit: &Limit,
    (different, site): (&[usize], usize),
    own: &[u8; LANES],
    logits: &mut [F32x8],
) {
    for (a, logit) in (0..).zip(logits) {
        for ((logit, &own), &different) in logit.0.iter_mut().zip(own).zip(different) {
            match limit.cost_of(different, site, (own, a)) {
                Some(cost) => *logit -= LOG2_E * cost,
                None => *logit = FORBIDDEN,
            }
        }
    }
}

/// States drawn from their probabilities.
#[inline(always)]
fn heat_bath<const FUSED: bool, const W: usize>(
    logits: &[F32x8; W],
    states: usize,
    streams: &mut Streams,
) -> [u8; LANES] {
    let drawn = streams.next();
    #[cfg(target_arch = "x86_64")]
    if FUSED {
        // SAFETY: as in `logits_of`.
        return unsafe { x86::heat_bath(logits, states, &drawn) };
    }
    heat_bath_anywhere::<FUSED, W>(logits, states, &drawn)
}

/// [`heat_bath`] on any processor: the state of each chain at which the sum of probabilities reaches a share `drawn` of them all.
#[inline(always)]
pub(super) fn heat_bath_anywhere<const FUSED: bool, const W: usize>(
    logits: &[F32x8; W],
    states: usize,
    drawn: &[f32; LANES],
) -> [u8; LANES] {
    let mut largest = logits[0];
    for logit in &logits[1..states] {
        largest = largest.larger(*logit);
    }
    let mut cumulative = [F32x8::ZERO; W];
    let mut sum = F32x8::ZERO;
    for a in 0..states {
        let logit = (logits[a] - largest).larger(F32x8::splat(LOWEST));
        sum = sum + logit.exp2::<FUSED>();
        cumulative[a] = sum;
    }
    let drawn = F32x8(*drawn) * sum;
    // The first state whose sum reaches the number: as this is above 0 and not above the whole sum, a state that adds nothing is never it.
    // Counted in numbers of which sums have an order, so that the compiler adds chains beside each other and not states.
    let mut new = F32x8::ZERO;
    for below in &cumulative[..states] {
        let is_below = |lane: usize| f32::from(u8::from(below.0[lane] < drawn.0[lane]));
        new = new + F32x8(std::array::from_fn(is_below));
    }
    // Tables are read without further question of where this leads.
    new.0.map(|state| (state as u8).min(states as u8 - 1))
}

/// One of the other states where it is taken, the own where it is not.
#[inline(always)]
fn proposed<const FUSED: bool, const W: usize>(
    logits: &[F32x8; W],
    states: usize,
    own: &[u8; LANES],
    streams: &mut Streams,
) -> [u8; LANES] {
    if states < 2 {
        return *own;
    }
    let others = (states - 1) as f32;
    let (which, chance) = (streams.next(), streams.next());
    let mut other = *own;
    let mut gains = F32x8::ZERO;
    for lane in 0..LANES {
        // The product may be rounded up to the number of the others itself.
        let place = ((which[lane] * others) as u8).min(states as u8 - 2);
        other[lane] = place + u8::from(place >= own[lane]);
        let logit = |state: u8| logits[usize::from(state)].0[lane];
        gains.0[lane] = (logit(other[lane]) - logit(own[lane])).clamp(LOWEST, 0.0);
    }
    let taken = gains.exp2::<FUSED>();
    std::array::from_fn(|lane| match chance[lane] < taken.0[lane] {
        true => other[lane],
        false => own[lane],
    })
}

/// Gives the chains of a block their new states at a site; how many changed.
///
/// Without a branch on whether one does: half of them do, as if by chance, and to guess wrong costs more than to write what was there.
#[inline(always)]
fn settle<const W: usize, N: Number>(
    tables: &Tables,
    chains: &mut Parts<'_>,
    ((site, group), block, sums): ((usize, usize), usize, &[[N; W]]),
    (own, new): (&[u8; LANES], &[u8; LANES]),
) -> u64 {
    let base = &tables.base[site * W..][..W];
    let mut changed = 0;
    for lane in 0..LANES {
        let chain = block * LANES + lane;
        if let Some(energies) = &mut chains.energies {
            let field = |state: u8| {
                let a = usize::from(state);
                f64::from(sums[lane][a].in_units()) * f64::from(tables.unit) + f64::from(base[a])
            };
            energies[chain] += field(own[lane]) - field(new[lane]);
        }
        if let Some((limit, different)) = &mut chains.limit {
            different[chain] = limit.after(different[chain], site, (own[lane], new[lane]));
        }
        chains.lists.change(tables, (chain, site, group), new[lane]);
        changed += u64::from(new[lane] != own[lane]);
    }
    changed
}
