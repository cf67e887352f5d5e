//! A pairwise model as sweeps need it.

use rayon::prelude::*;

/// Numbers of a row are a multiple of this.
pub(super) const LANES: usize = crate::kernels::f32x8::LANES;

/// Rounded couplings have at most so many bits behind the point: finer changes nothing that samples could show.
const FINEST: i32 = 12;

/// With fewer, couplings are not rounded.
const COARSEST: i32 = 8;

/// The field of a state that is forbidden: far below any other, and finite whatever it is multiplied with.
pub(super) const FORBIDDEN: f32 = -1e30;

/// What is left of a logit that is far below the largest: its probability is 0 in all that a random number could show.
pub(super) const LOWEST: f32 = -125.0;

/// A pairwise model: fields, L x q, and couplings of the pairs i < j in the order (0,1), (0,2), ..., each q x q with the state of i slow.
#[derive(Debug, Clone, Copy)]
pub struct Pairs<'a> {
    /// Number of states q.
    pub states: usize,
    /// h_i(a), in nats.
    pub fields: &'a [f32],
    /// J_ij(a, b), in nats.
    pub couplings: &'a [f32],
}

impl<'a> Pairs<'a> {
    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.fields.len() / self.states
    }

    /// E(x), in nats.
    pub fn energy(&self, sequence: &[u8]) -> f64 {
        let (q, mut pair) = (self.states, 0);
        let mut sum = 0.0;
        for (i, &a) in sequence.iter().enumerate() {
            let a = usize::from(a);
            sum += f64::from(self.fields[i * q + a]);
            for &b in &sequence[i + 1..] {
                sum += f64::from(self.couplings[(pair * q + a) * q + usize::from(b)]);
                pair += 1;
            }
        }
        -sum
    }

    fn check(&self) {
        let (sites, states) = (self.sites(), self.states);
        assert!((1..=WIDEST).contains(&states), "{states} states");
        assert_eq!(self.fields.len(), sites * states);
        let pairs = sites * sites.saturating_sub(1) / 2;
        assert_eq!(self.couplings.len(), pairs * states * states);
    }

    /// J_ij(a, b) of two sites in either order, which are not the same.
    pub fn coupling(&self, (i, a): (usize, usize), (j, b): (usize, usize)) -> f32 {
        self.block(i, j).at(a, b)
    }

    /// The couplings of i and j, which are not the same.
    pub fn block(&self, i: usize, j: usize) -> Block<'a> {
        let (first, second) = (i.min(j), i.max(j));
        let pair = first * self.sites() - first * (first + 1) / 2 + (second - first - 1);
        let size = self.states * self.states;
        let numbers = &self.couplings[pair * size..][..size];
        let steps = if i < j {
            (self.states, 1)
        } else {
            (1, self.states)
        };
        Block { numbers, steps }
    }
}

/// The couplings of two sites, from either side.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    numbers: &'a [f32],
    steps: (usize, usize),
}

impl Block<'_> {
    /// J_ij(a, b).
    #[inline(always)]
    pub fn at(&self, a: usize, b: usize) -> f32 {
        self.numbers[a * self.steps.0 + b * self.steps.1]
    }
}

/// The most states that there may be.
const WIDEST: usize = 32;

/// Fields, couplings to the commonest states, and what other states change.
#[derive(Debug, Clone)]
pub struct Tables {
    pub(super) sites: usize,
    pub(super) states: usize,
    /// Numbers of a row: the states, and what fills up registers.
    pub(super) width: usize,
    /// The commonest state of each site.
    pub(super) common: Vec<u8>,
    /// h_i(a) + sum_j J_ij(a, commonest state of j), L x width.
    pub(super) base: Vec<f32>,
    /// p_i(a), L x width.
    pub(super) prior: Vec<f32>,
    /// Whether it is not flat.
    pub(super) has_prior: bool,
    pub(super) rows: Rows,
    /// What one is in nats, in [`Rows::Short`].
    pub(super) unit: f32,
    /// 2^[`RECIPROCAL`] / (numbers of all rows of a site), rounded up.
    reciprocal: u64,
}

/// With so many bits quotients are exact and products stay within 64 bits for fewer than 2^20 sites, of which no table would fit into any memory.
const RECIPROCAL: u32 = 44;

/// J_ij(a, b) - J_ij(a, commonest state of j): for each i, for each j and b, over a.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    /// In units.
    Short(Vec<i16>),
    /// In nats.
    Whole(Vec<f32>),
}

impl Tables {
    /// Of a model and the commonest state of each site; any others are right too, and slower. The prior is flat.
    ///
    /// Panics if there are not L common states, each below q, and couplings of all pairs.
    pub fn new(model: Pairs<'_>, common: &[u8]) -> Self {
        model.check();
        let (sites, states) = (model.sites(), model.states);
        assert_eq!(common.len(), sites);
        assert!(common.iter().all(|&state| usize::from(state) < states));
        let width = width(states);
        let bits = bits(model, common);
        let unit = bits.map_or(1.0, |bits| (-bits as f32).exp2());
        let (base, rows) = match bits {
            Some(_) => {
                let (base, rows) = filled(model, common, unit, |x| x as i16);
                (base, Rows::Short(rows))
            }
            None => {
                let (base, rows) = filled(model, common, 0.0, |x| x);
                (base, Rows::Whole(rows))
            }
        };
        Self {
            sites,
            states,
            width,
            common: common.to_vec(),
            base,
            prior: vec![0.0; sites * width],
            has_prior: false,
            rows,
            unit,
            reciprocal: (1u64 << RECIPROCAL).div_ceil((states * width) as u64),
        }
    }

