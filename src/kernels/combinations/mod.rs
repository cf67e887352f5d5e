//! The best sums of singles and pairs, over all combinations of choices in different groups.
//!
//! What makes it fast: the search goes depth first, and a vector over the choices still to come holds what each would add to the choices made
//! so far, `s_c + sum_p e_pc`. One more choice adds one row of the pairs to it, so that a combination costs one addition for each number of
//! choices that leads to it, and the last choice is only compared with the worst sum that is still kept, sixteen at a time.

#[cfg(any(test, feature = "internals"))]
mod plain;

#[cfg(any(test, feature = "internals"))]
pub use plain::combinations_plain;

use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;

/// Choices at once, at most.
pub const MOST: usize = 8;

/// Sums compared at once.
const LANES: usize = 16;

/// Combinations after which a search says how far it is.
const TOLD: u64 = 1 << 22;

/// What n choices are worth.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Each alone, n.
    pub singles: &'a [f64],
    /// Two together, n x n, row-major; read only where the first comes before the second and they are of two groups.
    pub pairs: &'a [f64],
    /// Where the group after that of each choice begins, n: groups stand together.
    pub next: &'a [usize],
}

/// A combination and its sum. The better of two is the smaller: of a higher sum, then of fewer choices, then of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// s_a + s_b + e_ab + ...
    pub sum: f64,
    choices: [u32; MOST],
    count: u8,
}

impl Found {
    fn new(sum: f64, made: &[usize]) -> Self {
        let mut choices = [0; MOST];
        for (place, &choice) in choices.iter_mut().zip(made) {
            *place = choice as u32;
        }
        Self {
            sum,
            choices,
            count: made.len() as u8,
        }
    }

    /// The choices, rising.
    pub fn choices(&self) -> impl Iterator<Item = usize> + '_ {
        let choices = &self.choices[..usize::from(self.count)];
        choices.iter().map(|&choice| choice as usize)
    }
}

impl Eq for Found {}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_sum = other.sum.total_cmp(&self.sum);
        let by_choices = || (self.count, self.choices).cmp(&(other.count, other.choices));
        by_sum.then_with(by_choices)
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The `keep` best combinations of so many choices, the best first. `told` is called from any thread, now and then, with the number of
/// combinations since the last call; in the end it has been told of all of them.
///
/// Panics unless there are n x n pairs and n ends of groups behind their choices, and `counts` are from 1 to [`MOST`].
pub fn combinations(
    terms: &Terms,
    counts: RangeInclusive<usize>,
    keep: usize,
    told: &(dyn Fn(u64) + Sync),
) -> Vec<Found> {
    let n = terms.singles.len();
    assert_eq!((terms.pairs.len(), terms.next.len()), (n * n, n));
    assert!(*counts.start() >= 1 && *counts.end() <= MOST && u32::try_from(n).is_ok());
    assert!((0..n).all(|c| terms.next[c] > c && terms.next[c] <= n));
    if keep == 0 {
        return Vec::new();
    }
    let search = || Search::new(*terms, counts.clone(), keep, told);
    let searches = (0..n).into_par_iter().fold(search, |mut search, first| {
        search.begin_with(first);
        search
    });
    let best = searches.map(|search| search.best);
    let best = best.reduce(BinaryHeap::new, |one, other| {
        let (mut larger, smaller) = match one.len() < other.len() {
            true => (other, one),
            false => (one, other),
        };
        for found in smaller {
            offer(&mut larger, keep, found);
        }
        larger
    });
    best.into_sorted_vec()
}

/// Puts one among the best, if it is one; the worst of more than `keep` is dropped.
fn offer(best: &mut BinaryHeap<Found>, keep: usize, found: Found) {
    if best.len() < keep {
        best.push(found);
    } else if let Some(mut worst) = best.peek_mut()
        && found < *worst
    {
        *worst = found;
    }
}

/// A search on one thread.
struct Search<'a> {
    terms: Terms<'a>,
    counts: RangeInclusive<usize>,
    keep: usize,
    best: BinaryHeap<Found>,
    made: Vec<usize>,
    /// For each number of choices made what each further one adds, n.
    gains: Vec<Vec<f64>>,
    told: &'a (dyn Fn(u64) + Sync),
    untold: u64,
}

impl<'a> Search<'a> {
    fn new(
        terms: Terms<'a>,
        counts: RangeInclusive<usize>,
        keep: usize,
        told: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        let depths = counts.end().saturating_sub(2);
        Self {
            gains: vec![vec![0.0; terms.singles.len()]; depths],
            terms,
            counts,
            keep,
            best: BinaryHeap::new(),
            made: Vec::with_capacity(MOST),
            told,
            untold: 0,
        }
    }

    /// All combinations that begin with a choice.
    fn begin_with(&mut self, first: usize) {
        let terms = self.terms;
        self.choose(first, terms.singles[first], terms.singles);
        (self.told)(std::mem::take(&mut self.untold));
    }

    /// Goes on with a choice that makes this sum, where `gains` are what each further choice added before.
    fn choose(&mut self, choice: usize, sum: f64, gains: &[f64]) {
        self.made.push(choice);
        if *self.counts.start() <= self.made.len() {
            self.untold += 1;
            offer(&mut self.best, self.keep, Found::new(sum, &self.made));
        }
        let (n, next) = (self.terms.singles.len(), self.terms.next[choice]);
        let row = &self.terms.pairs[choice * n..][next..n];
        match self.counts.end() - self.made.len() {
            0 => {}
            1 => self.scan(sum, next, &gains[next..], row),
            _ => self.deepen(sum, next, &gains[next..], row),
        }
        self.made.pop();
    }

    fn deepen(&mut self, sum: f64, next: usize, gains: &[f64], row: &[f64]) {
        let depth = self.made.len() - 1;
        let mut own = std::mem::take(&mut self.gains[depth]);
        for ((own, gain), pair) in own[next..].iter_mut().zip(gains).zip(row) {
            *own = gain + pair;
        }
        for choice in next..own.len() {
            self.choose(choice, sum + own[choice], &own);
        }
        self.gains[depth] = own;
    }

    /// All last choices, from `next` on.
    fn scan(&mut self, sum: f64, next: usize, gains: &[f64], row: &[f64]) {
        self.untold += row.len() as u64;
        if self.untold >= TOLD {
            (self.told)(std::mem::take(&mut self.untold));
        }
        let total = |gain: f64, pair: f64| sum + (gain + pair);
        let chunks = gains.chunks(LANES).zip(row.chunks(LANES));
        for (chunk, (gains, row)) in chunks.enumerate() {
            let least = match self.best.peek() {
                Some(worst) if self.best.len() == self.keep => worst.sum,
                _ => f64::NEG_INFINITY,
            };
            let pairs = gains.iter().zip(row);
            // Without a way out early, which the compiler turns into wide instructions.
            let is_any = pairs.fold(false, |any, (&gain, &pair)| {
                any | (total(gain, pair) >= least)
            });
            if is_any {
                let first = next + chunk * LANES;
                for (k, (&gain, &pair)) in gains.iter().zip(row).enumerate() {
                    self.made.push(first + k);
                    let found = Found::new(total(gain, pair), &self.made);
                    offer(&mut self.best, self.keep, found);
                    self.made.pop();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Ends of groups of these sizes.
    fn ends(groups: &[usize]) -> Vec<usize> {
        let mut next = Vec::new();
        for &group in groups {
            let end = next.len() + group;
            next.resize(end, end);
        }
        next
    }

    /// Multiples of 1/4, so that sums are exact and ties are many.
    fn quarters(count: usize, noise: &mut Noise) -> Vec<f64> {
        (0..count)
            .map(|_| noise.below(17) as f64 / 4.0 - 2.0)
            .collect()
    }

    proptest! {
        #[test]
        fn the_best_are_the_first_of_all(
            seed in any::<u64>(),
            groups in prop::collection::vec(1usize..5, 0..7),
            first in 1usize..5,
            more in 0usize..4,
            keep in 0usize..40,
            threads in 1usize..4,
        ) {
            let next = ends(&groups);
            let n = next.len();
            let noise = &mut Noise::new(seed);
            let (singles, pairs) = (quarters(n, noise), quarters(n * n, noise));
            let terms = Terms { singles: &singles, pairs: &pairs, next: &next };
            let counts = first..=first + more;
            let mut all = combinations_plain(&terms, counts.clone());
            let count = AtomicU64::new(0);
            let told = |more| { count.fetch_add(more, Ordering::SeqCst); };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| combinations(&terms, counts, keep, &told));
            if keep > 0 {
                prop_assert_eq!(count.into_inner(), all.len() as u64);
            }
            all.truncate(keep);
            prop_assert_eq!(found, all);
        }
    }

    #[test]
    fn long_rows_are_scanned_to_their_end() {
        let next = ends(&[19; 9]);
        let n = next.len();
        let noise = &mut Noise::new(3);
        let (singles, pairs) = (quarters(n, noise), quarters(n * n, noise));
        let terms = Terms {
            singles: &singles,
            pairs: &pairs,
            next: &next,
        };
        let mut all = combinations_plain(&terms, 2..=3);
        assert_eq!(all.len(), 36 * 19 * 19 + 84 * 19 * 19 * 19);
        all.truncate(500);
        assert_eq!(combinations(&terms, 2..=3, 500, &|_| {}), all);
    }
}