    /// Bytes that [`Self::new`] takes for so many sites and states, at most.
    pub fn bytes(sites: usize, states: usize) -> u64 {
        let (sites, width) = (sites as u64, width(states) as u64);
        sites * sites * states as u64 * width * size_of::<f32>() as u64
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states q.
    pub fn states(&self) -> usize {
        self.states
    }

    /// What chains must have been made for: sites, states and numbers of a row.
    pub(super) fn shape(&self) -> [usize; 3] {
        [self.sites, self.states, self.width]
    }

    /// Where the row of a state begins in a site's table.
    #[inline(always)]
    pub(super) fn offset(&self, site: usize, state: u8) -> u32 {
        ((site * self.states + usize::from(state)) * self.width) as u32
    }

    /// The site of the row that begins there: a quotient by multiplication, since processors take long to divide.
    #[inline(always)]
    pub(super) fn site_of(&self, offset: u32) -> usize {
        ((u64::from(offset) * self.reciprocal) >> RECIPROCAL) as usize
    }

    /// Bytes of a number of a row.
    pub(super) fn number_bytes(&self) -> usize {
        match self.rows {
            Rows::Short(_) => size_of::<i16>(),
            Rows::Whole(_) => size_of::<f32>(),
        }
    }

    #[cfg(any(test, feature = "internals"))]
    /// What couplings are rounded to a multiple of, in nats; `None` where they are as they were given.
    pub fn rounded_to(&self) -> Option<f32> {
        matches!(self.rows, Rows::Short(_)).then_some(self.unit)
    }

    /// Sets the prior p_i(a), L x q, in nats.
    ///
    /// Panics if there are not L x q numbers.
    pub fn set_prior(&mut self, prior: &[f32]) {
        assert_eq!(prior.len(), self.sites * self.states);
        self.has_prior = true;
        let rows = self.prior.chunks_exact_mut(self.width);
        for (row, own) in rows.zip(prior.chunks_exact(self.states)) {
            row[..self.states].copy_from_slice(own);
        }
    }

    /// Makes a state of a site one that is never drawn.
    ///
    /// Panics if there is no such site or state.
    pub fn forbid(&mut self, site: usize, state: u8) {
        assert!(site < self.sites && usize::from(state) < self.states);
        let place = site * self.width + usize::from(state);
        self.base[place] = FORBIDDEN;
        self.prior[place] = FORBIDDEN;
        // Whatever the weight of the model.
        self.has_prior = true;
    }
}

/// Numbers of a row.
fn width(states: usize) -> usize {
    match states {
        ..=LANES => LANES,
        9..=24 => 24,
        _ => WIDEST,
    }
}

/// Bits behind the point with which no sum of a row a site leaves 16 bits; `None` where they would be too few.
fn bits(model: Pairs<'_>, common: &[u8]) -> Option<i32> {
    let states = model.states;
    let largest_of = |i: usize| -> f32 {
        let mut sums = vec![0f32; states];
        for j in (0..model.sites()).filter(|&j| j != i) {
            let block = model.block(i, j);
            let c = usize::from(common[j]);
            for (a, sum) in sums.iter_mut().enumerate() {
                let own = block.at(a, c);
                let differences = (0..states).map(|b| (block.at(a, b) - own).abs());
                *sum += differences.fold(0.0, f32::max);
            }
        }
        sums.into_iter().fold(0.0, f32::max)
    };
    let largest = (0..model.sites()).into_par_iter().map(largest_of);
    let largest = largest.reduce(|| 0.0, f32::max);
    // Rounding adds up to one unit a site.
    let room = f32::from(i16::MAX) - model.sites() as f32 - 1.0;
    (COARSEST..=FINEST)
        .rev()
        .find(|&bits| largest * (bits as f32).exp2() < room)
}

/// The base and the rows; couplings in multiples of `unit`, or as they are where that is 0.
fn filled<N: Copy + Default + Send>(
    model: Pairs<'_>,
    common: &[u8],
    unit: f32,
    number: impl Fn(f32) -> N + Sync,
) -> (Vec<f32>, Vec<N>) {
    let (sites, states) = (model.sites(), model.states);
    let width = width(states);
    let rounded = |x: f32| match unit {
        0.0 => x,
        unit => (x / unit).round_ties_even(),
    };
    let in_nats = if unit == 0.0 { 1.0 } else { unit };
    let mut base = vec![FORBIDDEN; sites * width];
    let mut rows = vec![N::default(); sites * sites * states * width];
    let parts = rows.par_chunks_exact_mut((sites * states * width).max(1));
    let of_site = |(i, (base, part)): (usize, (&mut [f32], &mut [N]))| {
        base[..states].copy_from_slice(&model.fields[i * states..][..states]);
        for j in (0..sites).filter(|&j| j != i) {
            let block = model.block(i, j);
            let c = usize::from(common[j]);
            let own: Vec<f32> = (0..states).map(|a| rounded(block.at(a, c))).collect();
            for (sum, own) in base.iter_mut().zip(&own) {
                *sum += own * in_nats;
            }
            let part = &mut part[j * states * width..][..states * width];
            for (b, row) in part.chunks_exact_mut(width).enumerate() {
                for (a, (value, own)) in row.iter_mut().zip(&own).enumerate() {
                    *value = number(rounded(block.at(a, b)) - own);
                }
            }
        }
    };
    base.par_chunks_exact_mut(width)
        .zip(parts)
        .enumerate()
        .for_each(of_site);
    (base, rows)
}
